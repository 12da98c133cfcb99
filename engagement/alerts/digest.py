"""Telling people what is new, each at most once a turn.

Work is done in batches, each in a transaction of its caller's. The rows of a batch are locked, those that another
worker holds are passed over, and a row is done with as soon as it has been looked at: so any number of workers share
the work, and a killed one loses no more than its batch, which is then done by the next. That a digest was written is a
row with a unique key, in the transaction that queues the mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.alerts import links
from engagement.alerts.mails import NewOffers
from engagement.alerts.models import SavedSearch, SearchDigest
from engagement.alerts.noticing import noticed_between, towns_of
from engagement.alerts.offers import item_of
from engagement.alerts.rhythm import MONDAY, SUNDAY, Rhythm, last_due
from engagement.alerts.wanted import restore
from engagement.catalogue.queries import Card, SearchPage, search
from engagement.kernel.db import tenant_of
from engagement.kernel.i18n import LANGUAGES, force_locale
from engagement.mail.message import Item, Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.neighbours.queries import Town
from engagement.tenancy.queries import Vocabulary, load_vocabulary

BATCH = 100
MOST_ITEMS = 10
NOTHING = SearchPage((), 0, 1)


@dataclass
class Round:
    """One look at everything that is due in a town; what one person's search finds is kept for all who want the same.

    Args:
        until: up to when offers have been noticed; in later batches of the round it is the same.
    """

    until: datetime
    found: dict[tuple[str, datetime], SearchPage] = field(default_factory=dict)
    fresh: dict[datetime, frozenset[tuple[int, int]]] = field(default_factory=dict)


def send_batch(session: Session, post: Postbox, this: Round) -> int:
    """Write the digests of up to a hundred searches that are due, and return how many were looked at.

    Args:
        session: open for the tenant.
        post: where mails go out.
        this: the round; the same for every batch.
    """
    rows = session.execute(_due(post, this.until)).all()
    if rows:
        look = _Look(session, post, this, towns_of(session), load_vocabulary(session))
        for saved, account in rows:
            _tell(look, saved, account)
    session.flush()
    return len(rows)


@dataclass(frozen=True)
class _Look:
    """What a batch works with."""

    session: Session
    post: Postbox
    this: Round
    towns: Sequence[Town]
    words: Vocabulary

    @property
    def asked(self) -> tuple[int, ...]:
        return tenant_of(self.session), *(town.id for town in self.towns)


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


def _tell(look: _Look, saved: SavedSearch, account: Account | None) -> None:
    found = _find(look, saved)
    saved.looked_until = look.this.until
    if not found.total:
        return
    turn = last_due(saved.rhythm, saved.weekday, look.post.tenant.time_zone, look.this.until)
    digest_id = look.session.scalar(
        insert(SearchDigest)
        .values(
            tenant_id=saved.tenant_id, search_id=saved.id, turn=turn.day, offers=found.total, made_at=look.this.until
        )
        .on_conflict_do_nothing()
        .returning(SearchDigest.id)
    )
    if digest_id is None:
        return
    mail_id = _mail(look, saved, account, found)
    look.session.get_one(SearchDigest, (saved.tenant_id, digest_id)).mail_id = mail_id or None


def _find(look: _Look, saved: SavedSearch) -> SearchPage:
    """Return what became known since the last look and fits; one that many want is searched for once."""
    key, since = (saved.search_key, saved.looked_until), saved.looked_until
    if key not in look.this.found:
        if since not in look.this.fresh:
            look.this.fresh[since] = noticed_between(look.session, since, look.this.until, look.asked)
        fresh = look.this.fresh[since]
        query = restore(saved.wanted, look.words, [town.id for town in look.towns]) if fresh else None
        look.this.found[key] = search(look.session, replace(query, among=fresh)) if query else NOTHING
    return look.this.found[key]


def _mail(look: _Look, saved: SavedSearch, account: Account | None, found: SearchPage) -> int:
    recipient = (
        Recipient(account.name, account.email, account.language)
        if account
        else Recipient("", saved.email, saved.language)
    )
    language = recipient.language
    message = NewOffers(
        label=saved.label,
        items=_items(look, found.cards[:MOST_ITEMS], language),
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
