"""the method

Revision ID: 5ff4af164279
Revises: 3c5d7a1e8f30
Create Date: 2026-11-22 01:30:00

A coachee's qualities with their ladder and evidence, her ideals and her obstacles. A step on
the ladder is never changed.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "5ff4af164279"
down_revision: Union[str, Sequence[str], None] = "3c5d7a1e8f30"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("coachee_qualities", "ladder_steps", "quality_evidence", "ideals", "obstacles")


def upgrade() -> None:
    op.create_table(
        "coachee_qualities",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("catalogue_key", sa.String(length=60), nullable=True),
        sa.Column("sealed_label", sa.LargeBinary(), nullable=True),
        sa.Column("named_by", sa.String(length=16), nullable=False),
        sa.Column("discovered_via", sa.String(length=32), nullable=False),
        sa.Column("dimension", sa.String(length=16), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(catalogue_key IS NULL) <> (sealed_label IS NULL)", name=op.f("coachee_qualities_one_name_check")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "added_by"],
            ["staff.practice_id", "staff.id"],
            name=op.f("coachee_qualities_practice_id_added_by_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("coachee_qualities_practice_id_coachee_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("coachee_qualities_pkey")),
    )
    op.create_index(
        "coachee_qualities_catalogue_idx",
        "coachee_qualities",
        ["practice_id", "coachee_id", "catalogue_key"],
        unique=True,
        postgresql_where=sa.text("catalogue_key IS NOT NULL"),
    )
    op.create_index(
        "coachee_qualities_coachee_idx", "coachee_qualities", ["practice_id", "coachee_id", "id"], unique=False
    )
    op.create_table(
        "ideals",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("stretch", sa.Integer(), nullable=True),
        sa.Column("realistic", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("confidence BETWEEN 0 AND 10", name=op.f("ideals_confidence_in_range_check")),
        sa.CheckConstraint("realistic BETWEEN 1 AND 5", name=op.f("ideals_realistic_in_range_check")),
        sa.CheckConstraint("stretch BETWEEN 1 AND 5", name=op.f("ideals_stretch_in_range_check")),
        sa.ForeignKeyConstraint(
            ["practice_id", "added_by"],
            ["staff.practice_id", "staff.id"],
            name=op.f("ideals_practice_id_added_by_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("ideals_practice_id_coachee_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("ideals_pkey")),
    )
    op.create_index("ideals_coachee_idx", "ideals", ["practice_id", "coachee_id", "id"], unique=False)
    op.create_table(
        "obstacles",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("locus", sa.String(length=16), nullable=False),
        sa.Column("internal_kind", sa.String(length=32), nullable=True),
        sa.Column("external_kind", sa.String(length=32), nullable=True),
        sa.Column("layer", sa.String(length=16), nullable=True),
        sa.Column("awareness", sa.String(length=24), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_positive_intention", sa.LargeBinary(), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "external_kind IS NULL OR locus IN ('external', 'both')", name=op.f("obstacles_external_kind_without_check")
        ),
        sa.CheckConstraint(
            "internal_kind IS NULL OR locus IN ('internal', 'both')", name=op.f("obstacles_internal_kind_within_check")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "added_by"],
            ["staff.practice_id", "staff.id"],
            name=op.f("obstacles_practice_id_added_by_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("obstacles_practice_id_coachee_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("obstacles_pkey")),
    )
    op.create_index("obstacles_coachee_idx", "obstacles", ["practice_id", "coachee_id", "id"], unique=False)
    op.create_table(
        "ladder_steps",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("quality_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "noted_by"],
            ["staff.practice_id", "staff.id"],
            name=op.f("ladder_steps_practice_id_noted_by_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "quality_id"],
            ["coachee_qualities.practice_id", "coachee_qualities.id"],
            name=op.f("ladder_steps_practice_id_quality_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("ladder_steps_pkey")),
    )
    op.create_index("ladder_steps_quality_idx", "ladder_steps", ["practice_id", "quality_id", "id"], unique=False)
    op.create_table(
        "quality_evidence",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("quality_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("source_type", sa.String(length=16), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("check_in_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(source_type = 'check_in') = (check_in_id IS NOT NULL)", name=op.f("quality_evidence_check_in_named_check")
        ),
        sa.CheckConstraint(
            "(source_type = 'session') = (session_id IS NOT NULL)", name=op.f("quality_evidence_session_named_check")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "added_by"],
            ["staff.practice_id", "staff.id"],
            name=op.f("quality_evidence_practice_id_added_by_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "check_in_id"],
            ["check_ins.practice_id", "check_ins.id"],
            name=op.f("quality_evidence_practice_id_check_in_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("quality_evidence_practice_id_coachee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "quality_id"],
            ["coachee_qualities.practice_id", "coachee_qualities.id"],
            name=op.f("quality_evidence_practice_id_quality_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "session_id"],
            ["sessions.practice_id", "sessions.id"],
            name=op.f("quality_evidence_practice_id_session_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("quality_evidence_pkey")),
    )
    op.create_index(
        "quality_evidence_quality_idx", "quality_evidence", ["practice_id", "quality_id", "id"], unique=False
    )
    for table in TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.execute("SELECT make_append_only('ladder_steps')")


def downgrade() -> None:
    op.drop_index("quality_evidence_quality_idx", table_name="quality_evidence")
    op.drop_table("quality_evidence")
    op.drop_index("ladder_steps_quality_idx", table_name="ladder_steps")
    op.drop_table("ladder_steps")
    op.drop_index("obstacles_coachee_idx", table_name="obstacles")
    op.drop_table("obstacles")
    op.drop_index("ideals_coachee_idx", table_name="ideals")
    op.drop_table("ideals")
    op.drop_index("coachee_qualities_coachee_idx", table_name="coachee_qualities")
    op.drop_index(
        "coachee_qualities_catalogue_idx",
        table_name="coachee_qualities",
        postgresql_where=sa.text("catalogue_key IS NOT NULL"),
    )
    op.drop_table("coachee_qualities")
