"""Setting a new town up: a working site and a mail to its first admin, in one transaction."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.accounts.founding import FirstAdmin, found_town
from engagement.kernel.errors import ConflictError, InvalidInputError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.slugs import slugify
from engagement.mail.service import Postbox
from engagement.tenancy.hosts import normalise_host
from engagement.tenancy.queries import TenantInfo
from engagement.tenancy.service import NewTenant
from engagement.tenancy.vocabulary import german_words
from engagement.web.operator import blueprint
from engagement.web.operator.forms import TownForm
from engagement.web.shared import context
from engagement.web.shared.access import requires

UNPROCESSABLE = 422


@blueprint.route("/neu", methods=["GET", "POST"])
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def new_town() -> ResponseReturnValue:
    """Ask for what it takes, and make the town."""
    form = TownForm()
    if form.checked() and _founded(form):
        flash(
            gettext(
                "%(name)s is set up. A link to sign in goes to %(email)s.", name=form.name.data, email=form.admin.data
            )
        )
        return redirect(url_for("operator.town_page", slug=_slug(form)), 303)
    return render_template("operator/new_town.html", form=form), UNPROCESSABLE if request.method == "POST" else 200


def _founded(form: TownForm) -> bool:
    try:
        found_town(
            context.session(), _wanted(form), FirstAdmin(form.admin.data or "", form.admin_name.data or ""), _post
        )
    except ConflictError:
        taken = gettext("A town has this short name or this address already.")
        form.take_problems({"slug": taken, "host": taken})
        return False
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return False
    return True


def _wanted(form: TownForm) -> NewTenant:
    words = german_words()
    return NewTenant(
        slug=_slug(form),
        name=form.name.data or "",
        hosts=(normalise_host(form.host.data or ""),),
        platform_name=form.platform_name.data or "",
        postal_address=form.postal_address.data or "",
        contact_email=form.admin.data or "",
        official_key=form.official_key.data or form.federal_state.data or "",
        categories=words.categories,
        target_groups=words.target_groups,
        organisation_kinds=words.organisation_kinds,
    )


def _slug(form: TownForm) -> str:
    return form.slug.data or slugify(form.name.data or "")


def _post(tenant: TenantInfo) -> Postbox:
    kit = context.tools()
    return Postbox(tenant=tenant, links=kit.links, default_sender=kit.settings.mail_from, signer=kit.signer)
