"""The signs that nobody looks after an entry any more."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engagement.kernel.clock import now, stopped
from engagement.mail.models import MailState
from engagement.organisations import confirmation, suspension
from engagement.organisations.models import Organisation
from engagement.register import sleeping
from engagement.register.sleeping import Sign
from tests.factories.mails import make_mail, make_postbox
from tests.factories.offers import make_opportunity
from tests.factories.people import make_member, make_organisation
from tests.factories.register import days_ago, make_old_organisation


class TestSleeping:
    def signs(self, session: Session, organisation: Organisation) -> set[Sign]:
        return {sign for sign in Sign for one in sleeping.sleepers(session, sign) if one.id == organisation.id}

    def test_a_lively_entry_shows_no_sign(self, session: Session) -> None:
        made = make_organisation(session)
        make_member(session, made)
        assert self.signs(session, made) == set()
        assert sleeping.count_sleeping(session) == 0

    def test_every_sign_is_seen(self, session: Session) -> None:
        made = make_old_organisation(session, email="weg@example.org")
        assert self.signs(session, made) == {Sign.UNCONFIRMED, Sign.NOBODY, Sign.NO_OFFERS}
        with stopped(days_ago(500)):
            member = make_member(session, made)
        assert self.signs(session, made) == {Sign.UNCONFIRMED, Sign.SILENT, Sign.NO_OFFERS}
        member.last_sign_in_at = days_ago(5)
        make_opportunity(session, made.id)
        confirmation.confirm(session, made.id, how="staff")
        assert self.signs(session, made) == set()
        mail = make_mail(session)
        mail.to_address, mail.state, mail.failed_at = "weg@example.org", MailState.FAILED, now()
        session.flush()
        assert self.signs(session, made) == {Sign.BOUNCES}
        mail.dismissed_at = now()
        session.flush()
        assert self.signs(session, made) == set()

    def test_one_quiet_sign_alone_is_no_sleep_but_two_are(self, session: Session) -> None:
        made = make_organisation(session)
        assert self.signs(session, made) == {Sign.NOBODY}
        assert sleeping.count_sleeping(session) == 0
        made.created_at = days_ago(400)
        session.flush()
        assert [one.signs for one in sleeping.sleepers(session)] == [(Sign.NOBODY, Sign.NO_OFFERS)]

    def test_hidden_ones_are_awake_enough(self, session: Session) -> None:
        made = make_old_organisation(session)
        assert sleeping.count_signs(session)[0] == 1
        suspension.suspend(session, make_postbox(session), made.id, "x")
        assert sleeping.count_signs(session) == (0, dict.fromkeys(Sign, 0))
