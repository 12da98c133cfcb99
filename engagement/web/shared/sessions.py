"""Two sorts of sessions that know nothing of each other: of a tenant's people, and of operators.

They differ in cookie and in signature. Whoever carries the cookie of one to a host of the other has nothing there.
What programs read knows no sessions at all, so that its answers are the same for everybody.
"""

from __future__ import annotations

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionInterface, SessionMixin

from engagement.web.shared.context import on_installation
from engagement.web.shared.outside import is_for_programs

OPERATOR_COOKIE = "engagement_betrieb"


class OperatorSessions(SecureCookieSessionInterface):
    """On the installation's own hosts: no other site's link carries the cookie along, and it ends with the browser."""

    salt = "operator-session"

    def get_cookie_name(self, _app: Flask) -> str:
        """Return the name of the operators' cookie."""
        return OPERATOR_COOKIE

    def get_cookie_samesite(self, _app: Flask) -> str:
        """Return the strictest there is."""
        return "Strict"


class SessionsByHost(SessionInterface):
    """Takes the sort that belongs to the host that was asked."""

    def __init__(self) -> None:
        self._of_tenants = SecureCookieSessionInterface()
        self._of_operators = OperatorSessions()

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the session of a request."""
        if is_for_programs(request.path):
            return SecureCookieSession()
        return self._sort().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the session into an answer."""
        if is_for_programs(request.path):
            return
        self._sort().save_session(app, session, response)

    def _sort(self) -> SecureCookieSessionInterface:
        return self._of_operators if on_installation() else self._of_tenants
