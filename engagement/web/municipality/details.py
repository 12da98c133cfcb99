"""What a change consisted of, in words: the names of fields, and values as people read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engagement.catalogue.times import slot_word
from engagement.kernel.audit import HIDDEN
from engagement.kernel.i18n import comma, current_language, gettext, language_name, lazy_gettext
from engagement.moderation.kinds import TextPurpose
from engagement.moderation.words import purpose_name
from engagement.tenancy.queries import Term, Vocabulary
from engagement.web.municipality.deeds import readable
from engagement.web.shared.presentation import focus_names, moment

LONGEST = 600
"""Characters of a value that the page shows; the export has all of them."""
_ = lazy_gettext

FIELDS: dict[str, Any] = {
    "name": _("Name"),
    "kind_id": _("Kind of organisation"),
    "description": _("Description"),
    "street": _("Street and number"),
    "postcode": _("Postcode"),
    "city": _("Town"),
    "district_id": _("Part of town"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "website": _("Website"),
    "contact_name": _("Contact"),
    "contact_email": _("E-mail address"),
    "contact_phone": _("Phone"),
    "email": _("E-mail address"),
    "phone": _("Phone"),
    "logo_file_id": _("Logo"),
    "links": _("Other pages on the web"),
    "founded_year": _("Founded in the year"),
    "times": _("Regular times"),
    "picture_file_id": _("Picture"),
    "picture_alt": _("Description of the picture"),
    "picture_focus": _("What matters in the picture"),
    "verification": _("Check"),
    "note": _("Reason"),
    "review_note": _("Reason"),
    "source": _("Source"),
    "account_id": _("Person"),
    "role": _("Role"),
    "title": _("Title"),
    "summary": _("Short description"),
    "category_ids": _("Fields"),
    "target_group_ids": _("For"),
    "place_kind": _("Where"),
    "time_kind": _("When"),
    "slots": _("Times of the week"),
    "hours": _("Hours"),
    "hours_per": _("Counted by"),
    "starts_at": _("Begin"),
    "ends_at": _("End"),
    "time_note": _("About the time"),
    "places": _("Places"),
    "skills": _("Wanted"),
    "plain_summary": _("In plain language"),
    "translations": _("In other languages"),
    "suited_for": _("Good for"),
    "taster": _("Look in once"),
    "languages": _("Languages"),
    "language": _("Language"),
    "minimum_age": _("Minimum age"),
    "driving_licence": _("Driving licence"),
    "certificate_of_conduct": _("Certificate of conduct"),
    "training": _("Training"),
    "insurance": _("Insurance"),
    "expenses": _("Expenses"),
    "allowance": _("Allowance"),
    "step_free": _("Without steps"),
    "accessible_toilet": _("Accessible toilet"),
    "public_transport": _("Public transport"),
    "hearing_support": _("Hearing support"),
    "state": _("State"),
    "opportunity_id": _("Offer"),
    "count": _("Number"),
    "changed": _("Changed"),
    "email_proven": _("E-mail address confirmed"),
    "password": _("Password"),
    "file": _("File"),
    "rows": _("Rows"),
    "outcomes": _("Result"),
    "slug": _("Short name"),
    "hosts": _("Addresses"),
    "moderation": _("Release of offers"),
    "modules": _("Parts of the site"),
    "sender_name": _("Name of the sender"),
    "reply_to": _("Answers go to"),
    "mail_from": _("Sender"),
    "postal_address": _("Postal address"),
    "answers.days_to_look": _("Days until a missing answer is worth a look"),
    "answers.days_to_call": _("Days until a missing answer is worth a call"),
    "answers.days_to_worry": _("Days until a missing answer is urgent"),
    "tiles.template": _("Address of the map pictures"),
    "tiles.operator": _("Who runs the map server"),
    "tiles.privacy_url": _("Privacy notice of the map server"),
    "tiles.attribution": _("Source of the map"),
    "tiles.licence_url": _("Licence of the map"),
    "tiles.max_zoom": _("Closest zoom level of the map"),
    "retention.closed_application_months": _("Months that ended requests are kept"),
    "retention.mail_days": _("Days that delivered mails are kept"),
    "retention.audit_months": _("Months that this log is kept"),
    "typed": _("Whoever types one of these words"),
    "found": _("also finds these words"),
    "both_ways": _("And the other way round: the words mean the same"),
    "key": _("Words of the search"),
    "host": _("Server"),
    "port": _("Port"),
    "security": _("Encryption"),
    "login": _("User name"),
    "worked": _("It worked"),
    "format": _("File format"),
    "since": _("From"),
    "until": _("Until"),
    "actor_kind": _("Who"),
    "action": _("What"),
    "subject_kind": _("Kind of object"),
    "subject_id": _("Object"),
    "names": _("In other languages"),
    "icon": _("Drawing"),
    "postcodes": _("Postcodes"),
    "former_slugs": _("Earlier short names"),
    "into": _("Merged into entry"),
    "absorbed": _("Merged entry"),
    "ids": _("Order"),
    "platform_name": _("Name of the site"),
    "claim": _("Claim"),
    "headline": _("Headline"),
    "introduction": _("Introduction"),
    "brand_colour": _("Main colour"),
    "accent_colour": _("Second colour"),
    "logo_sha256": _("Logo"),
    "logo_alt": _("What the logo shows"),
    "picture_sha256": _("Picture"),
    "picture_credit": _("Whose picture it is"),
    "box_title": _("Headline of the box for associations"),
    "box_text": _("Text of the box for associations"),
    "purpose": _("What for"),
    "text": _("Text"),
    "reason": _("Reason"),
    "place": _("Page"),
    "answered_by_mail": _("Answered by mail"),
    "requests": _("Requests"),
    "relation": _("Agreement"),
    "how": _("Way"),
    "confirmed_at": _("Confirmed"),
    "invitation_id": _("Invitation"),
    "former": _("Those responsible before"),
}

VALUES: dict[str, Any] = {
    "pending": _("waits for a check"),
    "verified": _("verified"),
    "rejected": _("turned down"),
    "draft": _("draft"),
    "in_review": _("in review"),
    "published": _("published"),
    "paused": _("paused"),
    "closed": _("closed"),
    "archived": _("archived"),
    "new": _("new"),
    "in_contact": _("in contact"),
    "accepted": _("accepted"),
    "declined": _("declined"),
    "withdrawn": _("withdrawn"),
    "queued": _("on the waiting list"),
    "admin": _("Administrator"),
    "moderator": _("Moderator"),
    "owner": _("responsible person"),
    "editor": _("team member"),
    "address": _("at an address"),
    "district": _("in a part of town"),
    "remote": _("from anywhere"),
    "ongoing": _("regularly"),
    "dated": _("on one date"),
    "week": _("week"),
    "month": _("month"),
    "occasion": _("occasion"),
    "review_all": _("the municipality looks at every offer"),
    "review_unverified": _("the municipality looks at offers of unverified organisations"),
    "publish_at_once": _("offers are published at once"),
    "accounts": _("accounts for citizens"),
    "reports": _("reports of problems"),
    "organisation_registration": _("registration of organisations"),
    "neighbours": _("offers of neighbouring towns"),
    "open_data": _("open data"),
    "embedding": _("building in"),
    "map": _("map"),
    "starttls": _("STARTTLS"),
    "tls": _("TLS"),
    "none": _("none"),
    "stays": _("stay responsible"),
    "leaves": _("leave the team"),
    "csv": _("CSV"),
    "xlsx": _("Excel"),
}
CODED = frozenset(
    {
        "verification", "state", "role", "place_kind", "time_kind", "hours_per", "moderation", "modules", "security",
        "format", "former",
    }
)  # fmt: skip
"""Fields whose values are words of the code."""
WITHOUT_MEANING = frozenset({"claim_id"})
"""Numbers that lead to nothing that people could look up."""
PICTURES = frozenset({"logo_file_id", "picture_file_id", "logo_sha256", "picture_sha256"})
MEASURES = frozenset({"logo_width", "logo_height", "picture_width", "picture_height"})
"""Fields that only follow from another one, which is told."""


@dataclass(frozen=True)
class Detail:
    """One field that changed."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Reader:
    """Puts values into words.

    Args:
        words: the town's vocabulary, for ids of it.
        name_of: the name of an object, by kind and id.
    """

    words: Vocabulary
    name_of: Callable[[str, int | None], str]

    def details(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Detail]:
        """Return each field that a record names, as it was and as it is."""
        was, becomes = _flat(before), _flat(after)
        names = [name for name in dict.fromkeys((*was, *becomes)) if name not in WITHOUT_MEANING]
        found = [
            Detail(field_word(name), self.value(name, was.get(name)), self.value(name, becomes.get(name)))
            for name in names
            if name not in MEASURES
            and (was.get(name) != becomes.get(name) or HIDDEN in (was.get(name), becomes.get(name)))
        ]
        return [detail for detail in found if detail.before or detail.after]

    def value(self, field: str, value: Any) -> str:  # noqa: ANN401, PLR0911 - JSON; one line a kind of value
        """Return a value in words, empty for none."""
        if value is None or value in ("", [], {}):
            return ""
        if value == HIDDEN:
            return gettext("changed; not kept in this log")
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, list):
            return comma().join(self.value(field, one) for one in value)
        if field in PICTURES:
            return gettext("a picture")
        if (terms := self._terms(field)) is not None:
            return next((term.name for term in terms if term.id == value), gettext("no longer there"))
        if field in ("account_id", "opportunity_id"):
            return self.name_of(field.removesuffix("_id"), value)
        return self._text(field, value)

    def _text(self, field: str, value: Any) -> str:  # noqa: ANN401 - JSON
        if (word := _coded(field, value)) is not None:
            return word
        if field in ("language", "languages"):
            return language_name(value, in_language=current_language()).capitalize()
        if field == "slots":
            return slot_word(value)
        if field == "changed":
            return field_word(value)
        if field.endswith("_at") or field in ("since", "until"):
            return _moment(value)
        return str(value)

    def _terms(self, field: str) -> tuple[Term, ...] | None:
        return {
            "kind_id": self.words.organisation_kinds,
            "district_id": self.words.districts,
            "category_ids": self.words.categories,
            "target_group_ids": self.words.target_groups,
        }.get(field)


def _coded(field: str, value: object) -> str | None:
    """Return what a word of the code means, None if the value is none."""
    names = focus_names() if field == "picture_focus" else VALUES if field in CODED else {}
    if not isinstance(value, str):
        return None
    if value in names:
        return str(names[value])
    if field == "purpose" and value in set(TextPurpose):
        return purpose_name(TextPurpose(value))
    return None


def field_word(name: str) -> str:
    """Return the word for a field."""
    return str(FIELDS[name]) if name in FIELDS else readable(name)


def shortened(text: str) -> str:
    """Return a long value as the page shows it."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


def _moment(value: object) -> str:
    try:
        return moment(datetime.fromisoformat(str(value)))
    except ValueError:
        return str(value)
