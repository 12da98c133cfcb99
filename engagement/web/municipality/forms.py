"""Forms of the municipality's pages."""

from __future__ import annotations

from wtforms import TextAreaField

from engagement.kernel.i18n import lazy_gettext
from engagement.web.shared.forms import BaseForm, Longest, Required

LONGEST_REASON = 2000


class ReasonForm(BaseForm):
    """Why something is turned down, in words for those whom it concerns."""

    reason = TextAreaField(lazy_gettext("Reason"), validators=[Required(), Longest(LONGEST_REASON)])
