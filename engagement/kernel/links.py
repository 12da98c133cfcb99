"""Absolute addresses, for mails and feeds that are written outside a request."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.kernel.settings import Settings

USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Links:
    """How addresses of this installation begin."""

    scheme: str
    port: int | None

    @classmethod
    def from_settings(cls, settings: Settings) -> Links:
        """Return the links that ``settings`` ask for."""
        return cls(settings.public_scheme, settings.public_port)

    def absolute(self, host: str, path: str) -> str:
        """Return the full address of ``path`` (with leading slash) on ``host``."""
        port = "" if self.port in {None, USUAL_PORTS[self.scheme]} else f":{self.port}"
        return f"{self.scheme}://{host}{port}{path}"
