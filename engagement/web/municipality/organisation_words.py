"""The register's events and reasons in words."""

from __future__ import annotations

from collections.abc import Callable

from engagement.kernel.audit import ActorKind
from engagement.kernel.i18n import comma, gettext
from engagement.organisations.service import OF_A_PERSON
from engagement.register.history import Event


def prepared_reasons() -> dict[str, tuple[str, str]]:
    """Return reasons for turning an organisation down: name, then words that can be changed before they are sent."""
    return {
        "adresse": (
            gettext("Address is missing"),
            gettext("We could not find the address that you gave. Please add a complete address and write to us."),
        ),
        "zweck": (
            gettext("Not for the common good"),
            gettext(
                "This site is for organisations that work for the common good. From what you gave we could not see "
                "that yours does. If we are mistaken, please tell us more."
            ),
        ),
        "nicht-erreicht": (
            gettext("Nobody reached"),
            gettext("We tried to reach you several times without success. Please call us or write to us."),
        ),
        "doppelt": (
            gettext("Is here already"),
            gettext("Your organisation is on the site already. We gladly help you to get into that entry."),
        ),
        "ort": (
            gettext("From elsewhere"),
            gettext("This site is for organisations from our town. Please ask the town where you are at home."),
        ),
    }


def who_did_it(event: Event) -> str:
    """Return who acted."""
    if event.by:
        return event.by
    return {
        ActorKind.ACCOUNT: gettext("a person whose account is gone"),
        ActorKind.GUEST: gettext("a visitor"),
        ActorKind.OPERATOR: gettext("the operator"),
        ActorKind.SYSTEM: gettext("the system"),
    }[event.actor]


def what_happened(event: Event) -> str:
    """Return one sentence; an action that has none yet is named as the trail names it."""
    sentence = _SENTENCES.get(event.action)
    return sentence(event) if sentence else event.action


def _updated(event: Event) -> str:
    fields = {
        "name": gettext("name"),
        "kind_id": gettext("kind"),
        "description": gettext("description"),
        "district_id": gettext("part of town"),
        "website": gettext("website"),
        "links": gettext("website"),
        "summary": gettext("description"),
        "founded_year": gettext("year of foundation"),
        "category_ids": gettext("fields"),
        "times": gettext("regular times"),
        **dict.fromkeys(("picture_file_id", "picture_alt", "picture_focus"), gettext("picture")),
        "logo_file_id": gettext("logo"),
        "verification": gettext("state"),
        **dict.fromkeys(("street", "postcode", "city"), gettext("address")),
        **dict.fromkeys(OF_A_PERSON, gettext("contact")),
    }
    changed = list(dict.fromkeys(fields[name] for name in event.after if name in fields))
    if not changed:
        return gettext("Details changed")
    return gettext("Details changed: %(fields)s", fields=comma().join(changed))


def _person(event: Event) -> str:
    return event.person or gettext("somebody whose account is gone")


def _role(event: Event) -> str:
    return gettext("responsible") if event.after.get("role") == "owner" else gettext("helps")


def _confirmed(event: Event) -> str:
    return {
        "mail": gettext("Details confirmed by the mailed link"),
        "staff": gettext("Details confirmed by the municipality"),
        "edit": gettext("Details looked through and saved"),
    }.get(str(event.after.get("how")), gettext("Details confirmed"))


_SENTENCES: dict[str, Callable[[Event], str]] = {
    "organisation.create": lambda _: gettext("Entry made"),
    "organisation.update": _updated,
    "organisation.verify": lambda _: gettext("Verified"),
    "organisation.reject": lambda event: gettext("Turned down: %(reason)s", reason=event.after.get("note", "")),
    "organisation.check": lambda _: gettext("Checklist or note changed"),
    "organisation.suspend": lambda event: gettext("Suspended: %(reason)s", reason=event.after.get("reason", "")),
    "organisation.lift": lambda _: gettext("Suspension lifted"),
    "organisation.add_member": lambda event: gettext(
        "%(name)s joined the team (%(role)s)", name=_person(event), role=_role(event)
    ),
    "organisation.change_role": lambda event: gettext(
        "%(name)s got another role (%(role)s)", name=_person(event), role=_role(event)
    ),
    "organisation.remove_member": lambda event: gettext("%(name)s left the team", name=_person(event)),
    "organisation.claim": lambda _: gettext("Somebody asked to look after it"),
    "organisation.accept_claim": lambda event: (
        gettext("The request to look after it was accepted (%(role)s)", role=_role(event))
        if event.after.get("role")
        else gettext("The request to look after it was accepted")
    ),
    "organisation.decline_claim": lambda _: gettext("The request to look after it was declined"),
    "organisation.invite": lambda event: (
        gettext("Somebody was invited: %(reason)s", reason=event.after["reason"])
        if event.after.get("reason")
        else gettext("Somebody was invited")
    ),
    "organisation.withdraw_invitation": lambda _: gettext("An invitation was withdrawn"),
    "organisation.accept_invitation": lambda event: gettext("%(name)s accepted an invitation", name=_person(event)),
    "organisation.ask": lambda _: gettext("Asked by mail whether the details are still right"),
    "organisation.remind": lambda _: gettext("Reminded of that question"),
    "organisation.confirm": _confirmed,
    "organisation.absorb": lambda _: gettext("Another entry was merged into this one"),
    "organisation.merge": lambda _: gettext("Merged into another entry"),
}
