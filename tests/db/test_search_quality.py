"""The search answers the judged queries well, and far better than plain means; ``make bench`` prints the figures."""

from __future__ import annotations

from statistics import fmean

from flask import Flask
from sqlalchemy import URL

from benchmarks import quality
from benchmarks.judged import demo_collections
from benchmarks.quality import Quality

FLOOR = 0.8
"""Well below what is measured (0.90), so that a change of a weight passes and a broken part does not."""
KINDS = {"exact": 0.9, "compound": 0.65, "typo": 0.8, "synonym": 0.75, "wish": 0.6}


def test_judged_queries_are_answered_well(app: Flask, database_url: URL) -> None:
    with app.app_context():
        towns = demo_collections()
    found = quality.measure(app, towns, quality.ask_engagement)
    assert len(found) >= 60
    assert ndcg(found) >= FLOOR
    assert {kind: ndcg([one for one in found if one.query.kind == kind]) >= floor for kind, floor in KINDS.items()} == (
        dict.fromkeys(KINDS, True)
    )
    assert ndcg(found) > ndcg(quality.measure(app, towns, quality.ask_trigrams)) + 0.2


def ndcg(found: list[Quality]) -> float:
    return fmean(one.ndcg for one in found)
