"""what is credited is free

Revision ID: 9a4d17c6e0b3
Revises: 9a4be6d15c72
Create Date: 2026-11-26 13:30:00

A line that was credited in whole frees the session, the package or the deposit that stood on it for another invoice.
Nothing else of an issued line ever changes.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "9a4d17c6e0b3"
down_revision: Union[str, Sequence[str], None] = "9a4be6d15c72"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

LOCK_LINES = """
CREATE OR REPLACE FUNCTION lock_issued_lines() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
{but}  IF EXISTS (
    SELECT FROM invoices i
     WHERE i.state <> 'draft'
       AND ((TG_OP <> 'INSERT' AND i.practice_id = OLD.practice_id AND i.id = OLD.invoice_id)
         OR (TG_OP <> 'DELETE' AND i.practice_id = NEW.practice_id AND i.id = NEW.invoice_id))
  ) THEN
    RAISE EXCEPTION 'a line of an issued invoice is never changed'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoices_issued_is_final';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
# In two steps, for where nothing is updated there is no line of before.
BUT_FREED = """  IF TG_OP = 'UPDATE' THEN
    IF NEW.freed AND NOT OLD.freed AND to_jsonb(NEW) - 'freed' = to_jsonb(OLD) - 'freed'
       AND OLD.quantity = (
         SELECT sum(c.quantity) FROM invoice_lines c
          WHERE c.practice_id = OLD.practice_id AND c.credits_line_id = OLD.id
       ) THEN
      RETURN NEW;
    END IF;
  END IF;
"""
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
      SELECT FROM invoice_lines l WHERE l.practice_id = NEW.practice_id AND l.session_id = of_session{and_binds}
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
INDEXES = {
    "invoice_lines_session_idx": ("practice_id, session_id", "session_id"),
    "invoice_lines_package_idx": ("practice_id, package_id", "package_id"),
    "invoice_lines_deducts_idx": ("practice_id, deducts_id, vat_rate", "deducts_id"),
}
FREE = """
UPDATE invoice_lines l SET freed = true
  FROM (SELECT practice_id, credits_line_id AS id, sum(quantity) AS quantity FROM invoice_lines
         WHERE credits_line_id IS NOT NULL GROUP BY 1, 2) c
 WHERE c.practice_id = l.practice_id AND c.id = l.id AND c.quantity = l.quantity
"""


def upgrade() -> None:
    op.execute("ALTER TABLE invoice_lines ADD freed BOOLEAN DEFAULT false NOT NULL")
    op.execute(LOCK_LINES.format(but=BUT_FREED))
    op.execute("ALTER TABLE invoice_lines NO FORCE ROW LEVEL SECURITY")  # its owner mends the rows of every practice
    op.execute(FREE)
    op.execute("ALTER TABLE invoice_lines FORCE ROW LEVEL SECURITY")
    op.execute(ONE_PAYER.format(and_binds=" AND NOT l.freed"))
    _index(" AND NOT freed")


UNNAME = "UPDATE invoice_lines SET session_id = NULL, package_id = NULL WHERE freed"


def downgrade() -> None:
    """What was billed again since would stand twice: the line that was credited names it no more. A deposit that was
    deducted again stands twice all the same, and then its index does not come back."""
    op.execute("ALTER TABLE invoice_lines NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE invoice_lines DISABLE TRIGGER USER")
    op.execute(UNNAME)
    op.execute("ALTER TABLE invoice_lines ENABLE TRIGGER USER")
    op.execute("ALTER TABLE invoice_lines FORCE ROW LEVEL SECURITY")
    _index("")
    op.execute(ONE_PAYER.format(and_binds=""))
    op.execute(LOCK_LINES.format(but=""))
    op.execute("ALTER TABLE invoice_lines DROP freed")


def _index(and_binds: str) -> None:
    for name, (columns, named) in INDEXES.items():
        op.execute(f"DROP INDEX {name}")
        op.execute(f"CREATE UNIQUE INDEX {name} ON invoice_lines ({columns}) WHERE {named} IS NOT NULL{and_binds}")
