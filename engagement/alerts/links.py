"""Signed addresses of a saved search: to confirm it, to look after it, to be rid of it. All work without an account."""

from __future__ import annotations

from datetime import timedelta

from engagement.kernel.errors import NotFoundError
from engagement.kernel.signing import Purpose, Signer, TokenExpiredError, TokenInvalidError
from engagement.mail.service import Postbox

CONFIRM_WITHIN = timedelta(days=7)
MANAGE_WITHIN = timedelta(days=550)
"""Longer than any search is kept without a word of its owner, so that no mail that still comes has a dead link."""


class LinkOverError(NotFoundError):
    """The link was genuine, but its time has passed, or the search is gone."""


def confirm_path(post: Postbox, search_id: int, language: str) -> str:
    """Return the address on which an address is confirmed."""
    return f"/suchen/bestaetigen/{_sign(post, Purpose.CONFIRM_SEARCH, search_id)}?lang={language}"


def manage_token(post: Postbox, search_id: int) -> str:
    """Return the token of a search's own page."""
    return _sign(post, Purpose.MANAGE_SEARCH, search_id)


def manage_path(post: Postbox, search_id: int, language: str) -> str:
    """Return the address of a search's own page."""
    return f"/suchen/{manage_token(post, search_id)}?lang={language}"


def unsubscribe_path(post: Postbox, search_id: int, language: str) -> str:
    """Return the address that calls the mails off."""
    return f"/suchen/{manage_token(post, search_id)}/abbestellen?lang={language}"


def read_confirm(signer: Signer, tenant_id: int, token: str) -> int:
    """Return the search that a link confirms.

    Raises:
        LinkOverError: it is too old.
        NotFoundError: it is forged, or another town's.
    """
    return _read(signer, Purpose.CONFIRM_SEARCH, tenant_id, token, CONFIRM_WITHIN)


def read_manage(signer: Signer, tenant_id: int, token: str) -> int:
    """Return the search that a link looks after; errors as of ``read_confirm``."""
    return _read(signer, Purpose.MANAGE_SEARCH, tenant_id, token, MANAGE_WITHIN)


def _sign(post: Postbox, purpose: Purpose, search_id: int) -> str:
    return post.signer.sign(purpose, post.tenant.id, search_id)


def _read(signer: Signer, purpose: Purpose, tenant_id: int, token: str, within: timedelta) -> int:
    try:
        search_id, _nonce = signer.read(purpose, tenant_id, token, max_age=int(within.total_seconds()))
    except TokenExpiredError as error:
        raise LinkOverError from error
    except TokenInvalidError as error:
        raise NotFoundError from error
    return search_id
