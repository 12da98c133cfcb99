"""Gives the templates what they tell programs in the head of a page."""

from __future__ import annotations

from flask import Flask

from engagement.web.shared import addresses
from engagement.web.shared.sign import mark_of_sign
from engagement.web.shared.structured_data import structured_data


def init_machine_head(app: Flask) -> None:
    """Give the templates ``structured_data`` and the addresses of the present page."""
    app.jinja_env.globals.update(
        structured_data=structured_data,
        mark_of_sign=mark_of_sign,
        is_found_by_address=addresses.is_found_by_address,
        canonical_address=addresses.canonical_address,
        present_languages=addresses.present_languages,
        is_thin=addresses.is_thin,
    )
