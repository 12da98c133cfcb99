"""From the words of a query to the stems of a tenant's catalogue that stand for them.

German builds compounds, so that a word is often found inside another: "Hilfe" stems to "hilf" and is widened to
"fluchtlingshilf". The other way round, "Fahrradreparatur" also finds what says "Fahrrad". Only a word that no stem
contains is taken for mistyped and widened to similar stems.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, bindparam, text
from sqlalchemy.orm import Session

MOST_STEMS = 400
"""Stems a query is widened to at most, the strongest first."""

# Strengths. At the beginning of a compound a stem names it best ("fahrradwerkstatt"); at the end it needs some length
# to be no mere ending ("tier" in "orientier"), and more so in the middle ("alt" in "veranstaltung"). Before a verb
# stand prefixes that leave its sense alone ("vorlesen"). The longer the rest, the weaker, but never by more than a
# third. The numbers were tuned on a real export of 429 offers.
_PREFIXES = ["ab", "an", "auf", "aus", "ein", "her", "hin", "mit", "nach", "um", "vor", "weg", "zu"]
_WIDEN = text(
    """
    WITH asked AS MATERIALIZED (
        SELECT DISTINCT word, stem, length(stem) AS letters,
               replace(replace(replace(stem, '\\', '\\\\'), '%', '\\%'), '_', '\\_') AS escaped
        FROM unnest(CAST(:numbers AS integer[]), CAST(:spellings AS text[])) AS given(word, spelling),
             unnest(tsvector_to_array(to_tsvector('engagement_german', spelling))) AS stem
    ),
    containing AS MATERIALIZED (
        SELECT asked.word, known.stem, asked.letters, length(known.stem) AS all_letters,
               CASE WHEN known.stem = asked.stem THEN 1.0
                    WHEN starts_with(known.stem, asked.stem) THEN least(0.9, 0.2 * asked.letters)
                    WHEN replace(known.stem, asked.stem, '') = ANY(CAST(:prefixes AS text[])) THEN 0.85
                    WHEN right(known.stem, asked.letters) = asked.stem THEN least(0.9, 0.2 * (asked.letters - 2))
                    ELSE least(0.6, 0.15 * (asked.letters - 2)) END AS kind
        FROM asked JOIN catalogue_stem AS known
          ON known.tenant_id IN :tenant_ids
         AND known.stem LIKE CASE WHEN asked.letters >= 3 THEN '%' || escaped || '%' ELSE escaped END
    ),
    part AS (
        SELECT asked.word, known.stem, 0.6 * length(known.stem) / asked.letters AS strength
        FROM asked CROSS JOIN generate_series(5, asked.letters - 3) AS size
        JOIN catalogue_stem AS known
          ON known.tenant_id IN :tenant_ids
         AND known.stem IN (left(asked.stem, size), right(asked.stem, size))
    ),
    mistyped AS (
        SELECT asked.word, known.stem, 0.9 * similarity(asked.stem, known.stem) AS strength
        FROM asked JOIN catalogue_stem AS known
          ON known.tenant_id IN :tenant_ids AND known.stem %> asked.stem
        WHERE asked.letters >= 4 AND asked.word NOT IN (SELECT word FROM containing)
    ),
    every AS (
        SELECT word, stem, kind * (2 + letters::float / all_letters) / 3 AS strength FROM containing
        UNION ALL SELECT word, stem, strength FROM part
        UNION ALL SELECT word, stem, strength FROM mistyped
    )
    SELECT word, stem, max(strength) AS strength FROM every GROUP BY word, stem
    ORDER BY strength DESC, stem LIMIT :most
    """
).bindparams(bindparam("tenant_ids", expanding=True, type_=Integer))


@dataclass(frozen=True)
class Match:
    """A stem of the catalogue that stands for a word of the query, from 0 (hardly) to 1 (the same).

    Args:
        word: number of the word in the query.
    """

    word: int
    stem: str
    strength: float


def widen(session: Session, words: Sequence[tuple[str, ...]], tenant_ids: Sequence[int]) -> list[Match]:
    """Return the stems of these tenants' catalogues that stand for ``words``, each given with its spellings."""
    if not words:
        return []
    spelt = [(number, spelling) for number, spellings in enumerate(words) for spelling in spellings]
    rows = session.execute(
        _WIDEN,
        {
            "numbers": [number for number, _ in spelt],
            "spellings": [spelling for _, spelling in spelt],
            "tenant_ids": list(tenant_ids),
            "prefixes": _PREFIXES,
            "most": MOST_STEMS,
        },
    )
    return [Match(row.word, row.stem, float(row.strength)) for row in rows]
