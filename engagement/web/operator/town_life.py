"""What can be done to a tenant as a whole: suspended, put on again, deleted after a wait, given other addresses."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.tenancy import hosts, lifecycle, overview
from engagement.tenancy.overview import TenantStatus
from engagement.web.operator import blueprint
from engagement.web.operator.forms import DeletionForm, HostForm, SuspensionForm
from engagement.web.operator.towns import show_town
from engagement.web.shared import context
from engagement.web.shared.access import requires

UNPROCESSABLE = 422


@blueprint.route("/<slug>/sperren", methods=["GET", "POST"])
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def suspend(slug: str) -> ResponseReturnValue:
    """Say what will happen, then take the site off."""
    town, form = _status(slug), SuspensionForm()
    if form.checked():
        lifecycle.suspend(context.session(), town.id, form.reason.data or "")
        return _done(slug, gettext("%(name)s is suspended. Its site says so to visitors.", name=town.name))
    return _asked("operator/suspend.html", town, form)


@blueprint.post("/<slug>/fortsetzen")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def resume(slug: str) -> ResponseReturnValue:
    """Put the site on again."""
    town = _status(slug)
    lifecycle.resume(context.session(), town.id)
    return _done(slug, gettext("%(name)s is on again.", name=town.name))


@blueprint.route("/<slug>/loeschen", methods=["GET", "POST"])
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def delete(slug: str) -> ResponseReturnValue:
    """Say what will happen, have the name typed, then take the site off and let the waiting period begin."""
    town = _status(slug)
    form = DeletionForm(slug)
    if form.checked():
        lifecycle.request_deletion(context.session(), town.id, waiting_days=form.days.data)
        return _done(
            slug, gettext("%(name)s is off and waits to be deleted. Until then you can undo it.", name=town.name)
        )
    return _asked("operator/delete.html", town, form)


@blueprint.post("/<slug>/loeschen/abbrechen")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def keep(slug: str) -> ResponseReturnValue:
    """Call the deletion off."""
    town = _status(slug)
    lifecycle.cancel_deletion(context.session(), town.id)
    return _done(slug, gettext("%(name)s stays.", name=town.name))


@blueprint.post("/<slug>/adressen")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def host_add(slug: str) -> ResponseReturnValue:
    """Let the town answer on one more host name."""
    town, form = _status(slug), HostForm()
    try:
        if form.checked():
            name = hosts.add_host(context.session(), town.id, form.host.data or "")
            return _done(slug, gettext("%(name)s answers on %(host)s too.", name=town.name, host=name))
    except InvalidInputError as error:
        form.take_problems(error.problems)
    except ConflictError as error:
        form.take_problems({"host": str(error)})
    return show_town(slug, form), UNPROCESSABLE


@blueprint.post("/<slug>/adressen/<host>/hauptadresse")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def host_canonical(slug: str, host: str) -> ResponseReturnValue:
    """Use it in all links from now on."""
    hosts.make_canonical(context.session(), _status(slug).id, host)
    return _done(slug, gettext("All links lead to %(host)s from now on.", host=host))


@blueprint.route("/<slug>/adressen/<host>/entfernen", methods=["GET", "POST"])
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def host_remove(slug: str, host: str) -> ResponseReturnValue:
    """Say what will happen, then let the town answer there no more."""
    town = _status(slug)
    if host not in town.hosts:
        raise NotFoundError
    if request.method == "POST":
        hosts.remove_host(context.session(), town.id, host)
        return _done(slug, gettext("%(name)s answers on %(host)s no more.", name=town.name, host=host))
    return render_template("operator/host_remove.html", town=town, host=host)


def _status(slug: str) -> TenantStatus:
    found = overview.find_tenant_by_slug(context.session(), slug)
    if found is None:
        raise NotFoundError
    return found


def _asked(template: str, town: TenantStatus, form: SuspensionForm | DeletionForm) -> ResponseReturnValue:
    return render_template(template, town=town, form=form), UNPROCESSABLE if request.method == "POST" else 200


def _done(slug: str, told: str) -> ResponseReturnValue:
    """Tell it, and let this process look at its tenants anew; others do within half a minute."""
    context.tools().tenants.forget()
    flash(told)
    return redirect(url_for("operator.town_page", slug=slug), 303)
