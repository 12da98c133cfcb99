"""What several tests of the database start from."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.factories.offers import make_opportunity
from tests.factories.people import make_organisation
from tests.support.mailserver import make_certificate


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of TLS, whose certificate for 127.0.0.1 is trusted here."""
    context, file = make_certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


@pytest.fixture
def offer(session: Session) -> int:
    """An offer that everybody sees."""
    return make_opportunity(session, make_organisation(session, "Lesebrücke").id, title="Vorlesen")
