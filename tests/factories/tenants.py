"""Makes tenants."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engagement.kernel.db import current_session
from engagement.kernel.geo import Point
from engagement.tenancy.deciding import change_some_settings
from engagement.tenancy.service import NewDistrict, NewTenant, create_tenant
from engagement.web.shared.context import tools

CATEGORIES = ("Kinder und Jugend", "Bildung und Lernen", "Leben im Alter", "Natur, Tiere und Umwelt")
TARGET_GROUPS = ("Kinder", "Seniorinnen und Senioren", "Geflüchtete", "Tiere")
KINDS = ("Eingetragener Verein", "Initiative ohne Rechtsform", "Kirchengemeinde")
DISTRICTS = {
    "bretten": (
        NewDistrict("Kernstadt", Point(49.0369, 8.7074), "75015"),
        NewDistrict("Diedelsheim", Point(49.0412, 8.6802), "75015"),
        NewDistrict("Sprantal", Point(49.005, 8.705), "75015"),
    ),
    "ettlingen": (
        NewDistrict("Kernstadt", Point(48.9409, 8.4076), "76275"),
        NewDistrict("Spessart", Point(48.911, 8.435), "76275"),
    ),
}


def make_tenant(slug: str, name: str, *, commit: bool = False) -> int:
    """Make a tenant on ``<slug>.localhost`` in the present session, which stays open for it."""
    tenant_id = create_tenant(
        current_session(),
        NewTenant(
            slug=slug,
            name=name,
            hosts=(f"{slug}.localhost",),
            platform_name=f"Engagement vernetzt {name}",
            claim="Gemeinsam geht mehr",
            brand_colour="#0b5cad",
            mail_from=f"engagement@{slug}.example",
            postal_address=f"Marktplatz 1, {name}",
            contact_email=f"ehrenamt@{slug}.example",
            centre=DISTRICTS[slug][0].point if slug in DISTRICTS else None,
            categories=CATEGORIES,
            target_groups=TARGET_GROUPS,
            organisation_kinds=KINDS,
            districts=DISTRICTS.get(slug, ()),
        ),
    )
    if commit:
        current_session().commit()
    return tenant_id


def decide(session: Session, **fields: Any) -> None:
    """Decide for the session's tenant and let the application see it at once."""
    change_some_settings(session, **fields)
    session.commit()
    tools().tenants.forget()
