"""How values are shown: dates in the tenant's zone and the visitor's language, Markdown, counts."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_timedelta, get_day_names
from babel.numbers import format_decimal
from flask import Flask, g, request, url_for
from flask_babel import get_locale, get_timezone
from wtforms.fields import Field

from engagement.catalogue import times
from engagement.kernel.clock import now
from engagement.kernel.documents import render_document
from engagement.kernel.i18n import comma, current_language, gettext, language_name, text_direction
from engagement.kernel.markdown import render_markdown
from engagement.kernel.week import Weekday
from engagement.organisations.pace import usual_answer
from engagement.web.shared.context import tenant, tools
from engagement.web.shared.identity import operator_here, signed_in, visiting_operator, visits_to_tell
from engagement.web.shared.languages import address_in, offered_languages
from engagement.web.shared.spoken import init_spoken

WHOLE_FROM = 10
"""Kilometres from which on a tenth of one says nothing."""
_SHORT = re.compile(r"\b(e\.|St\.) (?=\S)")


def init_presentation(app: Flask) -> None:
    """Give the templates their filters and what every page needs."""
    app.jinja_env.filters.update(
        day=day,
        moment=moment,
        time_of_day=time_of_day,
        ago=ago,
        when=when,
        amount=amount,
        distance=distance,
        weekly=times.weekly,
        unbroken=unbroken,
        markdown=render_markdown,
        document=render_document,
        language_name=language_name,
        aria=aria,
        usual_answer=usual_answer,
        with_more=with_more,
    )
    app.jinja_env.globals.update(company_names=company_names, own_address=own_address)
    init_spoken(app)
    app.context_processor(_for_every_page)


def day(value: datetime) -> str:
    """Return the date with its weekday, as ``Sa., 5. Dez. 2026``."""
    return times.day(value, get_timezone(), get_locale())


def time_of_day(value: datetime) -> str:
    """Return the clock time."""
    time = times.clock(value, get_timezone(), get_locale())
    return gettext("%(time)s o’clock", time=time) if current_language() == "de" else time


def moment(value: datetime) -> str:
    """Return date and clock time."""
    return f"{day(value)}{comma()}{time_of_day(value)}"


def when(value: times.Timed) -> str:
    """Return when something takes place, as one short line."""
    return times.when(value, get_timezone(), get_locale())


def amount(hours: Decimal | None, per: str | None) -> str:
    """Return how much time something takes, empty if nothing was said."""
    return times.amount(hours, per, get_locale())


def distance(km: float) -> str:
    """Return how far away something is, as exact as places are known: a part of town is a kilometre wide or more."""
    if km < 1:
        return gettext("less than 1 km away")
    return gettext("%(km)s km away", km=format_decimal(km, "#,##0.#" if km < WHOLE_FROM else "#,##0", get_locale()))


def day_names() -> list[str]:
    """Return the days of the week, from Monday."""
    names = get_day_names("wide", "stand-alone", get_locale())
    return [names[day.number] for day in Weekday]


def short_day(number: int) -> str:
    """Return what a day of the week, 0 for Monday, is called where there is little room."""
    return str(get_day_names("short", "stand-alone", get_locale())[number])


def company_names() -> dict[str, str]:
    """Return what it is called in whose company an offer can be done, by ``Company``."""
    return {"tandem": gettext("In twos"), "group": gettext("As a group"), "family": gettext("As a family")}


def own_address(endpoint: str, **values: Any) -> str:
    """Return the full address of a page of this tenant, as one writes it down: the same in every language."""
    return tools().links.absolute(tenant().host, url_for(endpoint, lang=None, **values))


def focus_names() -> dict[str, str]:
    """Return what it is called that matters in a picture, by ``Focus``, in the order of a form."""
    return {
        "": gettext("find it automatically"),
        "nw": gettext("top left"),
        "n": gettext("at the top"),
        "ne": gettext("top right"),
        "w": gettext("on the left"),
        "c": gettext("in the middle"),
        "e": gettext("on the right"),
        "sw": gettext("bottom left"),
        "s": gettext("at the bottom"),
        "se": gettext("bottom right"),
    }


def ago(value: datetime) -> str:
    """Return how long ago a moment was, or in how long it will be, in round words."""
    return format_timedelta(value - now(), add_direction=True, locale=get_locale())


def unbroken(name: str) -> str:
    """Return a name whose ``e. V.`` or ``St.`` stays with what follows; for show only, never in a field."""
    return _SHORT.sub("\\1\N{NO-BREAK SPACE}", name)


def aria(field: Field, hint: str | None) -> dict[str, str]:
    """Return the attributes that tie a form field to its hint and errors."""
    ids = ([f"{field.id}-hint"] if hint else []) + ([f"{field.id}-error"] if field.errors else [])
    attributes = {"aria-describedby": " ".join(ids)} if ids else {}
    return {**attributes, "aria-invalid": "true"} if field.errors else attributes


def with_more(attributes: dict[str, str], more: dict[str, str]) -> dict[str, str]:
    """Return ``attributes`` with those of a macro's caller added."""
    return {**attributes, **more}


def _for_every_page() -> dict[str, Any]:
    return {
        "tenant": g.get("tenant"),
        "someone": signed_in() if "tenant" in g else None,
        "visit": visiting_operator(),
        "visits": visits_to_tell,
        "operator": operator_here(),
        "language": current_language(),
        "direction": text_direction(current_language()),
        "languages": [(code, language_name(code).capitalize(), address_in(code)) for code in offered_languages()],
        "here": request.endpoint or "",
    }
