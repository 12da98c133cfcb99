"""What waits for somebody of the municipality, each with the way to its cure."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for

from engagement.kernel.i18n import gettext, ngettext
from engagement.kernel.permissions import Permission
from engagement.today.queries import Waiting, what_waits
from engagement.web.municipality import blueprint
from engagement.web.municipality.first_steps import first_steps
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
    found = what_waits(context.session())
    tasks = [*_about_people(found), *_about_offers(found), *_about_mails(found)]
    return render_template(
        "municipality/today.html",
        total=found.total,
        open_tasks=[task for task in tasks if task.number],
        done=[task for task in tasks if not task.number],
        first_steps=first_steps(verified=found.verified, waiting=found.organisations_to_verify),
    )


def _about_people(found: Waiting) -> list[Task]:
    return [
        Task(
            found.unanswered_3,
            ngettext("request without an answer", "requests without an answer", found.unanswered_3),
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
            url_for("municipality.opportunities"),
        ),
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


def _about_mails(found: Waiting) -> list[Task]:
    return [
        Task(
            found.failed_mails,
            ngettext("mail did not arrive", "mails did not arrive", found.failed_mails),
            gettext("Often there is a typing mistake in the address."),
            url_for("municipality.mails"),
        )
    ]


def _how_long(found: Waiting) -> str:
    if found.unanswered_14:
        return ngettext(
            "%(num)s of them has been waiting for more than 14 days.",
            "%(num)s of them have been waiting for more than 14 days.",
            found.unanswered_14,
        )
    if found.unanswered_7:
        return ngettext(
            "%(num)s of them has been waiting for more than 7 days.",
            "%(num)s of them have been waiting for more than 7 days.",
            found.unanswered_7,
        )
    return ngettext(
        "It has been waiting for more than 3 days.", "They have been waiting for more than 3 days.", found.unanswered_3
    )
