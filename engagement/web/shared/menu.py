"""The menu of a workspace: what a person may open there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, request

from engagement.kernel.permissions import Permission
from engagement.tenancy.settings import Module
from engagement.web.shared import context
from engagement.web.shared.access import mark_of
from engagement.web.shared.identity import somebody


@dataclass(frozen=True)
class Place:
    """One line of a menu.

    Args:
        endpoint: within the workspace's blueprint; its access mark says who sees the line.
        name: lazily translated.
        also: endpoints of pages below it, by how their names begin.
        module: the part of the site that it belongs to; the line is there while that is on.
    """

    endpoint: str
    name: Any
    also: tuple[str, ...] = ()
    module: Module | None = None

    def is_offered(self, blueprint: str, organisation_id: int | None = None) -> bool:
        """Tell whether the person of this request may open it, and its part of the site is on."""
        switched_on = self.module is None or context.tenant().settings.has(self.module)
        return switched_on and may_open(f"{blueprint}.{self.endpoint}", organisation_id)

    @property
    def is_here(self) -> bool:
        """Tell whether the present page is this one or below it."""
        here = (request.endpoint or "").partition(".")[2]
        return here == self.endpoint or here.startswith(self.also or ("\0",))


def may_open(endpoint: str, organisation_id: int | None = None) -> bool:
    """Tell whether the person of this request may open a page, by its access mark."""
    someone, mark = somebody(), mark_of(current_app, endpoint)
    return someone is not None and mark in set(Permission) and someone.may(Permission(str(mark)), organisation_id)
