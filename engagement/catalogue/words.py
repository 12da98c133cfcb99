"""From text to words: what is indexed, and which words of a query count.

The stemming itself is PostgreSQL's, with the text search configuration of the first migration (Snowball's German
stemmer without its stop words, since "einmal" is one of them and means something here).
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import literal_column

CONFIGURATION: Any = literal_column("'engagement_german'::regconfig")
LONGEST_QUERY = 200
MOST_WORDS = 12

_SEPARATORS = str.maketrans(dict.fromkeys("/*:_|", " "))
_UNWANTED = re.compile(r"[\x00\u00ad\u200b-\u200d\ufeff]")


def indexable(text: str) -> str:
    """Return ``text`` with the characters ``/ * : _ |`` as spaces, so that "Helfer*innen" and "Kita/Hort" split.

    Soft hyphens and zero-width characters go, since they tear words apart that look whole.
    """
    return _UNWANTED.sub("", text).translate(_SEPARATORS)
