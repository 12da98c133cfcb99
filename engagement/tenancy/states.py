"""The federal states, by the two digits with which the official key of each of their municipalities begins (AGS)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FederalState:
    """A state: ``key`` begins the official keys, ``code`` is that of ISO 3166-2:DE."""

    key: str
    code: str
    name: str


STATES = tuple(
    FederalState(*state)
    for state in (
        ("01", "SH", "Schleswig-Holstein"),
        ("02", "HH", "Hamburg"),
        ("03", "NI", "Niedersachsen"),
        ("04", "HB", "Bremen"),
        ("05", "NW", "Nordrhein-Westfalen"),
        ("06", "HE", "Hessen"),
        ("07", "RP", "Rheinland-Pfalz"),
        ("08", "BW", "Baden-Württemberg"),
        ("09", "BY", "Bayern"),
        ("10", "SL", "Saarland"),
        ("11", "BE", "Berlin"),
        ("12", "BB", "Brandenburg"),
        ("13", "MV", "Mecklenburg-Vorpommern"),
        ("14", "SN", "Sachsen"),
        ("15", "ST", "Sachsen-Anhalt"),
        ("16", "TH", "Thüringen"),
    )
)


def state_named(text: str) -> FederalState | None:
    """Return the state that goes by this name or code, in whatever case."""
    wanted = text.strip().casefold()
    return next((state for state in STATES if wanted in {state.code.casefold(), state.name.casefold()}), None)


def state_of(official_key: str) -> FederalState | None:
    """Return the state of a municipality by its official key, or by the state's own two digits."""
    return next((state for state in STATES if state.key == official_key[:2]), None)
