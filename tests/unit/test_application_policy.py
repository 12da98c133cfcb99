"""What may be done with an application in which state."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engagement.applications.kinds import Action, ApplicationState, Author, Group
from engagement.applications.policy import (
    group_of,
    holds_place,
    may_keep_place,
    next_state,
    possible_actions,
    waits_for_club,
)

NEW, IN_CONTACT, ACCEPTED, DECLINED, WITHDRAWN, QUEUED = ApplicationState
OF_THE_LIST = (Action.TAKE_PLACE, Action.LAPSE)


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        (Action.ASK, NEW, IN_CONTACT),
        (Action.ASK, IN_CONTACT, IN_CONTACT),
        (Action.ASK, ACCEPTED, ACCEPTED),
        (Action.ASK, DECLINED, IN_CONTACT),
        (Action.ACCEPT, NEW, ACCEPTED),
        (Action.ACCEPT, IN_CONTACT, ACCEPTED),
        (Action.ACCEPT, DECLINED, ACCEPTED),
        (Action.ACCEPT, ACCEPTED, None),
        (Action.DECLINE, NEW, DECLINED),
        (Action.DECLINE, IN_CONTACT, DECLINED),
        (Action.DECLINE, ACCEPTED, DECLINED),
        (Action.DECLINE, DECLINED, None),
        (Action.WITHDRAW, NEW, WITHDRAWN),
        (Action.WITHDRAW, IN_CONTACT, WITHDRAWN),
        (Action.WITHDRAW, ACCEPTED, WITHDRAWN),
        (Action.WITHDRAW, DECLINED, None),
        *((Action.REPLY, state, state) for state in (NEW, IN_CONTACT, ACCEPTED, DECLINED)),
        *((action, WITHDRAWN, None) for action in Action),
        (Action.ASK, QUEUED, QUEUED),
        (Action.REPLY, QUEUED, QUEUED),
        (Action.ACCEPT, QUEUED, ACCEPTED),
        (Action.DECLINE, QUEUED, DECLINED),
        (Action.WITHDRAW, QUEUED, WITHDRAWN),
        (Action.TAKE_PLACE, QUEUED, NEW),
        (Action.LAPSE, QUEUED, WITHDRAWN),
        *((action, state, None) for action in OF_THE_LIST for state in ApplicationState if state is not QUEUED),
    ],
)
def test_each_step_leads_where_it_should(
    action: Action, before: ApplicationState, after: ApplicationState | None
) -> None:
    assert next_state(action, before) is after


def test_the_club_is_offered_its_own_actions_only() -> None:
    assert possible_actions(Author.CLUB, NEW) == (Action.ACCEPT, Action.ASK, Action.DECLINE)
    assert possible_actions(Author.CLUB, ACCEPTED) == (Action.ASK, Action.DECLINE)
    assert possible_actions(Author.CLUB, DECLINED) == (Action.ACCEPT, Action.ASK)
    assert possible_actions(Author.APPLICANT, NEW) == (Action.REPLY, Action.WITHDRAW)
    assert possible_actions(Author.APPLICANT, DECLINED) == (Action.REPLY,)
    assert possible_actions(Author.CLUB, WITHDRAWN) == possible_actions(Author.APPLICANT, WITHDRAWN) == ()


def test_only_a_reply_before_the_decision_and_a_taken_place_wait_for_the_club() -> None:
    waiting = {(action, state) for action in Action for state in ApplicationState if waits_for_club(action, state)}
    taken = {(Action.TAKE_PLACE, state) for state in ApplicationState}
    assert waiting == {(Action.REPLY, NEW), (Action.REPLY, IN_CONTACT), (Action.REPLY, QUEUED)} | taken


def test_a_place_is_held_by_acceptance_or_kept_until_the_decision() -> None:
    assert [state for state in ApplicationState if holds_place(state, kept=False)] == [ACCEPTED]
    assert {state for state in ApplicationState if holds_place(state, kept=True)} == {NEW, IN_CONTACT, ACCEPTED, QUEUED}
    assert {state for state in ApplicationState if may_keep_place(state)} == {NEW, IN_CONTACT, QUEUED}


def test_an_inbox_has_waiting_ones_apart_whatever_their_state() -> None:
    assert {group_of(state, waiting=True) for state in ApplicationState} == {Group.WAITING}
    assert [group_of(state, waiting=False) for state in (QUEUED, IN_CONTACT, ACCEPTED, DECLINED, WITHDRAWN)] == [
        Group.QUEUED,
        Group.IN_CONTACT,
        Group.ACCEPTED,
        Group.CLOSED,
        Group.CLOSED,
    ]


class Life(RuleBasedStateMachine):
    """Any two sides doing anything they can, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state = QUEUED
        self.places = 0
        self.answered = False

    @rule(side=st.sampled_from(Author), data=st.data())
    def do_something_possible(self, side: Author, data: st.DataObject) -> None:
        possible = possible_actions(side, self.state)
        if possible:
            self.go(data.draw(st.sampled_from(possible)))

    @rule()
    def say_yes_to_a_place(self) -> None:
        if self.state is QUEUED:
            self.go(Action.TAKE_PLACE)

    @rule(action=st.sampled_from(Action))
    def try_anything(self, action: Action) -> None:
        offered = {*possible_actions(Author.CLUB, self.state), *possible_actions(Author.APPLICANT, self.state)}
        offered |= set(OF_THE_LIST) if self.state is QUEUED else set()
        assert (next_state(action, self.state) is not None) == (action in offered)

    def go(self, action: Action) -> None:
        after = next_state(action, self.state)
        assert after is not None
        assert self.state is not WITHDRAWN
        if after is not self.state:
            assert action is not Action.REPLY
        self.places += holds_place(after, kept=False) - holds_place(self.state, kept=False)
        self.answered = self.answered or action in {Action.ACCEPT, Action.ASK, Action.DECLINE}
        self.state = after

    @invariant()
    def a_place_is_taken_exactly_while_accepted(self) -> None:
        assert self.places == (1 if self.state is ACCEPTED else 0)

    @invariant()
    def only_the_club_moves_it_out_of_new_other_than_by_withdrawing(self) -> None:
        assert self.answered or self.state in {QUEUED, NEW, WITHDRAWN}


TestLife = Life.TestCase
