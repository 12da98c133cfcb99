"""The log of changes: who did what when, to look through and to take along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from babel.numbers import format_decimal
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from engagement.accounts.queries import names_of, staff_accounts
from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.kernel.tables import Cell, FileKind, Table
from engagement.kernel.trail import TrailRecord, Wanted, has_more_than, trail_page, walk_trail
from engagement.web.municipality import blueprint
from engagement.web.municipality.deeds import sentence, short, subject_word
from engagement.web.municipality.details import Detail, Reader, shortened
from engagement.web.municipality.naming import Names, find_names
from engagement.web.municipality.trail_filter import TrailForm, asked_account, asked_position, written
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.downloads import table_file
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import acting_account_id

PER_PAGE = 50
EXPORTS = Limit("audit-export", 30, timedelta(hours=1))
UNPROCESSABLE = 422
MOST_IN_EXCEL = 20_000
"""Records of an Excel file: one of 100,000 takes half a minute, and people wait for the answer."""


@dataclass(frozen=True)
class Line:
    """A record as the page shows it."""

    at: datetime
    sentence: str
    details: list[Detail]
    account_id: int | None
    subject: str
    kind: str
    operator_reason: str


@blueprint.get("/protokoll")
@requires(Permission.TENANT_AUDIT_READ)
def audit() -> ResponseReturnValue:
    """Show a page of the log."""
    keep_private()
    form = TrailForm(_people())
    right = form.validate()
    page = trail_page(
        context.session(),
        form.wanted(),
        older_than=asked_position("vor"),
        newer_than=asked_position("nach"),
        size=PER_PAGE,
    )
    names = find_names(context.session(), page.records)
    reader = Reader(context.vocabulary(), names.of)
    html = render_template(
        "municipality/audit.html",
        form=form,
        entries=[_line(one, names, reader) for one in page.records],
        older=written(page.records[-1].position) if page.records and page.has_older else "",
        newer=written(page.records[0].position) if page.records and page.has_newer else "",
        of_excel=_of_excel(),
    )
    return html, 200 if right else UNPROCESSABLE


@blueprint.get("/protokoll/export")
@requires(Permission.TENANT_AUDIT_READ)
def audit_export() -> ResponseReturnValue:
    """Hand out what was asked for as a table; that this was done stands in the log from now on."""
    context.tools().limiter.hit(EXPORTS, context.tenant().id, acting_account_id())
    kind = FileKind.XLSX if request.args.get("format") == FileKind.XLSX else FileKind.CSV
    form, moment = TrailForm(_people()), now()
    wanted = form.wanted()
    if kind is FileKind.XLSX and has_more_than(context.session(), wanted, MOST_IN_EXCEL):
        flash(_of_excel())
        asked: dict[str, Any] = form.arguments()
        return redirect(url_for("municipality.audit", **asked), 303)
    narrowed = {name: value for name, value in asdict(wanted).items() if value is not None}
    record(context.session(), "audit.export", "audit_record", None, after={"format": kind, **narrowed})
    word, zone = gettext("log"), context.tenant().time_zone
    name = f"{word}-{context.tenant().slug}-{moment.astimezone(zone):%Y-%m-%d}"
    return table_file(name, kind, Table(_header(), _rows(wanted, moment), zone, gettext("Log of changes")))


def _of_excel() -> str:
    return gettext(
        "An Excel file takes %(most)s entries at most. If there are more, please choose a shorter period, "
        "or the CSV file, which holds all of them.",
        most=format_decimal(MOST_IN_EXCEL, locale=get_locale()),
    )


def _header() -> list[str]:
    return [
        gettext("Time"),
        gettext("Who"),
        gettext("What happened"),
        gettext("What was done"),
        gettext("Kind of object"),
        gettext("Object"),
        gettext("Before"),
        gettext("After"),
        gettext("Reason of the operator"),
    ]


def _rows(wanted: Wanted, moment: datetime) -> Iterator[list[Cell]]:
    words = context.vocabulary()
    for batch in walk_trail(context.session(), wanted, not_after=moment):
        names = find_names(context.session(), batch)
        reader = Reader(words, names.of)
        for one in batch:
            details = reader.details(one.before, one.after)
            yield [
                one.at,
                names.actor(one),
                _sentence(one, names),
                short(one.action),
                subject_word(one.subject_kind),
                names.subject(one) if one.subject_id else "",
                "\n".join(f"{detail.name}: {detail.before}" for detail in details if detail.before),
                "\n".join(f"{detail.name}: {detail.after}" for detail in details if detail.after),
                one.operator_reason,
            ]


def _line(one: TrailRecord, names: Names, reader: Reader) -> Line:
    details = [
        Detail(detail.name, shortened(detail.before), shortened(detail.after))
        for detail in reader.details(one.before, one.after)
    ]
    about_themselves = (one.subject_kind, one.subject_id) == ("account", one.account_id)
    subject = f"{one.subject_kind}-{one.subject_id}" if one.subject_id and not about_themselves else ""
    kind = subject_word(one.subject_kind)
    return Line(one.at, _sentence(one, names), details, one.account_id, subject, kind, one.operator_reason)


def _sentence(one: TrailRecord, names: Names) -> str:
    return sentence(one.action, names.actor(one), names.subject(one), one.after.get("count", ""))


def _people() -> dict[int, str]:
    """Return the team, and whoever else was asked for."""
    people = {account.id: account.name for account in staff_accounts(context.session())}
    asked = asked_account()
    if asked is not None and asked not in people:
        people[asked] = names_of(context.session(), [asked]).get(asked, gettext("deleted account"))
    return people
