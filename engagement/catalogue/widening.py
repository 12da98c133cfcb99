"""From a wish to what of a town's offers stands for it: for each of its words the stems of the catalogue, by strength.

German builds compounds, so that a word is often found inside another: "Hilfe" stems to "hilf" and is widened to
"fluchtlingshilf". The other way round, "Fahrradreparatur" also finds what says "Fahrrad". Groups of words lead from
what people type to what offers say. Only a word that nothing contains is taken for mistyped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Integer, bindparam, text
from sqlalchemy.orm import Session

from engagement.catalogue.concept_store import Stems, TownWords, product_concepts, stems_of, town_words
from engagement.catalogue.concepts import Concepts, Expansion, Group, Targets
from engagement.catalogue.strengths import VAGUE, strength
from engagement.catalogue.wishes import BESIDE, Token, Wish
from engagement.catalogue.words import without_umlauts

MOST_STEMS = 100
SURE_STEMS = 8
"""Stems a wish is widened to at most, the strongest first; each unit may have so many of them whatever the others."""
WEAKEST = 0.25
"""Strength below which a stem is too far from what was typed."""
SUBJECT = 0.35
HINT = 0.3
"""The least weight of a unit that finds entries, and what a hint counts beside."""
JOINED = 0.95
"""What two words count that are one in the catalogue, as "Vor lesen"."""
IN_PHRASE = 0.5
"""What a word counts by itself if a group of words knows the phrase that it is in."""
CONCEPT = 1.0
"""What a phrase that a group of words knows counts beside its heaviest word."""
LED = 0.8
"""What the words count that a group of words leads to, beside the typed word if that is found too."""
FRONT, BACK, VAGUE_BACK = 0.7, 0.5, 0.15
"""What the parts of a compound count beside the whole."""

_FIND = text(
    """
    WITH asked AS MATERIALIZED (
        SELECT place, stem, own, whole, length(stem) AS letters,
               replace(replace(replace(stem, '\\', '\\\\'), '%', '\\%'), '_', '\\_') AS escaped
        FROM unnest(CAST(:places AS integer[]), CAST(:stems AS text[]), CAST(:own AS boolean[]),
                    CAST(:whole AS boolean[])) AS given(place, stem, own, whole)
    ),
    same AS MATERIALIZED (
        SELECT asked.place, known.stem FROM asked JOIN catalogue_stem AS known
          ON known.tenant_id IN :tenant_ids AND known.stem = asked.stem
    ),
    around AS MATERIALIZED (
        SELECT asked.place, known.stem FROM asked JOIN catalogue_stem AS known
          ON known.tenant_id IN :tenant_ids AND known.stem LIKE ('%' || escaped || '%')
        WHERE own AND letters >= 3 AND known.stem <> asked.stem
        UNION ALL
        SELECT asked.place, known.stem FROM asked CROSS JOIN LATERAL (
            SELECT stem FROM catalogue_stem WHERE tenant_id IN :tenant_ids
               AND stem ~>=~ asked.stem AND stem ~<~ (asked.stem || chr(1114109)) OFFSET 0
        ) AS known WHERE NOT own AND letters >= 3 AND known.stem <> asked.stem
        UNION ALL
        SELECT asked.place, known.stem FROM asked CROSS JOIN LATERAL (
            SELECT stem FROM catalogue_stem WHERE tenant_id IN :tenant_ids
               AND reverse(stem) ~>=~ reverse(asked.stem)
               AND reverse(stem) ~<~ (reverse(asked.stem) || chr(1114109)) OFFSET 0
        ) AS known WHERE NOT own AND letters >= 4 AND known.stem <> asked.stem
    ),
    part AS (
        SELECT asked.place, known.stem FROM asked CROSS JOIN generate_series(5, asked.letters - 3) AS size
        JOIN catalogue_stem AS known
          ON known.tenant_id IN :tenant_ids AND known.stem IN (left(asked.stem, size), right(asked.stem, size))
        WHERE own AND whole
    ),
    alike AS (
        SELECT asked.place, known.stem, similarity(asked.stem, known.stem) AS likeness
        FROM asked JOIN catalogue_stem AS known ON known.tenant_id IN :tenant_ids AND known.stem %> asked.stem
        WHERE own AND letters >= 4
          AND asked.place NOT IN (SELECT place FROM same UNION ALL SELECT place FROM around)
    )
    SELECT place, stem, 'same' AS kind, 0.0 AS likeness FROM same
    UNION SELECT place, stem, 'around', 0.0 FROM around
    UNION SELECT place, stem, 'part', 0.0 FROM part
    UNION SELECT place, stem, 'alike', likeness FROM alike
    """
).bindparams(bindparam("tenant_ids", expanding=True, type_=Integer))


@dataclass
class Unit:
    """Something of a wish that an entry may answer: a word, or a phrase that a group of words knows.

    Args:
        weight: how much it counts beside the others.
        ruled_out: whether entries that answer it are not wanted.
        words: as they were typed, in all spellings; a stem may have lost what tells a compound ("elt" of "Eltern").
        own: stems of what was typed, by strength.
        led_to: stems that groups of words lead to, by strength.
        is_cut: whether it is a compound whose parts are units of their own.
    """

    weight: float
    ruled_out: bool
    words: tuple[str, ...] = ()
    own: Targets = field(default_factory=dict)
    led_to: Targets = field(default_factory=dict)
    is_cut: bool = False


@dataclass(frozen=True)
class Found:
    """That a stem of the catalogue stands for a unit; ``own`` if by itself, and not only by a group of words."""

    strength: float
    own: bool = False


@dataclass(frozen=True)
class Match:
    """A stem of the catalogue that stands for a unit of the wish, from 0 (hardly) to 1 (the same).

    Args:
        beside: the unit that was typed, if a group of words led from it to this one.
    """

    unit: int
    stem: str
    strength: float
    beside: int | None = None

    @property
    def typed(self) -> int:
        """Return the unit that was typed."""
        return self.unit if self.beside is None else self.beside


@dataclass(frozen=True)
class Asked:
    """A wish as the catalogue can answer it.

    Args:
        weights: of the units that are wanted, by their numbers.
        matches: what of the catalogue stands for them.
        ruled_out: what stands for what is not wanted.
        age: of somebody under age, for whom some offers are not.
    """

    weights: dict[int, float]
    matches: tuple[Match, ...] = ()
    ruled_out: tuple[Match, ...] = ()
    age: int | None = None

    @property
    def least(self) -> float:
        """Return the weight that one of an entry's units must have: hints alone find nothing beside a subject."""
        return SUBJECT if any(weight > BESIDE for weight in self.weights.values()) else 0.0

    @property
    def finds_nothing(self) -> bool:
        """Tell whether something is wanted that no entry can answer."""
        return bool(self.weights) and not self.matches


def widen(session: Session, wish: Wish, tenant_ids: Sequence[int]) -> Asked:
    """Return what in these towns' catalogues stands for a wish, by the words of the session's own town."""
    units = _units(session, wish, tenant_ids)
    matches = _strongest(_apart(units, _best(session, units, tenant_ids)))
    hinted = [Match(-number, mark, 1.0) for number, marks in enumerate(wish.hints.marks, 1) for mark in marks]
    wanted = {number: unit.weight for number, unit in enumerate(units) if not unit.ruled_out}
    return Asked(
        weights=wanted | dict.fromkeys((match.unit for match in hinted), HINT),
        matches=(*(match for match in matches if match.unit in wanted), *hinted),
        ruled_out=tuple(match for match in matches if match.unit not in wanted),
        age=wish.hints.age,
    )


def _apart(units: list[Unit], best: Mapping[tuple[int, str], Found]) -> list[Match]:
    """Give what groups of words lead to a unit of its own beside the word that was typed, if that is found itself.

    How rare a word is then counts for each of the two by itself: what says the rare word that was typed comes first,
    though it leads to common ones.
    """
    enough = {key: found for key, found in best.items() if found.strength >= WEAKEST}
    literal = {number for (number, _), found in enough.items() if found.own}
    beside: dict[int, int] = {}
    matches = []
    for (number, stem), found in enough.items():
        if found.own or number not in literal:
            matches.append(Match(number, stem, found.strength))
            continue
        if number not in beside:
            beside[number] = len(units)
            units.append(replace(units[number], weight=units[number].weight * LED))
        matches.append(Match(beside[number], stem, found.strength, beside=number))
    return matches


def _strongest(matches: list[Match]) -> list[Match]:
    places: dict[int, int] = defaultdict(int)
    ranked: list[tuple[bool, int, Match]] = []
    for match in sorted(matches, key=lambda match: (-match.strength, match.stem, match.unit)):
        places[match.unit] += 1
        ranked.append((places[match.unit] > SURE_STEMS, len(ranked), match))
    return [match for *_, match in sorted(ranked, key=lambda found: found[:2])[:MOST_STEMS]]


def _units(session: Session, wish: Wish, tenant_ids: Sequence[int]) -> list[Unit]:
    town = town_words(session)
    typed = {spelling for token in wish.tokens for spelling in token.spellings}
    joined = {one.word + other.word for one, other in _neighbours(wish)}
    stems = stems_of(session, typed | joined | town.words, tenant_ids)
    units = [_unit(token, stems) for token in wish.tokens]
    for place, (one, other) in enumerate(_neighbours(wish)):
        together = stems.of.get(one.word + other.word)
        if together in stems.known:
            units[place].own[together] = JOINED
    return [unit for unit in _with_concepts(session, units, stems, town) if unit.weight]


def _neighbours(wish: Wish) -> list[tuple[Token, Token]]:
    return list(zip(wish.tokens, wish.tokens[1:], strict=False))


def _unit(token: Token, stems: Stems) -> Unit:
    own = dict.fromkeys((stems.of[spelling] for spelling in token.spellings if spelling in stems.of), 1.0)
    return Unit(token.weight, token.ruled_out, tuple(map(without_umlauts, token.spellings)), own)


def _with_concepts(session: Session, units: list[Unit], stems: Stems, town: TownWords) -> list[Unit]:
    """Let groups of words lead on: a word's unit gets more stems, a phrase's words a unit in common."""
    product = product_concepts(session)
    own = Concepts(dict(enumerate_groups(town.own)), stems.of)
    spelt = [list(unit.own) for unit in units]
    phrases = []
    for concepts, off in ((own, frozenset[str]()), (product, town.off)):
        for expansion in concepts.expand(spelt, off):
            phrases += _apply(expansion, units)
    inside = [part for unit in units for part in _look_inside(unit, product, stems, town.off)]
    return units + phrases + inside


def enumerate_groups(groups: Sequence[Group]) -> Iterator[tuple[str, Group]]:
    """Yield the groups with their places as keys."""
    for place, group in enumerate(groups):
        yield str(place), group


def _apply(expansion: Expansion, units: list[Unit]) -> list[Unit]:
    covered = units[expansion.start : expansion.end]
    if len(covered) == 1:
        covered[0].led_to |= _stronger(covered[0].led_to, expansion.targets)
        return []
    phrase = Unit(
        CONCEPT * max(1.0, *(unit.weight for unit in covered)),
        any(unit.ruled_out for unit in covered),
        led_to=expansion.targets,
    )
    for unit in covered:
        unit.weight *= IN_PHRASE
    return [phrase]


def _look_inside(unit: Unit, concepts: Concepts, stems: Stems, off: frozenset[str]) -> list[Unit]:
    """For a word that no group knows, return its parts; if it has none and is nowhere known, take it for mistyped."""
    if unit.led_to or not unit.weight:
        return []
    for stem in unit.own:
        parts = concepts.parts(stem)
        if parts:
            unit.is_cut = True
            return [
                Unit(unit.weight * weight, unit.ruled_out, (), {part: 1.0}, concepts.lead(part, off))
                for part, weight in zip(parts, (FRONT, VAGUE_BACK if parts[1] in VAGUE else BACK), strict=True)
            ]
    unknown = [stem for stem in unit.own if stem not in stems.known]
    for stem in unknown:
        unit.led_to |= _stronger(unit.led_to, concepts.expand_mistyped(stem, off))
    return []


def _stronger(kept: Targets, added: Targets) -> Targets:
    return {stem: max(value, kept.get(stem, 0.0)) for stem, value in added.items()}


def _best(session: Session, units: Sequence[Unit], tenant_ids: Sequence[int]) -> dict[tuple[int, str], Found]:
    asked = [
        (number, stem, value, own, not unit.is_cut)
        for number, unit in enumerate(units)
        for own, targets in ((True, unit.own), (False, unit.led_to))
        for stem, value in targets.items()
    ]
    rows = session.execute(
        _FIND,
        {
            "places": list(range(len(asked))),
            "stems": [stem for _, stem, *_ in asked],
            "own": [own for *_, own, _ in asked],
            "whole": [whole for *_, whole in asked],
            "tenant_ids": list(tenant_ids),
        },
    )
    best: dict[tuple[int, str], Found] = {}
    for row in rows:
        number, stem, value, own, _ = asked[row.place]
        known = best.get((number, row.stem), Found(0.0))
        found = value * max(
            strength(row.kind, asked_for, row.stem, float(row.likeness))
            for asked_for in (stem, *(word for word in units[number].words if own and word in row.stem))
        )
        best[number, row.stem] = Found(max(known.strength, found), own=known.own or own)
    return best
