"""What waits for somebody of the municipality, each with the way to its cure."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for

from engagement.accounts.mistakes import mistakes_in_settings
from engagement.kernel.i18n import gettext, ngettext
from engagement.kernel.permissions import Permission
from engagement.tenancy.mistakes import Mistake
from engagement.tenancy.settings import ModerationPolicy, Module
from engagement.today.queries import Waiting, what_waits
from engagement.web.municipality import blueprint
from engagement.web.municipality.first_steps import first_steps
from engagement.web.municipality.navigation import may_open
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private


@dataclass(frozen=True)
class Task:
    """One tile of the page.

    Args:
        number: how many things wait; the tile is among the finished ones if it is 0.
        name: what they are, in the form for ``number``.
        text: why it matters, or what is worst about it.
        address: the page where it is done.
    """

    number: int
    name: str
    text: str
    address: str


@blueprint.get("/")
@requires(Permission.TENANT_TODAY_READ)
def today() -> str:
    """Show how much waits, the most urgent first, and what is done."""
    keep_private()
    found = what_waits(context.session(), context.tenant().settings.answers)
    tasks = [*_about_people(found), *_about_offers(found), *_about_messages(found), *_about_upkeep(found)]
    return render_template(
        "municipality/today.html",
        total=sum(task.number for task in tasks),
        open_tasks=[task for task in tasks if task.number],
        done=[task for task in tasks if not task.number],
        mistakes=_mistakes(),
        first_steps=first_steps(verified=found.verified, waiting=found.organisations_to_verify),
    )


def _mistakes() -> list[Mistake]:
    """Return what is wrong in the settings, as far as this person can mend it."""
    sender = context.tools().settings.mail_from
    found = mistakes_in_settings(context.session(), context.tenant(), default_sender=sender)
    return [mistake for mistake in found if may_open(mistake.endpoint.removeprefix("municipality."))]


def _about_people(found: Waiting) -> list[Task]:
    return [
        Task(
            found.unanswered,
            ngettext("request without an answer", "requests without an answer", found.unanswered),
            _how_long(found),
            url_for("municipality.unanswered"),
        ),
        Task(
            found.organisations_to_verify,
            ngettext("organisation to check", "organisations to check", found.organisations_to_verify),
            ngettext(
                "It is shown only once you have verified it.",
                "They are shown only once you have verified them.",
                found.organisations_to_verify,
            ),
            url_for("municipality.organisations", zustand="pending"),
        ),
        Task(
            found.claims,
            ngettext("person asks to look after an entry", "people ask to look after an entry", found.claims),
            ngettext(
                "This person belongs to an organisation that is here already. Please find out whether that is right.",
                "They belong to an organisation that is here already. Please find out whether that is right.",
                found.claims,
            ),
            url_for("municipality.organisation_claims"),
        ),
    ]


def _about_offers(found: Waiting) -> list[Task]:
    return [
        Task(
            found.opportunities_to_review,
            ngettext("offer in review", "offers in review", found.opportunities_to_review),
            ngettext(
                "Nobody sees it until you have looked at it.",
                "Nobody sees them until you have looked at them.",
                found.opportunities_to_review,
            ),
            url_for("municipality.opportunities", stand="wartend"),
        ),
        *_look_after(found),
        Task(
            found.expiring,
            ngettext("offer ends soon", "offers end soon", found.expiring),
            ngettext(
                "It leaves the public pages within two weeks unless somebody stands by it.",
                "They leave the public pages within two weeks unless somebody stands by them.",
                found.expiring,
            ),
            url_for("municipality.expiring"),
        ),
    ]


def _look_after(found: Waiting) -> list[Task]:
    """Where offers go public at once, somebody looks at them afterwards."""
    if context.tenant().settings.moderation is not ModerationPolicy.PUBLISH_AT_ONCE:
        return []
    name = ngettext("offer not looked at yet", "offers not looked at yet", found.not_looked_at)
    text = gettext("Offers go public at once here. A short look afterwards is enough.")
    return [Task(found.not_looked_at, name, text, url_for("municipality.opportunities", stand="ungesehen"))]


def _reports(found: Waiting) -> list[Task]:
    """Where visitors cannot report anything, only what came in before waits."""
    if not found.reports and not context.tenant().settings.has(Module.REPORTS):
        return []
    name = ngettext("report of an offer", "reports of offers", found.reports)
    text = gettext("Visitors think that something is wrong, and wait for an answer.")
    return [Task(found.reports, name, text, url_for("municipality.reports"))]


def _about_messages(found: Waiting) -> list[Task]:
    return [
        *_reports(found),
        Task(
            found.barriers,
            ngettext("reported barrier", "reported barriers", found.barriers),
            gettext("Something on the site is in somebody’s way. Please answer within a month."),
            url_for("municipality.barriers"),
        ),
        Task(
            found.failed_mails,
            ngettext("mail did not arrive", "mails did not arrive", found.failed_mails),
            gettext("Often there is a typing mistake in the address."),
            url_for("municipality.mails"),
        ),
    ]


def _about_upkeep(found: Waiting) -> list[Task]:
    return [
        Task(
            found.sleeping,
            ngettext("entry that sleeps", "entries that sleep", found.sleeping),
            ngettext(
                "Nobody has stood by it for a long time. One question tells whether it still exists.",
                "Nobody has stood by them for a long time. One question tells whether they still exist.",
                found.sleeping,
            ),
            url_for("municipality.organisations_sleeping"),
        )
    ]


def _how_long(found: Waiting) -> str:
    times = context.tenant().settings.answers
    if found.unanswered_too_long:
        return _longer(found.unanswered_too_long, times.days_to_worry)
    if found.unanswered_long:
        return _longer(found.unanswered_long, times.days_to_call)
    return ngettext(
        "Nobody has answered for %(num)s day or longer.",
        "Nobody has answered for %(num)s days or longer.",
        times.days_to_look,
    )


def _longer(number: int, days: int) -> str:
    return ngettext(
        "%(num)s of them has been waiting for %(days)s days or longer.",
        "%(num)s of them have been waiting for %(days)s days or longer.",
        number,
        days=days,
    )
