"""How set-based changes tell of themselves: one event and one audit line for every check-in they move.

The rows are those that `messaging.announce` writes for a single change, written here by the statement that makes the
change, for all its check-ins at once. Such a statement calls its changed check-ins `moved`.
"""

from datetime import datetime

from sqlalchemy import DateTime, TextClause, Uuid, bindparam, text

from domain.kit.work import Actor

# A version 7 UUID (RFC 9562), made by the server: PostgreSQL itself has one from 18 on.
NEW_ID = """
encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
  PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6
), 52, 1), 53, 1), 'hex')::uuid
"""

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
)


def statement(sql: str, **parts: str) -> TextClause:
    """A statement out of its parts; `{tell}` stands for the events and the audit lines of `moved`."""
    tell = TELL.format(new_id=NEW_ID, facts=FACTS)
    return text(sql.format(tell=tell, new_id=NEW_ID, **parts)).bindparams(*BINDS)


def said_by(actor: Actor, now: datetime) -> dict[str, object]:
    """The values which every such statement takes."""
    return {"now": now, "actor_kind": str(actor.kind), "actor_id": actor.id}
