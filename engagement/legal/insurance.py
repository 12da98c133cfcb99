"""Which federal states insure volunteers by a group contract of their own.

Only states are named whose own pages, or those of their municipalities, were read for it. All three contracts are for
accident and liability, come after every other insurance, and cover liability only outside bodies with legal
personality, which have to insure their volunteers themselves:

* Baden-Württemberg, since 1 January 2006, Ecclesia Versicherungsdienst
  (service-bw, "Versicherungsschutz für Ehrenamtliche in Anspruch nehmen"; city of Karlsruhe, "Unfall- und
  Haftpflichtversicherung für Ehrenamtliche").
* Brandenburg, since 2005 (ehrenamt-in-brandenburg.de, "Ehrenamt & Versicherungsschutz").
* Saarland (saarland.de, State Chancellery, "Ehrenamtsversicherung").

Elsewhere the page says what federal law gives: accident insurance for many volunteers (section 2 SGB VII).
"""

from __future__ import annotations

from engagement.legal.authorities import FederalState, all_authorities

WITH_GROUP_CONTRACT = frozenset({FederalState.BADEN_WUERTTEMBERG, FederalState.BRANDENBURG, FederalState.SAARLAND})


def insuring_state(state: FederalState | None) -> str:
    """Return the name of the state if its group contract covers volunteers, "" if that is not known."""
    return all_authorities()[state].name if state in WITH_GROUP_CONTRACT else ""
