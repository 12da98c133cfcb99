"""Templates of our own that are filled outside of a page: mails, the demo's mailbox."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from engagement.kernel.i18n import gettext, ngettext


def templates_of(package: str) -> Environment:
    """Return the templates of a package, which speak the language in use and take no name that they are not given.

    HTML is escaped, plain text is not.
    """
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    return environment
