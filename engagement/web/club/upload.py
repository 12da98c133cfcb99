"""The picture of the form: kept the moment it arrives, so that it outlives every mistake elsewhere in the form."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import FileStorage

from engagement.kernel.i18n import gettext
from engagement.kernel.images import PictureError
from engagement.kernel.signing import Purpose, TokenInvalidError
from engagement.opportunities.pictures import PictureInfo, find_picture, keep_picture
from engagement.web.club.forms import OpportunityForm
from engagement.web.shared import context

MEGABYTE = 1024 * 1024
TOLERANCE = 4
"""A body so many times as large as allowed is still read, so that the form can say kindly that it is too large."""


@dataclass(frozen=True)
class Chosen:
    """The picture that a form holds.

    Args:
        picture: None for no picture.
        problem: why the file that was sent could not be taken; "" if nothing is wrong.
    """

    picture: PictureInfo | None
    problem: str = ""

    @property
    def file_id(self) -> int | None:
        """Return the kept file, None for no picture."""
        return self.picture.file_id if self.picture else None


def tolerate_large_bodies() -> None:
    """Read larger bodies than usual in this request; to be called before its form is read."""
    request.max_content_length = TOLERANCE * _limit()


def chosen_picture(form: OpportunityForm, organisation_id: int) -> Chosen:
    """Return the picture of a form that was sent: the new file, or the one kept before, or none.

    A new file is kept for good at once, in a transaction of its own, because an answer that shows the form again
    keeps nothing else.
    """
    kept = _kept(form.kept_picture.data or "", organisation_id)
    sent = form.picture.data
    if isinstance(sent, FileStorage) and sent.filename:
        chosen = _taken(sent, kept)
    elif form.remove_picture.data:
        chosen = Chosen(None)
    else:
        chosen = Chosen(kept, _lost(form) if form.kept_picture.data and not kept else "")
    show_chosen(form, organisation_id, chosen.picture)
    return chosen


def show_chosen(form: OpportunityForm, organisation_id: int, picture: PictureInfo | None) -> None:
    """Let the form carry the picture on; the token is good for this organisation only."""
    form.remove_picture.data = False
    form.kept_picture.data = (
        context.tools().signer.sign(Purpose.KEPT_PICTURE, context.tenant().id, picture.file_id, str(organisation_id))
        if picture
        else ""
    )


def _taken(sent: FileStorage, kept: PictureInfo | None) -> Chosen:
    data = sent.stream.read(_limit() + 1)
    if len(data) > _limit():
        return Chosen(kept, gettext("The picture is too large: at most %(limit)d MB.", limit=_limit() // MEGABYTE))
    try:
        picture = keep_picture(context.session(), data)
    except PictureError as error:
        return Chosen(kept, str(error))
    context.session().commit()
    return Chosen(picture)


def _kept(token: str, organisation_id: int) -> PictureInfo | None:
    if not token:
        return None
    try:
        file_id, nonce = context.tools().signer.read(Purpose.KEPT_PICTURE, context.tenant().id, token)
    except TokenInvalidError:
        return None
    return find_picture(context.session(), file_id) if nonce == str(organisation_id) else None


def _lost(form: OpportunityForm) -> str:
    form.kept_picture.data = ""
    return gettext("The picture was not kept any longer. Please choose it again.")


def _limit() -> int:
    return context.tools().settings.max_upload_mb * MEGABYTE
