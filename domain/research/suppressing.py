"""Nothing about few: a value that fewer than five people have is left out."""

from collections import Counter
from collections.abc import Iterable, Sequence

from domain.research.columns import ResearchColumn
from domain.research.participants import FEWEST
from domain.research.rows import Row

LIST = "|"
TRAITS = ("audience", "language")
LOT = ("drawn", "drawn_probability", "drawn_kept")  # one cell: what of it stayed would tell the rest


class People:
    """How many people have each value of each column that is to be guarded. Lists are counted part by part."""

    def __init__(self, columns: Iterable[ResearchColumn]) -> None:
        self._guarded = {
            column.name: column.type == "list" for column in columns if column.suppressed and column.name not in LOT
        }
        self._counts = Counter[tuple[str, str]]()
        self.left_out = 0

    def count(self, rows: Iterable[Row]) -> None:
        """The rows of one person."""
        found = list(rows)
        self._counts.update(
            {(name, part) for row in found for name in self._guarded for part in self._parts(row, name)}
        )
        self._counts.update({_lot(row) for row in found if row.get("drawn") is not None})

    def guard(self, row: Row) -> Row:
        guarded = dict(row)
        for name in self._guarded:
            parts = self._parts(row, name)
            kept = [part for part in parts if self._counts[name, part] >= FEWEST]
            if len(kept) < len(parts):
                self.left_out += len(parts) - len(kept)
                guarded[name] = LIST.join(kept) or None
        if row.get("drawn") is not None and self._counts[_lot(row)] < FEWEST:
            self.left_out += 1
            guarded |= dict.fromkeys(LOT)
        return guarded

    def _parts(self, row: Row, name: str) -> list[str]:
        value = row.get(name)
        if value is None:
            return []
        return str(value).split(LIST) if self._guarded[name] else [str(value)]


def _lot(row: Row) -> tuple[str, str]:
    return "lot", LIST.join(str(row[name]) for name in LOT)


def guard_persons(persons: Sequence[Row]) -> list[Row]:
    """What tells people apart stays only where five or more are alike in all of it; else for nobody of those few.

    Where those few would stand out by having nothing, nobody has it.
    """
    groups = Counter(tuple(one[trait] for trait in TRAITS) for one in persons)
    few = sum(count for count in groups.values() if count < FEWEST)
    nobody = 0 < few < FEWEST
    empty = dict.fromkeys(TRAITS)
    return [
        one | empty if nobody or groups[tuple(one[trait] for trait in TRAITS)] < FEWEST else dict(one)
        for one in persons
    ]
