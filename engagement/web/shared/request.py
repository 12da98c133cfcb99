"""The request pipeline: host → tenant → language → person → access → view → one commit."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from flask import Flask, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, RequestRedirect
from werkzeug.wrappers import Response

from engagement.kernel import logs
from engagement.kernel.db import current_session, open_for_installation, open_for_tenant
from engagement.kernel.unit_of_work import unit_of_work
from engagement.web.shared.access import ACROSS_TENANTS, belongs_to_installation, check_access, mark_of
from engagement.web.shared.context import host_name, on_installation, tools
from engagement.web.shared.errors import SuspendedSite
from engagement.web.shared.identity import say_who_acts
from engagement.web.shared.origin import refuse_foreign_origin

FIRST_ERROR = 400
WITHOUT_DATABASE = {"static", "shared.health"}
"""Whoever restarts processes that do not answer must not do so because the database is away."""
FOR_MACHINES = {"static", "shared.health", "shared.ready"}
"""Whoever watches a process asks it under any name, and whether a town's site is on or not."""
log = logs.get_logger(__name__)


class EngagementApp(Flask):
    """Commits once, at the edge, when the view ended well; an answer with an error status keeps nothing."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view inside a unit of work, if the request reached a tenant or the installation's own pages."""
        if "tenant" not in g and "installation" not in g:
            return super().dispatch_request()
        with unit_of_work(current_session()) as vote:
            response = self.make_response(super().dispatch_request())
            vote.keep = response.status_code < FIRST_ERROR
            return response


class RowId(IntegerConverter):
    """A number in an address, no longer than the database can hold: a longer one is nobody's, hence 404."""

    regex = r"[0-9]{1,18}"


def init_request(app: Flask) -> None:
    """Put the steps before each view, in their order."""
    app.url_map.converters["int"] = RowId
    app.before_request(_give_it_an_id)
    app.before_request(_find_tenant)
    app.before_request(_lead_to_canonical_host)
    app.before_request(_refuse_while_suspended)
    app.before_request(refuse_foreign_origin)
    app.before_request(_name_actor)
    app.before_request(check_access)
    app.after_request(_note)


def _give_it_an_id() -> None:
    g.request_id = uuid.uuid4().hex
    logs.clear_contextvars()
    logs.bind_contextvars(request_id=g.request_id, method=request.method, path=_path_without_token())


def _path_without_token() -> str:
    """A mailed link is as good as a password until it is used: the logs do not hold it."""
    token = str((request.view_args or {}).get("token", ""))
    return request.path.replace(token, "•••") if token else request.path


def _find_tenant() -> None:
    """An unknown host is 404, and never another city's page; the operators have hosts of their own."""
    if request.endpoint in WITHOUT_DATABASE:
        return
    mark = mark_of(current_app, request.endpoint) if request.endpoint else None
    if belongs_to_installation(mark) and on_installation():
        g.installation = True
        open_for_installation(current_session(), "operators' pages")
        return
    found = tools().tenants.find(current_session(), host_name())
    if found is None:
        if mark == ACROSS_TENANTS or (on_installation() and _is_on_its_way()):
            return
        raise NotFound
    g.tenant = found
    open_for_tenant(current_session(), found.id)
    logs.bind_contextvars(tenant=found.slug)


def _is_on_its_way() -> bool:
    """Tell whether the router only adds what was left out of the address: the stroke at its end."""
    return isinstance(request.routing_exception, RequestRedirect)


def _lead_to_canonical_host() -> Response | None:
    """Links, search engines and cookies know one name of a town; its other names lead there, keeping path and query."""
    if "tenant" not in g or request.method not in {"GET", "HEAD"} or request.endpoint in FOR_MACHINES:
        return None
    if host_name() == g.tenant.host:
        return None
    path = quote(request.path, safe="/:@!$&'()*+,;=")
    query = quote(request.query_string, safe="/:@!$&'()*+,;=?%[]")
    return redirect(tools().links.absolute(g.tenant.host, f"{path}?{query}" if query else path), code=308)


def _refuse_while_suspended() -> None:
    """Raise for every page of a site that is off; only its colours are served, for the page that says so."""
    if "tenant" in g and g.tenant.suspended and request.endpoint not in FOR_MACHINES | {"shared.theme"}:
        raise SuspendedSite


def _name_actor() -> None:
    if "tenant" in g or "installation" in g:
        say_who_acts()


def _note(response: Response) -> Response:
    log.info("request", status=response.status_code)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response
