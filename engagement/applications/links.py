"""Addresses in mails: signed ones for guests, plain ones for people with an account."""

from __future__ import annotations

from datetime import timedelta

from engagement.kernel.errors import NotFoundError
from engagement.kernel.signing import Purpose, Signer, TokenInvalidError
from engagement.mail.service import Postbox

CONFIRM_WITHIN = timedelta(hours=48)
"""So long is a link to confirm good, counted from the sign-up's own row: the row also knows whether it was used."""


def confirm_path(post: Postbox, sign_up_id: int, language: str) -> str:
    """Return the address on which a guest confirms."""
    token = post.signer.sign(Purpose.CONFIRM_SIGN_UP, post.tenant.id, sign_up_id)
    return f"/mitmachen/bestaetigen/{token}?lang={language}"


def follow_token(post: Postbox, application_id: int) -> str:
    """Return the token of an application's private page; it is good without end."""
    return post.signer.sign(Purpose.FOLLOW_APPLICATION, post.tenant.id, application_id)


def follow_path(post: Postbox, application_id: int, account_id: int | None, language: str) -> str:
    """Return where the applicant follows an application: in the account, or on the private page without one."""
    if account_id is not None:
        return f"/konto/anfragen/{application_id}"
    return f"/mitmachen/anfrage/{follow_token(post, application_id)}?lang={language}"


def place_path(post: Postbox, application_id: int, account_id: int | None, language: str) -> str:
    """Return where the applicant says yes or no to a place that is kept."""
    path, separator, query = follow_path(post, application_id, account_id, language).partition("?")
    return f"{path}/platz{separator}{query}"


def club_path(organisation_id: int, application_id: int) -> str:
    """Return where the organisation's members answer an application."""
    return f"/verein/{organisation_id}/anfragen/{application_id}"


def read_token(signer: Signer, purpose: Purpose, tenant_id: int, token: str) -> int:
    """Return the id of the row that ``token`` names.

    Raises:
        NotFoundError: the token is forged, or meant for another purpose or tenant.
    """
    try:
        row_id, _nonce = signer.read(purpose, tenant_id, token)
    except TokenInvalidError as error:
        raise NotFoundError from error
    return row_id
