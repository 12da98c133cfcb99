"""The figures of a large town against reckoning row by row, on the same rows in the same run.

One tenant with 100,000 applications for 2,000 offers within the period of 13 months; the rival loads each application
and counts in Python, as a page without SQL aggregates would.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable

from flask import Flask
from sqlalchemy import URL, select, text
from sqlalchemy.orm import Session

from engagement.applications.models import Application
from engagement.figures.periods import Period, month_at, usual_period
from engagement.figures.queries import load_figures
from engagement.kernel import migration
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, db, open_for_tenant, tenant_of
from engagement.tenancy.queries import load_vocabulary, own_tenant
from tests.factories.tenants import make_tenant

APPLICATIONS = 100_000
OFFERS = 2_000
ORGANISATIONS = 400
ROUNDS = 7

_ORGANISATIONS = text(
    """
    INSERT INTO organisation (tenant_id, name, slug, description, street, postcode, city, contact_name, email, phone,
        website, verification, verification_note, verified_at, source, source_digest, created_at, updated_at)
    SELECT :tenant_id, 'Verein ' || number, 'verein', '', '', '', '', '', '', '', '', 'verified', '',
        now() - interval '2 years', '', '', now(), now()
    FROM generate_series(1, :organisations) AS number
    """
)
_OFFERS = text(
    """
    INSERT INTO opportunity (tenant_id, organisation_id, title, slug, summary, description, state, review_note,
        place_kind, street, postcode, city, district_id, time_kind, slots, time_note, places, places_taken, skills,
        languages, driving_licence, certificate_of_conduct, training, insurance, expenses, allowance, contact_name,
        contact_email, contact_phone, picture_alt, source, source_digest, published_at, created_at, updated_at)
    SELECT :tenant_id, organisations.ids[1 + number % :organisations], 'Helfen ' || number, 'helfen', '', '',
        'published', '', 'district', '', '', '', districts.ids[1 + number % 3], 'ongoing', '{}', '', 5, number % 6,
        '{}', '{}', '', false, '', false, '', '', '', '', '', '', '', '',
        now() - interval '1 day' * (30 + number % 400), now(), now()
    FROM generate_series(1, :offers) AS number,
        (SELECT array_agg(id) AS ids FROM organisation WHERE tenant_id = :tenant_id) AS organisations,
        (SELECT array_agg(id) AS ids FROM district WHERE tenant_id = :tenant_id) AS districts
    """
)
_CATEGORIES = text(
    """
    INSERT INTO opportunity_category (tenant_id, opportunity_id, category_id)
    SELECT :tenant_id, opportunity.id, categories.ids[1 + opportunity.id % 4]
    FROM opportunity, (SELECT array_agg(id) AS ids FROM category WHERE tenant_id = :tenant_id) AS categories
    WHERE opportunity.tenant_id = :tenant_id
    """
)
_APPLICATIONS = text(
    """
    INSERT INTO application (tenant_id, opportunity_id, name, email, phone, message, language, state, created_at,
        updated_at, first_answered_at, version)
    SELECT :tenant_id, offers.ids[1 + (power(random(), 3) * (:offers - 1))::integer], 'x', 'x' || number, '', '', 'de',
        (ARRAY['accepted', 'accepted', 'declined', 'in_contact', 'withdrawn', 'new'])[1 + number % 6],
        made.at, made.at + interval '1 day',
        CASE WHEN number % 6 < 4 THEN made.at + interval '1 hour' * exp(random() * 6) END, 1
    FROM generate_series(1, :applications) AS number,
        LATERAL (SELECT now() - interval '1 hour' * (number % 9000) AS at) AS made,
        (SELECT array_agg(id) AS ids FROM opportunity WHERE tenant_id = :tenant_id) AS offers
    """
)


def run(app: Flask, url: URL) -> None:
    with app.app_context():
        tenant_id = _fill(url)
    with app.app_context():
        session = current_session()
        open_for_tenant(session, tenant_id)
        print(f"Figures: {APPLICATIONS} applications, {OFFERS} offers, {ORGANISATIONS} organisations, 13 months")
        print(f"{'':<32}{'median ms':>10}{'slowest ms':>12}")
        for name, figures in _measure(session).items():
            print(f"{name:<32}{statistics.median(figures):>10.0f}{max(figures):>12.0f}")
    with app.app_context():
        db.engine.dispose()


def _measure(session: Session) -> dict[str, list[float]]:
    tenant, words = own_tenant(session), load_vocabulary(session)
    period = usual_period(month_at(now(), tenant.time_zone))
    category = words.categories[0].id
    rivals: dict[str, Callable[[], object]] = {
        "all figures": lambda: load_figures(session, tenant, words, period),
        "all figures of one field": lambda: load_figures(session, tenant, words, period, category_id=category),
        "states by month, row by row": lambda: _row_by_row(session, period),
    }
    figures: dict[str, list[float]] = {name: [] for name in rivals}
    for turn in range(ROUNDS + 1):
        for name, ask in rivals.items():
            begun = time.perf_counter()
            ask()
            if turn:
                figures[name].append((time.perf_counter() - begun) * 1000)
    return figures


def _row_by_row(session: Session, period: Period) -> Counter[object]:
    """The rival: one of the eleven figures, each application loaded."""
    zone = own_tenant(session).time_zone
    begin, end = period.bounds(zone)
    rows = session.scalars(select(Application).where(Application.created_at >= begin, Application.created_at < end))
    counts: Counter[object] = Counter((month_at(row.created_at, zone), row.state) for row in rows)
    session.expunge_all()
    return counts


def _fill(url: URL) -> int:
    session = current_session()
    tenant_id = make_tenant("grossstadt", "Großstadt", commit=True)
    session.execute(
        text("INSERT INTO district (tenant_id, slug, name, position, postcode) "
             "SELECT :tenant_id, 'o' || n, 'Ort ' || n, n, '' FROM generate_series(1, 3) AS n"),
        {"tenant_id": tenant_id},
    )  # fmt: skip
    sizes = {"organisations": ORGANISATIONS, "offers": OFFERS, "applications": APPLICATIONS}
    for statement in (_ORGANISATIONS, _OFFERS, _CATEGORIES, _APPLICATIONS):
        wanted = {name: sizes[name] for name in statement.compile().params if name in sizes}
        session.execute(statement, {"tenant_id": tenant_of(session), **wanted})
    session.commit()
    with migration.owner_connection(url) as owner:
        owner.execution_options(isolation_level="AUTOCOMMIT")
        owner.execute(text("VACUUM ANALYZE"))
    return tenant_id
