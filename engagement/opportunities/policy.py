"""The rules of an opportunity's life: what may follow what, who publishes, what must be said, when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from engagement.kernel.clock import now
from engagement.kernel.i18n import lazy_gettext
from engagement.opportunities.kinds import PlaceKind, State, TimeKind
from engagement.opportunities.values import OpportunityValues
from engagement.organisations.kinds import Verification
from engagement.tenancy.settings import ModerationPolicy

LEAST_DESCRIPTION = 50
"""Characters; shorter ones leave a reader with nothing to decide on."""
LASTS = timedelta(days=180)
"""How long an ongoing opportunity is shown after somebody last stood by it."""


class Action(StrEnum):
    """What can be done with an opportunity."""

    SUBMIT = "submit"
    PUBLISH = "publish"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    PAUSE = "pause"
    REOPEN = "reopen"
    CONFIRM = "confirm"
    CLOSE = "close"
    ARCHIVE = "archive"
    RESTORE = "restore"
    UNPUBLISH = "unpublish"
    RECHECK = "recheck"
    DISCARD = "discard"


TRANSITIONS: dict[State, dict[Action, State]] = {
    State.DRAFT: {
        Action.SUBMIT: State.IN_REVIEW,
        Action.PUBLISH: State.PUBLISHED,
        Action.ARCHIVE: State.ARCHIVED,
    },
    State.IN_REVIEW: {
        Action.PUBLISH: State.PUBLISHED,
        Action.SEND_BACK: State.DRAFT,
        Action.WITHDRAW: State.DRAFT,
    },
    State.PUBLISHED: {
        Action.CONFIRM: State.PUBLISHED,
        Action.PAUSE: State.PAUSED,
        Action.CLOSE: State.CLOSED,
        Action.UNPUBLISH: State.DRAFT,
        Action.RECHECK: State.IN_REVIEW,
        Action.DISCARD: State.PUBLISHED,
    },
    State.PAUSED: {
        Action.REOPEN: State.PUBLISHED,
        Action.SUBMIT: State.IN_REVIEW,
        Action.CLOSE: State.CLOSED,
        Action.ARCHIVE: State.ARCHIVED,
    },
    State.CLOSED: {
        Action.REOPEN: State.PUBLISHED,
        Action.SUBMIT: State.IN_REVIEW,
        Action.ARCHIVE: State.ARCHIVED,
    },
    State.ARCHIVED: {
        Action.RESTORE: State.DRAFT,
    },
}
"""Every state with what can be done in it, and where that leads."""

SHOWN_OR_ASKED_FOR = frozenset({State.PUBLISHED, State.IN_REVIEW})
"""States in which an opportunity has to be complete."""
SILENCED = frozenset({Verification.REJECTED, Verification.MERGED})
"""Organisations in these states publish nothing."""
NOT_ON_ITS_OWN = frozenset({State.DRAFT, State.IN_REVIEW, State.ARCHIVED})
"""States in which an opportunity may be because the municipality took it off the public pages."""
EDITABLE = frozenset(State) - {State.ARCHIVED}


def target(state: State, action: Action) -> State | None:
    """Return where ``action`` leads from ``state``, None if it is not possible there."""
    return TRANSITIONS[state].get(action)


@dataclass(frozen=True)
class Look:
    """What the municipality has to do with an opportunity before everybody may see it.

    Args:
        policy: which offers it looks at first.
        approved: it has approved the present content.
        demanded: it has sent the opportunity back or taken it off, so it wants to see it again whatever the policy.
    """

    policy: ModerationPolicy = ModerationPolicy.REVIEW_UNVERIFIED
    approved: bool = False
    demanded: bool = False

    def comes_first(self, verification: Verification) -> bool:
        """Tell whether the opportunity waits for a look before it is published."""
        if self.demanded:
            return True
        if self.policy is ModerationPolicy.PUBLISH_AT_ONCE:
            return False
        unverified = verification is not Verification.VERIFIED
        return unverified or (self.policy is ModerationPolicy.REVIEW_ALL and not self.approved)

    @property
    def holds_edits(self) -> bool:
        """Tell whether a change of something public waits while visitors go on seeing what was approved."""
        return self.demanded or self.policy is ModerationPolicy.REVIEW_ALL


def publishing_action(
    state: State,
    verification: Verification,
    *,
    by_moderator: bool = False,
    look: Look | None = None,
    suspended: bool = False,
) -> Action | None:
    """Return what "publish" comes to, None if it is refused.

    What the municipality looks at first is handed in; its moderators publish it. Everything else is published at once.
    Rejected and suspended organisations cannot publish.

    Args:
        state: of the opportunity.
        verification: of its organisation.
        by_moderator: the municipality itself publishes it.
        look: what the municipality wants to see first; by default the offers of organisations that are not verified.
        suspended: whether its organisation is.
    """
    if suspended or verification in SILENCED:
        return None
    direct = by_moderator or not (look or Look()).comes_first(verification)
    wanted = (Action.PUBLISH, Action.REOPEN) if direct else (Action.SUBMIT,)
    return next((action for action in wanted if target(state, action)), None)


def is_visible(
    state: State,
    verification: Verification,
    expires_at: datetime | None,
    moment: datetime,
    *,
    suspended: bool = False,
) -> bool:
    """Tell whether visitors see an opportunity; that of an unverified or suspended organisation stays unseen."""
    alive = expires_at is None or expires_at > moment
    return state is State.PUBLISHED and verification is Verification.VERIFIED and not suspended and alive


def keeps_address(
    state: State, verification: Verification, *, suspended: bool = False, taken_off: bool = False
) -> bool:
    """Tell whether the address of an opportunity that has left the public pages goes on naming it.

    What the municipality took off, and what belongs to an organisation that it turned down or suspended, is named no
    more: an order to take something down is met only if its words are gone (Art. 6 (1) (b) of Regulation (EU)
    2022/2065, Digital Services Act).

    Args:
        state: of the opportunity.
        verification: of its organisation.
        suspended: whether its organisation is.
        taken_off: the municipality wants to see the next version before everybody does.
    """
    if suspended or verification is not Verification.VERIFIED:
        return False
    return not (taken_off and state in NOT_ON_ITS_OWN)


@dataclass(frozen=True)
class Missing:
    """Something that has to be said before publishing; ``message`` is for the person, lazily translated."""

    field: str
    message: Any


def missing_for_publication(
    values: OpportunityValues, *, moment: datetime | None = None, shown_already: bool = False
) -> list[Missing]:
    """Return what keeps an opportunity from being published, in the order of the form.

    Args:
        values: what is said so far.
        moment: the present, aware; now if None.
        shown_already: it is public, so that one that has begun may still be edited until it is over.
    """
    wanted = {
        "title": (values.title.strip(), lazy_gettext("Please give the offer a title.")),
        "summary": (values.summary.strip(), lazy_gettext("Please say in one or two sentences what it is about.")),
        "description": (
            len(values.description.strip()) >= LEAST_DESCRIPTION,
            lazy_gettext("Please describe a little more: at least %(least)d characters.", least=LEAST_DESCRIPTION),
        ),
        "category_ids": (values.category_ids, lazy_gettext("Please tick at least one field.")),
        **_place(values),
    }
    missing = [Missing(field, message) for field, (said, message) in wanted.items() if not said]
    return missing + _missing_time(values, moment or now(), shown_already=shown_already)


def _place(values: OpportunityValues) -> dict[str, tuple[object, object]]:
    if values.place_kind is PlaceKind.ADDRESS:
        return {
            "street": (values.street.strip(), lazy_gettext("Please give street and number.")),
            "postcode": (
                values.postcode.strip() or values.district_id,
                lazy_gettext("Please give the postcode, or choose the part of town."),
            ),
        }
    if values.place_kind is PlaceKind.DISTRICT:
        return {"district_id": (values.district_id, lazy_gettext("Please choose the part of town."))}
    return {}


def _missing_time(values: OpportunityValues, moment: datetime, *, shown_already: bool) -> list[Missing]:
    if values.time_kind is not TimeKind.DATED:
        return []
    if values.starts_at is None:
        return [Missing("starts_at", lazy_gettext("Please say when it starts."))]
    last = (values.ends_at or values.starts_at) if shown_already else values.starts_at
    if last <= moment:
        return [Missing("starts_at", lazy_gettext("This date is over. Please give one that is still to come."))]
    return []


def expiry(values: OpportunityValues, moment: datetime, zone: ZoneInfo) -> datetime:
    """Return when an opportunity that is published or confirmed at ``moment`` leaves the public pages.

    Args:
        values: what describes it.
        moment: aware.
        zone: of the tenant; a dated opportunity ends with its last day there, as does an ongoing one with an end.
    """
    if values.time_kind is TimeKind.DATED and values.starts_at:
        return _end_of_day(values.ends_at, zone) if values.ends_at else _end_of_day(values.starts_at, zone)
    stands = moment + LASTS
    return min(stands, _end_of_day(values.ends_at, zone)) if values.ends_at else stands


def _end_of_day(last: datetime, zone: ZoneInfo) -> datetime:
    """Return the midnight that ends the day of ``last``; midnight itself ends the day before."""
    day = (last - timedelta(microseconds=1)).astimezone(zone).date()
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def invalid(values: OpportunityValues, state: State) -> list[Missing]:
    """Return what cannot be kept at all, in any state."""
    wrong = []
    if not values.title.strip():
        wrong.append(Missing("title", lazy_gettext("Please give the offer a title.")))
    if values.starts_at and values.ends_at and values.ends_at <= values.starts_at:
        wrong.append(Missing("ends_at", lazy_gettext("The end must lie after the beginning.")))
    if values.places is not None and values.places < 1:
        wrong.append(Missing("places", lazy_gettext("Please give a number from 1, or leave this empty.")))
    if values.picture_file_id is not None and not values.picture_alt.strip():
        wrong.append(Missing("picture_alt", lazy_gettext("Please describe the picture for people who cannot see it.")))
    if _lacks_start(values) and state not in {State.DRAFT, State.ARCHIVED}:
        wrong.append(Missing("starts_at", lazy_gettext("Please say when it starts.")))
    return wrong


def _lacks_start(values: OpportunityValues) -> bool:
    return values.time_kind is TimeKind.DATED and values.starts_at is None
