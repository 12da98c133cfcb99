"""The order of a list: tried out in the address, looked at, then saved. No JavaScript is needed for it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.opportunities import vocabulary as service
from engagement.tenancy import words
from engagement.web.municipality import blueprint
from engagement.web.municipality.words import address_of, kind_of, seen_by_visitors
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private

MOST_DIGITS = 18


@blueprint.route("/begriffe/<kind>/reihenfolge", methods=["GET", "POST"])
@requires(Permission.TENANT_VOCABULARY_EDIT)
def word_order(kind: str) -> ResponseReturnValue:
    """Show a draft of the order (``?folge=3-1-2&hoch=1``) and how visitors would see it; save it by POST."""
    keep_private()
    chosen = kind_of(kind)
    found = {one.id: one for one in words.words_of(context.session(), chosen)}
    if request.method == "POST":
        words.order_words(context.session(), chosen, numbers(request.form.get("folge", "")) or list(found))
        flash(gettext("The new order is saved."))
        return redirect(address_of(chosen), 303)
    present = list(found)
    draft = drafted(present, numbers(request.args.get("folge", "")))
    if "abc" in request.args:
        draft = sorted(draft, key=lambda number: found[number].name.casefold())
    draft = moved(draft, request.args.get("hoch", type=int), -1)
    draft = moved(draft, request.args.get("runter", type=int), 1)
    ordered = [found[number] for number in draft]
    return render_template(
        "municipality/word_order.html",
        kind=chosen,
        words=ordered,
        order="-".join(map(str, draft)),
        changed=draft != present,
        shown=seen_by_visitors(ordered, service.uses(context.session(), chosen)),
    )


def numbers(text: str) -> list[int]:
    """Return the ids in ``3-1-2``, passing over what is none."""
    return [int(part) for part in text.split("-") if part.isascii() and part.isdigit() and len(part) <= MOST_DIGITS]


def drafted(present: list[int], wanted: list[int]) -> list[int]:
    """Return ``present`` in the order of ``wanted`` as far as it goes, each once; the others follow."""
    known = [number for number in dict.fromkeys(wanted) if number in present]
    return known + [number for number in present if number not in known]


def moved(order: list[int], number: int | None, by: int) -> list[int]:
    """Return ``order`` with ``number`` one place further up (-1) or down (1); at the end of the list it stays."""
    if number not in order:
        return order
    place = order.index(number)
    other = min(max(place + by, 0), len(order) - 1)
    changed = [*order]
    changed[place], changed[other] = changed[other], changed[place]
    return changed
