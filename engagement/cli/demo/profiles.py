"""What organisations of the demo say of themselves in the directory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from engagement.cli.demo.content import read_data
from engagement.cli.demo.pictures import SCENES
from engagement.cli.demo.scenes import painted
from engagement.kernel.cropping import Focus
from engagement.kernel.pictures import keep_picture
from engagement.kernel.week import Weekday
from engagement.organisations.kinds import Occasion
from engagement.organisations.profiles import PICTURE_FRAME, ProfileValues, update_profile
from engagement.organisations.times import TimeOfWeek
from engagement.tenancy.queries import Vocabulary


def write_profiles(session: Session, words: Vocabulary, ids: Mapping[str, int]) -> None:
    """Let the organisations that are named in the file present themselves; ``ids`` are by key."""
    for key, organisation_id in ids.items():
        told = _profiles().get(key)
        if told:
            update_profile(session, organisation_id, _values(session, words, told))


@lru_cache(maxsize=1)
def _profiles() -> dict[str, dict[str, Any]]:
    return read_data("profiles")


def _values(session: Session, words: Vocabulary, told: Mapping[str, Any]) -> ProfileValues:
    scene = SCENES.get(told.get("scene", ""))
    picture = keep_picture(session, painted(told["scene"]), PICTURE_FRAME) if scene else None
    return ProfileValues(
        summary=told["summary"],
        founded_year=told.get("founded"),
        links=tuple(told.get("links", ())),
        picture_file_id=picture.file_id if picture else None,
        picture_alt=scene.alt if scene else "",
        picture_focus=Focus(scene.focus if scene else ""),
        category_ids=tuple(term.id for term in words.categories if term.name in told["fields"]),
        times=tuple(_time(one) for one in told["times"]),
    )


def _time(told: Mapping[str, Any]) -> TimeOfWeek:
    return TimeOfWeek(
        weekday=Weekday(told["day"]),
        starts_at=time.fromisoformat(told["from"]),
        ends_at=time.fromisoformat(told["to"]) if "to" in told else None,
        occasion=Occasion.OPENING if told.get("open") else Occasion.MEETING,
        what=told.get("what", ""),
        place=told.get("where", ""),
        not_in_holidays=told.get("school", False),
    )
