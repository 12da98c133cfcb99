"""What a town's staff is mailed about a neighbour."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.kernel.i18n import gettext
from engagement.kernel.links import Links
from engagement.mail.message import Content, Message, button, hello
from engagement.neighbours.policy import Relation
from engagement.neighbours.queries import Neighbour
from engagement.tenancy.queries import TenantInfo

PATH = "/verwaltung/nachbarn"


@dataclass(frozen=True)
class NeighbourAsks:
    """To those who decide: another town would like to share."""

    town: str
    note: str
    kind: str = "neighbour-asks"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("%(town)s would like to show offers together with you", town=self.town),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "%(town)s would like visitors of both towns to find each other's offers. Only what everybody can "
                    "see anyway would be shown, nothing about people. It happens only if you agree, and either side "
                    "can end it at any time.",
                    town=self.town,
                ),
            ),
            quote=self.note,
            action=button(gettext("Look at the request"), tenant, links, PATH),
        )


@dataclass(frozen=True)
class NeighbourAgrees:
    """To those who decide: from now on both towns share."""

    town: str
    note: str
    kind: str = "neighbour-agrees"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("%(town)s and you now show your offers together", town=self.town),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "%(town)s has agreed. Whoever searches for offers can now tick “Show neighbouring towns too” on "
                    "both sites. You can end this at any time.",
                    town=self.town,
                ),
            ),
            quote=self.note,
            action=button(gettext("Neighbouring towns"), tenant, links, PATH),
        )


@dataclass(frozen=True)
class NeighbourRefuses:
    """To those who decide: the other town does not share, or no longer."""

    town: str
    kind: str = "neighbour-refuses"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("%(town)s does not show offers together with you", town=self.town),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "%(town)s has declined or ended showing offers together with you. Your visitors see only your "
                    "own offers, and visitors there only theirs.",
                    town=self.town,
                ),
            ),
            action=button(gettext("Neighbouring towns"), tenant, links, PATH),
        )


def message_for(neighbour: Neighbour) -> Message | None:
    """Return what the staff should know of a neighbour as things stand, None if it is nothing."""
    name = neighbour.town.name
    match neighbour.relation:
        case Relation.THEY_ASK:
            return NeighbourAsks(name, neighbour.note)
        case Relation.AGREED:
            return NeighbourAgrees(name, neighbour.note)
        case Relation.THEY_REFUSED:
            return NeighbourRefuses(name)
    return None
