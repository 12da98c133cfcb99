"""Changing a town's vocabulary: one word at a time. What uses the words follows in ``opportunities.vocabulary``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engagement.kernel.audit import changes, record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.geo import Point
from engagement.kernel.i18n import gettext
from engagement.kernel.slugs import slugify
from engagement.tenancy.models import Category, District, OrganisationKind, TargetGroup

AnyWord = Category | TargetGroup | OrganisationKind | District


class WordKind(StrEnum):
    """The lists of a vocabulary; the value is the list's address."""

    CATEGORY = "kategorien"
    TARGET_GROUP = "zielgruppen"
    ORGANISATION_KIND = "organisationsarten"
    DISTRICT = "ortsteile"


_MODELS: dict[WordKind, type[AnyWord]] = {
    WordKind.CATEGORY: Category,
    WordKind.TARGET_GROUP: TargetGroup,
    WordKind.ORGANISATION_KIND: OrganisationKind,
    WordKind.DISTRICT: District,
}


@dataclass(frozen=True)
class WordValues:
    """What describes a word.

    Args:
        name: in German.
        names: in other languages, by their codes.
        icon: name of the drawing of a category.
        postcodes: of a district.
        point: near the middle of a district.
    """

    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    icon: str = ""
    postcodes: tuple[str, ...] = ()
    point: Point | None = None


@dataclass(frozen=True, kw_only=True)
class WordInfo(WordValues):
    """A word with all that is known of it."""

    id: int
    kind: WordKind
    slug: str
    retired_at: datetime | None


def words_of(session: Session, kind: WordKind) -> list[WordInfo]:
    """Return the words of a list in their order."""
    return [_info(kind, row) for row in _rows(session, kind)]


def find_word(session: Session, kind: WordKind, word_id: int) -> WordInfo | None:
    """Return one word."""
    model = _MODELS[kind]
    row = cast("AnyWord | None", session.scalar(select(model).where(model.id == word_id)))
    return _info(kind, row) if row else None


def add_word(session: Session, kind: WordKind, values: WordValues) -> int:
    """Put a word at the end of its list and return its id.

    Raises:
        InvalidInputError: there is already one with this name.
    """
    _refuse_twice(session, kind, values.name, None)
    last = session.scalar(select(func.max(_MODELS[kind].position)))
    row = _MODELS[kind](slug=_free_slug(session, kind, values.name, None), position=0 if last is None else last + 1)
    _describe(row, values)
    session.add(row)
    session.flush()
    record(session, "word.add", _subject(row), row.id, after={"name": values.name})
    return row.id


def change_word(session: Session, kind: WordKind, word_id: int, values: WordValues) -> bool:
    """Describe a word anew and tell whether anything changed; addresses with its old name keep their meaning.

    Raises:
        NotFoundError: there is no such word.
        InvalidInputError: there is already another one with this name.
    """
    row = _locked(session, kind, word_id)
    _refuse_twice(session, kind, values.name, word_id)
    before = _described(row)
    if row.name != values.name:
        _rename(session, kind, row, values.name)
    _describe(row, values)
    before, after = changes(before, _described(row))
    session.flush()
    if after:
        record(session, "word.change", _subject(row), row.id, before=before, after=after)
    return bool(after)


def retire_word(session: Session, kind: WordKind, word_id: int) -> None:
    """Offer a word no longer for new things; what has it keeps it.

    Raises:
        NotFoundError: there is no such word.
    """
    _set_retired(session, kind, word_id, now())


def bring_back_word(session: Session, kind: WordKind, word_id: int) -> None:
    """Offer a retired word again.

    Raises:
        NotFoundError: there is no such word.
    """
    _set_retired(session, kind, word_id, None)


def order_words(session: Session, kind: WordKind, word_ids: Sequence[int]) -> None:
    """Show the words of a list in this order from now on.

    Raises:
        ConflictError: these are not all words of the list, and each once.
    """
    rows = {row.id: row for row in _rows(session, kind)}
    if sorted(rows) != sorted(word_ids):
        raise ConflictError(gettext("The list has changed meanwhile. Please put it in order again."))
    for position, word_id in enumerate(word_ids):
        rows[word_id].position = position
    session.flush()
    record(session, "word.order", _MODELS[kind].__tablename__, None, after={"ids": list(word_ids)})


def delete_word(session: Session, kind: WordKind, word_id: int) -> None:
    """Forget a word that nothing uses; the caller has made sure of that.

    Raises:
        NotFoundError: there is no such word.
    """
    row = _locked(session, kind, word_id)
    record(session, "word.delete", _subject(row), row.id, before={"name": row.name})
    _remove(session, kind, row)


def absorb_word(session: Session, kind: WordKind, source_id: int, target_id: int, noted: Mapping[str, Any]) -> None:
    """Let one word take over the addresses of another, which is gone then; nothing uses it any more.

    Args:
        session: open for the tenant.
        kind: of both.
        source_id: the one that goes.
        target_id: the one that stays.
        noted: how much has moved, for the audit trail.

    Raises:
        NotFoundError: there is no such word.
    """
    source, target = _locked(session, kind, source_id), _locked(session, kind, target_id)
    inherited = (*target.former_slugs, source.slug, *source.former_slugs)
    target.former_slugs = [slug for slug in dict.fromkeys(inherited) if slug != target.slug]
    if isinstance(source, District) and isinstance(target, District):
        target.postcodes = list(dict.fromkeys((*target.postcodes, *source.postcodes)))
    before, after = {"name": source.name}, {"into": target_id, "name": target.name, **noted}
    record(session, "word.merge", _subject(source), source_id, before=before, after=after)
    _remove(session, kind, source)


def _set_retired(session: Session, kind: WordKind, word_id: int, moment: datetime | None) -> None:
    row = _locked(session, kind, word_id)
    if (row.retired_at is None) == (moment is None):
        return
    row.retired_at = moment
    session.flush()
    record(session, "word.retire" if moment else "word.bring_back", _subject(row), row.id, after={"name": row.name})


def _rename(session: Session, kind: WordKind, row: AnyWord, name: str) -> None:
    slug = _free_slug(session, kind, name, row.id)
    if slug != row.slug:
        row.former_slugs = [old for old in dict.fromkeys((*row.former_slugs, row.slug)) if old != slug]
        row.slug = slug
    row.name = name


def _free_slug(session: Session, kind: WordKind, name: str, own_id: int | None) -> str:
    """Return the slug of a name, numbered if another word has or had it: an old address must not change its meaning."""
    taken = {slug for row in _rows(session, kind) if row.id != own_id for slug in (row.slug, *row.former_slugs)}
    slug, number = slugify(name), 1
    while (found := slug if number == 1 else f"{slug}-{number}") in taken:
        number += 1
    return found


def _refuse_twice(session: Session, kind: WordKind, name: str, own_id: int | None) -> None:
    model = _MODELS[kind]
    same = session.scalars(select(model.id).where(func.lower(model.name) == name.lower())).all()
    if any(found != own_id for found in same):
        raise InvalidInputError({"name": gettext("There is already one with this name.")})


def _describe(row: AnyWord, values: WordValues) -> None:
    row.name, row.names = values.name, {code: name for code, name in values.names.items() if name}
    if isinstance(row, Category):
        row.icon = values.icon
    if isinstance(row, District):
        row.postcodes = list(values.postcodes)
        row.latitude = values.point.latitude if values.point else None
        row.longitude = values.point.longitude if values.point else None


def _described(row: AnyWord) -> dict[str, Any]:
    columns = ("name", "names", "slug", "icon", "postcodes", "latitude", "longitude")
    return {name: getattr(row, name) for name in columns if hasattr(row, name)}


def _info(kind: WordKind, row: AnyWord) -> WordInfo:
    district = row if isinstance(row, District) else None
    point = None
    if district and district.latitude is not None and district.longitude is not None:
        point = Point(district.latitude, district.longitude)
    return WordInfo(
        id=row.id,
        kind=kind,
        slug=row.slug,
        name=row.name,
        names=dict(row.names),
        icon=row.icon if isinstance(row, Category) else "",
        postcodes=tuple(district.postcodes) if district else (),
        point=point,
        retired_at=row.retired_at,
    )


def _rows(session: Session, kind: WordKind) -> list[AnyWord]:
    model = _MODELS[kind]
    return cast("list[AnyWord]", session.scalars(select(model).order_by(model.position, model.id)).all())


def _locked(session: Session, kind: WordKind, word_id: int) -> AnyWord:
    model = _MODELS[kind]
    row = cast("AnyWord | None", session.scalar(select(model).where(model.id == word_id).with_for_update()))
    if row is None:
        raise NotFoundError
    return row


def _remove(session: Session, kind: WordKind, row: AnyWord) -> None:
    session.flush()
    session.execute(delete(_MODELS[kind]).where(_MODELS[kind].id == row.id))
    session.expunge(row)


def _subject(row: AnyWord) -> str:
    return row.__tablename__
