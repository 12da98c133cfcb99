"""A few applications in different states for the demo's club login to work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from engagement.accounts import service as accounts
from engagement.applications import service
from engagement.kernel.clock import now, stopped
from engagement.mail.service import Postbox

Answer = Callable[..., Any]


@dataclass(frozen=True)
class Story:
    """Somebody applies, and perhaps the club answers.

    Args:
        name: of the applicant; None for the demo's citizen.
        offer: number of the club's offer.
        hours_ago: when.
        message: of the applicant.
        answer: what the club does two hours later.
        letter: what it writes.
    """

    name: str | None
    offer: int
    hours_ago: int
    message: str
    answer: Answer | None = None
    letter: str = ""


STORIES = (
    Story("Helga Brandt", 0, 7, "Ich bin seit Kurzem im Ruhestand und hätte jede Woche einen Nachmittag frei."),
    Story(
        "Tobias Lang",
        0,
        46,
        "Kann ich mir das vorher einmal ansehen?",
        service.accept,
        "Guten Tag Herr Lang,\n\nsehr gern! Kommen Sie einfach vorbei, dann zeigen wir Ihnen alles.",
    ),
    Story(
        None,
        1,
        30,
        "Ich bringe Erfahrung aus der Schule mit und lerne noch Deutsch.",
        service.ask,
        "Guten Tag Frau Aydın,\n\ndas passt gut. An welchen Tagen hätten Sie denn Zeit?",
    ),
    Story(
        "Amira Haddad",
        1,
        44,
        "Ich könnte nur abends ab acht.",
        service.decline,
        "Guten Tag Frau Haddad,\n\nda ist bei uns leider schon zu. Vielen Dank, dass Sie sich gemeldet haben!",
    ),
)


def tell_stories(session: Session, post: Postbox, *, citizen_id: int, club_id: int, offer_ids: list[int]) -> None:
    """Let people apply for the club's offers and the club answer.

    Args:
        session: open for the city.
        post: of the city.
        citizen_id: account of the demo's citizen.
        club_id: account that answers for the club.
        offer_ids: the club's published offers.
    """
    for story in STORIES:
        moment = now() - timedelta(hours=story.hours_ago)
        offer_id = offer_ids[story.offer % len(offer_ids)]
        with stopped(moment):
            person = citizen_id if story.name is None else _applicant(session, post, story.name)
            application_id = service.apply_as_account(
                session, post, offer_id, person, service.OwnWords(message=story.message)
            )
        if story.answer:
            with stopped(moment + timedelta(hours=2)):
                story.answer(session, post, application_id, club_id, story.letter)


def _applicant(session: Session, post: Postbox, name: str) -> int:
    email = f"{name.lower().replace(' ', '.')}@{post.tenant.slug}.example"
    return accounts.create_account(session, email=email, name=name, email_proven=True)
