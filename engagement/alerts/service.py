"""Saving searches and looking after them.

None of this is recorded in the audit trail: what a citizen looks for is nobody's business, and of what staff may know,
their number, a trail of names would tell far more (article 5 paragraph 1 letter c GDPR). What has to be shown of the
consent, its text and its time, stands in the row itself (article 7 paragraph 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engagement.accounts.queries import normalise_email
from engagement.alerts import links, wanted
from engagement.alerts.mails import AlreadySaved, ConfirmSearch
from engagement.alerts.models import SavedSearch
from engagement.alerts.noticing import notice
from engagement.alerts.queries import SearchInfo, info_of
from engagement.alerts.rhythm import Rhythm
from engagement.catalogue.queries import SearchQuery
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import gettext
from engagement.mail.message import Message, Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.tenancy.queries import load_vocabulary

MOST_SEARCHES = 10
"""Of one person."""
CONSENT = "2026-11"
"""The version of the text beside the button, by the month in which it was last changed."""
LONGEST_LABEL = 600
LOCK = 0x5EA2C5


@dataclass(frozen=True, kw_only=True)
class NewSearch:
    """What somebody wants to be told of.

    Args:
        query: the wishes, words given by ids.
        neighbours: whether neighbouring towns are meant too.
        label: the wishes in words, in the person's language.
        arguments: of the page that shows what fits.
        weekday: 0 for Monday, of a weekly rhythm.
        language: of the mails.
    """

    query: SearchQuery
    neighbours: bool
    label: str
    arguments: dict[str, Any]
    rhythm: Rhythm
    weekday: int
    language: str


def save_for_address(session: Session, post: Postbox, email: str, search: NewSearch) -> None:
    """Keep a search for an address and mail the link that confirms it.

    An address that has this search, or as many as it can have, gets another mail, so that the page never tells
    whose searches are known here.
    """
    address = normalise_email(email)
    row = _row(session, search)
    row.email = address
    whose = SavedSearch.email == address
    _one_at_a_time(session, address)
    same, count = _held(session, whose, row.search_key)
    if same is None and count >= MOST_SEARCHES:
        last = session.scalars(select(SavedSearch).where(whose).order_by(SavedSearch.confirmed_at.nulls_last())).first()
        _write(session, post, last or row, _full(post, last or row))
    elif same is not None and same.confirmed_at:
        _write(session, post, same, AlreadySaved(links.manage_path(post, same.id, same.language), full=False))
    else:
        _ask_to_confirm(session, post, _as_asked_last(same, row) if same else row)


def save_for_account(session: Session, account_id: int, search: NewSearch) -> int:
    """Keep a search for a person with an account, whose address needs no confirming; return its id.

    One that they have already is returned as it is.

    Raises:
        ConflictError: they have as many as one can have.
    """
    row = _row(session, search)
    _one_at_a_time(session, f"account {account_id}")
    same, count = _held(session, SavedSearch.account_id == account_id, row.search_key)
    if same is not None:
        return same.id
    if count >= MOST_SEARCHES:
        raise ConflictError(gettext("You have saved as many searches as one can have. Please delete one first."))
    row.account_id, row.confirmed_at = account_id, now()
    row.looked_until = notice(session)
    session.add(row)
    session.flush()
    return row.id


def confirm(session: Session, search_id: int) -> SearchInfo:
    """Begin to tell an address of new offers; a second time changes nothing.

    Raises:
        LinkOverError: the search is gone.
    """
    row = _locked(session, search_id)
    if row.confirmed_at is None:
        row.looked_until = notice(session)
        row.confirmed_at = row.interest_at = now()
        session.flush()
    return info_of(row)


def change_rhythm(session: Session, search_id: int, rhythm: Rhythm, weekday: int) -> None:
    """Tell more or less often, or on another day.

    Raises:
        LinkOverError: the search is gone.
    """
    row = _locked(session, search_id)
    row.rhythm, row.weekday = rhythm, weekday
    _note_interest(session, row)


def pause(session: Session, search_id: int) -> None:
    """Tell nothing for the time being; errors as of ``change_rhythm``."""
    row = _locked(session, search_id)
    row.paused_at = row.paused_at or now()
    _note_interest(session, row)


def resume(session: Session, search_id: int) -> None:
    """Tell again, of what comes from now on; errors as of ``change_rhythm``."""
    row = _locked(session, search_id)
    if row.paused_at is not None:
        row.paused_at, row.looked_until = None, notice(session)
    _note_interest(session, row)


def keep_on(session: Session, search_id: int) -> None:
    """Note that somebody still wants to hear; errors as of ``change_rhythm``."""
    _note_interest(session, _locked(session, search_id))


def delete_search(session: Session, search_id: int) -> None:
    """Forget a search, and with it the address; one that is gone already is as good."""
    row = session.get(SavedSearch, (tenant_of(session), search_id))
    if row is not None:
        session.delete(row)
        session.flush()


def unsubscribe(session: Session, search_id: int) -> None:
    """Call the mails of a search off, for good.

    Without an account the search is forgotten with its address. With one it stays in the person's list, paused: a mail
    program that presses the button of RFC 8058 for them must not throw their things away.
    """
    row = session.get(SavedSearch, (tenant_of(session), search_id), with_for_update=True)
    if row is None:
        return
    if row.account_id is None:
        session.delete(row)
    else:
        row.paused_at = row.paused_at or now()
    session.flush()


def _row(session: Session, search: NewSearch) -> SavedSearch:
    kept = wanted.keep(search.query, load_vocabulary(session), neighbours=search.neighbours)
    return SavedSearch(
        language=search.language,
        wanted=kept,
        search_key=wanted.key_of(kept),
        label=search.label[:LONGEST_LABEL],
        arguments=urlencode(search.arguments, doseq=True),
        rhythm=search.rhythm,
        weekday=search.weekday,
        consent_version=CONSENT,
        created_at=now(),
        interest_at=now(),
        looked_until=now(),
    )


def _one_at_a_time(session: Session, whose: str) -> None:
    """Let two forms of one person wait for each other, so that together they cannot save more than one may."""
    session.execute(select(func.pg_advisory_xact_lock(LOCK, func.hashtext(f"{tenant_of(session)} {whose}"))))


def _held(session: Session, whose: ColumnElement[bool], key: str) -> tuple[SavedSearch | None, int]:
    rows = session.scalars(select(SavedSearch).where(whose)).all()
    return next((row for row in rows if row.search_key == key), None), len(rows)


def _as_asked_last(waiting: SavedSearch, row: SavedSearch) -> SavedSearch:
    """Let what was asked last count for a search that waits to be confirmed, and let it wait from now on."""
    for name in ("rhythm", "weekday", "language", "label", "arguments", "consent_version", "created_at"):
        setattr(waiting, name, getattr(row, name))
    return waiting


def _ask_to_confirm(session: Session, post: Postbox, row: SavedSearch) -> None:
    session.add(row)
    session.flush()
    path = links.confirm_path(post, row.id, row.language)
    _write(session, post, row, ConfirmSearch(path, links.CONFIRM_WITHIN.days))


def _full(post: Postbox, row: SavedSearch) -> Message:
    if row.confirmed_at:
        return AlreadySaved(links.manage_path(post, row.id, row.language), full=True)
    return ConfirmSearch(links.confirm_path(post, row.id, row.language), links.CONFIRM_WITHIN.days)


def _write(session: Session, post: Postbox, row: SavedSearch, message: Message) -> None:
    queue_mail(session, post, message, Recipient("", row.email, row.language))


def _note_interest(session: Session, row: SavedSearch) -> None:
    row.interest_at, row.asked_at = now(), None
    session.flush()


def _locked(session: Session, search_id: int) -> SavedSearch:
    row = session.get(SavedSearch, (tenant_of(session), search_id), with_for_update=True)
    if row is None:
        raise links.LinkOverError
    return row
