"""Every route × every role × own or foreign object, from the application's own map of addresses.

Nothing is listed by hand but what a role is: a route added later is tried from its first day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from engagement.accounts.models import Account
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.permissions import PERMISSIONS, Permission, Role, allows
from engagement.mail.models import MailState
from engagement.opportunities.kinds import State
from engagement.web.shared.access import ACROSS_TENANTS, mark_of
from tests.factories.applications import make_application, make_offer
from tests.factories.mails import make_mail
from tests.factories.moderation import make_report, make_text
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.support.pages import CheckedClient

CLUB_ROLES = (Role.EDITOR, Role.OWNER)
STAFF_ROLES = (Role.MODERATOR, Role.ADMIN)
SIGNED_IN = (Role.ACCOUNT, *CLUB_ROLES, *STAFF_ROLES)
GONE = 404
TO_SIGN_IN = 302
REFUSALS = {403, GONE, 500}


@dataclass(frozen=True)
class Things:
    """Ids of one of each kind of object, by the name that addresses give them."""

    organisation_id: int
    opportunity_id: int
    application_id: int
    mail_id: int
    report_id: int
    text_id: int
    word: str = "beenden"

    def address(self, app: Flask, rule: Rule) -> str:
        """Return the rule's address with these ids in it."""
        values = {name: getattr(self, name) for name in rule.arguments}
        return app.url_map.bind("bretten.localhost").build(rule.endpoint, values)


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
    return Things(
        organisation.id, offer.id, application.id, mail.id, make_report(session, offer.id).id, make_text(session)
    )


@dataclass(frozen=True)
class World:
    """People of every role, the club that some of them act for, and what is somebody else's."""

    app: Flask
    people: dict[Role, Account]
    applications: dict[Role, int]
    club: Things
    neighbour: Things
    elsewhere: Things

    def ask(self, method: str, address: str, role: Role | None) -> int:
        """Return the status that somebody of this role gets; None is a visitor."""
        client = self.app.test_client()
        assert isinstance(client, CheckedClient)
        if role:
            sign_in(client, self.people[role])
        return client.open(address, method=method).status_code

    def own(self, role: Role, permission: Permission) -> Things:
        """Return what this permission should open to the person."""
        if permission.startswith("own:"):
            return replace(self.club, application_id=self.applications[role])
        return self.club


@pytest.fixture
def world(app: Flask, session: Session, ettlingen: int) -> World:
    people = {role: make_account(session, staff=role if role in STAFF_ROLES else None) for role in SIGNED_IN}
    club = make_things(session, {role: people[role] for role in CLUB_ROLES})
    applications = {
        role: make_application(session, make_offer(session), account_id=person.id, email=person.email).id
        for role, person in people.items()
    }
    neighbour = make_things(session)
    session.commit()
    with app.app_context():
        abroad = current_session()
        open_for_tenant(abroad, ettlingen)
        elsewhere = make_things(abroad)
        abroad.commit()
    return World(app, people, applications, club, neighbour, elsewhere)


def guarded(app: Flask) -> Iterator[tuple[str, Rule, Permission]]:
    """Return each route that is not for everybody, reading before writing."""
    for method in ("GET", "POST"):
        for rule in sorted(app.url_map.iter_rules(), key=str):
            mark = mark_of(app, rule.endpoint)
            if (
                rule.endpoint == "static"
                or mark is None
                or mark == ACROSS_TENANTS
                or method not in (rule.methods or ())
            ):
                continue
            if mark not in PERMISSIONS[Role.VISITOR]:
                yield method, rule, Permission(mark)


def test_visitors_are_sent_to_sign_in_and_only_the_right_roles_pass(world: World) -> None:
    wrong = []
    for method, rule, permission in guarded(world.app):
        address = world.club.address(world.app, rule)
        if world.ask(method, address, None) != TO_SIGN_IN:
            wrong.append(f"a visitor: {method} {address}")
        for role in SIGNED_IN:
            address = world.own(role, permission).address(world.app, rule)
            passed = world.ask(method, address, role) not in REFUSALS
            if passed != allows(frozenset({Role.ACCOUNT, role}), permission):
                wrong.append(f"{role} {'passes' if passed else 'is refused'}: {method} {address}")
    assert wrong == []


def test_what_is_somebody_elses_is_not_found(world: World) -> None:
    wrong = []
    for method, rule, permission in guarded(world.app):
        for role in SIGNED_IN:
            if not rule.arguments or not allows(frozenset({Role.ACCOUNT, role}), permission):
                continue
            for things in foreign(world, role, permission):
                address = things.address(world.app, rule)
                if address != world.own(role, permission).address(world.app, rule):
                    status = world.ask(method, address, role)
                    wrong += [f"{role} gets {status}: {method} {address}"] if status != GONE else []
    assert wrong == []


def foreign(world: World, role: Role, permission: Permission) -> list[Things]:
    """Return what is another town's, and where it matters another club's or person's, whole or under an own address."""
    own = world.own(role, permission)
    strange = [world.elsewhere, replace(world.elsewhere, organisation_id=own.organisation_id)]
    if not permission.startswith("tenant:"):
        strange += [world.neighbour, replace(world.neighbour, organisation_id=own.organisation_id)]
    return strange


def test_the_matrix_is_not_empty(application: Flask) -> None:
    """A loop over nothing would pass: every scope is in it, with objects to be foreign."""
    routes = list(guarded(application))
    scopes = {permission.partition(":")[0] for _, _, permission in routes}
    assert scopes == {"own", "club", "tenant"}
    assert sum(bool(rule.arguments) for _, rule, _ in routes) > len(routes) / 2
