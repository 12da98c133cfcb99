"""Which offers, organisations and towns of the demo have a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from engagement.cli.demo.scenes import CLOTHES, emblem, painted
from engagement.kernel.pictures import Frame, keep_picture
from engagement.kernel.variants import HERO
from engagement.opportunities.pictures import FRAME
from engagement.opportunities.values import OpportunityValues
from engagement.organisations.queries import find_organisation
from engagement.organisations.service import set_logo
from engagement.tenancy.branding import change_look, current_look, state_of_look

EMBLEM = 480
"""Pixels of each side of an emblem."""
WITH_EMBLEM = 4
TOWN_WITH_PICTURE = "baden-baden"
"""One of the three, so that home pages with and without a picture can be compared."""


@dataclass(frozen=True)
class Scene:
    """A painted picture.

    Args:
        titles: of the offers that have it.
        alt: what can be seen.
        focus: what matters, if the demo's club has said so.
    """

    titles: tuple[str, ...]
    alt: str
    focus: str = ""


SCENES: Mapping[str, Scene] = {
    "brook": Scene(
        (
            "Robinien ziehen im Hohlweg",
            "Bachputz zwischen Stadtgarten und Wehr",
            "Spaziergang zu zweit mit Vergesslichen",
        ),
        "Drei Menschen stehen auf einer Wiese an einem Bach, dahinter Hügel im Morgenlicht.",
    ),
    "garden": Scene(
        ("Patengarten mit Familien aus vier Ländern", "Beete im Innenhof anlegen"),
        "Drei Menschen in einem Garten voller Beete.",
    ),
    "books": Scene(
        (
            "Märchen in zwei Sprachen erzählen",
            "Vorlesetag in allen neun Klassen",
            "Bücherwagen über die Stationen schieben",
        ),
        "Drei Menschen lesen gemeinsam in einem großen Buch, hinter ihnen Regale voller Bücher.",
        "s",
    ),
    "stage": Scene(
        (
            "Hoffest der Kapelle: Ausschank, Abwasch, Flammkuchen",
            "Chornacht in der Waldhalle",
            "Mit dem Rollstuhl ins Konzert",
        ),
        "Neun Menschen stehen im Licht auf einer Bühne, vorn sitzt das Publikum.",
    ),
    "table": Scene(
        (
            "Suppe, Dusche, Zeitung: Dienst in der Wärmestube",
            "Eintopf kochen für den langen Tisch",
            "Mittagstisch im Pfarrsaal",
        ),
        "Fünf Schalen mit Suppe stehen auf einem Holztisch.",
    ),
}
SCENE_OF = {title: name for name, scene in SCENES.items() for title in scene.titles}


def with_picture(session: Session, values: OpportunityValues) -> OpportunityValues:
    """Return an offer's values with its scene, unchanged if it has none."""
    name = SCENE_OF.get(values.title)
    if name is None:
        return values
    kept, scene = keep_picture(session, painted(name), FRAME), SCENES[name]
    return replace(values, picture_file_id=kept.file_id, picture_alt=scene.alt, picture_focus=scene.focus)


def give_emblems(session: Session, organisation_ids: Iterable[int]) -> None:
    """Give the first organisations an emblem each."""
    for organisation_id, colour in zip(organisation_ids, CLOTHES[:WITH_EMBLEM], strict=False):
        organisation = find_organisation(session, organisation_id)
        if organisation:
            content = emblem(organisation.name[:1], colour)
            set_logo(session, organisation_id, content, "image/webp", width=EMBLEM, height=EMBLEM)


def hang_picture(session: Session, slug: str) -> None:
    """Give one town's home page a picture."""
    if slug != TOWN_WITH_PICTURE:
        return
    kept = keep_picture(session, painted("brook"), Frame(FRAME.longest_side, HERO))
    look = replace(
        current_look(session),
        picture_sha256=kept.sha256,
        picture_alt=SCENES["brook"].alt,
        picture_width=kept.width,
        picture_height=kept.height,
    )
    change_look(session, look, seen=state_of_look(session))
