"""Forms of the municipality's pages."""

from __future__ import annotations

from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from engagement.kernel.i18n import lazy_gettext
from engagement.organisations.kinds import Check, Former
from engagement.organisations.verification import LONGEST_NOTE
from engagement.web.shared.forms import BaseForm, Longest, Required, email_field

LONGEST_REASON = 2000
CHECKS = [
    (Check.STANDING, lazy_gettext("Entry in the register of associations or charitable status seen")),
    (Check.ADDRESS, lazy_gettext("The address exists")),
    (Check.CONTACT, lazy_gettext("The contact has been reached")),
    (Check.PURPOSE, lazy_gettext("It serves the common good")),
    (Check.NO_DUPLICATE, lazy_gettext("It is not here twice")),
]


class ReasonForm(BaseForm):
    """Why something is turned down, in words for those whom it concerns."""

    reason = TextAreaField(lazy_gettext("Reason"), validators=[Required(), Longest(LONGEST_REASON)])


class ReviewForm(BaseForm):
    """What has been looked at before verifying."""

    checks = SelectMultipleField(
        lazy_gettext("Looked at"),
        choices=CHECKS,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    note = TextAreaField(lazy_gettext("Note for colleagues"), validators=[Longest(LONGEST_NOTE)])


class NewOwnerForm(BaseForm):
    """Who is to look after an organisation from now on, by the municipality's decision."""

    email = email_field(lazy_gettext("E-mail address of the new person"))
    former = RadioField(
        lazy_gettext("What becomes of those who are responsible so far?"),
        choices=[
            (Former.STAYS, lazy_gettext("They stay responsible, together with the new person")),
            (Former.EDITOR, lazy_gettext("They stay in the team and help")),
            (Former.LEAVES, lazy_gettext("They leave the team")),
        ],
        default=Former.STAYS,
        validators=[Required()],
    )
    reason = TextAreaField(lazy_gettext("Reason"), validators=[Required(), Longest(LONGEST_REASON)])
