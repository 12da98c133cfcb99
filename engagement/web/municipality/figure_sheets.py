"""Each figure as a sheet: what it is called, how it is defined, its table and its chart.

The page shows the table and the chart, a file the same table: what is hidden in one is hidden in the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engagement.figures.queries import Covered, Figures
from engagement.kernel.i18n import gettext, ngettext
from engagement.web.municipality import charts
from engagement.web.municipality.charts import CurveChart, MonthChart, RowChart
from engagement.web.municipality.figure_words import Cell, Column, Kind, local_day, number, on_page

A_DAY = 24
A_TENTH = 0.1


@dataclass(frozen=True)
class Sheet:
    """A figure, ready to be shown.

    Args:
        key: its name in addresses.
        definition: what exactly is counted, one paragraph each.
        headline: the one number to remember, in words.
        beside: what belongs to the headline, in small.
        chart: None where there is nothing to draw yet.
    """

    key: str
    title: str
    definition: tuple[str, ...]
    headline: str
    beside: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: MonthChart | RowChart | CurveChart | None = None


def sheets(figures: Figures) -> list[Sheet]:
    """Return all of them in the order of the page."""
    return [make(figures) for make in SHEETS.values()]


def _applications(figures: Figures) -> Sheet:
    counts = [month.total for month in figures.months]
    return Sheet(
        "anfragen",
        gettext("Requests"),
        (
            gettext("Requests of people who want to help, counted in the month in which they were confirmed. "
                    "A guest confirms with the link in the mail; what was never confirmed is not counted."),
            gettext("Requests whose data have been deleted in the meantime are still counted here."),
        ),
        on_page(figures.in_all.total, Kind.COUNT),
        gettext("in the period"),
        (Column(gettext("Month"), Kind.MONTH), Column(gettext("Requests")), Column(gettext("Accepted")),
         Column(gettext("Declined")), Column(gettext("Still open")), Column(gettext("Withdrawn"))),
        tuple((m.month, m.total, m.accepted, m.declined, m.open, m.withdrawn) for m in figures.months),
        _bar_chart(figures, counts, gettext("requests"), gettext("Requests by month.")),
    )  # fmt: skip


def _response(figures: Figures) -> Sheet:
    medians, most = [m.median_hours for m in figures.months], [m.most_hours for m in figures.months]
    whole = figures.in_all
    return Sheet(
        "antwortzeit",
        gettext("Response time"),
        (
            gettext("From the confirmed request to the first answer of the organisation. Half of the requests get "
                    "their answer within the median, nine of ten within the longer time. Hours that have begun count "
                    "whole; from two weeks on we count days."),
            gettext("Requests without an answer are not left out: they count with the time that they have waited so "
                    "far, or until they were withdrawn (Kaplan–Meier method). If too many are without an answer, the "
                    "time cannot be told yet."),
        ),
        on_page(whole.median_hours, Kind.HOURS),
        gettext("half of the requests; nine of ten: %(time)s", time=on_page(whole.most_hours, Kind.HOURS)),
        (Column(gettext("Month"), Kind.MONTH), Column(gettext("Median"), Kind.HOURS),
         Column(gettext("Nine of ten"), Kind.HOURS), Column(gettext("Without an answer"))),
        tuple((m.month, m.median_hours, m.most_hours, m.unanswered) for m in figures.months),
        charts.lines(
            figures.period.months,
            [(gettext("half of the requests (median)"), _days(medians), _day_texts(medians)),
             (gettext("nine of ten requests"), _days(most), _day_texts(most))],
            unit=gettext("days until the first answer"),
            says=gettext("Days until the first answer, by the month of the request: the median and nine of ten."),
        ) if any(medians) else None,
    )  # fmt: skip


def _acceptance(figures: Figures) -> Sheet:
    shares = [month.acceptance for month in figures.months]
    return Sheet(
        "zusagen",
        gettext("Acceptance"),
        (
            gettext("Accepted requests among those that have been decided, that is accepted or declined, by the month "
                    "of the request and as things stand today. Open and withdrawn requests are not in it."),
        ),
        on_page(figures.in_all.acceptance, Kind.SHARE),
        gettext("of the decided requests were accepted"),
        (Column(gettext("Month"), Kind.MONTH), Column(gettext("Accepted among decided"), Kind.SHARE),
         Column(gettext("Accepted")), Column(gettext("Declined"))),
        tuple((m.month, m.acceptance, m.accepted, m.declined) for m in figures.months),
        _share_chart(figures, shares, gettext("Accepted requests among the decided ones, by month.")),
    )  # fmt: skip


def _places(figures: Figures) -> Sheet:
    shares, whole = [month.rate for month in figures.filled], figures.filled_in_all
    return Sheet(
        "plaetze",
        gettext("Places filled"),
        (
            gettext("Of the offers that say how many people they look for: the places that are taken by accepted "
                    "people, among all their places. Counted in the month in which the offer was published last, "
                    "as things stand today."),
            gettext("If an offer accepts more people than it has places, only its places count."),
        ),
        on_page(whole.rate, Kind.SHARE),
        gettext("%(taken)s of %(places)s places", taken=on_page(whole.taken, Kind.COUNT), places=number(whole.places)),
        (Column(gettext("Month"), Kind.MONTH), Column(gettext("Filled"), Kind.SHARE), Column(gettext("Places taken")),
         Column(gettext("Places")), Column(gettext("Offers"))),
        tuple((m.month, m.rate, m.taken, m.places, m.offers) for m in figures.filled),
        _share_chart(figures, shares, gettext("Places taken among the places offered, by month.")),
    )  # fmt: skip


def _unserved(figures: Figures) -> Sheet:
    waiting = figures.waiting
    return Sheet(
        "ohne-anfragen",
        gettext("Offers without requests"),
        (
            gettext("Offers that everybody can see today and that have been public for at least 14 days without a "
                    "single request. Often a clearer title, a picture or a call to the organisation helps."),
        ),
        number(waiting.total),
        gettext("of %(number)s public offers", number=number(waiting.public)),
        (Column(gettext("Offer"), Kind.TEXT), Column(gettext("Organisation"), Kind.TEXT),
         Column(gettext("Public since"), Kind.DAY)),
        tuple((one.title, one.organisation_name, local_day(one.public_since)) for one in waiting.listed),
    )  # fmt: skip


def _spread(figures: Figures) -> Sheet:
    spread = figures.spread
    share = on_page(spread.share, Kind.SHARE)
    return Sheet(
        "verteilung",
        gettext("How placements are spread"),
        (
            gettext("The share of the accepted requests that goes to the tenth of the offers with the most of them. "
                    "If it is high, a few offers draw all the people and the others wait in vain."),
            gettext("Counted are the offers that could be asked for in the period, also those without requests. The "
                    "tenth is rounded up. If offers at its edge have equally many, it makes no difference which of "
                    "them are taken."),
        ),
        share,
        ngettext(
            "of the acceptances go to %(num)s of %(all)s offers",
            "of the acceptances go to %(num)s of %(all)s offers",
            spread.top_offers,
            all=number(spread.offers),
        ),
        (Column(gettext("Acceptances of an offer")), Column(gettext("Offers with so many"))),
        spread.steps,
        charts.curve(
            spread.curve,
            (spread.top_offers / spread.offers, spread.share),
            label=gettext("A tenth of the offers: %(share)s of the acceptances", share=share),
            says=gettext("The share of the acceptances that the busiest offers get, from none of the offers to all."),
        ) if spread.share is not None else None,
    )  # fmt: skip


def _categories(figures: Figures) -> Sheet:
    return _coverage(
        figures.categories,
        "felder",
        gettext("Fields"),
        (
            gettext("Offers that are public today, the organisations behind them, and the requests of the period for "
                    "offers of the field. An offer with several fields counts in each of them."),
        ),
        (gettext("Field"), gettext("Organisations with offers")),
    )  # fmt: skip


def _districts(figures: Figures) -> Sheet:
    return _coverage(
        figures.districts,
        "ortsteile",
        gettext("Parts of town"),
        (
            gettext("Offers that are public today and the requests of the period for offers in the part of town. "
                    "Organisations are the verified ones that have their address there."),
        ),
        (gettext("Part of town"), gettext("Organisations at home there")),
    )  # fmt: skip


def _active(figures: Figures) -> Sheet:
    counts = [month.active for month in figures.active]
    last = figures.active[-1]
    return Sheet(
        "aktive-organisationen",
        gettext("Active organisations"),
        (
            gettext("Organisations that answered a request, published an offer or stood by one in the month; each "
                    "counts once a month. Verified organisations: those that had been verified by the end of the "
                    "month and still are, of the whole town."),
        ),
        number(last.active),
        gettext("in %(month)s, of %(number)s verified ones", month=on_page(last.month, Kind.MONTH),
                number=number(last.verified)),
        (Column(gettext("Month"), Kind.MONTH), Column(gettext("Active organisations")),
         Column(gettext("Verified organisations"))),
        tuple((one.month, one.active, one.verified) for one in figures.active),
        _bar_chart(figures, counts, gettext("organisations"), gettext("Active organisations by month.")),
    )  # fmt: skip


SHEETS: dict[str, Callable[[Figures], Sheet]] = {
    "anfragen": _applications,
    "antwortzeit": _response,
    "zusagen": _acceptance,
    "plaetze": _places,
    "ohne-anfragen": _unserved,
    "verteilung": _spread,
    "felder": _categories,
    "ortsteile": _districts,
    "aktive-organisationen": _active,
}


def _coverage(
    covered: tuple[Covered, ...], key: str, title: str, definition: tuple[str, ...], heads: tuple[str, str]
) -> Sheet:
    elsewhere = gettext("From home, or without a part of town")
    named = [(row.term.name if row.term else elsewhere, row) for row in covered]
    gaps = sum(row.is_gap for row in covered)
    return Sheet(
        key,
        title,
        definition,
        number(gaps),
        ngettext("is without an offer", "are without an offer", gaps),
        (Column(heads[0], Kind.TEXT), Column(gettext("Offers")), Column(heads[1]), Column(gettext("Requests"))),
        tuple((name, row.offers, row.organisations, row.applications) for name, row in named),
        charts.rows(
            [(name, row.offers, row.applications) for name, row in named],
            [on_page(row.applications, Kind.COUNT) for row in covered],
            names=(gettext("Offers"), gettext("Requests")),
            says=gettext("Offers and requests side by side: %(title)s.", title=title),
        ),
    )


def _share_chart(figures: Figures, shares: list[float | None], says: str) -> MonthChart | None:
    percents = [None if share is None else round(100 * share) for share in shares]
    return _bar_chart(figures, percents, gettext("per cent"), says)


def _bar_chart(figures: Figures, values: Sequence[int | None], unit: str, says: str) -> MonthChart | None:
    """Return bars if there is one to see."""
    if not any(values):
        return None
    return charts.bars(figures.period.months, values, _texts(values), unit=unit, says=says)


def _texts(values: Sequence[int | None]) -> list[str]:
    return ["" if value is None else number(value) for value in values]


def _days(hours: list[int | None]) -> list[float | None]:
    return [None if value is None else round(value / A_DAY, 1) for value in hours]


def _day_texts(hours: list[int | None]) -> list[str]:
    return ["" if days is None else number(days) for days in _days(hours)]
