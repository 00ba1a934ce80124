"""trajectories in full

Revision ID: b41f0e7d92c6
Revises: 9a41c07be2d5
Create Date: 2026-11-22 02:55:00

Phase, reason of a stop and aftercare of a trajectory; goals, hand-overs, closing reviews and contact moments.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "b41f0e7d92c6"
down_revision: Union[str, Sequence[str], None] = "9a41c07be2d5"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("goals", "hand_overs", "closing_reviews", "contact_moments")


def reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["practice_id", column],
        [f"{other}.practice_id", f"{other}.id"],
        name=op.f(f"{table}_practice_id_{column}_fkey"),
    )


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def identity(name: str) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=False)


def sealed(name: str) -> sa.Column:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    op.add_column("trajectories", sa.Column("phase", sa.String(length=24), nullable=True))
    op.add_column("trajectories", sa.Column("stop_reason", sa.String(length=200), nullable=True))
    op.add_column("trajectories", sa.Column("aftercare_until", sa.Date(), nullable=True))
    op.create_table(
        "goals",
        *(identity(name) for name in ("practice_id", "id", "trajectory_id", "coachee_id")),
        sealed("sealed_text"),
        sa.Column("state", sa.String(length=16), nullable=False),
        moment("added_at"),
        moment("decided_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        reference("goals", "trajectory_id", "trajectories"),
        reference("goals", "coachee_id", "coachees"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("goals_pkey")),
    )
    op.create_index("goals_trajectory_idx", "goals", ["practice_id", "trajectory_id", "id"])
    op.create_table(
        "hand_overs",
        *(identity(name) for name in ("practice_id", "id", "trajectory_id", "from_coach_id", "to_coach_id")),
        sa.Column("reason", sa.String(length=200), nullable=False),
        moment("handed_at"),
        reference("hand_overs", "trajectory_id", "trajectories"),
        reference("hand_overs", "from_coach_id", "staff"),
        reference("hand_overs", "to_coach_id", "staff"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("hand_overs_pkey")),
    )
    op.create_index("hand_overs_trajectory_idx", "hand_overs", ["practice_id", "trajectory_id", "id"])
    op.create_table(
        "closing_reviews",
        *(identity(name) for name in ("practice_id", "trajectory_id", "coachee_id", "author_id")),
        sealed("sealed_answers"),
        moment("written_at"),
        reference("closing_reviews", "trajectory_id", "trajectories"),
        reference("closing_reviews", "coachee_id", "coachees"),
        reference("closing_reviews", "author_id", "staff"),
        sa.PrimaryKeyConstraint("practice_id", "trajectory_id", name=op.f("closing_reviews_pkey")),
    )
    op.create_table(
        "contact_moments",
        *(identity(name) for name in ("practice_id", "id", "coachee_id", "coach_id")),
        sa.Column("held_on", sa.Date(), nullable=False),
        sealed("sealed_quality"),
        sealed("sealed_next_step"),
        moment("written_at"),
        reference("contact_moments", "coachee_id", "coachees"),
        reference("contact_moments", "coach_id", "staff"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("contact_moments_pkey")),
    )
    op.create_index("contact_moments_coachee_idx", "contact_moments", ["practice_id", "coachee_id", "coach_id", "id"])
    for table in TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.execute("SELECT make_append_only('hand_overs')")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    for column in ("aftercare_until", "stop_reason", "phase"):
        op.drop_column("trajectories", column)
