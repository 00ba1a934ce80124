"""What the database says against a change, told apart: what passes by itself, and what is in the row."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DBAPIError

ONE_OPEN = "check_ins_one_open_idx"
PASSING = ("40001", "40P01", "55P03")  # another transaction was in the way
POISON = ("22", "23")  # the row itself cannot be stored or read: SQLSTATE classes of data and constraints


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a change did not go through, without the values that the database may quote."""

    state: str
    rule: str | None
    text: str

    @property
    def passes(self) -> bool:
        """Whether it may go well the next time: another scheduler opened one for the same coachee, or held a lock."""
        return self.rule == ONE_OPEN or self.state in PASSING

    @property
    def is_poison(self) -> bool:
        return not self.passes and self.state.startswith(POISON)


def refusal(error: Exception) -> Refusal:
    """SQLAlchemy wraps the driver's error, and `transaction` may wrap that once more; ours is a poison of its own."""
    wrapped: Any = error if isinstance(error, DBAPIError) else error.__cause__
    said: Any = getattr(getattr(wrapped, "orig", None), "__cause__", None)
    if said is None:
        return Refusal("" if isinstance(error, DBAPIError) else POISON[0], None, type(error).__name__)
    state = str(getattr(said, "sqlstate", None) or "")
    rule = getattr(said, "constraint_name", None) or getattr(said, "column_name", None)
    return Refusal(state, rule, " ".join(filter(None, (type(said).__name__, state, rule))))
