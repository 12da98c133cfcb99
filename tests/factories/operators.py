"""Makes operators and entries, and signs operators in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from flask import Flask
from sqlalchemy import select

from engagement.kernel.audit import Actor, ActorKind, Office, act_as
from engagement.kernel.clock import now
from engagement.kernel.db import new_session, open_for_installation, open_for_tenant
from engagement.mail.service import Postbox
from engagement.operators.entries import allow_entry, begin_entry, hand_over_path
from engagement.operators.models import Operator
from engagement.operators.queries import EntryInfo, find_entry
from engagement.operators.second_factor import code_at
from engagement.operators.service import create_operator, finish_set_up, look_at_set_up, new_set_up_link
from engagement.tenancy.queries import own_tenant
from engagement.web.shared.identity import OPERATOR, VISIT
from tests.support.pages import CheckedClient

PASSWORD = "fuenf kalte Worte am Morgen"
INSTALLATION_HOST = "localhost"
REASON = "Frau Vogt bat am Telefon um Hilfe mit dem Logo."
_numbers = count(1)


@dataclass(frozen=True)
class MadeOperator:
    """An operator who can sign in."""

    id: int
    email: str
    name: str
    secret: bytes
    session_version: int

    @property
    def office(self) -> Office:
        return Office(self.id, self.name)


def make_operator(app: Flask, name: str = "Ada Betrieb", *, set_up: bool = True) -> MadeOperator:
    """Make an operator, set up unless told otherwise, in a transaction of its own."""
    kit = app.extensions["engagement"]
    with app.app_context(), new_session() as session:
        open_for_installation(session, "test")
        email = f"betrieb{next(_numbers)}@example.org"
        operator_id = create_operator(session, kit.sealer, email=email, name=name)
        token = new_set_up_link(session, kit.signer, operator_id).rpartition("/")[2]
        secret = look_at_set_up(session, kit.signer, kit.sealer, token).secret
        if set_up:
            code = code_at(secret, now())
            finish_set_up(session, kit.signer, kit.sealer, token, password=PASSWORD, code=code)
        version = session.scalars(select(Operator.session_version).where(Operator.id == operator_id)).one()
        session.commit()
    return MadeOperator(operator_id, email, name, secret, version)


def make_entry(app: Flask, operator: MadeOperator, tenant_id: int, *, begun: bool = True, minutes: int = 60) -> int:
    """Let an operator enter a tenant, and return the entry's id."""
    kit = app.extensions["engagement"]
    with app.app_context():
        with new_session() as session:
            open_for_tenant(session, tenant_id)
            tenant = own_tenant(session)
        with new_session() as session:
            open_for_installation(session, "test")
            act_as(session, Actor(ActorKind.OPERATOR, office=operator.office))
            entry_id = allow_entry(session, operator.office, tenant, reason=REASON, minutes=minutes)
            session.commit()
        if begun:
            with new_session() as session:
                open_for_tenant(session, tenant_id)
                post = Postbox(own_tenant(session), kit.links, "noreply@example.org", kit.signer)
                begin_entry(session, post, token_of(app, entry_of(app, entry_id)))
                session.commit()
    return entry_id


def entry_of(app: Flask, entry_id: int) -> EntryInfo:
    """Read an entry as it is now."""
    with app.app_context(), new_session() as session:
        open_for_installation(session, "test")
        found = find_entry(session, entry_id)
    assert found is not None
    return found


def token_of(app: Flask, entry: EntryInfo) -> str:
    """Return the token of an entry's hand-over link."""
    return hand_over_path(app.extensions["engagement"].signer, entry).rpartition("/")[2]


def sign_in_operator(client: CheckedClient, operator: MadeOperator) -> None:
    """Put the operator's session into the client, as both factors do, and turn it to the installation's host."""
    client.host = INSTALLATION_HOST
    with client.session_transaction(base_url=f"http://{INSTALLATION_HOST}") as cookie:
        since = int(now().timestamp())
        cookie["_user_id"] = f"{OPERATOR}:{operator.id}:{operator.session_version}:{since}"


def go_inside(client: CheckedClient, tenant_id: int, entry_id: int, host: str = "bretten.localhost") -> None:
    """Put the session of an entry into the client, as the hand-over does."""
    client.host = host
    with client.session_transaction(base_url=f"http://{host}") as cookie:
        cookie["_user_id"] = f"{VISIT}:{tenant_id}:{entry_id}"
