"""Entries that look like one another: name, address and domain, in public and in the register."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engagement.organisations import suspension
from engagement.organisations.kinds import Likeness, Verification
from engagement.organisations.likeness import Features, alike_in_public, alike_in_register, named_like
from tests.factories.mails import make_postbox
from tests.factories.people import make_organisation


class TestLikeness:
    @pytest.mark.parametrize(
        ("typed", "reasons"),
        [
            (Features("Lesebrücke Bretten gGmbH"), {Likeness.NAME}),
            (Features("Etwas anderes", street="Gartenstr.  12", postcode="75015"), {Likeness.ADDRESS}),
            (Features("Etwas anderes", street="gartenstrasse 12", postcode="75015"), {Likeness.ADDRESS}),
            (Features("Etwas anderes", street="Gartenstraße 12", postcode="75016"), set()),
            (Features("Etwas anderes", street="Gartenstraße 1", postcode="75015"), set()),
            (Features("Etwas anderes", email="kasse@lesebruecke.example"), {Likeness.DOMAIN}),
            (Features("Etwas anderes", website="https://www.lesebruecke.example/wir"), {Likeness.DOMAIN}),
            (Features("Etwas anderes", website="HTTP://lesebruecke.example:80"), {Likeness.DOMAIN}),
            (Features("Etwas anderes", email="a@nicht-lesebruecke.example"), set()),
            (Features("Etwas anderes"), set()),
        ],
    )
    def test_name_address_and_domain(self, session: Session, typed: Features, reasons: set[Likeness]) -> None:
        make_organisation(
            session,
            "Lesebrücke Bretten e. V.",
            street="Gartenstraße 12",
            postcode="75015",
            email="vorstand@lesebruecke.example",
            website="https://lesebruecke.example",
        )
        assert [set(one.reasons) for one in alike_in_register(session, typed)] == ([reasons] if reasons else [])

    def test_a_mail_host_of_many_is_no_likeness_but_the_same_address_there_is(self, session: Session) -> None:
        make_organisation(session, "Alpha", email="alpha@gmx.de")
        assert alike_in_register(session, Features("Omega", email="omega@gmx.de")) == []
        (found,) = alike_in_register(session, Features("Omega", email="Alpha@gmx.de"))
        assert found.reasons == {Likeness.DOMAIN}

    def test_the_public_sees_only_what_is_public(self, session: Session) -> None:
        make_organisation(session, "Lesebrücke", verification=Verification.PENDING)
        hidden = make_organisation(session, "Lesebrücke")
        suspension.suspend(session, make_postbox(session), hidden.id, "Prüfung")
        assert alike_in_public(session, Features("Lesebrücke")) == []
        assert named_like(session, "Lesebrücke") == []
        assert len(alike_in_register(session, Features("Lesebrücke"))) == 2

    def test_an_entry_is_not_its_own_double(self, session: Session) -> None:
        made = make_organisation(session, "Lesebrücke")
        assert alike_in_register(session, Features("Lesebrücke"), but=made.id) == []

    @pytest.mark.parametrize("typed", ["lesebrucke", "Lesebrüke", "brücke", "LESEBRÜCKE BRETTEN eV"])
    def test_looking_forgives_typing_mistakes(self, session: Session, typed: str) -> None:
        make_organisation(session, "Lesebrücke Bretten e. V.")
        make_organisation(session, "Musikverein Sprantal")
        assert [one.name for one in named_like(session, typed)] == ["Lesebrücke Bretten e. V."]
