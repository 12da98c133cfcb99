"""What may follow what, who publishes, what must be said, and when an offer ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.opportunities.kinds import PlaceKind, State, TimeKind
from engagement.opportunities.policy import (
    LASTS,
    LEAST_DESCRIPTION,
    TRANSITIONS,
    Action,
    Look,
    expiry,
    invalid,
    is_visible,
    missing_for_publication,
    publishing_action,
    target,
)
from engagement.opportunities.values import OpportunityValues
from engagement.organisations.kinds import Verification
from engagement.tenancy.settings import ModerationPolicy

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
COMPLETE = OpportunityValues(
    title="Vorlesen",
    summary="Kindern vorlesen.",
    description="x" * LEAST_DESCRIPTION,
    category_ids=(1,),
    district_id=1,
)
actions = st.lists(st.sampled_from(Action), max_size=30)


def fields(values: OpportunityValues, *, shown_already: bool = False) -> list[str]:
    return [missing.field for missing in missing_for_publication(values, moment=NOW, shown_already=shown_already)]


class TestTheTable:
    def test_every_state_has_a_line_and_a_way_on(self) -> None:
        assert set(TRANSITIONS) == set(State)
        assert all(TRANSITIONS.values())

    def test_every_action_is_possible_somewhere(self) -> None:
        assert {action for steps in TRANSITIONS.values() for action in steps} == set(Action)

    @given(actions)
    def test_nothing_becomes_public_but_by_publishing(self, path: list[Action]) -> None:
        state = State.DRAFT
        for action in path:
            following = target(state, action)
            if following is State.PUBLISHED and state is not State.PUBLISHED:
                assert action in {Action.PUBLISH, Action.REOPEN}
            state = following or state

    @given(actions)
    def test_from_everywhere_there_is_a_way_to_be_public_again(self, path: list[Action]) -> None:
        state = State.DRAFT
        for action in path:
            state = target(state, action) or state
        assert State.PUBLISHED in reachable(state)

    def test_only_drafts_and_what_is_hidden_can_be_archived(self) -> None:
        assert {state for state in State if target(state, Action.ARCHIVE)} == {
            State.DRAFT,
            State.PAUSED,
            State.CLOSED,
        }


def reachable(state: State) -> set[State]:
    seen, ahead = {state}, [state]
    while ahead:
        for following in TRANSITIONS[ahead.pop()].values():
            if following not in seen:
                seen.add(following)
                ahead.append(following)
    return seen


class TestWhoPublishes:
    @given(st.sampled_from(State), st.booleans())
    def test_a_rejected_organisation_never(self, state: State, by_moderator: bool) -> None:
        assert publishing_action(state, Verification.REJECTED, by_moderator=by_moderator) is None

    @given(st.sampled_from(State))
    def test_a_pending_one_can_only_ask(self, state: State) -> None:
        assert publishing_action(state, Verification.PENDING) in {Action.SUBMIT, None}

    @pytest.mark.parametrize(
        ("state", "action"),
        [
            (State.DRAFT, Action.PUBLISH),
            (State.IN_REVIEW, Action.PUBLISH),
            (State.PAUSED, Action.REOPEN),
            (State.CLOSED, Action.REOPEN),
            (State.PUBLISHED, None),
            (State.ARCHIVED, None),
        ],
    )
    def test_a_verified_one_publishes_at_once_and_so_does_the_municipality(
        self, state: State, action: Action | None
    ) -> None:
        assert publishing_action(state, Verification.VERIFIED) is action
        assert publishing_action(state, Verification.PENDING, by_moderator=True) is action

    @given(st.sampled_from(State), st.sampled_from(Verification), st.integers(-5, 5))
    def test_visitors_see_only_what_is_published_verified_and_alive(
        self, state: State, verification: Verification, days: int
    ) -> None:
        visible = is_visible(state, verification, NOW + timedelta(days=days), NOW)
        assert visible is (state is State.PUBLISHED and verification is Verification.VERIFIED and days > 0)


class TestWhatIsLookedAtFirst:
    """Each policy × each sort of organisation × approved or not."""

    @pytest.mark.parametrize(
        ("policy", "verification", "approved", "expected"),
        [
            (ModerationPolicy.REVIEW_UNVERIFIED, Verification.VERIFIED, False, Action.PUBLISH),
            (ModerationPolicy.REVIEW_UNVERIFIED, Verification.PENDING, False, Action.SUBMIT),
            (ModerationPolicy.REVIEW_UNVERIFIED, Verification.PENDING, True, Action.SUBMIT),
            (ModerationPolicy.REVIEW_ALL, Verification.VERIFIED, False, Action.SUBMIT),
            (ModerationPolicy.REVIEW_ALL, Verification.VERIFIED, True, Action.PUBLISH),
            (ModerationPolicy.REVIEW_ALL, Verification.PENDING, True, Action.SUBMIT),
            (ModerationPolicy.PUBLISH_AT_ONCE, Verification.VERIFIED, False, Action.PUBLISH),
            (ModerationPolicy.PUBLISH_AT_ONCE, Verification.PENDING, False, Action.PUBLISH),
            (ModerationPolicy.PUBLISH_AT_ONCE, Verification.REJECTED, False, None),
        ],
    )
    def test_a_draft(
        self, policy: ModerationPolicy, verification: Verification, approved: bool, expected: Action | None
    ) -> None:
        look = Look(policy, approved=approved)
        assert publishing_action(State.DRAFT, verification, look=look) is expected

    @given(st.sampled_from(ModerationPolicy), st.sampled_from(Verification), st.booleans())
    def test_what_the_municipality_took_off_is_always_looked_at(
        self, policy: ModerationPolicy, verification: Verification, approved: bool
    ) -> None:
        look = Look(policy, approved=approved, demanded=True)
        assert publishing_action(State.DRAFT, verification, look=look) in {Action.SUBMIT, None}
        assert look.holds_edits

    @given(st.sampled_from(ModerationPolicy))
    def test_only_where_all_is_reviewed_a_change_waits(self, policy: ModerationPolicy) -> None:
        assert Look(policy).holds_edits is (policy is ModerationPolicy.REVIEW_ALL)


class TestWhatIsMissing:
    def test_nothing_in_a_complete_one(self) -> None:
        assert fields(COMPLETE) == []
        assert fields(replace(COMPLETE, place_kind=PlaceKind.REMOTE, district_id=None)) == []

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"title": " "}, ["title"]),
            ({"summary": ""}, ["summary"]),
            ({"description": "x" * (LEAST_DESCRIPTION - 1)}, ["description"]),
            ({"description": "x" + " " * LEAST_DESCRIPTION}, ["description"]),
            ({"category_ids": ()}, ["category_ids"]),
            ({"district_id": None}, ["district_id"]),
            ({"place_kind": PlaceKind.ADDRESS}, ["street"]),
            ({"place_kind": PlaceKind.ADDRESS, "district_id": None}, ["street", "postcode"]),
            ({"place_kind": PlaceKind.ADDRESS, "street": "Weg 1", "postcode": "75015", "district_id": None}, []),
            ({"time_kind": TimeKind.DATED}, ["starts_at"]),
            ({"time_kind": TimeKind.DATED, "starts_at": NOW}, ["starts_at"]),
            ({"time_kind": TimeKind.DATED, "starts_at": NOW + timedelta(hours=1)}, []),
            ({"starts_at": NOW - timedelta(days=9)}, []),
        ],
    )
    def test_each_thing_is_named(self, change: dict[str, Any], expected: list[str]) -> None:
        assert fields(replace(COMPLETE, **change)) == expected

    def test_what_has_begun_can_be_edited_until_it_is_over(self) -> None:
        begun = replace(
            COMPLETE,
            time_kind=TimeKind.DATED,
            starts_at=NOW - timedelta(days=1),
            ends_at=NOW + timedelta(days=1),
        )
        assert fields(begun) == ["starts_at"]
        assert fields(begun, shown_already=True) == []
        assert fields(replace(begun, ends_at=NOW), shown_already=True) == ["starts_at"]

    def test_every_message_can_be_read(self) -> None:
        empty = OpportunityValues(title="", time_kind=TimeKind.DATED)
        assert all(str(missing.message) for missing in missing_for_publication(empty, moment=NOW))


class TestWhatCannotBeKept:
    @pytest.mark.parametrize(
        ("change", "state", "expected"),
        [
            ({}, State.DRAFT, []),
            ({"title": ""}, State.DRAFT, ["title"]),
            ({"places": 0}, State.DRAFT, ["places"]),
            ({"starts_at": NOW, "ends_at": NOW}, State.DRAFT, ["ends_at"]),
            ({"picture_file_id": 1}, State.DRAFT, ["picture_alt"]),
            ({"picture_file_id": 1, "picture_alt": "Ein Beet"}, State.DRAFT, []),
            ({"time_kind": TimeKind.DATED}, State.DRAFT, []),
            ({"time_kind": TimeKind.DATED}, State.PAUSED, ["starts_at"]),
        ],
    )
    def test_each_thing_is_named(self, change: dict[str, Any], state: State, expected: list[str]) -> None:
        assert [problem.field for problem in invalid(replace(COMPLETE, **change), state)] == expected


class TestExpiry:
    def test_what_goes_on_lasts_180_days(self) -> None:
        assert expiry(COMPLETE, NOW, BERLIN) == NOW + LASTS == NOW + timedelta(days=180)

    def test_what_goes_on_to_a_last_day_ends_with_it(self) -> None:
        values = replace(COMPLETE, ends_at=datetime(2026, 5, 10, 21, 59, tzinfo=UTC))
        assert expiry(values, NOW, BERLIN) == datetime(2026, 5, 10, 22, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("starts_at", "ends_at", "expected"),
        [
            (datetime(2026, 7, 1, 8, tzinfo=BERLIN), None, datetime(2026, 7, 2, tzinfo=BERLIN)),
            (
                datetime(2026, 7, 1, 8, tzinfo=BERLIN),
                datetime(2026, 7, 3, 8, tzinfo=BERLIN),
                datetime(2026, 7, 4, tzinfo=BERLIN),
            ),
            (
                datetime(2026, 7, 1, 20, tzinfo=BERLIN),
                datetime(2026, 7, 2, 0, tzinfo=BERLIN),
                datetime(2026, 7, 2, tzinfo=BERLIN),
            ),
            (datetime(2026, 10, 24, 20, tzinfo=BERLIN), None, datetime(2026, 10, 25, tzinfo=BERLIN)),
        ],
        ids=["one day", "three days", "until midnight", "before the clocks change"],
    )
    def test_a_date_ends_with_its_last_day(
        self, starts_at: datetime, ends_at: datetime | None, expected: datetime
    ) -> None:
        values = replace(COMPLETE, time_kind=TimeKind.DATED, starts_at=starts_at, ends_at=ends_at)
        assert expiry(values, NOW, BERLIN) == expected

    @given(
        st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        st.timedeltas(timedelta(minutes=1), timedelta(days=20)),
    )
    def test_it_never_ends_before_it_is_over_nor_a_day_later(self, starts_at: datetime, lasts: timedelta) -> None:
        ends_at = starts_at + lasts
        values = replace(COMPLETE, time_kind=TimeKind.DATED, starts_at=starts_at, ends_at=ends_at)
        assert timedelta(0) <= expiry(values, NOW, BERLIN) - ends_at <= timedelta(hours=25)
