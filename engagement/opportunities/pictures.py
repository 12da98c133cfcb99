"""Pictures of opportunities and organisations: having made what any page shows, and throwing away what none does."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from engagement.kernel.clock import now
from engagement.kernel.files import StoredFile
from engagement.kernel.pictures import Frame
from engagement.kernel.variants import LOGO, PictureVariant, order, order_making, wide
from engagement.opportunities.models import Opportunity, OpportunityEdit
from engagement.opportunities.values import OpportunityValues
from engagement.organisations.models import Organisation
from engagement.tenancy.branding import order_shown_by_look, shown_digests

FRAME = Frame(longest_side=1600, cut=wide())
KEPT_UNUSED = timedelta(days=2)
"""Longer than anybody leaves a form open with a picture that it does not show yet."""
LATE = timedelta(hours=1)
"""A variant that was ordered so long ago and is not made has lost its job."""


def order_picture(session: Session, values: OpportunityValues) -> None:
    """Have the worker cut an opportunity's picture round what its organisation says matters in it."""
    if values.picture_file_id is not None:
        order(session, values.picture_file_id, wide(values.picture_focus))


def order_missing_variants(session: Session) -> int:
    """Have the worker make whatever pages show and has not been made; return of how many pictures.

    Pictures from before there were variants and those of a tenant that has just moved in have none at all.
    """
    session.flush()
    shown = [(file_id, wide(focus)) for file_id, focus in _cuts_of_offers(session)]
    shown += [(file_id, wide(focus)) for file_id, focus in _of_organisations(session)]
    shown += [(file_id, LOGO) for file_id in _logos(session)]
    known = {tuple(row) for row in session.execute(select(PictureVariant.file_id, PictureVariant.cut).distinct())}
    ordered = [order(session, file_id, cut) for file_id, cut in shown if (file_id, cut.name) not in known]
    order_shown_by_look(session)
    late = select(PictureVariant.file_id).where(
        PictureVariant.content.is_(None), PictureVariant.ordered_at < now() - LATE
    )
    lost = session.scalars(late.distinct()).all()
    for file_id in lost:
        order_making(session, file_id)
    return sum(ordered) + len(lost)


def forget_unused_pictures(session: Session) -> int:
    """Throw away the kept files that no offer, edit, organisation or look of the site shows; return how many.

    Their variants go with them, and so do cuts that a shown picture had before somebody chose another one.
    """
    shown = exists().where(Opportunity.picture_file_id == StoredFile.id)
    of_organisation = exists().where(
        or_(Organisation.logo_file_id == StoredFile.id, Organisation.picture_file_id == StoredFile.id)
    )
    waits = exists().where(OpportunityEdit.picture_file_id == StoredFile.id)
    unused = select(StoredFile.id).where(StoredFile.created_at < now() - KEPT_UNUSED, ~shown, ~waits, ~of_organisation)
    unused = unused.where(StoredFile.sha256.not_in(shown_digests()))
    gone = session.scalars(delete(StoredFile).where(StoredFile.id.in_(unused)).returning(StoredFile.id)).all()
    _forget_unused_cuts(session)
    return len(gone)


def _forget_unused_cuts(session: Session) -> None:
    cuts = {*_cuts_of_offers(session), *_of_organisations(session)}
    used = {(file_id, wide(focus).name) for file_id, focus in cuts}
    old = (PictureVariant.ordered_at < now() - KEPT_UNUSED, PictureVariant.cut.startswith("wide"))
    found = select(PictureVariant.file_id, PictureVariant.cut).where(*old).distinct()
    for file_id, cut in session.execute(found).all():
        if (file_id, cut) not in used:
            session.execute(delete(PictureVariant).where(PictureVariant.file_id == file_id, PictureVariant.cut == cut))


def _cuts_of_offers(session: Session) -> set[tuple[int, str]]:
    """Return the pictures of offers and of their edits, each with what matters in it."""
    return {*_of_offers(session), *_of_edits(session)}


def _of_offers(session: Session) -> list[tuple[int, str]]:
    shown = select(Opportunity.picture_file_id, Opportunity.picture_focus).distinct()
    return [(file_id, focus) for file_id, focus in session.execute(shown) if file_id is not None]


def _of_edits(session: Session) -> list[tuple[int, str]]:
    shown = select(OpportunityEdit.picture_file_id, OpportunityEdit.content["picture_focus"].astext)
    return [(file_id, focus or "") for file_id, focus in session.execute(shown) if file_id is not None]


def _of_organisations(session: Session) -> list[tuple[int, str]]:
    shown = select(Organisation.picture_file_id, Organisation.picture_focus).distinct()
    return [(file_id, focus) for file_id, focus in session.execute(shown) if file_id is not None]


def _logos(session: Session) -> list[int]:
    return [file_id for file_id in session.scalars(select(Organisation.logo_file_id).distinct()) if file_id is not None]
