"""The words in versions of an offer that are kept as JSON: no key of the database follows them into those."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, Update, case, column, func, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session

from engagement.opportunities.models import OpportunityEdit, OpportunityVersion
from engagement.tenancy.words import WordKind

_LISTS = {WordKind.CATEGORY: "category_ids", WordKind.TARGET_GROUP: "target_group_ids"}
_Kept = type[OpportunityEdit] | type[OpportunityVersion]


def replace_kept_word(session: Session, kind: WordKind, source_id: int, target_id: int) -> None:
    """Let edits that wait and versions that were approved name one word instead of another, however many there are."""
    if kind is WordKind.ORGANISATION_KIND:
        return
    for kept in (OpportunityEdit, OpportunityVersion):
        replacing = _in_district if kind is WordKind.DISTRICT else _in_list
        statement = replacing(kept, _LISTS.get(kind, "district_id"), source_id, target_id)
        session.execute(statement, execution_options={"synchronize_session": False})


def _in_district(kept: _Kept, name: str, source_id: int, target_id: int) -> Update:
    return _with(kept, name, literal(target_id, JSONB)).where(kept.content[name] == literal(source_id, JSONB))


def _in_list(kept: _Kept, name: str, source_id: int, target_id: int) -> Update:
    """Put the new word where the old one stood; one that has both keeps its first place."""
    elements = func.jsonb_array_elements(kept.content[name])
    each = elements.table_valued(column("value", JSONB), with_ordinality="place").render_derived()
    word: ColumnElement[Any] = case(
        (each.c.value == literal(source_id, JSONB), literal(target_id, JSONB)), else_=each.c.value
    )
    once = select(word.label("word"), func.min(each.c.place).label("place")).group_by("word").subquery()
    words = select(func.jsonb_agg(aggregate_order_by(once.c.word, once.c.place))).scalar_subquery()
    return _with(kept, name, words).where(kept.content[name].contains(literal([source_id], JSONB)))


def _with(kept: _Kept, name: str, value: SQLColumnExpression[Any]) -> Update:
    return update(kept).values(content=kept.content.op("||")(func.jsonb_build_object(name, value)))
