from __future__ import annotations

from sqlalchemy.orm import Session

from engagement.kernel.files import find_file, keep_file


def test_equal_content_is_kept_once_and_found_by_its_digest(session: Session) -> None:
    first = keep_file(session, b"picture", "image/webp", width=4, height=3)
    second = keep_file(session, b"picture", "image/webp", width=4, height=3)
    other = keep_file(session, b"another", "image/webp", width=4, height=3)
    assert first.id == second.id != other.id
    found = find_file(session, first.sha256)
    assert found is not None
    assert found.content == b"picture"
