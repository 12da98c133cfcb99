"""How often a worker does what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rhythm:
    """How often, in seconds.

    Args:
        heartbeat: a worker says that it lives.
        missing: after this it counts as dead if its session at the database is gone as well; several heartbeats.
        silence: after this it counts as dead in any case, for a machine that vanished and whose session has not.
        rescue: each worker looks for jobs of dead ones.
        polling: each looks for jobs whose time has come; new ones announce themselves.
        pause: before a new start after an error.
    """

    heartbeat: float = 2.0
    missing: float = 6.0
    silence: float = 20.0
    rescue: float = 3.0
    polling: float = 5.0
    pause: float = 3.0


RHYTHM = Rhythm()
CONNECT_WITHIN = 3
"""Seconds in which a database that is there takes a new connection."""
