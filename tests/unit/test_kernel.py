"""Clock, distances, audit values, links, logs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.kernel import audit, clock
from engagement.kernel.geo import Point, distance_km
from engagement.kernel.links import Links
from engagement.kernel.logs import hide_secrets
from engagement.kernel.permissions import Role

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


def test_the_clock_can_be_stopped_and_runs_on_after() -> None:
    moment = datetime(2026, 5, 1, 12, tzinfo=UTC)
    with clock.stopped(moment):
        assert clock.now() == moment
    assert clock.now() > moment


@given(points, points)
def test_distances_are_the_same_both_ways_and_at_most_half_round_the_globe(one: Point, other: Point) -> None:
    assert distance_km(one, other) == pytest.approx(distance_km(other, one))
    assert 0 <= distance_km(one, other) <= 20016
    assert distance_km(one, one) == 0


def test_bretten_is_24_km_from_ettlingen() -> None:
    assert distance_km(Point(49.0369, 8.7074), Point(48.9409, 8.4076)) == pytest.approx(24.3, abs=0.1)


def test_a_point_off_the_globe_is_refused() -> None:
    with pytest.raises(ValueError, match="latitude"):
        Point(91, 0)
    with pytest.raises(ValueError, match="longitude"):
        Point(0, 181)


def test_changes_name_only_what_differs() -> None:
    before, after = audit.changes({"a": 1, "b": 2}, {"a": 1, "b": 3})
    assert (before, after) == ({"b": 2}, {"b": 3})


def test_audit_values_are_plain_and_hold_no_secret() -> None:
    values = audit._plain_mapping(  # noqa: SLF001
        {
            "password_hash": "x",
            "role": Role.OWNER,
            "at": datetime(2026, 1, 1, tzinfo=UTC),
            "days": {"b", "a"},
            "logo": b"123",
        }
    )
    assert values == {
        "password_hash": audit.HIDDEN,
        "role": "owner",
        "at": "2026-01-01T00:00:00+00:00",
        "days": ["a", "b"],
        "logo": "3 bytes",
    }


@pytest.mark.parametrize(
    ("scheme", "port", "address"),
    [
        ("https", None, "https://bretten.example/a"),
        ("https", 443, "https://bretten.example/a"),
        ("http", 8000, "http://bretten.example:8000/a"),
    ],
)
def test_links_name_a_port_only_where_it_is_unusual(scheme: str, port: int | None, address: str) -> None:
    assert Links(scheme, port).absolute("bretten.example", "/a") == address


def test_logs_blank_secrets() -> None:
    event = hide_secrets(None, "info", {"event": "x", "smtp_password": "y", "token": "z", "user": 1})
    assert event == {"event": "x", "smtp_password": "•••", "token": "•••", "user": 1}
