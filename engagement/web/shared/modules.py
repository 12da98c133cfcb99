"""Parts of the site that a municipality can switch off: a page of one that is off is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import abort

from engagement.tenancy.settings import Module
from engagement.web.shared.context import tenant

View = TypeVar("View", bound=Callable[..., Any])


def part_of(module: Module) -> Callable[[View], View]:
    """Let a view answer 404 where the town has switched ``module`` off; stands beside ``@requires``, in either order.

    Templates ask ``"reports" in tenant.settings.modules`` before they link to such a page.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:  # noqa: ANN401 - whatever the view takes and returns
            if not tenant().settings.has(module):
                abort(404)
            return view(*args, **values)

        return guarded  # type: ignore[return-value]  # wraps() keeps what it is

    return guard
