"""Tables as CSV, as spreadsheets open them: UTF-8 with a mark, and no cell that is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from litestar import Response

BYTE_ORDER_MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MEDIA_TYPE = "text/csv"


def csv_response(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response[bytes]:
    """A file of that name; what is unknown is an empty cell, never 0."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    content = (BYTE_ORDER_MARK + text.getvalue()).encode()
    return Response(content, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value
