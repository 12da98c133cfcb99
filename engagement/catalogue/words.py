"""From text to words: what is indexed, and which words of a query count.

The stemming itself is PostgreSQL's, with the text search configuration of the first migration (Snowball's German
stemmer without its stop words, since "einmal" is one of them and means something here).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import literal_column

CONFIGURATION: Any = literal_column("'engagement_german'::regconfig")
LONGEST_QUERY = 200
MOST_WORDS = 12

_GENDERED = re.compile(r"\b(\w+)[*:_/](in(?:nen)?)\b", re.IGNORECASE)
_ACCENTS = re.compile(r"(?<![aou])\u0308|[\u0300-\u0307\u0309-\u036f]")
_TORN = re.compile(r"[\x00\u00ad\u200b-\u200d\ufeff]")
_APART = re.compile(r"[/*:_|]|[^\w\s!-~]")


def indexable(text: str) -> str:
    """Return ``text`` as PostgreSQL's parser should see it, whatever the locale of the server.

    "Helfer*innen" becomes "Helfer Helferinnen", since not every release of the stemmer makes the two one. The signs
    ``/ * : _ |`` become spaces, so that "Kita/Hort" splits, and so does every sign beyond ASCII that is neither letter
    nor digit, as „ and “: under the locale C the parser takes those for letters, and
    leaves capital umlauts as they are. Accents go, as in "Café", since people leave them out; umlauts stay. Soft
    hyphens and zero-width characters go, since they tear apart what looks whole.
    """
    whole = _GENDERED.sub(r"\1 \1\2", _TORN.sub("", text))
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", whole.lower()))
    return _APART.sub(" ", unicodedata.normalize("NFC", plain))


# What people write around the words that matter. Kept small: a word that could name an activity, a time or a person
# ("einmal", "Hilfe", "Woche") is not in it.
_STOP_WORDS = """
    ab aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus
    bei beim bin bis bisschen bist bitte da dabei dadurch dafür dagegen daher damit danach daneben dann daran darauf
    daraus darf darin darüber das dass davon dazu dein deine deinem deinen deiner deines dem den denen denn der
    deren des deshalb dessen dich die dies diese diesem diesen dieser dieses dir doch dort du durch dürfen eben
    ebenso eher eigentlich ein eine einem einen einer eines einige einigen einiger er es etwa etwas euch euer eure
    eurem euren eurer für ganz gegen gerade gern gerne gibt hab habe haben habt halt hast hat hätte hatte hätten
    hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in innen ins irgendein irgendetwas
    irgendwas irgendwie irgendwo ist ja jede jedem jeden jeder jedes jemand jemandem jemanden jetzt kann kein keine
    keinem keinen keiner keines können könnte könnten lassen lässt lieber liebsten machen mal man manche manchen
    mehr mein meine meinem meinen meiner meines mich mir mit möchte möchten mögen möglichst muss müssen nach neben
    nicht nichts noch nun nur ob oder ohne paar sehr sein seine seinem seinen seiner seines seit sich sie sind so
    sogar solche solchen soll sollen sollte sondern sonst suche suchen sucht über um und uns unser unsere unserem
    unseren unserer unter viel viele vielen vielleicht vom von vor wann war wäre waren wären warum was weil welche
    welchem welchen welcher welches wem wen wenn wer werde werden wessen wie wieder will wir wird wo wofür wollen
    womit würde würden zu zum zur zwar zwischen
    a an and are at by for from i in is it my of on or some something the to want with would
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

_WORD = re.compile(r"\w+", re.UNICODE)
_AS_STEMMED = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_DIGRAPHS = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"))


def spellings(word: str) -> tuple[str, ...]:
    """Return a word with its other spellings, itself first.

    Umlauts may be written as two letters and the other way round; ß and ss need no care, since the stemmer makes them
    one.
    """
    with_umlauts, without = word, word
    for digraph, umlaut in _DIGRAPHS:
        with_umlauts = with_umlauts.replace(digraph, umlaut)
        without = without.replace(umlaut, digraph)
    return tuple(dict.fromkeys((word, with_umlauts, without)))


def without_umlauts(word: str) -> str:
    """Return a word as the stemmer leaves its letters: without umlauts, ß as two letters."""
    return word.translate(_AS_STEMMED)


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters, in their order."""
    return _WORD.findall(indexable(text))
