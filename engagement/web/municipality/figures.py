"""What the municipality counts, as a page of charts and as one file for each figure. Everything is in the address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.figures.periods import MOST_MONTHS, Period, month_at, months_between, shifted, usual_period
from engagement.figures.queries import Figures, load_figures
from engagement.kernel.clock import now
from engagement.kernel.errors import NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.tables import FileKind, Table
from engagement.tenancy.queries import Term
from engagement.web.municipality import blueprint
from engagement.web.municipality.figure_sheets import SHEETS, sheets
from engagement.web.municipality.figure_words import in_file, letter_of_month, month_name, on_page, short_month
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.downloads import table_file
from engagement.web.shared.headers import keep_private

MONTHS_BACK = 48
LISTED = 20
UNPROCESSABLE = 422


@dataclass(frozen=True)
class Asked:
    """What an address asks for; ``problems`` names by argument what could not be used, ``sent`` keeps what was sent."""

    period: Period
    category: Term | None
    district: Term | None
    sent: dict[str, Any]
    problems: dict[str, str] = field(default_factory=dict)

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of an address that asks for the same."""
        every = {
            "von": f"{self.period.first:%Y-%m}",
            "bis": f"{self.period.last:%Y-%m}",
            "kategorie": self.category.slug if self.category else "",
            "ortsteil": self.district.slug if self.district else "",
        }
        return {name: value for name, value in every.items() if value}


@blueprint.get("/auswertung")
@requires(Permission.TENANT_FIGURES_READ)
def figures() -> ResponseReturnValue:
    """Show every figure of a period with its definition, its chart and its table."""
    keep_private()
    asked, present = _asked(), _present_month()
    found = _load(asked)
    page = render_template(
        "municipality/figures.html",
        asked=asked,
        figures=found,
        sheets=sheets(found),
        unserved=found.waiting.listed[:LISTED],
        months=[shifted(present, -back) for back in range(MONTHS_BACK)],
        words=context.vocabulary(),
        month_name=month_name,
        short_month=short_month,
        letter_of_month=letter_of_month,
        on_page=on_page,
    )
    return page, UNPROCESSABLE if asked.problems else 200


@blueprint.get("/auswertung/<figure>.csv")
@requires(Permission.TENANT_FIGURES_READ)
def figure_table(figure: str) -> ResponseReturnValue:
    """Return the table of one figure as a file."""
    keep_private()
    make, asked = SHEETS.get(figure), _asked()
    if make is None:
        raise NotFoundError
    if asked.problems:
        return redirect(url_for("municipality.figures", **asked.sent), 303)
    sheet = make(_load(asked))
    rows = (
        [in_file(value, column.kind) for value, column in zip(row, sheet.columns, strict=True)] for row in sheet.rows
    )
    head = [column.file_name() for column in sheet.columns]
    name = f"{context.tenant().slug}-{sheet.key}-{asked.period.first:%Y-%m}-{asked.period.last:%Y-%m}"
    return table_file(name, FileKind.CSV, Table(head, rows, context.tenant().time_zone))


def _load(asked: Asked) -> Figures:
    return load_figures(
        context.session(),
        context.tenant(),
        context.vocabulary(),
        asked.period,
        category_id=asked.category.id if asked.category else None,
        district_id=asked.district.id if asked.district else None,
    )


def _asked() -> Asked:
    words, usual = context.vocabulary(), usual_period(_present_month())
    sent = {name: request.args.get(name, "") for name in ("von", "bis", "kategorie", "ortsteil")}
    first, last = _month(sent["von"]), _month(sent["bis"])
    problems = {
        name: gettext("Please choose a month from the list.")
        for name, month in (("von", first), ("bis", last))
        if sent[name] and month is None
    }
    period = Period(first or usual.first, last or usual.last)
    problems = problems or _problems_of(period)
    return Asked(
        usual if problems else period,
        next((term for term in words.categories if term.slug == sent["kategorie"]), None),
        next((term for term in words.districts if term.slug == sent["ortsteil"]), None),
        {name: value for name, value in sent.items() if value},
        problems,
    )


def _problems_of(period: Period) -> dict[str, str]:
    length = months_between(period.first, period.last) + 1
    if length < 1:
        return {"bis": gettext("The last month must not lie before the first one.")}
    if length > MOST_MONTHS:
        return {"von": gettext("Please choose at most %(months)d months.", months=MOST_MONTHS)}
    return {}


def _month(text: str) -> date | None:
    """Return the month written as ``2026-11``, if it is one of those that can be chosen."""
    present = _present_month()
    choices = (shifted(present, -back) for back in range(MONTHS_BACK))
    return next((month for month in choices if f"{month:%Y-%m}" == text), None)


def _present_month() -> date:
    return month_at(now(), context.tenant().time_zone)
