"""Posting: one form for a new opportunity and for one that is there, with a preview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields import Field

from engagement.catalogue.queries import Entry
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.pictures import PictureInfo
from engagement.kernel.week import Weekday
from engagement.opportunities import service
from engagement.opportunities.kinds import PartOfDay, State
from engagement.opportunities.policy import EDITABLE, Action, Look, missing_for_publication, publishing_action
from engagement.opportunities.publication import preview
from engagement.opportunities.queries import OpportunityInfo, find_opportunity
from engagement.organisations.queries import OrganisationInfo, Verification, find_organisation
from engagement.web.club import blueprint
from engagement.web.club.described import as_fields, described
from engagement.web.club.forms import OpportunityForm
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.upload import Chosen, tolerate_large_bodies

CONFLICT = 409
UNPROCESSABLE = 422
NEVER = datetime.min.replace(tzinfo=UTC)


class Do(StrEnum):
    """What the buttons of the form do."""

    PREVIEW = "preview"
    SAVE = "save"
    PUBLISH = "publish"


@dataclass(frozen=True)
class Desk:
    """What lies on the table: whose opportunity, and as it is; ``info`` is None for a new one."""

    organisation: OrganisationInfo
    info: OpportunityInfo | None

    @property
    def state(self) -> State:
        """Return the state in which it is."""
        return self.info.state if self.info else State.DRAFT

    @property
    def publishing(self) -> Action | None:
        """Return what publishing would come to, None if there is no such button."""
        suspended = self.organisation.suspended_at is not None
        return publishing_action(self.state, self.organisation.verification, look=self.look, suspended=suspended)

    @property
    def look(self) -> Look:
        """Return what the municipality has to do before everybody sees it."""
        moderation = context.tenant().settings.moderation
        return self.info.look(moderation) if self.info else Look(moderation)


@dataclass(frozen=True)
class Shown:
    """What the page shows besides the form."""

    picture: PictureInfo | None = None
    preview: Entry | None = None
    missing: tuple[str, ...] = ()
    problem: str = ""


@blueprint.route("/<int:organisation_id>/angebote/neu", methods=["GET", "POST"])
@requires(Permission.CLUB_OPPORTUNITY_MANAGE)
def opportunity_new(organisation_id: int) -> ResponseReturnValue:
    """Post a new opportunity."""
    return _at(Desk(_organisation(organisation_id), None))


@blueprint.route("/<int:organisation_id>/angebote/<int:opportunity_id>/bearbeiten", methods=["GET", "POST"])
@requires(Permission.CLUB_OPPORTUNITY_MANAGE)
def opportunity_edit(organisation_id: int, opportunity_id: int) -> ResponseReturnValue:
    """Change an opportunity."""
    info = own_opportunity(organisation_id, opportunity_id)
    if info.state not in EDITABLE:
        return redirect(page_of(info), 303)
    return _at(Desk(_organisation(organisation_id), info.latest()))


def desk_of(organisation_id: int, opportunity_id: int) -> Desk:
    """Return an opportunity of this organisation as it was left, with its organisation.

    Raises:
        NotFoundError: there is none, or it is another organisation's.
    """
    info = own_opportunity(organisation_id, opportunity_id)
    return Desk(_organisation(organisation_id), info.latest())


def own_opportunity(organisation_id: int, opportunity_id: int) -> OpportunityInfo:
    """Return an opportunity of this organisation.

    Raises:
        NotFoundError: there is none, or it is another organisation's.
    """
    info = find_opportunity(context.session(), opportunity_id)
    if info is None or info.organisation_id != organisation_id:
        raise NotFoundError
    return info


def _at(desk: Desk) -> ResponseReturnValue:
    keep_private()
    tolerate_large_bodies()
    form = OpportunityForm(**(as_fields(desk.info) if desk.info else {"city": context.tenant().name}))
    if request.method != "POST":
        return _opened(desk, form)
    chosen = form.picture_of(desk.organisation.id).chosen()
    right = form.validate()
    if chosen.problem:
        form.take_problems({"picture": chosen.problem})
    if chosen.problem or not right:
        return _page(desk, form, Shown(chosen.picture)), UNPROCESSABLE
    return _done(desk, form, chosen)


def _opened(desk: Desk, form: OpportunityForm) -> str:
    """Show the form for the first time; ``?fehlt`` asks for what is missing to be marked."""
    picture = None
    if desk.info and desk.info.picture_file_id:
        picture = PictureInfo(desk.info.picture_file_id, desk.info.picture_sha256)
    form.picture_of(desk.organisation.id).show(picture)
    if desk.info and "fehlt" in request.args:
        missing = missing_for_publication(desk.info)
        form.take_problems({problem.field: str(problem.message) for problem in missing})
    return _page(desk, form, Shown(picture))


def _done(desk: Desk, form: OpportunityForm, chosen: Chosen) -> ResponseReturnValue:
    do = request.form.get("do", Do.SAVE)
    if do == Do.PREVIEW:
        return _previewed(desk, form, chosen)
    try:
        opportunity_id = _kept(desk, form, chosen)
        publishes = do == Do.PUBLISH and desk.publishing
        message = _published(desk, opportunity_id) if publishes else saved_message(desk, opportunity_id)
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return _page(desk, form, Shown(chosen.picture)), UNPROCESSABLE
    except ConflictError as error:
        return _conflict(desk, form, Shown(chosen.picture, problem=str(error)))
    flash(message)
    address = url_for("club.opportunity", organisation_id=desk.organisation.id, opportunity_id=opportunity_id)
    return redirect(address, 303)


def _previewed(desk: Desk, form: OpportunityForm, chosen: Chosen) -> str:
    values = described(form, chosen.file_id, desk.info)
    digest = chosen.picture.sha256 if chosen.picture else ""
    entry = preview(context.session(), desk.organisation.id, values, digest)
    missing = missing_for_publication(values, shown_already=desk.state is State.PUBLISHED)
    return _page(desk, form, Shown(chosen.picture, entry, tuple(str(problem.message) for problem in missing)))


def _kept(desk: Desk, form: OpportunityForm, chosen: Chosen) -> int:
    values = described(form, chosen.file_id, desk.info)
    if desk.info is None:
        return service.create_opportunity(context.session(), desk.organisation.id, values)
    service.update_opportunity(context.session(), desk.info.id, values, seen=seen_of(form.seen))
    return desk.info.id


def _published(desk: Desk, opportunity_id: int) -> str:
    if service.publish(context.session(), opportunity_id) is State.IN_REVIEW:
        return gettext("Thank you! The municipality now looks at your offer.")
    return published_message(desk.organisation.verification)


def published_message(verification: Verification) -> str:
    """Return what is said after publishing; that of an organisation which is not verified stays unseen."""
    if verification is Verification.VERIFIED:
        return gettext("Your offer is published. Everybody can see it now.")
    return gettext("Your offer is ready. Everybody can see it as soon as your organisation is verified.")


def saved_message(desk: Desk, opportunity_id: int) -> str:
    """Return what is said after saving: who sees it, and when."""
    if own_opportunity(desk.organisation.id, opportunity_id).edit:
        return gettext(
            "Thank you! The municipality looks at your change. Until then visitors see the version before it."
        )
    if desk.state is State.PUBLISHED and desk.organisation.verification is Verification.VERIFIED:
        return gettext("Your changes are saved. Everybody can see them now.")
    return gettext("Saved. Only you and your team can see it.")


def _conflict(desk: Desk, form: OpportunityForm, shown: Shown) -> ResponseReturnValue:
    """Show what was typed with a word of warning; saving again is then done knowingly."""
    fresh = fresh_for(desk.info, form.seen)
    return _page(Desk(desk.organisation, fresh), form, shown), CONFLICT


def fresh_for(info: OpportunityInfo | None, seen: Field) -> OpportunityInfo | None:
    """Return an offer as it is now after somebody else changed it, and let its form begin from there."""
    context.session().rollback()
    found = find_opportunity(context.session(), info.id) if info else None
    fresh = found.latest() if found else None
    if fresh:
        seen.data = fresh.updated_at.isoformat()
    return fresh


def seen_of(seen: Field) -> datetime:
    """Return which state of the offer its form was filled in from."""
    try:
        return datetime.fromisoformat(seen.data or "")
    except ValueError:
        return NEVER


def _page(desk: Desk, form: OpportunityForm, shown: Shown) -> str:
    return render_template(
        "club/offer/form.html",
        form=form,
        desk=desk,
        organisation=desk.organisation,
        info=desk.info,
        shown=shown,
        words=context.vocabulary(),
        weekdays=tuple(Weekday),
        parts=tuple(PartOfDay),
        most_megabytes=context.tools().settings.max_upload_mb,
    )


def page_of(info: OpportunityInfo) -> str:
    """Return the address of an offer in the workspace."""
    return url_for("club.opportunity", organisation_id=info.organisation_id, opportunity_id=info.id)


def _organisation(organisation_id: int) -> OrganisationInfo:
    found = find_organisation(context.session(), organisation_id)
    if found is None:
        raise NotFoundError
    return found
