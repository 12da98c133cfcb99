"""Prepared texts for answers."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.moderation import texts
from engagement.moderation.kinds import TextPurpose
from tests.factories.moderation import make_text


class TestPreparedTexts:
    def test_a_tenant_starts_with_good_ones_for_each_purpose(self, session: Session) -> None:
        found = texts.prepared_texts(session)
        assert {one.purpose for one in found} == set(TextPurpose)
        assert len(found) == sum(map(len, texts.starting_texts().values()))
        assert [one.title for one in found if one.text != one.text.strip() or "\n" in one.text] == []
        texts.add_starting_texts(session)
        assert len(texts.prepared_texts(session)) == len(found)

    def test_they_are_changed_and_thrown_away(self, session: Session) -> None:
        number = make_text(session)
        values = texts.PreparedTextValues(TextPurpose.ANSWER, " Neu ", " Anders. ")
        texts.change_prepared_text(session, number, values)
        changed = texts.find_prepared_text(session, number)
        assert changed == texts.PreparedTextInfo(number, TextPurpose.ANSWER, "Neu", "Anders.")
        texts.delete_prepared_text(session, number)
        assert texts.find_prepared_text(session, number) is None
        for late in (
            lambda: texts.delete_prepared_text(session, number),
            lambda: texts.change_prepared_text(session, number, values),
        ):
            with pytest.raises(NotFoundError):
                late()

    def test_there_is_an_end(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(texts, "MOST", len(texts.prepared_texts(session)))
        with pytest.raises(ConflictError):
            make_text(session)
