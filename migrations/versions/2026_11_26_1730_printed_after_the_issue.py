"""printed after the issue

Revision ID: 5e2c90d7b41a
Revises: e71b4c09d2a8
Create Date: 2026-11-26 17:30:00

The PDF of an issued document is printed after the commit of its issue, and put away once: its row is there from the
issue on, due to be printed, and then filled once and for all. The e-invoice is made at the issue, as before.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "5e2c90d7b41a"
down_revision: Union[str, Sequence[str], None] = "e71b4c09d2a8"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

MADE = ("content", "sha256", "made_at")
UPGRADE = (
    "ALTER TABLE invoice_files ADD due_at TIMESTAMP WITH TIME ZONE",
    *(f"ALTER TABLE invoice_files ALTER {column} DROP NOT NULL" for column in MADE),
    """ALTER TABLE invoice_files ADD CONSTRAINT invoice_files_whole_or_due_check
  CHECK (num_nulls(content, sha256, made_at) = CASE WHEN due_at IS NULL THEN 0 ELSE 3 END)""",
    """ALTER TABLE invoice_files ADD CONSTRAINT invoice_files_ubl_is_made_at_issue_check
  CHECK (format = 'pdf' OR due_at IS NULL)""",
    "CREATE INDEX invoice_files_due_idx ON invoice_files (due_at) WHERE due_at IS NOT NULL",
    # Files come with the issue, all in its transaction, and none is added later.
    """CREATE FUNCTION come_with_the_issue() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM invoices i
     WHERE i.practice_id = NEW.practice_id AND i.id = NEW.invoice_id AND i.issued_at = COALESCE(NEW.made_at, NEW.due_at)
  ) THEN
    RAISE EXCEPTION 'the files of a document come with its issue'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoice_files_come_with_the_issue';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE TRIGGER come_with_the_issue BEFORE INSERT ON invoice_files
  FOR EACH ROW EXECUTE FUNCTION come_with_the_issue()""",
    # What is due may be put off, or made; what is made stays as it is.
    """CREATE FUNCTION made_once() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.content IS NULL
       AND (NEW.practice_id, NEW.invoice_id, NEW.format, NEW.name, NEW.keep_until)
         = (OLD.practice_id, OLD.invoice_id, OLD.format, OLD.name, OLD.keep_until) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a line of invoice_files is never changed or deleted'
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoice_files_append_only';
END $$""",
    "DROP TRIGGER append_only ON invoice_files",
    """CREATE TRIGGER made_once BEFORE UPDATE OR DELETE ON invoice_files
  FOR EACH ROW EXECUTE FUNCTION made_once()""",
    "GRANT UPDATE (content, sha256, made_at, due_at) ON invoice_files TO krachtlijn_app, krachtlijn_sweep",
    """CREATE TRIGGER something_due AFTER INSERT ON invoice_files REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION tell_schedulers()""",
)
DOWNGRADE = (
    "DROP TRIGGER something_due ON invoice_files",
    "REVOKE UPDATE (content, sha256, made_at, due_at) ON invoice_files FROM krachtlijn_app, krachtlijn_sweep",
    "DROP TRIGGER made_once ON invoice_files",
    """CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON invoice_files
  FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    "DROP FUNCTION made_once()",
    "DROP TRIGGER come_with_the_issue ON invoice_files",
    "DROP FUNCTION come_with_the_issue()",
    *(f"ALTER TABLE invoice_files ALTER {column} SET NOT NULL" for column in MADE),
    "ALTER TABLE invoice_files DROP due_at",
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Where something is issued and not printed yet it stops: print it first, for the release before never would."""
    for statement in DOWNGRADE:
        op.execute(statement)
