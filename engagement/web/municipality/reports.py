"""Reports by visitors: what is open, one report with all about the same offer, and how it ends."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.accounts.queries import staff_accounts
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext, ngettext
from engagement.kernel.permissions import Permission
from engagement.moderation import queries, service
from engagement.moderation.kinds import OPEN, ReportState, TextPurpose
from engagement.moderation.texts import prepared_texts
from engagement.moderation.words import reason_name, report_state_name
from engagement.web.municipality import blueprint
from engagement.web.municipality.forms import CloseReportForm, TakeReportForm, seen
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import acting_account_id
from engagement.web.shared.paging import paged
from engagement.web.shared.post import postbox

PER_PAGE = 20
CONFLICT = 409
UNPROCESSABLE = 422
STATES: dict[str, frozenset[ReportState]] = {
    "offen": OPEN,
    "neu": frozenset({ReportState.NEW}),
    "in-arbeit": frozenset({ReportState.IN_PROGRESS}),
    "erledigt": frozenset({ReportState.DONE}),
    "abgewiesen": frozenset({ReportState.DISMISSED}),
    "alle": frozenset(ReportState),
}
"""The parts of the list, by their word in the address."""


@blueprint.get("/meldungen")
@requires(Permission.TENANT_REPORT_ANSWER)
def reports() -> str:
    """List the reports of one part, those about one offer together, the open ones unless others are asked for."""
    keep_private()
    session = context.session()
    asked = request.args.get("stand", "")
    word = asked if asked in STATES else "offen"
    counts = queries.count_reports(session)
    at = paged(request.args, queries.count_report_groups(session, STATES[word]), PER_PAGE)
    return render_template(
        "municipality/reports.html",
        groups=queries.report_groups(session, STATES[word], page=at.page, per_page=PER_PAGE),
        counts=[(name, sum(counts[state] for state in states)) for name, states in STATES.items()],
        word=word,
        reason_name=reason_name,
        state_name=report_state_name,
        paged=at,
    )


@blueprint.get("/meldungen/<int:report_id>")
@requires(Permission.TENANT_REPORT_ANSWER)
def report(report_id: int) -> ResponseReturnValue:
    """Show one report with all about the same offer."""
    keep_private()
    return _page(_found(report_id))


@blueprint.post("/meldungen/<int:report_id>/uebernehmen")
@requires(Permission.TENANT_REPORT_ANSWER)
def report_take(report_id: int) -> ResponseReturnValue:
    """Say who looks after it, and leave a note."""
    keep_private()
    found = _found(report_id)
    form = TakeReportForm(_staff())
    if not form.checked():
        return _page(found, take=form), UNPROCESSABLE
    chosen = int(form.assigned_to.data) if form.assigned_to.data else None
    try:
        service.take_report(context.session(), report_id, assigned_to_id=chosen, note=form.note.data or "")
    except ConflictError as error:
        return _page(found, take=form, problem=str(error)), CONFLICT
    flash(gettext("Saved. Your colleagues see it."))
    return _back(report_id)


@blueprint.post("/meldungen/<int:report_id>/abschliessen")
@requires(Permission.TENANT_REPORT_ANSWER)
def report_close(report_id: int) -> ResponseReturnValue:
    """Decide on it, and answer whoever left an address."""
    keep_private()
    found = _found(report_id)
    form = CloseReportForm()
    if not form.checked():
        return _page(found, close=form), UNPROCESSABLE
    decision = service.Decision(ReportState(form.state.data), form.answer.data or "", with_others=form.with_others.data)
    try:
        number = service.close_report(context.session(), postbox(), report_id, decision, seen=seen())
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return _page(found, close=form), UNPROCESSABLE
    except ConflictError as error:
        return _page(_found(report_id), close=form, problem=str(error)), CONFLICT
    flash(ngettext("The report is closed.", "%(num)s reports are closed.", number))
    return redirect(url_for("municipality.reports"), 303)


@blueprint.post("/meldungen/<int:report_id>/wieder-oeffnen")
@requires(Permission.TENANT_REPORT_ANSWER)
def report_reopen(report_id: int) -> ResponseReturnValue:
    """Work on it again."""
    keep_private()
    try:
        service.reopen_report(context.session(), report_id)
    except ConflictError as error:
        flash(str(error), "warning")
    else:
        flash(gettext("The report is open again."))
    return _back(report_id)


def _page(
    found: queries.ReportInfo,
    *,
    take: TakeReportForm | None = None,
    close: CloseReportForm | None = None,
    problem: str = "",
) -> str:
    session = context.session()
    texts = prepared_texts(session, TextPurpose.ANSWER)
    wanted = request.args.get("vorlage", 0, type=int)
    chosen = next((one.text for one in texts if one.id == wanted), "")
    close = close or CloseReportForm(answer=chosen, with_others=True)
    close.answer.flags.needed = bool(found.email)
    others = [one for one in queries.reports_about(session, found.opportunity_id) if one.id != found.id]
    return render_template(
        "municipality/report.html",
        report=found,
        others=others,
        open_others=sum(one.is_open for one in others),
        take=take
        or TakeReportForm(
            _staff(), assigned_to=str(found.assigned_to_id or acting_account_id() or ""), note=found.note
        ),
        close=close,
        texts=texts,
        reason_name=reason_name,
        state_name=report_state_name,
        problem=problem,
    )


def _staff() -> list[tuple[int, str]]:
    return [(someone.id, someone.name) for someone in staff_accounts(context.session())]


def _found(report_id: int) -> queries.ReportInfo:
    found = queries.find_report(context.session(), report_id)
    if found is None:
        raise NotFoundError
    return found


def _back(report_id: int) -> ResponseReturnValue:
    return redirect(url_for("municipality.report", report_id=report_id), 303)
