"""The directory of organisations: search, filters, pages. Everything is in the address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from engagement.directory.queries import PER_PAGE, DirectoryQuery, Tally, Wish, listed, tally, without_each
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.neighbours.queries import Town
from engagement.tenancy.queries import Term, Vocabulary
from engagement.tenancy.settings import Module
from engagement.web.public import blueprint
from engagement.web.public.panel import Choice, Group
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.chips import taken_away
from engagement.web.shared.directory import BY_NAME, Directory, Looser, chips_of, loosened, order_names, read_directory
from engagement.web.shared.neighbours import neighbours_of_tenant
from engagement.web.shared.paging import nearest_page

MOST_HINTS = 4
LETTERS_FROM = 2
"""Pages of a list from which on one wants to jump in it."""


@dataclass(frozen=True)
class Panel:
    """The filters that the form offers."""

    categories: Group
    kinds: Group
    districts: Group
    now: tuple[Group, ...]


@dataclass(frozen=True)
class Letter:
    """A letter that names begin with, and the address of the first of them."""

    name: str
    address: str


@dataclass(frozen=True)
class WayOut:
    """What an empty directory has to offer: what to leave out, and the directories of neighbouring towns."""

    hints: tuple[tuple[Looser, int], ...] = ()
    towns: tuple[tuple[str, str], ...] = ()


@blueprint.get("/organisationen")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def organisations() -> str:
    """Show the organisations that fit, the form to narrow them down, and a way out if there are none."""
    words, session = context.vocabulary(), context.session()
    asked = read_directory(request.args, words)
    counts = tally(session, asked.query(), words)
    at = nearest_page(asked.page, counts.total, PER_PAGE)
    query = asked.query(page=at.page)
    arguments = asked.arguments()
    return render_template(
        "public/organisations.html",
        words=words,
        asked=asked,
        found=listed(session, query, words) if counts.total else [],
        total=counts.total,
        paged=at,
        panel=_panel(asked, words, counts),
        orders=order_names(has_words=bool(asked.text)),
        anchor=anchor,
        chips=[(chip, taken_away(arguments, chip)) for chip in chips_of(asked)],
        letters=_letters(asked, counts) if at.pages >= LETTERS_FROM else [],
        way_out=WayOut() if counts.total else _way_out(asked, query, words),
        registers=context.tenant().settings.has(Module.ORGANISATION_REGISTRATION),
    )


def _panel(asked: Directory, words: Vocabulary, counts: Tally) -> Panel:
    def terms(name: str, legend: str, wish: Wish, known: Iterable[Term], active: tuple[Term, ...]) -> Group:
        chosen = {term.id for term in active}
        made = (Choice(one.slug, one.name, counts.of(wish, one.id), one.id in chosen) for one in known)
        return Group(name, legend, tuple(made)).used()

    def tick(name: str, label: str, wish: Wish, *, active: bool) -> Group:
        return Group(name, "", (Choice("1", label, counts.of(wish, 1), active),)).used()

    return Panel(
        categories=terms("kategorie", gettext("Field"), Wish.CATEGORY, words.categories, asked.categories),
        kinds=terms("art", gettext("Kind"), Wish.KIND, words.organisation_kinds, asked.kinds),
        districts=terms("ortsteil", gettext("Part of town"), Wish.DISTRICT, words.districts, asked.districts),
        now=(
            tick("angebote", gettext("With offers now"), Wish.OFFERS, active=asked.offers),
            tick("schnuppern", gettext("With a first look"), Wish.TASTER, active=asked.taster),
        ),
    )


def _letters(asked: Directory, counts: Tally) -> list[Letter]:
    """Return where each letter begins, as long as the list is in the order of names."""
    if asked.text or asked.order != BY_NAME:
        return []
    letters, before = [], 0
    for name, number in counts.letters.items():
        page = before // PER_PAGE + 1
        values: dict[str, Any] = {**asked.arguments(), **({"seite": page} if page > 1 else {})}
        address = url_for("public.organisations", **values)
        letters.append(Letter(name, f"{address}#{anchor(name)}"))
        before += number
    return letters


def anchor(letter: str) -> str:
    """Return the fragment of a letter's first name."""
    return f"buchstabe-{letter.lower() if letter.isalpha() else 'ziffer'}"


def _way_out(asked: Directory, query: DirectoryQuery, words: Vocabulary) -> WayOut:
    looser = loosened(asked)
    totals = without_each(context.session(), query, words, [one.wishes for one in looser])
    hints = [(one, total) for one, total in zip(looser, totals, strict=True) if total]
    towns = [(one.name, _directory_of(one.town)) for one in neighbours_of_tenant().values()]
    return WayOut(tuple(hints[:MOST_HINTS]), tuple(towns))


def _directory_of(town: Town) -> str:
    return context.tools().links.absolute(town.host, url_for("public.organisations"))
