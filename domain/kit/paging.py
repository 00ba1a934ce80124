"""Pages of a list, cut by key and not by count: stable while rows come and go, as fast at the end as at the start."""

import base64
import binascii
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, literal_column, tuple_

from domain.kit.errors import Invalid
from domain.kit.secrets import Vault
from domain.kit.work import Work

T = TypeVar("T")
SIGNATURE_BYTES = 12


class InvalidCursor(Invalid):
    """That cursor is not one of this list; take next_cursor from the page before, with the same filters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Where to go on and how many rows (1 to 100); `list_name` binds a cursor to one list and its filters."""

    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    next_cursor: str | None


def encode_cursor(vault: Vault, list_name: str, keys: Sequence[str]) -> str:
    content = json.dumps(keys, separators=(",", ":")).encode()
    signed = vault.signature(f"cursor:{list_name}", content)[:SIGNATURE_BYTES] + content
    return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()


def decode_cursor(vault: Vault, list_name: str, cursor: str) -> list[str]:
    try:
        signed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (ValueError, binascii.Error) as error:
        raise InvalidCursor(field="cursor") from error
    signature, content = signed[:SIGNATURE_BYTES], signed[SIGNATURE_BYTES:]
    if not hmac.compare_digest(vault.signature(f"cursor:{list_name}", content)[:SIGNATURE_BYTES], signature):
        raise InvalidCursor(field="cursor")
    return json.loads(content)


async def fetch_page(
    work: Work,
    query: Select[T],
    request: PageRequest,
    *,
    list_name: str,
    keys: Sequence[Any],
) -> Page[T]:
    """One page of `query` in the order of `keys` (mapped columns; the last is the id), oldest first.

    The limit is written into the statement: bound as a parameter, PostgreSQL never settles on a generic plan.
    """
    columns: list[ColumnElement[Any]] = list(keys)
    if request.cursor is not None:
        values = decode_cursor(work.vault, list_name, request.cursor)
        after = [_read(column, value) for column, value in zip(columns, values, strict=True)]
        query = query.where(tuple_(*columns) > tuple_(*after))
    query = query.order_by(*columns).limit(literal_column(str(request.limit + 1)))
    rows = list((await work.session.scalars(query)).all())
    if len(rows) <= request.limit:
        return Page(rows, None)
    last = rows[request.limit - 1]
    marks = [_write(getattr(last, column.key or "")) for column in columns]
    return Page(rows[: request.limit], encode_cursor(work.vault, list_name, marks))


def _write(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _read(column: ColumnElement[Any], text: str) -> Any:
    python_type = column.type.python_type
    return python_type.fromisoformat(text) if hasattr(python_type, "fromisoformat") else python_type(text)
