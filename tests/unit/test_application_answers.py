"""Prepared letters and mails: in the reader's language, naming what they are about."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from engagement.applications.answers import prepared_text
from engagement.applications.kinds import Action, Wish
from engagement.applications.mails import (
    About,
    Accepted,
    AlreadySignedUp,
    ApplicantReplied,
    ApplicantWithdrew,
    ConfirmSignUp,
    Declined,
    NewApplication,
    Question,
    Request,
    SignUpConfirmed,
)
from engagement.applications.queue_mails import OnWaitingList, PlaceFree, PlaceLapsed
from engagement.kernel.i18n import force_locale
from engagement.kernel.links import Links
from engagement.mail.message import Content, Message
from engagement.tenancy.queries import TenantInfo

TENANT = TenantInfo(
    id=1,
    slug="bretten",
    name="Bretten",
    platform_name="Engagement Bretten",
    claim="",
    introduction="",
    brand_colour="#0b5cad",
    accent_colour="#f2c230",
    languages=("de", "en"),
    time_zone=ZoneInfo("Europe/Berlin"),
    mail_from="",
    postal_address="",
    contact_email="ehrenamt@bretten.example",
    host="bretten.localhost",
    centre=None,
)
ABOUT = About("Anna Becker", "Vorlesen in der Kita", "Lesebrücke e. V.", "/da/lang")
MAILS: tuple[Message, ...] = (
    ConfirmSignUp(ABOUT),
    AlreadySignedUp(ABOUT),
    SignUpConfirmed(ABOUT),
    NewApplication(ABOUT, Request("Gisela Brandt", "Ich lese gern vor.")),
    NewApplication(ABOUT, Request("Gisela Brandt", "Wann?", Wish.QUESTION)),
    NewApplication(ABOUT, Request("Gisela Brandt", "Hallo", Wish.TASTER)),
    NewApplication(ABOUT, Request("Gisela Brandt", "Hallo", queued=True)),
    OnWaitingList(ABOUT, 3),
    PlaceFree(ABOUT, 3),
    PlaceLapsed(ABOUT),
    NewApplication(ABOUT, Request("Gisela Brandt", ""), has_members=False),
    Accepted(ABOUT, "Schön!"),
    Question(ABOUT, "Wann?"),
    Declined(ABOUT, "Leider."),
    ApplicantReplied(ABOUT, "Gisela Brandt", "Dienstags."),
    ApplicantWithdrew(ABOUT, "Gisela Brandt", frees_a_place=True),
)


def words(app: Flask, mail: Message, language: str) -> Content:
    with app.app_context(), force_locale(language):
        return mail.content(TENANT, Links("https", None))


def whole(content: Content) -> str:
    return "\n".join([content.subject, content.greeting, *content.paragraphs, content.quote, *content.after])


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.kind)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_mail_greets_and_leads_somewhere(application: Flask, mail: Message, language: str) -> None:
    content = words(application, mail, language)
    assert "Anna Becker" in content.greeting
    assert content.action
    assert content.action.url == "https://bretten.localhost/da/lang"
    assert len(content.subject) <= 78
    assert "%(" not in whole(content)


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.kind)
def test_every_mail_speaks_german(application: Flask, mail: Message) -> None:
    german, english = words(application, mail, "de"), words(application, mail, "en")
    assert german.subject != english.subject
    assert not set(german.paragraphs) & set(english.paragraphs)
    assert not set(german.after) & set(english.after)


def test_only_a_link_that_opens_without_signing_in_is_called_secret(application: Flask) -> None:
    secret = About("Anna", "Vorlesen", "Lesebrücke", "/mitmachen/anfrage/x", opens_to_anybody=True)
    for kind in (SignUpConfirmed, AlreadySignedUp):
        assert "nur für Sie bestimmt" in whole(words(application, kind(secret), "de"))
        assert "nur für Sie bestimmt" not in whole(words(application, kind(ABOUT), "de"))


def test_a_club_without_members_is_told_who_helps(application: Flask) -> None:
    content = words(application, NewApplication(ABOUT, Request("Gisela", ""), has_members=False), "de")
    assert "ehrenamt@bretten.example" in whole(content)
    assert "ehrenamt@" not in whole(words(application, NewApplication(ABOUT, Request("Gisela", "")), "de"))


@pytest.mark.parametrize("action", [Action.ACCEPT, Action.ASK, Action.DECLINE])
def test_prepared_letters_name_person_offer_and_organisation(application: Flask, action: Action) -> None:
    letters = {}
    for language in ("de", "en"):
        with application.app_context():
            letters[language] = prepared_text(
                action, name="Gisela Brandt", title="Vorlesen", organisation="Lesebrücke", language=language
            )
        assert letters[language].count("\n\n") >= 3
        for part in ("Gisela Brandt", "Vorlesen", "Lesebrücke"):
            assert part in letters[language]
    assert letters["de"].startswith("Guten Tag Gisela Brandt,")
    assert letters["en"].startswith("Hello Gisela Brandt,")
