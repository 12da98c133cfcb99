"""What an organisation says of itself is kept, told to the audit trail, and moves with it."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.audit import AuditRecord
from engagement.kernel.cropping import Focus
from engagement.kernel.errors import InvalidInputError, NotFoundError
from engagement.kernel.files import StoredFile, keep_file
from engagement.kernel.variants import PictureVariant
from engagement.kernel.week import Weekday
from engagement.opportunities import vocabulary
from engagement.opportunities.pictures import forget_unused_pictures
from engagement.opportunities.vocabulary import Uses
from engagement.organisations.kinds import Occasion
from engagement.organisations.merging import Part
from engagement.organisations.models import Organisation
from engagement.organisations.profiles import ProfileParts, ProfileValues, profile_parts, update_profile
from engagement.organisations.queries import find_organisation
from engagement.organisations.times import MOST_AFTER_MERGING, MOST_TIMES
from engagement.register.merging import merge
from engagement.tenancy.queries import load_vocabulary
from engagement.tenancy.words import WordKind
from tests.factories.mails import make_postbox
from tests.factories.people import make_organisation
from tests.factories.profiles import give_profile, time_of_week
from tests.support.rows import AT


@pytest.fixture
def club(session: Session) -> Organisation:
    return make_organisation(session, "Turnverein")


def parts(session: Session, organisation: Organisation) -> ProfileParts:
    return profile_parts(session, [organisation.id])[organisation.id]


def updates(session: Session) -> list[AuditRecord]:
    return list(session.scalars(select(AuditRecord).where(AuditRecord.action == "organisation.update")))


def fields(session: Session) -> list[int]:
    return [term.id for term in load_vocabulary(session).categories]


def test_everything_is_kept_and_read_again(session: Session, club: Organisation) -> None:
    picture = keep_file(session, b"picture", "image/webp", width=1600, height=900)
    times = (
        time_of_week(weekday=Weekday.SUNDAY, occasion=Occasion.OPENING, what="", ends_at=None),
        time_of_week(place="Halle", not_in_holidays=True, last_day=date(2027, 3, 31)),
        time_of_week(starts_at=time(9, 0), ends_at=time(10, 0)),
    )
    values = ProfileValues(
        summary="Sport für alle.",
        founded_year=1907,
        links=("https://eins.example", "https://zwei.example"),
        picture_file_id=picture.id,
        picture_alt="Ein Handstand",
        picture_focus=Focus("n"),
        category_ids=tuple(fields(session)[:2]),
        times=times,
    )
    update_profile(session, club.id, values)
    found = find_organisation(session, club.id)
    assert found
    assert (found.summary, found.founded_year, found.links) == (values.summary, 1907, values.links)
    assert (found.picture_sha256, found.picture_alt, found.picture_focus) == (picture.sha256, "Ein Handstand", "n")
    assert parts(session, club) == ProfileParts(values.category_ids, (times[2], times[1], times[0]))
    assert {row.cut for row in session.scalars(select(PictureVariant))} == {"wide-n"}
    assert updates(session)[-1].after["times"][1] == "mon 18:00 19:30 meeting Training Halle -holidays 2027-03-31"


def test_the_same_again_changes_nothing_and_a_part_of_it_only_that(session: Session, club: Organisation) -> None:
    give_profile(session, club, summary="Eins", times=(time_of_week(),))
    give_profile(session, club, summary="Eins", times=(time_of_week(),))
    assert len(updates(session)) == 1
    give_profile(session, club, summary="Eins", times=(time_of_week(not_in_holidays=True),))
    assert [set(one.after) for one in updates(session)] == [{"summary", "times"}, {"times"}]


def test_without_a_picture_nothing_is_said_of_it(session: Session, club: Organisation) -> None:
    give_profile(session, club, picture_alt="Ein Handstand", picture_focus=Focus("n"))
    assert (club.picture_alt, club.picture_focus) == ("", "")


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"times": (time_of_week(ends_at=time(1, 0)),)}, "times.ends_at"),
        ({"times": (time_of_week(what=""),)}, "times.what"),
        ({"times": tuple(time_of_week(starts_at=time(1, minute)) for minute in range(41))}, "times"),
        ({"founded_year": 2200}, "founded_year"),
        ({"founded_year": 799}, "founded_year"),
        ({"links": tuple(f"https://{number}.example" for number in range(7))}, "links"),
        ({"picture_file_id": 1, "picture_alt": " "}, "picture_alt"),
    ],
)
def test_what_is_wrong_is_named(session: Session, club: Organisation, values: dict[str, object], wrong: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        give_profile(session, club, **values)
    assert set(refused.value.problems) == {wrong}


def test_nobody_has_no_profile(session: Session) -> None:
    with pytest.raises(NotFoundError):
        update_profile(session, 12345, ProfileValues(summary="x"))
    assert profile_parts(session, []) == {}


def test_two_entries_become_one_with_the_times_and_fields_of_both(session: Session, club: Organisation) -> None:
    other = make_organisation(session, "Turnverein e. V.")
    one, two, three = fields(session)[:3]
    common, theirs = time_of_week(), time_of_week(weekday=Weekday.FRIDAY, what="Tanz")
    picture = keep_file(session, b"picture", "image/webp", width=10, height=10)
    give_profile(session, club, summary="Eins", category_ids=(one, two), times=(common,))
    give_profile(
        session, other, summary="Zwei", founded_year=1900, category_ids=(two, three), times=(common, theirs),
        picture_file_id=picture.id, picture_alt="Ein Tanz",
    )  # fmt: skip
    merge(session, make_postbox(session), club.id, other.id, {Part.PICTURE, Part.FOUNDED})
    found = find_organisation(session, club.id)
    assert found
    assert (found.summary, found.founded_year, found.picture_alt) == ("Eins", 1900, "Ein Tanz")
    assert parts(session, club) == ProfileParts((one, two, three), (common, theirs))
    assert parts(session, other) == ProfileParts()


def test_of_many_entries_in_one_no_more_times_are_kept_than_the_form_shows(
    session: Session, club: Organisation
) -> None:
    for name in ("Turnverein", "Tanzkreis"):
        other = make_organisation(session, name)
        give_profile(session, other, times=tuple(time_of_week(what=f"{name} {number}") for number in range(MOST_TIMES)))
        merge(session, make_postbox(session), club.id, other.id, set())
    third = make_organisation(session, "Dritter")
    give_profile(session, third, times=(time_of_week(what="Zu viel"),))
    merge(session, make_postbox(session), club.id, third.id, set())
    kept = parts(session, club).times
    assert len(kept) == MOST_AFTER_MERGING
    assert not any(one.what == "Zu viel" for one in kept)


def test_a_field_that_is_merged_or_deleted_takes_its_organisations_along(session: Session, club: Organisation) -> None:
    one, two = fields(session)[:2]
    both = make_organisation(session, "Sportfreunde")
    give_profile(session, club, category_ids=(one,))
    give_profile(session, both, category_ids=(one, two))
    assert vocabulary.uses(session, WordKind.CATEGORY)[one] == Uses(organisations=2)
    assert vocabulary.merged_uses(session, WordKind.CATEGORY, one, two) == Uses(organisations=2)
    vocabulary.merge_words(session, WordKind.CATEGORY, one, two)
    assert [parts(session, each).category_ids for each in (club, both)] == [(two,), (two,)]


def test_a_shown_picture_is_not_thrown_away(session: Session, club: Organisation) -> None:
    shown, unused = (keep_file(session, name, "image/webp", width=9, height=9) for name in (b"shown", b"unused"))
    for file in (shown, unused):
        file.created_at = AT.replace(year=2020)
    session.flush()
    give_profile(session, club, picture_file_id=shown.id, picture_alt="Ein Bild")
    assert forget_unused_pictures(session) == 1
    assert session.scalars(select(StoredFile.sha256)).all() == [shown.sha256]
    assert unused.id != shown.id


def test_any_number_of_profiles_takes_two_statements(session: Session) -> None:
    ids = [make_organisation(session).id for _ in range(5)]
    assert set(profile_parts(session, ids)) == set(ids)
