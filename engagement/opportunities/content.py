"""An opportunity's content as plain JSON: kept beside it where a version of it has to be remembered whole."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from engagement.kernel.geo import Point
from engagement.opportunities.kinds import HoursPer, PlaceKind, TimeKind
from engagement.opportunities.values import OpportunityValues
from engagement.tenancy.queries import Vocabulary

_READ: dict[str, Any] = {
    "place_kind": PlaceKind,
    "time_kind": TimeKind,
    "hours_per": HoursPer,
    "hours": Decimal,
    "starts_at": datetime.fromisoformat,
    "ends_at": datetime.fromisoformat,
    "point": lambda pair: Point(*pair),
}
_NAMES = tuple(part.name for part in fields(OpportunityValues))


def as_json(values: OpportunityValues) -> dict[str, Any]:
    """Return ``values`` as JSON can hold them; ``from_json`` gives them back unchanged."""
    return {name: _plain(getattr(values, name)) for name in _NAMES}


def from_json(content: dict[str, Any]) -> OpportunityValues:
    """Return the values that ``as_json`` made ``content`` from; a value that is new since then has its default."""
    known = {name: _value(name, content[name]) for name in _NAMES if name in content}
    return OpportunityValues(**{"title": "", **known})


def usable(values: OpportunityValues, vocabulary: Vocabulary) -> OpportunityValues:
    """Return ``values`` without the words that have been taken out of the tenant's vocabulary since."""
    return replace(
        values,
        category_ids=tuple(number for number in values.category_ids if vocabulary.category(number)),
        target_group_ids=tuple(number for number in values.target_group_ids if vocabulary.target_group(number)),
        district_id=values.district_id if vocabulary.district(values.district_id) else None,
    )


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Point):
        return [value.latitude, value.longitude]
    return list(value) if isinstance(value, tuple) else value


def _value(name: str, plain: object) -> Any:  # noqa: ANN401 - what the field of this name holds
    if plain is None:
        return None
    if name in _READ:
        return _READ[name](plain)
    return tuple(plain) if isinstance(plain, list) else plain
