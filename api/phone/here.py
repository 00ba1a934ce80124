"""Where the reader of a page is: her country, for how things are said there, and the help lines of her practice.

It holds while one page is made, so that every text on it can tell without being told by every caller.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from domain import support
from domain.kit.work import Work
from domain.people import Coachee
from domain.support import HelpLine


@dataclass(frozen=True, slots=True)
class Here:
    """`lines` are those of her practice; what ships where we do not know her yet."""

    country: str = ""
    lines: tuple[HelpLine, ...] = ()


NOWHERE = Here()
_here: ContextVar[Here | None] = ContextVar("here", default=None)


def here() -> Here:
    return _here.get() or NOWHERE


@contextmanager
def standing(place: Here) -> Generator[None]:
    token = _here.set(place)
    try:
        yield
    finally:
        _here.reset(token)


async def of(work: Work, coachee: Coachee) -> Here:
    return Here(coachee.country, tuple(await support.list_lines(work)))
