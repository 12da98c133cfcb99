"""Writing imported offers: many at once, each with its words, its trace in the audit trail and its public entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from engagement.kernel.audit import changes, record
from engagement.kernel.db import tenant_of
from engagement.kernel.slugs import slugify
from engagement.opportunities import policy
from engagement.opportunities.freinet.columns import columns_here, columns_of, digest, has_run_out
from engagement.opportunities.freinet.mapping import Mapped
from engagement.opportunities.freinet.organisations import SOURCE, Known
from engagement.opportunities.freinet.record import Layout
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity, opportunity_category, opportunity_target_group
from engagement.opportunities.publication import write_catalogue_of
from engagement.opportunities.queries import whole
from engagement.organisations.kinds import Verification

_LINKS: dict[str, tuple[Table, str]] = {
    "category_ids": (opportunity_category, "category_id"),
    "target_group_ids": (opportunity_target_group, "target_group_id"),
}
_NO_COLUMNS = frozenset({*_LINKS, "is_shown"})


@dataclass(frozen=True)
class Moment:
    """When the import runs, and in whose time zone."""

    now: datetime
    zone: ZoneInfo


def find_imported(session: Session, external_ids: Iterable[str]) -> dict[str, Opportunity]:
    """Return what is here of the offers with these ids in Freinet."""
    rows = session.scalars(whole().where(Opportunity.source == SOURCE, Opportunity.external_id.in_(list(external_ids))))
    return {row.external_id: row for row in rows if row.external_id}


class Writer:
    """Takes the changes of a batch and writes them together.

    Args:
        session: open for the tenant.
        moment: when the import runs.
    """

    def __init__(self, session: Session, moment: Moment) -> None:
        self._session = session
        self._moment = moment
        self._made: list[tuple[Opportunity, Mapped]] = []
        self._touched: list[int] = []

    def make(self, mapped: Mapped, organisation: Known, layout: Layout) -> None:
        """Keep an offer that is new here; the municipality brings it in itself, so it has looked at it."""
        state = _state_of(mapped, organisation)
        created = mapped.created_at or mapped.edited_at or self._moment.now
        row = Opportunity(
            **mapped.values.columns(),
            organisation_id=organisation.id,
            slug=slugify(mapped.values.title),
            state=state,
            source=SOURCE,
            external_id=mapped.external_id,
            source_digest=digest(columns_of(mapped, organisation.id, layout)),
            published_at=created if state in {State.PUBLISHED, State.PAUSED} else None,
            expires_at=self._expiry(mapped) if state is State.PUBLISHED else None,
            looked_at=self._moment.now,
            created_at=created,
            updated_at=mapped.edited_at or created,
        )
        self._session.add(row)
        self._made.append((row, mapped))

    def is_same(self, row: Opportunity) -> bool:
        """Tell whether nobody has changed ``row`` since it was read; from now on nobody else can until the end."""
        current = select(Opportunity.updated_at).where(Opportunity.id == row.id).with_for_update()
        return self._session.scalar(current) == row.updated_at

    def change(self, row: Opportunity, mapped: Mapped, organisation: Known, layout: Layout) -> None:
        """Bring an offer in step with the file."""
        said = columns_of(mapped, organisation.id, layout)
        before, after = changes(columns_here(row, layout, self._moment.now), said)
        for name, value in said.items():
            if name not in _NO_COLUMNS:
                setattr(row, name, value)
        row.slug = slugify(row.title)
        row.source_digest = digest(said)
        row.revision += 1
        row.looked_at = self._moment.now
        self._relink(row.id, said)
        self._lead(row, mapped, organisation)
        record(self._session, "opportunity.update", "opportunity", row.id, before=before, after=after)
        self.renew(row, mapped)

    def renew(self, row: Opportunity, mapped: Mapped) -> None:
        """Note that the agency has stood by an offer again, so it is shown for another while."""
        row.updated_at = mapped.edited_at or self._moment.now
        if has_run_out(row, self._moment.now) and mapped.is_shown:
            row.state = State.PUBLISHED
        if row.state is State.PUBLISHED:
            row.expires_at = self._expiry(mapped)
        self._touched.append(row.id)

    def write(self) -> None:
        """Send everything to the database, and forget it here."""
        self._session.flush()
        for name, (table, column) in _LINKS.items():
            self._link(table, column, [(row.id, getattr(mapped.values, name)) for row, mapped in self._made])
        for row, mapped in self._made:
            after = {"title": mapped.values.title, "state": row.state, "source": SOURCE}
            record(self._session, "opportunity.create", "opportunity", row.id, after=after)
        written = [row.id for row, _ in self._made] + self._touched
        self._made, self._touched = [], []
        self._session.flush()
        self._session.expunge_all()
        write_catalogue_of(self._session, written)
        self._session.expunge_all()

    def _lead(self, row: Opportunity, mapped: Mapped, organisation: Known) -> None:
        if not mapped.is_shown and row.state in {State.PUBLISHED, State.IN_REVIEW, State.CLOSED}:
            row.state = State.PAUSED
        elif mapped.is_shown and row.state in {State.DRAFT, State.PAUSED, State.CLOSED}:
            row.state = _state_of(mapped, organisation)
            row.published_at = row.published_at or row.created_at

    def _expiry(self, mapped: Mapped) -> datetime:
        return policy.expiry(mapped.values, self._moment.now, self._moment.zone)

    def _relink(self, opportunity_id: int, said: dict[str, Any]) -> None:
        for name, (table, column) in _LINKS.items():
            if name in said:
                of_row = (table.c.tenant_id == tenant_of(self._session)) & (table.c.opportunity_id == opportunity_id)
                self._session.execute(delete(table).where(of_row))
                self._link(table, column, [(opportunity_id, said[name])])

    def _link(self, table: Table, column: str, links: list[tuple[int, Iterable[int]]]) -> None:
        tenant_id = tenant_of(self._session)
        rows = [
            {"tenant_id": tenant_id, "opportunity_id": opportunity_id, column: word}
            for opportunity_id, words in links
            for word in words
        ]
        if rows:
            self._session.execute(table.insert(), rows)


def _state_of(mapped: Mapped, organisation: Known) -> State:
    """Return the state of an offer that the import brings in; those of unverified organisations wait for a look."""
    if not mapped.is_described:
        return State.DRAFT
    if not mapped.is_open:
        return State.PAUSED
    return State.PUBLISHED if organisation.verification is Verification.VERIFIED else State.IN_REVIEW
