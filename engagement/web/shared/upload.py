"""The picture of a form: kept the moment it arrives, so that it outlives every mistake elsewhere in the form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import request
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField
from wtforms.fields import FileField

from engagement.kernel.errors import RateLimitedError
from engagement.kernel.i18n import gettext
from engagement.kernel.images import PictureError
from engagement.kernel.pictures import Frame, PictureInfo, find_picture, keep_picture
from engagement.kernel.ratelimit import Limit
from engagement.kernel.signing import Purpose, TokenInvalidError
from engagement.web.shared import context
from engagement.web.shared.identity import acting_account_id

MEGABYTE = 1024 * 1024
UPLOADS = Limit("picture upload", 60, timedelta(hours=1))
"""Of one account: more than anybody needs for a day's offers, and few enough for the server."""
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


@dataclass(frozen=True)
class PictureFields:
    """The three fields of a form that stand for one picture.

    Args:
        file: where a new one is chosen.
        kept: a hidden mark of the one that is kept already.
        remove: ticked to have none.
        place: what the picture is for; a mark is good there and nowhere else.
        frame: what it is kept as.
    """

    file: FileField
    kept: HiddenField
    remove: BooleanField
    place: str
    frame: Frame

    def show(self, picture: PictureInfo | None) -> None:
        """Let the form carry the picture on."""
        self.remove.data = False
        tools, tenant_id = context.tools(), context.tenant().id
        sign = tools.signer.sign
        self.kept.data = sign(Purpose.KEPT_PICTURE, tenant_id, picture.file_id, self.place) if picture else ""

    def chosen(self) -> Chosen:
        """Return the picture of a form that was sent: the new file, or the one kept before, or none.

        A new file is kept for good at once, in a transaction of its own, because an answer that shows the form again
        keeps nothing else.
        """
        kept = self._kept()
        sent = self.file.data
        if isinstance(sent, FileStorage) and sent.filename:
            chosen = self._taken(sent, kept)
        elif self.remove.data:
            chosen = Chosen(None)
        else:
            chosen = Chosen(kept, self._lost() if self.kept.data and not kept else "")
        self.show(chosen.picture)
        return chosen

    def _taken(self, sent: FileStorage, kept: PictureInfo | None) -> Chosen:
        data = sent.stream.read(_limit() + 1)
        if len(data) > _limit():
            return Chosen(kept, gettext("The picture is too large: at most %(limit)d MB.", limit=_limit() // MEGABYTE))
        try:
            context.tools().limiter.hit(UPLOADS, context.tenant().id, acting_account_id() or "operator")
            picture = keep_picture(context.session(), data, self.frame)
        except RateLimitedError:
            return Chosen(kept, gettext("You have sent many pictures in a short time. Please try again in an hour."))
        except PictureError as error:
            return Chosen(kept, str(error))
        context.session().commit()
        return Chosen(picture)

    def _kept(self) -> PictureInfo | None:
        if not self.kept.data:
            return None
        try:
            file_id, place = context.tools().signer.read(Purpose.KEPT_PICTURE, context.tenant().id, self.kept.data)
        except TokenInvalidError:
            return None
        return find_picture(context.session(), file_id) if place == self.place else None

    def _lost(self) -> str:
        self.kept.data = ""
        return gettext("The picture was not kept any longer. Please choose it again.")


def tolerate_large_bodies() -> None:
    """Read larger bodies than usual in this request; to be called before its form is read."""
    request.max_content_length = TOLERANCE * _limit()


def _limit() -> int:
    return context.tools().settings.max_upload_mb * MEGABYTE
