"""Organisations: made, changed, found, verified; the public sees the verified ones."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.permissions import Role
from engagement.mail.models import OutgoingMail
from engagement.organisations import service
from engagement.organisations.kinds import Verification
from engagement.organisations.likeness import Features, alike_in_register
from engagement.organisations.queries import (
    count_organisations,
    count_public_organisations,
    find_organisation,
    members_of,
    memberships_of,
    organisations_waiting,
    public_organisation,
    public_organisations,
)
from engagement.organisations.service import OrganisationValues
from tests.factories.mails import make_postbox
from tests.factories.people import make_account, make_member, make_organisation


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditRecord.action).order_by(AuditRecord.id)))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The organisations of whose change the public was told."""
    heard: list[int] = []
    monkeypatch.setattr(service, "on_public_change", [lambda _session, organisation_id: heard.append(organisation_id)])
    return heard


def test_an_owner_comes_with_the_organisation(session: Session) -> None:
    anna = make_account(session)
    made = make_organisation(session, "Lesebrücke Bretten e. V.", owner=anna)
    assert made.slug == "lesebruecke-bretten-e-v"
    assert [(member.account_id, member.role) for member in members_of(session, made.id)] == [(anna.id, Role.OWNER)]
    assert [held.organisation_name for held in memberships_of(session, anna.id)] == ["Lesebrücke Bretten e. V."]


def test_nobody_acts_twice_for_one_organisation(session: Session) -> None:
    made = make_organisation(session)
    anna = make_member(session, made)
    with pytest.raises(ConflictError):
        make_member(session, made, anna, role=Role.EDITOR)
    assert len(members_of(session, made.id)) == 1


@pytest.mark.parametrize("role", [Role.VISITOR, Role.ACCOUNT, Role.MODERATOR, Role.ADMIN])
def test_a_role_of_elsewhere_is_none_within_an_organisation(session: Session, role: Role) -> None:
    with pytest.raises(ValueError, match="within an organisation"):
        make_member(session, make_organisation(session), role=role)


def test_only_verified_ones_are_public(session: Session) -> None:
    shown = make_organisation(session, "Alpha")
    hidden = [make_organisation(session, verification=state) for state in ("pending", "rejected")]
    hidden.append(make_organisation(session))
    hidden[-1].suspended_at = now()
    session.flush()
    assert public_organisation(session, shown.id)
    assert [public_organisation(session, other.id) for other in hidden] == [None, None, None]
    assert [one.name for one in public_organisations(session)] == ["Alpha"]
    assert count_public_organisations(session) == 1
    assert count_organisations(session) == {"pending": 1, "verified": 2, "rejected": 1, "merged": 0}


def test_the_public_list_is_sliced(session: Session) -> None:
    for name in ("beta", "Alpha", "Gamma"):
        make_organisation(session, name)
    assert [one.name for one in public_organisations(session)] == ["Alpha", "beta", "Gamma"]
    assert [one.name for one in public_organisations(session, page=2, per_page=2)] == ["Gamma"]


def test_the_longest_waiting_comes_first(session: Session) -> None:
    names = ["Erste", "Zweite"]
    for name in names:
        make_organisation(session, name, verification=Verification.PENDING)
    assert [one.name for one in organisations_waiting(session)] == names


@pytest.mark.parametrize(
    ("typed", "known", "alike"),
    [
        ("Sportfreunde Diedelsheim", "Sportfreunde Diedelsheim e. V.", True),
        ("sportfreunde diedelsheim eV", "Sportfreunde Diedelsheim e.V.", True),
        ("Sportfreunde Diedelsheim 1921", "Sportfreunde Diedelsheim", True),
        ("Sportfreunde Sprantal", "Sportfreunde Diedelsheim", False),
        ("Musikverein Bretten", "Gesangverein Bretten", False),
        ("Förderverein der Grundschule", "Tierheim Bretten e. V.", False),
    ],
)
def test_names_that_a_person_would_take_for_the_same(session: Session, typed: str, known: str, alike: bool) -> None:
    make_organisation(session, known)
    assert bool(alike_in_register(session, Features(typed))) is alike


def test_a_change_is_noted_and_the_public_told(session: Session, told: list[int]) -> None:
    made = make_organisation(session, "Alt", city="Bretten")
    service.update_organisation(session, made.id, OrganisationValues(name="Neu", city="Bretten"))
    found = find_organisation(session, made.id)
    assert found
    assert (found.name, found.slug) == ("Neu", "neu")
    note = session.scalars(select(AuditRecord).where(AuditRecord.action == "organisation.update")).one()
    assert (note.before, note.after) == ({"name": "Alt", "slug": "alt"}, {"name": "Neu", "slug": "neu"})
    assert told == [made.id]


def test_no_change_is_no_change(session: Session, told: list[int]) -> None:
    made = make_organisation(session, "Alt")
    service.update_organisation(session, made.id, OrganisationValues(name="Alt"))
    assert "organisation.update" not in actions(session)
    assert told == []


def test_a_logo_comes_and_goes(session: Session, told: list[int]) -> None:
    made = make_organisation(session)
    service.set_logo(session, made.id, b"picture", "image/webp", width=10, height=10)
    found = find_organisation(session, made.id)
    assert found
    assert len(found.logo_sha256) == 64
    service.show_logo(session, made.id, None)
    service.show_logo(session, made.id, None)
    found = find_organisation(session, made.id)
    assert found
    assert found.logo_sha256 == ""
    assert told == [], "no offer shows a logo, so none is written anew"


def test_verifying_tells_public_and_members(session: Session, told: list[int]) -> None:
    made = make_organisation(session, verification=Verification.PENDING)
    anna = make_member(session, made)
    service.verify_organisation(session, make_postbox(session), made.id)
    mail = session.scalars(select(OutgoingMail)).one()
    assert (mail.kind, mail.to_address) == ("organisation-verified", anna.email)
    assert f"/verein/{made.id}" in mail.text
    assert told == [made.id]
    assert public_organisation(session, made.id)
    with pytest.raises(ConflictError):
        service.verify_organisation(session, make_postbox(session), made.id)


def test_turning_down_tells_why(session: Session, told: list[int]) -> None:
    made = make_organisation(session, verification=Verification.PENDING)
    make_member(session, made)
    service.reject_organisation(session, make_postbox(session), made.id, " Es fehlt die Adresse. ")
    mail = session.scalars(select(OutgoingMail)).one()
    assert mail.kind == "organisation-rejected"
    assert "Es fehlt die Adresse." in mail.text
    assert "ehrenamt@bretten.example" in mail.text
    found = find_organisation(session, made.id)
    assert found
    assert (found.verification, found.verification_note) == (Verification.REJECTED, "Es fehlt die Adresse.")
    assert told == [made.id]
    with pytest.raises(ConflictError):
        service.reject_organisation(session, make_postbox(session), made.id, "noch einmal")


def test_what_is_not_there_cannot_be_changed(session: Session) -> None:
    post = make_postbox(session)
    with pytest.raises(NotFoundError):
        service.verify_organisation(session, post, 999999)
    with pytest.raises(NotFoundError):
        service.update_organisation(session, 999999, OrganisationValues(name="x"))
