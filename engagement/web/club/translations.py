"""What an organisation says of an offer in other languages: one page a language, the German text beside each field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, ValidationError
from wtforms.fields import Field

from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import DEFAULT_LANGUAGE, gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.opportunities import service
from engagement.opportunities.policy import EDITABLE
from engagement.opportunities.queries import OpportunityInfo
from engagement.opportunities.values import TRANSLATED, OpportunityValues
from engagement.web.club import blueprint
from engagement.web.club.forms import lines_field
from engagement.web.club.offers import (
    CONFLICT,
    UNPROCESSABLE,
    Desk,
    desk_of,
    fresh_for,
    own_opportunity,
    page_of,
    saved_message,
    seen_of,
)
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.forms import BaseForm, text_field
from engagement.web.shared.headers import keep_private
from engagement.web.shared.languages import offered_languages

PAGE = "/<int:organisation_id>/angebote/<int:opportunity_id>/uebersetzungen"


class TranslationForm(BaseForm):
    """An offer in one other language; with every field empty there is no translation."""

    title = text_field(lazy_gettext("Title"), longest=160)
    summary = lines_field(lazy_gettext("In one or two sentences"), longest=400, rows=2, needed=False)
    plain_summary = lines_field(lazy_gettext("The same in plain language"), longest=600, rows=3, needed=False)
    description = lines_field(lazy_gettext("Description"), longest=8000, rows=9, needed=False)
    seen = HiddenField()

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.title.flags.needed = True

    def validate_title(self, field: Field) -> None:
        """A card without a title cannot be found, so nothing else is shown without one."""
        if self.words and not field.data:
            raise ValidationError(gettext("Please translate the title too."))

    @property
    def words(self) -> dict[str, str]:
        """Return what was typed, by part; what is empty is left out."""
        return {name: text for name in TRANSLATED if (text := self[name].data)}


@blueprint.get(PAGE)
@requires(Permission.CLUB_OPPORTUNITY_MANAGE)
def translations(organisation_id: int, opportunity_id: int) -> str:
    """List the languages of the site with what the offer is called in each."""
    keep_private()
    info = own_opportunity(organisation_id, opportunity_id).latest()
    return render_template("club/offer/translations.html", info=info, others=_other_languages())


@blueprint.route(f"{PAGE}/<language>", methods=["GET", "POST"])
@requires(Permission.CLUB_OPPORTUNITY_MANAGE)
def translation(organisation_id: int, opportunity_id: int, language: str) -> ResponseReturnValue:
    """Write the offer in one other language."""
    keep_private()
    desk = desk_of(organisation_id, opportunity_id)
    if desk.info is None or language not in _other_languages():
        raise NotFoundError
    if desk.info.state not in EDITABLE:
        return redirect(page_of(desk.info), 303)
    form = TranslationForm(**desk.info.translations.get(language, {}), seen=desk.info.updated_at.isoformat())
    if form.checked():
        return _saved(desk, desk.info, form, language)
    return _page(desk.info, form, language), UNPROCESSABLE if form.errors else 200


def _other_languages() -> tuple[str, ...]:
    """Return the languages of the site that an offer can be translated into."""
    return tuple(code for code in offered_languages() if code != DEFAULT_LANGUAGE)


def _saved(desk: Desk, info: OpportunityInfo, form: TranslationForm, language: str) -> ResponseReturnValue:
    values = _with(info.values(), language, form.words)
    try:
        service.update_opportunity(context.session(), info.id, values, seen=seen_of(form.seen))
    except ConflictError as error:
        return _page(_fresh(info, form), form, language, str(error)), CONFLICT
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return _page(info, form, language), UNPROCESSABLE
    flash(saved_message(desk, info.id))
    address = url_for("club.translations", organisation_id=info.organisation_id, opportunity_id=info.id)
    return redirect(address, 303)


def _with(values: OpportunityValues, language: str, words: dict[str, str]) -> OpportunityValues:
    others = {code: said for code, said in values.translations.items() if code != language}
    return replace(values, translations={**others, **({language: words} if words else {})})


def _fresh(info: OpportunityInfo, form: TranslationForm) -> OpportunityInfo:
    """Return the offer as it is now, so that saving once more is done knowingly."""
    fresh = fresh_for(info, form.seen)
    if fresh is None:
        raise NotFoundError
    return fresh


def _page(info: OpportunityInfo, form: TranslationForm, language: str, problem: str = "") -> str:
    return render_template(
        "club/offer/translation.html",
        info=info,
        form=form,
        into=language,
        parts=TRANSLATED,
        problem=problem,
    )
