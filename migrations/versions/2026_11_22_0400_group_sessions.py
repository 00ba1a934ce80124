"""group sessions

Revision ID: b3d81f6a09c4
Revises: c47be1f0a836
Create Date: 2026-11-22 04:00:00

Group sessions with their seats, and the time that they take of coaches, rooms and coachees.

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "b3d81f6a09c4"
down_revision: Union[str, Sequence[str], None] = "c47be1f0a836"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("other_times", "group_sessions", "group_seats")
# Whoever books queues first, so these locks hardly ever wait; they make the two looks one.
KEEP_APART = """
CREATE FUNCTION keep_apart() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
  room uuid := CASE WHEN TG_TABLE_NAME = 'other_times' OR (to_jsonb(NEW) ->> 'in_room')::boolean
                    THEN NEW.location_id END;
  span tstzrange := tstzrange(NEW.starts_at, NEW.ends_at);
BEGIN
  IF NEW.coach_id IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('time:' || NEW.coach_id, 0));
  END IF;
  IF room IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('time:' || room, 0));
  END IF;
  IF TG_TABLE_NAME = 'sessions' THEN
    IF EXISTS (SELECT FROM other_times o WHERE o.practice_id = NEW.practice_id AND o.coach_id = NEW.coach_id
                  AND tstzrange(o.starts_at, o.ends_at) && span) THEN
      RAISE EXCEPTION 'the coach leads a group' USING ERRCODE = 'exclusion_violation',
        CONSTRAINT = 'sessions_coach_free_excl';
    ELSIF EXISTS (SELECT FROM other_times o WHERE o.practice_id = NEW.practice_id AND o.location_id = room
                     AND tstzrange(o.starts_at, o.ends_at) && span) THEN
      RAISE EXCEPTION 'a group is in the room' USING ERRCODE = 'exclusion_violation',
        CONSTRAINT = 'sessions_room_free_excl';
    END IF;
  ELSIF EXISTS (SELECT FROM sessions s WHERE s.practice_id = NEW.practice_id AND s.coach_id = NEW.coach_id
                   AND s.state IN ('planned', 'held', 'on_hold') AND NOT s.overlap_allowed
                   AND tstzrange(s.starts_at, s.ends_at) && span) THEN
    RAISE EXCEPTION 'the coach has a session' USING ERRCODE = 'exclusion_violation',
      CONSTRAINT = 'sessions_coach_free_excl';
  ELSIF EXISTS (SELECT FROM sessions s WHERE s.practice_id = NEW.practice_id AND s.location_id = room AND s.in_room
                   AND s.state IN ('planned', 'held', 'on_hold') AND NOT s.overlap_allowed
                   AND tstzrange(s.starts_at, s.ends_at) && span) THEN
    RAISE EXCEPTION 'there is a session in the room' USING ERRCODE = 'exclusion_violation',
      CONSTRAINT = 'sessions_room_free_excl';
  END IF;
  RETURN NULL;
END $$
"""


def _within(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_practice_id_{column}_fkey")
    return sa.ForeignKeyConstraint(["practice_id", column], [f"{other}.practice_id", f"{other}.id"], name=name)


def _other_times() -> None:
    op.create_table(
        "other_times",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=True),
        sa.Column("coachee_id", sa.Uuid(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        _within("other_times", "coach_id", "staff"),
        _within("other_times", "coachee_id", "coachees"),
        _within("other_times", "location_id", "locations"),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("other_times_ends_after_start_check")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("other_times_pkey")),
    )
    for whose in ("coach", "coachee", "location"):
        op.create_index(f"other_times_{whose}_idx", "other_times", ["practice_id", f"{whose}_id", "starts_at"])
        op.execute(
            f"ALTER TABLE other_times ADD CONSTRAINT other_times_{whose}_excl EXCLUDE USING gist"
            f" (practice_id WITH =, {whose}_id WITH =, tstzrange(starts_at, ends_at) WITH &&)"
            f" WHERE ({whose}_id IS NOT NULL)"
        )
    op.execute(KEEP_APART)
    op.execute(
        "CREATE TRIGGER keep_apart AFTER INSERT OR UPDATE OF coach_id, location_id, starts_at, ends_at ON other_times"
        " FOR EACH ROW EXECUTE FUNCTION keep_apart()"
    )
    op.execute(
        "CREATE TRIGGER keep_apart AFTER INSERT OR UPDATE OF coach_id, location_id, in_room, starts_at, ends_at"
        " ON sessions FOR EACH ROW"
        " WHEN (NEW.state IN ('planned', 'held', 'on_hold') AND NOT NEW.overlap_allowed)"
        " EXECUTE FUNCTION keep_apart()"
    )


def _group_sessions() -> None:
    op.create_table(
        "group_sessions",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("session_type", sa.String(length=40), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("time", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column("offer_minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _within("group_sessions", "coach_id", "staff"),
        _within("group_sessions", "location_id", "locations"),
        sa.CheckConstraint("seats_taken BETWEEN 0 AND seats", name=op.f("group_sessions_seats_within_check")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("group_sessions_pkey")),
    )
    op.create_index("group_sessions_time_idx", "group_sessions", ["practice_id", "starts_at", "id"])
    op.create_index("group_sessions_coach_idx", "group_sessions", ["practice_id", "coach_id", "starts_at", "id"])


def _group_seats() -> None:
    op.create_table(
        "group_seats",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _within("group_seats", "group_id", "group_sessions"),
        _within("group_seats", "coachee_id", "coachees"),
        _within("group_seats", "trajectory_id", "trajectories"),
        sa.CheckConstraint(
            "(state = 'offered') = (offer_expires_at IS NOT NULL)", name=op.f("group_seats_offer_expires_check")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("group_seats_pkey")),
    )
    op.create_index("group_seats_group_idx", "group_seats", ["practice_id", "group_id", "id"])
    op.create_index(
        "group_seats_once_idx",
        "group_seats",
        ["practice_id", "group_id", "coachee_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('taken', 'waiting', 'offered')"),
    )
    op.create_index(
        "group_seats_expiry_idx",
        "group_seats",
        ["offer_expires_at"],
        postgresql_where=sa.text("state = 'offered'"),
    )


def upgrade() -> None:
    _other_times()
    _group_sessions()
    _group_seats()
    for table in TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")


def downgrade() -> None:
    op.execute("DELETE FROM coachee_links WHERE purpose = 'group_seat'")
    op.execute("DROP TRIGGER keep_apart ON sessions")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_apart()")
