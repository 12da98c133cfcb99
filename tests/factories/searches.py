"""Makes saved searches."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.alerts.models import SavedSearch
from engagement.alerts.noticing import notice
from engagement.alerts.rhythm import Rhythm
from engagement.alerts.service import NewSearch, confirm, save_for_account, save_for_address
from engagement.catalogue.queries import SearchQuery
from tests.factories.mails import make_postbox

FRIDAY = 4


def new_search(**values: Any) -> NewSearch:
    """A daily search for everything; give what the test is about."""
    defaults: dict[str, Any] = {
        "query": SearchQuery(),
        "neighbours": False,
        "label": "Alle Angebote",
        "arguments": {},
        "rhythm": Rhythm.DAILY,
        "weekday": FRIDAY,
        "language": "de",
    }
    return NewSearch(**(defaults | values))


def make_search(
    session: Session,
    email: str = "gisela@example.org",
    *,
    account_id: int | None = None,
    confirmed: bool = True,
    **values: Any,
) -> SavedSearch:
    """Make a search, confirmed unless the test is about that."""
    search = new_search(**values)
    if account_id is not None:
        save_for_account(session, account_id, search)
    else:
        save_for_address(session, make_postbox(session), email, search)
    row = session.scalars(select(SavedSearch).order_by(SavedSearch.id.desc()).limit(1)).one()
    if confirmed:
        confirm(session, row.id)
    else:
        notice(session)
    return row
