"""The words for the closed lists, in one place for pages and mails."""

from __future__ import annotations

from engagement.kernel.i18n import gettext
from engagement.moderation.kinds import ReportReason, ReportState, TextPurpose


def reason_name(reason: ReportReason) -> str:
    """Return what a visitor finds wrong, in the visitor's words."""
    return {
        ReportReason.OUTDATED: gettext("The offer is out of date"),
        ReportReason.NO_ANSWER: gettext("Nobody answers"),
        ReportReason.WRONG: gettext("Something in it is wrong"),
        ReportReason.COMMERCIAL: gettext("This is not volunteering, but business or paid work"),
        ReportReason.UNLAWFUL: gettext("It is offensive or unlawful"),
        ReportReason.OTHER: gettext("Something else"),
    }[reason]


def report_state_name(state: ReportState) -> str:
    """Return how far a report is."""
    return {
        ReportState.NEW: gettext("new"),
        ReportState.IN_PROGRESS: gettext("in progress"),
        ReportState.DONE: gettext("done"),
        ReportState.DISMISSED: gettext("dismissed"),
    }[state]


def purpose_name(purpose: TextPurpose) -> str:
    """Return what a prepared text is for."""
    return {
        TextPurpose.SEND_BACK: gettext("Sending an offer back"),
        TextPurpose.UNPUBLISH: gettext("Taking an offer off the public pages"),
        TextPurpose.ANSWER: gettext("Answering a report"),
    }[purpose]


def event_name(action: str) -> str:
    """Return what happened to an offer, from the action's name in the audit trail; empty for one nobody has to see."""
    return {
        "opportunity.create": gettext("Written down"),
        "opportunity.update": gettext("Changed"),
        "opportunity.edit": gettext("Changed; the version before it stayed public"),
        "opportunity.discard_edit": gettext("Change thrown away"),
        "opportunity.submit": gettext("Handed in for checking"),
        "opportunity.recheck": gettext("Its time was over while a change waited; now it waits as a whole"),
        "opportunity.withdraw": gettext("Taken back before it was checked"),
        "opportunity.publish": gettext("Published"),
        "opportunity.reopen": gettext("Published again"),
        "opportunity.approve_edit": gettext("Change released"),
        "opportunity.look": gettext("Looked at"),
        "opportunity.send_back": gettext("Sent back"),
        "opportunity.send_back_edit": gettext("Change sent back"),
        "opportunity.unpublish": gettext("Taken off the public pages"),
        "opportunity.pause": gettext("Paused"),
        "opportunity.confirm": gettext("Confirmed as still right"),
        "opportunity.close": gettext("Ended"),
        "opportunity.archive": gettext("Put into the archive"),
        "opportunity.restore": gettext("Brought back from the archive"),
    }.get(action, "")
