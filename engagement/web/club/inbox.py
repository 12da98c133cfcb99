"""A club's inbox: who wants to help, how long they have been waiting, and the club's answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from engagement.applications import queries, service
from engagement.applications.answers import prepared_text
from engagement.applications.inbox import InboxFilter, InboxPage, inbox_counts
from engagement.applications.inbox import inbox as read_inbox
from engagement.applications.kinds import Action, ApplicationState, Author
from engagement.applications.policy import possible_actions
from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.web.club import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.applications import CONFLICT, UNPROCESSABLE, letter_field
from engagement.web.shared.forms import BaseForm
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import person
from engagement.web.shared.numbers import whole_number
from engagement.web.shared.post import postbox

ANSWERS = {"zusage": Action.ACCEPT, "frage": Action.ASK, "absage": Action.DECLINE}
WORDS = {action: word for word, action in ANSWERS.items()}
WAITING = "wartend"
STATES = {
    "neu": ApplicationState.NEW,
    "im-kontakt": ApplicationState.IN_CONTACT,
    "zugesagt": ApplicationState.ACCEPTED,
    "warteliste": ApplicationState.QUEUED,
    "abgesagt": ApplicationState.DECLINED,
    "zurueckgezogen": ApplicationState.WITHDRAWN,
}
LARGEST_ID = 2**63 - 1
_SEND: dict[Action, Callable[..., None]] = {
    Action.ACCEPT: service.accept,
    Action.ASK: service.ask,
    Action.DECLINE: service.decline,
}


class AnswerForm(BaseForm):
    """A member's letter; ``version`` is the application as the member saw it."""

    text = letter_field(lazy_gettext("Your text"))
    version = HiddenField()

    @property
    def seen(self) -> int:
        """Return the version that was seen; 0 is none that an application ever had."""
        return whole_number(self.version.data or "") or 0


@dataclass(frozen=True)
class Draft:
    """An answer that is being written: what the page shows of it besides the form."""

    action: Action
    word: str
    problem: str = ""


@blueprint.get("/<int:organisation_id>/anfragen")
@requires(Permission.CLUB_APPLICATION_ANSWER)
def inbox(organisation_id: int) -> ResponseReturnValue:
    """List the applications for the organisation's opportunities."""
    keep_private()
    shown = _filter()
    page = read_inbox(context.session(), organisation_id, shown, request.args.get("seite", 1, type=int))
    return render_template(
        "club/inbox/list.html",
        organisation_id=organisation_id,
        organisation_name=_organisation_name(organisation_id),
        page=page,
        groups=_groups(page),
        counts=inbox_counts(context.session(), organisation_id),
        shown=shown,
        status=request.args.get("status", ""),
        filtered=shown != InboxFilter(),
        address_of=_address_of,
    )


@blueprint.route("/<int:organisation_id>/anfragen/<int:application_id>", methods=["GET", "POST"])
@requires(Permission.CLUB_APPLICATION_ANSWER)
def application(organisation_id: int, application_id: int) -> ResponseReturnValue:
    """Show one application and send an answer."""
    keep_private()
    info = queries.club_application(context.session(), organisation_id, application_id)
    word = request.args.get("antwort", "")
    action = ANSWERS.get(word)
    if action is None:
        return (redirect(_here(info), 303)) if request.method == "POST" else _page(info, None, None)
    form = AnswerForm(text=_prepared(info, action), version=str(info.version))
    if request.method != "POST":
        possible = action in possible_actions(Author.CLUB, info.state)
        return _page(info, form, Draft(action, word)) if possible else redirect(_here(info), 303)
    if not form.checked():
        return _page(info, form, Draft(action, word)), UNPROCESSABLE
    return _send(info, form, Draft(action, word))


def _send(info: queries.ApplicationInfo, form: AnswerForm, draft: Draft) -> ResponseReturnValue:
    try:
        _SEND[draft.action](
            context.session(), postbox(), info.id, person().account_id, form.text.data or "", version=form.seen
        )
    except ConflictError as error:
        return _conflict(info, form, Draft(draft.action, draft.word, problem=str(error)))
    flash(gettext("Your answer is on its way to %(name)s.", name=info.name))
    return redirect(_here(info), 303)


def _conflict(info: queries.ApplicationInfo, form: AnswerForm, draft: Draft) -> ResponseReturnValue:
    """Show what is there now, with the member's own text, which can be sent again if it still fits."""
    fresh = queries.club_application(context.session(), info.organisation_id, info.id)
    form.version.data = str(fresh.version)
    return _page(fresh, form, draft), CONFLICT


def _page(info: queries.ApplicationInfo, form: AnswerForm | None, draft: Draft | None) -> str:
    return render_template(
        "club/inbox/application.html",
        application=info,
        places=queries.places_of(context.session(), info.opportunity_id),
        actions=possible_actions(Author.CLUB, info.state),
        words=WORDS,
        form=form,
        draft=draft,
        cancel=_here(info),
        back=url_for("club.inbox", organisation_id=info.organisation_id),
    )


def _here(info: queries.ApplicationInfo) -> str:
    return url_for("club.application", organisation_id=info.organisation_id, application_id=info.id)


def _prepared(info: queries.ApplicationInfo, action: Action) -> str:
    return prepared_text(
        action, name=info.name, title=info.title, organisation=info.organisation_name, language=info.language
    )


def _filter() -> InboxFilter:
    """Read the filter; what it does not know it leaves out."""
    status = request.args.get("status", "")
    opportunity_id = request.args.get("angebot", type=int)
    if opportunity_id is not None and not 0 < opportunity_id <= LARGEST_ID:
        opportunity_id = None
    return InboxFilter(waiting=status == WAITING, state=STATES.get(status), opportunity_id=opportunity_id)


def _groups(page: InboxPage) -> list[tuple[str, list[object]]]:
    return [(str(group), list(rows)) for group, rows in groupby(page.rows, key=lambda row: row.group)]


def _address_of(number: int) -> str:
    """Return the address of another page of the same list."""
    return url_for(
        "club.inbox",
        organisation_id=(request.view_args or {})["organisation_id"],
        status=request.args.get("status") or None,
        angebot=request.args.get("angebot") or None,
        seite=number,
    )


def _organisation_name(organisation_id: int) -> str:
    return next(
        member.organisation_name for member in person().memberships if member.organisation_id == organisation_id
    )
