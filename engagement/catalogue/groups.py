"""A town's say in which words lead to which: its own groups of words, and which of the product's are switched off."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engagement.catalogue.concepts import Group, product_groups
from engagement.catalogue.models import SearchGroup, SearchGroupOff
from engagement.catalogue.words import words_of
from engagement.kernel.audit import changes, record
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext

MOST_GROUPS = 200
MOST_WORDS = 40
LONGEST_WORD = 60
"""Of one town: every search reads them all."""


@dataclass(frozen=True)
class OwnGroup:
    """A group that a town added.

    Args:
        typed: words or phrases that people type.
        found: words of offers that are found by them.
        both_ways: whether whoever types a word of ``found`` also finds those of ``typed``.
    """

    id: int
    typed: tuple[str, ...]
    found: tuple[str, ...]
    both_ways: bool


@dataclass(frozen=True)
class ProductGroup:
    """A group of the product, and whether it counts in this town."""

    key: str
    words: Group
    is_on: bool


@dataclass(frozen=True)
class GroupValues:
    """What is said of a town's own group, as it was written: one word or phrase a line, or between commas."""

    typed: str
    found: str
    both_ways: bool = False


def own_groups(session: Session) -> list[OwnGroup]:
    """Return the groups that the session's town added, the newest first."""
    return [_info(row) for row in session.scalars(select(SearchGroup).order_by(SearchGroup.id.desc()))]


def find_group(session: Session, group_id: int) -> OwnGroup | None:
    """Return one group of the town's own."""
    row = session.scalar(select(SearchGroup).where(SearchGroup.id == group_id))
    return _info(row) if row else None


def groups_of_product(session: Session, containing: str = "") -> list[ProductGroup]:
    """Return the product's groups that have a word in which the letters ``containing`` stand, by their names."""
    off = set(session.scalars(select(SearchGroupOff.key)))
    looked_for = " ".join(words_of(containing))
    found = [
        ProductGroup(key, group, key not in off)
        for key, group in product_groups().items()
        if any(looked_for in " ".join(words_of(word)) for word in group.words)
    ]
    return sorted(found, key=lambda one: one.words.same[0].casefold())


def add_group(session: Session, values: GroupValues) -> int:
    """Let words lead to others and return the group's id; searches know it from the end of the transaction.

    Raises:
        InvalidInputError: words are missing, too many, too long, or on both sides.
        ConflictError: the town has too many groups already.
    """
    if (session.scalar(select(func.count()).select_from(SearchGroup)) or 0) >= MOST_GROUPS:
        raise ConflictError(gettext("There are %(most)d groups already. Please delete one first.", most=MOST_GROUPS))
    row = SearchGroup(**_checked(values))
    session.add(row)
    session.flush()
    record(session, "search_group.create", "search_group", row.id, after=_said(row))
    return row.id


def change_group(session: Session, group_id: int, values: GroupValues) -> None:
    """Word a group anew.

    Raises:
        NotFoundError: the town has no such group.
        InvalidInputError: as for a new one.
    """
    row = _locked(session, group_id)
    before = _said(row)
    for name, value in _checked(values).items():
        setattr(row, name, value)
    before, after = changes(before, _said(row))
    if after:
        record(session, "search_group.update", "search_group", row.id, before=before, after=after)
    session.flush()


def delete_group(session: Session, group_id: int) -> None:
    """Forget a group of the town's own.

    Raises:
        NotFoundError: the town has no such group.
    """
    row = _locked(session, group_id)
    record(session, "search_group.delete", "search_group", row.id, before=_said(row))
    session.delete(row)
    session.flush()


def switch_off(session: Session, key: str) -> None:
    """Let a group of the product count no longer in the session's town.

    Raises:
        NotFoundError: the product has no such group.
    """
    if key not in product_groups():
        raise NotFoundError
    if session.scalar(select(SearchGroupOff.id).where(SearchGroupOff.key == key)) is None:
        session.add(SearchGroupOff(key=key))
        session.flush()
        record(session, "search_group.switch_off", "search_group", None, after={"key": key})


def switch_on(session: Session, key: str) -> None:
    """Let a group of the product count again.

    Raises:
        NotFoundError: the product has no such group.
    """
    if key not in product_groups():
        raise NotFoundError
    gone = session.execute(delete(SearchGroupOff).where(SearchGroupOff.key == key).returning(SearchGroupOff.id)).all()
    if gone:
        record(session, "search_group.switch_on", "search_group", None, before={"key": key})


def listed(written: str) -> list[str]:
    """Return the words and phrases of a list, each once, in their order."""
    parts = (" ".join(part.split()) for part in re.split(r"[,;\n]", written))
    return list(dict.fromkeys(part for part in parts if part))


def _checked(values: GroupValues) -> dict[str, object]:
    typed, found = listed(values.typed), listed(values.found)
    problems = {name: message for name, words in (("typed", typed), ("found", found)) if (message := _problem(words))}
    twice = {word.casefold() for word in typed} & {word.casefold() for word in found}
    if not problems and twice:
        problems["found"] = gettext("“%(word)s” stands on both sides.", word=min(twice))
    if problems:
        raise InvalidInputError(problems)
    return {"typed": typed, "found": found, "both_ways": values.both_ways}


def _problem(words: list[str]) -> str:
    """Return what is wrong with a list of words, nothing if it is good."""
    if not words:
        return gettext("Please enter at least one word.")
    if len(words) > MOST_WORDS:
        return gettext("Please enter %(most)d words at most.", most=MOST_WORDS)
    for word in words:
        if len(word) > LONGEST_WORD:
            return gettext("“%(word)s” is too long.", word=f"{word[:30]}…")
        if not any(letter.isalpha() for letter in word):
            return gettext("“%(word)s” is no word.", word=word)
    return ""


def _locked(session: Session, group_id: int) -> SearchGroup:
    row = session.scalar(select(SearchGroup).where(SearchGroup.id == group_id).with_for_update())
    if row is None:
        raise NotFoundError
    return row


def _said(row: SearchGroup) -> dict[str, object]:
    return {"typed": list(row.typed), "found": list(row.found), "both_ways": row.both_ways}


def _info(row: SearchGroup) -> OwnGroup:
    return OwnGroup(row.id, tuple(row.typed), tuple(row.found), row.both_ways)
