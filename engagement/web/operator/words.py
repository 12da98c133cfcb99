"""What deeds, states and tables are called on the operators' pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel.numbers import format_decimal

from engagement.kernel.i18n import current_language, gettext, lazy_gettext, ngettext
from engagement.tenancy.overview import TenantState
from engagement.web.operator import blueprint
from engagement.web.shared.presentation import day

ACTIONS: dict[str, Any] = {
    "tenant.create": lazy_gettext("set the town up"),
    "tenant.suspend": lazy_gettext("suspended the town"),
    "tenant.resume": lazy_gettext("put the town on again"),
    "tenant.add_host": lazy_gettext("added an address"),
    "tenant.remove_host": lazy_gettext("removed an address"),
    "tenant.make_canonical": lazy_gettext("chose the main address"),
    "tenant.request_deletion": lazy_gettext("asked for the deletion"),
    "tenant.cancel_deletion": lazy_gettext("called the deletion off"),
    "tenant.purge": lazy_gettext("deleted the town"),
    "tenant.export": lazy_gettext("made an archive"),
    "tenant.import": lazy_gettext("brought the town in from an archive"),
    "operator.create": lazy_gettext("made a login for operating"),
    "operator.set_up": lazy_gettext("set their login up"),
    "operator.sign_in": lazy_gettext("signed in"),
    "operator.reset": lazy_gettext("had a login set up anew"),
    "operator.disable": lazy_gettext("switched a login off"),
    "entry.allow": lazy_gettext("asked to enter the town"),
    "entry.revoke": lazy_gettext("ended an entry"),
}
STATES: dict[TenantState, Any] = {
    TenantState.ACTIVE: lazy_gettext("on"),
    TenantState.SUSPENDED: lazy_gettext("suspended"),
    TenantState.DELETING: lazy_gettext("waits to be deleted"),
}
MEGABYTE = 1_000_000
DETAILS = ("reason", "host", "email", "hosts")


def action_word(action: str) -> str:
    """Return a deed in words, as it is noted if it has none yet."""
    return str(ACTIONS.get(action, action))


def state_word(state: TenantState) -> str:
    """Return the state of a tenant in words."""
    return str(STATES[state])


def detail_words(details: dict[str, Any]) -> str:
    """Return what else a record says that a person can read."""
    found = [details[name] for name in DETAILS if details.get(name)]
    words = [", ".join(value) if isinstance(value, list) else str(value) for value in found]
    if minutes := details.get("minutes"):
        words.append(ngettext("%(num)s minute", "%(num)s minutes", int(minutes)))
    if after := details.get("delete_after"):
        words.append(gettext("not before %(day)s", day=day(datetime.fromisoformat(after))))
    return " · ".join(words)


def size_words(number: int) -> str:
    """Return a number of bytes in kilobytes or megabytes, as they are told to people."""
    if number < MEGABYTE:
        return f"{format_decimal(number // 1000, locale=current_language())} kB"
    return f"{format_decimal(round(number / MEGABYTE, 1), locale=current_language())} MB"


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "action_word": action_word,
        "state_word": state_word,
        "detail_words": detail_words,
        "size_words": size_words,
    }
