"""The pages of a long list: how many there are, which one is shown, and which numbers lead to others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engagement.web.shared.numbers import whole_number

LAST_PAGE = 10_000
AROUND = 1
"""Pages shown on each side of the present one."""


@dataclass(frozen=True)
class Paged:
    """Where in a long list a page is.

    Args:
        page: the one that is shown; the first is 1.
        pages: how many there are, at least one.
    """

    page: int
    pages: int

    @property
    def numbers(self) -> list[int | None]:
        """Return the numbers to show; see ``page_numbers``."""
        return page_numbers(self.page, self.pages)


def paged(arguments: Mapping[str, str], total: int, per_page: int) -> Paged:
    """Return the page that the arguments of an address ask for, the last one if there are not so many.

    Args:
        arguments: of the address.
        total: how long the list is.
        per_page: how much of it a page shows.
    """
    return nearest_page(asked_page(arguments), total, per_page)


def nearest_page(asked: int, total: int, per_page: int) -> Paged:
    """Return the page with this number, or the last one of a list that is too short for it."""
    pages = max(1, -(-total // per_page))
    return Paged(min(asked, pages), pages)


def asked_page(arguments: Mapping[str, str]) -> int:
    """Return the page that the arguments of an address ask for (``seite``), 1 if they ask for none or nonsense."""
    return max(1, min(whole_number(arguments.get("seite", "")) or 1, LAST_PAGE))


def page_numbers(page: int, pages: int) -> list[int | None]:
    """Return the first, the last and the pages around the present one; None stands for those left out.

    A gap of a single page is filled with its number, which takes no more room.
    """
    shown = {1, pages, *range(page - AROUND, page + AROUND + 1)}
    shown |= {2} if {1, 3} <= shown else set()
    shown |= {pages - 1} if {pages, pages - 2} <= shown else set()
    numbers: list[int | None] = []
    for number in sorted(number for number in shown if 1 <= number <= pages):
        last = numbers[-1] if numbers else None
        if last is not None and number - last > 1:
            numbers.append(None)
        numbers.append(number)
    return numbers
