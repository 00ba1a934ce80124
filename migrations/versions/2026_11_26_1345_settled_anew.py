"""settled anew

Revision ID: b7e2405d9c18
Revises: 4c7d19ae60b2
Create Date: 2026-11-26 13:45:00

A session whose share stands on an invoice that was credited in whole may be settled on another; else once only.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "b7e2405d9c18"
down_revision: Union[str, Sequence[str], None] = "4c7d19ae60b2"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

SETTLED_ONCE = """
CREATE FUNCTION settled_once() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.id::text, 6));
  IF EXISTS (
    SELECT FROM coach_settlements s
      JOIN invoice_lines l ON l.practice_id = s.practice_id AND l.invoice_id = s.invoice_id
     WHERE s.practice_id = NEW.practice_id AND s.id = NEW.id AND NOT l.freed
  ) THEN
    RAISE EXCEPTION 'the share of a session is paid out once'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'coach_settlements_once';
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute("ALTER TABLE coach_settlements DROP CONSTRAINT coach_settlements_pkey")
    op.execute(
        "ALTER TABLE coach_settlements ADD CONSTRAINT coach_settlements_pkey PRIMARY KEY (practice_id, id, invoice_id)"
    )
    op.execute(SETTLED_ONCE)
    op.execute(
        "CREATE TRIGGER settled_once BEFORE INSERT ON coach_settlements FOR EACH ROW EXECUTE FUNCTION settled_once()"
    )


LATEST_ALONE = """
DELETE FROM coach_settlements a USING coach_settlements b
 WHERE a.practice_id = b.practice_id AND a.id = b.id
   AND (a.settled_at, a.invoice_id) < (b.settled_at, b.invoice_id)
"""


def downgrade() -> None:
    """Of what was settled anew since, the latest settlement stays: the key lets a session have one."""
    op.execute("DROP TRIGGER settled_once ON coach_settlements")
    op.execute("DROP FUNCTION settled_once()")
    op.execute("ALTER TABLE coach_settlements NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE coach_settlements DISABLE TRIGGER USER")
    op.execute(LATEST_ALONE)
    op.execute("ALTER TABLE coach_settlements ENABLE TRIGGER USER")
    op.execute("ALTER TABLE coach_settlements FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE coach_settlements DROP CONSTRAINT coach_settlements_pkey")
    op.execute("ALTER TABLE coach_settlements ADD CONSTRAINT coach_settlements_pkey PRIMARY KEY (practice_id, id)")
