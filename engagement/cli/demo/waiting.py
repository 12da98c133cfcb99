"""One offer of the demo's club that is full, with people on its waiting list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from engagement.accounts import service as accounts
from engagement.applications import service
from engagement.applications.queries import places_of
from engagement.kernel.clock import now, stopped
from engagement.mail.service import Postbox

HELPERS = ("Ingrid Moser", "Paul Winkler", "Samira Nouri", "Bernd Haas", "Olga Petrenko", "Lena Kraft", "Ali Demir")
IN_LINE = ("Renate Vogel", "Kofi Mensah", "Jana Horn")
WELCOME = "Guten Tag,\n\nschön, dass Sie dabei sind! Wir melden uns wegen des ersten Termins."


def fill_up(session: Session, post: Postbox, club_id: int, offer_ids: Sequence[int]) -> None:
    """Take all places of the club's smallest offer, and let three more people come.

    Args:
        session: open for the city.
        post: of the city.
        club_id: account that answers for the club.
        offer_ids: the club's published offers.
    """
    free = {offer_id: places_of(session, offer_id).free for offer_id in offer_ids}
    countable = [offer_id for offer_id in offer_ids if free[offer_id]]
    if not countable:
        return
    offer_id = min(countable, key=lambda one: free[one] or 0)
    with stopped(now() - timedelta(days=3)):
        for name in HELPERS[: free[offer_id]]:
            helper = _apply(session, post, offer_id, name)
            service.accept(session, post, helper, club_id, WELCOME)
    for days, name in zip((2, 1, 0), IN_LINE, strict=True):
        with stopped(now() - timedelta(days=days, hours=1)):
            _apply(session, post, offer_id, name)


def _apply(session: Session, post: Postbox, offer_id: int, name: str) -> int:
    email = f"{name.lower().replace(' ', '.')}@{post.tenant.slug}.example"
    person = accounts.create_account(session, email=email, name=name, email_proven=True)
    own = service.OwnWords(message="Ich wäre sehr gern dabei.")
    return service.apply_as_account(session, post, offer_id, person, own)
