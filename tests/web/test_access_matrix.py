"""Every route × everyone × own or foreign object, from the application's own map of addresses.

Nothing is listed by hand but who there is and what addresses are made of: a route added later is tried from its first
day. An address with a new argument needs that argument in ``Things`` and ``make_things``; until then its test fails
and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import URL
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from engagement.accounts.links import new_link
from engagement.accounts.models import Account
from engagement.accounts.staff import invite
from engagement.applications.models import Application
from engagement.catalogue.groups import GroupValues, add_group
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, open_for_tenant, tenant_of
from engagement.kernel.files import keep_file
from engagement.kernel.permissions import Role
from engagement.kernel.settings import Settings
from engagement.kernel.signing import Purpose, Signer
from engagement.legal.barriers import Barrier, report_barrier
from engagement.legal.kinds import LegalPage
from engagement.legal.service import Place, save_text
from engagement.mail.models import MailState
from engagement.opportunities.kinds import State
from engagement.organisations.models import Organisation
from engagement.tenancy.deciding import change_some_settings
from engagement.tenancy.words import WordKind, WordValues, add_word
from engagement.web.shared.access import belongs_to_installation, unmarked_endpoints
from engagement.wiring import create_app
from tests.conftest import SECRET, empty
from tests.factories.applications import mails, make_application, make_offer, make_sign_up
from tests.factories.looks import kept_image, make_look
from tests.factories.mails import make_mail, make_postbox
from tests.factories.moderation import make_report, make_text
from tests.factories.offers import dated, make_opportunity
from tests.factories.operators import entry_of, go_inside, make_entry, make_operator, sign_in_operator, token_of
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.factories.register import make_claim, make_invitation
from tests.factories.searches import make_search
from tests.factories.tenants import make_tenant
from tests.support import matrix
from tests.support.matrix import Route, Who, World
from tests.support.pages import CheckedClient

CLUB_ROLES = (Role.EDITOR, Role.OWNER)
STAFF_ROLES = (Role.MODERATOR, Role.ADMIN)
SIGNED_IN = (Role.ACCOUNT, *CLUB_ROLES, *STAFF_ROLES)


@dataclass(frozen=True)
class Things:
    """Ids of one of each kind of object, by the name that addresses give them.

    ``special`` holds what an argument of a common name is in one endpoint, or in one blueprint, alone; what is good for
    a short time only is made when it is asked for.
    """

    organisation_id: int
    opportunity_id: int
    application_id: int
    mail_id: int
    kind: str = "kategorien"
    word: str = "beenden"
    number: int = 1
    language: str = "de"
    page: str = "impressum"
    slug: str = "irgendwas"
    published_id: int = 0
    sha256: str = ""
    entry_id: int = 0
    look_id: int = 0
    barrier_id: int = 0
    word_id: int = 0
    account_id: int = 0
    invitation_id: int = 0
    claim_id: int = 0
    report_id: int = 0
    text_id: int = 0
    group_id: int = 0
    group_key: str = "kasse"
    search_id: int = 0
    special: dict[tuple[str, str], str | Callable[[], str]] = field(default_factory=dict)
    section: str = "sprachen"
    figure: str = "anfragen"
    town: str = "ettlingen"
    size: int = 192

    def address(self, app: Flask, rule: Rule) -> str:
        """Return the rule's address with these ids in it."""
        values = {name: self._value(rule, name) for name in rule.arguments}
        return app.url_map.bind("bretten.localhost").build(rule.endpoint, values)

    def _value(self, rule: Rule, name: str) -> Any:  # noqa: ANN401
        blueprint = rule.endpoint.partition(".")[0]
        for key in ((rule.endpoint, name), (blueprint, name)):
            if (found := self.special.get(key)) is not None:
                return found() if callable(found) else found
        if not hasattr(self, name):
            raise AssertionError(
                f"the address {rule.rule} has an argument {name!r} that nobody provides: "
                f"add it to Things and make_things in {Path(__file__).name}"
            )
        return getattr(self, name)


def make_things(session: Session, members: dict[Role, Account] | None = None) -> Things:
    organisation = make_organisation(session)
    for role, account in (members or {}).items():
        make_member(session, organisation, account, role=role)
    offer = make_offer(session, organisation)
    offer.state = State.IN_REVIEW
    application = make_application(session, offer)
    mail = make_mail(session)
    mail.state = MailState.FAILED
    session.flush()
    things = Things(organisation.id, offer.id, application.id, mail.id)
    things = with_administration(session, with_public(session, application, things))
    return with_team(session, organisation, things)


def with_administration(session: Session, things: Things) -> Things:
    """Add what only the municipality's own pages are about."""
    save_text(session, Place(LegalPage.IMPRINT, "de"), "Unser Text")
    barrier_id = report_barrier(session, make_postbox(session), Barrier("Zu klein"))
    word_id = add_word(session, WordKind.CATEGORY, WordValues(f"Wort {things.organisation_id}"))
    make_opportunity(session, things.organisation_id, category_ids=(word_id,))
    colleague = make_account(session, staff=Role.MODERATOR)
    address = f"neu{things.organisation_id}@example.org"
    invited = invite(session, make_postbox(session, SECRET), address, Role.MODERATOR, by=colleague.id, language="de")
    to_join = mailed_token(session, "/einladung/")
    logo = kept_image(session)
    look = make_look(session, claim=f"Nummer {things.organisation_id}", logo_sha256=logo, logo_alt="Ein Zeichen")
    special = {
        **things.special,
        ("account.invitation", "token"): to_join,
        ("shared.city_logo", "slug"): "bretten",
        ("shared.city_logo", "sha256"): logo,
        ("shared.city_logo", "width"): "480",
        ("shared.variant", "sha256"): logo,
        ("shared.variant", "width"): "480",
        ("shared.variant", "cut"): "wide",
        ("shared.variant", "kind"): "webp",
    }
    things = replace(things, account_id=colleague.id, invitation_id=invited, look_id=look, special=special)
    report_id, text_id = make_report(session, things.opportunity_id).id, make_text(session)
    group_id = add_group(session, GroupValues("Hocketse", "Fest"))
    return replace(
        things, barrier_id=barrier_id, word_id=word_id, report_id=report_id, text_id=text_id, group_id=group_id
    )


def with_team(session: Session, organisation: Organisation, things: Things) -> Things:
    """Add who else is about an organisation: a member, somebody invited, somebody who asks to look after it."""
    helper = make_member(session, organisation, role=Role.EDITOR)
    invitation = make_invitation(session, organisation, helper, email=f"verein{organisation.id}@example.org")
    organisation.confirmation_asked_at = now()
    session.flush()
    signer, tenant_id, asked = Signer(SECRET), tenant_of(session), organisation.confirmation_asked_at.isoformat()
    to_confirm = signer.sign(Purpose.CONFIRM_ORGANISATION, tenant_id, organisation.id, asked)
    to_join = signer.sign(Purpose.JOIN_ORGANISATION, tenant_id, invitation.id, str(invitation.version))
    special = {
        **things.special,
        ("account.join_organisation", "token"): to_join,
        ("account.still_right", "token"): to_confirm,
        ("account.confirm_details", "token"): to_confirm,
        ("club", "invitation_id"): str(invitation.id),
        ("club", "account_id"): str(helper.id),
        ("club", "language"): "en",
    }
    return replace(things, claim_id=make_claim(session, organisation).id, special=special)


def mailed_token(session: Session, path: str) -> str:
    """Return the token of the link that was mailed last below ``path``."""
    text = next(mail.text for mail in reversed(mails(session)) if path in mail.text)
    return str(text.split(path)[1].split()[0])


def with_public(session: Session, application: Application, things: Things) -> Things:
    """Add what visitors reach: a published offer, a picture, and mailed links."""
    published = make_offer(session, None)
    on_a_date = make_opportunity(session, make_organisation(session).id, **dated())
    picture = keep_file(session, f"picture of {things.organisation_id}".encode(), "image/webp", width=1, height=1)
    signer, tenant_id = Signer(SECRET), tenant_of(session)
    to_sign_in = new_link(session, signer, make_account(session).id).rpartition("/")[2]
    sign_up = make_sign_up(session, published)
    search_id = make_search(session, f"suche{things.organisation_id}@example.org", confirmed=False).id
    to_manage = signer.sign(Purpose.MANAGE_SEARCH, tenant_id, search_id)
    to_follow = signer.sign(Purpose.FOLLOW_APPLICATION, tenant_id, application.id)
    return replace(
        things,
        published_id=published.id,
        search_id=make_search(session, account_id=make_account(session).id).id,
        sha256=picture.sha256,
        special={
            ("account.use_link", "token"): to_sign_in,
            ("public.confirm_sign_up", "token"): signer.sign(Purpose.CONFIRM_SIGN_UP, tenant_id, sign_up.id),
            ("public.confirm_search", "token"): signer.sign(Purpose.CONFIRM_SEARCH, tenant_id, search_id),
            ("public.manage_search", "token"): to_manage,
            ("public.unsubscribe", "token"): to_manage,
            ("public", "token"): to_follow,
            ("api.calendar_of_offer", "opportunity_id"): str(on_a_date),
            ("api.sitemap_part", "kind"): "seiten",
        },
    )


@dataclass
class Cast:
    """Who and what there is in the world, as the matrix asks for it."""

    people: dict[Who, Account]
    applications: dict[Who, int]
    searches: dict[Who, int]
    club: Things
    neighbour: Things
    elsewhere: Things

    def own(self, who: Who, mark: str) -> Things:
        """Return what this mark should open to somebody."""
        if mark.startswith("club:"):
            return self.neighbour if who is Who.OWNER_ELSEWHERE else self.club
        if mark.startswith("own:"):
            return replace(
                self.club,
                application_id=self.applications.get(who, self.club.application_id),
                search_id=self.searches.get(who, self.club.search_id),
            )
        if mark.startswith("public:"):
            return replace(self.club, opportunity_id=self.club.published_id)
        return self.club

    def foreign(self, who: Who, mark: str) -> list[Things]:
        """Return another town's things, and where it matters another club's, whole or under an own address."""
        own = self.own(who, mark)
        if mark.startswith("public:"):
            return [replace(self.elsewhere, opportunity_id=self.elsewhere.published_id)]
        if belongs_to_installation(mark):
            nowhere = {**own.special, ("operator", "slug"): "nirgends", ("operator", "token"): "forged"}
            return [replace(own, entry_id=self.elsewhere.entry_id), replace(own, special=nowhere)]
        strange = [self.elsewhere, replace(self.elsewhere, organisation_id=own.organisation_id)]
        if not mark.startswith("tenant:"):
            other = self.club if own is self.neighbour else self.neighbour
            strange += [other, replace(other, organisation_id=own.organisation_id)]
        return strange


def make_cast(app: Flask, bretten: int, ettlingen: int) -> tuple[Cast, dict[Who, str]]:
    """Fill two towns and the installation; return the cast and everybody's session cookies."""
    with app.app_context():
        session = current_session()
        open_for_tenant(session, bretten)
        change_some_settings(session, show_rules=True)
        people = {Who(role.value): make_account(session, staff=_staff(role)) for role in SIGNED_IN}
        people[Who.OWNER_ELSEWHERE] = make_account(session)
        club = make_things(session, {role: people[Who(role.value)] for role in CLUB_ROLES})
        neighbour = make_things(session, {Role.OWNER: people[Who.OWNER_ELSEWHERE]})
        applications = {
            who: make_application(session, make_offer(session), account_id=person.id, email=person.email).id
            for who, person in people.items()
        }
        searches = {who: make_search(session, account_id=person.id).id for who, person in people.items()}
        session.commit()
    with app.app_context():
        abroad = current_session()
        open_for_tenant(abroad, ettlingen)
        elsewhere = make_things(abroad)
        stranger = make_account(abroad, staff=Role.ADMIN)
        abroad.commit()
    operator = make_operator(app)
    club = with_entry(app, club, make_entry(app, operator, bretten, begun=False), "bretten")
    elsewhere = with_entry(app, elsewhere, make_entry(app, operator, ettlingen, begun=False), "ettlingen")
    sessions = {who: cookie_of(app, account) for who, account in people.items()}
    sessions[Who.ADMIN_ELSEWHERE] = cookie_of(app, stranger, "ettlingen.localhost")
    client = new_client(app)
    go_inside(client, bretten, make_entry(app, operator, bretten))
    sessions[Who.OPERATOR_INSIDE] = taken(client, "engagement", "bretten.localhost")
    sign_in_operator(client, operator)
    sessions[Who.OPERATOR] = taken(client, matrix.OPERATOR_COOKIE, matrix.INSTALLATION_HOST)
    return Cast(people, applications, searches, club, neighbour, elsewhere), sessions


def with_entry(app: Flask, things: Things, entry_id: int, slug: str) -> Things:
    """Add what the operators' pages are about."""
    entry = entry_of(app, entry_id)
    special = {
        **things.special,
        ("visit", "token"): lambda: token_of(app, entry),
        ("operator", "slug"): slug,
        ("operator", "host"): f"{slug}.localhost",
        ("operator", "token"): set_up_token(app),
    }
    return replace(things, entry_id=entry_id, special=special)


def set_up_token(app: Flask) -> str:
    from engagement.kernel.db import new_session, open_for_installation  # noqa: PLC0415
    from engagement.operators.service import new_set_up_link  # noqa: PLC0415

    operator = make_operator(app, set_up=False)
    with app.app_context(), new_session() as session:
        open_for_installation(session, "test")
        path = new_set_up_link(session, app.extensions["engagement"].signer, operator.id)
        session.commit()
    return path.rpartition("/")[2]


def _staff(role: Role) -> Role | None:
    return role if role in STAFF_ROLES else None


def new_client(app: Flask) -> CheckedClient:
    made = app.test_client()
    assert isinstance(made, CheckedClient)
    return made


def cookie_of(app: Flask, account: Account, host: str = "bretten.localhost") -> str:
    client = new_client(app)
    sign_in(client, account, host=host)
    return taken(client, "engagement", host)


def taken(client: CheckedClient, name: str, host: str) -> str:
    found = client.get_cookie(name, domain=host)
    assert found is not None
    return found.value


def two_towns(application: Flask, database_url: URL) -> Iterator[World]:
    """Fill two towns with one of everything, and empty the database afterwards."""
    with application.app_context():
        bretten = make_tenant("bretten", "Bretten", commit=True)
    with application.app_context():
        ettlingen = make_tenant("ettlingen", "Ettlingen", commit=True)
    cast, sessions = make_cast(application, bretten, ettlingen)
    with matrix.nothing_stays():
        yield World(application, sessions, cast.own, cast.foreign)
    application.extensions["engagement"].tenants.forget()
    empty(database_url)


@pytest.fixture(scope="module")
def world(application: Flask, database_url: URL) -> Iterator[World]:
    """Made once: nothing that a check does stays."""
    yield from two_towns(application, database_url)


def _routes() -> list[Route]:
    """Read the addresses before there is a database: each becomes a test of its own, which workers share out."""
    settings = Settings(secret_key=SECRET, log_level="ERROR")
    return matrix.routes(create_app(settings, URL.create("postgresql", database="nowhere")))


ROUTES = _routes()


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_everyone_gets_what_the_mark_says_and_nothing_foreign(
    world: World, route: Route, record_property: pytest.Function
) -> None:
    result = matrix.check(world, route)
    record_property("access matrix", [str(route), len(Who), result.checks])
    assert result.wrong == []


def test_the_matrix_is_not_empty(application: Flask, record_property: pytest.Function) -> None:
    """A loop over nothing would pass: every scope is in it, with objects to be foreign."""
    record_property("unmarked endpoints", len(unmarked_endpoints(application)))
    guarded = [route for route in ROUTES if not route.is_public]
    scopes = {str(route.mark).partition(":")[0] for route in guarded}
    assert scopes == {"own", "club", "tenant", "installation"}
    assert sum(bool(route.rule.arguments) for route in guarded) > len(guarded) / 2
    assert list(map(str, matrix.routes(application))) == list(map(str, ROUTES))
