"""Importing a whole file in one transaction: all of it or nothing, as often as one likes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError
from engagement.opportunities.freinet.columns import columns_of, digest, has_run_out, is_shown_here, is_untouched
from engagement.opportunities.freinet.html import to_line
from engagement.opportunities.freinet.mapping import (
    LONGEST_ID,
    LONGEST_TITLE,
    Mapped,
    Setting,
    UnusableRowError,
    map_offer,
)
from engagement.opportunities.freinet.notes import cut_at_word
from engagement.opportunities.freinet.offers import Moment, Writer, find_imported
from engagement.opportunities.freinet.organisations import Known, Organisations
from engagement.opportunities.freinet.place import Town
from engagement.opportunities.freinet.record import FreinetOffer, Layout, Row, UnreadableRow
from engagement.opportunities.freinet.report import Outcome, RowReport, Summary
from engagement.opportunities.freinet.source import Progress, opened
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.tenancy.queries import TenantInfo, load_vocabulary

__all__ = ["Outcome", "RowReport", "Summary", "run_import"]

BATCH = 100
"""Rows that are in memory at a time."""
LOCK = 0x46524E54
"""First half of the advisory lock that lets one import into a tenant at a time; the second is the tenant."""


def run_import(
    session: Session,
    file: Path,
    tenant: TenantInfo,
    *,
    progress: Progress | None = None,
    on_row: Callable[[RowReport], None] | None = None,
) -> Summary:
    """Import a Freinet export; a second run with the same file changes nothing.

    Rows that cannot be used are skipped with their reason. Offers that people edited here are left alone.

    Args:
        session: open for the tenant; the caller commits, or rolls back for a trial.
        file: short XML, full XML or CSV.
        tenant: into which the offers go.
        progress: told how many bytes have been read.
        on_row: told what became of each row, in the order of the file.

    Raises:
        BrokenFileError: the file cannot be read to its end; the caller must roll back.
        ConflictError: another import into this tenant is at work.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(LOCK, tenant.id))):
        raise ConflictError(f"Another import into {tenant.slug} is at work; wait for it to end.")
    run = _Run(session, tenant)
    with opened(file, progress) as rows:
        for batch in _batches(rows):
            for report in run.take(batch):
                run.summary.count(report)
                if on_row:
                    on_row(report)
    after = {"file": file.name, "rows": run.summary.rows, "outcomes": run.summary.outcomes}
    record(session, "opportunity.import", "tenant", tenant.id, after=after)
    session.flush()
    return run.summary


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


class _Run:
    """One import at work."""

    def __init__(self, session: Session, tenant: TenantInfo) -> None:
        moment = now()
        self._session = session
        self._setting = Setting(Town(tenant.name, load_vocabulary(session).offered()), tenant.time_zone, moment)
        self._organisations = Organisations(session)
        self._writer = Writer(session, Moment(moment, tenant.time_zone))
        self._seen: dict[str, int] = {}
        self.summary = Summary(organisations=self._organisations.outcomes)

    def take(self, batch: Iterable[Row]) -> list[RowReport]:
        """Judge and write some rows; organisations first, since a new name of one touches its offers."""
        candidates = [self._prepare(row) for row in batch]
        here = find_imported(self._session, (one.mapped.external_id for one in candidates if one.mapped))
        for one in candidates:
            self._judge(one, here)
        self._writer.write()
        return [one.report() for one in candidates]

    def _prepare(self, row: Row) -> _Candidate:
        candidate = _Candidate(row)
        if isinstance(row, UnreadableRow):
            candidate.skip(row.reason)
            return candidate
        try:
            mapped = map_offer(row, self._setting)
        except UnusableRowError as error:
            candidate.skip(str(error))
            return candidate
        first = self._seen.setdefault(mapped.external_id, row.row)
        if first != row.row:
            candidate.skip(f"the same id as row {first}")
            return candidate
        candidate.mapped, candidate.layout = mapped, row.layout
        candidate.notes += mapped.notes
        candidate.organisation = self._organisations.place(mapped, row.layout, candidate.notes.append)
        return candidate

    def _judge(self, one: _Candidate, here: Mapping[str, Opportunity]) -> None:
        if one.mapped is None or one.organisation is None:
            return
        row = here.get(one.mapped.external_id)
        if one.organisation.is_silenced:
            one.skip("its organisation was turned down or suspended here")
        elif row is None:
            self._writer.make(one.mapped, one.organisation, one.layout)
            one.outcome = Outcome.NEW
        else:
            self._compare(one, row, one.mapped, one.organisation)

    def _compare(self, one: _Candidate, row: Opportunity, mapped: Mapped, organisation: Known) -> None:
        moment = self._setting.moment
        is_equal = digest(columns_of(mapped, organisation.id, one.layout)) == row.source_digest
        is_renewed = mapped.edited_at is not None and mapped.edited_at > row.updated_at
        if is_equal and not (is_renewed and is_shown_here(row, moment)):
            one.outcome = Outcome.UNCHANGED
        elif not self._writer.is_same(row) or not (is_equal or is_untouched(row, moment)):
            one.skip("edited here since the last import")
        elif row.state is State.ARCHIVED or (row.state is State.CLOSED and not has_run_out(row, moment)):
            one.skip(f"{row.state} here")
        else:
            one.outcome = Outcome.CHANGED
            if is_equal:
                self._writer.renew(row, mapped)
            else:
                self._writer.change(row, mapped, organisation, one.layout)


@dataclass
class _Candidate:
    """A row on its way."""

    row: Row
    mapped: Mapped | None = None
    layout: Layout = Layout.CSV
    organisation: Known | None = None
    outcome: Outcome = Outcome.SKIPPED
    reason: str = ""
    notes: list[str] = field(default_factory=list)

    def skip(self, reason: str) -> None:
        self.outcome, self.reason = Outcome.SKIPPED, reason

    def report(self) -> RowReport:
        offer = self.row if isinstance(self.row, FreinetOffer) else None
        return RowReport(
            row=self.row.row,
            line=self.row.line,
            external_id=cut_at_word(to_line(offer.external_id), LONGEST_ID) if offer else "",
            title=cut_at_word(to_line(offer.title), LONGEST_TITLE) if offer else "",
            outcome=self.outcome,
            reason=self.reason,
            notes=tuple(self.notes),
        )
