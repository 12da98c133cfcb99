"""What the register of a city has to show: a pair of doubles, a sleeping entry, an open invitation, a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from engagement.kernel.clock import now, stopped
from engagement.kernel.permissions import Role
from engagement.mail.service import Postbox
from engagement.organisations import claims, invitations
from engagement.organisations import service as organisations
from engagement.organisations.kinds import Verification
from engagement.organisations.queries import OrganisationInfo, find_organisation, members_of
from engagement.organisations.service import OrganisationValues

NOTE = "Ich führe seit dem Frühjahr die Kasse und würde gern auch unsere Angebote hier einstellen."


def fill_register(session: Session, post: Postbox, organisation_ids: list[int], *, club_id: int) -> None:
    """Give staff something to do.

    Args:
        session: open for the city.
        post: of the city.
        organisation_ids: its organisations.
        club_id: the one with a team.
    """
    found = [find_organisation(session, number) for number in organisation_ids]
    public = [one for one in found if one and one.is_public and one.id != club_id]
    _double(session, public[0])
    _sleeper(session, post.tenant.name)
    _request(session, post, public[1].id)
    _invitation(session, post, club_id)


def _double(session: Session, known: OrganisationInfo) -> None:
    """Somebody has registered an organisation that is here already, under a slightly different name."""
    own = {name: getattr(known, name) for name in OrganisationValues.__dataclass_fields__}
    name = known.name.removesuffix(" e. V.") if known.name.endswith(" e. V.") else f"{known.name} e. V."
    values = replace(OrganisationValues(**own), name=name, description="", contact_name="Sabine Ott", phone="")
    with stopped(now() - timedelta(days=3)):
        organisations.create_organisation(session, values)


def _sleeper(session: Session, town: str) -> None:
    """An entry of years ago that nobody has looked after since."""
    values = OrganisationValues(
        name=f"Briefmarkenfreunde {town}",
        description="Tauschtage an jedem zweiten Sonntag.",
        city=town,
        contact_name="Ewald Zobel",
        email="zobel@briefmarkenfreunde.example",
    )
    with stopped(now() - timedelta(days=900)):
        organisations.create_organisation(session, values, verification=Verification.VERIFIED)


def _request(session: Session, post: Postbox, organisation_id: int) -> None:
    claimant = claims.Claimant("Katrin Seeger", f"katrin.seeger@{post.tenant.slug}.example", "069 90009-777", "de")
    with stopped(now() - timedelta(days=1)):
        claims.claim(session, post, organisation_id, claimant, NOTE)


def _invitation(session: Session, post: Postbox, organisation_id: int) -> None:
    owner = next(one for one in members_of(session, organisation_id) if one.role is Role.OWNER)
    offered = invitations.Offered(f"mira.kaiser@{post.tenant.slug}.example", Role.EDITOR)
    with stopped(now() - timedelta(days=2)):
        invitations.invite(session, post, organisation_id, offered, invitations.Inviter(owner.account_id))
