"""What may be done with an application in which state; pure rules, no database.

Decided here:

* A club can change its mind: an accepted application can still be declined (plans change) and a declined one accepted
  (a place became free). A person must not sign up twice for that, and both get a mail each time.
* Asking somebody who was declined opens the talk again; asking somebody who was accepted leaves the acceptance.
* A withdrawn application is the end of it: nobody writes to it any more, and the person may sign up anew.
* A declined application cannot be withdrawn: there is nothing left to withdraw, and withdrawing would only serve to
  sign up for the same again.
* Who comes when all places are taken stands on the waiting list. The club may accept, ask or decline them as anybody.
  When a place gets free it is kept for the first in line; a yes makes an ordinary request of it, for which the place
  stays kept until the club has decided, because whom it takes is always for the club to say. Without an answer in time
  the request ends, as if withdrawn: somebody who does not read their mails must not hold up the line.
"""

from __future__ import annotations

from engagement.applications.kinds import Action, ApplicationState, Author, Group

_NEW, _IN_CONTACT, _ACCEPTED, _DECLINED, _WITHDRAWN, _QUEUED = ApplicationState

_NEXT: dict[Action, dict[ApplicationState, ApplicationState]] = {
    Action.ACCEPT: {_NEW: _ACCEPTED, _IN_CONTACT: _ACCEPTED, _DECLINED: _ACCEPTED, _QUEUED: _ACCEPTED},
    Action.ASK: {
        _NEW: _IN_CONTACT,
        _IN_CONTACT: _IN_CONTACT,
        _ACCEPTED: _ACCEPTED,
        _DECLINED: _IN_CONTACT,
        _QUEUED: _QUEUED,
    },
    Action.DECLINE: {_NEW: _DECLINED, _IN_CONTACT: _DECLINED, _ACCEPTED: _DECLINED, _QUEUED: _DECLINED},
    Action.REPLY: {
        _NEW: _NEW,
        _IN_CONTACT: _IN_CONTACT,
        _ACCEPTED: _ACCEPTED,
        _DECLINED: _DECLINED,
        _QUEUED: _QUEUED,
    },
    Action.WITHDRAW: {_NEW: _WITHDRAWN, _IN_CONTACT: _WITHDRAWN, _ACCEPTED: _WITHDRAWN, _QUEUED: _WITHDRAWN},
    Action.TAKE_PLACE: {_QUEUED: _NEW},
    Action.LAPSE: {_QUEUED: _WITHDRAWN},
}
_ACTIONS = {
    Author.CLUB: (Action.ACCEPT, Action.ASK, Action.DECLINE),
    Author.APPLICANT: (Action.REPLY, Action.WITHDRAW),
}
_GROUPS = {
    _NEW: Group.WAITING,
    _IN_CONTACT: Group.IN_CONTACT,
    _ACCEPTED: Group.ACCEPTED,
    _QUEUED: Group.QUEUED,
    _DECLINED: Group.CLOSED,
    _WITHDRAWN: Group.CLOSED,
}


def next_state(action: Action, state: ApplicationState) -> ApplicationState | None:
    """Return the state after ``action``, None if it is not possible in ``state``."""
    return _NEXT[action].get(state)


def possible_actions(side: Author, state: ApplicationState) -> tuple[Action, ...]:
    """Return what one side can do in ``state``, in the order in which it is offered."""
    return tuple(action for action in _ACTIONS[side] if next_state(action, state) is not None)


def waits_for_club(action: Action, state: ApplicationState) -> bool:
    """Tell whether the club owes an answer after ``action`` led to ``state``.

    A reply to an acceptance or a refusal is mostly a word of thanks; the club gets it by mail, but owes nothing.
    """
    return action is Action.TAKE_PLACE or (action is Action.REPLY and state in {_NEW, _IN_CONTACT, _QUEUED})


def holds_place(state: ApplicationState, *, kept: bool) -> bool:
    """Tell whether an application takes up a place: by acceptance, or because one is ``kept`` for it."""
    return state is _ACCEPTED or (kept and may_keep_place(state))


def may_keep_place(state: ApplicationState) -> bool:
    """Tell whether a place can be kept for somebody from the waiting list: until it is decided."""
    return state in {_QUEUED, _NEW, _IN_CONTACT}


def group_of(state: ApplicationState, *, waiting: bool) -> Group:
    """Return the part of the inbox where an application stands; ``waiting`` says that the club owes an answer."""
    return Group.WAITING if waiting else _GROUPS[state]
