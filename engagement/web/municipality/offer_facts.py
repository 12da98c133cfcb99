"""What an offer says, in words a clerk understands, and which of it is new."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from engagement.kernel.i18n import current_language, gettext, language_name, lazy_gettext
from engagement.moderation.diff import Piece, text_diff
from engagement.opportunities.kinds import PlaceKind, TimeKind
from engagement.opportunities.values import UNORDERED, OpportunityValues
from engagement.web.shared import context
from engagement.web.shared.presentation import amount, company_names, focus_names, moment, when


@dataclass(frozen=True)
class Fact:
    """One thing that an offer says.

    Args:
        name: lazily translated.
        fields: of ``OpportunityValues`` that it is made of.
        words: how they are said.
    """

    name: Any
    fields: tuple[str, ...]
    words: Callable[[OpportunityValues], str]


@dataclass(frozen=True)
class ChangedFact:
    """A fact that differs; there are no pieces if the words are the same, as with another picture."""

    name: str
    pieces: tuple[Piece, ...]


def changed_facts(old: OpportunityValues, new: OpportunityValues) -> list[ChangedFact]:
    """Return what differs between two versions, in the order of the form."""
    return [_changed(fact, old, new) for fact in FACTS if any(_differs(name, old, new) for name in fact.fields)]


def _changed(fact: Fact, old: OpportunityValues, new: OpportunityValues) -> ChangedFact:
    was, becomes = fact.words(old), fact.words(new)
    return ChangedFact(str(fact.name), text_diff(was, becomes) if was != becomes else ())


def _differs(name: str, old: OpportunityValues, new: OpportunityValues) -> bool:
    was, becomes = getattr(old, name), getattr(new, name)
    return set(was) != set(becomes) if name in UNORDERED else bool(was != becomes)


def _own(name: str) -> Callable[[OpportunityValues], str]:
    return lambda values: str(getattr(values, name) or "")


def _number(name: str) -> Callable[[OpportunityValues], str]:
    return lambda values: "" if getattr(values, name) is None else str(getattr(values, name))


def _known(name: str) -> Callable[[OpportunityValues], str]:
    def words(values: OpportunityValues) -> str:
        value = getattr(values, name)
        if value is None:
            return gettext("not known")
        return gettext("yes") if value else gettext("no")

    return words


def _categories(values: OpportunityValues) -> str:
    found = [context.vocabulary().category(number) for number in values.category_ids]
    return _set(term.name if term else gettext("a field that is gone") for term in found)


def _target_groups(values: OpportunityValues) -> str:
    found = [context.vocabulary().target_group(number) for number in values.target_group_ids]
    return _set(term.name if term else gettext("a group that is gone") for term in found)


def _place(values: OpportunityValues) -> str:
    if values.place_kind is PlaceKind.REMOTE:
        return gettext("from anywhere")
    district = context.vocabulary().district(values.district_id)
    town = " ".join(part for part in (values.postcode, values.city) if part)
    return _lines((values.street, town, district.name if district else ""))


def _point(values: OpportunityValues) -> str:
    return f"{values.point.latitude:.5f}, {values.point.longitude:.5f}" if values.point else ""


def _time(values: OpportunityValues) -> str:
    lines = [when(values)]
    if values.time_kind is TimeKind.ONGOING:
        lines += [gettext("from %(moment)s", moment=moment(values.starts_at))] if values.starts_at else []
        lines += [gettext("until %(moment)s", moment=moment(values.ends_at))] if values.ends_at else []
    return _lines(lines)


def _effort(values: OpportunityValues) -> str:
    return amount(values.hours, values.hours_per)


def _languages(values: OpportunityValues) -> str:
    return _set(language_name(code, in_language=current_language()) for code in values.languages)


def _set(names: Iterable[str]) -> str:
    """One name a line, always in the same order, so that a name that only stands elsewhere is not shown as new."""
    return _lines(sorted(names, key=str.casefold))


def _company(values: OpportunityValues) -> str:
    return _lines(name for company, name in company_names().items() if company in values.suited_for)


def _translations(values: OpportunityValues) -> str:
    return _lines(
        f"{language_name(code, in_language=current_language())}: {text}"
        for code, words in sorted(values.translations.items())
        for text in words.values()
    )


def _picture(values: OpportunityValues) -> str:
    shown = focus_names()[values.picture_focus] if values.picture_focus else ""
    return _lines((values.picture_alt, gettext("What matters: %(place)s", place=shown) if shown else ""))


def _lines(parts: Any) -> str:  # noqa: ANN401 - any iterable of strings
    return "\n".join(part for part in parts if part)


FACTS: tuple[Fact, ...] = (
    Fact(lazy_gettext("Title"), ("title",), _own("title")),
    Fact(lazy_gettext("In short"), ("summary",), _own("summary")),
    Fact(lazy_gettext("In plain language"), ("plain_summary",), _own("plain_summary")),
    Fact(lazy_gettext("Description"), ("description",), _own("description")),
    Fact(lazy_gettext("Fields"), ("category_ids",), _categories),
    Fact(lazy_gettext("For"), ("target_group_ids",), _target_groups),
    Fact(lazy_gettext("Where"), ("place_kind", "street", "postcode", "city", "district_id"), _place),
    Fact(lazy_gettext("Point on the map"), ("point",), _point),
    Fact(lazy_gettext("When"), ("time_kind", "slots", "starts_at", "ends_at"), _time),
    Fact(lazy_gettext("Effort"), ("hours", "hours_per"), _effort),
    Fact(lazy_gettext("About the time"), ("time_note",), _own("time_note")),
    Fact(lazy_gettext("Places"), ("places",), _number("places")),
    Fact(lazy_gettext("Wanted"), ("skills",), lambda values: _lines(values.skills)),
    Fact(lazy_gettext("Languages"), ("languages",), _languages),
    Fact(lazy_gettext("Minimum age"), ("minimum_age",), _number("minimum_age")),
    Fact(lazy_gettext("Good for"), ("suited_for",), _company),
    Fact(lazy_gettext("Look in once"), ("taster",), _known("taster")),
    Fact(lazy_gettext("Driving licence"), ("driving_licence",), _own("driving_licence")),
    Fact(lazy_gettext("Certificate of conduct"), ("certificate_of_conduct",), _known("certificate_of_conduct")),
    Fact(lazy_gettext("Training"), ("training",), _own("training")),
    Fact(lazy_gettext("Insurance"), ("insurance",), _known("insurance")),
    Fact(lazy_gettext("Expenses"), ("expenses",), _own("expenses")),
    Fact(lazy_gettext("Allowance"), ("allowance",), _own("allowance")),
    Fact(lazy_gettext("Step-free access"), ("step_free",), _known("step_free")),
    Fact(lazy_gettext("Accessible toilet"), ("accessible_toilet",), _known("accessible_toilet")),
    Fact(lazy_gettext("Easy to reach by bus or train"), ("public_transport",), _known("public_transport")),
    Fact(lazy_gettext("Support for hearing"), ("hearing_support",), _known("hearing_support")),
    Fact(lazy_gettext("In other languages"), ("translations",), _translations),
    Fact(lazy_gettext("Contact"), ("contact_name", "contact_email", "contact_phone"), lambda values: _lines(
        (values.contact_name, values.contact_email, values.contact_phone)
    )),
    Fact(lazy_gettext("Picture"), ("picture_file_id", "picture_alt", "picture_focus"), _picture),
)  # fmt: skip
"""All that an offer says; a test fails for a field that none of them speaks of."""
