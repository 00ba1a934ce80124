"""Many rows in few statements: each column goes over as one array, whatever the number of rows.

So a statement is compiled once and not for each number of rows, and the triggers that follow a table do so once for all
of a statement.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, any_, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

from domain.kit.tables import Table
from domain.kit.work import Work

ROWS_AT_ONCE = 1000


async def insert_many(work: Work, table: type[Table], rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows that all name the same columns; what is pending in the session is written before them."""
    if not rows:
        return
    await work.session.flush()
    for first in range(0, len(rows), ROWS_AT_ONCE):
        await work.session.execute(_insert(table, rows[first : first + ROWS_AT_ONCE]))


def _insert(table: type[Table], rows: Sequence[Mapping[str, Any]]) -> Any:
    into: Any = table.__table__
    names = list(rows[0])
    arrays = [bindparam(None, [row[name] for row in rows], type_=ARRAY(into.c[name].type)) for name in names]
    given = func.unnest(*arrays).table_valued(*names).render_derived(name="given")
    return insert(into).from_select(names, select(*(given.c[name] for name in names)), include_defaults=False)


def among(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a column is one of many values, which go over as one array."""
    return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))
