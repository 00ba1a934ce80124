"""Tables as spreadsheets open them: UTF-8 with a mark, and no cell that is taken for a formula."""

import csv
from collections.abc import Iterable, Sequence
from typing import IO

BYTE_ORDER_MARK = "\ufeff"
# What programs take for the beginning of a formula, its wide forms among them (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
QUOTE = "'"


def cell(value: object) -> object:
    """A name that begins like a formula is none to a spreadsheet; a number is ours; what is unknown is empty."""
    if isinstance(value, str) and value.startswith(FORMULA) and not _is_number(value):
        return f"{QUOTE}{value}"
    return "" if value is None else value


def _is_number(text: str) -> bool:
    whole, _, part = text.removeprefix("-").replace(",", ".", 1).partition(".")
    return whole.isascii() and whole.isdigit() and (not part or (part.isascii() and part.isdigit()))


class Sheet:
    """Rows on their way to a file, each cell guarded."""

    def __init__(self, file: IO[str], columns: Sequence[str], *, delimiter: str = ",") -> None:
        self._rows = csv.writer(file, delimiter=delimiter)
        self._rows.writerow(columns)

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        self._rows.writerows([cell(value) for value in row] for row in rows)
