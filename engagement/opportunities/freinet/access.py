"""What a free text says clearly about access; whatever it says with an "if" or "but" stays unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WHOLE = {
    "ja": True,
    "barrierefrei": True,
    "vollbarrierefrei": True,
    "nein": False,
    "keine": False,
    "nichtbarrierefrei": False,
}
_NOT = re.compile(r"\b(nicht|kein\w*|ohne|leider|nein|un(?:geeignet|zugänglich))\b")
_PERHAPS = re.compile(
    r"\b(teil\w*|beding\w*|eingeschränkt\w*|fast|nur|auf anfrage|nach absprache|evtl|eventuell|möglich\w*|"
    r"vielleicht|größtenteils|weitgehend|überwiegend|außer|geplant|ggf)\b"
)
_TOPICS = {
    "accessible_toilet": re.compile(r"\b(rollstuhl|behinderten|barrierefrei)\w*[\s-]*(wc|toilette\w*)"),
    "hearing_support": re.compile(r"induktions|höranlage|höranlagen|hörschleife|gebärdensprach"),
    "public_transport": re.compile(r"\böpnv\b|haltestelle|\b[su]-bahn|straßenbahn|stadtbahn"),
    "step_free": re.compile(
        r"rollstuhlge(?:recht|eignet)|stufen(?:los|frei)|ebenerdig|barrierefreier (?:zugang|eingang)|"
        r"barrierefrei (?:zugänglich|erreichbar)|^\s*(?:nicht )?barrierefrei\s*$|aufzug|treppenlift"
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Access:
    """Flags of an opportunity; None means "not known"."""

    step_free: bool | None = None
    accessible_toilet: bool | None = None
    public_transport: bool | None = None
    hearing_support: bool | None = None


def access_of(text: str) -> Access:
    """Return what ``text`` (one plain line or several) says about access without doubt."""
    whole = re.sub(r"\W", "", text.lower())
    if whole in _WHOLE:
        return Access(step_free=_WHOLE[whole])
    found: dict[str, set[bool | None]] = {}
    for clause in re.split(r"[.;,!\n]|\b(?:aber|und|sowie|jedoch)\b", text.lower()):
        topic = next((name for name, pattern in _TOPICS.items() if pattern.search(clause)), None)
        if topic:
            found.setdefault(topic, set()).add(None if _PERHAPS.search(clause) else not _NOT.search(clause))
    return Access(**{topic: next(iter(answers)) for topic, answers in found.items() if len(answers) == 1})


def is_mere_answer(text: str) -> bool:
    """Tell whether ``text`` says no more than the flags do."""
    return re.sub(r"\W", "", text.lower()) in _WHOLE
