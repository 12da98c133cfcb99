"""What was done, in words: one line for each action that the code records.

A test fails for a recorded action without words here; a record of another version gets a readable form all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engagement.kernel.i18n import gettext, lazy_gettext


@dataclass(frozen=True)
class Deed:
    """The words for an action.

    Args:
        short: for a list to choose from.
        sentence: with ``who``, and where it matters ``what`` (the name of the object) and ``count``.
    """

    short: Any
    sentence: Any


_ = lazy_gettext
DEEDS: dict[str, Deed] = {
    "organisation.create": Deed(_("Organisation registered"), _("%(who)s registered the organisation %(what)s.")),
    "organisation.update": Deed(_("Organisation changed"), _("%(who)s changed the organisation %(what)s.")),
    "organisation.add_member": Deed(
        _("Person added to an organisation"), _("%(who)s added a person to the organisation %(what)s.")
    ),
    "organisation.verify": Deed(_("Organisation verified"), _("%(who)s verified the organisation %(what)s.")),
    "organisation.reject": Deed(_("Organisation turned down"), _("%(who)s turned the organisation %(what)s down.")),
    "organisation.remind_of_requests": Deed(
        _("Reminded of requests"), _("%(who)s reminded the organisation %(what)s that people wait for an answer.")
    ),
    "opportunity.remind_of_end": Deed(
        _("Asked about an offer"), _("%(who)s asked whether the offer %(what)s still holds.")
    ),
    "opportunity.create": Deed(_("Offer written"), _("%(who)s wrote the offer %(what)s.")),
    "opportunity.update": Deed(_("Offer changed"), _("%(who)s changed the offer %(what)s.")),
    "opportunity.submit": Deed(_("Offer handed in"), _("%(who)s handed the offer %(what)s in for review.")),
    "opportunity.publish": Deed(_("Offer published"), _("%(who)s published the offer %(what)s.")),
    "opportunity.send_back": Deed(_("Offer sent back"), _("%(who)s sent the offer %(what)s back.")),
    "opportunity.withdraw": Deed(_("Offer withdrawn"), _("%(who)s withdrew the offer %(what)s.")),
    "opportunity.pause": Deed(_("Offer paused"), _("%(who)s paused the offer %(what)s.")),
    "opportunity.reopen": Deed(_("Offer opened again"), _("%(who)s opened the offer %(what)s again.")),
    "opportunity.confirm": Deed(_("Offer confirmed"), _("%(who)s confirmed that the offer %(what)s still holds.")),
    "opportunity.close": Deed(_("Offer ended"), _("%(who)s ended the offer %(what)s.")),
    "opportunity.archive": Deed(_("Offer put into the archive"), _("%(who)s put the offer %(what)s into the archive.")),
    "opportunity.restore": Deed(
        _("Offer taken from the archive"), _("%(who)s took the offer %(what)s out of the archive.")
    ),
    "opportunity.import": Deed(_("Offers imported"), _("%(who)s imported offers from a file.")),
    "sign_up.create": Deed(_("Sign-up begun"), _("%(who)s began to sign up for the offer %(what)s.")),
    "sign_up.forget": Deed(
        _("Unconfirmed sign-ups deleted"), _("%(who)s deleted unconfirmed sign-ups, %(count)s of them.")
    ),
    "application.create": Deed(_("Request sent"), _("%(who)s sent a request for the offer %(what)s.")),
    "application.accept": Deed(_("Request accepted"), _("%(who)s accepted a request for the offer %(what)s.")),
    "application.ask": Deed(_("Question to an applicant"), _("%(who)s asked back about a request for %(what)s.")),
    "application.decline": Deed(_("Request declined"), _("%(who)s declined a request for the offer %(what)s.")),
    "application.reply": Deed(_("Request answered"), _("%(who)s replied to a request for the offer %(what)s.")),
    "application.withdraw": Deed(_("Request withdrawn"), _("%(who)s withdrew a request for the offer %(what)s.")),
    "application.forget": Deed(
        _("Old requests deleted"), _("%(who)s deleted requests whose time had passed, %(count)s of them.")
    ),
    "account.create": Deed(_("Account made"), _("%(who)s made the account of %(what)s.")),
    "account.update": Deed(_("Account changed"), _("%(who)s changed details of the account of %(what)s.")),
    "account.sign_in": Deed(_("Signed in"), _("%(who)s signed in.")),
    "account.set_password": Deed(_("Password set"), _("%(who)s set a password for the account of %(what)s.")),
    "account.prove_address": Deed(
        _("E-mail address confirmed"), _("%(who)s confirmed the e-mail address of the account of %(what)s.")
    ),
    "account.change_address": Deed(
        _("E-mail address changed"), _("%(who)s changed the e-mail address of the account of %(what)s.")
    ),
    "account.give_staff_role": Deed(
        _("Role in the team given"), _("%(who)s gave %(what)s a role in the team of the municipality.")
    ),
    "staff.invite": Deed(_("Invited to the team"), _("%(who)s invited %(what)s to the team.")),
    "staff.invite_again": Deed(_("Invitation sent again"), _("%(who)s sent %(what)s the invitation again.")),
    "staff.withdraw_invitation": Deed(_("Invitation withdrawn"), _("%(who)s withdrew an invitation to the team.")),
    "staff.accept": Deed(_("Invitation accepted"), _("%(who)s joined the team.")),
    "staff.change_role": Deed(_("Role in the team changed"), _("%(who)s changed the role of %(what)s in the team.")),
    "staff.remove": Deed(_("Removed from the team"), _("%(who)s removed %(what)s from the team.")),
    "mail.retry": Deed(_("Mail sent again"), _("%(who)s sent the mail %(what)s again.")),
    "mail.dismiss": Deed(_("Mail taken off the list"), _("%(who)s took the mail %(what)s off the list.")),
    "mail.change_server": Deed(_("Own mail server set"), _("%(who)s set the mail server of the municipality.")),
    "mail.drop_server": Deed(_("Own mail server removed"), _("%(who)s removed the mail server of the municipality.")),
    "mail.try_server": Deed(_("Mail server tried out"), _("%(who)s tried the mail server out with a mail.")),
    "tenant.create": Deed(_("Site made"), _("%(who)s made this site.")),
    "tenant.change_settings": Deed(_("Settings changed"), _("%(who)s changed settings of the site.")),
    "tenant.change_languages": Deed(_("Languages changed"), _("%(who)s changed the languages of the site.")),
    "tenant.change_contact": Deed(
        _("Contact details changed"), _("%(who)s changed the contact details of the municipality.")
    ),
    "tenant.change_sender": Deed(_("Sender of the mails changed"), _("%(who)s changed the sender of the mails.")),
    "operator.enter": Deed(_("Operator came in"), _("%(who)s came in.")),
    "operator.leave": Deed(_("Operator left"), _("%(who)s left.")),
    "audit.export": Deed(_("Log exported"), _("%(who)s exported the log of changes.")),
    "audit.forget": Deed(
        _("Old records deleted"), _("%(who)s deleted records of this log whose time had passed, %(count)s of them.")
    ),
}
"""By action, in the order in which a person chooses from them."""

SUBJECTS: dict[str, Any] = {
    "organisation": _("Organisation"),
    "opportunity": _("Offer"),
    "application": _("Request"),
    "sign_up": _("Sign-up"),
    "account": _("Account"),
    "staff_invitation": _("Invitation"),
    "mail": _("Mail"),
    "mail_account": _("Mail server"),
    "tenant": _("Site"),
    "operator_entry": _("Entry of an operator"),
    "audit_record": _("Log of changes"),
}
"""Kinds of objects, by the word of the code."""


def sentence(action: str, who: str, what: str, count: object) -> str:
    """Return what happened as a sentence; an action that has no words gets its own name, made readable."""
    deed = DEEDS.get(action)
    if deed is None:
        return gettext("%(who)s: %(action)s (%(what)s)", who=who, action=short(action), what=what)
    return str(deed.sentence) % {"who": who, "what": what, "count": count}


def short(action: str) -> str:
    """Return the short words for an action."""
    deed = DEEDS.get(action)
    return str(deed.short) if deed else readable(action)


def subject_word(kind: str) -> str:
    """Return the word for a kind of object."""
    return str(SUBJECTS[kind]) if kind in SUBJECTS else readable(kind)


def readable(word: str) -> str:
    """Return a name of the code as words."""
    text = word.replace(".", ": ").replace("_", " ")
    return text[:1].upper() + text[1:]
