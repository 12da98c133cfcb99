"""Writing a legal page in the municipality's own words, with a look at it before it is saved."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, TextAreaField

from engagement.kernel.errors import ConflictError, InvalidInputError
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.legal.kinds import TextKind
from engagement.legal.pages import compose, is_outdated, plain_facts, starting_text
from engagement.legal.queries import VersionInfo
from engagement.legal.service import Place, check_text, save_text
from engagement.legal.templates import template
from engagement.web.municipality import blueprint
from engagement.web.municipality.texts import PAGE, address_of, here, place_of, present_text
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.forms import BaseForm, Required, text_field
from engagement.web.shared.headers import keep_private
from engagement.web.shared.numbers import whole_number

UNPROCESSABLE = 422
CONFLICT = 409


def _plain_lines(value: str | None) -> str | None:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class TextForm(BaseForm):
    """A page's text; ``seen`` is the number of the version that was changed."""

    body = TextAreaField(lazy_gettext("Text"), validators=[Required()], filters=[_plain_lines])
    note = text_field(lazy_gettext("What did you change?"), longest=300)
    seen = HiddenField()

    @property
    def seen_number(self) -> int:
        """Return the number of the version that was changed, -1 if the field was tampered with."""
        seen = self.seen.data or ""
        number = whole_number(seen)
        return -1 if number is None else number


@blueprint.route(PAGE + "/bearbeiten", methods=["GET", "POST"])
@requires(Permission.TENANT_CONTENT_EDIT)
def text_edit(page: str, language: str) -> ResponseReturnValue:
    """Show the form; look at the text (``do=preview``), go back to it (``do=edit``), or save it."""
    keep_private()
    place = place_of(page, language)
    present = present_text(place)
    form = TextForm(body=_present_words(place, present), seen=str(present.number))
    if request.method != "POST":
        return _page(place, form, present)
    if request.form.get("do") == "edit":
        return _page(place, form, present)
    if not form.validate() or not _is_right(form):
        return _page(place, form, present), UNPROCESSABLE
    return _preview(place, form, present) if request.form.get("do") == "preview" else _save(place, form, present)


def _save(place: Place, form: TextForm, present: VersionInfo) -> ResponseReturnValue:
    try:
        save_text(context.session(), place, form.body.data or "", note=form.note.data or "", seen=form.seen_number)
    except ConflictError as error:
        form.seen.data = str(present.number)
        form.form_errors.append(
            f"{error} "
            + gettext("Your text is still here. If you save it now, it replaces theirs, which is kept as a version.")
        )
        return _page(place, form, present), CONFLICT
    flash(gettext("Saved. Everybody can read the new text now."))
    return redirect(address_of(place), 303)


def _is_right(form: TextForm) -> bool:
    try:
        check_text(form.body.data or "")
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return False
    return True


def _preview(place: Place, form: TextForm, present: VersionInfo) -> str:
    draft = replace(present, kind=TextKind.OWN, body=form.body.data or "")
    return render_template(
        "municipality/text_preview.html",
        place=place,
        form=form,
        page=compose(here(), draft, with_gaps=True),
        wanted=place.language,
    )


def _present_words(place: Place, present: VersionInfo) -> str:
    if present.kind is TextKind.OWN:
        return present.body
    return starting_text(here(), place.page, place.language)


def _page(place: Place, form: TextForm, present: VersionInfo) -> str:
    return render_template(
        "municipality/text_edit.html",
        place=place,
        form=form,
        source=template(place.page, place.language),
        present=present,
        outdated=is_outdated(present),
        facts=plain_facts(here()),
    )
