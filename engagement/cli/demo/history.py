"""A year of applications and answers, so that the demo's figures have something to count. All people are invented.

Each thing happens through the services as if it were its own day, but nobody is written to about it: the mails of a
year ago are long gone. The same city always gets the same history.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engagement.accounts import service as accounts
from engagement.applications import service
from engagement.cli.demo.content import OfferText
from engagement.kernel.clock import now, stopped
from engagement.kernel.permissions import Role
from engagement.mail.service import Postbox
from engagement.organisations import service as organisations

APPLICATIONS = 140
PEOPLE = 60
DAYS = 395
LATEST = 4
"""Days before today on which the last one applies; the days since belong to the stories."""
FIRST_NAMES = (
    "Karin", "Jürgen", "Sabine", "Wolfgang", "Petra", "Thomas", "Monika", "Michael", "Claudia", "Andreas", "Nadine",
    "Stefan", "Julia", "Daniel", "Elif", "Mehmet", "Olena", "Dmytro", "Hanna", "Lukas", "Mia", "Noah", "Fatima",
    "Yusuf", "Greta", "Emil",
)  # fmt: skip
LAST_NAMES = (
    "Ahlers", "Bühler", "Cordes", "Dietze", "Ebert", "Fuchs", "Gärtner", "Hartwig", "Imhof", "Jäger", "Krämer",
    "Lindner", "Mayer", "Nagel", "Oswald", "Pfeiffer", "Rieger", "Sauter", "Thoma", "Ulmer", "Vetter", "Wagner",
    "Yıldız", "Zimmer",
)  # fmt: skip
MESSAGES = (
    "Ich würde gern mitmachen und habe am Wochenende Zeit.",
    "Ich bin neu in der Stadt und möchte Leute kennenlernen.",
    "Mir macht so etwas Freude. Wann kann ich vorbeikommen?",
    "Ich habe das früher schon einmal gemacht und helfe gern wieder.",
)
YES = "Guten Tag,\n\nschön, dass Sie sich melden! Kommen Sie gern vorbei, wir zeigen Ihnen alles."
ASK = "Guten Tag,\n\ndas klingt gut. An welchen Tagen hätten Sie denn Zeit?"
NO = "Guten Tag,\n\nvielen Dank für Ihre Anfrage. Im Moment haben wir leider genug Menschen dafür."


NEVER_ANSWERED, ONLY_ASKED, DECLINED = 0.06, 0.14, 0.38
"""Shares of all applications, each with the ones before it; the others are accepted if a place is left."""


@dataclass(frozen=True)
class Offer:
    """A published offer, who answers for it, and how much it draws people."""

    id: int
    places: int
    since: datetime
    member_id: int
    weight: float


@dataclass(frozen=True)
class Wish:
    """Somebody wants to help with an offer."""

    offer: Offer
    person: int
    moment: datetime


def tell_history(
    session: Session,
    post: Postbox,
    slug: str,
    offers: Sequence[tuple[OfferText, int]],
    organisation_ids: Mapping[str, int],
) -> None:
    """Let people apply for a city's published offers throughout the last year, and their organisations answer.

    Args:
        session: open for the city.
        post: of the city.
        slug: of the city.
        offers: texts and ids of its offers.
        organisation_ids: by the key that the texts use.
    """
    chance = random.Random(slug)  # noqa: S311 - an invented history, no secret
    silent = replace(post, silent=True)
    known = _offers(session, chance, slug, [pair for pair in offers if pair[0].state == "published"], organisation_ids)
    people = _people(session, chance, slug)
    taken: Counter[int] = Counter()
    seen: set[tuple[int, int]] = set()
    for moment in sorted(now() - timedelta(days=chance.uniform(LATEST, DAYS)) for _ in range(APPLICATIONS)):
        open_then = [offer for offer in known if offer.since < moment]
        if not open_then:
            continue
        offer = chance.choices(open_then, [offer.weight for offer in open_then])[0]
        person = chance.choice(people)
        if (offer.id, person) in seen:
            continue
        seen.add((offer.id, person))
        taken[offer.id] += _one(
            session, silent, chance, Wish(offer, person, moment), full=taken[offer.id] >= offer.places
        )


def _one(session: Session, post: Postbox, chance: random.Random, wish: Wish, *, full: bool) -> bool:
    """Let one person apply and perhaps get an answer; tell whether a place is taken by it."""
    offer = wish.offer
    with stopped(wish.moment):
        own = service.OwnWords(message=chance.choice(MESSAGES))
        application = service.apply_as_account(session, post, offer.id, wish.person, own)
    answered = wish.moment + timedelta(hours=min(chance.lognormvariate(3.0, 1.0), 24 * 20))
    ending = chance.random()
    if answered > now() or ending < NEVER_ANSWERED:
        return False
    with stopped(answered):
        if ending < ONLY_ASKED:
            service.ask(session, post, application, offer.member_id, ASK)
            return False
        if full or ending < DECLINED:
            service.decline(session, post, application, offer.member_id, NO)
            return False
        service.accept(session, post, application, offer.member_id, YES)
        return True


def _offers(
    session: Session,
    chance: random.Random,
    slug: str,
    published: Sequence[tuple[OfferText, int]],
    organisation_ids: Mapping[str, int],
) -> list[Offer]:
    """Give each organisation somebody who answers; a few offers draw most people, and a fifth draws nobody."""
    keys = dict.fromkeys(text.organisation for text, _ in published)
    members = {key: _member(session, slug, key, organisation_ids[key]) for key in keys}
    order = chance.sample(range(len(published)), len(published))
    drawn = len(published) * 4 // 5
    return [
        Offer(
            offer_id,
            text.places,
            now() - timedelta(days=text.created_days_ago),
            members[text.organisation],
            1 / (rank + 2),
        )
        for rank, (text, offer_id) in zip(order, published, strict=True)
        if rank < drawn
    ]


def _member(session: Session, slug: str, key: str, organisation_id: int) -> int:
    with stopped(now() - timedelta(days=DAYS)):
        member = accounts.create_account(
            session, email=f"{key}@{slug}.example", name=f"Büro {key.replace('-', ' ').title()}", email_proven=True
        )
        organisations.add_member(session, organisation_id, member, Role.EDITOR)
    return member


def _people(session: Session, chance: random.Random, slug: str) -> list[int]:
    names = chance.sample([f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES], PEOPLE)
    with stopped(now() - timedelta(days=DAYS)):
        return [
            accounts.create_account(session, email=f"gast{number}@{slug}.example", name=name, email_proven=True)
            for number, name in enumerate(names, start=1)
        ]
