"""Telling people what is new, each at most once a turn.

Work is done in batches, each in a transaction of its caller's. The rows of a batch are locked, those that another
worker holds are passed over, and a row is done with as soon as it has been looked at: so any number of workers share
the work, and a killed one loses no more than its batch, which is then done by the next. That a digest was written is a
row with a unique key, in the transaction that queues the mail. Of a batch the new offers, the digests that were
written and the words are read once, and a search is run once however many want it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, insert, or_, select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.alerts import links
from engagement.alerts.mails import NewOffers
from engagement.alerts.models import SavedSearch, SearchDigest
from engagement.alerts.noticing import noticed_between, towns_of
from engagement.alerts.offers import item_of
from engagement.alerts.rhythm import MONDAY, SUNDAY, Rhythm, last_due
from engagement.alerts.wanted import restore
from engagement.catalogue.queries import Card, SearchPage, SearchQuery, search
from engagement.kernel.db import tenant_of
from engagement.kernel.i18n import LANGUAGES, force_locale
from engagement.mail.message import Item, Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.neighbours.queries import Town
from engagement.tenancy.queries import Vocabulary, load_vocabulary

BATCH = 100
MOST_ITEMS = 10
LONGEST_TURN = timedelta(days=9)
NOTHING = SearchPage((), 0, 1)
Offers = frozenset[tuple[int, int]]
"""Each by its town and its own number."""


@dataclass
class Round:
    """One look at everything that is due in a town; what one person's search finds is kept for all who want the same.

    Args:
        until: up to when offers have been noticed; in later batches of the round it is the same.
    """

    until: datetime
    found: dict[tuple[str, Offers], SearchPage] = field(default_factory=dict)


def send_batch(session: Session, post: Postbox, this: Round) -> int:
    """Write the digests of up to a hundred searches that are due, and return how many were looked at.

    Args:
        session: open for the tenant.
        post: where mails go out.
        this: the round; the same for every batch.
    """
    rows = session.execute(_due(post, this.until)).all()
    if not rows:
        return 0
    look = _look(session, post, this, min(saved.looked_until for saved, _ in rows))
    told = _told(session, [saved.id for saved, _ in rows], this.until)
    found = [_find(look, saved) for saved, _ in rows]
    digests = [_digest(look, *row, page, told) for row, page in zip(rows, found, strict=True)]
    if written := [digest for digest in digests if digest]:
        session.execute(insert(SearchDigest), written)
    for saved, _ in rows:
        saved.looked_until = this.until
    session.flush()
    return len(rows)


@dataclass(frozen=True)
class _Look:
    """What a batch works with; ``news`` are offers, each with the moment since which it is known."""

    session: Session
    post: Postbox
    this: Round
    towns: Sequence[Town]
    words: Vocabulary
    news: Mapping[tuple[int, int], datetime]


def _look(session: Session, post: Postbox, this: Round, since: datetime) -> _Look:
    towns = towns_of(session)
    news = noticed_between(session, since, this.until, [tenant_of(session), *(town.id for town in towns)])
    return _Look(session, post, this, towns, load_vocabulary(session), news)


def _due(post: Postbox, until: datetime) -> Select[SavedSearch, Account]:
    """Return what is due, equal searches together, so that few of them have to be run in a batch."""
    turn = case(
        {day: last_due(Rhythm.WEEKLY, day, post.tenant.time_zone, until).at for day in range(MONDAY, SUNDAY + 1)},
        value=SavedSearch.weekday,
    )
    daily = last_due(Rhythm.DAILY, MONDAY, post.tenant.time_zone, until).at
    reachable: ColumnElement[bool] = or_(SavedSearch.account_id.is_(None), Account.email_proven_at.is_not(None))
    is_due = or_(
        and_(SavedSearch.rhythm == Rhythm.DAILY, SavedSearch.looked_until < daily),
        and_(SavedSearch.rhythm == Rhythm.WEEKLY, SavedSearch.looked_until < turn),
    )
    same = (Account.tenant_id == SavedSearch.tenant_id) & (Account.id == SavedSearch.account_id)
    return (
        select(SavedSearch, Account)
        .outerjoin(Account, same)
        .where(SavedSearch.confirmed_at.is_not(None), SavedSearch.paused_at.is_(None), reachable, is_due)
        .order_by(SavedSearch.search_key, SavedSearch.looked_until, SavedSearch.id)
        .limit(BATCH)
        .with_for_update(of=SavedSearch, skip_locked=True)
        .execution_options(populate_existing=True)
    )


def _told(session: Session, search_ids: Sequence[int], until: datetime) -> frozenset[tuple[int, date]]:
    """Return the turns that have had their digest; the rows of these searches are locked, so none is added meanwhile.

    No turn that is due is older than a week, in whichever time zone.
    """
    rows = session.execute(
        select(SearchDigest.search_id, SearchDigest.turn).where(
            SearchDigest.search_id.in_(search_ids), SearchDigest.turn > until.date() - LONGEST_TURN
        )
    )
    return frozenset((row.search_id, row.turn) for row in rows)


def _digest(
    look: _Look, saved: SavedSearch, account: Account | None, found: SearchPage, told: Collection[tuple[int, date]]
) -> dict[str, Any]:
    """Queue the mail of a turn, and return what is to be kept of it; nothing if there is nothing to tell."""
    turn = last_due(saved.rhythm, saved.weekday, look.post.tenant.time_zone, look.this.until).day
    if not found.total or (saved.id, turn) in told:
        return {}
    return {
        "tenant_id": saved.tenant_id,
        "search_id": saved.id,
        "turn": turn,
        "mail_id": _mail(look, saved, account, found) or None,
        "offers": found.total,
        "made_at": look.this.until,
    }


def _find(look: _Look, saved: SavedSearch) -> SearchPage:
    """Return what became known since the last look and fits; one that many want is searched for once."""
    fresh = frozenset(offer for offer, moment in look.news.items() if moment > saved.looked_until)
    key = saved.search_key, fresh
    if key not in look.this.found:
        query = restore(saved.wanted, look.words, [town.id for town in look.towns]) if fresh else None
        look.this.found[key] = search(look.session, _of(query, fresh)) if query else NOTHING
    return look.this.found[key]


def _of(query: SearchQuery, fresh: Offers) -> SearchQuery:
    """Ask as the search's page does, so that the same offers fit, but only for what is new."""
    return replace(query, among=fresh, per_page=MOST_ITEMS)


def _mail(look: _Look, saved: SavedSearch, account: Account | None, found: SearchPage) -> int:
    recipient = (
        Recipient(account.name, account.email, account.language)
        if account
        else Recipient("", saved.email, saved.language)
    )
    language = recipient.language
    message = NewOffers(
        label=saved.label,
        items=_items(look, found.cards, language),
        total=found.total,
        search_path=f"/angebote?{'&'.join(part for part in (saved.arguments, f'lang={language}') if part)}",
        manage_path=links.manage_path(look.post, saved.id, language),
        unsubscribe_path=links.unsubscribe_path(look.post, saved.id, language),
    )
    return queue_mail(look.session, look.post, message, recipient)


def _items(look: _Look, cards: Sequence[Card], language: str) -> tuple[Item, ...]:
    hosts = {town.id: town for town in look.towns}
    with force_locale(language if language in LANGUAGES else LANGUAGES[0]):
        return tuple(item_of(card, look.post, hosts.get(card.tenant_id), language=language) for card in cards)
