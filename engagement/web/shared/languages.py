"""Which language a page speaks: asked for in the address, set in the account, or preferred by the browser.

No cookie is involved; ``?lang=`` is carried on by every link of the page.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, g, has_request_context, request, url_for
from flask_babel import Babel

from engagement.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES
from engagement.kernel.migration import bundled
from engagement.web.shared.identity import signed_in


def init_languages(app: Flask) -> None:
    """Choose the language of each request and carry the choice along."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LANGUAGE
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(bundled("translations"))
    Babel(app, locale_selector=choose_language, timezone_selector=_time_zone)
    app.url_defaults(_carry_language)


def offered_languages() -> tuple[str, ...]:
    """Return the languages that the product speaks and the tenant offers."""
    if "tenant" not in g:
        return LANGUAGES
    return tuple(code for code in g.tenant.languages if code in LANGUAGES) or (DEFAULT_LANGUAGE,)


def choose_language() -> str:
    """Return the language of this request; work outside of one sets its own."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    offered = offered_languages()
    asked = request.args.get("lang", "")
    if asked in offered:
        return asked
    someone = signed_in() if "tenant" in g else None
    if someone and someone.language in offered:
        return someone.language
    return request.accept_languages.best_match(offered) or offered[0]


def address_in(language: str) -> str:
    """Return the address of the present page in another language.

    What a visitor puts into an address must not become an option of ``url_for`` (``_scheme``, ``_anchor`` …).
    """
    sent = {name: values for name, values in request.args.lists() if name != "endpoint" and not name.startswith("_")}
    arguments: dict[str, Any] = {**sent, **(request.view_args or {}), "lang": language}
    return url_for(request.endpoint, **arguments) if request.endpoint else f"/?lang={language}"


def _time_zone() -> str:
    return str(g.tenant.time_zone) if "tenant" in g else "Europe/Berlin"


def _carry_language(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" or "lang" in values or not has_request_context():
        return
    if (asked := request.args.get("lang", "")) in offered_languages() and asked:
        values["lang"] = asked
