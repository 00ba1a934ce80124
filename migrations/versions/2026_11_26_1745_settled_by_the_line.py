"""settled by the line

Revision ID: 9d3c60b7f1a4
Revises: b38d0f6a91e4
Create Date: 2026-11-26 17:45:00

A settlement knows its line: once some or all of that is credited, what is left of the session's share is settled anew.
The release before leaves the position out; its lines stand in the order in which they are written.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "9d3c60b7f1a4"
down_revision: Union[str, Sequence[str], None] = "b38d0f6a91e4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("coach_settlements", "sessions")
FILL = """
UPDATE coach_settlements s SET position = o.position
  FROM (
    SELECT c.practice_id, c.id, c.invoice_id, row_number() OVER (
             PARTITION BY c.practice_id, c.invoice_id ORDER BY t.starts_at, t.id
           ) - 1 AS position
      FROM coach_settlements c JOIN sessions t ON t.practice_id = c.practice_id AND t.id = c.id
  ) o
 WHERE (s.practice_id, s.id, s.invoice_id) = (o.practice_id, o.id, o.invoice_id)
"""
SETTLED_ONCE = """
CREATE OR REPLACE FUNCTION settled_once() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.id::text, 6));
  IF NEW.position IS NULL THEN
    NEW.position := (
      SELECT count(*) FROM coach_settlements s WHERE s.practice_id = NEW.practice_id AND s.invoice_id = NEW.invoice_id
    );
  END IF;
  IF EXISTS (
    SELECT FROM coach_settlements s
      JOIN invoice_lines l
        ON l.practice_id = s.practice_id AND l.invoice_id = s.invoice_id AND l.position = s.position
     WHERE s.practice_id = NEW.practice_id AND s.id = NEW.id AND NOT l.freed
       AND NOT EXISTS (SELECT FROM invoice_lines n WHERE n.practice_id = l.practice_id AND n.credits_line_id = l.id)
  ) THEN
    RAISE EXCEPTION 'the share of a session is paid out once'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'coach_settlements_once';
  END IF;
  RETURN NEW;
END $$
"""
BEFORE = """
CREATE OR REPLACE FUNCTION settled_once() RETURNS trigger LANGUAGE plpgsql
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
    op.execute("ALTER TABLE coach_settlements ADD COLUMN position smallint")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE coach_settlements DISABLE TRIGGER USER")
    op.execute(FILL)
    op.execute("ALTER TABLE coach_settlements ENABLE TRIGGER USER")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE coach_settlements ALTER COLUMN position SET NOT NULL")
    op.execute(SETTLED_ONCE)


def downgrade() -> None:
    op.execute(BEFORE)
    op.execute("ALTER TABLE coach_settlements DROP COLUMN position")
