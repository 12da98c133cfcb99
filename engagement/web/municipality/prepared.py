"""The texts that staff have prepared: look, add, change, delete."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.moderation import texts
from engagement.moderation.kinds import TextPurpose
from engagement.moderation.words import purpose_name
from engagement.web.municipality import blueprint
from engagement.web.municipality.forms import PreparedTextForm
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private

UNPROCESSABLE = 422


@blueprint.get("/textbausteine")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity_texts() -> str:
    """List all of them by what they are for."""
    keep_private()
    found = texts.prepared_texts(context.session())
    groups = [(purpose_name(purpose), [one for one in found if one.purpose is purpose]) for purpose in TextPurpose]
    return render_template("municipality/prepared_texts.html", groups=groups, any_there=bool(found))


@blueprint.post("/textbausteine/anfang")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity_texts_start() -> ResponseReturnValue:
    """Take over the texts that every municipality starts with."""
    texts.add_starting_texts(context.session())
    flash(gettext("The texts are there now. You can change each of them."))
    return _back()


@blueprint.route("/textbausteine/neu", methods=["GET", "POST"])
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity_text_new() -> ResponseReturnValue:
    """Add a text."""
    keep_private()
    form = PreparedTextForm()
    if not form.checked():
        return _form(form, None)
    try:
        texts.add_prepared_text(context.session(), _values(form))
    except ConflictError as error:
        form.form_errors.append(str(error))
        return _form(form, None)
    flash(gettext("The text is saved."))
    return _back()


@blueprint.route("/textbausteine/<int:text_id>", methods=["GET", "POST"])
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity_text(text_id: int) -> ResponseReturnValue:
    """Change a text."""
    keep_private()
    found = texts.find_prepared_text(context.session(), text_id)
    if found is None:
        raise NotFoundError
    form = PreparedTextForm(purpose=found.purpose.value, title=found.title, text=found.text)
    if not form.checked():
        return _form(form, text_id)
    texts.change_prepared_text(context.session(), text_id, _values(form))
    flash(gettext("The text is saved."))
    return _back()


@blueprint.route("/textbausteine/<int:text_id>/loeschen", methods=["GET", "POST"])
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity_text_delete(text_id: int) -> ResponseReturnValue:
    """Ask (GET), then throw a text away (POST)."""
    keep_private()
    found = texts.find_prepared_text(context.session(), text_id)
    if found is None:
        raise NotFoundError
    if request.form.get("do") == "delete":
        texts.delete_prepared_text(context.session(), text_id)
        flash(gettext("The text is deleted."))
        return _back()
    page = render_template("municipality/prepared_text_delete.html", text=found)
    return page, UNPROCESSABLE if request.method == "POST" else 200


def _form(form: PreparedTextForm, text_id: int | None) -> ResponseReturnValue:
    page = render_template("municipality/prepared_text.html", form=form, text_id=text_id)
    return page, UNPROCESSABLE if form.errors else 200


def _values(form: PreparedTextForm) -> texts.PreparedTextValues:
    return texts.PreparedTextValues(TextPurpose(form.purpose.data), form.title.data or "", form.text.data or "")


def _back() -> ResponseReturnValue:
    return redirect(url_for("municipality.opportunity_texts"), 303)
