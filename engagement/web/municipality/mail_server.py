"""The town's own mail server: set, tried out, removed."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, StringField
from wtforms.fields import PasswordField
from wtforms.validators import Optional

from engagement.kernel.audit import record
from engagement.kernel.errors import ConflictError, InvalidInputError
from engagement.kernel.i18n import current_language, gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.kernel.sealing import Sealer
from engagement.mail import own_server as service
from engagement.mail.message import Recipient
from engagement.mail.queries import OwnServerInfo, own_server
from engagement.mail.server import LineSecurity, Stage
from engagement.mail.service import Postbox
from engagement.mail.trial import ServerTrial
from engagement.tenancy.queries import own_tenant
from engagement.web.municipality import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.forms import BaseForm, Longest, Required, text_field
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import acting_account_id, signed_in
from engagement.web.shared.numbers import whole_number

TRIALS = Limit("mail-server-trial", 20, timedelta(hours=1))
UNPROCESSABLE = 422
USUAL_PORT = "587"
HIGHEST_PORT = 65535


def _lines() -> list[tuple[str, str]]:
    return [
        ("starttls", gettext("STARTTLS, usual with port 587")),
        ("tls", gettext("TLS from the beginning, usual with port 465")),
        ("none", gettext("none; only for a mail server on this very machine")),
    ]


class ServerForm(BaseForm):
    """How the server is reached."""

    host = text_field(lazy_gettext("Server"), longest=253, required=True)
    port = StringField(lazy_gettext("Port"), validators=[Required()], render_kw={"inputmode": "numeric"})
    security = RadioField(
        lazy_gettext("Encryption"), choices=_lines, validators=[Required(lazy_gettext("Please choose one."))]
    )
    login = text_field(lazy_gettext("User name"), longest=254)
    password = PasswordField(lazy_gettext("Password"), validators=[Optional(strip_whitespace=False), Longest(500)])

    def described(self) -> service.OwnServer:
        """Return what was typed."""
        port = whole_number((self.port.data or "").strip()) or 0
        return service.OwnServer(
            host=self.host.data or "",
            port=port if port <= HIGHEST_PORT else 0,
            security=LineSecurity(self.security.data),
            login=self.login.data or "",
            password=self.password.data or None,
        )


@blueprint.route("/einstellungen/mailserver", methods=["GET", "POST"])
@requires(Permission.TENANT_SETTINGS_EDIT)
def setting_server() -> ResponseReturnValue:
    """Show and take the form; the password is taken and never shown."""
    keep_private()
    known = own_server(context.session())
    form = ServerForm(**_shown(known))
    if form.checked() and _kept(form):
        flash(gettext("The mail server is saved. Please try it out now."), "info")
        return redirect(url_for("municipality.setting_server"), 303)
    page = render_template("municipality/settings/server.html", form=form, server=known, tester=_tester())
    return page, UNPROCESSABLE if request.method == "POST" else 200


@blueprint.post("/einstellungen/mailserver/ausprobieren")
@requires(Permission.TENANT_SETTINGS_EDIT)
def setting_server_try() -> ResponseReturnValue:
    """Send a mail to the person who is signed in, at once, and say what came of it."""
    recipient, session, kit = _tester(), context.session(), context.tools()
    kit.limiter.hit(TRIALS, context.tenant().id, acting_account_id())
    server = service.server_for(session, kit.settings, Sealer.from_settings(kit.settings))
    post = Postbox(own_tenant(session), kit.links, kit.settings.mail_from, kit.signer)
    trial = service.try_out(session, server, post, ServerTrial(recipient.name, server.host), recipient)
    record(session, "mail.try_server", "mail_account", None, after={"worked": trial.stage is None})
    if trial.stage is None:
        flash(gettext("It works: a mail to %(email)s is on its way.", email=recipient.address))
    else:
        exact = gettext("The exact answer: %(answer)s", answer=trial.answer)
        flash(f"{_explained(trial.stage)} {exact}", "danger")
    return redirect(url_for("municipality.setting_server"), 303)


@blueprint.route("/einstellungen/mailserver/entfernen", methods=["GET", "POST"])
@requires(Permission.TENANT_SETTINGS_EDIT)
def setting_server_drop() -> ResponseReturnValue:
    """Say what it means to do without an own server, and do it once that was answered with a click."""
    keep_private()
    known = own_server(context.session())
    if request.method == "POST":
        service.drop_own_server(context.session())
        flash(gettext("Your mails go through our mail server again. The password is deleted."))
        return redirect(url_for("municipality.settings"), 303)
    if known is None:
        return redirect(url_for("municipality.setting_server"), 303)
    return render_template("municipality/settings/server_drop.html", server=known)


def _tester() -> Recipient:
    """Return who gets the mail of a trial: the person who is signed in, or the town's contact for an operator."""
    someone, town = signed_in(), context.tenant()
    if someone is None:
        return Recipient(town.name, town.contact_email, current_language())
    return Recipient(someone.name, someone.email, someone.language)


def _shown(known: OwnServerInfo | None) -> dict[str, str]:
    if known is None:
        return {"port": USUAL_PORT, "security": "starttls"}
    return {"host": known.host, "port": str(known.port), "security": known.security.value, "login": known.login}


def _kept(form: ServerForm) -> bool:
    kit = context.tools().settings
    try:
        service.keep_own_server(
            context.session(), Sealer.from_settings(kit), form.described(), networks=kit.private_mail_networks
        )
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return False
    except ConflictError as error:
        form.form_errors.append(str(error))
        return False
    return True


def _explained(stage: Stage) -> str:
    return {
        Stage.TARGET: gettext("We may not connect to this server."),
        Stage.CONNECT: gettext("The server cannot be reached under this name and port."),
        Stage.ENCRYPT: gettext("No encrypted line came about. Perhaps the encryption or the certificate is not right."),
        Stage.SIGN_IN: gettext("The server does not take the user name or the password."),
        Stage.SENDER: gettext("The server does not take mails from this sender."),
        Stage.RECIPIENT: gettext("The server does not take mails to your own address."),
        Stage.CONTENT: gettext("The server did not take the mail."),
    }[stage]
