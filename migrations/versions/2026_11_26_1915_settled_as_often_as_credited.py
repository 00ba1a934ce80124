"""settled as often as credited

Revision ID: c41f7a9be630
Revises: 4e80ab2c97d5
Create Date: 2026-11-26 19:15:00

A session may be settled once more for each time that a line of it was credited: also where one is credited again
after what was credited first was settled anew. And the files of a document come in the transaction of its issue: the
moment alone, which can be read, let one be added later.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "c41f7a9be630"
down_revision: Union[str, Sequence[str], None] = "4e80ab2c97d5"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

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
  IF {stands} THEN
    RAISE EXCEPTION 'the share of a session is paid out once'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'coach_settlements_once';
  END IF;
  RETURN NEW;
END $$
"""
MORE_OFTEN_THAN_CREDITED = """(
    SELECT count(DISTINCT l.id) > count(n.id)
      FROM coach_settlements s
      JOIN invoice_lines l
        ON l.practice_id = s.practice_id AND l.invoice_id = s.invoice_id AND l.position = s.position
      LEFT JOIN invoice_lines n ON n.practice_id = l.practice_id AND n.credits_line_id = l.id
     WHERE s.practice_id = NEW.practice_id AND s.id = NEW.id
  )"""
ONE_NOT_CREDITED = """EXISTS (
    SELECT FROM coach_settlements s
      JOIN invoice_lines l
        ON l.practice_id = s.practice_id AND l.invoice_id = s.invoice_id AND l.position = s.position
     WHERE s.practice_id = NEW.practice_id AND s.id = NEW.id AND NOT l.freed
       AND NOT EXISTS (SELECT FROM invoice_lines n WHERE n.practice_id = l.practice_id AND n.credits_line_id = l.id)
  )"""
COME_WITH_THE_ISSUE = """
CREATE OR REPLACE FUNCTION come_with_the_issue() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM invoices i
     WHERE i.practice_id = NEW.practice_id AND i.id = NEW.invoice_id
       AND i.issued_at = COALESCE(NEW.made_at, NEW.due_at){and_now}
  ) THEN
    RAISE EXCEPTION 'the files of a document come with its issue'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoice_files_come_with_the_issue';
  END IF;
  RETURN NEW;
END $$
"""
WRITTEN_HERE = " AND i.xmin = pg_current_xact_id()::xid"  # the issue is no savepoint's


def upgrade() -> None:
    op.execute(SETTLED_ONCE.format(stands=MORE_OFTEN_THAN_CREDITED))
    op.execute(COME_WITH_THE_ISSUE.format(and_now=WRITTEN_HERE))


def downgrade() -> None:
    op.execute(COME_WITH_THE_ISSUE.format(and_now=""))
    op.execute(SETTLED_ONCE.format(stands=ONE_NOT_CREDITED))
