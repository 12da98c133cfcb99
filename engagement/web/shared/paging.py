"""Which page numbers a long list shows."""

from __future__ import annotations

from collections.abc import Mapping

LAST_PAGE = 10_000
AROUND = 1
"""Pages shown on each side of the present one."""


def asked_page(arguments: Mapping[str, str]) -> int:
    """Return the page that the arguments of an address ask for (``seite``), 1 if they ask for none or nonsense."""
    asked = arguments.get("seite", "")
    return max(1, min(int(asked), LAST_PAGE)) if asked.isdecimal() and len(asked) < 9 else 1  # noqa: PLR2004


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
