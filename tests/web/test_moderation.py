"""Offers in the municipality's workspace, and what an organisation sees of a change that waits."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.mail.models import OutgoingMail
from engagement.moderation.kinds import TextPurpose
from engagement.moderation.texts import prepared_texts
from engagement.opportunities import review, service
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.opportunities.vocabulary import merge_words
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.tenancy.queries import load_vocabulary
from engagement.tenancy.settings import ModerationPolicy
from engagement.tenancy.words import WordKind
from tests.factories.mails import make_postbox
from tests.factories.moderation import make_report, set_policy
from tests.factories.offers import info, make_opportunity
from tests.factories.people import make_member, make_organisation
from tests.support.offer_form import fields_of
from tests.support.pages import CheckedClient
from tests.support.statements import watched

LIST = "/verwaltung/angebote"


@pytest.fixture
def newcomer(session: Session) -> Organisation:
    return make_organisation(session, "Neue Initiative", verification=Verification.PENDING)


def waiting_change(session: Session, club: Organisation) -> int:
    """Make a public offer with a change that waits."""
    set_policy(session, ModerationPolicy.REVIEW_ALL)
    number = make_opportunity(session, club.id, title="Vorlesen am Dienstag")
    review.approve(session, make_postbox(session), number)
    changed = replace(info(session, number).values(), title="Vorlesen am Mittwoch", places=4)
    service.update_opportunity(session, number, changed)
    session.commit()
    return number


def page(client: CheckedClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.usefixtures("moderator")
class TestList:
    def test_each_part_has_its_help_when_it_is_empty(self, client: CheckedClient) -> None:
        for word in ("wartend", "ungesehen", "oeffentlich", "zurueckgegeben", "alle", "unsinn"):
            assert 'class="empty"' in page(client, f"{LIST}?stand={word}&seite=x")
        assert "Nichts gefunden" in page(client, f"{LIST}?q=xyzzy")

    def test_several_are_released_at_once_but_none_that_has_changed_since(
        self, client: CheckedClient, session: Session, newcomer: Organisation
    ) -> None:
        first, second, changed = (make_opportunity(session, newcomer.id, title=f"Fest {n}") for n in "ABC")
        session.commit()
        boxes = re.findall(r'name="chosen" value="([^"]+)"', page(client, LIST))
        assert len(boxes) == 3
        service.update_opportunity(session, changed, replace(info(session, changed).values(), title="Fest Z"))
        session.commit()
        answer = client.post(f"{LIST}/freigeben", data={"chosen": [*boxes, "x", "9-9", "999999-1"]})
        assert answer.status_code == 303
        said = page(client, answer.location)
        assert "2 Angebote sind freigegeben." in said
        assert "„Fest Z“ hat sich geändert" in said
        states = [info(session, number).state for number in (first, second, changed)]
        assert states == [State.PUBLISHED, State.PUBLISHED, State.IN_REVIEW]

    def test_nothing_ticked_is_said(self, client: CheckedClient) -> None:
        for path in ("freigeben", "gesehen"):
            answer = client.post(f"{LIST}/{path}", data={})
            assert "mindestens ein Angebot" in page(client, answer.location)

    def test_several_are_looked_at_at_once(self, client: CheckedClient, session: Session, club: Organisation) -> None:
        number = make_opportunity(session, club.id)
        session.commit()
        boxes = re.findall(r'name="chosen" value="([^"]+)"', page(client, f"{LIST}?stand=ungesehen"))
        client.post(f"{LIST}/gesehen", data={"chosen": boxes})
        assert info(session, number).looked_at

    def test_pages_take_as_many_questions_with_more_offers(
        self, client: CheckedClient, session: Session, newcomer: Organisation
    ) -> None:
        number = make_opportunity(session, newcomer.id)
        session.commit()
        counts = []
        for _ in range(2):
            for path in (LIST, f"{LIST}?stand=alle", f"{LIST}/{number}"):
                client.get(path)
                with watched(db.engine) as seen:
                    client.get(path)
                counts.append(len(seen))
            for _ in range(12):
                make_report(session, make_opportunity(session, make_organisation(session).id))
                make_report(session, number)
            session.commit()
        assert counts[:3] == counts[3:]
        assert max(counts[:2]) <= 6


@pytest.mark.usefixtures("moderator")
class TestOneOffer:
    def test_it_can_be_seen_in_every_state(
        self, client: CheckedClient, session: Session, club: Organisation, newcomer: Organisation
    ) -> None:
        numbers = [
            make_opportunity(session, club.id),
            make_opportunity(session, club.id, state=State.DRAFT),
            make_opportunity(session, newcomer.id),
        ]
        for step in (service.pause, service.close):
            numbers.append(make_opportunity(session, club.id))
            step(session, numbers[-1])
        session.commit()
        for number in numbers:
            for language in ("de", "en"):
                client.language = language
                assert page(client, f"{LIST}/{number}")

    def test_it_is_released(self, client: CheckedClient, session: Session, newcomer: Organisation) -> None:
        number = make_opportunity(session, newcomer.id)
        session.commit()
        seen = info(session, number).revision
        assert client.post(f"{LIST}/{number}/veroeffentlichen", data={"seen": seen}).status_code == 303
        assert info(session, number).state is State.PUBLISHED

    @pytest.mark.parametrize("seen", [{}, {"seen": "0"}, {"seen": "x"}])
    def test_nothing_unseen_is_released(
        self, client: CheckedClient, session: Session, newcomer: Organisation, seen: dict[str, str]
    ) -> None:
        number = make_opportunity(session, newcomer.id)
        session.commit()
        answer = client.post(f"{LIST}/{number}/veroeffentlichen", data=seen)
        assert answer.status_code == 409
        assert "hat sich geändert, seit Sie es geöffnet haben" in answer.get_data(as_text=True)
        assert info(session, number).state is State.IN_REVIEW

    def test_what_is_missing_is_named(self, client: CheckedClient, session: Session, newcomer: Organisation) -> None:
        number = make_opportunity(session, newcomer.id)
        session.execute(update(Opportunity).where(Opportunity.id == number).values(description="kurz"))
        session.commit()
        answer = client.post(f"{LIST}/{number}/veroeffentlichen", data={"seen": info(session, number).revision})
        assert answer.status_code == 422
        assert "mindestens 50 Zeichen" in answer.get_data(as_text=True)

    def test_a_change_is_shown_word_by_word_and_nothing_else(
        self, client: CheckedClient, session: Session, club: Organisation
    ) -> None:
        number = waiting_change(session, club)
        shown = page(client, f"{LIST}/{number}")
        diff = shown[shown.index('<dl class="diff">') : shown.index("</dl>", shown.index('<dl class="diff">'))]
        assert re.findall(r"<dt>(.*?)</dt>", diff) == ["Titel", "Plätze"]
        assert "Dienstag" in re.findall(r"<del>(.*?)</del>", diff, re.DOTALL)[0]
        assert "[neu: </span>Mittwoch" in diff
        client.post(f"{LIST}/{number}/veroeffentlichen", data={"seen": info(session, number).revision})
        assert "Vorlesen am Mittwoch" in page(client, f"/angebote/{number}-vorlesen-am-mittwoch")
        assert '<dl class="diff">' not in page(client, f"{LIST}/{number}")

    def test_a_change_is_told_apart_and_released_after_its_words_were_merged(
        self, client: CheckedClient, session: Session, club: Organisation
    ) -> None:
        first, second, third, *_ = (term.id for term in load_vocabulary(session).categories)
        number = waiting_change(session, club)
        changed = replace(info(session, number).latest().values(), category_ids=(third, first))
        service.update_opportunity(session, number, changed)
        session.commit()
        merge_words(session, WordKind.CATEGORY, first, second)
        session.commit()
        shown = page(client, f"{LIST}/{number}")
        assert "Bildung und Lernen" in shown
        assert "Kinder und Jugend" not in shown
        client.post(f"{LIST}/{number}/veroeffentlichen", data={"seen": info(session, number).revision})
        assert info(session, number).category_ids == (second, third)
        assert "Bildung und Lernen" in page(client, f"/angebote/{number}-vorlesen-am-mittwoch")

    def test_after_publishing_at_once_it_says_since_when_and_by_whom(
        self, client: CheckedClient, session: Session, club: Organisation, moderator: Account
    ) -> None:
        number = make_opportunity(session, club.id, summary="Jeden Dienstag.")
        session.commit()
        client.post(f"{LIST}/{number}/gesehen", data={"seen": info(session, number).revision})
        service.update_opportunity(session, number, replace(info(session, number).values(), summary="Jeden Montag."))
        session.commit()
        shown = page(client, f"{LIST}/{number}")
        assert "Seit der Freigabe durch Martina Vogt" in shown
        assert "Montag." in shown
        assert "Martina Vogt (Verwaltung)" in shown

    def test_a_first_submission_has_nothing_to_compare_with(
        self, client: CheckedClient, session: Session, newcomer: Organisation
    ) -> None:
        number = make_opportunity(session, newcomer.id)
        session.commit()
        assert "Was sich geändert hat" not in page(client, f"{LIST}/{number}")

    def test_reports_stand_beside_it(self, client: CheckedClient, session: Session, club: Organisation) -> None:
        number = make_opportunity(session, club.id)
        make_report(session, number, text="Der Raum ist zu. <script>")
        session.commit()
        shown = page(client, f"{LIST}/{number}")
        assert "Der Raum ist zu. &lt;script&gt;" in shown

    def test_another_citys_is_not_there(
        self, app: Flask, client: CheckedClient, session: Session, ettlingen: int
    ) -> None:
        with app.app_context():
            other = current_session()
            open_for_tenant(other, ettlingen)
            foreign = make_opportunity(other, make_organisation(other).id)
            other.commit()
        for path in ("", "/zurueckgeben", "/herunternehmen"):
            assert client.get(f"{LIST}/{foreign}{path}").status_code == 404
        answer = client.post(f"{LIST}/freigeben", data={"chosen": f"{foreign}-1"})
        assert answer.status_code == 303


@pytest.mark.usefixtures("moderator")
class TestReasons:
    def test_sending_back_wants_a_reason_and_mails_it(
        self, client: CheckedClient, session: Session, newcomer: Organisation
    ) -> None:
        make_member(session, newcomer)
        number = make_opportunity(session, newcomer.id)
        session.commit()
        address, seen = f"{LIST}/{number}/zurueckgeben", info(session, number).revision
        assert "wieder ein Entwurf" in page(client, address)
        assert client.post(address, data={"seen": seen}).status_code == 422
        assert client.post(address, data={"seen": seen, "reason": "Bitte den Ort nennen."}).status_code == 303
        found = info(session, number)
        assert (found.state, found.review_note) == (State.DRAFT, "Bitte den Ort nennen.")
        assert "Bitte den Ort nennen." in session.scalars(select(OutgoingMail.text)).one()
        assert client.get(address).status_code == 303

    def test_taking_off(self, client: CheckedClient, session: Session, club: Organisation) -> None:
        number = make_opportunity(session, club.id)
        session.commit()
        address = f"{LIST}/{number}/herunternehmen"
        assert "sofort von den öffentlichen Seiten" in page(client, address)
        data = {"seen": info(session, number).revision, "reason": "Das ist Werbung."}
        assert client.post(address, data=data).status_code == 303
        assert client.get(f"/angebote/{number}-x").status_code == 410
        assert "Das ist Werbung." in page(client, f"{LIST}/{number}")
        assert client.get(address).status_code == 303

    def test_nobody_sends_back_what_they_have_not_seen(
        self, client: CheckedClient, session: Session, newcomer: Organisation
    ) -> None:
        number = make_opportunity(session, newcomer.id)
        session.commit()
        answer = client.post(f"{LIST}/{number}/zurueckgeben", data={"seen": "0", "reason": "x"})
        assert answer.status_code == 409
        assert info(session, number).state is State.IN_REVIEW

    def test_a_prepared_text_is_put_in_without_a_script(
        self, client: CheckedClient, session: Session, newcomer: Organisation
    ) -> None:
        number = make_opportunity(session, newcomer.id)
        session.commit()
        chosen = prepared_texts(session, TextPurpose.SEND_BACK)[0]
        address = f"{LIST}/{number}/zurueckgeben"
        link = re.search(r'href="([^"]*vorlage=\d+)#reason"[^>]*>' + chosen.title, page(client, address))
        assert link
        assert f">\r\n{chosen.text[:20]}" in page(client, link.group(1))
        foreign = prepared_texts(session, TextPurpose.ANSWER)[0]
        assert foreign.text[:20] not in page(client, f"{address}?vorlage={foreign.id}")


class TestWhatTheOrganisationSees:
    def test_a_change_waits_and_the_public_version_is_named(
        self, client: CheckedClient, session: Session, club: Organisation, member: Account
    ) -> None:
        set_policy(session, ModerationPolicy.REVIEW_ALL)
        number = make_opportunity(session, club.id, title="Vorlesen")
        review.approve(session, make_postbox(session), number)
        session.commit()
        address = f"/verein/{club.id}/angebote/{number}"
        assert "Die Kommune sieht sich Ihre Änderung zuerst an" in page(client, f"{address}/bearbeiten")
        changed = {**fields_of(client.get(f"{address}/bearbeiten")), "title": "Vorlesen mit Hund", "do": "save"}
        answer = client.post(f"{address}/bearbeiten", data=changed)
        assert answer.status_code == 303
        shown = page(client, answer.location)
        assert "Die geänderte Fassung wird geprüft." in shown
        assert "Öffentlich ist noch die Fassung vom" in shown
        assert "Vorlesen mit Hund" in shown
        assert 'value="Vorlesen mit Hund"' in page(client, f"{address}/bearbeiten")
        assert "Hund" not in page(client, f"/angebote/{number}-vorlesen")
        assert "Änderung wird geprüft" in page(client, f"/verein/{club.id}/angebote")

    def test_a_change_is_thrown_away(
        self, client: CheckedClient, session: Session, club: Organisation, member: Account
    ) -> None:
        number = waiting_change(session, club)
        address = f"/verein/{club.id}/angebote/{number}"
        assert client.post(f"{address}/verwerfen").status_code == 303
        assert info(session, number).edit is None
        assert "wird geprüft" not in page(client, address)
        assert client.post(f"{address}/verwerfen").status_code == 303

    def test_a_change_that_was_sent_back_is_explained(
        self, client: CheckedClient, session: Session, club: Organisation, member: Account
    ) -> None:
        number = waiting_change(session, club)
        review.send_back(session, number, "Bitte ohne Mittwoch.")
        session.commit()
        shown = page(client, f"/verein/{club.id}/angebote/{number}")
        assert "Bitte ohne Mittwoch." in shown
        assert "noch nicht öffentlich" in shown
        assert "Bitte ohne Mittwoch." in page(client, f"/verein/{club.id}")

    def test_what_was_taken_off_is_handed_in(
        self, client: CheckedClient, session: Session, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id)
        review.unpublish(session, make_postbox(session), number, "Bitte prüfen.")
        session.commit()
        address = f"/verein/{club.id}/angebote/{number}"
        assert "Zur Prüfung geben" in page(client, address)
        assert client.post(f"{address}/veroeffentlichen").status_code == 303
        assert info(session, number).state is State.IN_REVIEW

    def test_publishing_at_once_does_not_promise_what_the_organisation_has_to_wait_for(
        self, client: CheckedClient, session: Session, club: Organisation, member: Account
    ) -> None:
        set_policy(session, ModerationPolicy.PUBLISH_AT_ONCE)
        club.verification = Verification.PENDING
        number = make_opportunity(session, club.id, state=State.DRAFT)
        session.commit()
        address = f"/verein/{club.id}/angebote/{number}"
        assert "sobald Ihre Organisation bestätigt ist" in page(client, f"{address}/bearbeiten")
        answer = client.post(f"{address}/veroeffentlichen")
        shown = page(client, answer.location)
        assert info(session, number).state is State.PUBLISHED
        assert "Alle können es sehen, sobald Ihre Organisation bestätigt ist." in shown
        assert client.get(f"/angebote/{number}-x").status_code == 404
