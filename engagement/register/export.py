"""The register as a file, for letters, for the council, for a look with a spreadsheet program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from engagement.kernel.audit import record
from engagement.kernel.i18n import gettext
from engagement.kernel.tables import Cell, FileKind, Table
from engagement.organisations.kinds import Verification
from engagement.register.queries import Asked, RegisterLine, register_statement
from engagement.tenancy.queries import own_tenant

BATCH = 500


def export_register(session: Session, asked: Asked, kind: FileKind) -> Table:
    """Return what is asked for as a table.

    The rows are read while the table is written; once the last one is, the audit trail says that it left the house.
    The municipality's own notes stay inside.

    Args:
        session: open for the tenant.
        asked: the same as in the list.
        kind: of the file.
    """
    zone = own_tenant(session).time_zone
    return Table(_columns(), _rows(session, asked, kind, zone), zone, gettext("Organisations"))


def _rows(session: Session, asked: Asked, kind: FileKind, zone: tzinfo) -> Iterator[list[Cell]]:
    entries = 0
    for row in session.execute(register_statement(asked).execution_options(yield_per=BATCH)):
        entries += 1
        yield [_day(cell, zone) for cell in _cells(RegisterLine(**row._asdict()))]
    after = {"format": kind, "part": asked.part, "text": asked.text, "entries": entries}
    record(session, "organisation.export", "organisation", None, after=after)


def _day(cell: Cell, zone: tzinfo) -> Cell:
    """Of a moment the day matters."""
    return cell.astimezone(zone).date() if isinstance(cell, datetime) else cell


def _columns() -> list[str]:
    return [
        gettext("Number of the entry"),
        gettext("Name"),
        gettext("Kind"),
        gettext("State"),
        gettext("Street and number"),
        gettext("Postcode"),
        gettext("Town"),
        gettext("Part of town"),
        gettext("Contact person"),
        gettext("E-mail address"),
        gettext("Phone"),
        gettext("Website"),
        gettext("Responsible people"),
        gettext("People in the team"),
        gettext("Published offers"),
        gettext("Registered on"),
        gettext("Verified on"),
        gettext("Last confirmed on"),
        gettext("Suspended on"),
        gettext("Merged into"),
        gettext("Taken over from"),
    ]


def _cells(line: RegisterLine) -> list[Cell]:
    return [
        line.id,
        line.name,
        line.kind,
        _state(line),
        line.street,
        line.postcode,
        line.city,
        line.district,
        line.contact_name,
        line.email,
        line.phone,
        line.website,
        line.owners,
        line.members,
        line.offers,
        line.created_at,
        line.verified_at,
        line.confirmed_at,
        line.suspended_at,
        line.merged_into,
        line.source,
    ]


def _state(line: RegisterLine) -> str:
    if line.suspended_at:
        return gettext("suspended")
    return {
        Verification.PENDING: gettext("waits for a check"),
        Verification.VERIFIED: gettext("verified"),
        Verification.REJECTED: gettext("turned down"),
        Verification.MERGED: gettext("merged"),
    }[line.verification]
