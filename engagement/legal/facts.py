"""The facts of a municipality that its legal pages are filled with."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from engagement.legal.authorities import FederalState

LINE = 300
TEXT = 4000


class Conformance(StrEnum):
    """How far the site meets the requirements of accessibility (Implementing Decision (EU) 2018/1523, section 1)."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Assessment(StrEnum):
    """Who found that out (the same decision, section 3)."""

    SELF = "self"
    EXTERNAL = "external"


class Facts(BaseModel):
    """What a municipality says of itself; empty means "not said", and the sentence is then left out.

    Args:
        official_name: e.g. ``Stadt Bretten``.
        legal_form: a municipality is a corporation under public law.
        represented_by: office and name, e.g. ``Oberbürgermeister Max Muster``.
        vat_id: if there is one.
        responsible_person: for the content (§ 18 paragraph 2 MStV).
        data_protection_officer: name or office.
        data_protection_contact: e-mail address.
        supervision: data protection authority, if not the one of the federal state.
        enforcement: enforcement body for accessibility, if not the one of the federal state.
        hosting: processor that runs the servers, with its place.
        conformance: how far the site is accessible.
        assessment: who found that out.
        assessed_on: when it was looked at last.
        assessor: who did it, if somebody else than the municipality.
        known_barriers: what is not accessible, one a line, with the reason.
        sign_language_video: address of a video in German Sign Language.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    official_name: str = Field(default="", max_length=LINE)
    legal_form: str = Field(default="Körperschaft des öffentlichen Rechts", max_length=LINE)
    street: str = Field(default="", max_length=LINE)
    postcode: str = Field(default="", max_length=5)
    city: str = Field(default="", max_length=LINE)
    represented_by: str = Field(default="", max_length=LINE)
    phone: str = Field(default="", max_length=40)
    email: str = Field(default="", max_length=254)
    vat_id: str = Field(default="", max_length=20)
    responsible_person: str = Field(default="", max_length=LINE)
    federal_state: FederalState | None = None
    data_protection_officer: str = Field(default="", max_length=LINE)
    data_protection_contact: str = Field(default="", max_length=254)
    data_protection_phone: str = Field(default="", max_length=40)
    supervision: str = Field(default="", max_length=LINE)
    supervision_website: str = Field(default="", max_length=LINE)
    hosting: str = Field(default="", max_length=LINE)
    conformance: Conformance = Conformance.PARTIAL
    assessment: Assessment = Assessment.SELF
    assessed_on: date | None = None
    assessor: str = Field(default="", max_length=LINE)
    known_barriers: str = Field(default="", max_length=TEXT)
    enforcement: str = Field(default="", max_length=LINE)
    enforcement_website: str = Field(default="", max_length=LINE)
    sign_language_video: str = Field(default="", max_length=LINE)
