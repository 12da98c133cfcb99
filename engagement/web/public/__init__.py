"""Pages for citizens and visitors: no session needed, cacheable."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__, url_prefix=None, template_folder="templates")

from engagement.web.public import (  # noqa: E402, F401 - the views register themselves on the blueprint above
    barriers,
    guided,
    home,
    on_map,
    opportunity,
    organisation,
    organisations,
    pages,
    poster,
    report,
    search,
    searches,
    sharing,
    sign_up,
)
