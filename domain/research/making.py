"""The archive itself: prompts, persons and plans as tables, what every column means, and what a reader must know.

Everybody's rows are gone through twice: to count who has what, and to write what may be told. So no more than one
person's rows are in memory at a time.
"""

import io
import json
import zipfile
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from domain.checkins import Terms
from domain.kit.calendar import Period
from domain.kit.ids import PlanId
from domain.kit.spreadsheets import BYTE_ORDER_MARK, Sheet
from domain.kit.work import Work
from domain.research.checklist import Seen, checklist
from domain.research.columns import DICTIONARY, columns_of, dictionary
from domain.research.model import ResearchExport
from domain.research.participants import Participant
from domain.research.rows import Lent, Names, Row, lent_by
from domain.research.suppressing import People, guard_persons

README = (
    "Check-ins lent to research. The names of persons and plans hold in this export alone.\n"
    "It stays personal data: keep it as such, try to find nobody in it, and delete it once it was used.\n"
    "prompts.csv has a row for each prompt that was due, also the unanswered and expired; dictionary.csv tells\n"
    "what every column means, checklist.json how it was asked and what is missing. Whoever takes her consent back is\n"
    "in no later export.\n"
)


@dataclass(frozen=True, slots=True)
class Made:
    prompts: int
    size: int


async def write_archive(work: Work, export: ResearchExport, lenders: Sequence[Participant], file: IO[bytes]) -> Made:
    maker = _Maker(work, export, lenders)
    people = await maker.count()
    persons, seen = list[Row](), Seen()
    plans: dict[tuple[PlanId, int], Terms] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        columns = columns_of("prompts", with_texts=export.with_texts)
        with _table(archive, "prompts", [column.name for column in columns]) as sheet:
            async for one, lent in maker.lent():
                plans |= lent.plans
                persons.append(_person(one, lent, maker.names))
                for row in lent.rows:
                    told = people.guard(row)
                    seen.add(row, told)
                    sheet.add([[told.get(column.name) for column in columns]])
        _write(archive, "persons", guard_persons(persons))
        _write(archive, "plans", [_plan(maker.names, key, terms) for key, terms in sorted(plans.items())])
        with _table(archive, "dictionary", DICTIONARY) as sheet:
            sheet.add(dictionary(with_texts=export.with_texts))
        facts = checklist(seen, plans.values(), lenders=len(lenders), left_out=people.left_out)
        archive.writestr("checklist.json", json.dumps(facts, indent=2))
        archive.writestr("README.txt", README)
    return Made(seen.prompts, file.tell())


class _Maker:
    """One export in the making: who is in it, and under which names."""

    def __init__(self, work: Work, export: ResearchExport, lenders: Sequence[Participant]) -> None:
        self._work, self._export, self._lenders = work, export, lenders
        self.names = Names(work.vault, export.id)

    async def lent(self) -> AsyncIterator[tuple[Participant, Lent]]:
        period = Period(self._export.first_day, self._export.last_day)
        for one in self._lenders:
            yield (
                one,
                await lent_by(self._work, one, period, self.names, with_texts=self._export.with_texts),
            )
            self._work.session.expunge_all()

    async def count(self) -> People:
        people = People(columns_of("prompts"))
        async for _, lent in self.lent():
            people.count(lent.rows)
        return people


@contextmanager
def _table(archive: zipfile.ZipFile, name: str, columns: Sequence[str]) -> Generator[Sheet]:
    with archive.open(f"{name}.csv", "w") as entry, io.TextIOWrapper(entry, "utf-8", newline="") as text:
        text.write(BYTE_ORDER_MARK)
        yield Sheet(text, columns)


def _write(archive: zipfile.ZipFile, name: str, rows: Sequence[Row]) -> None:
    columns = [column.name for column in columns_of(name)]
    with _table(archive, name, columns) as sheet:
        sheet.add([row.get(column) for column in columns] for row in rows)


def _person(one: Participant, lent: Lent, names: Names) -> Row:
    days = [row["day"] for row in lent.rows]
    return {
        "person": names.of(one.coachee.id),
        "audience": one.coachee.audience,
        "language": one.coachee.language,
        "prompts": len(lent.rows),
        "days": days[-1] if days else 0,
    }


def _plan(names: Names, key: tuple[PlanId, int], terms: Terms) -> Row:
    plan_id, edition = key
    return {
        "plan": names.of(plan_id),
        "edition": edition,
        "policy": terms.policy,
        "ratio": terms.ratio,
        "days_a_week": len(terms.weekdays),
        "windows": len(terms.windows),
        "slots_a_day": terms.slots,
        "a_week": terms.a_week,
        "draw": terms.draw,
        "anchor": terms.anchor and terms.anchor.kind,
        "min_gap_minutes": terms.min_gap_minutes,
        "expires_after_minutes": terms.expires_after_minutes,
        "grace_minutes": terms.grace_minutes,
        "reminder": int(terms.reminder),
        "taper": int(terms.taper),
        "trial": terms.trial and terms.trial.of,
        "trial_probability": terms.trial and terms.trial.probability,
        "channels": "|".join(terms.channels),
    }
