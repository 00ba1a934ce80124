"""What the practice can answer instead of doing as asked.

Raise a named subclass of one of the kinds; never a kind itself, never an HTTP error. The kind decides how callers
react, the class name is the stable code, the docstring the message that a person reads.

    DomainError
    ├── NotFound         no such thing in this practice (another practice's thing is not found, never forbidden)
    ├── Forbidden        the actor may not do that
    ├── Unauthenticated  the caller is not known
    ├── Conflict         the thing is in another state than the request assumes
    ├── Stale            the thing has changed since the caller read it
    ├── Invalid          well-formed, but breaks a rule
    └── TooMany          more than the caller may ask in a while
"""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import ClassVar

from sqlalchemy.exc import IntegrityError


class DomainError(Exception):
    """Something in the practice said no."""

    constraint: ClassVar[str | None] = None  # the database rule that says the same

    def __init__(self, *, field: str | None = None, **facts: object) -> None:
        """`field` names the part of the request to mend, as a JSON Pointer's path without the leading slash."""
        super().__init__(" ".join((type(self).__doc__ or "").split()))  # it may stand on several lines
        self.field = field
        self.facts = facts

    @classmethod
    def code(cls) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class NotFound(DomainError):  # noqa: N818
    """No such thing in this practice."""


class Forbidden(DomainError):  # noqa: N818
    """The actor may not do that."""


class Unauthenticated(DomainError):  # noqa: N818
    """The caller is not known."""


class Conflict(DomainError):  # noqa: N818
    """The thing is in another state than the request assumes."""


class Stale(DomainError):  # noqa: N818
    """The thing has changed since the caller read it."""


class Invalid(DomainError):  # noqa: N818
    """The request is well-formed but breaks a rule."""


class TooMany(DomainError):  # noqa: N818
    """More than the caller may ask in a while."""


class ConstraintBroken(Conflict):
    """The database refused this change: it would break one of its rules."""


@contextmanager
def named_in(field: str) -> Generator[None]:
    """What is not found in this block was named by that field of the request, and not by its address."""
    try:
        yield
    except NotFound as error:
        error.field = field
        raise


def named(error: IntegrityError) -> DomainError:
    """The refusal that a violated constraint stands for; an unnamed rule is a plain conflict that names the rule."""
    cause = error.orig.__cause__ if error.orig is not None else None
    rule: str | None = getattr(cause, "constraint_name", None)
    kind = next((kind for kind in kinds() if rule and kind.constraint == rule), None)
    return kind() if kind else ConstraintBroken(rule=rule)


def kinds(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Every refusal that the code knows, from the class tree itself."""
    for child in kind.__subclasses__():
        yield child
        yield from kinds(child)
