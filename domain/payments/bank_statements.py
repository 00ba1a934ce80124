"""What a bank's file says, whatever its format: accounts, balances and lines, as plain values."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from stdnum.be import ogm_vcs

from domain.kit.errors import Invalid

OGM = re.compile(r"(?<!\d)(\d{3})[ /.]?(\d{4})[ /.]?(\d{5})(?!\d)")


class BankFormat(StrEnum):
    CODA = "coda"
    CAMT_053 = "camt_053"


class BankFileUnreadable(Invalid):
    """That file is neither CODA (version 2) nor camt.053; `fact` tells where reading ended."""


class BankFileIncomplete(Invalid):
    """That file was cut off: its end, or the end of a line, is missing. Fetch it from the bank again."""


class BankFileUnbalanced(Invalid):
    """The lines of that file do not add up to its balances, totals or counts; nothing of it was taken over."""


class BankFileForbidden(Invalid):
    """That XML has a document type, entities or too many levels, which no bank's file has."""


class BankFileForeignCurrency(Invalid):
    """Only accounts in euros are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """Money that came in stands above zero, in cents. `reference` is the bank's own."""

    booked_on: date
    cents: int
    reference: str
    ogm: str | None
    text: str
    name: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatement:
    account: str
    old_cents: int
    new_cents: int
    lines: Sequence[StatementLine]

    def must_add_up(self) -> None:
        moved = sum(line.cents for line in self.lines)
        if self.old_cents + moved != self.new_cents:
            raise BankFileUnbalanced(old_cents=self.old_cents, moved_cents=moved, new_cents=self.new_cents)


def keyed(statement: BankStatement) -> Iterator[tuple[str, StatementLine]]:
    """Each line with a key by which it is known again, in whatever file it comes; like lines of a day are counted."""
    seen: Counter[str] = Counter()
    for line in statement.lines:
        said = f"{statement.account}|{line.booked_on}|{line.cents}|{line.reference}"
        seen[said] += 1
        yield sha256(f"{said}|{seen[said]}".encode()).hexdigest(), line


def found_ogm(text: str) -> str | None:
    """The first structured communication in a text whose check digits are right, as +++ddd/dddd/ddddd+++."""
    for match in OGM.finditer(text):
        digits = "".join(match.groups())
        if ogm_vcs.is_valid(digits):
            return "+++" + "/".join(match.groups()) + "+++"
    return None
