"""Leave to enter a tenant: asked for with a reason, handed over by a link, revoked."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.audit import record_for_installation
from engagement.kernel.errors import InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.operators import entries as service
from engagement.operators.queries import EntryInfo, find_entry
from engagement.tenancy.queries import TenantInfo
from engagement.web.operator import blueprint
from engagement.web.operator.forms import EntryForm
from engagement.web.operator.scope import inside, office, town
from engagement.web.shared import context
from engagement.web.shared.access import requires

UNPROCESSABLE = 422


@blueprint.route("/<slug>/betreten", methods=["GET", "POST"])
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def enter(slug: str) -> ResponseReturnValue:
    """Ask what for and for how long."""
    tenant, form = town(slug), EntryForm()
    if form.checked() and (entry_id := _allowed(form, tenant)):
        return redirect(url_for("operator.entry", slug=slug, entry_id=entry_id), 303)
    page = render_template("operator/enter.html", town=tenant, form=form)
    return page, UNPROCESSABLE if request.method == "POST" else 200


@blueprint.get("/<slug>/eintritte/<int:entry_id>")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def entry(slug: str, entry_id: int) -> ResponseReturnValue:
    """Show the link that leads inside; only to the operator who asked for it."""
    tenant = town(slug)
    found = _entry(tenant, entry_id)
    link = ""
    if found.operator_id == office().operator_id and found.began_at is None and not found.is_over:
        link = context.tools().links.absolute(tenant.host, service.hand_over_path(context.tools().signer, found))
    return render_template("operator/entry.html", town=tenant, entry=found, link=link)


@blueprint.post("/<slug>/eintritte/<int:entry_id>/beenden")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def entry_end(slug: str, entry_id: int) -> ResponseReturnValue:
    """Revoke an entry, one's own or a colleague's."""
    tenant = town(slug)
    with inside(tenant.id) as session:
        ended = service.end_entry(session, entry_id)
    if ended:
        details = {"entry": entry_id}
        record_for_installation(
            context.session(), "entry.revoke", tenant_id=tenant.id, tenant_slug=tenant.slug, details=details
        )
    flash(gettext("The entry is over. Nobody can act by it any more."))
    return redirect(url_for("operator.town_page", slug=slug), 303)


def _allowed(form: EntryForm, tenant: TenantInfo) -> int | None:
    try:
        return service.allow_entry(
            context.session(),
            office(),
            tenant,
            reason=form.reason.data or "",
            minutes=form.minutes.data,
        )
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return None


def _entry(tenant: TenantInfo, entry_id: int) -> EntryInfo:
    found = find_entry(context.session(), entry_id)
    if found is None or found.tenant_id != tenant.id:
        raise NotFoundError
    return found
