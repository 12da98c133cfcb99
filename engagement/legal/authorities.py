"""Authorities by federal state, from a small file of the product."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files


class FederalState(StrEnum):
    """The German federal states by their codes (ISO 3166-2:DE without the country)."""

    BADEN_WUERTTEMBERG = "BW"
    BAVARIA = "BY"
    BERLIN = "BE"
    BRANDENBURG = "BB"
    BREMEN = "HB"
    HAMBURG = "HH"
    HESSE = "HE"
    MECKLENBURG_VORPOMMERN = "MV"
    LOWER_SAXONY = "NI"
    NORTH_RHINE_WESTPHALIA = "NW"
    RHINELAND_PALATINATE = "RP"
    SAARLAND = "SL"
    SAXONY = "SN"
    SAXONY_ANHALT = "ST"
    SCHLESWIG_HOLSTEIN = "SH"
    THURINGIA = "TH"


@dataclass(frozen=True)
class Authorities:
    """What a federal state brings to the legal pages of its municipalities.

    Args:
        name: of the state, in German.
        law: what the duty of accessibility rests on.
        supervision: the data protection authority for public bodies.
        enforcement: where people turn to if an answer about a barrier did not help them.
    """

    name: str
    law: str
    supervision: str
    supervision_website: str
    enforcement: str
    enforcement_website: str


@lru_cache(maxsize=1)
def all_authorities() -> dict[FederalState, Authorities]:
    """Return the authorities of each state, the states by name."""
    text = files("engagement.legal").joinpath("data/authorities.toml").read_text(encoding="utf-8")
    found = {FederalState(code): Authorities(**values) for code, values in tomllib.loads(text).items()}
    return dict(sorted(found.items(), key=lambda pair: pair[1].name))


def state_of_key(official_key: str) -> FederalState | None:
    """Return the state of an official municipality key: its first two digits name it (AGS, Destatis)."""
    return _BY_KEY.get(official_key[:2])


_BY_KEY = dict(
    zip(
        (f"{number:02}" for number in range(1, 17)),
        map(
            FederalState,
            ("SH", "HH", "NI", "HB", "NW", "HE", "RP", "BW", "BY", "SL", "BE", "BB", "MV", "SN", "ST", "TH"),
        ),
        strict=True,
    )
)
