"""Who is signed in at Bretten: a member of a club, or somebody of the municipality."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.permissions import Role
from engagement.organisations.models import Organisation
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.support.pages import CheckedClient


@pytest.fixture
def club(session: Session) -> Organisation:
    return make_organisation(session, "Lesebrücke", contact_name="Margit Sommer", email="lesen@example.org")


@pytest.fixture
def member(session: Session, club: Organisation, client: CheckedClient) -> Account:
    """An editor of the club, signed in."""
    account = make_member(session, club, role=Role.EDITOR)
    session.commit()
    sign_in(client, account)
    return account


@pytest.fixture
def moderator(session: Session, client: CheckedClient) -> Account:
    """Somebody of the municipality, signed in."""
    made = make_account(session, name="Martina Vogt", staff=Role.MODERATOR)
    session.commit()
    sign_in(client, made)
    return made
