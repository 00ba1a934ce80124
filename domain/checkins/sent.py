"""The fields of a form as they came in, read one by one; whatever is wrong is collected, and told all at once."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

# Control characters that no keyboard writes, and what stands for bytes that are no UTF-8.
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ufffe\uffff\ud800-\udfff]")
E = TypeVar("E", bound=StrEnum)


class Wrong(StrEnum):
    """What can be wrong with a field."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    UNREADABLE = "unreadable"
    NOT_OFFERED = "not_offered"
    EITHER_OR = "either_or"
    NOT_AGREED = "not_agreed"
    NO_CONSENT = "no_consent"


@dataclass(frozen=True, slots=True)
class Fault:
    wrong: Wrong
    most: int = 0
    now: int = 0


@dataclass(slots=True)
class Sent:
    """The fields as they came; reading them collects what is wrong, so that all of it is told at once."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict[str, list[str]])
    faults: dict[str, Fault] = field(default_factory=dict[str, Fault])

    def shown(self, name: str) -> str:
        """What was typed, fit to be shown again."""
        return UNREADABLE.sub("", next(iter(self.values.get(name, ())), ""))

    def has(self, name: str, value: str) -> bool:
        return value in self.values.get(name, ())

    def text(self, name: str, most: int, *, lines: bool = True) -> str | None:
        """Stripped, with the line ends of every system as one kind; None where nothing was typed."""
        raw = next(iter(self.values.get(name, ())), "")
        if UNREADABLE.search(raw):
            self.faults[name] = Fault(Wrong.UNREADABLE)
            return None
        clean = "\n".join(raw.splitlines()) if lines else " ".join(raw.split())
        clean = clean.strip()
        if len(clean) > most:
            self.faults[name] = Fault(Wrong.TOO_LONG, most, len(clean))
        return clean or None

    def texts(self, name: str, most: int, most_of_them: int) -> tuple[str, ...]:
        """The words that were ticked, each on one line and once."""
        found = tuple(dict.fromkeys(filter(None, (" ".join(raw.split()) for raw in self.values.get(name, ())))))
        if any(UNREADABLE.search(one) for one in found):
            self.faults[name] = Fault(Wrong.UNREADABLE)
            return ()
        if longest := max((len(one) for one in found if len(one) > most), default=0):
            self.faults[name] = Fault(Wrong.TOO_LONG, most, longest)
        elif len(found) > most_of_them:
            self.faults[name] = Fault(Wrong.TOO_MANY, most_of_them, len(found))
        return found

    def choice(self, name: str, kind: type[E]) -> E | None:
        raw = next(iter(self.values.get(name, ())), "")
        if raw and raw not in set(kind):
            self.faults[name] = Fault(Wrong.NOT_OFFERED)
            return None
        return kind(raw) if raw else None

    def chosen(self, name: str, known: Collection[str], most: int) -> tuple[str, ...]:
        """The keys that were ticked, each once."""
        keys = tuple(dict.fromkeys(filter(None, self.values.get(name, ()))))
        if not set(keys) <= set(known):
            self.faults[name] = Fault(Wrong.NOT_OFFERED)
        elif len(keys) > most:
            self.faults[name] = Fault(Wrong.TOO_MANY, most, len(keys))
        return keys

    def missing(self, name: str) -> None:
        self.faults.setdefault(name, Fault(Wrong.MISSING))
