"""Times in words; outside a request the words are the English ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from engagement.catalogue.slots import DAYS, PARTS
from engagement.catalogue.times import amount, date_range, slot_word, weekly, when

BERLIN = ZoneInfo("Europe/Berlin")
DE, EN = Locale("de"), Locale("en")
ALL = [f"{day}-{part}" for day in DAYS for part in PARTS]
START = datetime(2026, 12, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("slots", "words"),
    [
        ([], ""),
        (["tue-morning"], "Tuesdays in the morning"),
        (["tue-morning", "sat-morning", "sat-afternoon", "sat-evening"], "Tuesdays in the morning, Saturdays"),
        (["mon-evening", "thu-evening"], "Mondays and Thursdays in the evening"),
        (["mon-evening", "wed-evening", "fri-evening"], "Mondays, Wednesdays and Fridays in the evening"),
        ([f"{day}-morning" for day in DAYS[:5]], "Mondays to Fridays in the morning"),
        (["sat-morning", "sun-morning"], "at weekends in the morning"),
        (["sun-morning", "sun-evening"], "Sundays in the morning and in the evening"),
        ([f"{day}-evening" for day in DAYS], "every day in the evening"),
        (ALL, "every day"),
        (["nonsense", "mon-night"], ""),
    ],
)
def test_slots_in_words(slots: list[str], words: str) -> None:
    assert weekly(slots) == words


@given(st.lists(st.sampled_from(ALL)))
def test_the_order_and_repetition_of_slots_do_not_matter(slots: list[str]) -> None:
    assert weekly(slots) == weekly(reversed(slots)) == weekly(set(slots))


@pytest.mark.parametrize(
    ("word", "words"),
    [("sat", "Saturdays"), ("evening", "In the evening"), ("sat-evening", "Saturdays in the evening")],
)
def test_what_a_filter_asks_for_in_words(word: str, words: str) -> None:
    assert slot_word(word) == words


@pytest.mark.parametrize(
    ("hours", "per", "words"),
    [
        (None, "week", ""),
        (Decimal(1), "week", "1 hour a week"),
        (Decimal("2.0"), "month", "2 hours a month"),
        (Decimal("1.5"), "occasion", "1.5 hours each time"),
        (Decimal(3), None, "3 hours"),
    ],
)
def test_amounts(hours: Decimal | None, per: str | None, words: str) -> None:
    assert amount(hours, per, EN) == words


def test_numbers_are_written_as_the_reader_does() -> None:
    assert amount(Decimal("1.5"), "week", DE) == "1,5 hours a week"


@pytest.mark.parametrize(
    ("ends_at", "words"),
    [
        (None, "Sa., 5. Dez. 2026, from 09:00"),
        (START + timedelta(hours=4), "Sa., 5. Dez. 2026, 09:00 to 13:00"),
        (START + timedelta(hours=30), "Sa., 5. Dez. 2026, 09:00, to So., 6. Dez. 2026, 15:00"),
    ],
)
def test_dates(ends_at: datetime | None, words: str) -> None:
    assert date_range(START, ends_at, BERLIN, DE) == words


@dataclass(frozen=True)
class Offer:
    time_kind: str
    slots: tuple[str, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def test_when_chooses_by_kind() -> None:
    assert when(Offer("dated", ("sat-morning",), START), BERLIN, DE).startswith("Sa., 5. Dez.")
    assert when(Offer("ongoing", ("sat-morning",)), BERLIN, DE) == "Saturdays in the morning"
    assert when(Offer("ongoing"), BERLIN, DE) == "By arrangement"
