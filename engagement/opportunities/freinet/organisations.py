"""The organisations of a file: found by their id in Freinet or their name, made when they are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from engagement.opportunities.freinet.columns import digest, is_organisation_untouched, organisation_columns
from engagement.opportunities.freinet.mapping import Mapped
from engagement.opportunities.freinet.record import Layout
from engagement.opportunities.freinet.report import Outcome
from engagement.opportunities.freinet.words import key
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.organisations.queries import organisation_info
from engagement.organisations.service import OrganisationValues, create_organisation, update_organisation

SOURCE = "freinet"


@dataclass
class Known:
    """What is remembered of an organisation while the file is read."""

    id: int
    external_id: str | None
    verification: Verification
    is_ours: bool
    is_seen: bool = False
    is_suspended: bool = False

    @property
    def is_silenced(self) -> bool:
        """Tell whether the municipality lets it publish nothing."""
        return self.is_suspended or self.verification is Verification.REJECTED


class Organisations:
    """Finds and makes organisations; what the first row of a file says of one counts for all its rows.

    An organisation that registered here itself and was verified is joined by its name and never described anew.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._by_id: dict[str, Known] = {}
        self._by_name: dict[str, Known] = {}
        self.outcomes: Counter[Outcome] = Counter()
        for entry, merged in _entries(session):
            # what was merged into another entry is found there: the file need not know of it
            row = merged or entry
            external_id = entry.external_id if entry.source == SOURCE else None
            known = Known(
                row.id,
                external_id,
                row.verification,
                is_ours=row.source == SOURCE,
                is_suspended=row.suspended_at is not None,
            )
            self._remember(known, entry.name)

    def place(self, mapped: Mapped, layout: Layout, note: Callable[[str], None]) -> Known:
        """Return the organisation of a row, made or described anew if need be."""
        values = mapped.organisation
        known = self._find(mapped.organisation_id, values.name) or self._make(mapped, layout)
        if mapped.organisation_id and known.external_id is None:
            self._adopt(known, mapped.organisation_id)
        if not known.is_seen and known.is_ours:
            self._describe(known, values, layout, note)
        known.is_seen = True
        return known

    def _remember(self, known: Known, name: str) -> None:
        if known.external_id:
            self._by_id[known.external_id] = known
        self._by_name.setdefault(key(name), known)

    def _find(self, external_id: str, name: str) -> Known | None:
        if external_id in self._by_id:
            return self._by_id[external_id]
        named = self._by_name.get(key(name))
        return None if named and external_id and named.external_id else named

    def _make(self, mapped: Mapped, layout: Layout) -> Known:
        made = create_organisation(
            self._session,
            mapped.organisation,
            verification=Verification.VERIFIED,
            source=SOURCE,
            external_id=mapped.organisation_id or None,
            created_at=mapped.created_at,
        )
        self._stamp(made, source_digest=digest(organisation_columns(mapped.organisation, layout)))
        known = Known(made, mapped.organisation_id or None, Verification.VERIFIED, is_ours=True, is_seen=True)
        self._remember(known, mapped.organisation.name)
        self.outcomes[Outcome.NEW] += 1
        return known

    def _adopt(self, known: Known, external_id: str) -> None:
        """Note the id in Freinet, so that the organisation is found again under another name."""
        known.external_id = external_id
        self._by_id[external_id] = known
        self._stamp(known.id, source=SOURCE, external_id=external_id)

    def _describe(self, known: Known, values: OrganisationValues, layout: Layout, note: Callable[[str], None]) -> None:
        """Bring an organisation in step with the file unless somebody has edited it here."""
        said = organisation_columns(values, layout)
        row = self._session.scalars(select(Organisation).where(Organisation.id == known.id)).one()
        if digest(said) == row.source_digest or organisation_columns(row, layout) == said:
            return
        if not is_organisation_untouched(row):
            note("organisation left as it is: edited here")
            return
        here = organisation_info(row)
        kept = OrganisationValues(**{name: getattr(here, name) for name in OrganisationValues.__dataclass_fields__})
        update_organisation(self._session, known.id, replace(kept, **said))
        self._stamp(known.id, source_digest=digest(said))
        self.outcomes[Outcome.CHANGED] += 1

    def _stamp(self, organisation_id: int, **columns: str) -> None:
        self._session.execute(update(Organisation).where(Organisation.id == organisation_id).values(**columns))


def _entries(session: Session) -> list[tuple[Organisation, Organisation | None]]:
    """Return the organisations that a file can mean, each with the one it was merged into; the living ones first."""
    survivor = aliased(Organisation)
    rows = session.execute(
        select(Organisation, survivor)
        .outerjoin(
            survivor,
            (survivor.tenant_id == Organisation.tenant_id) & (survivor.id == Organisation.merged_into_id),
        )
        .where(
            (Organisation.source == SOURCE)
            | Organisation.verification.in_([Verification.VERIFIED, Verification.MERGED])
        )
        .order_by(Organisation.merged_into_id.is_not(None), (Organisation.source == SOURCE).desc(), Organisation.id)
    )
    return [(row[0], row[1]) for row in rows]
