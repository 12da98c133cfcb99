"""The words of the search: which of the product's groups count here, and the groups that the municipality adds."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, TextAreaField

from engagement.catalogue import groups
from engagement.catalogue.groups import GroupValues, OwnGroup
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.web.municipality import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.forms import BaseForm, Longest, Required
from engagement.web.shared.headers import keep_private
from engagement.web.shared.paging import asked_page, page_numbers

PER_PAGE = 25
LONGEST_SEARCH = 60
LONGEST_LIST = 2500
UNPROCESSABLE = 422


class SearchGroupForm(BaseForm):
    """A group of words of the municipality's own."""

    typed = TextAreaField(
        lazy_gettext("Whoever types one of these words"), validators=[Required(), Longest(LONGEST_LIST)]
    )
    found = TextAreaField(lazy_gettext("also finds these words"), validators=[Required(), Longest(LONGEST_LIST)])
    both_ways = BooleanField(lazy_gettext("And the other way round: the words mean the same"))

    def described(self) -> GroupValues:
        """Return what was entered."""
        return GroupValues(self.typed.data or "", self.found.data or "", self.both_ways.data)


@blueprint.get("/suche")
@requires(Permission.TENANT_VOCABULARY_EDIT)
def search_words() -> str:
    """List the municipality's own groups and those of the product."""
    keep_private()
    session, looked_for = context.session(), request.args.get("q", "")[:LONGEST_SEARCH].strip()
    found = groups.groups_of_product(session, looked_for)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(asked_page(request.args), pages)
    return render_template(
        "municipality/search_words.html",
        own=groups.own_groups(session),
        found=found[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(found),
        looked_for=looked_for,
        page=page,
        pages=pages,
        numbers=page_numbers(page, pages),
    )


@blueprint.post("/suche/gruppen/<group_key>")
@requires(Permission.TENANT_VOCABULARY_EDIT)
def search_words_switch(group_key: str) -> ResponseReturnValue:
    """Let a group of the product count no longer, or again."""
    looked_for = request.form.get("q", "")[:LONGEST_SEARCH]
    if request.form.get("do") == "on":
        groups.switch_on(context.session(), group_key)
        flash(gettext("The group counts again. The search knows it at once."))
    else:
        groups.switch_off(context.session(), group_key)
        flash(gettext("The group is switched off. The search knows it at once."))
    page = asked_page(request.form)
    back = url_for("municipality.search_words", q=looked_for or None, seite=page if page > 1 else None)
    return redirect(f"{back}#gruppe-{group_key}", 303)


@blueprint.route("/suche/neu", methods=["GET", "POST"])
@requires(Permission.TENANT_VOCABULARY_EDIT)
def search_words_add() -> ResponseReturnValue:
    """Show the form for a new group and take it."""
    keep_private()
    form = SearchGroupForm()
    if form.checked():
        try:
            groups.add_group(context.session(), form.described())
        except InvalidInputError as error:
            form.take_problems(error.problems)
        except ConflictError as error:
            form.form_errors.append(str(error))
        else:
            return _saved()
    return _form(form, None)


@blueprint.route("/suche/<int:group_id>", methods=["GET", "POST"])
@requires(Permission.TENANT_VOCABULARY_EDIT)
def search_words_change(group_id: int) -> ResponseReturnValue:
    """Show a group of the municipality's own and take changes."""
    keep_private()
    found = _group_of(group_id)
    form = SearchGroupForm(typed="\n".join(found.typed), found="\n".join(found.found), both_ways=found.both_ways)
    if form.checked():
        try:
            groups.change_group(context.session(), group_id, form.described())
        except InvalidInputError as error:
            form.take_problems(error.problems)
        else:
            return _saved()
    return _form(form, found)


@blueprint.route("/suche/<int:group_id>/loeschen", methods=["GET", "POST"])
@requires(Permission.TENANT_VOCABULARY_EDIT)
def search_words_delete(group_id: int) -> ResponseReturnValue:
    """Ask, then forget a group of the municipality's own."""
    keep_private()
    found = _group_of(group_id)
    if request.method == "POST":
        groups.delete_group(context.session(), group_id)
        flash(gettext("The group is deleted. The search knows it at once."))
        return redirect(url_for("municipality.search_words"), 303)
    return render_template("municipality/search_words_delete.html", group=found)


def _group_of(group_id: int) -> OwnGroup:
    found = groups.find_group(context.session(), group_id)
    if found is None:
        raise NotFoundError
    return found


def _saved() -> ResponseReturnValue:
    flash(gettext("Saved. The search knows it at once."))
    return redirect(url_for("municipality.search_words"), 303)


def _form(form: SearchGroupForm, found: OwnGroup | None) -> ResponseReturnValue:
    page = render_template("municipality/search_words_edit.html", form=form, group=found)
    return page, UNPROCESSABLE if form.errors else 200
