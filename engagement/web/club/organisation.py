"""An organisation's own details, as its members keep them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField
from wtforms.fields import FileField

from engagement.kernel.errors import NotFoundError
from engagement.kernel.geo import Point
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.images import Picture, PictureError, reencode
from engagement.kernel.permissions import Permission
from engagement.organisations import confirmation, queries, service
from engagement.organisations.queries import OrganisationInfo
from engagement.web.club import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.checks import phone_number, plain_name
from engagement.web.shared.forms import email_field, text_field
from engagement.web.shared.headers import keep_private
from engagement.web.shared.organisation_form import Contact, OrganisationForm

LONGEST_SIDE_OF_LOGO = 480
UNPROCESSABLE = 422


class ProfileForm(OrganisationForm):
    """All that an organisation says of itself."""

    contact_name = text_field(lazy_gettext("Contact person"), longest=120)
    email = email_field(lazy_gettext("E-mail address"), required=False)
    phone = text_field(lazy_gettext("Phone"), longest=40)
    logo = FileField(lazy_gettext("Picture file"))
    remove_logo = BooleanField(lazy_gettext("Remove the logo"))

    validate_contact_name = staticmethod(plain_name)
    validate_phone = staticmethod(phone_number)

    def picture(self) -> Picture | None:
        """Return the chosen logo, small and safe; None if none was chosen or it cannot be used."""
        chosen = self.logo.data
        if not isinstance(chosen, FileStorage) or not chosen.filename:
            return None
        try:
            return reencode(chosen.read(), longest_side=LONGEST_SIDE_OF_LOGO)
        except PictureError as error:
            self.take_problems({"logo": str(error)})
            return None


@blueprint.route("/<int:organisation_id>/profil", methods=["GET", "POST"])
@requires(Permission.CLUB_ORGANISATION_EDIT)
def organisation_edit(organisation_id: int) -> ResponseReturnValue:
    """Show the organisation's details and take changes."""
    keep_private()
    found = queries.find_organisation(context.session(), organisation_id)
    if found is None:
        raise NotFoundError
    form = ProfileForm(obj=found)
    if form.checked() and _saved(form, found):
        flash(gettext("The details of your organisation are saved."))
        return redirect(url_for("club.organisation_edit", organisation_id=organisation_id), 303)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render_template("club/organisation.html", form=form, organisation=found), status


def _saved(form: ProfileForm, found: OrganisationInfo) -> bool:
    picture = form.picture()
    if form.logo.errors:
        return False
    session = context.session()
    contact = Contact(form.contact_name.data or "", form.email.data or "", form.phone.data or "")
    service.update_organisation(session, found.id, form.described(contact, _point(form, found)))
    confirmation.confirm(session, found.id, how="edit")  # who has just looked at all of it stands by it
    if picture:
        size = {"width": picture.width, "height": picture.height}
        service.set_logo(session, found.id, picture.content, picture.media_type, **size)
    elif form.remove_logo.data:
        service.remove_logo(session, found.id)
    return True


def _point(form: ProfileForm, found: OrganisationInfo) -> Point | None:
    """A place on the map stays as long as the address does."""
    before = (found.street, found.postcode, found.city, found.district_id)
    after = (form.street.data, form.postcode.data, form.city.data, form.district_id.data)
    return found.point if before == after else None
