"""The words by which the municipality sorts its offers: add, rename, order, retire, merge, delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.opportunities import vocabulary as service
from engagement.opportunities.vocabulary import Uses
from engagement.tenancy import words
from engagement.tenancy.words import WordInfo, WordKind
from engagement.web.municipality import blueprint
from engagement.web.municipality.word_forms import WordForm, form_for
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private

UNPROCESSABLE = 422
WORD = "/begriffe/<kind>/<int:word_id>"


@dataclass(frozen=True)
class Shown:
    """A word as visitors would see it, for a preview."""

    name: str
    icon: str
    uses: Uses


@blueprint.get("/begriffe")
@requires(Permission.TENANT_VOCABULARY_EDIT)
def vocabulary() -> str:
    """Show the fields, with the way to the other lists."""
    return _list(WordKind.CATEGORY)


@blueprint.get("/begriffe/<kind>")
@requires(Permission.TENANT_VOCABULARY_EDIT)
def vocabulary_list(kind: str) -> str:
    """Show one list with how often each word is used."""
    return _list(kind_of(kind))


@blueprint.route("/begriffe/<kind>/neu", methods=["GET", "POST"])
@requires(Permission.TENANT_VOCABULARY_EDIT)
def word_add(kind: str) -> ResponseReturnValue:
    """Show the form for a new word and take it."""
    keep_private()
    chosen = kind_of(kind)
    form = form_for(chosen)
    if form.checked():
        try:
            words.add_word(context.session(), chosen, form.described())
        except InvalidInputError as error:
            form.take_problems(error.problems)
        else:
            flash(gettext("“%(name)s” is in the list now.", name=form.name.data))
            return redirect(address_of(chosen), 303)
    return _form(chosen, form), UNPROCESSABLE if request.method == "POST" else 200


@blueprint.route(WORD, methods=["GET", "POST"])
@requires(Permission.TENANT_VOCABULARY_EDIT)
def word(kind: str, word_id: int) -> ResponseReturnValue:
    """Show one word with all that can be done with it, and take changes."""
    keep_private()
    found = word_of(kind, word_id)
    form = form_for(found.kind, found)
    if form.checked():
        try:
            service.change_word(context.session(), found.kind, word_id, form.described())
        except InvalidInputError as error:
            form.take_problems(error.problems)
        else:
            flash(gettext("Saved. Offers and search show it at once."))
            return redirect(address_of(found.kind), 303)
    return _form(found.kind, form, found), UNPROCESSABLE if request.method == "POST" else 200


@blueprint.post(WORD + "/zurueckziehen")
@requires(Permission.TENANT_VOCABULARY_EDIT)
def word_retire(kind: str, word_id: int) -> ResponseReturnValue:
    """Offer it no longer for new things."""
    found = word_of(kind, word_id)
    words.retire_word(context.session(), found.kind, word_id)
    flash(gettext("“%(name)s” is no longer offered for new things. What has it keeps it.", name=found.name))
    return redirect(_back(found), 303)


@blueprint.post(WORD + "/wieder-anbieten")
@requires(Permission.TENANT_VOCABULARY_EDIT)
def word_bring_back(kind: str, word_id: int) -> ResponseReturnValue:
    """Offer it again."""
    found = word_of(kind, word_id)
    words.bring_back_word(context.session(), found.kind, word_id)
    flash(gettext("“%(name)s” is offered again.", name=found.name))
    return redirect(_back(found), 303)


@blueprint.route(WORD + "/zusammenlegen", methods=["GET", "POST"])
@requires(Permission.TENANT_VOCABULARY_EDIT)
def word_merge(kind: str, word_id: int) -> ResponseReturnValue:
    """Ask which word it goes into, show what would happen, then do it."""
    keep_private()
    found = word_of(kind, word_id)
    target_id = (request.form if request.method == "POST" else request.args).get("mit", type=int)
    target = words.find_word(context.session(), found.kind, target_id) if target_id not in {None, word_id} else None
    if request.method == "POST" and target is not None:
        touched = service.merge_words(context.session(), found.kind, word_id, target.id)
        flash(_merged(found, target, touched))
        return redirect(address_of(found.kind), 303)
    page = render_template("municipality/word_merge.html", **_merge_page(found, target))
    return page, UNPROCESSABLE if request.method == "POST" else 200


@blueprint.route(WORD + "/loeschen", methods=["GET", "POST"])
@requires(Permission.TENANT_VOCABULARY_EDIT)
def word_delete(kind: str, word_id: int) -> ResponseReturnValue:
    """Ask, then forget a word that nothing uses."""
    keep_private()
    found = word_of(kind, word_id)
    if request.method == "POST":
        service.delete_word(context.session(), found.kind, word_id)
        flash(gettext("“%(name)s” is deleted.", name=found.name))
        return redirect(address_of(found.kind), 303)
    used = service.uses(context.session(), found.kind).get(word_id, Uses())
    return render_template("municipality/word_delete.html", word=found, kind=found.kind, used=used)


def kind_of(kind: str) -> WordKind:
    """Return the list that an address names.

    Raises:
        NotFoundError: there is no such list.
    """
    if kind not in set(WordKind):
        raise NotFoundError
    return WordKind(kind)


def word_of(kind: str, word_id: int) -> WordInfo:
    """Return the word that an address names.

    Raises:
        NotFoundError: there is no such word.
    """
    found = words.find_word(context.session(), kind_of(kind), word_id)
    if found is None:
        raise NotFoundError
    return found


def address_of(kind: WordKind) -> str:
    """Return the address of a list."""
    if kind is WordKind.CATEGORY:
        return url_for("municipality.vocabulary")
    return url_for("municipality.vocabulary_list", kind=kind.value)


def seen_by_visitors(found: list[WordInfo], used: dict[int, Uses]) -> list[Shown]:
    """Return the words that a filter shows: those that are offered, and retired ones that something has."""
    shown = [(one, used.get(one.id, Uses())) for one in found]
    return [Shown(one.name, one.icon, number) for one, number in shown if number or one.retired_at is None]


def _list(kind: WordKind) -> str:
    keep_private()
    found, used = words.words_of(context.session(), kind), service.uses(context.session(), kind)
    return render_template(
        "municipality/words.html",
        kind=kind,
        kinds=list(WordKind),
        words=found,
        used=used,
        shown=seen_by_visitors(found, used),
        names={term.id: term.name for term in _terms(kind)},
    )


def _terms(kind: WordKind) -> tuple[Any, ...]:
    known = context.vocabulary()
    return {
        WordKind.CATEGORY: known.categories,
        WordKind.TARGET_GROUP: known.target_groups,
        WordKind.ORGANISATION_KIND: known.organisation_kinds,
        WordKind.DISTRICT: known.districts,
    }[kind]


def _form(kind: WordKind, form: WordForm, found: WordInfo | None = None) -> str:
    used = service.uses(context.session(), kind).get(found.id, Uses()) if found else Uses()
    return render_template("municipality/word.html", kind=kind, form=form, word=found, used=used)


def _merge_page(found: WordInfo, target: WordInfo | None) -> dict[str, Any]:
    session = context.session()
    every, used = words.words_of(session, found.kind), service.uses(session, found.kind)
    after = dict(used)
    if target:
        after[target.id] = service.merged_uses(session, found.kind, found.id, target.id)
    left = [one for one in every if one.id != found.id]
    return {
        "word": found,
        "kind": found.kind,
        "target": target,
        "others": left,
        "touched": used.get(found.id, Uses()),
        "shown": seen_by_visitors(left, after) if target else [],
    }


def _merged(found: WordInfo, target: WordInfo, touched: Uses) -> str:
    done = gettext("“%(name)s” is merged into “%(target)s”.", name=found.name, target=target.name)
    return " ".join((done, gettext("Nothing was lost."))) if touched else done


def _back(found: WordInfo) -> str:
    return url_for("municipality.word", kind=found.kind.value, word_id=found.id)
