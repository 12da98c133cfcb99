"""The search can be measured with the offers of an export and a file of judgements."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from benchmarks import quality
from benchmarks.judged import imported_collection
from tests.factories.freinet import offer, short_xml

OFFERS = (
    offer(11, angebotsname="Bürgerbus fahren", beschreibung="<p>Von Montag bis Freitag durch die Südstadt.</p>"),
    offer(12, angebotsname="Suppe kochen", beschreibung="<p>Für Gäste der Wärmestube.</p>"),
    offer(13, angebotsname="Gießen im Schulgarten", kontaktierbar="0"),
)
JUDGED = """
[[query]]
kind = "exact"
text = "Bürgerbus"
3 = ["11"]
1 = ["12"]

[[query]]
kind = "wish"
text = "im Garten helfen"
3 = ["13"]
"""


def test_offers_are_named_by_their_ids_in_the_export(app: Flask, tmp_path: Path) -> None:
    export, judged = tmp_path / "export.xml", tmp_path / "judged.toml"
    export.write_text(short_xml(OFFERS), encoding="utf-8")
    judged.write_text(JUDGED, encoding="utf-8")
    with app.app_context():
        collection = imported_collection(export, judged)
    assert sorted(collection.names.values()) == ["11", "12"]
    assert [query.text for query in collection.queries] == ["Bürgerbus"], "what is not shown cannot be found"
    (found,) = quality.measure(app, [collection], quality.ask_engagement)
    # The best of 7 + 1 / log2(3) is the bus alone, whose gain is 2³ - 1.
    assert found.ndcg == pytest.approx(7 / (7 + 0.6309), abs=1e-3)
    assert found.recall == 1.0
