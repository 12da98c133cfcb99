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
    "organisation.check": Deed(
        _("Organisation looked over"), _("%(who)s noted what was checked about the organisation %(what)s.")
    ),
    "organisation.suspend": Deed(_("Organisation suspended"), _("%(who)s suspended the organisation %(what)s.")),
    "organisation.lift": Deed(_("Suspension lifted"), _("%(who)s lifted the suspension of the organisation %(what)s.")),
    "organisation.merge": Deed(
        _("Organisations merged"), _("%(who)s merged another entry into the organisation %(what)s.")
    ),
    "organisation.absorb": Deed(
        _("Organisation merged into another"), _("%(who)s merged the entry %(what)s into another one.")
    ),
    "organisation.ask": Deed(
        _("Asked for confirmation"), _("%(who)s asked the organisation %(what)s whether its details are still right.")
    ),
    "organisation.remind": Deed(
        _("Reminded of the confirmation"), _("%(who)s reminded the organisation %(what)s to confirm its details.")
    ),
    "organisation.confirm": Deed(
        _("Details confirmed"), _("%(who)s confirmed the details of the organisation %(what)s.")
    ),
    "organisation.claim": Deed(
        _("Asked to look after an organisation"), _("%(who)s asked to look after the organisation %(what)s.")
    ),
    "organisation.accept_claim": Deed(
        _("Request to look after it accepted"), _("%(who)s let somebody look after the organisation %(what)s.")
    ),
    "organisation.decline_claim": Deed(
        _("Request to look after it declined"), _("%(who)s declined a request to look after the organisation %(what)s.")
    ),
    "organisation.invite": Deed(
        _("Person invited to an organisation"), _("%(who)s invited somebody to the organisation %(what)s.")
    ),
    "organisation.accept_invitation": Deed(
        _("Joined an organisation"), _("%(who)s accepted the invitation to the organisation %(what)s.")
    ),
    "organisation.withdraw_invitation": Deed(
        _("Invitation to an organisation withdrawn"), _("%(who)s withdrew an invitation to the organisation %(what)s.")
    ),
    "organisation.change_role": Deed(
        _("Role in an organisation changed"), _("%(who)s changed a role in the organisation %(what)s.")
    ),
    "organisation.remove_member": Deed(
        _("Person removed from an organisation"), _("%(who)s removed somebody from the organisation %(what)s.")
    ),
    "organisation.export": Deed(_("Register exported"), _("%(who)s exported the register of organisations.")),
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
    "opportunity.edit": Deed(_("Change of an offer handed in"), _("%(who)s handed in changes of the offer %(what)s.")),
    "opportunity.approve_edit": Deed(
        _("Change of an offer released"), _("%(who)s released the changes of the offer %(what)s.")
    ),
    "opportunity.send_back_edit": Deed(
        _("Change of an offer sent back"), _("%(who)s sent the changes of the offer %(what)s back.")
    ),
    "opportunity.discard": Deed(
        _("Change of an offer thrown away"), _("%(who)s threw changes of the offer %(what)s away.")
    ),
    "opportunity.discard_edit": Deed(
        _("Change of an offer dropped"), _("%(who)s dropped the changes of the offer %(what)s.")
    ),
    "opportunity.look": Deed(_("Offer looked at"), _("%(who)s looked at the offer %(what)s.")),
    "opportunity.recheck": Deed(
        _("Offer to be checked again"), _("%(who)s put the offer %(what)s up for another check.")
    ),
    "opportunity.unpublish": Deed(
        _("Offer taken off the public pages"), _("%(who)s took the offer %(what)s off the public pages.")
    ),
    "opportunity.move": Deed(
        _("Offer moved to another organisation"), _("%(who)s moved the offer %(what)s to another organisation.")
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
    "application.keep_place": Deed(
        _("Free place offered"), _("%(who)s kept a free place for the next on the waiting list of %(what)s.")
    ),
    "application.take_place": Deed(
        _("Free place taken"), _("%(who)s said yes to a place that got free in the offer %(what)s.")
    ),
    "application.lapse": Deed(
        _("Kept place passed on"),
        _("%(who)s closed a request for %(what)s: nobody said yes to the kept place in time."),
    ),
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
    "report.create": Deed(_("Offer reported"), _("%(who)s reported an offer.")),
    "report.take": Deed(_("Report taken on"), _("%(who)s took on a report.")),
    "report.close": Deed(_("Report closed"), _("%(who)s closed a report.")),
    "report.reopen": Deed(_("Report opened again"), _("%(who)s opened a report again.")),
    "report.forget": Deed(
        _("Details of reporters deleted"),
        _("%(who)s deleted the details of people who had reported something, %(count)s of them."),
    ),
    "search_group.create": Deed(_("Words of the search added"), _("%(who)s added a group of words to the search.")),
    "search_group.update": Deed(_("Words of the search changed"), _("%(who)s changed a group of words of the search.")),
    "search_group.delete": Deed(_("Words of the search deleted"), _("%(who)s deleted a group of words of the search.")),
    "search_group.switch_off": Deed(
        _("Words of the search switched off"), _("%(who)s switched off a group of words of the search.")
    ),
    "search_group.switch_on": Deed(
        _("Words of the search switched on"), _("%(who)s switched a group of words of the search on again.")
    ),
    "prepared_text.create": Deed(_("Prepared text written"), _("%(who)s wrote a prepared text.")),
    "prepared_text.update": Deed(_("Prepared text changed"), _("%(who)s changed a prepared text.")),
    "prepared_text.delete": Deed(_("Prepared text deleted"), _("%(who)s deleted a prepared text.")),
    "prepared_text.start": Deed(_("Prepared texts brought in"), _("%(who)s brought in the first prepared texts.")),
    "barrier.report": Deed(_("Barrier reported"), _("%(who)s reported a barrier.")),
    "barrier.close": Deed(_("Report of a barrier closed"), _("%(who)s closed the report of a barrier.")),
    "legal.set_facts": Deed(
        _("Facts of the municipality changed"), _("%(who)s changed the facts of the municipality.")
    ),
    "text.save": Deed(_("Legal page changed"), _("%(who)s changed a legal page.")),
    "word.add": Deed(_("Word added"), _("%(who)s added a field, group, kind or district.")),
    "word.change": Deed(_("Word changed"), _("%(who)s changed a field, group, kind or district.")),
    "word.merge": Deed(_("Words merged"), _("%(who)s merged two fields, groups, kinds or districts.")),
    "word.order": Deed(_("Order of words changed"), _("%(who)s changed the order of a list of words.")),
    "word.retire": Deed(_("Word retired"), _("%(who)s retired a field, group, kind or district.")),
    "word.bring_back": Deed(_("Word brought back"), _("%(who)s brought a field, group, kind or district back.")),
    "word.delete": Deed(_("Word deleted"), _("%(who)s deleted a field, group, kind or district.")),
    "neighbour.agree": Deed(
        _("Neighbouring town agreed to"), _("%(who)s agreed to show offers of a neighbouring town.")
    ),
    "neighbour.refuse": Deed(
        _("Neighbouring town declined or ended"), _("%(who)s declined or ended the sharing with a neighbouring town.")
    ),
    "tenant.change_look": Deed(_("Look changed"), _("%(who)s changed the look of the site.")),
    "tenant.restore_look": Deed(_("Look brought back"), _("%(who)s brought back a former look of the site.")),
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
    "report": _("Report"),
    "prepared_text": _("Prepared text"),
    "search_group": _("Words of the search"),
    "barrier_report": _("Report of a barrier"),
    "legal_facts": _("Facts of the municipality"),
    "text_version": _("Legal page"),
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
