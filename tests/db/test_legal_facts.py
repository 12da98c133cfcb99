"""What a municipality says of itself is kept whole, noted, and seen by nobody else."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.audit import HIDDEN, AuditRecord
from engagement.kernel.db import current_session, open_for_tenant
from engagement.legal.authorities import FederalState, all_authorities, state_of_key
from engagement.legal.facts import Facts
from engagement.legal.queries import load_facts
from engagement.legal.service import set_facts

SAID = Facts(
    official_name="Stadt Bretten",
    represented_by="Oberbürgermeister Max Muster",
    federal_state=FederalState.BADEN_WUERTTEMBERG,
    assessed_on=date(2026, 5, 4),
)


def test_facts_are_kept_whole_and_changed(session: Session) -> None:
    assert load_facts(session) == Facts()
    set_facts(session, SAID)
    assert load_facts(session) == SAID
    set_facts(session, SAID.model_copy(update={"phone": "07252 921-0"}))
    assert load_facts(session).phone == "07252 921-0"


def test_a_change_is_noted_without_names_and_no_change_is_not(session: Session) -> None:
    set_facts(session, SAID)
    set_facts(session, SAID)
    notes = session.scalars(select(AuditRecord).where(AuditRecord.action == "legal.set_facts")).all()
    assert len(notes) == 1
    assert notes[0].after is not None
    assert notes[0].after["official_name"] == "Stadt Bretten"
    assert notes[0].after["represented_by"] == HIDDEN
    assert "Muster" not in str(notes[0].after) + str(notes[0].before)


def test_another_town_sees_nothing_of_them(app: Flask, session: Session, ettlingen: int) -> None:
    set_facts(session, SAID)
    session.commit()
    with app.app_context():
        other = current_session()
        open_for_tenant(other, ettlingen)
        assert load_facts(other) == Facts()


def test_an_unknown_fact_is_refused() -> None:
    with pytest.raises(ValidationError):
        Facts.model_validate({"oficial_name": "Stadt Bretten"})


def test_every_federal_state_has_its_authorities() -> None:
    found = all_authorities()
    assert set(found) == set(FederalState)
    for state, authorities in found.items():
        assert all(vars(authorities).values()), state
        assert authorities.supervision_website.startswith("https://")
        assert authorities.enforcement_website.startswith("https://")


@pytest.mark.parametrize(
    ("key", "state"),
    [("08215007", FederalState.BADEN_WUERTTEMBERG), ("11000000", FederalState.BERLIN), ("01", FederalState("SH")),
     ("16", FederalState.THURINGIA), ("", None), ("99", None)],
)  # fmt: skip
def test_the_official_key_names_the_state(key: str, state: FederalState | None) -> None:
    assert state_of_key(key) is state
