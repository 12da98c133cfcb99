"""Letting somebody in: a fresh session, and the way on."""

from __future__ import annotations

from flask import session as cookie
from flask import url_for
from flask_login import login_user

from engagement.kernel.clock import now
from engagement.web.account.onward import own_path
from engagement.web.shared.identity import SignedIn, load_person

LINK_USED_AT = "link_used_at"
SECONDS_PROVEN = 30 * 60


def let_in(account_id: int, *, by_link: bool = False) -> SignedIn:
    """Begin a session for the account; nothing of an earlier one stays.

    Args:
        account_id: whose address or password has just been shown to be right.
        by_link: whether a mailed link showed it; a new password then needs no old one for half an hour.
    """
    found = load_person(account_id)
    if found is None:
        raise LookupError(f"account {account_id} is gone")
    cookie.clear()
    cookie.permanent = True
    login_user(found)
    if by_link:
        cookie[LINK_USED_AT] = int(now().timestamp())
    return found


def lately_by_link() -> bool:
    """Tell whether this session began with a mailed link less than half an hour ago."""
    used_at = cookie.get(LINK_USED_AT)
    return isinstance(used_at, int) and 0 <= now().timestamp() - used_at < SECONDS_PROVEN


def way_on(someone: SignedIn, wanted: str | None) -> str:
    """Return the path after signing in: where the person wanted to go, or where their work is."""
    if path := own_path(wanted):
        return path
    if someone.staff_role:
        return url_for("municipality.today")
    return url_for("club.start" if someone.memberships else "account.overview")
