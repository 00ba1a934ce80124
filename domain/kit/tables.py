"""The ground every table stands on: names of constraints, keys that carry the practice, how values become columns."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Dialect, ForeignKeyConstraint, Integer, MetaData, String, Uuid
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from domain.kit import ids
from domain.kit.ids import PracticeId
from domain.kit.money import Money

W = TypeVar("W", bound=StrEnum)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept and read back in UTC. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime  # pages by a moment read their cursors back with it

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)


class Cents(TypeDecorator[Money]):
    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        return None if value is None else value.cents

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        return None if value is None else Money(value)


class Word(TypeDecorator[W]):
    """An enum kept as its text: a check in the database where that matters, and the enum itself in our hands."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[W], length: int) -> None:
        super().__init__(length)
        self.words = words

    def process_bind_param(self, value: W | str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> W | None:
        return None if value is None else self.words(value)


class Table(AsyncAttrs, DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "ck": "%(table_name)s_%(constraint_name)s_check",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        Money: Cents,
        UUID: Uuid,
        **dict.fromkeys(ids.ALL, Uuid),
    }


class Tenant:
    """A table whose rows belong to one practice: its id leads every key, so no row can point into another practice."""

    @declared_attr
    @classmethod
    def practice_id(cls) -> Mapped[PracticeId]:
        return mapped_column(primary_key=True, sort_order=-2)


class Versioned:
    """A row that people change: its version counts the changes and is the ETag that clients see."""

    version: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


def within_practice(column: str, table: str) -> ForeignKeyConstraint:
    """A reference that cannot leave the practice."""
    return ForeignKeyConstraint(["practice_id", column], [f"{table}.practice_id", f"{table}.id"])


Row = TypeVar("Row", bound=Table)
