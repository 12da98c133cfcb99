"""The list of the register: its parts, its search, its orders, and what of it waits."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engagement.organisations import suspension
from engagement.organisations.kinds import Verification
from engagement.register import queries
from engagement.register.merging import merge
from engagement.register.queries import Asked, Filter, Order
from engagement.tenancy.settings import AnswerTimes
from engagement.today.queries import what_waits
from tests.factories.mails import make_postbox
from tests.factories.people import make_member, make_organisation
from tests.factories.register import days_ago, make_claim, make_old_organisation


class TestList:
    def names(self, session: Session, **asked: object) -> list[str]:
        wanted = Asked(**asked)
        found = [one.name for one in queries.entries(session, wanted)]
        assert queries.count_entries(session, wanted) == len(found)
        return found

    def test_each_part_holds_what_it_says(self, session: Session) -> None:
        post = make_postbox(session)
        make_organisation(session, "Wartend", verification=Verification.PENDING)
        make_organisation(session, "Abgelehnt", verification=Verification.REJECTED)
        lively = make_organisation(session, "Lebendig")
        make_member(session, lively)
        suspension.suspend(session, post, make_organisation(session, "Gesperrt").id, "x")
        merge(session, post, lively.id, make_organisation(session, "Doppelt").id, set())
        make_old_organisation(session, "Alt")
        expected = {
            Filter.ALL: ["Wartend", "Abgelehnt", "Alt", "Gesperrt", "Lebendig"],
            Filter.WAITING: ["Wartend"],
            Filter.VERIFIED: ["Alt", "Gesperrt", "Lebendig"],
            Filter.REJECTED: ["Abgelehnt"],
            Filter.SUSPENDED: ["Gesperrt"],
            Filter.SLEEPING: ["Alt"],
            Filter.ALONE: ["Wartend", "Abgelehnt", "Alt", "Gesperrt"],
            Filter.MERGED: ["Doppelt"],
        }
        assert {part: self.names(session, part=part) for part in Filter} == expected
        assert queries.count_by_filter(session) == {part: len(names) for part, names in expected.items()}

    def test_search_forgives_and_looks_at_contacts(self, session: Session) -> None:
        make_organisation(session, "Lesebrücke Bretten", contact_name="Margit Sommerfeld", city="Gölshausen")
        make_organisation(session, "Musikverein 100%")
        assert self.names(session, text="lesebrüke") == ["Lesebrücke Bretten"]
        assert self.names(session, text="sommerf") == ["Lesebrücke Bretten"]
        assert self.names(session, text="gölsh") == ["Lesebrücke Bretten"]
        assert self.names(session, text="100%") == ["Musikverein 100%"]
        assert self.names(session, text="%") == ["Musikverein 100%"]

    def test_orders(self, session: Session) -> None:
        make_old_organisation(session, "beta", days=10)
        make_organisation(session, "Gamma").confirmed_at = days_ago(1)
        make_old_organisation(session, "Alpha", days=20).confirmed_at = days_ago(2)
        session.flush()
        assert self.names(session, order=Order.NAME) == ["Alpha", "beta", "Gamma"]
        assert self.names(session, order=Order.NEWEST) == ["Gamma", "beta", "Alpha"]
        assert self.names(session, order=Order.CONFIRMED) == ["beta", "Alpha", "Gamma"]

    def test_what_waits_is_counted(self, session: Session) -> None:
        make_organisation(session, verification=Verification.PENDING)
        make_claim(session, make_old_organisation(session))
        waits = what_waits(session, AnswerTimes())
        assert (waits.organisations_to_verify, waits.claims, waits.sleeping) == (1, 1, 1)
