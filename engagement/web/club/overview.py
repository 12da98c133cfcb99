"""An organisation's own pages: where to begin, all its offers, one offer and what can be done with it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engagement.applications.inbox import inbox_counts
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.opportunities.kinds import State, TimeKind
from engagement.opportunities.policy import Action, publishing_action, target
from engagement.opportunities.publication import preview
from engagement.opportunities.queries import OpportunityInfo, OpportunityLine, opportunities_of
from engagement.opportunities.service import DOINGS
from engagement.organisations.claims import open_claims
from engagement.organisations.queries import OrganisationInfo, find_organisation
from engagement.web.club import blueprint
from engagement.web.club.offers import own_opportunity, published_message
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import person

ORDER = (State.PUBLISHED, State.IN_REVIEW, State.DRAFT, State.PAUSED, State.CLOSED, State.ARCHIVED)
WORDS = {
    "veroeffentlichen": Action.PUBLISH,
    "zuruecknehmen": Action.WITHDRAW,
    "pausieren": Action.PAUSE,
    "fortsetzen": Action.REOPEN,
    "bestaetigen": Action.CONFIRM,
    "beenden": Action.CLOSE,
    "archivieren": Action.ARCHIVE,
    "zurueckholen": Action.RESTORE,
    "verwerfen": Action.DISCARD,
}
"""The last word of the address of each step."""


@blueprint.get("/")
@requires(Permission.OWN_ACCOUNT_MANAGE)
def start() -> ResponseReturnValue:
    """Lead to the person's organisation, let them choose, or say how to register one."""
    keep_private()
    memberships = person().memberships
    if len(memberships) == 1:
        return redirect(url_for("club.organisation_start", organisation_id=memberships[0].organisation_id), 303)
    return render_template("club/choose.html", memberships=memberships)


@blueprint.get("/<int:organisation_id>")
@requires(Permission.CLUB_OPPORTUNITY_MANAGE)
def organisation_start(organisation_id: int) -> ResponseReturnValue:
    """Show what waits, what is public, and the way to a new offer."""
    keep_private()
    lines = [line for line in opportunities_of(context.session(), organisation_id) if line.state is not State.ARCHIVED]
    return render_template(
        "club/start.html",
        organisation=_organisation(organisation_id),
        lines=sorted(lines, key=_rank),
        sent_back=[line for line in lines if line.review_note],
        expiring=[line for line in lines if line.expires_soon],
        waiting=inbox_counts(context.session(), organisation_id).waiting,
        claims=_claims_for(organisation_id),
    )


@blueprint.get("/<int:organisation_id>/angebote")
@requires(Permission.CLUB_OPPORTUNITY_MANAGE)
def opportunities(organisation_id: int) -> ResponseReturnValue:
    """List all offers by state."""
    keep_private()
    lines = opportunities_of(context.session(), organisation_id)
    groups = [(state, [line for line in lines if line.state is state]) for state in ORDER]
    return render_template(
        "club/offers.html",
        organisation=_organisation(organisation_id),
        groups=[(state, found) for state, found in groups if found],
    )


@blueprint.get("/<int:organisation_id>/angebote/<int:opportunity_id>")
@requires(Permission.CLUB_OPPORTUNITY_MANAGE)
def opportunity(organisation_id: int, opportunity_id: int) -> ResponseReturnValue:
    """Show one offer as its organisation left it, its state, and what can be done."""
    keep_private()
    found = own_opportunity(organisation_id, opportunity_id)
    info = found.latest()
    return render_template(
        "club/offer/page.html",
        info=info,
        public_since=found.looked_at or found.updated_at,
        organisation=_organisation(organisation_id),
        doings=_doings(info),
        publishing=_publishing(info),
        entry=preview(context.session(), organisation_id, info, info.picture_sha256),
        words=context.vocabulary(),
    )


@blueprint.post("/<int:organisation_id>/angebote/<int:opportunity_id>/<any({}):word>".format(", ".join(WORDS)))
@requires(Permission.CLUB_OPPORTUNITY_MANAGE)
def opportunity_step(organisation_id: int, opportunity_id: int, word: str) -> ResponseReturnValue:
    """Take a step in the offer's life."""
    keep_private()
    info = own_opportunity(organisation_id, opportunity_id)
    try:
        DOINGS[WORDS[word]](context.session(), opportunity_id)
    except InvalidInputError:
        flash(gettext("Something is still missing before this offer can be published."), "warning")
        return redirect(_address("club.opportunity_edit", info, fehlt=1), 303)
    except ConflictError as error:
        flash(str(error), "warning")
    else:
        flash(_message(WORDS[word], own_opportunity(organisation_id, info.id)))
    return redirect(_address("club.opportunity", info), 303)


def _claims_for(organisation_id: int) -> int:
    """Return how many requests to be let in this person can answer."""
    if not person().may(Permission.CLUB_MEMBER_MANAGE, organisation_id):
        return 0
    return len(open_claims(context.session(), organisation_id))


def _doings(info: OpportunityInfo) -> list[tuple[Action, str]]:
    """Return the steps that are possible now, each with the last word of its address."""
    publishing = _publishing(info)
    found = []
    for word, action in WORDS.items():
        if action in {Action.PUBLISH, Action.REOPEN}:
            fits = publishing in {action, Action.SUBMIT} and target(info.state, action)
        elif action is Action.DISCARD:
            fits = None  # loses something, so it stands apart with a word of warning
        else:
            fits = target(info.state, action)
        if fits and not (action is Action.CONFIRM and info.time_kind is TimeKind.DATED):
            found.append((action, word))
    return found


def _publishing(info: OpportunityInfo) -> Action | None:
    look = info.look(context.tenant().settings.moderation)
    return publishing_action(info.state, info.verification, look=look, suspended=info.suspended)


def _message(action: Action, info: OpportunityInfo) -> str:
    if info.state is State.IN_REVIEW:
        return gettext("Thank you! The municipality now looks at your offer.")
    words = {
        Action.PUBLISH: published_message(info.verification),
        Action.REOPEN: published_message(info.verification),
        Action.WITHDRAW: gettext("Your offer is a draft again."),
        Action.PAUSE: gettext("Your offer is paused. Visitors do not see it for now."),
        Action.CONFIRM: gettext("Thank you! Your offer stays visible."),
        Action.CLOSE: gettext("Your offer is closed."),
        Action.ARCHIVE: gettext("Your offer is in the archive."),
        Action.RESTORE: gettext("Your offer is a draft again."),
        Action.DISCARD: gettext("Your change is gone. Everything is as visitors see it."),
    }
    return words[action]


def _address(endpoint: str, info: OpportunityInfo, **more: int) -> str:
    values: dict[str, Any] = {"organisation_id": info.organisation_id, "opportunity_id": info.id, **more}
    return url_for(endpoint, **values)


def _rank(line: OpportunityLine) -> int:
    return ORDER.index(line.state)


def _organisation(organisation_id: int) -> OrganisationInfo:
    found = find_organisation(context.session(), organisation_id)
    if found is None:
        raise NotFoundError
    return found
