"""How set-based changes tell of themselves: one event and one audit line for every check-in they move.

The rows are those that `messaging.announce` writes for a single change, written here by the statement that makes the
change, for all its check-ins at once. Such a statement calls its changed check-ins `moved`.
"""

from datetime import datetime

from sqlalchemy import DateTime, Text, TextClause, Uuid, bindparam, text

from domain.kit.ids import new_id
from domain.kit.work import Actor

# A version 7 UUID (RFC 9562). PostgreSQL itself makes them from 18 on; here a random one gets the moment of the whole
# statement as its head, which is told with it: far cheaper than composing each from its bytes.
NEW_ID = "overlay(gen_random_uuid()::text PLACING :id_head FROM 1 FOR 15)::uuid"

FACTS = "jsonb_strip_nulls(jsonb_build_object('plan_id', plan_id, 'coachee_id', coachee_id, 'reason', reason))"

TELL = """
told AS (
  INSERT INTO events (practice_id, id, at, kind, subject_id, facts)
  SELECT practice_id, {new_id}, :now, 'check_in_' || state, id, {facts} FROM moved
), noted AS (
  INSERT INTO audit_entries (practice_id, id, at, actor_kind, actor_id, action, subject_id, facts)
  SELECT practice_id, {new_id}, :now, :actor_kind, :actor_id, 'check_in_' || state, id, {facts} FROM moved
)
"""
BINDS = (
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("actor_id", type_=Uuid()),
    bindparam("id_head", type_=Text()),
)


def statement(sql: str, **parts: str) -> TextClause:
    """A statement out of its parts; `{tell}` stands for the events and the audit lines of `moved`."""
    tell = TELL.format(new_id=NEW_ID, facts=FACTS)
    return text(sql.format(tell=tell, new_id=NEW_ID, **parts)).bindparams(*BINDS)


def said_by(actor: Actor, now: datetime) -> dict[str, object]:
    """The values which every such statement takes."""
    milliseconds = new_id().hex[:12]
    head = f"{milliseconds[:8]}-{milliseconds[8:]}-7"
    return {"now": now, "actor_kind": str(actor.kind), "actor_id": actor.id, "id_head": head}
