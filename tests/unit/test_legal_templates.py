"""The product's legal texts: whole, in every language, asking only for what there is, complete once all is said."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest
from flask import Flask

from engagement.kernel.documents import render_document
from engagement.kernel.i18n import LANGUAGES
from engagement.legal.authorities import FederalState
from engagement.legal.facts import Assessment, Conformance, Facts
from engagement.legal.filling import fill, placeholders
from engagement.legal.kinds import LegalPage
from engagement.legal.pages import compose, starting_text
from engagement.legal.queries import untouched
from engagement.legal.templates import template
from engagement.legal.values import PLACEHOLDERS, Setting, fact_names, missing_facts, values_of
from tests.factories.mails import make_tenant_info

EVERY = [(page, language) for page in LegalPage for language in LANGUAGES]
ALL_SAID = Facts(
    official_name="Stadt Bretten",
    street="Untere Kirchgasse 9",
    postcode="75015",
    city="Bretten",
    represented_by="Oberbürgermeister Max Muster",
    phone="07252 921-0",
    email="stadt@bretten.example",
    vat_id="DE123456789",
    responsible_person="Maria Muster",
    federal_state=FederalState.BADEN_WUERTTEMBERG,
    data_protection_officer="Datenschutz Muster GmbH",
    data_protection_contact="datenschutz@bretten.example",
    data_protection_phone="07252 921-1",
    hosting="Rechenzentrum Muster, Karlsruhe",
    assessed_on=date(2026, 5, 4),
    assessor="Prüfstelle Muster",
    known_barriers="PDF-Dateien sind nicht ausgezeichnet.\nKarten fehlen.",
    sign_language_video="https://video.bretten.example/dgs",
)


def setting(facts: Facts = ALL_SAID) -> Setting:
    return Setting(make_tenant_info(), facts, "https://bretten.example/", datetime(2026, 5, 4, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _speaking(application: Flask) -> object:
    """Names of facts come from gettext."""
    with application.app_context():
        yield


@pytest.mark.parametrize(("page", "language"), EVERY)
def test_it_asks_only_for_what_there_is(page: LegalPage, language: str) -> None:
    found = template(page, language)
    assert found.language == language
    assert found.version >= 1
    assert placeholders(found.text) <= PLACEHOLDERS
    assert set(found.needs) <= set(fact_names())


def test_every_value_has_a_name_to_ask_for_it() -> None:
    assert set(values_of(setting(), "de")) == PLACEHOLDERS


@pytest.mark.parametrize(("page", "language"), EVERY)
def test_with_all_facts_nothing_is_missing_and_no_sign_of_the_language_is_left(page: LegalPage, language: str) -> None:
    made = compose(setting(), untouched(page, language))
    assert made.missing == ()
    assert fill(template(page, language).text, values_of(setting(), language)).missing == ()
    assert not re.search(r"\{\{|\}\}|#if|None", str(render_document(made.text)))


@pytest.mark.parametrize(("page", "language"), EVERY)
def test_without_any_fact_it_is_still_a_text_that_can_be_shown(page: LegalPage, language: str) -> None:
    silent = setting(Facts())
    silent = replace(silent, tenant=replace(silent.tenant, contact_email="", postal_address=""), updated_at=None)
    html = str(render_document(compose(silent, untouched(page, language)).text))
    assert len(html) > 500
    assert not re.search(r"\{\{|\}\}|Bitte ergänzen|Please add|None", html)
    assert not re.search(r":\s*(</p>\s*)?(<h\d|\Z)|: \.", html)


@pytest.mark.parametrize(("page", "language"), EVERY)
def test_a_preview_names_each_fact_that_is_missing(page: LegalPage, language: str) -> None:
    silent = setting(Facts())
    needs = template(page, language).needs
    made = compose(silent, untouched(page, language), with_gaps=True)
    marks = re.findall(r"<mark>(.*?)</mark>", str(render_document(made.text)))
    in_text = placeholders(template(page, language).text)
    expected = {fact_names()[name] for name in missing_facts(silent, needs) if name in in_text}
    assert {re.sub(r"^\[.*?: |\]$", "", mark) for mark in marks} == expected


@pytest.mark.parametrize(("conformance", "assessment"), list(product(Conformance, Assessment)))
def test_the_accessibility_statement_follows_the_facts(conformance: Conformance, assessment: Assessment) -> None:
    facts = ALL_SAID.model_copy(update={"conformance": conformance, "assessment": assessment})
    text = compose(setting(facts), untouched(LegalPage.ACCESSIBILITY, "de")).text
    said = {"full": "vollständig vereinbar", "partial": "teilweise vereinbar", "none": "noch nicht vereinbar"}
    assert [words for words in said.values() if words in text] == [said[conformance]]
    assert ("Selbstbewertung" in text) is (assessment is Assessment.SELF)
    assert ("Prüfstelle Muster" in text) is (assessment is Assessment.EXTERNAL)


@pytest.mark.parametrize("state", FederalState)
def test_each_state_brings_its_authorities(state: FederalState) -> None:
    facts = ALL_SAID.model_copy(update={"federal_state": state})
    values = values_of(setting(facts), "de")
    assert all(values[name] for name in ("law", "supervision", "supervision_website", "enforcement"))


def test_an_own_authority_comes_without_the_address_of_the_usual_one() -> None:
    facts = ALL_SAID.model_copy(update={"supervision": "Kirchliche Aufsicht"})
    values = values_of(setting(facts), "de")
    assert values["supervision"] == "Kirchliche Aufsicht"
    assert values["supervision_website"] == ""


def test_an_own_text_begins_with_decided_conditions_and_kept_names() -> None:
    text = starting_text(setting(Facts()), LegalPage.IMPRINT, "de")
    assert "{{represented_by}}" in text
    assert "{{#if" not in text
    assert "Umsatzsteuer-Identifikationsnummer" not in text


def test_easy_language_keeps_its_sentences_short() -> None:
    """Rules for easy language (Netzwerk Leichte Sprache): one thought a line, long words joined by hyphens."""
    text = compose(setting(), untouched(LegalPage.EASY_LANGUAGE, "de")).text
    text = re.sub(r"\]\(.*?\)|\\|<.*?>", "", text.partition("Das ist die Stelle")[0])
    for line in text.splitlines():
        assert len(line.split()) <= 12, line
    long_words = {word.strip("*.,:?()[") for word in re.findall(r"\S+", text)}
    allowed = {"Barrierefreiheit", "Gebärdensprache", "Organisationen", "Internet-Seite", "Barriere-Freiheit"}
    assert {w for w in long_words if len(w) > 16 and "-" not in w and "@" not in w and "/" not in w} <= allowed
