"""Deny by default: every endpoint says who may use it, and one place checks it before the view runs.

A foreign or unknown object is 404, never 403: nobody learns what exists elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from engagement.kernel.db import current_session
from engagement.kernel.permissions import PERMISSIONS, Permission, Role
from engagement.organisations.queries import find_organisation
from engagement.web.shared.identity import signed_in, somebody

View = TypeVar("View", bound=Callable[..., Any])
MARK = "access_mark"
ACROSS_TENANTS = "installation"
ON_ITS_OWN_HOSTS = "installation's own hosts"


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view with the permission it takes; ``public:`` ones are open to everybody.

    A view with a ``club:`` permission has ``organisation_id`` in its address.
    """

    def mark(view: View) -> View:
        setattr(view, MARK, permission)
        return view

    return mark


def for_installation(view: View) -> View:
    """Mark a view that belongs to no tenant and is open to everybody (list of cities, health)."""
    setattr(view, MARK, ACROSS_TENANTS)
    return view


def on_its_own_hosts(view: View) -> View:
    """Mark a view that is open to everybody, but only on the installation's own hosts: the operators' ways in."""
    setattr(view, MARK, ON_ITS_OWN_HOSTS)
    return view


def belongs_to_installation(mark: Permission | str | None) -> bool:
    """Tell whether views with this mark are there on the installation's own hosts and on no tenant's."""
    return mark == ON_ITS_OWN_HOSTS or str(mark).startswith("installation:")


def mark_of(app: Flask, endpoint: str) -> Permission | str | None:
    """Return the mark of an endpoint, None if it has none."""
    mark = getattr(app.view_functions[endpoint], MARK, None)
    return mark if isinstance(mark, str) else None


def unmarked_endpoints(app: Flask) -> list[str]:
    """Return the endpoints that nobody could use, for a test to name."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    return sorted(endpoint for endpoint in endpoints if not mark_of(app, endpoint))


def check_access() -> Response | None:
    """Let the request pass, send a visitor to sign in, or answer 404."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    mark = mark_of(current_app, request.endpoint)
    if mark is None or (belongs_to_installation(mark) and "installation" not in g):
        abort(404)
    if mark in {ACROSS_TENANTS, ON_ITS_OWN_HOSTS} or mark in PERMISSIONS[Role.VISITOR]:
        return None
    person = somebody()
    if person is None:
        return redirect(_way_in())
    organisation_id = (request.view_args or {}).get("organisation_id")
    if not person.may(Permission(mark), organisation_id):
        return _where_it_went(Permission(mark)) or abort(404)
    return None


def _where_it_went(permission: Permission) -> Response | None:
    """Lead from a page of an entry that was merged to the same page of the survivor, for those who belong there now.

    Only to look: what was sent about one organisation must not be done to another.
    """
    values = request.view_args or {}
    if "organisation_id" not in values or request.method not in {"GET", "HEAD"}:
        return None
    person, found = signed_in(), find_organisation(current_session(), values["organisation_id"])
    survivor = found.merged_into_id if found else None
    if person is None or survivor is None or not person.may(permission, survivor):
        return None
    asked = {name: request.args.getlist(name) for name in request.args if name not in values}
    return redirect(url_for(str(request.endpoint), **{**asked, **values, "organisation_id": survivor}), 303)


def _way_in() -> str:
    if "installation" in g:
        return url_for("operator.sign_in")
    return url_for("account.sign_in", next=_wanted())


def _wanted() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else request.path
