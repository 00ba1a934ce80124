"""the rhythm of check-ins

Revision ID: 9a41c07be2d5
Revises: 7b1f0c94ad26
Create Date: 2026-11-22 02:45:00

What a plan asks becomes one document with editions; each check-in keeps its decision and more stamps; what of a
coachee decides which kinds she is asked. A session that moves, and a zone that changes, has the days to come made anew.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


revision: str = "9a41c07be2d5"
down_revision: Union[str, Sequence[str], None] = "7b1f0c94ad26"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TERMS = """
UPDATE check_in_plans SET terms = jsonb_build_object(
  'weekdays', to_jsonb(weekdays),
  'windows', jsonb_build_array(jsonb_build_object('start', window_from, 'end', window_to, 'slots', 1)),
  'channels', jsonb_build_array(channel),
  'expires_after_minutes', expires_after_minutes
)
"""
FIRST_EDITIONS = """
INSERT INTO check_in_plan_editions (practice_id, id, plan_id, number, effective_from, terms, state, proposed_at)
SELECT practice_id, gen_random_uuid(), id, 1, starts_on, terms, 'accepted', proposed_at FROM check_in_plans
"""
OLD_COLUMNS = ("weekdays", "window_from", "window_to", "channel", "expires_after_minutes")
PLAN_COLUMNS = (
    sa.Column("edition", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("replan_from", sa.Date(), nullable=True),
    sa.Column("pace", sa.SmallInteger(), nullable=True),
    sa.Column("fatigue", sa.SmallInteger(), nullable=False, server_default="0"),
    sa.Column("unanswered", sa.SmallInteger(), nullable=False, server_default="0"),
    sa.Column("silent_since", sa.DateTime(timezone=True), nullable=True),
    sa.Column("tend_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("taper_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("offered_pace", sa.SmallInteger(), nullable=True),
    sa.Column("pinned_kind", sa.String(length=24), nullable=True),
    sa.Column("pinned_from", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("pinned_count", sa.SmallInteger(), nullable=False, server_default="0"),
)
CHECK_IN_COLUMNS = (
    sa.Column("source", sa.String(length=16), nullable=False, server_default="prompted"),
    sa.Column("edition", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("decision", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
)

# Of a plan whose sessions or whose zone changed, everything unsent is looked at again, whatever the clock says.
REPLAN = """
CREATE FUNCTION replan_check_ins() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_TABLE_NAME = 'sessions' THEN
    UPDATE check_in_plans SET materialise_at = '2000-01-01', replan_from = '2000-01-01'
     WHERE practice_id = NEW.practice_id AND trajectory_id = NEW.trajectory_id AND state = 'accepted';
  ELSIF TG_TABLE_NAME = 'coachees' THEN
    UPDATE check_in_plans SET materialise_at = '2000-01-01', replan_from = '2000-01-01'
     WHERE practice_id = NEW.practice_id AND coachee_id = NEW.id AND state = 'accepted'
       AND zone_mode = 'follow_person';
  ELSE
    UPDATE check_in_plans SET materialise_at = '2000-01-01', replan_from = '2000-01-01'
     WHERE practice_id = NEW.id AND state = 'accepted' AND zone_mode = 'practice';
  END IF;
  IF FOUND THEN
    PERFORM pg_notify('krachtlijn_due', '');
  END IF;
  RETURN NULL;
END $$
"""
ZONE = "FOR EACH ROW WHEN (OLD.zone IS DISTINCT FROM NEW.zone) EXECUTE FUNCTION replan_check_ins()"
TRIGGERS = (
    """
    CREATE TRIGGER replan_check_ins AFTER INSERT OR UPDATE OF starts_at, ends_at, state ON sessions
       FOR EACH ROW EXECUTE FUNCTION replan_check_ins()
    """,
    f"CREATE TRIGGER replan_check_ins AFTER UPDATE OF zone ON coachees {ZONE}",
    f"CREATE TRIGGER replan_check_ins AFTER UPDATE OF zone ON practices {ZONE}",
)


def upgrade() -> None:
    op.create_table(
        "check_in_plan_editions",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "plan_id"],
            ["check_in_plans.practice_id", "check_in_plans.id"],
            name=op.f("check_in_plan_editions_practice_id_plan_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("check_in_plan_editions_pkey")),
        sa.UniqueConstraint(
            "practice_id", "plan_id", "number", name=op.f("check_in_plan_editions_practice_id_plan_id_number_key")
        ),
    )
    op.create_index(
        "check_in_plan_editions_one_proposed_idx",
        "check_in_plan_editions",
        ["practice_id", "plan_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "coachee_rhythms",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("obstacles_off_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_valence", sa.SmallInteger(), nullable=True),
        sa.Column("obstacles_declined", sa.SmallInteger(), nullable=False),
        sa.Column("after_obstacle", sa.Boolean(), nullable=False),
        sa.Column("phase", sa.String(length=24), nullable=True),
        sa.CheckConstraint("last_valence BETWEEN 1 AND 5", name=op.f("coachee_rhythms_valence_in_range_check")),
        sa.ForeignKeyConstraint(
            ["practice_id", "id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("coachee_rhythms_practice_id_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("coachee_rhythms_pkey")),
    )
    _change_plans()
    _change_check_ins()
    for table in ("check_in_plan_editions", "coachee_rhythms"):
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.execute(REPLAN)
    for trigger in TRIGGERS:
        op.execute(trigger)


def _change_plans() -> None:
    op.add_column("check_in_plans", sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    for column in PLAN_COLUMNS:
        op.add_column("check_in_plans", column)
    op.execute(TERMS)
    op.execute(FIRST_EDITIONS)
    op.alter_column("check_in_plans", "terms", nullable=False)
    for name in ("edition", "fatigue", "unanswered", "pinned_from", "pinned_count"):
        op.alter_column("check_in_plans", name, server_default=None)
    op.alter_column("check_in_plans", "ends_on", nullable=True)
    op.drop_constraint("check_in_plans_window_forward_check", "check_in_plans")
    for name in OLD_COLUMNS:
        op.drop_column("check_in_plans", name)
    op.create_index(
        "check_in_plans_tend_idx", "check_in_plans", ["tend_at"], postgresql_where=sa.text("state = 'accepted'")
    )


def _change_check_ins() -> None:
    for column in CHECK_IN_COLUMNS:
        op.add_column("check_ins", column)
    for name in ("source", "edition"):
        op.alter_column("check_ins", name, server_default=None)
    op.alter_column("check_ins", "kind", type_=sa.String(length=24))
    op.drop_constraint("check_ins_sent_is_stamped_check", "check_ins")
    op.create_check_constraint(
        op.f("check_ins_sent_is_stamped_check"),
        "check_ins",
        "sent_at IS NOT NULL OR source = 'self_initiated'"
        " OR state IN ('planned', 'missed', 'skipped', 'failed', 'cancelled')",
    )
    op.execute("UPDATE check_ins SET state = 'failed' WHERE state = 'missed' AND reason = 'problem'")
    op.drop_index("check_ins_expiry_idx", table_name="check_ins")
    op.create_index(
        "check_ins_expiry_idx",
        "check_ins",
        ["expires_at"],
        postgresql_where=sa.text("state IN ('sent', 'started') AND answered_at IS NULL"),
    )
    op.create_index(
        "check_ins_one_begun_idx",
        "check_ins",
        ["practice_id", "coachee_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'started'"),
    )


def downgrade() -> None:
    raise NotImplementedError("check-ins of more than one window cannot be told in the columns before")
