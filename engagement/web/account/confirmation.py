"""The page behind the yearly question: are these details still right?"""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import NotFoundError
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.organisations import confirmation
from engagement.web.account import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private

CLICKS = Limit("confirm-organisation", 30, timedelta(minutes=15))


@blueprint.get("/angaben-bestaetigen/<token>")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def still_right(token: str) -> ResponseReturnValue:
    """Show the details and one button; opening the link changes nothing, since mail scanners do that too."""
    keep_private()
    question = confirmation.question_of(context.session(), context.tools().signer, token)
    if question is None:
        raise NotFoundError
    return render_template("account/still_right.html", question=question, token=token)


@blueprint.post("/angaben-bestaetigen/<token>")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def confirm_details(token: str) -> ResponseReturnValue:
    """Take the click."""
    keep_private()
    context.limit_by_address(CLICKS)
    confirmation.confirm_by_link(context.session(), context.tools().signer, token)
    return redirect(url_for("account.still_right", token=token), 303)
