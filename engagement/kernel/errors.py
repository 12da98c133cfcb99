"""What can go wrong in a service, typed. The edge turns each into a page or problem+json, once."""

from __future__ import annotations


class DomainError(Exception):
    """Base of all errors that a service raises on purpose."""


class NotFoundError(DomainError):
    """There is no such object in this tenant, or this person may not know of it."""


class NotAllowedError(DomainError):
    """The person may see the object but not do this with it."""


class ConflictError(DomainError):
    """The object is in a state that rules the change out; the message says which, for the person."""


class InvalidInputError(DomainError):
    """Values that a form should have caught, or only the database can judge.

    Args:
        problems: field name → message for the person.
    """

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in problems.items()))
        self.problems = problems


class RateLimitedError(DomainError):
    """Too many attempts; ``retry_after`` says in how many seconds to come back."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many attempts, come back in {retry_after} s")
        self.retry_after = retry_after
