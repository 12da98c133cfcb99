"""Forms of the municipality's pages."""

from __future__ import annotations

from wtforms import RadioField, TextAreaField

from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.organisations.kinds import Check, Former
from engagement.organisations.verification import LONGEST_NOTE
from engagement.web.shared.forms import BaseForm, Longest, Required, TicksField, email_field

LONGEST_REASON = 2000


def _checks() -> list[tuple[str, str]]:
    return [
        (Check.STANDING, gettext("Entry in the register of associations or charitable status seen")),
        (Check.ADDRESS, gettext("The address exists")),
        (Check.CONTACT, gettext("The contact has been reached")),
        (Check.PURPOSE, gettext("It serves the common good")),
        (Check.NO_DUPLICATE, gettext("It is not here twice")),
    ]


def _formers() -> list[tuple[str, str]]:
    return [
        (Former.STAYS, gettext("They stay responsible, together with the new person")),
        (Former.EDITOR, gettext("They stay in the team and help")),
        (Former.LEAVES, gettext("They leave the team")),
    ]


class ReasonForm(BaseForm):
    """Why something is turned down, in words for those whom it concerns."""

    reason = TextAreaField(lazy_gettext("Reason"), validators=[Required(), Longest(LONGEST_REASON)])


class ReviewForm(BaseForm):
    """What has been looked at before verifying."""

    checks = TicksField(lazy_gettext("Looked at"), choices=_checks)
    note = TextAreaField(lazy_gettext("Note for colleagues"), validators=[Longest(LONGEST_NOTE)])


class NewOwnerForm(BaseForm):
    """Who is to look after an organisation from now on, by the municipality's decision."""

    email = email_field(lazy_gettext("E-mail address of the new person"))
    former = RadioField(
        lazy_gettext("What becomes of those who are responsible so far?"),
        choices=_formers,
        default=Former.STAYS,
        validators=[Required()],
    )
    reason = TextAreaField(lazy_gettext("Reason"), validators=[Required(), Longest(LONGEST_REASON)])
