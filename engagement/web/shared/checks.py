"""Checks that forms of several audiences share, as WTForms validators."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from wtforms import ValidationError
from wtforms.fields import Field

from engagement.kernel.i18n import gettext

PHONE = re.compile(r"[0-9+()/ .-]{5,40}")
POSTCODE = re.compile(r"[0-9]{5}")
LOOKS_LIKE_A_LINK = re.compile(r"://|www\.", re.IGNORECASE)
HOST = re.compile(r"(?=.{4,253}$)([^\W_]([\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}")


LONGEST_ADDRESS = 300
"""Letters of an address on the web, as the database keeps them."""


def plain_name(_form: object, field: Field) -> None:
    """Refuse links: the name greets in a mail to an unproven address, which must not carry advertisement."""
    if LOOKS_LIKE_A_LINK.search(field.data or ""):
        raise ValidationError(gettext("Please write only your name here."))


def phone_number(_form: object, field: Field) -> None:
    """Take digits with the signs that people put between them."""
    if field.data and not PHONE.fullmatch(field.data):
        raise ValidationError(gettext("Please write a phone number with digits, such as 07252 1234."))


def postcode(_form: object, field: Field) -> None:
    """Take the five digits of a German postcode."""
    if field.data and not POSTCODE.fullmatch(field.data):
        raise ValidationError(gettext("A postcode has five digits."))


def web_address(_form: object, field: Field) -> None:
    """Take an address on the web, also without ``https://``, which is then put in front."""
    if not field.data:
        return
    address = with_scheme(field.data)
    if len(address) > LONGEST_ADDRESS or not is_web_address(address):
        raise ValidationError(gettext("This does not look like a web address. Example: www.example.org"))
    field.data = address


def with_scheme(address: str) -> str:
    """Return an address on the web as it is kept, also if it was written without its scheme."""
    return address if "://" in address else f"https://{address}"


def only_web_address(address: str) -> str:
    """Return an address that can be linked to, empty if it is none: an import may have brought anything."""
    return address if is_web_address(address) else ""


def is_web_address(address: str) -> bool:
    """Tell whether ``address`` can be linked to: http or https, a host name with a dot, no login in it."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = address.isprintable() and not any(sign in address for sign in ' "<>\\')
    return plain and parts.scheme in {"http", "https"} and "@" not in parts.netloc and bool(HOST.fullmatch(host))
