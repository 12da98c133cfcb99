"""Which part of the log somebody wants to see: read from the address, so that it can be kept and passed on."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from flask import request
from wtforms import Form, SelectField, StringField, ValidationError
from wtforms.fields import Field, HiddenField

from engagement.kernel.audit import ActorKind
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.trail import Position, Wanted
from engagement.web.municipality.deeds import DEEDS, SUBJECTS, short, subject_word
from engagement.web.municipality.naming import actor_word
from engagement.web.shared import context
from engagement.web.shared.forms import BaseForm

FIELDS = ("von", "bis", "wer", "was", "objekt")
WITHOUT_ACCOUNT = (ActorKind.GUEST, ActorKind.SYSTEM, ActorKind.OPERATOR)
OBJECT = re.compile(r"([a-z_]{1,40})(?:-([0-9]{1,18}))?")
POSITION = re.compile(r"(-?[0-9]{1,17})-([0-9]{1,18})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def _a_day(_form: object, field: Field) -> None:
    if field.data and _day(field.data) is None:
        raise ValidationError(gettext("Please give the date like 2026-11-24."))


class TrailForm(BaseForm):
    """What can be asked of the log; one object or person beyond the lists comes from a link beside a record."""

    von = StringField(lazy_gettext("From"), validators=[_a_day])
    bis = StringField(lazy_gettext("Until"), validators=[_a_day])
    wer = SelectField(lazy_gettext("Who"), validate_choice=False)
    was = SelectField(lazy_gettext("What was done"), validate_choice=False)
    objekt = HiddenField()

    def __init__(self, people: dict[int, str]) -> None:
        Form.__init__(self, formdata=request.args)
        for name in FIELDS:
            self[name].flags.needed = True  # nothing is; but "optional" at each field of a filter says nothing
        everybody = [("", gettext("everybody"))]
        self.wer.choices = [
            *everybody,
            *((str(account_id), name) for account_id, name in people.items()),
            *((kind.value, actor_word(kind)) for kind in WITHOUT_ACCOUNT),
        ]
        deeds = sorted(((action, short(action)) for action in DEEDS), key=lambda choice: choice[1].casefold())
        self.was.choices = [("", gettext("everything")), *deeds]

    def wanted(self) -> Wanted:
        """Return what was asked for; what cannot be understood does not narrow the log."""
        zone = context.tenant().time_zone
        since, until = _day(self.von.data), _day(self.bis.data)
        who, (kind, row_id) = self.wer.data or "", self.subject()
        return Wanted(
            since=datetime.combine(since, time(), zone) if since else None,
            until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
            actor_kind=who if who in WITHOUT_ACCOUNT else None,
            account_id=asked_account(),
            action=self.was.data if self.was.data in DEEDS else None,
            subject_kind=kind,
            subject_id=row_id,
        )

    def subject(self) -> tuple[str | None, int | None]:
        """Return the kind of object that was asked for, and which one."""
        found = OBJECT.fullmatch(self.objekt.data or "")
        if not found:
            return None, None
        kind, row_id = found.groups()
        return (kind, int(row_id) if row_id else None) if kind in SUBJECTS else (None, None)

    def subject_word(self) -> str:
        """Return the word for the kind of object that was asked for."""
        kind, _ = self.subject()
        return subject_word(kind) if kind else ""

    def arguments(self) -> dict[str, str]:
        """Return what was asked for as parts of an address."""
        return {name: self[name].data for name in FIELDS if self[name].data}


def asked_account() -> int | None:
    """Return the account whose deeds were asked for."""
    who = request.args.get("wer", "")
    return int(who) if re.fullmatch(r"[0-9]{1,18}", who) else None


def asked_position(name: str) -> Position | None:
    """Return the place in the log that the address names."""
    found = POSITION.fullmatch(request.args.get(name, ""))
    if not found:
        return None
    try:
        return Position(EPOCH + int(found[1]) * MICROSECOND, int(found[2]))
    except OverflowError:
        return None


def written(position: Position) -> str:
    """Return a place in the log for an address."""
    return f"{(position.at - EPOCH) // MICROSECOND}-{position.id}"


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if date(1970, 1, 2) <= found < date(9999, 12, 30) else None
