"""A club of Bretten and a member of it who is signed in."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.permissions import Role
from engagement.organisations.models import Organisation
from tests.factories.people import make_member, make_organisation, sign_in
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
