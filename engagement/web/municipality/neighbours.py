"""Neighbouring towns: ask one to show offers together, answer one that asks, end what was agreed."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.neighbours import queries, service
from engagement.neighbours.policy import AGREEABLE, REFUSABLE, Relation
from engagement.neighbours.queries import Neighbour, Town
from engagement.tenancy.settings import Module
from engagement.web.municipality import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.forms import BaseForm, Longest
from engagement.web.shared.headers import keep_private

LONGEST_SEARCH = 100
REQUESTS = Limit("neighbour-ask", 20, timedelta(days=1))
"""Each request is a mail to another town's staff."""
UNPROCESSABLE = 422
ASKABLE = AGREEABLE - {Relation.THEY_ASK}
"""Whoever asks already is answered on the list, where the message stands."""


class AskForm(BaseForm):
    """A word to the other town's staff."""

    note = TextAreaField(lazy_gettext("Your message"), validators=[Longest(service.LONGEST_NOTE)])


@blueprint.get("/nachbarn")
@requires(Permission.TENANT_NEIGHBOUR_MANAGE)
def neighbours() -> str:
    """Show who shares, who asks and who was asked, and find a town to ask."""
    keep_private()
    known = queries.neighbours(context.session())
    search = " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH]
    found = queries.search_towns(context.session(), search) if search else []
    settled = {one.town.id for one in known if one.relation in REFUSABLE}
    return render_template(
        "municipality/neighbours.html",
        groups={state: [one for one in known if one.relation is state] for state in Relation},
        is_on=context.tenant().settings.has(Module.NEIGHBOURS),
        search=search,
        found=found,
        settled=settled,
        most=queries.MOST_FOUND,
    )


@blueprint.route("/nachbarn/<town>/anfragen", methods=["GET", "POST"])
@requires(Permission.TENANT_NEIGHBOUR_MANAGE)
def neighbour_ask(town: str) -> ResponseReturnValue:
    """Say what sharing means, and ask the other town."""
    keep_private()
    other, form = _town(town), AskForm()
    if form.checked():
        context.tools().limiter.hit(REQUESTS, context.tenant().id)
        relation = service.agree(context.session(), town, form.note.data or "")
        flash(_said(relation, other))
        return redirect(url_for("municipality.neighbours"), 303)
    if queries.relation_to(context.session(), other.id) not in ASKABLE:
        return redirect(url_for("municipality.neighbours"), 303)
    page = render_template("municipality/neighbour_ask.html", town=other, form=form)
    return page, UNPROCESSABLE if form.errors else 200


@blueprint.post("/nachbarn/<town>/annehmen")
@requires(Permission.TENANT_NEIGHBOUR_MANAGE)
def neighbour_accept(town: str) -> ResponseReturnValue:
    """Say yes to a town that has asked."""
    other = _town(town)
    if queries.relation_to(context.session(), other.id) is not Relation.THEY_ASK:
        raise ConflictError(gettext("%(town)s does not ask any more.", town=other.name))
    flash(_said(service.agree(context.session(), town), other))
    return redirect(url_for("municipality.neighbours"), 303)


@blueprint.route("/nachbarn/<town>/beenden", methods=["GET", "POST"])
@requires(Permission.TENANT_NEIGHBOUR_MANAGE)
def neighbour_end(town: str) -> ResponseReturnValue:
    """Say what declining, withdrawing or ending comes to, and do it."""
    keep_private()
    other = _town(town)
    if request.method == "POST":
        service.refuse(context.session(), town)
        flash(gettext("Done. You and %(town)s do not show each other's offers.", town=other.name))
        return redirect(url_for("municipality.neighbours"), 303)
    known = _neighbour(other)
    if known is None or known.relation not in REFUSABLE:
        return redirect(url_for("municipality.neighbours"), 303)
    return render_template("municipality/neighbour_end.html", town=other, relation=known.relation)


def _town(slug: str) -> Town:
    found = queries.find_town(context.session(), slug)
    if found is None:
        raise NotFoundError
    return found


def _neighbour(town: Town) -> Neighbour | None:
    return next((one for one in queries.neighbours(context.session()) if one.town == town), None)


def _said(relation: Relation, town: Town) -> str:
    if relation is Relation.AGREED:
        return gettext("You and %(town)s show each other's offers from now on.", town=town.name)
    return gettext("%(town)s has your request. You get a mail when there is an answer.", town=town.name)
