"""What a mail is made of, before it is text: plain values in the words of the person who gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engagement.kernel.i18n import gettext
from engagement.kernel.links import Links
from engagement.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class Recipient:
    """Who gets a mail.

    Args:
        name: shown beside the address, may be empty.
        address: a plain e-mail address.
        language: two-letter code in which the mail is written.
    """

    name: str
    address: str
    language: str


@dataclass(frozen=True)
class Action:
    """The one thing the mail asks for: a button in HTML, an address on its own line in text."""

    label: str
    url: str


@dataclass(frozen=True)
class Content:
    """A mail in plain words; both the text and the HTML are made from it.

    Args:
        subject: one line.
        greeting: e.g. "Hello Anna Becker,".
        paragraphs: before the action.
        action: the button.
        facts: name and value, shown as a small table before the action.
        quote: what a person wrote, shown as theirs; its line breaks are kept.
        after: paragraphs after the action.
        unsubscribe_url: where a repeated mail is called off with one click (RFC 8058); empty for a single one.
    """

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    action: Action | None = None
    facts: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    after: tuple[str, ...] = ()
    unsubscribe_url: str = ""


def hello(name: str = "") -> str:
    """Return how a mail greets, by name if it is known."""
    return str(gettext("Hello %(name)s,", name=name) if name else gettext("Hello,"))


def button(label: str, tenant: TenantInfo, links: Links, path: str) -> Action:
    """Return the button that leads to a page of the tenant; ``path`` begins with a slash."""
    return Action(label, links.absolute(tenant.host, path))


class Message(Protocol):
    """A typed mail of a feature: a frozen dataclass with a ``kind`` and the values it speaks of.

    What a mail does not need of tenant and links begins with an underscore in its ``content``.
    """

    @property
    def kind(self) -> str:
        """Return the stable name of this sort of mail, e.g. ``sign-in-link``."""

    def content(self, tenant: TenantInfo, links: Links, /) -> Content:
        """Return the words, in the language that is set while this is called."""
