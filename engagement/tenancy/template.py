"""Starting a town with what another one has made of its words, look and rules; never with anything about people.

A table is part of it if its model says so (``{"info": HANDED_ON}``). Its rows are read and written like those of an
archive, so a new column comes along by itself. The town's name is replaced by the new one. What still seems to tell of
the town then stays behind, since a wrong address on a new site is worse than an empty place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from sqlalchemy import DateTime, Table, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from engagement.kernel.db import tenant_of
from engagement.kernel.slugs import slugify
from engagement.tenancy.archive import tables
from engagement.tenancy.models import HANDED_ON, Branding, District
from engagement.tenancy.queries import TenantInfo, own_tenant
from engagement.tenancy.service import NewTenant, change_settings
from engagement.tenancy.settings import TenantSettings

COLOURS = ("brand_colour", "accent_colour")
OF_TENANT = ("claim", "introduction")
OF_HOME = ("headline", "box_title", "box_text")
_FACT = re.compile(r"@|https?:|\bwww\.|\d{3}", re.IGNORECASE)
"""An address, a telephone number, a postcode or a year."""


@dataclass(frozen=True)
class Template:
    """What one town hands on to another.

    Args:
        town: the one that hands on.
        rows: lines by table.
        words: of its home page, by the name of their column.
        left_out: how the texts begin that stay behind, since they seem to tell of the town.
    """

    town: TenantInfo
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    words: Mapping[str, str]
    left_out: tuple[str, ...] = ()


def template_tables() -> list[Table]:
    """Return the tables that are handed on, parents first."""
    return [table for table in tables.owned_tables() if HANDED_ON.items() <= table.info.items()]


def read_template(session: Session) -> Template:
    """Read what the session's tenant hands on."""
    tenant_id, town = tenant_of(session), own_tenant(session)
    telling = _telling(town, session.scalars(select(District.name)))
    rows, left_out = [], []
    for table in template_tables():
        lines = session.scalars(tables.lines_of(table, tenant_id)).all()
        told = {line: _texts(table, line) for line in lines}
        stay = [line for line in lines if any(map(telling, map(_nameless(town), told[line])))]
        rows.append((table.name, tuple(line for line in lines if line not in stay)))
        left_out += [told[line][0] for line in stay]
    said = {name: words for name in (*OF_TENANT, *OF_HOME) if (words := getattr(town, name))}
    words = {name: value for name, value in said.items() if not telling(_nameless(town)(value))}
    left_out += [value for name, value in said.items() if name not in words]
    return Template(town, tuple(rows), words, tuple(text[:60] for text in left_out))


def with_look(new: NewTenant, template: Template) -> NewTenant:
    """Return ``new`` with the words and colours of the template's town where it has none of its own."""
    town, default = template.town, NewTenant("", "", ())
    look = {name: getattr(town, name) for name in COLOURS}
    words = {name: renamed(template.words.get(name, ""), town, new.name) for name in OF_TENANT}
    offered = {name: value for name, value in (look | words).items() if getattr(new, name) == getattr(default, name)}
    return replace(new, categories=(), target_groups=(), organisation_kinds=(), **offered)


def apply_template(session: Session, template: Template, name: str) -> None:
    """Give the session's tenant, just made and called ``name``, the words and rules of the template."""
    town, fixed = template.town, json.dumps({"tenant_id": tenant_of(session)})
    by_name, quoted = {table.name: table for table in template_tables()}, json.dumps(name, ensure_ascii=False)[1:-1]
    for table, lines in template.rows:
        told = [renamed(line, town, quoted, slug=slugify(name)) for line in lines]
        session.execute(text(tables.insert_lines(by_name[table])), {"lines": "\n".join(told), "fixed": fixed})
    session.execute(select(func.advance_identities()))
    if words := {part: renamed(template.words[part], town, name) for part in OF_HOME if part in template.words}:
        session.add(Branding(**words))
    change_settings(session, rules_of(town.settings))


def rules_of(settings: TenantSettings) -> TenantSettings:
    """Return the decisions without free words, which may name the town or a person of it."""
    kept = {name: value for name, value in settings if not isinstance(value, str) or isinstance(value, Enum)}
    return TenantSettings(**kept)


def renamed(words: str, town: TenantInfo, name: str, *, slug: str | None = None) -> str:
    """Return ``words`` with the name of the template's town replaced, and in addresses too if there is a ``slug``."""
    told = re.sub(rf"\b{re.escape(town.name)}\b", lambda _: name, words)
    return told if slug is None else re.sub(rf"\b{re.escape(slugify(town.name))}\b", slug, told)


def _nameless(town: TenantInfo) -> Callable[[str], str]:
    """Return what takes the town's name out of a text, which is what renaming does."""
    return lambda words: renamed(words, town, "", slug="")


def _telling(town: TenantInfo, districts: Iterable[str]) -> Callable[[str], bool]:
    """Return what tells whether a text has a fact, a district, or a word made of the town's name ("Ettlinger")."""
    stem = town.name.removesuffix("en") if len(town.name) > len("Baden") else town.name
    names = [rf"{re.escape(name)}\w{{0,4}}" for name in {stem, slugify(stem)}] + [re.escape(name) for name in districts]
    of_town = re.compile(rf"\b(?:{'|'.join(names)})\b", re.IGNORECASE)
    return lambda words: bool(_FACT.search(words) or of_town.search(words))


def _texts(table: Table, line: str) -> list[str]:
    """Return all text in a line of an archive, what it is called first."""
    told = {name: value for name, value in json.loads(line).items() if not isinstance(_type(table, name), DateTime)}
    called = [told.pop(name) for name in ("name", "title") if name in told]
    return [*called, *_strings(told)]


def _type(table: Table, name: str) -> TypeEngine[object] | None:
    return table.c[name].type if name in table.c else None


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)
