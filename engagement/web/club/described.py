"""Between the form's fields and the values that describe an opportunity."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from engagement.kernel.geo import Point
from engagement.opportunities.kinds import HoursPer, PlaceKind, TimeKind
from engagement.opportunities.queries import OpportunityInfo
from engagement.opportunities.service import OpportunityValues
from engagement.web.club.fields import language_words
from engagement.web.club.forms import COMMON_LANGUAGES, OpportunityForm
from engagement.web.shared import context

TEXTS = (
    "title", "summary", "plain_summary", "description", "time_note", "driving_licence", "training", "expenses",
    "allowance", "contact_name", "contact_email", "contact_phone",
)  # fmt: skip
NUMBERS_AND_TICKS = ("places", "minimum_age", "certificate_of_conduct", "insurance", "taster")
AS_TYPED = (*TEXTS, *NUMBERS_AND_TICKS)
"""Values that are in the form as they are."""
KNOWN_OR_NOT = ("step_free", "accessible_toilet", "public_transport", "hearing_support")
ADDRESS = ("street", "postcode", "city")
PICTURE = ("picture_alt", "picture_focus")


def as_fields(info: OpportunityInfo) -> dict[str, Any]:
    """Return what the fields show of an opportunity."""
    start_date, start_time = _local(info.starts_at)
    end_date, end_time = _local(info.ends_at)
    unusual = tuple(code for code in info.languages if code not in COMMON_LANGUAGES)
    return {
        **{name: getattr(info, name) for name in (*AS_TYPED, *KNOWN_OR_NOT, *ADDRESS, *PICTURE, "hours")},
        "category_ids": list(info.category_ids),
        "target_group_ids": list(info.target_group_ids),
        "place_kind": info.place_kind,
        "district_id": str(info.district_id or ""),
        "time_kind": info.time_kind,
        "slots": list(info.slots),
        "suited_for": list(info.suited_for),
        "start_date": start_date,
        "start_time": start_time,
        "end_date": end_date,
        "end_time": end_time,
        "hours_per": info.hours_per or HoursPer.WEEK,
        "skills": "\n".join(info.skills),
        "languages": [code for code in info.languages if code in COMMON_LANGUAGES],
        "more_languages": language_words(unusual),
        "seen": info.updated_at.isoformat(),
    }


def described(form: OpportunityForm, picture_file_id: int | None, known: OpportunityInfo | None) -> OpportunityValues:
    """Return what a checked form says; what does not apply to the chosen kind of place and time is left out.

    Args:
        form: checked.
        picture_file_id: the kept picture, None for no picture.
        known: the opportunity as it is; its point stays as long as its place does, and its translations stay.
    """
    values = OpportunityValues(
        **_texts(form),
        **{name: getattr(form, name).data for name in NUMBERS_AND_TICKS},
        **{name: getattr(form, name).known for name in KNOWN_OR_NOT},
        **_place(form),
        **_time(form),
        category_ids=tuple(form.category_ids.data or ()),
        target_group_ids=tuple(form.target_group_ids.data or ()),
        suited_for=tuple(form.suited_for.data or ()),
        skills=form.skills.entries,
        languages=tuple(dict.fromkeys([*(form.languages.data or ()), *form.more_languages.codes])),
        picture_file_id=picture_file_id,
        picture_alt=_text(form.picture_alt.data) if picture_file_id else "",
        picture_focus=(form.picture_focus.data or "") if picture_file_id else "",
        translations=known.translations if known else {},
    )
    return replace(values, point=_same_point(values, known))


def _place(form: OpportunityForm) -> dict[str, Any]:
    kind = PlaceKind(form.place_kind.data)
    district_id = int(form.district_id.data) if form.district_id.data and kind is not PlaceKind.REMOTE else None
    address = {name: getattr(form, name).data or "" for name in ADDRESS} if kind is PlaceKind.ADDRESS else {}
    return {"place_kind": kind, "district_id": district_id, **address}


def _time(form: OpportunityForm) -> dict[str, Any]:
    hours = form.hours.number
    return {
        "time_kind": TimeKind(form.time_kind.data),
        "slots": () if form.is_dated else tuple(form.slots.data or ()),
        "starts_at": form.begins,
        "ends_at": form.ends,
        "hours": hours,
        "hours_per": HoursPer(form.hours_per.data) if hours else None,
    }


def _same_point(values: OpportunityValues, known: OpportunityInfo | None) -> Point | None:
    if known is None:
        return None
    place = ("place_kind", "district_id", *ADDRESS)
    same = all(getattr(values, name) == getattr(known, name) for name in place)
    return known.point if same else None


def _local(moment: datetime | None) -> tuple[Any, Any]:
    if moment is None:
        return None, None
    local = moment.astimezone(context.tenant().time_zone)
    return local.date(), local.time().replace(second=0, microsecond=0)


def _texts(form: OpportunityForm) -> dict[str, Any]:
    return {name: _text(getattr(form, name).data) for name in TEXTS}


def _text(value: str | None) -> str:
    return (value or "").strip()
