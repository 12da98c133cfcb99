"""Versions of legal texts: added, never overwritten, restored, told apart by language and town."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.kernel.audit import Actor, ActorKind, act_as
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.legal import queries
from engagement.legal.kinds import LegalPage, TextKind
from engagement.legal.pages import is_outdated, public_page, setting_of
from engagement.legal.service import LONGEST_TEXT, Place, restore_text, save_text, use_template
from engagement.tenancy.queries import own_tenant
from tests.factories.people import make_account
from tests.support.statements import watched

IMPRINT = Place(LegalPage.IMPRINT, "de")
ENGLISH = Place(LegalPage.IMPRINT, "en")


def shown(session: Session, language: str = "de", page: LegalPage = LegalPage.IMPRINT) -> str:
    setting = setting_of(session, own_tenant(session), "https://bretten.example/")
    found = public_page(session, setting, page, language)
    return f"{found.language}: {found.text}"


def test_saving_adds_a_version_that_visitors_see(session: Session) -> None:
    account = make_account(session, name="Martina Vogt")
    act_as(session, Actor(ActorKind.ACCOUNT, account.id))
    assert save_text(session, IMPRINT, "## Wir\n\nUnser Text für {{town}}", note="Neu") == 1
    assert save_text(session, IMPRINT, "## Wir\n\nBesserer Text") == 2
    latest, first = queries.versions_of(session, LegalPage.IMPRINT, "de")
    assert (first.number, first.body, first.note) == (1, "## Wir\n\nUnser Text für {{town}}\n", "Neu")
    assert (latest.number, latest.author, latest.kind) == (2, "Martina Vogt", TextKind.OWN)
    assert "Besserer Text" in shown(session)


def test_the_same_text_again_makes_no_version(session: Session) -> None:
    assert use_template(session, IMPRINT) == 0
    assert save_text(session, IMPRINT, "Text") == save_text(session, IMPRINT, "Text\n") == 1


def test_a_version_is_restored_as_a_new_one(session: Session) -> None:
    save_text(session, IMPRINT, "Erster")
    save_text(session, IMPRINT, "Zweiter")
    assert restore_text(session, IMPRINT, 1) == 3
    assert "Erster" in shown(session)
    assert [version.body for version in queries.versions_of(session, LegalPage.IMPRINT, "de")] == [
        "Erster\n", "Zweiter\n", "Erster\n",
    ]  # fmt: skip
    for place, number in ((IMPRINT, 9), (ENGLISH, 1)):
        with pytest.raises(NotFoundError):
            restore_text(session, place, number)


def test_back_to_the_template_keeps_the_own_text(session: Session) -> None:
    save_text(session, IMPRINT, "Unser Text")
    use_template(session, IMPRINT)
    assert "Digitale-Dienste-Gesetzes" in shown(session)
    restore_text(session, IMPRINT, 1)
    assert "Unser Text" in shown(session)


def test_nobody_overwrites_what_they_have_not_seen(session: Session) -> None:
    save_text(session, IMPRINT, "Erster", seen=0)
    with pytest.raises(ConflictError):
        save_text(session, IMPRINT, "Anderer", seen=0)
    assert save_text(session, IMPRINT, "Anderer", seen=1) == 2


@pytest.mark.parametrize(
    ("body", "problem"),
    [("  ", "Text"), ("{{tonw}}", "{{tonw}}"), ("{{#if town}}\nx", "{{#if …}}"), ("x" * (LONGEST_TEXT + 1), "60000")],
)
def test_what_could_not_be_shown_is_refused(session: Session, body: str, problem: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        save_text(session, IMPRINT, body)
    assert problem in refused.value.problems["body"]


def test_an_own_german_text_is_shown_where_there_is_no_other(session: Session) -> None:
    assert shown(session, "en").startswith("en: ")
    save_text(session, IMPRINT, "Unser Text")
    assert shown(session, "en") == "de: Unser Text"
    save_text(session, ENGLISH, "Our text")
    assert shown(session, "en") == "en: Our text"
    assert shown(session, "de") == "de: Unser Text"


def test_an_own_text_learns_that_the_template_was_improved(session: Session) -> None:
    save_text(session, IMPRINT, "Unser Text")
    (version,) = queries.versions_of(session, LegalPage.IMPRINT, "de")
    assert not is_outdated(version)
    older = queries.VersionInfo(**{**vars(version), "template_version": 0})
    assert is_outdated(older)
    assert not is_outdated(queries.VersionInfo(**{**vars(older), "kind": TextKind.TEMPLATE}))


def test_another_town_has_its_own_texts(app: Flask, session: Session, ettlingen: int) -> None:
    save_text(session, IMPRINT, "Unser Text")
    session.commit()
    with app.app_context():
        other = current_session()
        open_for_tenant(other, ettlingen)
        assert queries.all_present_texts(other) == {}
        text = shown(other)
    assert "Unser Text" not in text
    assert "Bretten" not in text


def test_a_page_takes_two_questions_however_many_versions_there_are(session: Session) -> None:
    tenant = own_tenant(session)
    counts = []
    for _ in range(2):
        with watched(db.engine) as seen:
            public_page(session, setting_of(session, tenant, "https://bretten.example/"), LegalPage.IMPRINT, "en")
        counts.append(len(seen))
        for number in range(20):
            save_text(session, IMPRINT, f"Text {number}")
        session.flush()
    assert counts == [2, 2]
