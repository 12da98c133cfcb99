"""The documents turned round: for every stem the entries in which it occurs, and how much it says about each.

A score then needs no document to be taken apart: it is a join of the query's stems with these rows. They are written
in the transaction that writes the entry, and made of its document by the database alone. What hints prefer (slots,
kinds, company) stands among them as a mark with a colon, which no stem of a text has.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from engagement.catalogue.hints import KINDS_AND_COMPANY
from engagement.catalogue.models import CataloguePosting
from engagement.catalogue.slots import DAYS, PARTS, expand
from engagement.kernel.db import tenant_of

IN_TITLE = 0.85
IN_ORGANISATION = 0.45
IN_SUMMARY = 0.45
ELSEWHERE = 0.3
"""What a hit counts by the field it is in, the parts A, B, C and D of the document; several fields add up towards 1."""
USUAL_TITLE = 5
USUAL_TEXT = 50
"""Stems of a title and of a document at which a hit counts as said above; in a longer one it counts less."""
MARK = 0.5
"""What it counts to fulfil a hint, as the posting of a word that says so would."""
ALL_MARKS = [f":{mark}" for mark in (*sorted(expand((*DAYS, *PARTS))), *KINDS_AND_COMPANY)]

_WRITE = text(
    """
    INSERT INTO catalogue_posting (tenant_id, stem, opportunity_id, weight)
    SELECT entry.tenant_id, part.lexeme, entry.opportunity_id,
           1 - (1 - CASE WHEN 'A' = ANY(part.weights)
                    THEN :title / (0.8 + 0.2 * greatest(1, counts.in_title / CAST(:usual_title AS float)))
                    ELSE 0 END)
             * (1 - CASE WHEN 'B' = ANY(part.weights) THEN :organisation ELSE 0 END)
             * (1 - CASE WHEN 'C' = ANY(part.weights) THEN :summary ELSE 0 END)
             * (1 - :elsewhere * 1.6 * times.said
                / (times.said + 0.6 * (0.4 + 0.6 * length(entry.document) / CAST(:usual_text AS float))))
    FROM catalogue_entry AS entry
    CROSS JOIN LATERAL (
        SELECT count(*) AS in_title FROM unnest(entry.document) AS word WHERE 'A' = ANY(word.weights)
    ) AS counts
    CROSS JOIN LATERAL unnest(entry.document) AS part
    CROSS JOIN LATERAL (SELECT cardinality(array_positions(part.weights, 'D')) AS said) AS times
    WHERE entry.tenant_id = :tenant_id AND (:all OR entry.opportunity_id = ANY(CAST(:ids AS bigint[])))
    UNION ALL
    SELECT tenant_id, ':' || mark, opportunity_id, :mark
    FROM catalogue_entry, unnest(
        slots || suited_for || array_remove(ARRAY[time_kind, CASE place_kind WHEN 'remote' THEN 'remote' END], NULL)
    ) AS mark
    WHERE tenant_id = :tenant_id AND (:all OR opportunity_id = ANY(CAST(:ids AS bigint[])))
    ORDER BY 2
    """
)
_REMOVE = text(
    """
    DELETE FROM catalogue_posting WHERE tenant_id = :tenant_id AND opportunity_id = ANY(CAST(:ids AS bigint[]))
    AND stem = ANY(ARRAY(
        SELECT unnest(tsvector_to_array(document)) FROM catalogue_entry
        WHERE tenant_id = :tenant_id AND opportunity_id = ANY(CAST(:ids AS bigint[]))
    ) || CAST(:marks AS text[]))
    """
)


def write(session: Session, opportunity_ids: Collection[int] | None) -> None:
    """Add the postings of entries that have none; ``None`` means all entries of the session's tenant."""
    session.execute(
        _WRITE,
        {
            "tenant_id": tenant_of(session),
            "ids": list(opportunity_ids or ()),
            "all": opportunity_ids is None,
            "title": IN_TITLE,
            "organisation": IN_ORGANISATION,
            "summary": IN_SUMMARY,
            "elsewhere": ELSEWHERE,
            "mark": MARK,
            "usual_title": USUAL_TITLE,
            "usual_text": USUAL_TEXT,
        },
    )


def remove(session: Session, opportunity_ids: Collection[int]) -> None:
    """Take out the postings of entries, found by their documents as they are before the change."""
    given = {"tenant_id": tenant_of(session), "ids": list(opportunity_ids), "marks": ALL_MARKS}
    session.execute(_REMOVE, given)


def clear(session: Session) -> None:
    """Take out all postings of the session's tenant."""
    session.execute(delete(CataloguePosting).where(CataloguePosting.tenant_id == tenant_of(session)))
