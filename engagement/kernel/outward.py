"""Where a connection may go whose target somebody typed into a form (OWASP, "Server-Side Request Forgery Prevention").

The name is resolved once, every address it has is looked at, and the connection goes to an address that was looked at:
a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from engagement.kernel.settings import Network

Address = IPv4Address | IPv6Address
_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv6 addresses that a gateway turns into IPv4 ones (RFC 6052): they could be anything behind it."""


class ForbiddenTargetError(Exception):
    """The host lies where nobody outside may look; the message says so in English, for a log."""


def checked_addresses(
    host: str,
    port: int,
    *,
    ports: frozenset[int],
    networks: tuple[Network, ...] = (),
    resolve: Callable[..., list[Any]] | None = None,
) -> list[Address]:
    """Return the addresses of ``host``, each of which may be connected to.

    Args:
        host: name or address, as typed.
        port: as typed.
        ports: those allowed on the public internet.
        networks: private ones that the installation opens, with all their ports.
        resolve: asks another resolver than the system's.

    Raises:
        ForbiddenTargetError: an address is not public, or the port is none of ``ports``.
        OSError: the name cannot be resolved.
    """
    answers = (resolve or socket.getaddrinfo)(host, port, type=socket.SOCK_STREAM)
    found = list(dict.fromkeys(ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers))
    for address in found:
        if any(address in network for network in networks if network.version == address.version):
            continue
        if not is_public(address):
            raise ForbiddenTargetError(f"{host} is not on the public internet ({address})")
        if port not in ports:
            raise ForbiddenTargetError(f"port {port} is not one of {', '.join(map(str, sorted(ports)))}")
    if not found:
        raise OSError(f"{host} has no address")
    return found


def is_public(address: Address) -> bool:
    """Tell whether an address is one host of the public internet, under no disguise."""
    if isinstance(address, IPv6Address) and (
        address.ipv4_mapped or address.sixtofour or address.teredo or address in _TRANSLATED
    ):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine by its very name, without asking the resolver."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
