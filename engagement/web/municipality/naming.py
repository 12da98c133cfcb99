"""The names of those who acted and of what it was about, looked up when a record is read: records hold ids only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engagement.accounts import queries as accounts
from engagement.applications import queries as applications
from engagement.kernel.audit import ActorKind
from engagement.kernel.i18n import gettext
from engagement.kernel.trail import TrailRecord
from engagement.mail import queries as mails
from engagement.opportunities import queries as opportunities
from engagement.organisations import queries as organisations

Finder = Callable[[Session, Iterable[int]], dict[int, str]]
FINDERS: Mapping[str, Finder] = {
    "account": accounts.names_of,
    "staff_invitation": accounts.addresses_of_invitations,
    "organisation": organisations.names_of,
    "opportunity": opportunities.titles_of,
    "application": applications.titles_of,
    "mail": mails.subjects_of,
}


@dataclass(frozen=True)
class Names:
    """The names that some records need."""

    known: Mapping[tuple[str, int], str]

    def of(self, kind: str, row_id: int | None) -> str:
        """Return the name of an object in quotes, of a person without; what is gone is called so."""
        name = self.known.get((kind, row_id)) if row_id is not None else None
        if kind == "account":
            return name or gettext("deleted account")
        return gettext("“%(name)s”", name=name) if name else gettext("(no longer there)")

    def actor(self, record: TrailRecord) -> str:
        """Return who acted."""
        if record.actor_kind == ActorKind.ACCOUNT:
            return self.of("account", record.account_id)
        if record.operator_name:
            return gettext("%(name)s (operator)", name=record.operator_name)
        return actor_word(record.actor_kind)

    def subject(self, record: TrailRecord) -> str:
        """Return what it was about."""
        if record.subject_kind == "sign_up":
            return self.of("opportunity", record.after.get("opportunity_id"))
        return self.of(record.subject_kind, record.subject_id)


def find_names(session: Session, records: Iterable[TrailRecord]) -> Names:
    """Return the names for all of ``records``, with at most one question a kind of object."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for record in records:
        for kind, row_id in _mentioned(record):
            if kind in FINDERS and isinstance(row_id, int):
                wanted[kind].add(row_id)
    return Names(
        {(kind, row_id): name for kind, ids in wanted.items() for row_id, name in FINDERS[kind](session, ids).items()}
    )


def actor_word(kind: str) -> str:
    """Return who acted, if it was nobody with an account."""
    return {
        ActorKind.GUEST: gettext("Somebody without an account"),
        ActorKind.OPERATOR: gettext("The operator"),
        ActorKind.SYSTEM: gettext("The site itself"),
    }.get(ActorKind(kind), gettext("deleted account"))


def _mentioned(record: TrailRecord) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = [("account", record.account_id), (record.subject_kind, record.subject_id)]
    for values in (record.before, record.after):
        found += [(kind, values.get(f"{kind}_id")) for kind in ("account", "opportunity")]
    return found
