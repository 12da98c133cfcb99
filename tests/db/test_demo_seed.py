"""The demo's content: complete, well-formed, and filled in once."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import URL, text

from engagement.accounts.service import check_password
from engagement.cli.demo.content import City, Content, load_cities, load_content
from engagement.cli.demo.neighbours import introduce
from engagement.cli.demo.pictures import SCENE_OF, SCENES
from engagement.cli.demo.seed import ADMIN, CLUB, PASSWORD, address, seed
from engagement.kernel import migration
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.settings import Settings
from engagement.neighbours.queries import agreed_towns
from engagement.neighbours.service import refuse
from engagement.opportunities.kinds import SLOTS, State
from engagement.tenancy.queries import tenant_by_slug
from engagement.tenancy.service import create_tenant

CITIES = load_cities()
TABLES = (
    "organisation", "opportunity", "application", "account", "category", "catalogue_entry", "outgoing_mail", "report",
    "opportunity_edit", "prepared_text",
)  # fmt: skip


@pytest.fixture(params=CITIES, ids=lambda city: city.slug)
def city(request: pytest.FixtureRequest) -> City:
    assert isinstance(request.param, City)
    return request.param


@pytest.fixture
def content(city: City) -> Content:
    return load_content(city.slug)


def counts(url: URL) -> dict[str, int]:
    with migration.owner_connection(url) as connection:
        return {
            table: connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # the owner sees all tenants
            for table in TABLES
        }


def test_a_city_is_rich_and_varied(city: City, content: Content) -> None:
    states = Counter(offer.state for offer in content.offers)
    assert len(content.organisations) >= 25
    assert states["published"] >= 50
    assert set(states) == set(State)
    assert sum(offer.kind == "dated" for offer in content.offers) >= 15
    assert {name for offer in content.offers for name in offer.categories} == set(city.tenant.categories)
    assert {name for offer in content.offers for name in offer.target_groups} == set(city.tenant.target_groups)
    districts = {district.name for district in city.tenant.districts}
    assert {offer.district for offer in content.offers if offer.district} == districts


def test_a_city_speaks_of_what_there_is(city: City, content: Content) -> None:
    keys = {organisation.key for organisation in content.organisations}
    assert len(keys) == len(content.organisations)
    assert {offer.organisation for offer in content.offers} <= keys
    assert {organisation.kind for organisation in content.organisations} <= set(city.tenant.organisation_kinds)
    assert {slot for offer in content.offers for slot in offer.slots} <= set(SLOTS)
    for texts in (content.organisations, content.offers):
        descriptions = [one.description for one in texts]
        assert len(set(descriptions)) == len(descriptions)


def test_some_offers_have_a_picture_that_is_described(content: Content) -> None:
    pictured = [offer for offer in content.offers if offer.title in SCENE_OF]
    assert len(pictured) >= 4
    assert {offer.state for offer in pictured} == {State.PUBLISHED}
    assert all(scene.alt.endswith(".") for scene in SCENES.values())


def test_each_picture_belongs_to_an_offer() -> None:
    titles = {offer.title for city in CITIES for offer in load_content(city.slug).offers}
    assert set(SCENE_OF) <= titles


def test_every_address_is_invented(content: Content) -> None:
    addresses = [organisation.email for organisation in content.organisations]
    addresses += [offer.contact_email for offer in content.offers]
    addresses += [organisation.website for organisation in content.organisations if organisation.website]
    assert [address for address in addresses if not address.endswith(".example")] == []
    phones = {organisation.phone for organisation in content.organisations} - {""}
    assert [phone for phone in phones if not phone.startswith("069 90009-")] == []


def test_a_city_is_filled_once(app: Flask, settings: Settings, database_url: URL) -> None:
    city = CITIES[0]
    content = load_content(city.slug)
    with app.app_context():
        seed(settings, city)
    first = counts(database_url)
    assert first["opportunity"] == len(content.offers)
    over = first["catalogue_entry"] - sum(offer.state == "published" for offer in content.offers)
    assert over == sum(offer.state in {"paused", "closed", "archived"} for offer in content.offers)
    assert first["application"] > 0
    assert (first["report"], first["opportunity_edit"]) == (3, 1)
    assert first["prepared_text"] > 0
    with app.app_context():
        seed(settings, city)
    assert counts(database_url) == first


def test_a_killed_start_leaves_nothing_and_recovers(app: Flask, settings: Settings, database_url: URL) -> None:
    city = CITIES[0]
    with app.app_context():
        create_tenant(current_session(), city.tenant)
        current_session().rollback()
    assert counts(database_url)["category"] == 0
    with app.app_context():
        seed(settings, city)
    assert counts(database_url)["category"] == len(city.tenant.categories)
    with app.app_context():
        session = current_session()
        tenant = tenant_by_slug(session, city.slug)
        assert tenant
        open_for_tenant(session, tenant.id)
        for person in (ADMIN, CLUB):
            assert check_password(session, address(person, city), PASSWORD)
        session.rollback()


def test_the_towns_introduce_themselves_once(app: Flask, settings: Settings) -> None:
    for city in CITIES:
        with app.app_context():
            create_tenant(current_session(), city.tenant)
            current_session().commit()
    introduce(app)
    assert shared_by(app, "bretten") == ["ettlingen"]
    with app.app_context():
        session = current_session()
        tenant = tenant_by_slug(session, "bretten")
        assert tenant
        open_for_tenant(session, tenant.id)
        refuse(session, "ettlingen")
        session.commit()
    introduce(app)
    assert shared_by(app, "bretten") == []


def shared_by(app: Flask, slug: str) -> list[str]:
    with app.app_context():
        session = current_session()
        tenant = tenant_by_slug(session, slug)
        assert tenant
        open_for_tenant(session, tenant.id)
        return [town.slug for town in agreed_towns(session)]
