"""Tables as CSV answers, their amounts as people in Belgium write them."""

import io
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import msgspec
from litestar import Response
from litestar.params import QueryParameter

from domain.kit.money import Money
from domain.kit.spreadsheets import BYTE_ORDER_MARK, Sheet

MEDIA_TYPE = "text/csv"
CENTS = "_cents"


class Decimals(StrEnum):
    """How amounts are written: with a comma, semicolons part the columns, as spreadsheets in Belgium want."""

    POINT = "point"
    COMMA = "comma"


Decimal: TypeAlias = Annotated[Decimals, QueryParameter(name="decimal")]
Mark: TypeAlias = Annotated[bool, QueryParameter(name="bom", description="Begin with the mark of UTF-8")]


def csv_response(
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    decimals: Decimals = Decimals.POINT,
    mark: bool = True,
) -> Response[bytes]:
    """A file of that name; what is unknown is an empty cell, never 0."""
    text = io.StringIO()
    sheet = Sheet(text, columns, delimiter=";" if decimals is Decimals.COMMA else ",")
    sheet.add([_written(value, decimals) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    content = ((BYTE_ORDER_MARK if mark else "") + text.getvalue()).encode()
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def table_response(
    name: str, kind: type[msgspec.Struct], rows: Iterable[msgspec.Struct], decimals: Decimals, *, mark: bool
) -> Response[bytes]:
    """What the answer's rows tell, a column for each field; what they tell in cents, in euros."""
    fields = kind.__struct_fields__
    cells = ([_cell(*one) for one in zip(fields, msgspec.structs.astuple(row), strict=True)] for row in rows)
    return csv_response(name, [field.removesuffix(CENTS) for field in fields], cells, decimals=decimals, mark=mark)


def _cell(field: str, value: Any) -> object:
    return Money(value) if field.endswith(CENTS) and value is not None else value


def _written(value: object, decimals: Decimals) -> object:
    if not isinstance(value, Money):
        return value
    euros = f"{'-' if value.cents < 0 else ''}{abs(value.cents) // 100}.{abs(value.cents) % 100:02}"
    return euros.replace(".", ",") if decimals is Decimals.COMMA else euros
