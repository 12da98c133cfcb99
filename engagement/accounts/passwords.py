"""Passwords: what is accepted, how they are kept. Pure: no session, no request.

Length is what counts (NIST SP 800-63B, section 3.1.1.2: no rules about kinds of characters, but a list of passwords
that attackers try first). They are kept as Argon2id (RFC 9106).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engagement.accounts.common_passwords import COMMON_PASSWORDS
from engagement.kernel.i18n import gettext

SHORTEST = 12
LONGEST = 200
FEWEST_DIFFERENT_CHARACTERS = 4

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, so that many sign-ins at once do not fill the memory."""


def problem_with(password: str, email: str) -> str:
    """Return in plain words why a new password is not accepted, "" if it is.

    Args:
        password: as typed.
        email: the person's address, which is the first thing that an attacker tries.
    """
    whole = _normal(password)
    plain = whole.strip().lower()
    problem = ""
    if len(plain) < SHORTEST:
        problem = gettext(
            "Please choose at least %(number)s characters. Several words in a row work well.", number=SHORTEST
        )
    elif len(whole) > LONGEST:
        problem = gettext("Please choose at most %(number)s characters.", number=LONGEST)
    elif plain in {email.lower(), email.lower().partition("@")[0]}:
        problem = gettext("Your e-mail address is too easy to guess as a password.")
    elif plain in COMMON_PASSWORDS or len(set(plain)) < FEWEST_DIFFERENT_CHARACTERS:
        problem = gettext("Very many people use this password, so it is tried first. Please choose another one.")
    return problem


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(_normal(password))


def matches(password: str, kept: str | None) -> bool:
    """Tell whether ``password`` is the one that was kept; takes as long when nothing was kept.

    Args:
        password: as typed.
        kept: what ``hash_password`` returned; None if there is no account or it has no password.
    """
    try:
        _HASHER.verify(kept or _dummy(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Tell whether a password was kept with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _dummy() -> str:
    """Something to check against, so that the time taken does not tell who has an account."""
    return _HASHER.hash("nobody has this one")


def _normal(password: str) -> str:
    """The same keys can send different code points for one character (NIST SP 800-63B: normalise before hashing)."""
    return unicodedata.normalize("NFKC", password)
