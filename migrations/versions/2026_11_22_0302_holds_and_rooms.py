"""holds and rooms

Revision ID: 4e9b27d5c1a8
Revises: c95a3e60b1d7
Create Date: 2026-11-22 03:02:00

Sessions take a room, may be a hold that expires, may overlap where that was allowed, and keep by which rules they were
cancelled or missed.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "4e9b27d5c1a8"
down_revision: Union[str, Sequence[str], None] = "c95a3e60b1d7"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

NEW = ("session_type", "location_id", "in_room", "overlap_allowed", "hold_expires_at", "cancelled_by", "late_cancel")


def _exclude(name: str, column: str, where: str) -> None:
    op.execute(
        f"ALTER TABLE sessions ADD CONSTRAINT {name} EXCLUDE USING gist (practice_id WITH =, {column} WITH =,"
        f" tstzrange(starts_at, ends_at) WITH &&) WHERE ({where})"
    )


def upgrade() -> None:
    op.add_column("sessions", sa.Column("session_type", sa.String(length=40), nullable=True))
    op.add_column("sessions", sa.Column("location_id", sa.Uuid(), nullable=True))
    op.add_column("sessions", sa.Column("in_room", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "sessions", sa.Column("overlap_allowed", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("sessions", sa.Column("hold_expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("cancelled_by", sa.String(length=16), nullable=True))
    op.add_column("sessions", sa.Column("late_cancel", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("sessions", sa.Column("policy_version", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("sessions_practice_id_location_id_fkey"),
        "sessions",
        "locations",
        ["practice_id", "location_id"],
        ["practice_id", "id"],
    )
    op.create_check_constraint(
        op.f("sessions_hold_expires_check"), "sessions", "(state = 'on_hold') = (hold_expires_at IS NOT NULL)"
    )
    op.execute("ALTER TABLE sessions DROP CONSTRAINT sessions_coach_free_excl")
    taken = "state IN ('planned', 'held', 'on_hold')"
    _exclude("sessions_coach_free_excl", "coach_id", f"{taken} AND NOT overlap_allowed")
    _exclude("sessions_room_free_excl", "location_id", f"{taken} AND in_room AND NOT overlap_allowed")
    op.create_index(
        "sessions_room_idx",
        "sessions",
        ["practice_id", "location_id", "starts_at"],
        postgresql_where=sa.text("in_room"),
    )
    op.create_index(
        "sessions_hold_expiry_idx", "sessions", ["hold_expires_at"], postgresql_where=sa.text("state = 'on_hold'")
    )


def downgrade() -> None:
    op.execute("DELETE FROM sessions WHERE state = 'on_hold'")
    op.drop_index("sessions_hold_expiry_idx", table_name="sessions")
    op.drop_index("sessions_room_idx", table_name="sessions")
    for name in ("sessions_room_free_excl", "sessions_coach_free_excl", "sessions_hold_expires_check"):
        op.execute(f"ALTER TABLE sessions DROP CONSTRAINT {name}")
    op.drop_constraint("sessions_practice_id_location_id_fkey", "sessions", type_="foreignkey")
    op.drop_column("sessions", "policy_version")
    for column in NEW:
        op.drop_column("sessions", column)
    _exclude("sessions_coach_free_excl", "coach_id", "state IN ('planned', 'held')")
