"""The server from which a town's map takes its pictures: whose it is, where it is, and what has to be said of it."""

from __future__ import annotations

import re
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engagement.kernel.i18n import gettext

LONGEST_ADDRESS = 500
LONGEST_TEXT = 200
LEAST_ZOOM, MOST_ZOOM = 10, 22
PLACES = ("{z}", "{x}", "{y}")
"""What stands for the zoom level, the column and the row of a tile (XYZ scheme of Web Mercator, EPSG:3857)."""
LONGEST_HOST = 253
"""Letters of a name of the DNS (RFC 1035, section 2.3.4)."""
LAST_PORT = 65535
"""RFC 6335, section 6."""
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_REST = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,=:@/?-]|%[0-9A-Fa-f]{2})*")


class TileServer(BaseModel):
    """Where tiles come from; without a word of the town, the public map of federation and states.

    Args:
        template: the address of a tile, with ``{z}``, ``{x}`` and ``{y}``.
        operator: who learns the visitor's network address.
        privacy_url: what the operator does with it, empty if there is nothing to read.
        attribution: what the map has to say about where it comes from.
        licence_url: where the terms behind ``attribution`` stand, empty for nowhere.
        max_zoom: the closest that there are tiles for.

    Raises:
        pydantic.ValidationError: an address is none that a page may load or link to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    template: str = (
        "https://sgx.geodatenzentrum.de/wmts_basemapde/tile/1.0.0/de_basemapde_web_raster_farbe/default/"
        "GLOBAL_WEBMERCATOR/{z}/{y}/{x}.png"
    )
    operator: str = Field(default="Bundesamt für Kartographie und Geodäsie", min_length=1, max_length=LONGEST_TEXT)
    privacy_url: str = "https://www.bkg.bund.de/datenschutz"
    attribution: str = Field(default="© basemap.de / BKG, CC BY 4.0", min_length=1, max_length=LONGEST_TEXT)
    licence_url: str = "https://creativecommons.org/licenses/by/4.0/deed.de"
    max_zoom: int = Field(default=19, ge=LEAST_ZOOM, le=MOST_ZOOM)

    @property
    def host(self) -> str:
        """Return the server's name, with its port if that is an unusual one."""
        return urlsplit(self.template).netloc

    @property
    def origin(self) -> str:
        """Return the server as a content security policy names it."""
        return f"https://{self.host}"

    @model_validator(mode="after")
    def _hold_addresses(self) -> Self:
        if problem := template_problem(self.template):
            raise ValueError(problem)
        for address in filter(None, (self.privacy_url, self.licence_url)):
            if problem := link_problem(address):
                raise ValueError(problem)
        return self


def template_problem(template: str) -> str:
    """Return in words what is wrong with the address of tiles, empty if nothing is.

    Its server becomes a word of the content security policy (CSP Level 3, section 2.3.1), where a space, a comma or a
    semicolon would begin another one: so only names of the DNS are taken, and in the rest only what RFC 3986 allows.
    """
    bare = template
    for place in PLACES:
        if template.count(place) != 1:
            return gettext("The address needs %(places)s, each once.", places=", ".join(PLACES))
        bare = bare.replace(place, "0")
    if any(place in _server_of(template) for place in PLACES):
        return gettext("The name of the server is always the same: no placeholders in it, please.")
    if "#" in template:
        return gettext("There is a character in the address that does not belong there.")
    return link_problem(bare)


def link_problem(address: str) -> str:
    """Return in words what is wrong with an address that a page links to, empty if nothing is."""
    if len(address) > LONGEST_ADDRESS:
        return gettext("Please shorten this to %(max)d characters.", max=LONGEST_ADDRESS)
    if not address.startswith("https://"):
        return gettext("The address has to begin with https://.")
    server = _server_of(address)
    if "@" in server:
        return gettext("The address must not hold a user name or a password.")
    name, colon, port = server.partition(":")
    if not _HOST.fullmatch(name) or len(name) > LONGEST_HOST or (colon and not _is_port(port)):
        return gettext("This is not the name of a server. Example: tiles.example.org, in small letters.")
    path, _, fragment = address.removeprefix(f"https://{server}").partition("#")
    if not (_REST.fullmatch(path) and _REST.fullmatch(fragment)):
        return gettext("There is a character in the address that does not belong there.")
    return ""


def _server_of(address: str) -> str:
    return re.split(r"[/?#]", address.removeprefix("https://"), maxsplit=1)[0]


def _is_port(text: str) -> bool:
    return bool(_PORT.fullmatch(text)) and int(text) <= LAST_PORT
