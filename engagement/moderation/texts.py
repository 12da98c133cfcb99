"""Prepared texts: what staff often write, to be chosen and changed before it is sent."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.kernel.audit import changes, record
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.moderation.kinds import TextPurpose
from engagement.moderation.models import PreparedText

MOST = 60
"""Of one tenant; more would not be read before choosing."""


@dataclass(frozen=True)
class PreparedTextInfo:
    """A prepared text."""

    id: int
    purpose: TextPurpose
    title: str
    text: str


@dataclass(frozen=True)
class PreparedTextValues:
    """What is said of a prepared text."""

    purpose: TextPurpose
    title: str
    text: str


def prepared_texts(session: Session, purpose: TextPurpose | None = None) -> list[PreparedTextInfo]:
    """Return the texts for ``purpose``, or all of them, in their order."""
    statement = select(PreparedText).order_by(PreparedText.purpose, PreparedText.position, PreparedText.id)
    if purpose is not None:
        statement = statement.where(PreparedText.purpose == purpose)
    return [_info(row) for row in session.scalars(statement)]


def find_prepared_text(session: Session, text_id: int) -> PreparedTextInfo | None:
    """Return the text with this id."""
    row = session.scalar(select(PreparedText).where(PreparedText.id == text_id))
    return _info(row) if row else None


def add_prepared_text(session: Session, values: PreparedTextValues) -> int:
    """Keep a new text at the end of its list and return its id.

    Raises:
        ConflictError: there are too many already.
    """
    if (session.scalar(select(func.count()).select_from(PreparedText)) or 0) >= MOST:
        raise ConflictError(gettext("There are %(most)d prepared texts already. Please delete one first.", most=MOST))
    last = session.scalar(select(func.max(PreparedText.position)).where(PreparedText.purpose == values.purpose))
    row = PreparedText(
        purpose=values.purpose, title=values.title.strip(), text=values.text.strip(), position=(last or 0) + 1
    )
    session.add(row)
    session.flush()
    record(session, "prepared_text.create", "prepared_text", row.id, after=_said(row))
    return row.id


def change_prepared_text(session: Session, text_id: int, values: PreparedTextValues) -> None:
    """Word a text anew.

    Raises:
        NotFoundError: there is no such text.
    """
    row = _locked(session, text_id)
    before = _said(row)
    row.purpose, row.title, row.text = values.purpose, values.title.strip(), values.text.strip()
    before, after = changes(before, _said(row))
    if after:
        record(session, "prepared_text.update", "prepared_text", row.id, before=before, after=after)
    session.flush()


def delete_prepared_text(session: Session, text_id: int) -> None:
    """Throw a text away.

    Raises:
        NotFoundError: there is no such text.
    """
    row = _locked(session, text_id)
    record(session, "prepared_text.delete", "prepared_text", row.id, before=_said(row))
    session.delete(row)
    session.flush()


def add_starting_texts(session: Session) -> None:
    """Give the session's tenant the texts that one starts with; nothing happens if it has texts already."""
    if session.scalar(select(PreparedText.id).limit(1)) is not None:
        return
    for purpose, texts in starting_texts().items():
        session.add_all(
            PreparedText(purpose=purpose, title=title, text=text, position=place)
            for place, (title, text) in enumerate(texts)
        )
    session.flush()
    record(session, "prepared_text.start", "prepared_text", None)


def starting_texts() -> dict[TextPurpose, list[tuple[str, str]]]:
    """Return title and text of those that every tenant starts with, in German like the rest of a tenant's own words."""
    source = files("engagement.moderation").joinpath("data/prepared_texts.toml").read_text(encoding="utf-8")
    lists = tomllib.loads(source)
    return {purpose: [(one["title"], one["text"].strip()) for one in lists[purpose]] for purpose in TextPurpose}


def _said(row: PreparedText) -> dict[str, object]:
    return {"purpose": row.purpose, "title": row.title, "text": row.text}


def _info(row: PreparedText) -> PreparedTextInfo:
    return PreparedTextInfo(row.id, row.purpose, row.title, row.text)


def _locked(session: Session, text_id: int) -> PreparedText:
    found = session.scalar(select(PreparedText).where(PreparedText.id == text_id).with_for_update())
    if found is None:
        raise NotFoundError
    return found
