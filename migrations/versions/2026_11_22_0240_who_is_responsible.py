"""who is responsible

Revision ID: 7d02c81f5b3e
Revises: 8e1b5d20c7a4
Create Date: 2026-11-22 02:40:00

The coach responsible for a coachee, who else may see her contact data, and the deputies of a trajectory.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "7d02c81f5b3e"
down_revision: Union[str, Sequence[str], None] = "8e1b5d20c7a4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

# Until somebody says otherwise, the coach of the newest trajectory.
LATEST_COACH = """
UPDATE coachees c SET coach_id = latest.coach_id
  FROM (SELECT DISTINCT ON (practice_id, coachee_id) practice_id, coachee_id, coach_id
          FROM trajectories ORDER BY practice_id, coachee_id, id DESC) latest
 WHERE latest.practice_id = c.practice_id AND latest.coachee_id = c.id
"""
COACHES = """
INSERT INTO coachee_access (practice_id, coachee_id, staff_id)
SELECT DISTINCT practice_id, coachee_id, coach_id FROM trajectories
"""


def upgrade() -> None:
    op.add_column("coachees", sa.Column("coach_id", sa.Uuid(), nullable=True))
    op.add_column("coachees", sa.Column("audience", sa.String(length=16), nullable=True))
    op.add_column("coachees", sa.Column("minor", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.alter_column("coachees", "minor", server_default=None)
    op.create_foreign_key(
        op.f("coachees_practice_id_coach_id_fkey"),
        "coachees",
        "staff",
        ["practice_id", "coach_id"],
        ["practice_id", "id"],
    )
    op.create_index("coachees_coach_idx", "coachees", ["practice_id", "coach_id", "id"])
    op.create_table(
        "coachee_access",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("coachee_access_practice_id_coachee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "staff_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("coachee_access_practice_id_staff_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "coachee_id", "staff_id", name=op.f("coachee_access_pkey")),
    )
    op.create_index("coachee_access_staff_idx", "coachee_access", ["practice_id", "staff_id", "coachee_id"])
    op.create_table(
        "trajectory_deputies",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "trajectory_id"],
            ["trajectories.practice_id", "trajectories.id"],
            name=op.f("trajectory_deputies_practice_id_trajectory_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "staff_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("trajectory_deputies_practice_id_staff_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "trajectory_id", "staff_id", name=op.f("trajectory_deputies_pkey")),
    )
    op.create_index(
        "trajectory_deputies_staff_idx", "trajectory_deputies", ["practice_id", "staff_id", "trajectory_id"]
    )
    for table in ("trajectories", "coachees"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(LATEST_COACH)
    op.execute(COACHES)
    for table in ("trajectories", "coachees"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table in ("coachee_access", "trajectory_deputies"):
        op.execute(f"SELECT protect_tenant_table('{table}')")


def downgrade() -> None:
    op.drop_table("trajectory_deputies")
    op.drop_table("coachee_access")
    op.drop_index("coachees_coach_idx", table_name="coachees")
    for column in ("minor", "audience", "coach_id"):
        op.drop_column("coachees", column)
