"""Makes accounts, organisations and the people who act for them, and signs people in."""

from __future__ import annotations

from itertools import count
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.accounts.service import create_account, give_staff_role
from engagement.kernel.permissions import Role
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.organisations.service import OrganisationValues, add_member, create_organisation

PASSWORD = "vier warme Worte"
_numbers = count(1)


def make_account(
    session: Session,
    *,
    email: str = "",
    name: str = "Anna Becker",
    language: str = "de",
    password: str | None = None,
    proven: bool = True,
    staff: Role | None = None,
) -> Account:
    """Make an account with a proven address; give ``staff`` for a role in the municipality."""
    email = email or f"person{next(_numbers)}@example.org"
    account_id = create_account(
        session, email=email, name=name, language=language, password=password, email_proven=proven
    )
    if staff:
        give_staff_role(session, account_id, staff)
    return session.scalars(select(Account).where(Account.id == account_id)).one()


def make_organisation(
    session: Session,
    name: str = "",
    *,
    verification: Verification = Verification.VERIFIED,
    owner: Account | None = None,
    **values: Any,
) -> Organisation:
    """Make a verified organisation; ``values`` are fields of ``OrganisationValues``."""
    described = OrganisationValues(name=name or f"Musterverein {next(_numbers)}", **values)
    organisation_id = create_organisation(
        session, described, verification=verification, owner_id=owner.id if owner else None
    )
    return session.scalars(select(Organisation).where(Organisation.id == organisation_id)).one()


def make_member(
    session: Session, organisation: Organisation, account: Account | None = None, *, role: Role = Role.OWNER
) -> Account:
    """Let an account, a new one if none is given, act for an organisation, and return it."""
    account = account or make_account(session)
    add_member(session, organisation.id, account.id, role)
    return account


def sign_in(client: FlaskClient, account: Account, *, host: str = "bretten.localhost") -> None:
    """Put the account's session into the client, as signing in does; commit the account before."""
    with client.session_transaction(base_url=f"http://{host}") as cookie:
        cookie["_user_id"] = f"{account.tenant_id}:{account.id}:{account.session_version}"
        cookie["_fresh"] = True
