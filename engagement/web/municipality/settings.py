"""The municipality's settings: an overview, and a page with one form for each section."""

from __future__ import annotations

from typing import Any

from flask import abort, after_this_request, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from engagement.accounts.mistakes import mistakes_in_settings
from engagement.kernel.errors import InvalidInputError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.mail.queries import own_server
from engagement.tenancy.queries import own_tenant
from engagement.tenancy.settings import Module
from engagement.web.municipality import blueprint
from engagement.web.municipality.map_form import MapForm
from engagement.web.municipality.settings_forms import (
    AnswersForm,
    ContactForm,
    LanguagesForm,
    ModerationForm,
    ModulesForm,
    RetentionForm,
    SenderForm,
    SettingForm,
)
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private

SECTIONS: dict[str, tuple[str, type[SettingForm]]] = {
    "sprachen": ("languages", LanguagesForm),
    "kontakt": ("contact", ContactForm),
    "e-mail": ("sender", SenderForm),
    "freigabe": ("moderation", ModerationForm),
    "antworten": ("answers", AnswersForm),
    "fristen": ("retention", RetentionForm),
    "bereiche": ("modules", ModulesForm),
    "karte": ("map", MapForm),
}
"""By the word in the address: template and form."""
UNPROCESSABLE = 422


@blueprint.get("/einstellungen")
@requires(Permission.TENANT_SETTINGS_EDIT)
def settings() -> str:
    """Show what is set, what is missing, and the ways to change it."""
    keep_private()
    session = context.session()
    tenant, sender = own_tenant(session), context.tools().settings.mail_from
    return render_template(
        "municipality/settings/overview.html",
        now=tenant,
        server=own_server(session),
        default_sender=sender,
        parts=len(Module),
        mistakes=[
            mistake
            for mistake in mistakes_in_settings(session, tenant, default_sender=sender)
            if mistake.endpoint in current_app.view_functions
        ],
    )


@blueprint.route("/einstellungen/<string:section>", methods=["GET", "POST"])
@requires(Permission.TENANT_SETTINGS_EDIT)
def setting(section: str) -> ResponseReturnValue:
    """Show and take the form of a section; what it shows is read from the database, not from memory."""
    keep_private()
    if section not in SECTIONS:
        abort(404)
    template, kind = SECTIONS[section]
    tenant = own_tenant(context.session())
    form = kind(**kind.shown(tenant))
    if form.checked() and _saved(form):
        flash(gettext("Your settings are saved."))
        return redirect(url_for("municipality.settings"), 303)
    page = render_template(
        f"municipality/settings/{template}.html",
        form=form,
        section=section,
        default_sender=context.tools().settings.mail_from,
        server=own_server(context.session()),
    )
    return page, UNPROCESSABLE if request.method == "POST" else 200


def show_at_once() -> None:
    """Let this process read the town anew once the change is committed; others do so within half a minute."""

    @after_this_request
    def forget(response: Response) -> Any:  # noqa: ANN401 - Flask's own kind of response
        context.tools().tenants.forget()
        return response


def _saved(form: SettingForm) -> bool:
    try:
        form.save(context.session())
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return False
    show_at_once()
    return True
