"""Values that several commands take, checked the same way."""

from __future__ import annotations

import click
from email_validator import EmailNotValidError, validate_email


def email_option(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
    """Take an address in its normal form, or say what is wrong with it."""
    try:
        return normal_email(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def normal_email(value: str) -> str:
    """Return an address in its normal form.

    Raises:
        ValueError: it is not one.
    """
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error
