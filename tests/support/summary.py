"""What a run has proved, told at its end: visible in every log, also with several workers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

MATRIX = "access matrix"
UNMARKED = "unmarked endpoints"


def lines(reports: Iterable[Any]) -> list[str]:
    """Return one line about the access matrix, if it was run."""
    noted = [entry for report in reports if report.when == "call" for entry in report.user_properties]
    tried = [value for name, value in noted if name == MATRIX]
    if not tried:
        return []
    routes, roles = len({route for route, _, _ in tried}), max(roles for _, roles, _ in tried)
    checks = sum(checks for _, _, checks in tried)
    unmarked = [str(value) for name, value in noted if name == UNMARKED]
    told = f", {unmarked[0]} unmarked endpoints" if unmarked else ""
    return [f"Access matrix: {routes} routes, {roles} roles, {checks} checks{told}"]
