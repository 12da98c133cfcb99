"""What a municipality has left open or wrong in its settings, each with the way to its cure. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from engagement.kernel.i18n import LANGUAGES, gettext
from engagement.tenancy.queries import TenantInfo

UNREACHABLE = ("@localhost", "@localhost.localdomain")


@dataclass(frozen=True)
class Facts:
    """What the database and the installation say.

    Args:
        default_sender: of the installation.
        server_failing_since: when the tenant's own mail server first refused us in a row.
        server_says: its last answer.
        administrators: how many people can sign in and change everything.
        has_places: whether any part of town lies somewhere on the map.
    """

    default_sender: str
    server_failing_since: datetime | None
    server_says: str
    administrators: int
    has_places: bool


@dataclass(frozen=True)
class Mistake:
    """One thing to mend.

    Args:
        kind: stable name.
        text: what is wrong and what follows from it, for staff.
        endpoint: of the page where it is mended.
        arguments: of the page's address.
        is_urgent: whether something does not work until then.
    """

    kind: str
    text: str
    endpoint: str
    arguments: dict[str, str] = field(default_factory=dict)
    is_urgent: bool = False


def find_mistakes(tenant: TenantInfo, facts: Facts) -> list[Mistake]:
    """Return what is wrong, the urgent first, in the language that is set."""
    found = [*_mail(tenant, facts), *_people(facts), *_site(tenant, facts)]
    return sorted(found, key=lambda mistake: not mistake.is_urgent)


def _mail(tenant: TenantInfo, facts: Facts) -> list[Mistake]:
    found = []
    if facts.server_failing_since:
        text = gettext(
            "Your mail server does not take our mails. They wait and are tried again. It says: %(answer)s",
            answer=facts.server_says,
        )
        found.append(Mistake("server_failing", text, *_section("mailserver"), is_urgent=True))
    if (tenant.mail_from or facts.default_sender).endswith(UNREACHABLE):
        text = gettext("There is no real sender address for your mails. Many mail servers will refuse them.")
        found.append(Mistake("no_sender", text, *_section("e-mail"), is_urgent=True))
    return found


def _people(facts: Facts) -> list[Mistake]:
    if facts.administrators == 0:
        text = gettext("Nobody with a confirmed e-mail address can administrate this site.")
        return [Mistake("no_administrator", text, "municipality.staff", is_urgent=True)]
    if facts.administrators == 1:
        text = gettext("Only one person can administrate this site. If they fall ill, nobody can step in.")
        return [Mistake("one_administrator", text, "municipality.staff")]
    return []


def _site(tenant: TenantInfo, facts: Facts) -> list[Mistake]:
    found = []
    if not tenant.contact_email:
        text = gettext("There is no contact address. Citizens do not know whom to ask.")
        found.append(Mistake("no_contact", text, *_section("kontakt")))
    if not tenant.postal_address:
        text = gettext("There is no postal address. It belongs into the imprint and under every mail.")
        found.append(Mistake("no_postal_address", text, *_section("kontakt")))
    if not set(tenant.languages) <= set(LANGUAGES):
        text = gettext("One of the languages offered is not spoken by the site any more; visitors see German instead.")
        found.append(Mistake("unknown_language", text, *_section("sprachen")))
    if not facts.has_places:
        text = gettext("No part of town has a place on the map. Nobody can search nearby.")
        found.append(Mistake("no_places", text, "municipality.vocabulary"))
    return found


def _section(name: str) -> tuple[str, dict[str, str]]:
    return "municipality.setting", {"section": name}
