"""Changing the facts and texts of the legal pages; no version of a text is ever overwritten."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.kernel.audit import HIDDEN, actor_of, changes, record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import comma, gettext
from engagement.legal.facts import Facts
from engagement.legal.filling import FillingError, chosen_lines, placeholders
from engagement.legal.kinds import LegalPage, TextKind
from engagement.legal.models import LegalFacts, TextVersion
from engagement.legal.templates import template
from engagement.legal.values import PLACEHOLDERS

LONGEST_TEXT = 60_000
OF_A_PERSON = frozenset(
    {"represented_by", "responsible_person", "data_protection_officer", "data_protection_contact",
     "data_protection_phone"}
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A page in one language."""

    page: LegalPage
    language: str


@dataclass(frozen=True)
class NewText:
    """What a page is to say from now on; the body of a template is the product's, so it is empty here."""

    kind: TextKind
    body: str = ""
    note: str = ""


def set_facts(session: Session, facts: Facts) -> None:
    """Fill the legal pages of the session's tenant with ``facts`` from now on.

    Args:
        session: open for the tenant.
        facts: all of them; change some with ``load_facts(session).model_copy(update=…)``.
    """
    row = session.scalar(select(LegalFacts).with_for_update())
    known = Facts.model_validate(row.said) if row else Facts()
    before, after = changes(known.model_dump(mode="json"), facts.model_dump(mode="json"))
    if not after:
        return
    row = row or LegalFacts()
    row.said, row.updated_at = facts.model_dump(mode="json"), now()
    session.add(row)
    session.flush()
    record(session, "legal.set_facts", "legal_facts", row.id, before=_public(before), after=_public(after))


def save_text(session: Session, place: Place, body: str, *, note: str = "", seen: int | None = None) -> int:
    """Let a page speak the town's own words, as a new version; return its number.

    Args:
        session: open for the tenant.
        place: which page in which language.
        body: Markdown with placeholders.
        note: what was changed, for colleagues.
        seen: number of the version that was changed, 0 for none; None to not care.

    Raises:
        InvalidInputError: the body is empty or too long, or its placeholders are wrong.
        ConflictError: somebody else has saved a version meanwhile.
    """
    check_text(body)
    return _add(session, place, NewText(TextKind.OWN, body.strip() + "\n", note.strip()), seen)


def use_template(session: Session, place: Place, *, note: str = "") -> int:
    """Let a page speak the product's words again, as a new version; return its number."""
    return _add(session, place, NewText(TextKind.TEMPLATE, note=note.strip()), None)


def restore_text(session: Session, place: Place, number: int) -> int:
    """Let a page say again what version ``number`` said, as a new version; return the new number.

    Raises:
        NotFoundError: there is no such version.
    """
    old = session.scalar(select(TextVersion).where(*_of(place), TextVersion.number == number))
    if old is None:
        raise NotFoundError
    note = gettext("Version %(number)s restored", number=number)
    return _add(session, place, NewText(old.kind, old.body, note), None)


def check_text(body: str) -> None:
    """Refuse a text that could not be shown as it is meant.

    Raises:
        InvalidInputError: it is empty or too long, or its placeholders are wrong.
    """
    problem = _problem(body)
    if problem:
        raise InvalidInputError({"body": problem})


def _problem(body: str) -> str:
    if not body.strip():
        return gettext("Please write a text, or use the template.")
    if len(body) > LONGEST_TEXT:
        return gettext("Please shorten this to %(max)d characters.", max=LONGEST_TEXT)
    unknown = sorted(placeholders(body) - PLACEHOLDERS)
    if unknown:
        names = comma().join(f"{{{{{name}}}}}" for name in unknown)
        return gettext("There is no such placeholder: %(names)s", names=names)
    try:
        chosen_lines(body, set())
    except FillingError:
        return gettext("A condition is not complete: each {{#if …}} needs a {{/if}}, each on a line of its own.")
    return ""


def _add(session: Session, place: Place, new: NewText, seen: int | None) -> int:
    last = session.scalar(select(TextVersion).where(*_of(place)).order_by(TextVersion.number.desc()).limit(1))
    number = last.number if last else 0
    if seen is not None and seen != number:
        raise _overtaken()
    if (last.kind, last.body) == (new.kind, new.body) if last else new.kind is TextKind.TEMPLATE:
        return number
    row = TextVersion(
        page=place.page,
        language=place.language,
        number=number + 1,
        kind=new.kind,
        body=new.body,
        template_version=template(place.page, place.language).version,
        note=new.note,
        account_id=actor_of(session).account_id,
    )
    try:  # of two people who save at the same moment one gets the number
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise _overtaken() from error
    after = {"page": place.page, "language": place.language, "number": row.number, "kind": new.kind}
    record(session, "text.save", "text_version", row.id, after=after)
    return row.number


def _overtaken() -> ConflictError:
    return ConflictError(gettext("In the meantime somebody else has saved this text."))


def _of(place: Place) -> tuple[ColumnElement[bool], ...]:
    return TextVersion.page == place.page, TextVersion.language == place.language


def _public(values: dict[str, object]) -> dict[str, object]:
    """The audit trail outlives people in office: it says that a name changed, not whose it was."""
    return {name: HIDDEN if name in OF_A_PERSON else value for name, value in values.items()}
