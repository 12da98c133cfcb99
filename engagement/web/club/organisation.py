"""An organisation's own details, as its members keep them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.pictures import PictureInfo
from engagement.organisations import confirmation, profiles, queries, service
from engagement.organisations.profiles import ProfileParts
from engagement.organisations.queries import OrganisationInfo
from engagement.web.club import blueprint
from engagement.web.club.profile_form import ProfileForm
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.numbers import whole_number
from engagement.web.shared.profile import Profile, shown_profile
from engagement.web.shared.upload import Chosen, tolerate_large_bodies

UNPROCESSABLE = 422
ADD, DROP, PREVIEW = "add", "drop:", "preview"
"""What the form's buttons ask for besides saving; after ``DROP`` comes the number of a line."""


@dataclass(frozen=True)
class Shown:
    """What the page shows besides the form.

    Args:
        picture: the one that the form holds; the same goes for the logo.
        preview: the organisation as it would be, with its profile.
    """

    picture: PictureInfo | None = None
    logo: PictureInfo | None = None
    preview: tuple[OrganisationInfo, Profile] | None = None


@blueprint.route("/<int:organisation_id>/profil", methods=["GET", "POST"])
@requires(Permission.CLUB_ORGANISATION_EDIT)
def organisation_edit(organisation_id: int) -> ResponseReturnValue:
    """Show the organisation's details and take changes."""
    keep_private()
    tolerate_large_bodies()
    found = queries.find_organisation(context.session(), organisation_id)
    if found is None:
        raise NotFoundError
    form = ProfileForm(found, profiles.profile_parts(context.session(), [found.id])[found.id])
    return _sent(form) if request.method == "POST" else _opened(form)


def _opened(form: ProfileForm) -> str:
    found = form.found
    logo = PictureInfo(found.logo_file_id, found.logo_sha256) if found.logo_file_id else None
    picture = PictureInfo(found.picture_file_id, found.picture_sha256) if found.picture_file_id else None
    form.logo_fields.show(logo)
    form.picture_fields.show(picture)
    return _page(form, Shown(picture, logo))


def _sent(form: ProfileForm) -> ResponseReturnValue:
    logo, picture = form.logo_fields.chosen(), form.picture_fields.chosen()
    do, shown = request.form.get("do", ""), Shown(picture.picture, logo.picture)
    problems = {name: one.problem for name, one in (("logo", logo), ("picture", picture)) if one.problem}
    if do == ADD or do.startswith(DROP):
        form.take_problems(problems)
        return _with_other_lines(form, do, shown)
    right = form.validate()
    form.take_problems(problems)
    if problems or not right:
        return _page(form, shown), UNPROCESSABLE
    if do == PREVIEW:
        return _page(form, Shown(picture.picture, logo.picture, _preview(form, logo, picture)))
    return _saved(form, logo, picture, shown)


def _with_other_lines(form: ProfileForm, do: str, shown: Shown) -> str:
    """Show the form with one line more or less; nothing but files is checked, and nothing is saved."""
    if do == ADD:
        form.times.add()
    elif (number := whole_number(do.removeprefix(DROP))) is not None:
        form.times.drop(number)
    return _page(form, shown)


def _saved(form: ProfileForm, logo: Chosen, picture: Chosen, shown: Shown) -> ResponseReturnValue:
    session, number = context.session(), form.found.id
    try:
        profiles.update_profile(session, number, form.profile_values(picture))
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return _page(form, shown), UNPROCESSABLE
    service.update_organisation(session, number, form.organisation_values())
    service.show_logo(session, number, logo.file_id)
    confirmation.confirm(session, number, how="edit")  # who has just looked at all of it stands by it
    flash(gettext("The details of your organisation are saved."))
    return redirect(url_for("club.organisation_edit", organisation_id=number), 303)


def _preview(form: ProfileForm, logo: Chosen, picture: Chosen) -> tuple[OrganisationInfo, Profile]:
    values = form.profile_values(picture)
    info = form.previewed(values, logo.picture, picture.picture)
    return info, shown_profile(info, ProfileParts(values.category_ids, values.times), ())


def _page(form: ProfileForm, shown: Shown) -> str:
    return render_template(
        "club/organisation.html",
        form=form,
        organisation=form.found,
        shown=shown,
        words=context.vocabulary(),
        most_megabytes=context.tools().settings.max_upload_mb,
    )
