"""What the API can be asked: the arguments of its addresses as models, checked strictly.

A page passes over what it does not understand, since people mend it by looking. A program does not look: a misspelt
argument would quietly give it everything.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from werkzeug.datastructures import MultiDict

from engagement.catalogue.search import MOST_PAGES
from engagement.catalogue.slots import DAYS, PARTS
from engagement.catalogue.words import LONGEST_QUERY
from engagement.web.shared.filters import LONGEST_PLACE, MOST_KM, OLDEST

USUAL_ITEMS, MOST_ITEMS = 20, 100
MOST_VALUES = 50
LONGEST_SLUG = 63


def _digits(value: object) -> object:
    """Take digits only: Python would read "1_0" and " 10 " as numbers too."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("a whole number is expected")
    return value


Number = Annotated[int, BeforeValidator(_digits)]
Kilometres = Annotated[int, Field(ge=1, le=MOST_KM), BeforeValidator(_digits)]
Years = Annotated[int, Field(ge=1, le=OLDEST), BeforeValidator(_digits)]
Slug = Annotated[str, StringConstraints(max_length=LONGEST_SLUG)]
Slugs = Annotated[list[Slug], Field(max_length=MOST_VALUES)]
_SLOT = rf"^((mon|tue|wed|thu|fri|sat|sun)|({'|'.join(PARTS)})|({'|'.join(DAYS)})-({'|'.join(PARTS)}))$"
Slot = Annotated[str, StringConstraints(pattern=_SLOT)]


class Question(BaseModel):
    """What every address takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: str | None = Field(None, pattern=r"^[a-z]{2}$", description="Language of the vocabulary, ISO 639-1.")


class PageQuestion(Question):
    """A page of a list."""

    seite: Number = Field(1, ge=1, le=MOST_PAGES, description="Page, from 1.")
    anzahl: Number = Field(USUAL_ITEMS, ge=1, le=MOST_ITEMS, description="Items on a page.")


class OpportunityQuestion(PageQuestion):
    """The filters of the search page. Values of one are alternatives, several filters all have to hold."""

    q: str = Field("", max_length=LONGEST_QUERY, description="Words, spelling tolerant, German compounds understood.")
    kategorie: Slugs = Field([], description="Slugs of categories, see `/vocabulary`.")
    zielgruppe: Slugs = Field([], description="Slugs of target groups.")
    ortsteil: Slugs = Field([], description="Slugs of parts of the town.")
    plz: str = Field("", max_length=LONGEST_PLACE, description="Postcode or part of the town, centre of `umkreis`.")
    umkreis: Kilometres | None = Field(None, description="Kilometres round `plz`.")
    art: list[Literal["einmalig", "regelmaessig", "remote"]] = Field(
        [], max_length=MOST_VALUES, description="On one date, regularly, from home."
    )
    wann: list[Slot] = Field([], max_length=MOST_VALUES, description="Days, parts of days, or both: `sat-morning`.")
    ort: str = Field("", max_length=40, description="Latitude and longitude as `49.035,8.705`, centre if no `plz`.")
    dauer: Literal["bis-2", "bis-5", "mehr", ""] = Field("", description="Hours a week.")
    sprache: list[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]] = Field(
        [], max_length=MOST_VALUES, description="Languages that are needed, ISO 639-1."
    )
    alter: Years | None = Field(None, description="Age in years of whoever wants to help.")
    zugang: list[Literal["stufenlos", "toilette", "oepnv", "hoerhilfe"]] = Field(
        [], max_length=MOST_VALUES, description="Access that is needed; all have to be known to be there."
    )
    mit: list[Literal["tandem", "gruppe", "familie"]] = Field(
        [], max_length=MOST_VALUES, description="In twos, as a group, as a family."
    )
    schnuppern: Literal["1"] | None = Field(None, description="`1` for offers where one can look in first.")
    ortlos: Literal["1"] | None = Field(None, description="`1` for offers without a place, which no map shows.")
    sortierung: Literal["passend", "neu", "nah", "bald"] = Field(
        "passend", description="What comes first: best match, newest, nearest (needs a centre), soonest."
    )
    nachbarn: Literal["1"] | None = Field(None, description="`1` for neighbouring towns too, where they have agreed.")


class OrganisationQuestion(PageQuestion):
    """The filters of the directory."""

    q: str = Field("", max_length=LONGEST_QUERY, description="Words, spelling tolerant.")
    art: Slugs = Field([], description="Slugs of kinds of organisations, see `/vocabulary`.")
    ortsteil: Slugs = Field([], description="Slugs of parts of the town.")
    kategorie: Slugs = Field([], description="Slugs of categories that it has chosen or has offers in.")
    angebote: Literal["1"] | None = Field(None, description="`1` for those with offers now.")
    schnuppern: Literal["1"] | None = Field(None, description="`1` for those with an offer to look in first.")
    sortierung: Literal["name", "aktiv"] = Field(
        "name", description="What comes first: by name (the best match if there are words), most recently active."
    )


def is_list(name: str, question: type[Question]) -> bool:
    """Tell whether an argument may be given several times."""
    return isinstance(question.model_fields[name].default, list)


def given(arguments: MultiDict[str, str], question: type[Question]) -> dict[str, Any]:
    """Return the arguments as ``question`` takes them; one that stands twice without being a list stays a list."""
    named: dict[str, Any] = {}
    for name, values in arguments.lists():
        single = len(values) == 1 and not (name in question.model_fields and is_list(name, question))
        named[name] = values[0] if single else values
    return named
