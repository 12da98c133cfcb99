"""Every route × everyone × own, foreign and the other kind of host: what is expected, and what was answered.

Expectations come from the access marks and the one map of roles alone. Nothing that a check does stays: each begins
with the same world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Protocol

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from engagement.kernel.db import TenantSession
from engagement.kernel.permissions import PERMISSIONS, Permission, Role, allows
from engagement.web.shared.access import ACROSS_TENANTS, ON_ITS_OWN_HOSTS, belongs_to_installation, mark_of
from engagement.web.shared.sessions import OPERATOR_COOKIE
from tests.factories.operators import INSTALLATION_HOST

TENANT_HOST = "bretten.localhost"
COOKIES = ("engagement", OPERATOR_COOKIE)
METHODS_WITHOUT_VIEW = {"HEAD", "OPTIONS"}
WAYS_IN = ("/anmelden", "/betrieb/anmelden")
AREAS = {
    "/verwaltung/": ("tenant:",),
    "/verein/": ("club:", "own:"),
    "/konto": ("own:",),
    "/betrieb/": ("installation:", ON_ITS_OWN_HOSTS),
}
"""What an address promises to be; a mark that is more generous than its place is a mistake."""
OPEN_BY_TOKEN = {"visit.begin", "visit.leave"}
"""The hand-over to an operator is open to who has its link, and so is the way out."""


class Who(StrEnum):
    """Everyone who is tried. The last four have power somewhere, only not here."""

    VISITOR = "visitor"
    ACCOUNT = "account"
    EDITOR = "editor"
    OWNER = "owner"
    MODERATOR = "moderator"
    ADMIN = "admin"
    OPERATOR_INSIDE = "operator inside by an entry"
    OPERATOR = "operator without an entry"
    ADMIN_ELSEWHERE = "admin of another town"
    OWNER_ELSEWHERE = "owner of another organisation"


ROLES: dict[Who, frozenset[Role]] = {
    Who.VISITOR: frozenset(),
    Who.ACCOUNT: frozenset({Role.ACCOUNT}),
    Who.EDITOR: frozenset({Role.ACCOUNT, Role.EDITOR}),
    Who.OWNER: frozenset({Role.ACCOUNT, Role.OWNER}),
    Who.MODERATOR: frozenset({Role.ACCOUNT, Role.MODERATOR}),
    Who.ADMIN: frozenset({Role.ACCOUNT, Role.ADMIN}),
    Who.OPERATOR_INSIDE: frozenset({Role.ADMIN}),
    Who.OPERATOR: frozenset(),
    Who.ADMIN_ELSEWHERE: frozenset(),
    Who.OWNER_ELSEWHERE: frozenset({Role.ACCOUNT, Role.OWNER}),
}
"""What each is in the town of the world, towards what is theirs."""


class Outcome(StrEnum):
    """What an answer means to the one who asked."""

    PASSES = "passes"
    SIGN_IN = "is sent to sign in"
    REFUSED = "is refused"
    NOT_FOUND = "finds nothing"
    BROKEN = "breaks it"


class Things(Protocol):
    """Objects of one owner, which make up addresses."""

    def address(self, app: Flask, rule: Rule) -> str:
        """Return the rule's address with these objects in it."""


@dataclass(frozen=True)
class Route:
    """One method of one address."""

    method: str
    rule: Rule
    mark: Permission | str | None

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"

    @property
    def is_public(self) -> bool:
        return self.mark in PERMISSIONS[Role.VISITOR] or self.mark in {ACROSS_TENANTS, ON_ITS_OWN_HOSTS}

    @property
    def host(self) -> str:
        return INSTALLATION_HOST if belongs_to_installation(self.mark) else TENANT_HOST

    @property
    def other_host(self) -> str:
        return TENANT_HOST if belongs_to_installation(self.mark) else INSTALLATION_HOST


@dataclass(frozen=True)
class World:
    """A town with people of every kind, and the things that are theirs and others'.

    Args:
        sessions: the session cookie of each who has one.
        own: what a mark should open to somebody.
        foreign: what it must not, by somebody and mark.
    """

    app: Flask
    sessions: Mapping[Who, str]
    own: Callable[[Who, str], Things]
    foreign: Callable[[Who, str], list[Things]]
    _visitors: Iterator[int] = field(default_factory=lambda: count(1))

    def ask(self, route: Route, address: str, who: Who, host: str) -> Outcome:
        """Ask as somebody who carries their cookie to any host, under either name, from an address of their own."""
        client = FlaskClient(self.app, self.app.response_class, use_cookies=True)
        if who in self.sessions:
            for name in COOKIES:
                client.set_cookie(name, self.sessions[who], domain=host)
        number = next(self._visitors)
        with self.app.app_context():
            answer = client.open(
                address,
                method=route.method,
                base_url=f"http://{host}",
                environ_base={"REMOTE_ADDR": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"},
            )
        return outcome_of(answer)


@dataclass
class Checked:
    """How many checks there were, and what was not as expected."""

    checks: int = 0
    wrong: list[str] = field(default_factory=list)

    def expect(self, wanted: Outcome, got: Outcome, what: str) -> None:
        self.checks += 1
        if wanted is not got:
            self.wrong.append(f"{what}: {got.value} instead of {wanted.value}")


def outcome_of(answer: TestResponse) -> Outcome:
    if answer.status_code == 302 and answer.headers["Location"].partition("?")[0] in WAYS_IN:
        return Outcome.SIGN_IN
    if answer.status_code == 404:
        return Outcome.NOT_FOUND
    if answer.status_code == 403:
        return Outcome.REFUSED
    return Outcome.BROKEN if answer.status_code >= 500 else Outcome.PASSES


def routes(app: Flask) -> list[Route]:
    """Return every method of every address, reading before writing, but for static files."""
    found = [
        Route(method, rule, mark_of(app, rule.endpoint))
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - METHODS_WITHOUT_VIEW
    ]
    return sorted(found, key=lambda route: (route.rule.rule, route.method))


def expected(route: Route, who: Who) -> Outcome:
    """Return what somebody should get for what is theirs, from mark and map alone."""
    if route.is_public:
        return Outcome.PASSES
    if belongs_to_installation(route.mark):
        return Outcome.PASSES if who is Who.OPERATOR else Outcome.SIGN_IN
    if not ROLES[who]:
        return Outcome.SIGN_IN
    return Outcome.PASSES if allows(ROLES[who], Permission(str(route.mark))) else Outcome.NOT_FOUND


def out_of_place(route: Route) -> str | None:
    """Return what is wrong with a mark that does not fit the area of the site in which its address lies."""
    for beginning, marks in AREAS.items():
        fits = str(route.mark).startswith(marks) or route.rule.endpoint in OPEN_BY_TOKEN
        if route.rule.rule.startswith(beginning) and not fits:
            return f"{route} is marked {route.mark}, which does not belong below {beginning}"
    return None


def check(world: World, route: Route) -> Checked:
    """Try one route with everyone: what is theirs, what is not, and the host where it does not belong."""
    result = Checked()
    if route.mark is None:
        result.wrong.append(f"{route} has no access mark")
        return result
    if (misplaced := out_of_place(route)) is not None:
        result.wrong.append(misplaced)
    for who in Who:
        own = world.own(who, route.mark).address(world.app, route.rule)
        wanted = expected(route, who)
        result.expect(wanted, world.ask(route, own, who, route.host), f"{who}: {route.method} {own}")
        for things in world.foreign(who, route.mark) if route.rule.arguments else ():
            address = things.address(world.app, route.rule)
            if address != own:
                strange = Outcome.NOT_FOUND if wanted is Outcome.PASSES else wanted
                answer = world.ask(route, address, who, route.host)
                result.expect(strange, answer, f"{who}, not theirs: {route.method} {address}")
        if route.mark != ACROSS_TENANTS:
            answer = world.ask(route, own, who, route.other_host)
            result.expect(Outcome.NOT_FOUND, answer, f"{who}: {route.method} {route.other_host}{own}")
    return result


@contextmanager
def nothing_stays() -> Iterator[None]:
    """Write what a request would commit, and take it back: each check finds the world as it was."""

    def write_and_take_back(session: TenantSession) -> None:
        session.flush()
        session.rollback()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TenantSession, "commit", write_and_take_back)
        yield
