"""The JSON API: what it answers, refuses and promises."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy.orm import Session

from engagement.kernel.db import current_session, db, open_for_tenant, tenant_of
from engagement.kernel.ratelimit import Limit
from engagement.opportunities.models import Opportunity
from engagement.opportunities.publication import write_catalogue
from engagement.organisations.kinds import Verification
from engagement.tenancy.queries import Vocabulary
from engagement.tenancy.settings import Module
from engagement.web.api import models, operations
from engagement.web.api.questions import OpportunityQuestion, OrganisationQuestion, PageQuestion
from engagement.web.shared.directory import read_directory
from engagement.web.shared.filters import read_filters
from tests.factories.mails import make_tenant_info
from tests.factories.neighbours import let_agree
from tests.factories.offers import make_opportunity
from tests.factories.outward import close_entry, make_town
from tests.factories.people import make_account, make_organisation, sign_in
from tests.factories.tenants import decide
from tests.support.pages import CheckedClient
from tests.support.statements import watched

ROOT = "/api/v1"


def read(client: CheckedClient, path: str, status: int = 200) -> Any:  # noqa: ANN401 - any JSON value
    response = client.get(f"{ROOT}{path}")
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == ("application/json" if status == 200 else "application/problem+json")
    return response.get_json()


class TestReading:
    def test_the_list_holds_what_is_open(self, client: CheckedClient, session: Session) -> None:
        town = make_town(session)
        close_entry(session, town.remote)
        found = read(client, "/opportunities")
        assert {one["id"] for one in found["items"]} == {town.ongoing, town.dated, town.awkward}
        assert set(found) == {"items", "total", "next"}
        assert (found["total"], found["next"]) == (3, None)

    def test_an_offer_with_all_its_facts(self, client: CheckedClient, session: Session) -> None:
        town = make_town(session)
        found = read(client, f"/opportunities/{town.ongoing}")
        assert found["title"] == "Vorlesen"
        assert found["place"]["street"] == "Schulgasse 1"
        assert found["time"] == {
            "kind": "ongoing", "starts_at": None, "ends_at": None, "slots": ["sat-morning"], "note": "", "hours": 2.0,
            "hours_per": "week",
        }  # fmt: skip
        assert found["url"] == f"http://bretten.localhost:8000{town.path(session, town.ongoing)}"
        assert found["apply_url"] == f"{found['url']}/mitmachen"
        assert found["calendar_url"] is None
        assert read(client, f"/opportunities/{town.dated}")["calendar_url"].endswith(".ics")

    def test_nothing_of_people_leaves(self, client: CheckedClient, session: Session) -> None:
        town = make_town(session)
        feeds = ("angebote.atom", "termine.ics", "angebote.jsonld", "freinet.xml", "angebote.csv")
        paths = [f"{ROOT}/opportunities/{town.ongoing}", *(f"/feeds/{name}" for name in feeds)]
        text = "".join(client.get(path).get_data(as_text=True) for path in paths)
        assert "Vorlesen" in text
        for secret in ("Sommerfeld", "margit@", "998877"):
            assert secret not in text

    def test_what_was_imported_says_where_it_comes_from(self, client: CheckedClient, session: Session) -> None:
        club = make_organisation(session)
        number = make_opportunity(session, club.id)
        row = session.get_one(Opportunity, (club.tenant_id, number))
        row.source, row.external_id = "freinet", "1001"
        write_catalogue(session, number)
        session.commit()
        assert read(client, "/opportunities")["items"][0]["source"] == {"system": "freinet", "id": "1001"}

    def test_what_has_ended_is_gone(self, client: CheckedClient, session: Session) -> None:
        town = make_town(session)
        close_entry(session, town.ongoing)
        assert read(client, f"/opportunities/{town.ongoing}", 410)["status"] == 410
        assert read(client, "/opportunities/987654", 404)["title"]

    def test_pages_lead_on_with_the_same_filters(self, client: CheckedClient, session: Session) -> None:
        make_town(session)
        seen, path = [], "/opportunities?anzahl=2&kategorie=kinder-und-jugend"
        while path:
            found = read(client, path)
            seen += [one["id"] for one in found["items"]]
            path = (found["next"] or "").removeprefix(f"http://bretten.localhost:8000{ROOT}")
        assert len(seen) == len(set(seen)) == found["total"] == 4
        assert read(client, "/opportunities?seite=9")["items"] == []

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ("q=flohmarkt", {"Bücherflohmarkt"}),
            ("art=remote", {"Briefe schreiben"}),
            ("art=einmalig", {"Bücherflohmarkt"}),
            ("wann=sat-morning&art=regelmaessig", {"Vorlesen"}),
            ("plz=75015&umkreis=5&wann=sat&art=regelmaessig", {"Vorlesen"}),
        ],
    )
    def test_the_filters_are_those_of_the_search_page(
        self, client: CheckedClient, session: Session, query: str, titles: set[str]
    ) -> None:
        make_town(session)
        assert {one["title"] for one in read(client, f"/opportunities?{query}")["items"]} == titles

    def test_organisations(self, client: CheckedClient, session: Session) -> None:
        town = make_town(session)
        hidden = make_organisation(session, "Verborgen", verification=Verification.PENDING)
        session.commit()
        found = read(client, "/organisations?q=lese")
        assert [one["name"] for one in found["items"]] == ["Lesebrücke e. V."]
        assert found["items"][0]["offers"] == 4
        one = read(client, f"/organisations/{town.club.id}")
        assert len(one["opportunities"]) == 4
        read(client, f"/organisations/{hidden.id}", 404)
        assert read(client, "/organisations?anzahl=1")["next"] is None

    def test_the_vocabulary_speaks_the_language_that_was_asked_for(self, client: CheckedClient) -> None:
        words = read(client, "/vocabulary?lang=en")
        assert [word["slug"] for word in words["categories"]][:1] == ["kinder-und-jugend"]
        assert words["districts"][0]["postcodes"] == ["75015"]

    def test_another_town_is_not_here(
        self, app: Flask, client: CheckedClient, session: Session, ettlingen: int
    ) -> None:
        with app.app_context():
            open_for_tenant(current_session(), ettlingen)
            town = make_town(current_session())
        assert read(client, "/opportunities")["total"] == 0
        read(client, f"/opportunities/{town.ongoing}", 404)


class TestAsking:
    @pytest.mark.parametrize(
        "query",
        ["foo=1", "seite=0", "seite=abc", "seite=1_0", "anzahl=101", "umkreis=-1", "art=quatsch", "wann=sat-noon",
         "nachbarn=ja", "seite=1&seite=2", "lang=deutsch"],
    )  # fmt: skip
    def test_what_cannot_be_used_is_named(self, client: CheckedClient, query: str) -> None:
        found = read(client, f"/opportunities?{query}", 400)
        assert found["type"].endswith("/api#bad-question")
        assert found["errors"][0]["parameter"] == query.partition("=")[0]

    @pytest.mark.parametrize("query", ["kategorie=quatsch", "zielgruppe=x", "ortsteil=x", "plz=99999&umkreis=5"])
    def test_what_this_town_does_not_have_is_not_passed_over(self, client: CheckedClient, query: str) -> None:
        found = read(client, f"/opportunities?{query}", 404)
        assert found["type"].endswith("/api#unknown-word")
        assert found["parameter"] == query.partition("=")[0]

    def test_every_filter_of_the_pages_can_be_asked_for(self) -> None:
        for reader, question in ((read_filters, OpportunityQuestion), (read_directory, OrganisationQuestion)):
            asked = Recorder()
            info = (make_tenant_info(),) if reader is read_filters else ()
            reader(asked, EMPTY, *info)
            assert asked.names - {"ansicht"} == set(question.model_fields) - set(PageQuestion.model_fields) | {"seite"}

    def test_many_questions_have_to_wait(self, client: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(operations, "LIMIT", Limit("api", 2, timedelta(hours=1)))
        assert [client.get(f"{ROOT}/vocabulary").status_code for _ in range(3)] == [200, 200, 429]
        refused = client.get(f"{ROOT}/vocabulary")
        assert int(refused.headers["Retry-After"]) > 0
        assert refused.mimetype == "application/problem+json"

    def test_only_reading_is_allowed(self, client: CheckedClient) -> None:
        refused = client.post(f"{ROOT}/vocabulary")
        assert (refused.status_code, refused.mimetype) == (405, "application/problem+json")
        assert "GET" in refused.headers["Allow"]

    def test_a_mistake_of_ours_is_told_as_a_problem(
        self, app: Flask, client: CheckedClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        monkeypatch.setitem(app.view_functions, "api.vocabulary", broken)
        found = client.get(f"{ROOT}/vocabulary")
        assert (found.status_code, found.mimetype) == (500, "application/problem+json")


class TestPromises:
    def test_what_has_not_changed_is_not_sent_again(self, client: CheckedClient, session: Session) -> None:
        make_town(session)
        first = client.get(f"{ROOT}/opportunities")
        again = client.get(f"{ROOT}/opportunities", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        make_opportunity(session, make_organisation(session).id)
        session.commit()
        changed = client.get(f"{ROOT}/opportunities", headers={"If-None-Match": first.headers["ETag"]})
        assert changed.status_code == 200
        assert not first.headers["ETag"].startswith("W/")

    @pytest.mark.parametrize("path", [f"{ROOT}/opportunities", f"{ROOT}/nix", "/feeds/angebote.atom"])
    def test_scripts_of_every_site_may_read_it(self, client: CheckedClient, path: str) -> None:
        for method in ("GET", "HEAD", "OPTIONS"):
            headers = client.open(path, method=method).headers
            assert headers["Access-Control-Allow-Origin"] == "*"
            assert "Access-Control-Allow-Credentials" not in headers

    def test_pages_stay_closed_to_other_sites(self, client: CheckedClient) -> None:
        assert "Access-Control-Allow-Origin" not in client.get("/angebote").headers

    @pytest.mark.parametrize("path", [f"{ROOT}/vocabulary", "/feeds/angebote.atom", "/einbetten"])
    def test_nobody_is_signed_in_there(self, client: CheckedClient, session: Session, path: str) -> None:
        before = client.get(path)
        person = make_account(session, language="en")
        session.commit()
        sign_in(client, person)
        after = client.get(path)
        assert after.data == before.data
        assert "Set-Cookie" not in after.headers
        assert after.headers["Cache-Control"].startswith("public")

    @pytest.mark.parametrize("path", [f"{ROOT}/opportunities", f"{ROOT}/openapi.json", "/feeds/termine.ics", "/api"])
    def test_a_town_can_do_without(self, client: CheckedClient, session: Session, path: str) -> None:
        assert client.get(path).status_code == 200
        decide(session, modules=frozenset(Module) - {Module.OPEN_DATA})
        assert client.get(path).status_code == 404
        assert "feeds/angebote" not in client.get("/angebote").get_data(as_text=True)

    @pytest.mark.parametrize("path", ["/opportunities?anzahl=100", "/organisations?anzahl=100", "/opportunities/{0}"])
    def test_the_number_of_statements_does_not_grow(self, client: CheckedClient, session: Session, path: str) -> None:
        counts = []
        for _ in range(2):
            town = make_town(session)
            for _ in range(5):
                make_opportunity(session, make_organisation(session).id)
            session.commit()
            client.get("/robots.txt")
            with watched(db.engine) as statements:
                read(client, path.format(town.ongoing))
            counts.append(len(statements))
        assert counts[0] == counts[1] <= 10

    def test_neighbours_offers_lead_to_their_own_town(
        self, app: Flask, client: CheckedClient, session: Session, ettlingen: int
    ) -> None:
        let_agree(app, tenant_of(session), "ettlingen")
        let_agree(app, ettlingen, "bretten")
        with app.app_context():
            open_for_tenant(current_session(), ettlingen)
            town = make_town(current_session())
        found = read(client, "/opportunities?nachbarn=1")
        assert found["total"] == 4
        assert {one["url"].split("/")[2] for one in found["items"]} == {"ettlingen.localhost:8000"}
        assert {one["self"].rpartition("/")[0] for one in found["items"]} == {
            f"http://ettlingen.localhost:8000{ROOT}/opportunities"
        }
        assert town.ongoing in {one["id"] for one in found["items"]}
        assert found["items"][0]["categories"][0]["slug"] == "kinder-und-jugend"


class TestDescription:
    def test_it_is_sound(self, client: CheckedClient) -> None:
        OpenAPIV31SpecValidator(read(client, "/openapi.json")).validate()

    def test_it_holds_every_route_and_no_other(self, app: Flask, client: CheckedClient) -> None:
        routes = {
            re.sub(r"<int:(\w+)>", r"{\1}", rule.rule).removeprefix(ROOT)
            for rule in app.url_map.iter_rules()
            if rule.rule.startswith(ROOT)
        }
        assert set(read(client, "/openapi.json")["paths"]) == routes - {"/openapi.json"}

    def test_it_names_every_field_of_the_answers(self, client: CheckedClient) -> None:
        schemas = read(client, "/openapi.json")["components"]["schemas"]
        for model in (models.OpportunityDetail, models.OrganisationDetail, models.OpportunityList, models.Vocabulary):
            assert set(schemas[model.__name__]["properties"]) == set(model.model_fields)
            assert schemas[model.__name__]["additionalProperties"] is False


class Recorder:
    """Arguments that are empty and remember what they were asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def get(self, key: str, default: str, /) -> str:
        self.names.add(key)
        return default

    def getlist(self, key: str, /) -> list[str]:
        self.names.add(key)
        return []


def broken(**_: object) -> None:
    raise RuntimeError("on purpose")


broken.access_mark = "public:catalogue:read"
EMPTY = Vocabulary((), (), (), ())
