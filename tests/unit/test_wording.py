"""Wording that is easily spoilt by hand: in the German messages and in the invented offers of the demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from engagement.cli.demo.content import load_cities, load_content

GERMAN = Path(__file__).parents[2] / "translations/de/LC_MESSAGES/messages.po"
NOBODY_SPECIAL = "Keine spezielle Zielgruppe"


def test_a_time_is_not_parted_from_its_uhr() -> None:
    assert ")s Uhr" not in GERMAN.read_text(encoding="utf-8"), "a no-break space belongs there"


@pytest.mark.parametrize("slug", [city.slug for city in load_cities()])
def test_an_offer_for_nobody_in_particular_names_nobody(slug: str) -> None:
    groups = [offer.target_groups for offer in load_content(slug).offers]
    assert not [some for some in groups if NOBODY_SPECIAL in some and len(some) > 1]
