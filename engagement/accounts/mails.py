"""What is mailed about accounts. Links are given as paths on the tenant's host."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.accounts.links import HOURS_TO_REGISTER, MINUTES_TO_SIGN_IN
from engagement.kernel.i18n import gettext
from engagement.kernel.links import Links
from engagement.mail.message import Content, button, hello
from engagement.tenancy.queries import TenantInfo
from engagement.tenancy.settings import Module


@dataclass(frozen=True)
class SignInMail:
    """The link that somebody asked for to sign in."""

    name: str
    path: str
    kind: str = "sign-in-link"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Your sign-in link for %(platform)s", platform=tenant.platform_name),
            greeting=hello(self.name),
            paragraphs=(gettext("with this button you sign in without a password:"),),
            action=button(gettext("Sign in"), tenant, links, self.path),
            after=(
                gettext("The link works once and for %(minutes)s minutes.", minutes=MINUTES_TO_SIGN_IN),
                gettext("You did not ask for it? Then you need not do anything."),
            ),
        )


@dataclass(frozen=True)
class NoAccountMail:
    """Somebody asked for a sign-in link for an address without account."""

    kind: str = "no-account"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        open_to_all = tenant.settings.has(Module.ACCOUNTS)
        return Content(
            subject=gettext("There is no account with this address"),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "somebody, probably you, wanted to sign in to %(platform)s with this e-mail address. There is no "
                    "account with it yet. Perhaps you used another address?",
                    platform=tenant.platform_name,
                ),
                *((gettext("If you would like an account, you can register here:"),) if open_to_all else ()),
            ),
            action=button(gettext("Register"), tenant, links, "/registrieren") if open_to_all else None,
            after=(gettext("It was not you? Then you need not do anything."),),
        )


@dataclass(frozen=True)
class ConfirmMail:
    """To somebody who registered: the address is proven by this link."""

    name: str
    path: str
    kind: str = "confirm-account"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Please confirm your registration"),
            greeting=hello(self.name),
            paragraphs=(
                gettext("good to have you with %(platform)s.", platform=tenant.platform_name),
                gettext("Please confirm that this is your e-mail address. Then your account is ready."),
            ),
            action=button(gettext("Confirm and sign in"), tenant, links, self.path),
            after=(
                gettext("The link works once and for %(hours)s hours.", hours=HOURS_TO_REGISTER),
                gettext("You did not register? Then please do not use the link; the account stays locked."),
            ),
        )


@dataclass(frozen=True)
class FoundedMail:
    """To the first administrator of a town that was just made: how to get in, and what to do first."""

    name: str
    path: str
    kind: str = "town-founded"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("%(platform)s is ready for you", platform=tenant.platform_name),
            greeting=hello(self.name),
            paragraphs=(
                gettext(
                    "the engagement platform of %(town)s has been set up, and you are its first administrator. With "
                    "this button you sign in:",
                    town=tenant.name,
                ),
            ),
            action=button(gettext("Sign in and begin"), tenant, links, self.path),
            facts=((gettext("Address of the site"), links.absolute(tenant.host, "/")),),
            after=(
                gettext("What to do first:"),
                gettext("1. Choose a password under “My account”, or go on signing in by mailed links."),
                gettext("2. Read imprint, privacy and accessibility, and check address and contact there."),
                gettext("3. Look through the fields and target groups, and give the site your colours."),
                gettext("4. Invite the associations of your town to register. You check each of them once."),
                gettext(
                    "The link works once and for %(hours)s hours. Afterwards you get a new one on the sign-in page.",
                    hours=HOURS_TO_REGISTER,
                ),
            ),
        )


@dataclass(frozen=True)
class AlreadyRegisteredMail:
    """To somebody who registered although there is an account."""

    name: str
    path: str
    kind: str = "already-registered"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("You already have an account"),
            greeting=hello(self.name),
            paragraphs=(
                gettext(
                    "somebody, probably you, wanted to register this e-mail address with %(platform)s. There is "
                    "already an account with it; nothing about it has changed. This is how you get in:",
                    platform=tenant.platform_name,
                ),
            ),
            action=button(gettext("Sign in"), tenant, links, self.path),
            after=(
                gettext("The link works once and for %(minutes)s minutes.", minutes=MINUTES_TO_SIGN_IN),
                gettext("It was not you? Then you need not do anything."),
            ),
        )


@dataclass(frozen=True)
class NewAddressMail:
    """To the new address of an account: prove it."""

    name: str
    path: str
    kind: str = "confirm-new-address"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Please confirm your new e-mail address"),
            greeting=hello(self.name),
            paragraphs=(
                gettext(
                    "you would like to use this e-mail address with %(platform)s from now on. Please confirm it:",
                    platform=tenant.platform_name,
                ),
            ),
            action=button(gettext("Confirm the address"), tenant, links, self.path),
            after=(
                gettext("The link works once and for %(minutes)s minutes.", minutes=MINUTES_TO_SIGN_IN),
                gettext("It was not you? Then you need not do anything."),
            ),
        )


@dataclass(frozen=True)
class AddressChangedMail:
    """To the former address of an account: it is not the login any more."""

    name: str
    kind: str = "address-changed"

    def content(self, tenant: TenantInfo, _links: Links) -> Content:
        """Return the words."""
        contact = tenant.contact_email
        return Content(
            subject=gettext("Your e-mail address was changed"),
            greeting=hello(self.name),
            paragraphs=(
                gettext(
                    "your account with %(platform)s has a new e-mail address. This one no longer signs you in.",
                    platform=tenant.platform_name,
                ),
                gettext("It was not you? Then please write to %(address)s at once.", address=contact)
                if contact
                else gettext("It was not you? Then please tell your municipality at once."),
            ),
        )


@dataclass(frozen=True)
class PasswordChangedMail:
    """To somebody whose password was set or changed."""

    name: str
    kind: str = "password-changed"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Your password was changed"),
            greeting=hello(self.name),
            paragraphs=(
                gettext(
                    "the password of your account with %(platform)s has just been set anew. All other devices were "
                    "signed out.",
                    platform=tenant.platform_name,
                ),
                gettext("It was not you? Then please ask for a sign-in link and set a password that only you know:"),
            ),
            action=button(gettext("To the sign-in page"), tenant, links, "/anmelden"),
        )
