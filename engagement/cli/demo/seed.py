"""Filling the demo's cities through the same services as everybody else, each as if it had happened when it says.

A city is made and filled in one transaction, so a killed start leaves it whole or not at all; a filled one is left
alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engagement.accounts import service as accounts
from engagement.accounts import staff
from engagement.accounts.queries import account_by_email
from engagement.cli.demo.applications import tell_stories
from engagement.cli.demo.content import City, Content, OrganisationText, load_content
from engagement.cli.demo.history import tell_history
from engagement.cli.demo.moderation import Desk, fill_desk
from engagement.cli.demo.offers import add_offer
from engagement.cli.demo.pictures import give_emblems, hang_picture
from engagement.cli.demo.profiles import write_profiles
from engagement.cli.demo.register import fill_register
from engagement.cli.demo.texts import add_search_words, say_facts, write_rules
from engagement.cli.demo.waiting import fill_up
from engagement.figures.pace import work_out_paces
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.permissions import Role
from engagement.kernel.settings import Settings
from engagement.kernel.unit_of_work import unit_of_work
from engagement.mail.service import Postbox, postbox_of
from engagement.organisations import service as organisations
from engagement.organisations.kinds import Verification
from engagement.organisations.service import OrganisationValues
from engagement.tenancy.deciding import change_languages
from engagement.tenancy.queries import Vocabulary, load_vocabulary, own_tenant, tenant_by_slug
from engagement.tenancy.service import create_tenant

PASSWORD = "demo-engagement"  # noqa: S105 - printed by the demo, which listens on this computer only


@dataclass(frozen=True)
class Person:
    """Somebody with a login."""

    login: str
    name: str


ADMIN = Person("admin", "Martina Vogt")
CLUB = Person("verein", "Jonas Keller")
CITIZEN = Person("person", "Leyla Aydın")
COLLEAGUE = Person("moderation", "Rainer Holm")
INVITED = Person("vertretung", "Sabine Ott")


def seed(settings: Settings, city: City) -> None:
    """Make and fill ``city``, unless that is done already; an application context of its own is open."""
    session = current_session()
    with unit_of_work(session):
        _open(session, city)
        if account_by_email(session, address(ADMIN, city)) is None:
            _fill(session, settings, city)


def address(person: Person, city: City) -> str:
    """Return a person's login in ``city``."""
    return f"{person.login}@{city.slug}.example"


def _open(session: Session, city: City) -> None:
    found = tenant_by_slug(session, city.slug)
    if found is None:
        create_tenant(session, city.tenant)
    else:
        open_for_tenant(session, found.id)


def _fill(session: Session, settings: Settings, city: City) -> None:
    content, words = load_content(city.slug), load_vocabulary(session)
    tenant = own_tenant(session)
    post = postbox_of(session, settings)
    change_languages(session, city.languages)
    people = {person: _account(session, city, person) for person in (ADMIN, CLUB, CITIZEN)}
    _make_team(session, post, city, people[ADMIN])
    say_facts(session, post, city)
    write_rules(session)
    add_search_words(session)
    ids = {text.key: _organisation(session, city, words, text, content) for text in content.organisations}
    busiest = _busiest(content)
    organisations.add_member(session, ids[busiest], people[CLUB], Role.OWNER)
    offers = [(text, add_offer(session, tenant, words, ids[text.organisation], text)) for text in content.offers]
    give_emblems(session, ids.values())
    write_profiles(session, words, ids)
    hang_picture(session, city.slug)
    tell_history(session, post, city.slug, offers, ids)
    fill_register(session, post, list(ids.values()), club_id=ids[busiest])
    published = [(text, offer_id) for text, offer_id in offers if text.state == "published"]
    shown = [offer_id for text, offer_id in published if text.organisation == busiest]
    tell_stories(session, post, citizen_id=people[CITIZEN], club_id=people[CLUB], offer_ids=shown)
    fill_up(session, post, people[CLUB], shown)
    work_out_paces(session)
    by_age = [offer_id for _, offer_id in sorted(published, key=lambda offer: -offer[0].created_days_ago)]
    fill_desk(session, post, Desk(staff=people[ADMIN], club=people[CLUB], offers=by_age, own=shown))


def _make_team(session: Session, post: Postbox, city: City, admin_id: int) -> None:
    """An administrator, somebody who moderates, and an invitation that waits for its answer."""
    accounts.give_staff_role(session, admin_id, Role.ADMIN)
    accounts.give_staff_role(session, _account(session, city, COLLEAGUE), Role.MODERATOR)
    staff.invite(session, post, address(INVITED, city), Role.ADMIN, by=admin_id, language="de")


def _account(session: Session, city: City, person: Person) -> int:
    with stopped(now() - timedelta(days=400)):
        return accounts.create_account(
            session, email=address(person, city), name=person.name, password=PASSWORD, email_proven=True
        )


def _organisation(session: Session, city: City, words: Vocabulary, text: OrganisationText, content: Content) -> int:
    values = OrganisationValues(
        name=text.name,
        kind_id=next((term.id for term in words.organisation_kinds if term.name == text.kind), None),
        description=text.description,
        street=text.street,
        postcode=text.postcode,
        city=city.name,
        district_id=next((term.id for term in words.districts if term.name == text.district), None),
        contact_name=text.contact_name,
        email=text.email,
        phone=text.phone,
        website=text.website,
    )
    verification = Verification(text.verification)
    with stopped(_founded(text, content)):
        return organisations.create_organisation(session, values, verification=verification)


def _founded(text: OrganisationText, content: Content) -> datetime:
    """An organisation registers some days before its first offer; one without offers did so last week."""
    days = [offer.created_days_ago for offer in content.offers if offer.organisation == text.key]
    return now() - timedelta(days=max(days, default=2) + 5)


def _busiest(content: Content) -> str:
    """The club login gets the verified organisation with the most published offers."""
    verified = {text.key for text in content.organisations if text.verification == Verification.VERIFIED}
    published = Counter(offer.organisation for offer in content.offers if offer.state == "published")
    return next(key for key, _ in published.most_common() if key in verified)
