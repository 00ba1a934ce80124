"""How set-based changes tell of themselves: one event and one audit line for every check-in they move.

The rows are those that `messaging.announce` writes for a single change, written here by the statement that makes the
change, for all its check-ins at once. Such a statement calls its changed check-ins `moved`.
"""

from datetime import datetime

from sqlalchemy import DateTime, Text, TextClause, Uuid, bindparam, text

from domain.kit.ids import new_id
from domain.kit.work import Actor

# A version 7 UUID (RFC 9562): the moment of the whole statement and a few random bits, told with it; a number, where
# one row brings several of a table; and for what must differ from row to row the end of its own id, which is random
# already. To draw it anew would cost more than all the judging.
NEW_ID = "overlay({of}::text PLACING :id_head || to_hex({number}) FROM 1 FOR 18)::uuid"

TELL = """
telling AS (
  SELECT practice_id, {new_id} AS telling_id, 'check_in_' || state AS told_as, id,
         jsonb_strip_nulls(jsonb_build_object('plan_id', plan_id, 'coachee_id', coachee_id, 'reason', reason)) AS facts
    FROM moved
), told AS (
  INSERT INTO events (practice_id, id, at, kind, subject_id, facts)
  SELECT practice_id, telling_id, :now, told_as, id, facts FROM telling
), noted AS (
  INSERT INTO audit_entries (practice_id, id, at, actor_kind, actor_id, action, subject_id, facts)
  SELECT practice_id, telling_id, :now, :actor_kind, :actor_id, told_as, id, facts FROM telling
)
"""
BINDS = (
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("actor_id", type_=Uuid()),
    bindparam("id_head", type_=Text()),
)


def new_id_of(row: str, number: str = "0") -> str:
    """The SQL of a new id for what comes of a row with this id: the first, or one of up to sixteen."""
    return NEW_ID.format(of=row, number=number)


def statement(sql: str, **parts: str) -> TextClause:
    """A statement out of its parts; `{tell}` stands for the events and the audit lines of `moved`."""
    return text(sql.format(tell=TELL.format(new_id=new_id_of("id")), **parts)).bindparams(*BINDS)


def said_by(actor: Actor, now: datetime) -> dict[str, object]:
    """The values which every such statement takes."""
    drawn = new_id().hex
    head = f"{drawn[:8]}-{drawn[8:12]}-7{drawn[-2:]}"
    return {"now": now, "actor_kind": str(actor.kind), "actor_id": actor.id, "id_head": head}
