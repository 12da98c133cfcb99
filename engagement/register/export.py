"""The register as a file, for letters, for the council, for a look with a spreadsheet program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from enum import StrEnum

from sqlalchemy.orm import Session

from engagement.kernel.audit import record
from engagement.kernel.i18n import gettext
from engagement.kernel.tables import Cell, csv_bytes, xlsx_bytes
from engagement.organisations.kinds import Verification
from engagement.register.queries import Asked, RegisterLine, register_statement
from engagement.tenancy.queries import own_tenant

BATCH = 500


class Format(StrEnum):
    """How the file is written."""

    CSV = "csv"
    XLSX = "xlsx"


def export_register(session: Session, asked: Asked, kind: Format) -> bytes:
    """Return what is asked for as a file, and note in the audit trail that it left the house.

    The municipality's own notes stay inside.

    Args:
        session: open for the tenant.
        asked: the same as in the list.
        kind: of the file.
    """
    count, zone = 0, own_tenant(session).time_zone

    def rows() -> Iterator[list[Cell]]:
        nonlocal count
        for row in session.execute(register_statement(asked).execution_options(yield_per=BATCH)):
            count += 1
            yield [_day(cell, zone) for cell in _cells(RegisterLine(**row._asdict()))]

    if kind is Format.CSV:
        content = csv_bytes(_columns(), rows(), zone)
    else:
        content = xlsx_bytes(_columns(), rows(), zone, sheet=gettext("Organisations"))
    after = {"format": kind, "part": asked.part, "text": asked.text, "entries": count}
    record(session, "organisation.export", "organisation", None, after=after)
    return content


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
