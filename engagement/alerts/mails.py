"""What goes to somebody who has saved a search. Nothing in these mails tells whether they were read."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.kernel.i18n import gettext, ngettext
from engagement.kernel.links import Links
from engagement.mail.message import Action, Content, Item
from engagement.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class ConfirmSearch:
    """To an address that nobody has proven yet; hence not a word of what was typed."""

    path: str
    days: int
    kind: str = "confirm-search"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Please confirm: be told of new offers"),
            greeting=gettext("Hello,"),
            paragraphs=(
                gettext(
                    "somebody has asked %(platform)s to tell this address of new offers. Was it you? Then please "
                    "confirm.",
                    platform=tenant.platform_name,
                ),
            ),
            action=Action(gettext("Look at it and confirm"), links.absolute(tenant.host, self.path)),
            after=(
                ngettext(
                    "It was not you? Then do nothing. We write no more and delete the address after %(num)s day.",
                    "It was not you? Then do nothing. We write no more and delete the address after %(num)s days.",
                    self.days,
                ),
            ),
        )


@dataclass(frozen=True)
class AlreadySaved:
    """To an address that has this search already, or as many as one can have; the page has said nothing of it."""

    path: str
    full: bool
    kind: str = "search-already-saved"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        why = (
            gettext("you have saved as many searches as one address can have. Delete one to save another.")
            if self.full
            else gettext("you have saved this search already. There is nothing more to do.")
        )
        return Content(
            subject=gettext("Your saved searches"),
            greeting=gettext("Hello,"),
            paragraphs=(why,),
            action=Action(gettext("See my saved searches"), links.absolute(tenant.host, self.path)),
        )


@dataclass(frozen=True)
class NewOffers:
    """The digest.

    Args:
        label: the search in words.
        items: at most ten offers.
        total: how many there are.
        search_path: of the page with all that fits.
        manage_path: of the page to change or end it.
        unsubscribe_path: where one click calls it off.
    """

    label: str
    items: tuple[Item, ...]
    total: int
    search_path: str
    manage_path: str
    unsubscribe_path: str
    kind: str = "new-offers"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        more = self.total - len(self.items)
        see_all = (
            ngettext("See all, with %(num)s more", "See all, with %(num)s more", more)
            if more
            else gettext("See all that fits")
        )
        manage = links.absolute(tenant.host, self.manage_path)
        return Content(
            subject=ngettext("One new offer for you", "%(num)s new offers for you", self.total),
            greeting=gettext("Hello,"),
            paragraphs=(
                ngettext(
                    "there is %(num)s new offer that fits your saved search: %(label)s.",
                    "there are %(num)s new offers that fit your saved search: %(label)s.",
                    self.total,
                    label=self.label,
                ),
            ),
            items=self.items,
            action=Action(see_all, links.absolute(tenant.host, self.search_path)),
            after=(gettext("Less often, another day, or pause? Change it here: %(address)s", address=manage),),
            unsubscribe_url=links.absolute(tenant.host, self.unsubscribe_path),
        )


@dataclass(frozen=True)
class StillWanted:
    """After a year without a word: whether to go on."""

    label: str
    manage_path: str
    unsubscribe_path: str
    days: int
    kind: str = "search-still-wanted"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Shall we go on telling you of new offers?"),
            greeting=gettext("Hello,"),
            paragraphs=(
                gettext("a year ago you saved this search: %(label)s. Do you still want to hear?", label=self.label),
            ),
            action=Action(gettext("Yes, go on"), links.absolute(tenant.host, self.manage_path)),
            after=(
                ngettext(
                    "Without an answer we delete the search and your address after %(num)s day.",
                    "Without an answer we delete the search and your address after %(num)s days.",
                    self.days,
                ),
            ),
            unsubscribe_url=links.absolute(tenant.host, self.unsubscribe_path),
        )
