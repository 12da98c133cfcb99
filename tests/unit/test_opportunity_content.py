"""What is kept of a version comes back as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engagement.kernel.geo import Point
from engagement.opportunities.content import as_json, from_json, usable
from engagement.opportunities.kinds import SLOTS, HoursPer, PlaceKind, TimeKind
from engagement.opportunities.values import OpportunityValues
from engagement.tenancy.queries import DistrictTerm, Term, Vocabulary

moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
VALUES = st.builds(
    OpportunityValues,
    title=st.text(),
    category_ids=st.lists(st.integers(1, 99)).map(tuple),
    place_kind=st.sampled_from(PlaceKind),
    point=st.none() | st.builds(Point, st.floats(47, 55), st.floats(6, 15)),
    time_kind=st.sampled_from(TimeKind),
    slots=st.lists(st.sampled_from(SLOTS)).map(tuple),
    hours=st.none() | st.decimals(0, 99, places=1),
    hours_per=st.none() | st.sampled_from(HoursPer),
    starts_at=st.none() | moments,
    ends_at=st.none() | moments,
    skills=st.lists(st.text()).map(tuple),
    step_free=st.none() | st.booleans(),
)


@given(VALUES)
def test_it_comes_back_unchanged(values: OpportunityValues) -> None:
    assert from_json(json.loads(json.dumps(as_json(values)))) == values


def test_what_an_older_version_did_not_know_has_its_default() -> None:
    assert from_json({"title": "Vorlesen", "gone": 1}) == OpportunityValues(title="Vorlesen")


def test_words_that_are_gone_are_left_out() -> None:
    words = Vocabulary((Term(1, "a", "A"),), (), (), (DistrictTerm(5, "k", "K", "75015", None),))
    values = OpportunityValues(title="x", category_ids=(1, 2), target_group_ids=(3,), district_id=4, hours=Decimal(2))
    left = usable(values, words)
    assert (left.category_ids, left.target_group_ids, left.district_id, left.hours) == ((1,), (), None, Decimal(2))
    assert usable(OpportunityValues(title="x", district_id=5), words).district_id == 5
