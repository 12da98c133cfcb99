"""From what the features know to what the API answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from engagement.catalogue.outward import OutwardEntry
from engagement.kernel.markdown import render_markdown
from engagement.opportunities.values import TRANSLATED
from engagement.organisations.profiles import ProfileParts
from engagement.organisations.queries import OrganisationInfo
from engagement.tenancy.queries import Term, Vocabulary
from engagement.web.api import models
from engagement.web.shared import context
from engagement.web.shared.checks import only_web_address
from engagement.web.shared.neighbours import Elsewhere
from engagement.web.shared.whole import at, path_of, whole


class Writer:
    """Writes entries with the addresses of the town that each belongs to.

    Args:
        words: the vocabulary of this town, in the language that was asked for.
        towns: the other towns that entries may come from, by id.
    """

    def __init__(self, words: Vocabulary, towns: Mapping[int, Elsewhere] | None = None) -> None:
        self._words = words
        self._towns = dict(towns or {})

    def opportunity(self, entry: OutwardEntry) -> models.Opportunity:
        """Return an entry as lists show it."""
        return models.Opportunity(**self._common(entry), translations=_translations(entry))

    def opportunities(self, entries: Iterable[OutwardEntry]) -> list[models.Opportunity]:
        """Return several."""
        return [self.opportunity(entry) for entry in entries]

    def detail(self, entry: OutwardEntry) -> models.OpportunityDetail:
        """Return all of an entry."""
        facts, place = entry.facts, {"opportunity_id": entry.opportunity_id, "slug": entry.slug}
        dated = entry.time_kind == "dated" and entry.starts_at is not None
        same = ("plain_summary", "driving_licence", "training", "expenses", "allowance")
        return models.OpportunityDetail(
            **self._common(entry),
            **{name: str(facts.get(name) or "") for name in same},
            translations=_whole_translations(entry),
            description=str(facts.get("description") or ""),
            description_html=str(render_markdown(str(facts.get("description") or ""))),
            skills=list(facts.get("skills") or ()),
            certificate_of_conduct=bool(facts.get("certificate_of_conduct")),
            insurance=bool(facts.get("insurance")),
            apply_url=self._at(entry, path_of("public.sign_up", **place)),
            calendar_url=self._at(entry, path_of("api.calendar_of_offer", **place)) if dated else None,
        )

    def _common(self, entry: OutwardEntry) -> dict[str, object]:
        here = entry.tenant_id not in self._towns
        categories = self._terms(entry.category_ids, self._words.categories) if here else None
        groups = self._terms(entry.target_group_ids, self._words.target_groups) if here else None
        same = ("title", "summary", "minimum_age", "taster", "published_at", "updated_at", "expires_at")
        number = {"opportunity_id": entry.opportunity_id}
        return {
            **{name: getattr(entry, name) for name in same},
            **{name: list(getattr(entry, name)) for name in ("languages", "access", "suited_for")},
            "id": entry.opportunity_id,
            "self": self._at(entry, path_of("api.opportunity", **number, lang=None)),
            "url": self._at(entry, path_of("public.opportunity", **number, slug=entry.slug)),
            "organisation": self._organisation_of(entry),
            "categories": categories or _named(entry.category_slugs, entry.category_names),
            "target_groups": groups or _named(entry.target_group_slugs, entry.target_group_names),
            "place": _place(entry),
            "time": _time(entry),
            "places": models.Places(wanted=entry.places, taken=entry.places_taken, free=entry.places_free),
            "picture": self._picture(entry),
            "source": models.Source(**entry.source) if entry.source else None,
        }

    def _organisation_of(self, entry: OutwardEntry) -> models.OrganisationLink:
        number = {"organisation_id": entry.organisation_id}
        return models.OrganisationLink(
            id=entry.organisation_id,
            name=entry.organisation_name,
            self=self._at(entry, path_of("api.organisation", **number, lang=None)),
            url=self._at(entry, path_of("public.organisation", **number, slug=entry.organisation_slug)),
        )

    def _picture(self, entry: OutwardEntry) -> models.Picture | None:
        if not entry.picture_sha256:
            return None
        address = path_of("shared.picture", sha256=entry.picture_sha256, lang=None)
        return models.Picture(url=self._at(entry, address), alt=entry.picture_alt)

    def _at(self, entry: OutwardEntry, path: str) -> str:
        town = self._towns.get(entry.tenant_id)
        return context.tools().links.absolute(town.town.host if town else context.tenant().host, path)

    def _terms(self, ids: Iterable[int], terms: tuple[Term, ...]) -> list[models.Word]:
        known = {term.id: term for term in terms}
        return [word(known[number]) for number in ids if number in known]


def word(term: Term) -> models.Word:
    """Return a word of the vocabulary."""
    return models.Word(slug=term.slug, name=term.name)


def organisation_fields(
    found: OrganisationInfo, parts: ProfileParts, offers: int, words: Vocabulary
) -> dict[str, object]:
    """Return what is said of an organisation; whom to ask there stands on its page alone."""
    number = {"organisation_id": found.id}
    same = ("id", "name", "kind", "district", "summary", "description", "founded_year", "street", "postcode", "city")
    return {
        **{name: getattr(found, name) for name in (*same, "updated_at")},
        "self": at("api.organisation", **number, lang=None),
        "url": at("public.organisation", **number, slug=found.slug),
        "categories": [word(term) for term in words.categories if term.id in parts.category_ids],
        "logo": _picture(found.logo_sha256, ""),
        "picture": _picture(found.picture_sha256, found.picture_alt),
        "website": only_web_address(found.website),
        "links": [address for address in found.links if only_web_address(address)],
        "regular_times": [models.RegularTime(**asdict(one)) for one in parts.times],
        "offers": offers,
    }


def _picture(sha256: str, alt: str) -> models.Picture | None:
    return models.Picture(url=whole(path_of("shared.picture", sha256=sha256, lang=None)), alt=alt) if sha256 else None


def _named(slugs: Iterable[str], names: Iterable[str]) -> list[models.Word]:
    return [models.Word(slug=slug, name=name) for slug, name in zip(slugs, names, strict=False)]


def _place(entry: OutwardEntry) -> models.Place:
    facts = entry.facts
    return models.Place(
        kind=entry.place_kind,
        district=entry.district_name,
        street=str(facts.get("street") or ""),
        postcode=str(facts.get("postcode") or ""),
        city=str(facts.get("city") or ""),
        latitude=entry.latitude,
        longitude=entry.longitude,
    )


def _time(entry: OutwardEntry) -> models.Time:
    return models.Time(
        kind=entry.time_kind,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        slots=list(entry.slots),
        note=str(entry.facts.get("time_note") or ""),
        hours=float(entry.hours) if entry.hours is not None else None,
        hours_per=entry.hours_per,
    )


def _translations(entry: OutwardEntry) -> list[models.Translation]:
    return [
        models.Translation(language=language, title=words.get("title", ""), summary=words.get("summary", ""))
        for language, words in sorted(entry.translations.items())
    ]


def _whole_translations(entry: OutwardEntry) -> list[models.WholeTranslation]:
    return [
        models.WholeTranslation(language=language, **{part: str(words.get(part) or "") for part in TRANSLATED})
        for language, words in sorted((entry.facts.get("translations") or {}).items())
    ]
