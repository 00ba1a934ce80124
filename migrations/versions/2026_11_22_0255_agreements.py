"""agreements

Revision ID: 7b1f0c94ad26
Revises: e7a2514cb09d
Create Date: 2026-11-22 02:55:00

Templates, agreements with their kept files, and links for coachees that any slice may make.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


revision: str = "7b1f0c94ad26"
down_revision: Union[str, Sequence[str], None] = "e7a2514cb09d"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("coachee_links", "agreement_templates", "agreements", "agreement_files")
APPEND_ONLY = ("agreement_templates", "agreement_files")

BEFORE = """
  SELECT c.practice_id, 'check_in', c.id, c.coachee_id FROM public.check_ins c WHERE c.token_digest = wanted
  UNION ALL
  SELECT p.practice_id, 'plan', p.id, p.coachee_id FROM public.check_in_plans p WHERE p.token_digest = wanted
"""
SINCE = """
  UNION ALL
  SELECT l.practice_id, l.purpose::text, l.id, l.coachee_id FROM public.coachee_links l WHERE l.token_digest = wanted
"""
OPEN_LINK = """
CREATE OR REPLACE FUNCTION open_link(wanted bytea) RETURNS TABLE (
  practice_id uuid, purpose text, subject_id uuid, coachee_id uuid
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ {body} $$
"""
LOCK_AGREEMENT = """
CREATE FUNCTION lock_agreement() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF (OLD.title, OLD.text, OLD.sha256, OLD.parties, OLD.issued_at, OLD.trajectory_id)
     IS DISTINCT FROM (NEW.title, NEW.text, NEW.sha256, NEW.parties, NEW.issued_at, NEW.trajectory_id)
     OR (OLD.signed_at IS NOT NULL
         AND (OLD.signed_at, OLD.signed_name) IS DISTINCT FROM (NEW.signed_at, NEW.signed_name)) THEN
    RAISE EXCEPTION 'what was issued or signed is never changed'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'agreements_issued_is_final';
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "coachee_links",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("coachee_links_practice_id_coachee_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("coachee_links_pkey")),
    )
    op.create_index("coachee_links_token_idx", "coachee_links", ["token_digest"], unique=False)
    op.create_table(
        "agreement_templates",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "written_by"],
            ["staff.practice_id", "staff.id"],
            name=op.f("agreement_templates_practice_id_written_by_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("agreement_templates_pkey")),
        sa.UniqueConstraint(
            "practice_id", "language", "number", name=op.f("agreement_templates_practice_id_language_number_key")
        ),
    )
    op.create_table(
        "agreements",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("parties", postgresql.JSONB(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_name", sa.String(length=200), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(signed_at IS NULL) = (signed_name IS NULL)", name=op.f("agreements_signed_by_name_check")),
        sa.CheckConstraint("state <> 'signed' OR signed_at IS NOT NULL", name=op.f("agreements_signed_when_check")),
        *(
            sa.ForeignKeyConstraint(
                ["practice_id", column],
                [f"{table}.practice_id", f"{table}.id"],
                name=op.f(f"agreements_practice_id_{column}_fkey"),
            )
            for column, table in (
                ("trajectory_id", "trajectories"),
                ("coachee_id", "coachees"),
                ("coach_id", "staff"),
                ("template_id", "agreement_templates"),
            )
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("agreements_pkey")),
    )
    op.create_index("agreements_trajectory_idx", "agreements", ["practice_id", "trajectory_id", "id"], unique=False)
    for name, states in (("waiting", "state IN ('issued', 'opened')"), ("signed", "state = 'signed'")):
        op.create_index(
            f"agreements_one_{name}_idx",
            "agreements",
            ["practice_id", "trajectory_id"],
            unique=True,
            postgresql_where=sa.text(states),
        )
    op.create_table(
        "agreement_files",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "id"],
            ["agreements.practice_id", "agreements.id"],
            name=op.f("agreement_files_practice_id_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", "kind", name=op.f("agreement_files_pkey")),
    )
    for table in TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    for table in APPEND_ONLY:
        op.execute(f"SELECT make_append_only('{table}')")
    op.execute(LOCK_AGREEMENT)
    op.execute(
        "CREATE TRIGGER issued_is_final BEFORE UPDATE ON agreements FOR EACH ROW EXECUTE FUNCTION lock_agreement()"
    )
    op.execute(OPEN_LINK.format(body=BEFORE + SINCE))


def downgrade() -> None:
    op.execute(OPEN_LINK.format(body=BEFORE))
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION lock_agreement()")
