"""Deny by default: an endpoint without an access mark is found here, and answers 404 to everybody."""

from __future__ import annotations

import pytest
from flask import Flask

from engagement.kernel.permissions import PERMISSIONS, Permission, Role, allows
from engagement.web.shared.access import ACROSS_TENANTS, ON_ITS_OWN_HOSTS, check_access, mark_of, unmarked_endpoints

SAFE = {"GET", "HEAD", "OPTIONS"}


def test_every_endpoint_has_an_access_mark(application: Flask) -> None:
    assert unmarked_endpoints(application) == []


def test_every_mark_is_a_permission(application: Flask) -> None:
    known = set(Permission) | {ACROSS_TENANTS, ON_ITS_OWN_HOSTS}
    marks = {mark_of(application, rule.endpoint) for rule in application.url_map.iter_rules()} - {None}
    assert marks <= known


def test_club_permissions_stand_only_where_the_address_names_an_organisation(application: Flask) -> None:
    for rule in application.url_map.iter_rules():
        mark = mark_of(application, rule.endpoint) or ""
        if str(mark).startswith("club:"):
            assert "organisation_id" in rule.arguments, rule.endpoint


def test_an_unmarked_endpoint_is_named_and_refused() -> None:
    app = Flask(__name__)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert unmarked_endpoints(app) == ["forgotten"]
    app.before_request(check_access)
    assert app.test_client().get("/forgotten").status_code == 404


def test_every_permission_is_held_by_somebody() -> None:
    held = frozenset().union(*PERMISSIONS.values())
    assert held == set(Permission)


@pytest.mark.parametrize(
    ("role", "permission", "allowed"),
    [
        (Role.VISITOR, Permission.PUBLIC_CATALOGUE_READ, True),
        (Role.VISITOR, Permission.OWN_ACCOUNT_MANAGE, False),
        (Role.EDITOR, Permission.CLUB_APPLICATION_ANSWER, True),
        (Role.EDITOR, Permission.CLUB_MEMBER_MANAGE, False),
        (Role.OWNER, Permission.CLUB_MEMBER_MANAGE, True),
        (Role.MODERATOR, Permission.TENANT_ORGANISATION_VERIFY, True),
        (Role.MODERATOR, Permission.TENANT_STAFF_MANAGE, False),
        (Role.MODERATOR, Permission.CLUB_APPLICATION_ANSWER, False),
        (Role.ADMIN, Permission.TENANT_STAFF_MANAGE, True),
        (Role.ADMIN, Permission.CLUB_APPLICATION_ANSWER, False),
    ],
)
def test_the_map_says_who_may_do_what(role: Role, permission: Permission, allowed: bool) -> None:
    assert allows(frozenset({role}), permission) is allowed
