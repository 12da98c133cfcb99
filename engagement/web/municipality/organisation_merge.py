"""Two entries of the same organisation become one: choose the other, see both side by side, confirm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.organisations.kinds import Verification
from engagement.organisations.likeness import Features, alike_in_register
from engagement.organisations.queries import OrganisationInfo, find_organisation
from engagement.register import queries
from engagement.register.merging import Part, Plan, merge, plan
from engagement.register.queries import Asked
from engagement.web.municipality import blueprint
from engagement.web.municipality.organisation import back_to, organisation_of
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.post import postbox

LONGEST_SEARCH = 200
MOST_FOUND = 10


@blueprint.get("/organisationen/<int:organisation_id>/zusammenfuehren")
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisation_merge(organisation_id: int) -> ResponseReturnValue:
    """Choose the other entry, then what of both is kept."""
    keep_private()
    found, other = _living(organisation_id), _other(organisation_id)
    if other is None:
        return _choose(found)
    return render_template(
        "municipality/organisation_merge.html",
        plan=plan(context.session(), organisation_id, other.id),
        parts=_parts(found, other),
    )


@blueprint.route("/organisationen/<int:organisation_id>/zusammenfuehren/pruefen", methods=["GET", "POST"])
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisation_merge_check(organisation_id: int) -> ResponseReturnValue:
    """Say exactly what will happen, and do it once the question was answered with a click."""
    keep_private()
    _living(organisation_id)
    other = _other(organisation_id)
    if other is None:
        return redirect(url_for("municipality.organisation_merge", organisation_id=organisation_id), 303)
    stays, goes, taken = _decided(organisation_id, other.id)
    if request.method == "POST" and request.form.get("sure"):
        merge(context.session(), postbox(), stays, goes, taken)
        flash(gettext("The two entries are one now. The people of both get a mail."))
        return back_to(stays)
    found: Plan = plan(context.session(), stays, goes)
    words = {part: name for part, name, *_ in _parts(found.survivor.organisation, found.absorbed.organisation)}
    page = render_template(
        "municipality/organisation_merge_check.html",
        organisation_id=organisation_id,
        plan=found,
        other_id=other.id,
        taken=[(part, words[part]) for part in Part if part in taken and part in words],
        stays=stays,
    )
    return page, 422 if request.method == "POST" else 200


def _choose(found: OrganisationInfo) -> str:
    session = context.session()
    search = request.args.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    own = {name: getattr(found, name) for name in Features.__dataclass_fields__}
    hits = queries.entries(session, Asked(text=search), per_page=MOST_FOUND) if search else []
    return render_template(
        "municipality/organisation_merge_choose.html",
        organisation=found,
        alike=alike_in_register(session, Features(**own), but=found.id),
        search=search,
        found=[one for one in hits if one.id != found.id],
    )


def _decided(organisation_id: int, other_id: int) -> tuple[int, int, frozenset[Part]]:
    """Return which entry stays, which goes, and what the one that stays takes over from the other."""
    stays = other_id if request.values.get("bleibt", type=int) == other_id else organisation_id
    goes = organisation_id if stays == other_id else other_id
    return stays, goes, frozenset(part for part in Part if _chosen(part, stays) == goes)


def _chosen(part: Part, default: int) -> int:
    return request.values.get(part.value, default, type=int)


def _parts(left: OrganisationInfo, right: OrganisationInfo) -> list[tuple[Part, str, Any, Any]]:
    """Return what differs between two entries, by name, as each has it."""
    words: dict[Part, tuple[str, Callable[[OrganisationInfo], str]]] = {
        Part.NAME: (gettext("Name"), lambda one: one.name),
        Part.KIND: (gettext("Kind"), lambda one: one.kind),
        Part.DESCRIPTION: (
            gettext("Description of itself"),
            lambda one: "\n\n".join(filter(None, (one.summary, one.description))),
        ),
        Part.ADDRESS: (gettext("Address"), _address),
        Part.CONTACT: (gettext("Contact"), lambda one: one.contact_name),
        Part.EMAIL: (gettext("E-mail address"), lambda one: one.email),
        Part.PHONE: (gettext("Phone"), lambda one: one.phone),
        Part.WEBSITE: (gettext("Website"), lambda one: "\n".join(filter(None, (one.website, *one.links)))),
        Part.LOGO: (gettext("Logo"), lambda one: one.logo_sha256),
        Part.PICTURE: (gettext("Picture"), lambda one: one.picture_sha256),
        Part.FOUNDED: (gettext("Founded in"), lambda one: str(one.founded_year or "")),
    }
    rows = [(part, name, of(left), of(right)) for part, (name, of) in words.items()]
    return [row for row in rows if row[2] != row[3]]


def _address(one: OrganisationInfo) -> str:
    town = " ".join(part for part in (one.postcode, one.city) if part)
    return ", ".join(part for part in (one.street, town, one.district) if part)


def _other(organisation_id: int) -> OrganisationInfo | None:
    """Return the other entry that was chosen, None if none was.

    Raises:
        NotFoundError: there is no such entry, or it cannot be merged.
    """
    number = request.values.get("mit", type=int)
    if number is None:
        return None
    found = find_organisation(context.session(), number)
    if found is None or found.id == organisation_id or found.verification is Verification.MERGED:
        raise NotFoundError
    return found


def _living(organisation_id: int) -> OrganisationInfo:
    found = organisation_of(organisation_id)
    if found.verification is Verification.MERGED:
        raise NotFoundError
    return found
