"""The worker makes of each picture what pages show: once, after the upload, and anew when it is missing."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import URL, delete, select, update
from sqlalchemy.orm import Session

from engagement.kernel.clock import now, stopped
from engagement.kernel.db import db
from engagement.kernel.files import StoredFile
from engagement.kernel.pictures import find_picture
from engagement.kernel.variants import (
    HERO,
    LOGO,
    MAKE,
    Kind,
    PictureVariant,
    find_variant,
    make_variants,
    order,
    wide,
)
from engagement.opportunities.pictures import forget_unused_pictures, order_missing_variants
from engagement.opportunities.queries import find_opportunity
from engagement.opportunities.service import update_opportunity
from engagement.organisations.service import set_logo
from tests.factories.looks import kept_image, make_look
from tests.factories.offers import make_opportunity, offer_values
from tests.factories.people import make_organisation
from tests.factories.pictures import kept_photo
from tests.support.jobs import jobs, work_off
from tests.support.mailserver import free_port
from tests.support.statements import watched


def rows(session: Session, *, made: bool | None = None) -> list[tuple[str, str, int]]:
    wanted = select(PictureVariant.cut, PictureVariant.kind, PictureVariant.width)
    if made is not None:
        wanted = wanted.where(PictureVariant.content.is_not(None) if made else PictureVariant.content.is_(None))
    return [tuple(row) for row in session.execute(wanted)]


def opened(session: Session, sha256: str, kind: Kind, width: int, cut: str = "wide") -> Image.Image:
    found = find_variant(session, sha256, cut, kind, width)
    assert found is not None
    return Image.open(io.BytesIO(found.content))


class TestTheJob:
    def test_it_comes_with_the_upload_and_makes_every_width_in_every_format(
        self, app: Flask, session: Session, database_url: URL
    ) -> None:
        kept = kept_photo(session)
        assert len(rows(session, made=False)) == 9
        assert jobs(database_url, MAKE) == []
        session.commit()
        assert len(jobs(database_url, MAKE)) == 1
        work_off(app, database_url, free_port())
        assert jobs(database_url, MAKE) == []
        assert len(rows(session, made=True)) == 9
        for kind, name in ((Kind.AVIF, "AVIF"), (Kind.WEBP, "WEBP"), (Kind.JPEG, "JPEG")):
            for width, height in ((400, 225), (800, 450), (1200, 675)):
                image = opened(session, kept.sha256, kind, width)
                assert (image.format, image.size) == (name, (width, height))

    def test_an_upload_that_is_rolled_back_leaves_no_job(self, session: Session, database_url: URL) -> None:
        kept_photo(session)
        session.rollback()
        assert jobs(database_url, MAKE) == []
        assert rows(session) == []

    def test_nothing_is_made_twice(self, session: Session) -> None:
        kept = kept_photo(session)
        assert make_variants(session, kept.file_id) == 9
        assert make_variants(session, kept.file_id) == 0
        assert not order(session, kept.file_id, wide())
        assert kept_photo(session) == kept
        assert make_variants(session, kept.file_id) == 0

    def test_a_small_picture_is_not_made_larger(self, session: Session) -> None:
        kept = kept_photo(session, 640, 480)
        make_variants(session, kept.file_id)
        assert sorted({width for _, _, width in rows(session)}) == [400, 800]
        for width in (800, 1200):
            assert opened(session, kept.sha256, Kind.AVIF, width).size == (640, 360)

    def test_a_picture_that_was_thrown_away_is_no_mistake(self, session: Session) -> None:
        kept = kept_photo(session)
        session.execute(delete(StoredFile))
        assert rows(session) == []
        assert make_variants(session, kept.file_id) == 0
        assert not order(session, kept.file_id, wide())

    def test_nothing_but_what_can_be_seen_is_in_them(self, session: Session) -> None:
        kept = kept_photo(session)
        make_variants(session, kept.file_id)
        for kind in Kind:
            image = opened(session, kept.sha256, kind, 400)
            assert not image.getexif()
            assert not {"icc_profile", "xmp", "comment"} & set(image.info)

    def test_the_better_formats_are_smaller(self, session: Session) -> None:
        kept = kept_photo(session)
        make_variants(session, kept.file_id)
        found = [find_variant(session, kept.sha256, "wide", kind, 1200) for kind in (Kind.AVIF, Kind.WEBP, Kind.JPEG)]
        avif, webp, jpeg = (len(one.content) for one in found if one)
        assert avif < jpeg
        assert webp < jpeg


class TestShapes:
    def test_a_logo_is_kept_whole_and_transparent(self, session: Session) -> None:
        club = make_organisation(session)
        output = io.BytesIO()
        Image.new("RGBA", (300, 100), (0, 0, 0, 0)).save(output, "WEBP", lossless=True)
        set_logo(session, club.id, output.getvalue(), "image/webp", width=300, height=100)
        assert {(kind, width) for _, kind, width in rows(session)} == {("webp", 120), ("webp", 240), ("webp", 480)}
        file = session.scalars(select(StoredFile)).one()
        make_variants(session, file.id)
        logo = opened(session, file.sha256, Kind.WEBP, 240, LOGO.name)
        assert (logo.size, logo.mode) == ((240, 80), "RGBA")
        assert opened(session, file.sha256, Kind.WEBP, 480, LOGO.name).size == (300, 100)

    def test_a_transparent_picture_becomes_white_where_jpeg_knows_no_better(self, session: Session) -> None:
        digest = kept_image(session)
        file = session.scalars(select(StoredFile).where(StoredFile.sha256 == digest)).one()
        file.content = _transparent()
        order(session, file.id, wide())
        make_variants(session, file.id)
        assert min(opened(session, digest, Kind.JPEG, 400).convert("RGB").getpixel((5, 5))) > 250

    def test_the_look_of_a_town_is_made_whole(self, session: Session) -> None:
        kept = kept_photo(session, 1600, 1000, cut=HERO)
        make_look(session, picture_sha256=kept.sha256, picture_alt="Der Markt", picture_width=1600, picture_height=1000)
        make_variants(session, kept.file_id)
        assert {width for _, _, width in rows(session)} == set(HERO.widths)
        assert opened(session, kept.sha256, Kind.AVIF, 800, HERO.name).size == (800, 500)

    def test_another_focus_is_another_cut(self, session: Session) -> None:
        kept = kept_photo(session, 900, 1200)
        club = make_organisation(session)
        offer_id = make_opportunity(session, club.id, picture_file_id=kept.file_id, picture_alt="x", picture_focus="n")
        make_variants(session, kept.file_id)
        assert {cut for cut, _, _ in rows(session, made=True)} == {"wide", "wide-n"}
        upper, middle = (opened(session, kept.sha256, Kind.WEBP, 400, cut) for cut in ("wide-n", "wide"))
        assert upper.tobytes() != middle.tobytes()
        assert find_opportunity(session, offer_id).picture_focus == "n"


def _transparent() -> bytes:
    output = io.BytesIO()
    Image.new("RGBA", (500, 400), (0, 0, 0, 0)).save(output, "WEBP", lossless=True)
    return output.getvalue()


class TestUpkeep:
    def test_what_is_missing_is_ordered_once(self, session: Session, database_url: URL) -> None:
        picture, club = kept_photo(session), make_organisation(session)
        make_opportunity(session, club.id, picture_file_id=picture.file_id, picture_alt="Ein Beet", picture_focus="se")
        set_logo(session, club.id, _transparent(), "image/webp", width=500, height=400)
        hero = kept_photo(session, cut=HERO, colour=(1, 2, 3))
        make_look(session, picture_sha256=hero.sha256, picture_alt="x", picture_width=1600, picture_height=1200)
        before = sorted(row for row in rows(session) if row[0] != "wide")
        session.execute(delete(PictureVariant))
        assert order_missing_variants(session) == 2
        assert sorted(rows(session)) == before
        assert order_missing_variants(session) == 0

    def test_a_lost_job_is_queued_again(self, session: Session, database_url: URL) -> None:
        kept = kept_photo(session)
        session.commit()
        assert order_missing_variants(session) == 0
        session.execute(update(PictureVariant).values(ordered_at=now() - timedelta(hours=2)))
        assert order_missing_variants(session) == 1
        session.commit()
        assert [job["args"]["row_id"] for job in jobs(database_url, MAKE)] == [kept.file_id] * 2

    def test_they_go_with_their_picture(self, session: Session) -> None:
        with stopped(now() - timedelta(days=3)):
            unused = kept_photo(session)
        make_variants(session, unused.file_id)
        assert forget_unused_pictures(session) == 1
        assert find_picture(session, unused.file_id) is None
        assert rows(session) == []

    def test_a_cut_that_is_shown_no_longer_goes_and_the_picture_stays(self, session: Session) -> None:
        club = make_organisation(session)
        with stopped(now() - timedelta(days=3)):
            kept = kept_photo(session)
            offer_id = make_opportunity(
                session, club.id, picture_file_id=kept.file_id, picture_alt="Ein Beet", picture_focus="nw"
            )
        values = offer_values(session, picture_file_id=kept.file_id, picture_alt="Ein Beet", picture_focus="s")
        update_opportunity(session, offer_id, values)
        assert {cut for cut, _, _ in rows(session)} == {"wide", "wide-nw", "wide-s"}
        assert forget_unused_pictures(session) == 0
        assert {cut for cut, _, _ in rows(session)} == {"wide-s"}

    def test_it_asks_as_often_for_many_pictures_as_for_few(self, session: Session) -> None:
        club = make_organisation(session)

        def statements(number: int) -> int:
            for shade in range(number):
                kept = kept_photo(session, 32, 18, colour=(shade, number, 7))
                make_opportunity(session, club.id, picture_file_id=kept.file_id, picture_alt="x")
            session.flush()
            with watched(db.engine) as seen:
                order_missing_variants(session)
            return len(seen)

        assert statements(1) == statements(8)


@pytest.mark.parametrize("focus", ["x", "nn", "wide"])
def test_there_is_no_other_focus(focus: str) -> None:
    with pytest.raises(ValueError, match="Focus"):
        wide(focus)
