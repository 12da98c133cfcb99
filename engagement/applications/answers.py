"""Prepared texts for a club's three answers, in the applicant's language; the member changes them at will."""

from __future__ import annotations

from engagement.applications.kinds import Action
from engagement.kernel.i18n import force_locale, gettext


def prepared_text(action: Action, *, name: str, title: str, organisation: str, language: str) -> str:
    """Return a friendly letter for an answer.

    Args:
        action: accept, ask or decline.
        name: of the applicant.
        title: of the opportunity.
        organisation: which signs the letter.
        language: two-letter code of the applicant's language.
    """
    with force_locale(language):
        paragraphs = (
            gettext("Hello %(name)s,", name=name),
            *_body(action, title),
            gettext("Kind regards"),
        )
    return "\n\n".join(paragraphs) + f"\n{organisation}"


def _body(action: Action, title: str) -> tuple[str, ...]:
    if action is Action.ACCEPT:
        return (
            gettext(
                "How nice that you want to lend a hand with “%(title)s”! We are looking forward to you.", title=title
            ),
            gettext("We suggest that we get to know each other first. When would suit you?"),
        )
    if action is Action.ASK:
        return (
            gettext("Thank you for your interest in “%(title)s”. We are glad about it.", title=title),
            gettext(
                "We would like to know a little more about you. When would you have time for a short talk, or a phone "
                "call?"
            ),
        )
    return (
        gettext("Thank you for your interest in “%(title)s”. We are glad about it.", title=title),
        gettext(
            "Unfortunately we cannot offer you a place at the moment. That says nothing about you: there are simply "
            "more helpers than tasks right now."
        ),
        gettext("We wish you an engagement that suits you, and would be glad to hear from you again."),
    )
