"""What a request knows: its tenant, its person, the application's tools. Views read it from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app, g, request
from sqlalchemy.orm import Session

from engagement.kernel.db import current_session
from engagement.kernel.links import Links
from engagement.kernel.ratelimit import Limit, RateLimiter
from engagement.kernel.settings import Settings
from engagement.kernel.signing import Signer
from engagement.tenancy.queries import TenantDirectory, TenantInfo, Vocabulary, load_vocabulary


@dataclass(frozen=True)
class Tools:
    """Made once by the composition root, kept in ``app.extensions["engagement"]``."""

    settings: Settings
    links: Links
    signer: Signer
    limiter: RateLimiter
    tenants: TenantDirectory


def tools() -> Tools:
    """Return the application's tools."""
    return cast("Tools", current_app.extensions["engagement"])


def session() -> Session:
    """Return the request's database session, open for its tenant."""
    return current_session()


def tenant() -> TenantInfo:
    """Return the tenant whose host was asked."""
    return cast("TenantInfo", g.tenant)


def vocabulary() -> Vocabulary:
    """Return the tenant's vocabulary, read once a request."""
    if "vocabulary" not in g:
        g.vocabulary = load_vocabulary(session())
    return cast("Vocabulary", g.vocabulary)


def limit_by_address(limit: Limit) -> None:
    """Count this request against the visitor's network address.

    Raises:
        RateLimitedError: there were too many.
    """
    tools().limiter.hit(limit, tenant().id, request.remote_addr)
