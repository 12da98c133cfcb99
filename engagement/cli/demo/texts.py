"""What the demo's cities say of themselves, and a barrier that waits for an answer; all invented."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from engagement.catalogue.groups import GroupValues, add_group
from engagement.cli.demo.content import City
from engagement.kernel.clock import now, stopped
from engagement.legal.authorities import state_of_key
from engagement.legal.barriers import Barrier, report_barrier
from engagement.legal.facts import Facts
from engagement.legal.kinds import LegalPage
from engagement.legal.service import Place, save_text, set_facts
from engagement.mail.service import Postbox

BARRIER = Barrier(
    "Auf meinem Telefon kann ich den Filter für die Ortsteile mit dem Vorleseprogramm nicht schließen.",
    "/angebote",
    "rosa.winter@person.example",
)

RULES = """## Was hier stehen darf

- Freiwilliges Engagement für das Gemeinwohl, ohne Bezahlung
- Angebote aus unserer Stadt und den Nachbarorten

## Was hier nicht stehen darf

- Minijobs, Praktika und andere bezahlte Arbeit
- Werbung für Parteien und für Waren
"""
ALSO = """
## Was wir erwarten

Bitte antworten Sie auf jede Anfrage innerhalb von zwei Wochen, auch wenn die Antwort Nein ist.
"""


def write_rules(session: Session) -> None:
    """Give the rules of the house in the town's own words, and one more of them a month later."""
    rules = Place(LegalPage.RULES, "de")
    with stopped(now() - timedelta(days=60)):
        save_text(session, rules, RULES)
    with stopped(now() - timedelta(days=30)):
        save_text(session, rules, RULES + ALSO, note="Antwort innerhalb von zwei Wochen")


def add_search_words(session: Session) -> None:
    """Let people find what they call by the words of the region."""
    add_group(session, GroupValues(typed="Hocketse\nDorffescht", found="Fest\nBewirtung"))


def say_facts(session: Session, post: Postbox, city: City) -> None:
    """Fill the legal pages of ``city``, all but who runs its servers, and report a barrier."""
    street, _, place = city.tenant.postal_address.partition(", ")
    postcode, _, town = place.partition(" ")
    facts = Facts(
        official_name=f"Stadt {city.name}",
        street=street,
        postcode=postcode,
        city=town,
        represented_by="Oberbürgermeisterin Maria Muster",
        phone="069 90009-200",
        email=city.tenant.contact_email,
        federal_state=state_of_key(city.tenant.official_key),
        data_protection_officer=f"Behördliche Datenschutzbeauftragte der Stadt {city.name}",
        data_protection_contact=f"datenschutz@{city.slug}.example",
        assessed_on=(now() - timedelta(days=40)).date(),
    )
    set_facts(session, facts)
    with stopped(now() - timedelta(days=3)):
        report_barrier(session, post, BARRIER)
