"""What the pages about an application share: an applicant sees the same with an account and without one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from engagement.applications import queue, service
from engagement.applications.changes import LONGEST_MESSAGE
from engagement.applications.kinds import Action, Author
from engagement.applications.policy import possible_actions
from engagement.applications.queries import ApplicationInfo
from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import lazy_gettext
from engagement.web.shared import context
from engagement.web.shared.forms import BaseForm, Longest, Required
from engagement.web.shared.post import postbox

REPLIED = "antwort"
SIGNED_UP = "mitgemacht"
TAKEN = "platz"
TOO_LATE = "zu-spaet"
YES, NO = "ja", "nein"
WITHDRAWN = "zurueckgezogen"
CONFLICT = 409
UNPROCESSABLE = 422


@dataclass(frozen=True)
class Addresses:
    """Where the pages of one application lie for the person who looks at it.

    Args:
        here: the application's page; takes replies by POST.
        withdraw: the page that asks before withdrawing; does it by POST.
        replied: where to go after a reply.
        withdrawn: where to go after withdrawing.
        place: the page that asks whether a kept place is wanted; takes yes or no by POST.
        taken: where to go after a yes.
        too_late: where to go if the place is not kept any more.
        back: address of the list, empty if the person has none.
    """

    here: str
    withdraw: str
    replied: str
    withdrawn: str
    place: str
    taken: str
    too_late: str
    back: str = ""


def _plain_lines(value: str | None) -> str | None:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def letter_field(label: str, *, required: bool = True) -> TextAreaField:
    """Return a field for a text of several lines, in which a line break is one character."""
    rules = [Required()] if required else []
    return TextAreaField(label, validators=[*rules, Longest(LONGEST_MESSAGE)], filters=[_plain_lines])


class ReplyForm(BaseForm):
    """The applicant's next message."""

    text = letter_field(lazy_gettext("Your message"))


def follow(info: ApplicationInfo, addresses: Addresses) -> ResponseReturnValue:
    """Show an application to the person who sent it, and take a reply.

    ``?fertig=`` says what the person has just done; a page without a session has no other place to keep that.
    """
    form = ReplyForm()
    problem, status = "", 200
    if form.checked():
        try:
            service.reply_as_applicant(context.session(), postbox(), info.id, form.text.data or "")
        except ConflictError as error:
            problem, status = str(error), CONFLICT
        else:
            return redirect(addresses.replied, 303)
    elif form.errors:
        status = UNPROCESSABLE
    page = render_template(
        "application/page.html",
        application=info,
        actions=possible_actions(Author.APPLICANT, info.state),
        form=form,
        addresses=addresses,
        done=request.args.get("fertig", ""),
        problem=problem,
    )
    return page, status


def ask_and_withdraw(info: ApplicationInfo, addresses: Addresses) -> ResponseReturnValue:
    """Ask whether to withdraw (GET), and do it once the question was answered with a click (POST)."""
    if Action.WITHDRAW not in possible_actions(Author.APPLICANT, info.state):
        return redirect(addresses.here, 303)
    if request.method == "POST":
        service.withdraw(context.session(), postbox(), info.id)
        return redirect(addresses.withdrawn, 303)
    return render_template("application/withdraw.html", application=info, addresses=addresses)


def ask_about_place(info: ApplicationInfo, addresses: Addresses) -> ResponseReturnValue:
    """Ask whether the place that is kept is wanted (GET), and do what was answered with a click (POST)."""
    if not info.can_take_place:
        return redirect(addresses.too_late if request.method == "POST" else addresses.here, 303)
    answer = request.form.get("antwort", "") if request.method == "POST" else ""
    if answer == NO:
        service.withdraw(context.session(), postbox(), info.id)
        return redirect(addresses.withdrawn, 303)
    if answer == YES:
        return redirect(_taken(info, addresses), 303)
    page = render_template("application/place.html", application=info, addresses=addresses)
    return page, UNPROCESSABLE if request.method == "POST" else 200


def _taken(info: ApplicationInfo, addresses: Addresses) -> str:
    try:
        queue.take_place(context.session(), postbox(), info.id)
    except ConflictError:
        return addresses.too_late
    return addresses.taken
