"""Starting a town with what another one has made of its words, look and rules; never with anything about people.

A table is part of it if its model says so (``{"info": HANDED_ON}``). Its rows are read and written like those of an
archive, so a new column comes along by itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from enum import Enum

from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

from engagement.kernel.db import tenant_of
from engagement.tenancy.archive import tables
from engagement.tenancy.models import HANDED_ON
from engagement.tenancy.queries import TenantInfo, own_tenant
from engagement.tenancy.service import NewTenant, change_settings
from engagement.tenancy.settings import TenantSettings


@dataclass(frozen=True)
class Template:
    """What one town hands on to another; ``rows`` holds lines by table."""

    town: TenantInfo
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def template_tables() -> list[Table]:
    """Return the tables that are handed on, parents first."""
    return [table for table in tables.owned_tables() if HANDED_ON.items() <= table.info.items()]


def read_template(session: Session) -> Template:
    """Read what the session's tenant hands on."""
    tenant_id = tenant_of(session)
    rows = {table.name: session.scalars(tables.lines_of(table, tenant_id)).all() for table in template_tables()}
    return Template(own_tenant(session), tuple((name, tuple(lines)) for name, lines in rows.items()))


def with_look(new: NewTenant, template: Template) -> NewTenant:
    """Return ``new`` with the words and colours of the template's town where it has none of its own."""
    town, default = template.town, NewTenant("", "", ())
    look = {name: getattr(town, name) for name in ("brand_colour", "accent_colour")}
    words = {name: renamed(getattr(town, name), town, new.name) for name in ("claim", "introduction")}
    offered = {name: value for name, value in (look | words).items() if getattr(new, name) == getattr(default, name)}
    return replace(new, categories=(), target_groups=(), organisation_kinds=(), **offered)


def apply_template(session: Session, template: Template, name: str) -> None:
    """Give the session's tenant, just made and called ``name``, the words and rules of the template."""
    fixed = json.dumps({"tenant_id": tenant_of(session)})
    by_name = {table.name: table for table in template_tables()}
    for table, lines in template.rows:
        told = [renamed(line, template.town, json.dumps(name, ensure_ascii=False)[1:-1]) for line in lines]
        session.execute(text(tables.insert_lines(by_name[table])), {"lines": "\n".join(told), "fixed": fixed})
    session.execute(select(func.advance_identities()))
    change_settings(session, rules_of(template.town.settings))


def rules_of(settings: TenantSettings) -> TenantSettings:
    """Return the decisions without free words, which may name the town or a person of it."""
    kept = {name: value for name, value in settings if not isinstance(value, str) or isinstance(value, Enum)}
    return TenantSettings(**kept)


def renamed(words: str, town: TenantInfo, name: str) -> str:
    """Return ``words`` with the name of the template's town replaced."""
    return re.sub(rf"\b{re.escape(town.name)}\b", lambda _: name, words)
