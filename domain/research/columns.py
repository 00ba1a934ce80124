"""Which columns an export for research has, and what each means: the data dictionary is what the export is made by."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("columns.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchColumn:
    name: str
    type: str
    unit: str
    values: str
    meaning: str
    suppressed: bool  # a value that fewer than five people have is left out


@cache
def _tables() -> dict[str, tuple[ResearchColumn, ...]]:
    told = tomllib.loads(FILE.read_text("utf-8"))
    return {table: tuple(ResearchColumn(**row) for row in rows) for table, rows in told.items()}


COLUMNS = tuple(column.name for column in _tables()["prompts"])
DICTIONARY = ("table", "column", "type", "unit", "values", "suppressed_below_five_people", "meaning")


def columns_of(table: str, *, with_texts: bool = False) -> tuple[ResearchColumn, ...]:
    return _tables()[table] + (_tables()["texts"] if with_texts and table == "prompts" else ())


def dictionary(*, with_texts: bool) -> list[tuple[object, ...]]:
    """A row for every column of every table."""
    return [
        (table, one.name, one.type, one.unit, one.values, int(one.suppressed), one.meaning)
        for table in ("prompts", "persons", "plans")
        for one in columns_of(table, with_texts=with_texts)
    ]
