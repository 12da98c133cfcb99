"""The demo's operator. The key of the second factor is known to everybody, and a page shows the code at any moment.

A real installation has neither: its keys are random and leave it once, on the set-up page.
"""

from __future__ import annotations

from datetime import timedelta

from engagement.kernel.audit import OPERATOR, act_as
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import new_session, open_for_installation
from engagement.kernel.sealing import Sealer
from engagement.kernel.settings import Settings
from engagement.kernel.signing import Signer
from engagement.operators import service
from engagement.operators.queries import operator_by_email
from engagement.operators.second_factor import code_at

EMAIL = "betrieb@engagement.example"
NAME = "Ada Sommer"
PASSWORD = "demo-engagement"  # noqa: S105 - printed by the demo, which listens on this computer only
SECRET = b"engagement demo only"


def seed_operator(settings: Settings) -> None:
    """Make the operator, unless there is one already; an application context is open."""
    secret_key = settings.secret_key.get_secret_value()
    signer, sealer = Signer(secret_key), Sealer.from_settings(settings)
    with new_session() as session, stopped(now() - timedelta(minutes=5)):
        open_for_installation(session, "operator of the demo")
        act_as(session, OPERATOR)
        if operator_by_email(session, EMAIL):
            return
        made = service.create_operator(session, sealer, email=EMAIL, name=NAME, secret=SECRET)
        token = service.new_set_up_link(session, signer, made).rpartition("/")[2]
        service.finish_set_up(session, signer, sealer, token, password=PASSWORD, code=code_at(SECRET, now()))
        session.commit()


def present_code() -> str:
    """Return the code that an app with the demo's key shows at this moment."""
    return code_at(SECRET, now())
