"""Every mail about a sign-up, as typed values. Paths carry a leading slash; the tenant's host is put in front."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.applications.kinds import Wish
from engagement.kernel.i18n import gettext
from engagement.kernel.links import Links
from engagement.mail.message import Content, button, hello
from engagement.organisations.pace import usual_answer
from engagement.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class About:
    """What all of these mails speak of.

    Args:
        reader: name of the person who gets the mail.
        title: of the opportunity.
        organisation: name of the organisation that offers it.
        path: where the mail's button leads.
        opens_to_anybody: whether the link alone opens the page, without signing in.
    """

    reader: str
    title: str
    organisation: str
    path: str
    opens_to_anybody: bool = False


def _answer_there(organisation: str) -> str:
    return str(
        gettext(
            "Please answer on your private page: %(organisation)s does not get what you send in reply to this mail.",
            organisation=organisation,
        )
    )


def link_is_yours(about: About) -> tuple[str, ...]:
    """Return the warning that belongs to a link that opens by itself."""
    if not about.opens_to_anybody:
        return ()
    return (str(gettext("The link is meant for you alone. Whoever has it can read and withdraw your request.")),)


@dataclass(frozen=True)
class ConfirmSignUp:
    """Asks a guest to confirm the sign-up."""

    about: About
    kind: str = "confirm-sign-up"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        about = self.about
        return Content(
            subject=gettext("Please confirm: %(title)s", title=about.title),
            greeting=hello(about.reader),
            paragraphs=(
                gettext(
                    "How nice that you want to lend a hand! You have signed up with %(organisation)s for “%(title)s”.",
                    title=about.title,
                    organisation=about.organisation,
                ),
                gettext("Only one step is left. Please confirm that this is your e-mail address:"),
            ),
            action=button(gettext("Confirm my sign-up"), tenant, links, about.path),
            after=(
                gettext("The link works for 48 hours. After that you can simply sign up anew."),
                gettext("You did not sign up? Then do nothing: without your confirmation nobody gets your details."),
            ),
        )


@dataclass(frozen=True)
class AlreadySignedUp:
    """Tells somebody who signs up a second time that it was not needed."""

    about: About
    kind: str = "already-signed-up"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        about = self.about
        return Content(
            subject=gettext("You are signed up already: %(title)s", title=about.title),
            greeting=hello(about.reader),
            paragraphs=(
                gettext(
                    "Thank you for your interest in “%(title)s”. You are signed up already, so %(organisation)s has "
                    "your request and there is nothing more to confirm.",
                    title=about.title,
                    organisation=about.organisation,
                ),
                gettext("On your private page you see how things stand, and can write if you want to add something:"),
            ),
            action=button(gettext("See my request"), tenant, links, about.path),
            after=(*link_is_yours(about), gettext("You did not sign up again? Then you need not do anything.")),
        )


@dataclass(frozen=True)
class SignUpConfirmed:
    """Gives the applicant the link to the page where the application can be followed, and says when to expect what."""

    about: About
    answers_within_hours: int | None = None
    kind: str = "sign-up-confirmed"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        about = self.about
        return Content(
            subject=gettext("Your sign-up has arrived: %(title)s", title=about.title),
            greeting=hello(about.reader),
            paragraphs=(
                gettext(
                    "Thank you! %(organisation)s has received your request for “%(title)s” and will write to you. You "
                    "get the answer by mail.",
                    title=about.title,
                    organisation=about.organisation,
                ),
                gettext("Please keep this mail. Its link leads to your request; there you can also withdraw it:"),
            ),
            action=button(gettext("See my request"), tenant, links, about.path),
            after=(*when_to_expect(self.answers_within_hours), *link_is_yours(about)),
        )


def when_to_expect(hours: int | None) -> tuple[str, ...]:
    """Return when an answer usually comes, if that is known, and what to do if none does."""
    usual = usual_answer(hours)
    remind = gettext("No answer after two weeks? Then simply write once more on your private page.")
    return (usual, remind) if usual else (remind,)


@dataclass(frozen=True)
class Request:
    """What somebody wants. ``queued`` says that they stand on the waiting list."""

    name: str
    message: str
    wish: Wish = Wish.JOIN
    queued: bool = False

    def subject(self, title: str) -> str:
        """Return it as the subject of a mail."""
        names = {"name": self.name, "title": title}
        if self.wish is Wish.QUESTION:
            return gettext("%(name)s has a question: %(title)s", **names)
        if self.queued:
            return gettext("%(name)s is on the waiting list: %(title)s", **names)
        return gettext("%(name)s wants to help: %(title)s", **names)

    def sentence(self, title: str) -> str:
        """Return it in a sentence."""
        names = {"name": self.name, "title": title}
        if self.wish is Wish.QUESTION:
            return gettext("%(name)s is interested in “%(title)s” and has a question.", **names)
        if self.queued:
            return gettext(
                "%(name)s wants to lend a hand with “%(title)s”. All places are taken, so %(name)s stands on the "
                "waiting list and is asked as soon as one gets free. If you have room already, simply accept.",
                **names,
            )
        if self.wish is Wish.TASTER:
            return gettext("Good news: %(name)s wants to look in once at “%(title)s”.", **names)
        return gettext("Good news: %(name)s wants to lend a hand with “%(title)s”.", **names)


@dataclass(frozen=True)
class NewApplication:
    """Tells the organisation that somebody signed up. ``has_members`` is false if nobody there can sign in yet."""

    about: About
    request: Request
    has_members: bool = True
    kind: str = "new-application"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        about = self.about
        name, message = self.request.name, self.request.message
        said = gettext("This is what %(name)s writes:", name=name) if message else gettext("There is no message.")
        return Content(
            subject=self.request.subject(about.title),
            greeting=hello(about.reader),
            paragraphs=(self.request.sentence(about.title), said),
            quote=message,
            action=button(gettext("Answer the request"), tenant, links, about.path),
            after=(
                gettext("A quick answer matters most: people who wait for long look elsewhere."),
                *(() if self.has_members else (_no_access(tenant),)),
            ),
        )


def _no_access(tenant: TenantInfo) -> str:
    address = tenant.contact_email or tenant.platform_name
    return str(
        gettext(
            "Nobody of your organisation can sign in yet. Please write to %(address)s; they will gladly set it up.",
            address=address,
        )
    )


@dataclass(frozen=True)
class Accepted:
    """Brings the applicant the organisation's acceptance."""

    about: About
    text: str
    kind: str = "application-accepted"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        about = self.about
        return Content(
            subject=gettext("You are in: %(title)s", title=about.title),
            greeting=hello(about.reader),
            paragraphs=(
                gettext(
                    "Good news: %(organisation)s has accepted your request for “%(title)s” and writes to you:",
                    title=about.title,
                    organisation=about.organisation,
                ),
            ),
            quote=self.text,
            action=button(gettext("Read and answer"), tenant, links, about.path),
            after=(
                gettext("Something has come up? On your private page you can also withdraw."),
                _answer_there(about.organisation),
            ),
        )


@dataclass(frozen=True)
class Question:
    """Brings the applicant a question or message of the organisation."""

    about: About
    text: str
    kind: str = "application-question"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        about = self.about
        return Content(
            subject=gettext("%(organisation)s has written to you", organisation=about.organisation),
            greeting=hello(about.reader),
            paragraphs=(
                gettext(
                    "%(organisation)s writes to you about your request for “%(title)s”:",
                    title=about.title,
                    organisation=about.organisation,
                ),
            ),
            quote=self.text,
            action=button(gettext("Answer now"), tenant, links, about.path),
            after=(_answer_there(about.organisation),),
        )


@dataclass(frozen=True)
class Declined:
    """Brings the applicant the organisation's refusal, and a way on."""

    about: About
    text: str
    kind: str = "application-declined"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        about = self.about
        return Content(
            subject=gettext("An answer to your request: %(title)s", title=about.title),
            greeting=hello(about.reader),
            paragraphs=(
                gettext(
                    "This time it did not work out: %(organisation)s cannot offer you a place in “%(title)s” and "
                    "writes to you:",
                    title=about.title,
                    organisation=about.organisation,
                ),
            ),
            quote=self.text,
            action=button(gettext("See my request"), tenant, links, about.path),
            after=(
                gettext(
                    "Many others would be glad about your help. You find them here: %(address)s",
                    address=links.absolute(tenant.host, "/angebote"),
                ),
            ),
        )


@dataclass(frozen=True)
class ApplicantReplied:
    """Brings the organisation what the applicant wrote."""

    about: About
    applicant: str
    text: str
    kind: str = "application-reply"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        names = {"name": self.applicant, "title": self.about.title}
        return Content(
            subject=gettext("%(name)s has written: %(title)s", **names),
            greeting=hello(self.about.reader),
            paragraphs=(gettext("%(name)s writes to you about “%(title)s”:", **names),),
            quote=self.text,
            action=button(gettext("Read and answer"), tenant, links, self.about.path),
        )


@dataclass(frozen=True)
class ApplicantWithdrew:
    """Tells the organisation that the applicant is no longer coming."""

    about: About
    applicant: str
    frees_a_place: bool
    kind: str = "application-withdrawn"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        names = {"name": self.applicant, "title": self.about.title}
        return Content(
            subject=gettext("%(name)s has withdrawn: %(title)s", **names),
            greeting=hello(self.about.reader),
            paragraphs=(
                gettext("%(name)s has withdrawn the request for “%(title)s”.", **names),
                gettext("A place is free again.")
                if self.frees_a_place
                else gettext("You need not do anything; there is nothing left to answer."),
            ),
            action=button(gettext("See the request"), tenant, links, self.about.path),
        )
