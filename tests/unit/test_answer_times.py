"""After how many days an answer is late: three numbers that follow each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engagement.tenancy.settings import AnswerTimes, TenantSettings

NUMBERS = st.integers(min_value=-5, max_value=70)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_they_follow_each_other_within_sixty_days(look: int, call: int, worry: int) -> None:
    given_days = {"days_to_look": look, "days_to_call": call, "days_to_worry": worry}
    if 1 <= look < call < worry <= 60:
        assert AnswerTimes(**given_days).model_dump() == given_days
    else:
        with pytest.raises(ValidationError):
            AnswerTimes(**given_days)


def test_a_town_that_has_decided_nothing_has_the_usual_ones() -> None:
    assert TenantSettings.model_validate({}).answers.model_dump() == {
        "days_to_look": 3,
        "days_to_call": 7,
        "days_to_worry": 14,
    }
