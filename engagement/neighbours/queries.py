"""Reading how a town stands to others; of another town no more than its name, its host and its word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engagement.kernel.db import tenant_of
from engagement.neighbours.models import NeighbourConsent
from engagement.neighbours.policy import SILENCE, Relation, Word, relation
from engagement.tenancy.queries import TenantInfo, tenants_by_ids, tenants_named
from engagement.tenancy.settings import Module

MOST_FOUND = 20


@dataclass(frozen=True)
class Town:
    """Another town of this installation; ``host`` is the one used in links."""

    id: int
    slug: str
    name: str
    host: str


@dataclass(frozen=True)
class Neighbour:
    """A town to which there is a relation.

    Args:
        relation: as the session's town sees it.
        note: what they wrote to us with their request.
        since: the last word of either side.
        takes_part: whether sharing is switched on there.
    """

    town: Town
    relation: Relation
    note: str
    since: datetime | None
    takes_part: bool


def neighbours(session: Session) -> list[Neighbour]:
    """Return every town with which the session's town has something going on, by name."""
    ours, theirs = _words(session)
    return [
        Neighbour(
            _town(tenant),
            relation(ours.get(tenant.id, _NOTHING).word, theirs.get(tenant.id, _NOTHING).word),
            theirs.get(tenant.id, _NOTHING).note,
            _last(ours.get(tenant.id, _NOTHING).word, theirs.get(tenant.id, _NOTHING).word),
            tenant.settings.has(Module.NEIGHBOURS),
        )
        for tenant in tenants_by_ids(session, ours.keys() | theirs.keys())
    ]


def agreed_towns(session: Session) -> list[Town]:
    """Return the towns whose offers may be shown beside one's own, by name; empty unless both sides want it now.

    That sharing is switched on in the session's own town is for the caller to know.
    """
    ours, theirs = _words(session)
    agreed = [
        number
        for number in ours.keys() & theirs.keys()
        if relation(ours[number].word, theirs[number].word) is Relation.AGREED
    ]
    return [
        _town(tenant)
        for tenant in (tenants_by_ids(session, agreed) if agreed else [])
        if tenant.settings.has(Module.NEIGHBOURS) and not tenant.suspended
    ]


def relation_to(session: Session, town_id: int) -> Relation:
    """Return how the session's town stands to one other."""
    ours, theirs = _words(session)
    return relation(ours.get(town_id, _NOTHING).word, theirs.get(town_id, _NOTHING).word)


def has_spoken(session: Session, town_id: int) -> bool:
    """Tell whether the session's town has ever said anything to another one."""
    return town_id in _words(session)[0]


def find_town(session: Session, slug: str) -> Town | None:
    """Return another town of the installation by its short name, None for one's own."""
    found = tenants_named(session, slug=slug, limit=1)
    return _town(found[0]) if found and found[0].id != tenant_of(session) else None


def search_towns(session: Session, part: str) -> list[Town]:
    """Return the other towns with ``part`` in their name, by name, at most twenty."""
    found = tenants_named(session, part=part, limit=MOST_FOUND + 1)
    return [_town(tenant) for tenant in found if tenant.id != tenant_of(session) and not tenant.suspended][:MOST_FOUND]


@dataclass(frozen=True)
class _Said:
    word: Word
    note: str = ""


_NOTHING = _Said(SILENCE)


def _words(session: Session) -> tuple[dict[int, _Said], dict[int, _Said]]:
    """Return what we said to each town and what each said to us, by the other town's id."""
    here, row = tenant_of(session), NeighbourConsent
    statement = select(row.tenant_id, row.neighbour_id, row.agreed_at, row.refused_at, row.note)
    ours, theirs = {}, {}
    for speaker, addressed, agreed_at, refused_at, note in session.execute(
        statement.where(or_(row.tenant_id == here, row.neighbour_id == here))
    ):
        said = _Said(Word(agreed_at, refused_at), note)
        if speaker == here:
            ours[addressed] = said
        else:
            theirs[speaker] = said
    return ours, theirs


def _last(*words: Word) -> datetime | None:
    moments: Iterable[datetime | None] = (moment for word in words for moment in (word.agreed_at, word.refused_at))
    return max((moment for moment in moments if moment), default=None)


def _town(tenant: TenantInfo) -> Town:
    return Town(tenant.id, tenant.slug, tenant.name, tenant.host)
