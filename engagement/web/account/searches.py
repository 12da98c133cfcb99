"""A signed-in citizen's saved searches."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.alerts import queries, service
from engagement.kernel.errors import NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.web.account import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import person
from engagement.web.shared.searches import Addresses, in_words, manage


@blueprint.get("/konto/suchen")
@requires(Permission.OWN_ACCOUNT_MANAGE)
def searches() -> ResponseReturnValue:
    """List what the person wants to be told of."""
    keep_private()
    found = queries.searches_of_account(context.session(), person().account_id)
    return render_template("account/searches.html", searches=[(one, in_words(one)) for one in found])


@blueprint.route("/konto/suchen/<int:search_id>", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT_MANAGE)
def saved_search(search_id: int) -> ResponseReturnValue:
    """Show one and change it."""
    keep_private()
    info = _own(search_id)
    here, end = (url_for(name, search_id=info.id) for name in ("account.saved_search", "account.delete_search"))
    return manage(info, Addresses(here, end, url_for("account.searches")))


@blueprint.route("/konto/suchen/<int:search_id>/loeschen", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT_MANAGE)
def delete_search(search_id: int) -> ResponseReturnValue:
    """Ask, then delete."""
    keep_private()
    info = _own(search_id)
    if request.method != "POST":
        return render_template("account/delete_search.html", search=info)
    service.delete_search(context.session(), info.id)
    flash(gettext("The saved search is deleted."))
    return redirect(url_for("account.searches"), 303)


def _own(search_id: int) -> queries.SearchInfo:
    found = queries.search_of_account(context.session(), person().account_id, search_id)
    if found is None:
        raise NotFoundError
    return found
