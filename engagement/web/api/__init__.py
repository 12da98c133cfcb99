"""What programs read and other sites show: the JSON API, feeds, calendar, site map, manifest, embedding.

No tokens and no cookies: everything here is public, and the same for everybody.
"""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("api", __name__, url_prefix=None, template_folder="templates")

from engagement.web.api import (  # noqa: E402, F401 - the views register themselves on the blueprint above
    atom,
    calendar,
    crawlers,
    embedding,
    explained,
    linked_data,
    manifest,
    openapi,
    opportunities,
    organisations,
    tables,
    vocabulary,
)
