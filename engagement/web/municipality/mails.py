"""Mails that did not arrive."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.mail import queries, service
from engagement.web.municipality import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private


@blueprint.get("/mails")
@requires(Permission.TENANT_MAIL_READ)
def mails() -> str:
    """List the mails that failed, with the mail server's reason."""
    keep_private()
    return render_template("municipality/mails.html", mails=queries.failed_mails(context.session()))


@blueprint.post("/mails/<int:mail_id>/erneut")
@requires(Permission.TENANT_MAIL_READ)
def mail_retry(mail_id: int) -> ResponseReturnValue:
    """Send a mail again."""
    service.retry_mail(context.session(), mail_id)
    flash(gettext("The mail is on its way again."))
    return redirect(url_for("municipality.mails"), 303)


@blueprint.post("/mails/<int:mail_id>/erledigt")
@requires(Permission.TENANT_MAIL_READ)
def mail_dismiss(mail_id: int) -> ResponseReturnValue:
    """Take a mail off the list."""
    service.dismiss_mail(context.session(), mail_id)
    flash(gettext("The mail is off the list."))
    return redirect(url_for("municipality.mails"), 303)
