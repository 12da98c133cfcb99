"""What the pages about a saved search share: with an account and without one they look and work the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from engagement.alerts import service
from engagement.alerts.queries import SearchInfo
from engagement.alerts.rhythm import Rhythm
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.tenancy.settings import Module
from engagement.web.shared import context
from engagement.web.shared.forms import BaseForm, Required
from engagement.web.shared.presentation import day_names

FRIDAY = 4
UNPROCESSABLE = 422
SAVED, PAUSED, RESUMED, KEPT = "gespeichert", "pausiert", "weiter", "behalten"


@dataclass(frozen=True)
class Addresses:
    """Where the pages of one saved search lie for the person who looks at it.

    Args:
        here: the search's page; takes changes by POST.
        end: the page that asks before it is given up.
        back: address of the list, empty if the person has none.
    """

    here: str
    end: str
    back: str = ""


class RhythmForm(BaseForm):
    """How often, and on which day."""

    rhythm = RadioField(
        lazy_gettext("How often do you want to hear of new offers?"),
        validators=[InputRequired(lazy_gettext("Please choose how often."))],
    )
    weekday = SelectField(lazy_gettext("On which day?"), coerce=int, validators=[Required()])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.rhythm.choices = list(rhythm_names().items())
        self.weekday.choices = list(enumerate(day_names()))

    @classmethod
    def fresh(cls) -> Self:
        """Return the form for something that is not saved yet."""
        return cls(rhythm=Rhythm.WEEKLY.value, weekday=FRIDAY)

    @property
    def chosen(self) -> tuple[Rhythm, int]:
        """Return what was chosen."""
        return Rhythm(self.rhythm.data), int(self.weekday.data)


def rhythm_names() -> dict[str, str]:
    """Return how often it can be."""
    return {Rhythm.WEEKLY.value: gettext("Once a week"), Rhythm.DAILY.value: gettext("Once a day")}


def in_words(info: SearchInfo) -> str:
    """Return how often somebody hears of it."""
    if info.paused:
        return gettext("paused, no mails at present")
    if info.rhythm is Rhythm.DAILY:
        return gettext("every day, if there is something new")
    return gettext("once a week on %(day)s, if there is something new", day=day_names()[info.weekday])


def manage(info: SearchInfo, addresses: Addresses, others: Sequence[dict[str, str]] = ()) -> ResponseReturnValue:
    """Show a search with what can be done about it, and do it; ``others`` are linked below.

    ``?fertig=`` says what the person has just done; a page without a session has no other place to keep that.
    """
    form = RhythmForm(rhythm=info.rhythm.value, weekday=info.weekday)
    if request.method == "POST" and (done := _do(info, form)):
        mark = "&" if "?" in addresses.here else "?"
        return redirect(f"{addresses.here}{mark}fertig={done}", 303)
    page = render_template(
        "searches/page.html",
        search=info,
        form=form,
        addresses=addresses,
        rhythm=in_words(info),
        others=others,
        done=request.args.get("fertig", ""),
        is_on=context.tenant().settings.has(Module.ALERTS),
    )
    return page, UNPROCESSABLE if form.errors else 200


def _do(info: SearchInfo, form: RhythmForm) -> str:
    """Do what a button asks for and return the word for it, empty if the form is wrong."""
    simple = {"pausieren": (service.pause, PAUSED), "weiter": (service.resume, RESUMED)}
    simple["behalten"] = (service.keep_on, KEPT)
    wish = request.form.get("tun", "speichern")
    if wish in simple:
        act, done = simple[wish]
        act(context.session(), info.id)
        return done
    if not form.checked():
        return ""
    service.change_rhythm(context.session(), info.id, *form.chosen)
    return SAVED
