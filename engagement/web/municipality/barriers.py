"""Barriers that people have reported: read, answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from engagement.kernel.errors import InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.legal import queries
from engagement.legal.barriers import close_barrier
from engagement.legal.kinds import BarrierState
from engagement.legal.queries import BarrierInfo
from engagement.web.municipality import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.forms import BaseForm, Longest
from engagement.web.shared.headers import keep_private
from engagement.web.shared.paging import paged
from engagement.web.shared.post import postbox

PER_PAGE = 25
LONGEST_ANSWER = 5000
UNPROCESSABLE = 422


class AnswerForm(BaseForm):
    """What is answered, or what was done if nobody waits for an answer."""

    answer = TextAreaField(lazy_gettext("Your answer"), validators=[Longest(LONGEST_ANSWER)])


@blueprint.get("/barrieren")
@requires(Permission.TENANT_REPORT_ANSWER)
def barriers() -> str:
    """List what was reported, what waits first."""
    keep_private()
    session = context.session()
    asked = request.args.get("zustand", "")
    state = BarrierState(asked) if asked in set(BarrierState) else None
    counts = queries.count_barrier_reports(session)
    total = counts[state] if state else sum(counts.values())
    at = paged(request.args, total, PER_PAGE)
    return render_template(
        "municipality/barriers.html",
        found=queries.barrier_reports(session, state, page=at.page, per_page=PER_PAGE),
        counts=counts,
        state=state,
        paged=at,
    )


@blueprint.route("/barrieren/<int:barrier_id>", methods=["GET", "POST"])
@requires(Permission.TENANT_REPORT_ANSWER)
def barrier(barrier_id: int) -> ResponseReturnValue:
    """Show one report and take the answer."""
    keep_private()
    found = queries.find_barrier_report(context.session(), barrier_id)
    if found is None:
        raise NotFoundError
    form = AnswerForm()
    form.answer.flags.needed = bool(found.email)
    if form.checked() and _closed(found, form):
        return redirect(url_for("municipality.barriers"), 303)
    page = render_template("municipality/barrier.html", report=found, form=form)
    return page, UNPROCESSABLE if request.method == "POST" else 200


def _closed(found: BarrierInfo, form: AnswerForm) -> bool:
    answer = (form.answer.data or "").replace("\r\n", "\n")
    try:
        close_barrier(context.session(), postbox(), found.id, answer)
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return False
    flash(gettext("Your answer is on its way.") if found.email else gettext("The barrier report is closed."))
    return True
