"""What an organisation says of itself in the directory beyond its name and address: picture, fields, regular times."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from itertools import islice

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from engagement.kernel.audit import changes, record
from engagement.kernel.clock import now
from engagement.kernel.cropping import Focus
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import InvalidInputError
from engagement.kernel.i18n import gettext
from engagement.kernel.pictures import Frame
from engagement.kernel.variants import LOGO, order, wide
from engagement.organisations.models import Organisation, RegularTime, organisation_category
from engagement.organisations.service import locked_organisation
from engagement.organisations.times import MOST_AFTER_MERGING, MOST_TIMES, TimeOfWeek, in_order, problems_of

MOST_LINKS = 6
FIRST_YEAR = 800
"""Older than any association; some parishes and charities are."""
PICTURE_FRAME = Frame(longest_side=1600, cut=wide())
LOGO_FRAME = Frame(longest_side=480, cut=LOGO)
_TIME_NAMES = tuple(part.name for part in fields(TimeOfWeek))
_OF_ROW = ("summary", "founded_year", "links", "picture_file_id", "picture_alt", "picture_focus")


@dataclass(frozen=True, kw_only=True)
class ProfileValues:
    """What the directory shows besides name and address; empty means "not said".

    Args:
        summary: one sentence for lists.
        links: addresses on the web besides the website.
        picture_alt: what can be seen in the picture; needed with one.
        picture_focus: what matters in it, for cutting it to shape.
        category_ids: the fields that it works in.
    """

    summary: str = ""
    founded_year: int | None = None
    links: tuple[str, ...] = ()
    picture_file_id: int | None = None
    picture_alt: str = ""
    picture_focus: Focus = Focus.AUTOMATIC
    category_ids: tuple[int, ...] = ()
    times: tuple[TimeOfWeek, ...] = ()


@dataclass(frozen=True)
class ProfileParts:
    """The parts of a profile that are rows of their own: the fields it has chosen, and when it meets."""

    category_ids: tuple[int, ...] = ()
    times: tuple[TimeOfWeek, ...] = ()


def profile_parts(session: Session, organisation_ids: Collection[int]) -> dict[int, ProfileParts]:
    """Return these parts of organisations by id, in two statements for any number of them."""
    wanted = list(organisation_ids)
    table = organisation_category.c
    chosen: dict[int, list[int]] = {}
    for organisation_id, category_id in session.execute(
        select(table.organisation_id, table.category_id).where(table.organisation_id.in_(wanted))
    ):
        chosen.setdefault(organisation_id, []).append(category_id)
    times: dict[int, list[TimeOfWeek]] = {}
    for row in session.scalars(select(RegularTime).where(RegularTime.organisation_id.in_(wanted))):
        times.setdefault(row.organisation_id, []).append(_time(row))
    return {key: ProfileParts(tuple(sorted(chosen.get(key, ()))), in_order(times.get(key, ()))) for key in wanted}


def update_profile(session: Session, organisation_id: int, values: ProfileValues) -> None:
    """Describe an organisation anew in the directory.

    Raises:
        NotFoundError: there is no such organisation.
        InvalidInputError: a time is wrong, there are too many of them, or the picture lacks its description.
    """
    if problems := _problems(values):
        raise InvalidInputError(problems)
    organisation = locked_organisation(session, organisation_id)
    parts = profile_parts(session, [organisation_id])[organisation_id]
    old, new = _said(organisation, parts), _wanted(values)
    before, after = changes(old, new)
    if not after:
        return
    for name in _OF_ROW:
        setattr(organisation, name, new[name])
    organisation.updated_at = now()
    _order_picture(session, values)
    if parts.category_ids != new["category_ids"]:
        _choose(session, organisation_id, values.category_ids)
    if parts.times != in_order(values.times):
        _write_times(session, organisation_id, in_order(values.times))
    session.flush()
    session.expire(organisation, ["picture"])
    record(session, "organisation.update", "organisation", organisation_id, before=before, after=after)


def move_category(session: Session, category_id: int, other_id: int) -> None:
    """Let every organisation that has chosen one field have another instead, when the municipality merges the two."""
    table = organisation_category
    of_first = select(table.c.tenant_id, table.c.organisation_id, literal(other_id)).where(
        table.c.category_id == category_id
    )
    names = ["tenant_id", "organisation_id", "category_id"]
    session.execute(upsert(table).from_select(names, of_first).on_conflict_do_nothing())
    session.execute(delete(table).where(table.c.category_id == category_id))


def move_profile(session: Session, from_id: int, to_id: int) -> None:
    """Add the fields and times of one organisation to those of another; what both have stays once.

    Of times only as many as the form can show, those of the organisation that stays first.
    """
    parts = profile_parts(session, [from_id, to_id])
    _choose(session, to_id, {*parts[from_id].category_ids, *parts[to_id].category_ids})
    _choose(session, from_id, ())
    if parts[from_id].times:
        both = dict.fromkeys((*parts[to_id].times, *parts[from_id].times))
        _write_times(session, to_id, in_order(islice(both, MOST_AFTER_MERGING)))
        _write_times(session, from_id, ())


def _problems(values: ProfileValues) -> dict[str, str]:
    problems: dict[str, str] = {}
    if values.picture_file_id is not None and not values.picture_alt.strip():
        problems["picture_alt"] = gettext("Please describe the picture for people who cannot see it.")
    if len(values.links) > MOST_LINKS:
        problems["links"] = gettext("Please give at most %(most)d entries.", most=MOST_LINKS)
    if values.founded_year is not None and not FIRST_YEAR <= values.founded_year <= now().year:
        problems["founded_year"] = gettext("Please look at the year again.")
    if len(values.times) > MOST_TIMES:
        problems["times"] = gettext("Please give at most %(most)d entries.", most=MOST_TIMES)
    for one in values.times:
        problems |= {f"times.{name}": message for name, message in problems_of(one).items()}
    return problems


def _said(organisation: Organisation, parts: ProfileParts) -> dict[str, object]:
    row = {name: getattr(organisation, name) for name in _OF_ROW}
    return {**row, "links": list(organisation.links), **_told(parts.category_ids, parts.times)}


def _wanted(values: ProfileValues) -> dict[str, object]:
    row = {name: getattr(values, name) for name in _OF_ROW}
    if values.picture_file_id is None:
        row |= {"picture_alt": "", "picture_focus": Focus.AUTOMATIC}
    return {**row, "links": list(values.links), **_told(values.category_ids, in_order(values.times))}


def _told(category_ids: Iterable[int], times: Iterable[TimeOfWeek]) -> dict[str, object]:
    """Return fields and times as the audit trail keeps them."""
    return {"category_ids": sorted(set(category_ids)), "times": [_line(one) for one in times]}


def _line(one: TimeOfWeek) -> str:
    ends = f"{one.ends_at:%H:%M}" if one.ends_at else ""
    until = one.last_day.isoformat() if one.last_day else ""
    pauses = "-holidays" if one.not_in_holidays else ""
    parts = (one.weekday, f"{one.starts_at:%H:%M}", ends, one.occasion, one.what, one.place, pauses, until)
    return " ".join(part for part in parts if part)


def _order_picture(session: Session, values: ProfileValues) -> None:
    if values.picture_file_id is not None:
        order(session, values.picture_file_id, wide(values.picture_focus))


def _choose(session: Session, organisation_id: int, category_ids: Iterable[int]) -> None:
    table = organisation_category
    session.execute(delete(table).where(table.c.organisation_id == organisation_id))
    rows = [
        {"tenant_id": tenant_of(session), "organisation_id": organisation_id, "category_id": number}
        for number in sorted(set(category_ids))
    ]
    if rows:
        session.execute(insert(table), rows)


def _write_times(session: Session, organisation_id: int, times: Iterable[TimeOfWeek]) -> None:
    session.execute(delete(RegularTime).where(RegularTime.organisation_id == organisation_id))
    for one in times:
        values = {name: getattr(one, name) for name in _TIME_NAMES}
        session.add(RegularTime(organisation_id=organisation_id, **values))
    session.flush()


def _time(row: RegularTime) -> TimeOfWeek:
    return TimeOfWeek(**{name: getattr(row, name) for name in _TIME_NAMES})
