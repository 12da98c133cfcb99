from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import URL, text
from sqlalchemy.orm import Session

from engagement.kernel.db import db
from engagement.kernel.errors import ConflictError, InvalidInputError
from engagement.kernel.migration import owner_connection
from engagement.tenancy.queries import TenantDirectory, own_tenant, tenant_by_slug
from engagement.tenancy.service import NewTenant, create_tenant
from tests.support.statements import watched

NEW = NewTenant("oos", "Oos", ("oos.example", "www.oos.example"))


class Hands:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_tenant_answers_on_each_of_its_hosts_and_is_named_by_the_first(open_session: Session) -> None:
    create_tenant(open_session, NEW)
    open_session.commit()
    assert own_tenant(open_session).host == "oos.example"
    by_slug = tenant_by_slug(open_session, "oos")
    for host in ("oos.example", "www.oos.example", "WWW.OOS.example"):
        assert TenantDirectory().find(open_session, host) == by_slug
    assert TenantDirectory().find(open_session, "elsewhere.example") is None


def test_a_tenant_is_read_once_in_half_a_minute(open_session: Session) -> None:
    create_tenant(open_session, NEW)
    open_session.commit()
    hands = Hands()
    directory = TenantDirectory(hands)
    directory.find(open_session, "oos.example")
    with watched(db.engine) as seen:
        directory.find(open_session, "oos.example")
    assert len(seen) == 0
    hands.seconds = 31
    with watched(db.engine) as seen:
        directory.find(open_session, "oos.example")
    assert len(seen) > 0


@pytest.mark.parametrize(
    ("change", "field"),
    [({"slug": "Oos!"}, "slug"), ({"slug": "a--b"}, "slug"), ({"hosts": ()}, "host"), ({"hosts": ("-x",)}, "host")],
)
def test_malformed_names_are_refused(open_session: Session, change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        create_tenant(open_session, replace(NEW, **change))
    assert field in refused.value.problems


def test_names_and_hosts_are_given_once(open_session: Session) -> None:
    create_tenant(open_session, NEW)
    open_session.commit()
    open_session.info.pop("scope")
    with pytest.raises(ConflictError, match="oos"):
        create_tenant(open_session, replace(NEW, hosts=("other.example",)))
    with pytest.raises(ConflictError, match=r"www\.oos\.example"):
        create_tenant(open_session, replace(NEW, slug="other", hosts=("www.oos.example",)))


def test_finding_the_tenant_of_a_host_is_one_indexed_query_however_many_there_are(
    open_session: Session, database_url: URL
) -> None:
    create_tenant(open_session, NEW)
    open_session.commit()
    with owner_connection(database_url) as connection:
        connection.execute(text(MANY))
        connection.execute(text("ANALYZE tenant, tenant_host"))
        connection.commit()
    with watched(db.engine) as seen:
        found = TenantDirectory().find(open_session, "www.oos.example")
    assert found
    assert found.slug == "oos"
    assert len(seen) == 1
    with owner_connection(database_url) as connection:
        (plan,) = seen.plans(connection)
    assert "Seq Scan" not in plan, plan


MANY = """
WITH made AS (
    INSERT INTO tenant (slug, name, platform_name, claim, introduction, brand_colour, accent_colour, languages,
                        time_zone, mail_from, postal_address, contact_email, official_key, created_at)
    SELECT 'ort-' || n, 'Ort ' || n, 'Ort ' || n, '', '', '#000000', '#000000', '{de}',
           'Europe/Berlin', '', '', '', '', now()
    FROM generate_series(1, 2000) n RETURNING id
)
INSERT INTO tenant_host (host, tenant_id, is_primary)
SELECT id || '-' || kind || '.example', id, kind = 1 FROM made, generate_series(1, 2) kind
"""
