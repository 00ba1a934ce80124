"""packages

Revision ID: 2d9ac05be471
Revises: 71f0b9d3e6c8
Create Date: 2026-11-22 03:20:00

Sessions and minutes bought beforehand; and one funding for each session, whatever pays it.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "2d9ac05be471"
down_revision: Union[str, Sequence[str], None] = "71f0b9d3e6c8"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

# Whoever bills a session and whoever funds it take the same lock first, so that one of them sees the other.
ONE_PAYER = """
CREATE OR REPLACE FUNCTION one_payer_of_session() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
  of_session uuid;
  paid_by text;
BEGIN
  IF TG_TABLE_NAME = 'session_fundings' THEN
    of_session := NEW.id;
  ELSE
    of_session := NEW.session_id;
  END IF;
  IF of_session IS NULL THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(of_session::text, 5));
  IF TG_TABLE_NAME = 'session_fundings' THEN
    IF EXISTS (
      SELECT FROM invoice_lines l WHERE l.practice_id = NEW.practice_id AND l.session_id = of_session
    ) THEN
      RAISE EXCEPTION 'a session that is billed is not paid by a cheque or a package'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sessions_billed_are_not_on_cheque';
    END IF;
    RETURN NEW;
  END IF;
  SELECT f.kind INTO paid_by FROM session_fundings f WHERE f.practice_id = NEW.practice_id AND f.id = of_session;
  IF paid_by IN ('cheque', 'package') THEN
    RAISE EXCEPTION 'a session that is paid by a cheque or a package is not billed'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = format('sessions_on_%s_are_not_billed', paid_by);
  END IF;
  RETURN NEW;
END $$
"""
BEFORE = """
CREATE OR REPLACE FUNCTION one_payer_of_session() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF NEW.session_id IS NULL THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.session_id::text, 5));
  IF TG_TABLE_NAME = 'bookings' AND EXISTS (
    SELECT FROM invoice_lines l WHERE l.practice_id = NEW.practice_id AND l.session_id = NEW.session_id
  ) THEN
    RAISE EXCEPTION 'a session that is billed is not booked on a cheque'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sessions_billed_are_not_on_cheque';
  END IF;
  IF TG_TABLE_NAME = 'invoice_lines' AND
    (SELECT sum(b.minutes) FROM bookings b WHERE b.practice_id = NEW.practice_id AND b.session_id = NEW.session_id) > 0
  THEN
    RAISE EXCEPTION 'a session on a cheque is not billed'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sessions_on_cheque_are_not_billed';
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "session_fundings",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _reference("session_fundings", "id", "sessions"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("session_fundings_pkey")),
    )
    op.execute("ALTER TABLE bookings NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO session_fundings (practice_id, id, kind, minutes, made_at)"
        " SELECT practice_id, session_id, 'cheque', minutes, booked_at FROM bookings"
    )
    op.execute("ALTER TABLE bookings FORCE ROW LEVEL SECURITY")
    op.drop_constraint(op.f("bookings_practice_id_session_id_fkey"), "bookings")
    op.create_foreign_key(
        op.f("bookings_practice_id_session_id_fkey"),
        "bookings",
        "session_fundings",
        ["practice_id", "session_id"],
        ["practice_id", "id"],
    )
    op.create_table(
        "packages",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("granted > 0", name=op.f("packages_granted_positive_check")),
        sa.CheckConstraint("used BETWEEN 0 AND granted", name=op.f("packages_used_within_granted_check")),
        sa.CheckConstraint("expires_on >= bought_on", name=op.f("packages_expires_after_start_check")),
        _reference("packages", "coachee_id", "coachees"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("packages_pkey")),
    )
    op.create_index("packages_coachee_idx", "packages", ["practice_id", "coachee_id", "id"])
    op.create_table(
        "package_draws",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("package_draws_amount_positive_check")),
        _reference("package_draws", "package_id", "packages"),
        _reference("package_draws", "session_id", "session_fundings"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("package_draws_pkey")),
    )
    op.create_index("package_draws_package_idx", "package_draws", ["practice_id", "package_id", "id"])
    op.create_index("package_draws_session_idx", "package_draws", ["practice_id", "session_id", "id"])
    for table in ("session_fundings", "packages", "package_draws"):
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.execute("SELECT make_append_only('session_fundings')")
    op.execute("SELECT make_append_only('package_draws')")
    op.execute("DROP TRIGGER one_payer ON bookings")
    op.execute(ONE_PAYER)
    op.execute(
        "CREATE TRIGGER one_payer BEFORE INSERT ON session_fundings"
        " FOR EACH ROW EXECUTE FUNCTION one_payer_of_session()"
    )


def _reference(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["practice_id", column],
        [f"{parent}.practice_id", f"{parent}.id"],
        name=op.f(f"{table}_practice_id_{column}_fkey"),
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER one_payer ON session_fundings")
    op.execute(BEFORE)
    op.execute(
        "CREATE TRIGGER one_payer BEFORE INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION one_payer_of_session()"
    )
    op.drop_constraint(op.f("bookings_practice_id_session_id_fkey"), "bookings")
    op.create_foreign_key(
        op.f("bookings_practice_id_session_id_fkey"),
        "bookings",
        "sessions",
        ["practice_id", "session_id"],
        ["practice_id", "id"],
    )
    for table in ("package_draws", "packages", "session_fundings"):
        op.drop_table(table)
