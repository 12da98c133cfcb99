"""A look is changed as a whole, and what it replaces can be brought back."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.kernel import clock
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.files import find_file
from engagement.opportunities.pictures import forget_unused_pictures
from engagement.tenancy import branding
from engagement.tenancy.branding import MOST_KEPT, change_look, current_look, kept_looks, restore_look, state_of_look
from engagement.tenancy.queries import TenantDirectory, all_tenants, own_tenant
from tests.factories.looks import kept_image, make_look
from tests.support.statements import watched


def audited(session: Session, action: str) -> list[AuditRecord]:
    session.flush()
    return list(session.scalars(select(AuditRecord).where(AuditRecord.action == action).order_by(AuditRecord.id)))


def test_a_change_is_seen_where_tenants_are_read_and_is_audited(session: Session) -> None:
    digest = kept_image(session)
    make_look(session, claim="Neu", brand_colour="#123456", logo_sha256=digest, logo_alt="Logo", logo_width=4)
    info = own_tenant(session)
    assert (info.claim, info.brand_colour) == ("Neu", "#123456")
    assert info.logo is not None
    assert (info.logo.sha256, info.logo.alt, info.logo.width) == (digest, "Logo", 4)
    (note,) = audited(session, "tenant.change_look")
    assert note.before == {
        "claim": "Gemeinsam geht mehr",
        "brand_colour": "#0b5cad",
        "logo_sha256": None,
        "logo_alt": "",
        "logo_width": 0,
    }
    assert note.after is not None
    assert note.after["brand_colour"] == "#123456"


def test_the_same_look_again_changes_nothing(session: Session) -> None:
    assert not change_look(session, current_look(session), seen=state_of_look(session))
    assert kept_looks(session) == ()
    assert audited(session, "tenant.change_look") == []


def test_the_look_of_another_town_is_never_taken_for_ones_own(app: Flask, session: Session, ettlingen: int) -> None:
    make_look(session, headline="Bretten packt an")
    session.commit()
    with app.app_context():
        other = current_session()
        open_for_tenant(other, ettlingen)
        assert current_look(other).headline == ""
        make_look(other, box_title="Ettlinger Vereine")
        assert (current_look(other).headline, current_look(other).box_title) == ("", "Ettlinger Vereine")
    assert current_look(session).headline == "Bretten packt an"


def test_a_look_of_the_past_comes_back_whole_and_can_be_undone_again(session: Session) -> None:
    first = current_look(session)
    version = make_look(session, claim="Neu", headline="Kommt!", box_title="Vereine", logo_sha256=kept_image(session))
    second = current_look(session)
    restore_look(session, version)
    assert current_look(session) == first
    assert [audited(session, "tenant.restore_look")[0].after[name] for name in ("claim", "logo_sha256")] == [
        first.claim,
        None,
    ]
    restore_look(session, kept_looks(session)[0].id)
    assert current_look(session) == second


def test_kept_looks_say_what_changed_after_them(session: Session) -> None:
    make_look(session, claim="Eins")
    make_look(session, brand_colour="#123456", box_text="Text")
    assert [kept.changed for kept in kept_looks(session)] == [("brand_colour", "box_text"), ("claim",)]
    assert [kept.look.claim for kept in kept_looks(session)] == ["Eins", "Gemeinsam geht mehr"]


def test_only_the_last_ones_are_kept(session: Session) -> None:
    for number in range(MOST_KEPT + 3):
        make_look(session, claim=f"Nummer {number}")
    claims = [kept.look.claim for kept in kept_looks(session)]
    assert len(claims) == MOST_KEPT
    assert claims[0] == f"Nummer {MOST_KEPT + 1}"


def test_who_was_slower_does_not_overwrite(session: Session) -> None:
    seen = state_of_look(session)
    make_look(session, claim="Schneller")
    with pytest.raises(ConflictError):
        change_look(session, replace(current_look(session), claim="Langsamer"), seen=seen)
    assert current_look(session).claim == "Schneller"


def test_what_somebody_else_has_saved_meanwhile_is_kept_and_seen(app: Flask, session: Session, bretten: int) -> None:
    seen, mine = state_of_look(session), current_look(session)
    session.commit()
    with app.app_context():
        other = current_session()
        open_for_tenant(other, bretten)
        make_look(other, claim="Schneller", headline="Neu")
        other.commit()
    with pytest.raises(ConflictError):
        change_look(session, replace(mine, platform_name="Anders"), seen=seen)
    assert current_look(session).claim == "Schneller"
    assert change_look(session, replace(mine, platform_name="Anders"), seen=state_of_look(session))
    kept = kept_looks(session)[0].look
    assert (kept.claim, kept.headline) == ("Schneller", "Neu")


def test_a_malformed_colour_is_refused_by_the_service_too(session: Session) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        make_look(session, brand_colour="red;}")
    session.rollback()


def test_a_picture_must_be_a_kept_file_of_this_tenant(app: Flask, session: Session, ettlingen: int) -> None:
    digest = kept_image(session)
    session.commit()
    with app.app_context():
        abroad = current_session()
        open_for_tenant(abroad, ettlingen)
        with pytest.raises(IntegrityError):
            make_look(abroad, logo_sha256=digest)
        abroad.rollback()


def test_pictures_in_use_and_of_kept_looks_are_not_thrown_away(session: Session) -> None:
    with clock.stopped(now() - timedelta(days=3)):
        red, green, blue = (kept_image(session, colour) for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255)))
        make_look(session, logo_sha256=red)
        make_look(session, logo_sha256=None, picture_sha256=green)
    assert forget_unused_pictures(session) == 1
    assert find_file(session, blue) is None
    assert find_file(session, red)
    assert find_file(session, green)


def test_once_its_look_is_forgotten_a_picture_goes_too(session: Session) -> None:
    with clock.stopped(now() - timedelta(days=3)):
        red = kept_image(session, (255, 0, 0))
        make_look(session, logo_sha256=red)
        make_look(session, logo_sha256=None)
        for number in range(MOST_KEPT):
            make_look(session, claim=f"Nummer {number}")
    assert forget_unused_pictures(session) == 1
    assert find_file(session, red) is None


def test_the_database_itself_keeps_a_picture_that_is_shown(session: Session) -> None:
    make_look(session, picture_sha256=kept_image(session))
    with pytest.raises(IntegrityError):
        session.execute(text("DELETE FROM stored_file"))
    session.rollback()


def test_another_tenants_look_cannot_be_restored(app: Flask, session: Session, ettlingen: int) -> None:
    version = make_look(session, claim="Neu")
    session.commit()
    with app.app_context():
        open_for_tenant(current_session(), ettlingen)
        assert kept_looks(current_session()) == ()
        with pytest.raises(NotFoundError):
            restore_look(current_session(), version)


def test_everybody_reads_the_look_and_nobody_else_its_past(app: Flask, session: Session, ettlingen: int) -> None:
    make_look(session, headline="Kommt!")
    session.commit()
    with app.app_context():
        assert [tenant.headline for tenant in all_tenants(current_session())] == ["Kommt!", ""]
        open_for_tenant(current_session(), ettlingen)
        count = text("SELECT count(*) FROM branding_version")
        assert current_session().scalar(count) == 0


def test_a_tenant_is_read_with_its_look_in_one_statement(app: Flask, session: Session) -> None:
    make_look(session, headline="Kommt!")
    session.commit()
    with app.app_context(), watched(db.engine) as statements:
        found = TenantDirectory().find(current_session(), "bretten.localhost")
    assert found is not None
    assert found.headline == "Kommt!"
    assert len(statements) == 1


def test_a_look_has_every_column_of_its_tables(session: Session) -> None:
    """A column that a look does not know would be lost when it is brought back."""
    columns = {column.key for column in branding.BrandingVersion.__table__.columns}
    assert columns - {"id", "tenant_id", "replaced_at"} == set(asdict(current_look(session)))
