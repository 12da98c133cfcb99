"""A typed host name leads to the public internet, or nowhere."""

from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from engagement.kernel.outward import ForbiddenTargetError, checked_addresses, is_loopback, is_public

PORTS = frozenset({25, 465, 587, 2525})
PRIVATE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0",  # noqa: S104
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::", "::1", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:0:7f00:1::1", "2001:db8::1",
]  # fmt: skip


def answering(*addresses: str) -> Any:  # noqa: ANN401
    return lambda _host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused_also_in_disguise(address: str) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(ForbiddenTargetError, match="not on the public internet"):
        checked_addresses("mail.example", 587, ports=PORTS, resolve=answering(address))


def test_one_private_address_among_public_ones_is_enough() -> None:
    with pytest.raises(ForbiddenTargetError):
        checked_addresses("mail.example", 587, ports=PORTS, resolve=answering("8.8.8.8", "10.0.0.1"))


def test_public_addresses_are_returned_once_each() -> None:
    found = checked_addresses(
        "mail.example", 587, ports=PORTS, resolve=answering("8.8.8.8", "8.8.8.8", "2001:4860:4860::8888")
    )
    assert list(map(str, found)) == ["8.8.8.8", "2001:4860:4860::8888"]


@pytest.mark.parametrize("port", [22, 80, 5432, 6379, 65535])
def test_other_ports_are_refused(port: int) -> None:
    with pytest.raises(ForbiddenTargetError, match=f"port {port}"):
        checked_addresses("mail.example", port, ports=PORTS, resolve=answering("8.8.8.8"))


def test_a_network_that_the_installation_opens_is_open_with_its_ports_and_no_other_is() -> None:
    networks = (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))
    for address in ("10.1.2.3", "fd00::5"):
        found = checked_addresses("relay", 1025, ports=PORTS, networks=networks, resolve=answering(address))
        assert list(map(str, found)) == [address]
    with pytest.raises(ForbiddenTargetError):
        checked_addresses("relay", 25, ports=PORTS, networks=networks, resolve=answering("10.2.0.1"))


def test_a_name_without_address_is_an_error_of_the_line() -> None:
    with pytest.raises(OSError, match="no address"):
        checked_addresses("mail.example", 25, ports=PORTS, resolve=answering())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST.", "::1", "[::1]", "127.1.2.3"])
def test_this_machine_is_known_by_name(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example", "10.0.0.1", "", "mail.example"])
def test_others_are_not_this_machine(host: str) -> None:
    assert not is_loopback(host)
