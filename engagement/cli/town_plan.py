"""What an operator writes to make a town, on the command line or in a table, read and checked as a whole."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engagement.accounts.founding import FirstAdmin
from engagement.cli.options import normal_email
from engagement.kernel.errors import InvalidInputError
from engagement.kernel.geo import Point
from engagement.kernel.slugs import slugify
from engagement.tenancy.hosts import normalise_host
from engagement.tenancy.service import NewDistrict, NewTenant
from engagement.tenancy.states import state_named, state_of
from engagement.tenancy.vocabulary import german_words

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
POSTCODE = re.compile(r"[0-9]{5}")
OFFICIAL_KEY = re.compile(r"[0-9]{8}")
LISTS = ("host", "postcode", "district")
"""Columns of a table that hold several values, separated by ``|``."""
SOUTH, NORTH, WEST, EAST = 45, 56, 5, 16
"""Germany with a margin, in degrees."""


@dataclass(frozen=True)
class Wish:
    """A town as it is written down; everything is text, and empty is not given."""

    slug: str = ""
    name: str = ""
    admin: str = ""
    admin_name: str = ""
    platform_name: str = ""
    claim: str = ""
    brand_colour: str = ""
    accent_colour: str = ""
    mail_from: str = ""
    contact_email: str = ""
    address: str = ""
    state: str = ""
    official_key: str = ""
    centre: str = ""
    host: tuple[str, ...] = ()
    postcode: tuple[str, ...] = ()
    district: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A town that can be made."""

    new: NewTenant
    admin: FirstAdmin


def plan(wish: Wish) -> Plan:
    """Return what ``wish`` asks for.

    A town without districts gets one for each postcode. Questions of citizens go to the administrator until another
    address is given: the law asks for one on the imprint (section 5 paragraph 1 number 2 DDG).

    Raises:
        InvalidInputError: all that is wrong with it, by field.
    """
    found, problems = _read_all(wish)
    if problems:
        raise InvalidInputError(problems)
    words, districts = german_words(), found["district"]
    return Plan(
        NewTenant(
            slug=wish.slug or slugify(wish.name),
            name=wish.name,
            hosts=tuple(dict.fromkeys(map(normalise_host, wish.host))),
            platform_name=wish.platform_name,
            claim=wish.claim,
            brand_colour=found["brand_colour"] or NewTenant.brand_colour,
            accent_colour=found["accent_colour"] or NewTenant.accent_colour,
            mail_from=found["mail_from"],
            contact_email=found["contact_email"] or found["admin"],
            postal_address=wish.address,
            official_key=found["official_key"],
            centre=found["centre"] or _middle(districts),
            categories=words.categories,
            target_groups=words.target_groups,
            organisation_kinds=words.organisation_kinds,
            districts=districts,
        ),
        FirstAdmin(found["admin"], wish.admin_name),
    )


def _read_all(wish: Wish) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what could be read, and of the rest what is wrong with it."""
    readers: dict[str, Callable[[], object]] = {
        "admin": lambda: normal_email(wish.admin),
        "mail_from": lambda: wish.mail_from and normal_email(wish.mail_from),
        "contact_email": lambda: wish.contact_email and normal_email(wish.contact_email),
        "brand_colour": lambda: read_colour(wish.brand_colour),
        "accent_colour": lambda: read_colour(wish.accent_colour),
        "official_key": lambda: _official_key(wish),
        "district": lambda: _districts(wish),
        "centre": lambda: read_point(wish.centre),
    }
    found, problems = {}, {}
    for name, read in readers.items():
        try:
            found[name] = read()
        except ValueError as error:
            problems[name] = str(error)
    return found, problems


def read_table(file: Path) -> Iterator[tuple[int, Wish | InvalidInputError]]:
    """Yield line number and wish of each row of a CSV file in UTF-8 with a header, separated by comma or semicolon.

    A row that has too many or too few fields comes as what is wrong with it, so that the others can be made.

    Raises:
        InvalidInputError: the file is not a table, or a column is not known.
    """
    for number, row in _rows(file, set(Wish.__dataclass_fields__)):
        if isinstance(row, InvalidInputError):
            yield number, row
            continue
        lists = {name: tuple(filter(None, map(str.strip, row.get(name, "").split("|")))) for name in LISTS}
        yield number, Wish(**(row | lists))  # type: ignore[arg-type]  # each name has its sort


def read_districts(file: Path) -> tuple[str, ...]:
    """Return the districts of a CSV file with the columns name, postcode, latitude and longitude.

    Raises:
        InvalidInputError: the file is not a table, or a column is not known.
    """
    columns = ("name", "postcode", "latitude", "longitude")
    found = []
    for number, row in _rows(file, set(columns)):
        if isinstance(row, InvalidInputError):
            raise InvalidInputError({f"{file}, line {number}": str(row)})
        found.append(";".join(row.get(name, "") for name in columns))
    return tuple(found)


def read_colour(text: str) -> str:
    """Return a colour in lower case, "" of nothing.

    Raises:
        ValueError: it is not of the form ``#rrggbb``.
    """
    if text and not COLOUR.fullmatch(text):
        raise ValueError(f"{text!r} is not a colour of the form #rrggbb")
    return text.lower()


def read_point(text: str) -> Point | None:
    """Return the point that ``48.94;8.40`` writes, None of nothing.

    Raises:
        ValueError: it is not one in or around Germany, or latitude and longitude are mixed up.
    """
    if not text.strip(" ;"):
        return None
    try:
        latitude, longitude = (float(part.strip().replace(",", ".")) for part in text.split(";"))
    except ValueError:
        raise ValueError(f"{text!r} is not a latitude and a longitude such as 48.94;8.40") from None
    if not (SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST):
        raise ValueError(f"{text!r} is not in Germany; latitude comes first, such as 48.94;8.40")
    return Point(latitude, longitude)


def _rows(file: Path, known: set[str]) -> Iterator[tuple[int, dict[str, str] | InvalidInputError]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError({str(file): f"is not in UTF-8: {error}"}) from error
    header = text.partition("\n")[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _refuse_unknown(names, known)
        for fields in reader:
            if any(field.strip() for field in fields):
                yield reader.line_num, _row(names, fields)
    except csv.Error as error:
        raise InvalidInputError({f"{file}, line {reader.line_num}": str(error)}) from error


def _row(names: list[str], fields: list[str]) -> dict[str, str] | InvalidInputError:
    if len(fields) != len(names):
        return InvalidInputError({"row": f"has {len(fields)} fields where the header has {len(names)}"})
    return {name: value.strip() for name, value in zip(names, fields, strict=True)}


def _refuse_unknown(names: list[str], known: set[str]) -> None:
    wrong = [name for name in names if name not in known or names.count(name) > 1]
    if wrong or not names:
        told = ", ".join(map(repr, dict.fromkeys(wrong))) or "nothing"
        raise InvalidInputError({"header": f"names {told}; known columns are {', '.join(sorted(known))}"})


def _official_key(wish: Wish) -> str:
    state = state_named(wish.state) if wish.state else None
    if wish.state and state is None:
        raise ValueError(f"{wish.state!r} is not a federal state; write its name or code, such as BW")
    key = wish.official_key.replace(" ", "")
    if not key:
        return state.key if state else ""
    if not OFFICIAL_KEY.fullmatch(key) or state_of(key) is None:
        raise ValueError(f"{wish.official_key!r} is not an official key of eight digits (AGS)")
    if state and state_of(key) != state:
        raise ValueError(f"{wish.official_key!r} is not in {state.name}")
    return key


def _districts(wish: Wish) -> tuple[NewDistrict, ...]:
    for postcode in wish.postcode:
        if not POSTCODE.fullmatch(postcode):
            raise ValueError(f"{postcode!r} is not a postcode of five digits")
    if wish.district:
        found = tuple(_district(text) for text in wish.district)
        names = [slugify(district.name) for district in found]
        if twice := [district.name for district in found if names.count(slugify(district.name)) > 1]:
            raise ValueError(f"{twice[0]!r} is named twice")
        return found
    if len(wish.postcode) == 1:
        return (NewDistrict(wish.name, read_point(wish.centre), wish.postcode[0]),)
    return tuple(NewDistrict(f"{wish.name} {postcode}", None, postcode) for postcode in wish.postcode)


def _district(text: str) -> NewDistrict:
    name, _, rest = text.partition(";")
    postcode, _, point = rest.partition(";")
    if not name.strip():
        raise ValueError(f"{text!r} has no name; write “Name;postcode;latitude;longitude”")
    if postcode.strip() and not POSTCODE.fullmatch(postcode.strip()):
        raise ValueError(f"{postcode.strip()!r} is not a postcode of five digits")
    return NewDistrict(name.strip(), read_point(point), postcode.strip())


def _middle(districts: tuple[NewDistrict, ...]) -> Point | None:
    points = [district.point for district in districts if district.point]
    if not points:
        return None
    count = len(points)
    return Point(sum(point.latitude for point in points) / count, sum(point.longitude for point in points) / count)
