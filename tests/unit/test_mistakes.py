"""What a town has left open in its settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from engagement.tenancy.mistakes import Facts, find_mistakes
from tests.factories.mails import make_tenant_info

GOOD = Facts("noreply@example.org", None, "", administrators=2, has_places=True)


@pytest.fixture(autouse=True)
def _in_a_language(application: Flask) -> Iterator[None]:
    with application.app_context():
        yield


def kinds(facts: Facts = GOOD, **tenant: Any) -> list[str]:
    return [mistake.kind for mistake in find_mistakes(replace(make_tenant_info(), **tenant), facts)]


def test_a_complete_town_has_none() -> None:
    assert kinds() == []


@pytest.mark.parametrize(
    ("facts", "tenant", "kind"),
    [
        ({"server_failing_since": datetime(2026, 1, 1, tzinfo=UTC), "server_says": "535 no"}, {}, "server_failing"),
        ({"default_sender": "noreply@localhost"}, {"mail_from": ""}, "no_sender"),
        ({"administrators": 0}, {}, "no_administrator"),
        ({"administrators": 1}, {}, "one_administrator"),
        ({"has_places": False}, {}, "no_places"),
        ({}, {"contact_email": ""}, "no_contact"),
        ({}, {"postal_address": ""}, "no_postal_address"),
        ({}, {"languages": ("de", "xx")}, "unknown_language"),
    ],
)
def test_each_is_found_alone(facts: dict[str, Any], tenant: dict[str, Any], kind: str) -> None:
    assert kinds(replace(GOOD, **facts), **tenant) == [kind]


def test_a_sender_of_its_own_makes_the_installations_unimportant() -> None:
    assert kinds(replace(GOOD, default_sender="noreply@localhost")) == []


def test_the_urgent_come_first_and_say_what_the_server_said() -> None:
    facts = replace(GOOD, administrators=1, server_failing_since=datetime(2026, 1, 1, tzinfo=UTC), server_says="535 no")
    found = find_mistakes(replace(make_tenant_info(), contact_email=""), facts)
    assert [mistake.is_urgent for mistake in found] == [True, False, False]
    assert "535 no" in found[0].text
