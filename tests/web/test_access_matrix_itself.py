"""The matrix finds what it is there to find: each mistake is made on purpose, once, in an application thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Blueprint, Flask, abort
from sqlalchemy import URL, func, select, text

from engagement.kernel.audit import AuditRecord
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.kernel.migration import owner_connection
from engagement.kernel.permissions import Permission
from engagement.kernel.settings import Settings
from engagement.tenancy.queries import all_tenants
from engagement.web.shared.access import requires, unmarked_endpoints
from engagement.web.shared.context import session
from engagement.wiring import create_app
from tests.support import matrix, summary
from tests.support.matrix import World
from tests.web.test_access_matrix import world

__all__ = ["world"]

Found = Callable[[str, str, Callable[..., str]], list[str]]


@pytest.fixture
def found(world: World, settings: Settings, database_url: URL) -> Iterator[Found]:
    """Add a view to an application of its own, and return what the matrix says about it."""
    app = create_app(settings, database_url)
    app.config["PROPAGATE_EXCEPTIONS"] = True

    def problems(method: str, address: str, view: Callable[..., str]) -> list[str]:
        blueprint = Blueprint("mistake", __name__)
        blueprint.add_url_rule(address, "view", view, methods=[method])
        app.register_blueprint(blueprint)
        route = next(route for route in matrix.routes(app) if route.rule.endpoint == "mistake.view")
        return matrix.check(replace(world, app=app), route).wrong

    yield problems
    with app.app_context():
        db.engine.dispose()


def test_a_right_view_is_right(found: Found) -> None:
    @requires(Permission.CLUB_OPPORTUNITY_MANAGE)
    def view(organisation_id: int, opportunity_id: int) -> str:
        return title("WHERE id = :id AND organisation_id = :club", id=opportunity_id, club=organisation_id)

    assert found("GET", "/verein/<int:organisation_id>/richtig/<int:opportunity_id>", view) == []


def test_an_unmarked_endpoint_is_named(found: Found) -> None:
    assert found("GET", "/vergessen", lambda: "secret") == ["GET /vergessen has no access mark"]


def test_a_query_that_forgets_the_organisation_is_found(found: Found) -> None:
    @requires(Permission.CLUB_OPPORTUNITY_MANAGE)
    def view(organisation_id: int, opportunity_id: int) -> str:
        return title("WHERE id = :id", id=opportunity_id)

    wrong = found("GET", "/verein/<int:organisation_id>/roh/<int:opportunity_id>", view)
    assert {line.partition(",")[0] for line in wrong} == {"editor", "owner", "owner of another organisation"}
    assert all("passes instead of finds nothing" in line for line in wrong)


def test_a_query_that_reaches_another_town_is_found(found: Found, database_url: URL) -> None:
    """As the owner of the tables: row-level security would have stopped the web role, as another test proves."""

    @requires(Permission.TENANT_ORGANISATION_VERIFY)
    def view(organisation_id: int) -> str:
        with owner_connection(database_url) as connection:
            name = connection.scalar(text("SELECT name FROM organisation WHERE id = :id"), {"id": organisation_id})
        return str(name) if name else abort(404)

    wrong = found("GET", "/verwaltung/roh/<int:organisation_id>", view)
    assert {line.partition(",")[0] for line in wrong} == {"moderator", "admin", "operator inside by an entry"}


def test_a_mark_that_is_too_generous_for_its_place_is_found(found: Found) -> None:
    wrong = found("GET", "/verwaltung/offen", requires(Permission.PUBLIC_CATALOGUE_READ)(lambda: "everything"))
    assert wrong == ["GET /verwaltung/offen is marked public:catalogue:read, which does not belong below /verwaltung/"]


def test_a_mark_that_takes_any_account_for_a_member_is_found(found: Found) -> None:
    @requires(Permission.OWN_ACCOUNT_MANAGE)
    def view(organisation_id: int) -> str:
        return title("WHERE organisation_id = :club LIMIT 1", club=organisation_id)

    wrong = found("GET", "/verein/<int:organisation_id>/jeder", view)
    assert any(line.startswith("account, not theirs") for line in wrong)


def test_a_view_that_breaks_is_not_taken_for_a_refusal(found: Found) -> None:
    @requires(Permission.TENANT_TODAY_READ)
    def view() -> str:
        abort(500)

    assert any("breaks it instead of passes" in line for line in found("GET", "/verwaltung/kaputt", view))


def test_an_argument_that_nobody_provides_is_asked_for(found: Found) -> None:
    @requires(Permission.TENANT_TODAY_READ)
    def view(rocket_id: int) -> str:
        return str(rocket_id)

    with pytest.raises(AssertionError, match="'rocket_id' that nobody provides: add it to Things and make_things"):
        found("GET", "/verwaltung/raketen/<int:rocket_id>", view)


def test_nothing_that_a_check_does_stays(world: World) -> None:
    route = next(route for route in matrix.routes(world.app) if route.rule.endpoint == "municipality.mail_dismiss")
    before = records(world.app)
    assert matrix.check(world, route).wrong == []
    assert records(world.app) == before


def test_the_end_of_a_run_tells_what_was_tried() -> None:
    class Report:
        when = "call"

        def __init__(self, *properties: tuple[str, object]) -> None:
            self.user_properties = properties

    reports = [Report(("access matrix", ["GET /a", 10, 7])), Report(("access matrix", ["POST /a", 10, 5]))]
    assert summary.lines(reports) == ["Access matrix: 2 routes, 10 roles, 12 checks"]
    told = summary.lines([*reports, Report(("unmarked endpoints", 0))])
    assert told == ["Access matrix: 2 routes, 10 roles, 12 checks, 0 unmarked endpoints"]
    assert summary.lines([Report()]) == []


def test_no_endpoint_of_the_application_is_unmarked(world: World) -> None:
    assert unmarked_endpoints(world.app) == []


def title(condition: str, **values: int) -> str:
    found = session().scalar(text(f"SELECT title FROM opportunity {condition}"), values)
    return str(found) if found else abort(404)


def records(app: Flask) -> list[int]:
    """The number of records in each tenant's audit trail."""
    numbers = []
    with app.app_context():
        ids = [tenant.id for tenant in all_tenants(current_session())]
    for tenant_id in ids:
        with app.app_context():
            open_for_tenant(current_session(), tenant_id)
            numbers.append(current_session().scalar(select(func.count()).select_from(AuditRecord)) or 0)
    return numbers
