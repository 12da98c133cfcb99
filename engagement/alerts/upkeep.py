"""What happens to saved searches in time: unconfirmed ones go, old ones are asked about, dead addresses rest."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.alerts import links
from engagement.alerts.mails import StillWanted
from engagement.alerts.models import SavedSearch, SearchDigest
from engagement.alerts.noticing import forget_notices
from engagement.kernel.clock import months_ago, now
from engagement.mail.message import Recipient
from engagement.mail.models import MailState, OutgoingMail
from engagement.mail.service import Postbox, queue_mail

MONTHS_WITHOUT_A_WORD = 12
ANSWER_WITHIN = timedelta(days=30)
LAST_MONTH = 14
"""After this a search goes even if nobody could be asked, because the town has switched saved searches off."""
HARD_BOUNCES = 3
"""Digests in a row that were given up, after which the address counts as dead."""
KEEP_DIGESTS = timedelta(days=365)
BATCH = 200


def forget_searches(session: Session) -> int:
    """Delete the searches whose time is over, with the addresses in them, and return how many there were.

    Unconfirmed after seven days; a month after nobody answered whether to go on (article 5 paragraph 1 letter e GDPR).
    """
    moment = now()
    unconfirmed = SavedSearch.confirmed_at.is_(None) & (SavedSearch.created_at < moment - links.CONFIRM_WITHIN)
    unanswered = SavedSearch.asked_at < moment - ANSWER_WITHIN
    too_old = SavedSearch.interest_at < months_ago(LAST_MONTH)
    gone = session.execute(
        delete(SavedSearch).where(or_(unconfirmed, unanswered, too_old)).returning(SavedSearch.id),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        delete(SearchDigest).where(SearchDigest.made_at < moment - KEEP_DIGESTS),
        execution_options={"synchronize_session": False},
    )
    forget_notices(session)
    return len(gone.all())


def ask_if_still_wanted(session: Session, post: Postbox) -> int:
    """Ask whoever has not touched a search for a year whether to go on, and return how many were asked.

    Nobody knows whether mails are read or links followed, so nothing but a click of their own counts.
    """
    same = (Account.tenant_id == SavedSearch.tenant_id) & (Account.id == SavedSearch.account_id)
    due = (
        select(SavedSearch, Account)
        .outerjoin(Account, same)
        .where(
            SavedSearch.confirmed_at.is_not(None),
            SavedSearch.asked_at.is_(None),
            SavedSearch.interest_at < months_ago(MONTHS_WITHOUT_A_WORD),
        )
        .order_by(SavedSearch.id)
        .limit(BATCH)
        .with_for_update(of=SavedSearch, skip_locked=True)
    )
    rows = session.execute(due).all()
    for saved, account in rows:
        saved.asked_at = now()
        _ask(session, post, saved, account)
    session.flush()
    return len(rows)


def rest_dead_addresses(session: Session) -> int:
    """Pause the searches whose last three digests could not be delivered, and return how many there were.

    Only those since the person's last word count, so that whoever has mended their mailbox can simply go on.
    """
    latest = (
        select(
            SearchDigest.search_id,
            OutgoingMail.state,
            func.row_number().over(partition_by=SearchDigest.search_id, order_by=SearchDigest.id.desc()).label("n"),
        )
        .join(
            SavedSearch, (SavedSearch.tenant_id == SearchDigest.tenant_id) & (SavedSearch.id == SearchDigest.search_id)
        )
        .outerjoin(
            OutgoingMail,
            (OutgoingMail.tenant_id == SearchDigest.tenant_id) & (OutgoingMail.id == SearchDigest.mail_id),
        )
        .where(SavedSearch.paused_at.is_(None), SearchDigest.made_at > SavedSearch.interest_at)
        .subquery()
    )
    dead = (
        select(latest.c.search_id)
        .where(latest.c.n <= HARD_BOUNCES, latest.c.state == MailState.FAILED)
        .group_by(latest.c.search_id)
        .having(func.count() == HARD_BOUNCES)
    )
    paused = session.execute(
        update(SavedSearch).where(SavedSearch.id.in_(dead)).values(paused_at=now()).returning(SavedSearch.id),
        execution_options={"synchronize_session": False},
    )
    return len(paused.all())


def _ask(session: Session, post: Postbox, saved: SavedSearch, account: Account | None) -> None:
    recipient = (
        Recipient(account.name, account.email, account.language)
        if account
        else Recipient("", saved.email, saved.language)
    )
    message = StillWanted(
        label=saved.label,
        manage_path=links.manage_path(post, saved.id, recipient.language),
        unsubscribe_path=links.unsubscribe_path(post, saved.id, recipient.language),
        days=ANSWER_WITHIN.days,
    )
    queue_mail(session, post, message, recipient)
