"""Turning the content of a mail into text and HTML that say the same.

The environment is the mails' own, not that of the pages: no request, no person, HTML always escaped.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment

from engagement.kernel.i18n import text_direction
from engagement.kernel.links import Links
from engagement.kernel.palette import palette_of
from engagement.kernel.templates import templates_of
from engagement.mail.message import Content
from engagement.tenancy.queries import TenantInfo

LINE_LENGTH = 72
"""Of a line of text, as RFC 3676 advises (section 4.2, "no more than 78 characters")."""


@dataclass(frozen=True)
class Rendered:
    """Both bodies of a mail."""

    text: str
    html: str


def render(content: Content, tenant: TenantInfo, links: Links, language: str) -> Rendered:
    """Return both bodies, in the language that is set at the call.

    Args:
        content: the words.
        tenant: whose name, colour and address the mail carries.
        links: how its addresses begin.
        language: two-letter code, for the ``lang`` of the HTML.
    """
    palette = palette_of(tenant.brand_colour, tenant.accent_colour)
    values: dict[str, Any] = {
        "content": content,
        "tenant": tenant,
        "language": language,
        "direction": text_direction(language),
        "home": links.absolute(tenant.host, "/"),
        "light": palette.light,
        "dark": palette.dark,
    }
    environment = _environment()
    return Rendered(
        text=environment.get_template("message.txt").render(values).strip() + "\n",
        html=environment.get_template("message.html").render(values),
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = templates_of("engagement.mail")
    environment.filters["wrapped"] = _wrapped
    environment.filters["quoted"] = _quoted
    return environment


def _wrapped(text: str) -> str:
    return "\n".join(
        textwrap.fill(line, LINE_LENGTH, break_long_words=False, break_on_hyphens=False) for line in text.splitlines()
    )


def _quoted(text: str) -> str:
    lines = [
        part
        for line in text.splitlines()
        for part in textwrap.wrap(line, LINE_LENGTH - 2, break_long_words=False, break_on_hyphens=False) or [""]
    ]
    return "\n".join(f"> {line}".rstrip() for line in lines)
