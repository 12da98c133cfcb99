"""What a request knows: its tenant, its person, the application's tools. Views read it from here."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_network
from typing import cast

from flask import current_app, g, request
from sqlalchemy.orm import Session

from engagement.kernel.db import current_session
from engagement.kernel.i18n import current_language
from engagement.kernel.links import Links
from engagement.kernel.ratelimit import Limit, RateLimiter
from engagement.kernel.sealing import Sealer
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
    sealer: Sealer


def tools() -> Tools:
    """Return the application's tools."""
    return cast("Tools", current_app.extensions["engagement"])


def session() -> Session:
    """Return the request's database session, open for its tenant, or for the installation on its own pages."""
    return current_session()


def host_name() -> str:
    """Return the host that was asked, without port."""
    return (request.host.rpartition(":")[0] if ":" in request.host else request.host).lower()


def on_installation() -> bool:
    """Tell whether one of the installation's own hosts was asked, which belong to no tenant."""
    return host_name() in tools().settings.index_hosts


def tenant() -> TenantInfo:
    """Return the tenant whose host was asked."""
    return cast("TenantInfo", g.tenant)


def vocabulary() -> Vocabulary:
    """Return the tenant's vocabulary in the language of the page, read once a request."""
    if "vocabulary" not in g:
        g.vocabulary = load_vocabulary(session(), current_language())
    return cast("Vocabulary", g.vocabulary)


def network_of(address: str) -> str:
    """Return what one visitor has of the network: an IPv4 address, or the /64 that every IPv6 line gets (RFC 6177)."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), 64), strict=False))


def limit_by_address(limit: Limit) -> None:
    """Count this request against the visitor's network address.

    Raises:
        RateLimitedError: there were too many.
    """
    whose = tenant().id if "tenant" in g else "installation"
    tools().limiter.hit(limit, whose, network_of(request.remote_addr or ""))
