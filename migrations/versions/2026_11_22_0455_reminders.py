"""reminders

Revision ID: 4f8b27c1e96d
Revises: fba7cd499bf0
Create Date: 2026-11-22 04:55:00

Reminders of late invoices. The database itself opens a case with the debt, lays it to rest once nothing is open, and
calls off what has not left yet in the same transaction, however the debt was paid.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "4f8b27c1e96d"
down_revision: Union[str, Sequence[str], None] = "fba7cd499bf0"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("reminder_rules", "reminder_cases", "reminders", "reminder_pauses")
READ_OLD = ("open_items", "practices")
STATEMENTS = (
    """CREATE TABLE reminder_rules (
    practice_id UUID NOT NULL,
    version INTEGER NOT NULL,
    steps JSONB NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT reminder_rules_pkey PRIMARY KEY (practice_id, version)
)""",
    """CREATE TABLE reminder_cases (
    practice_id UUID NOT NULL,
    invoice_id UUID NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT reminder_cases_pkey PRIMARY KEY (practice_id, invoice_id),
    CONSTRAINT reminder_cases_practice_id_invoice_id_fkey
        FOREIGN KEY(practice_id, invoice_id) REFERENCES open_items (practice_id, id)
)""",
    "CREATE INDEX reminder_cases_due_idx ON reminder_cases (due_at) WHERE due_at IS NOT NULL",
    """CREATE TABLE reminders (
    practice_id UUID NOT NULL,
    invoice_id UUID NOT NULL,
    step SMALLINT NOT NULL,
    attempt SMALLINT NOT NULL,
    rules_version INTEGER NOT NULL,
    made_on DATE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    open BIGINT NOT NULL,
    due_on DATE NOT NULL,
    mailed BOOLEAN NOT NULL,
    cancelled BOOLEAN NOT NULL,
    name VARCHAR(60) NOT NULL,
    content BYTEA NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    CONSTRAINT reminders_pkey PRIMARY KEY (practice_id, invoice_id, step, attempt),
    CONSTRAINT reminders_practice_id_invoice_id_fkey
        FOREIGN KEY(practice_id, invoice_id) REFERENCES open_items (practice_id, id)
)""",
    "CREATE UNIQUE INDEX reminders_once_idx ON reminders (practice_id, invoice_id, step) WHERE NOT cancelled",
    """CREATE TABLE reminder_pauses (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    invoice_id UUID,
    coachee_id UUID,
    sponsor_id UUID,
    disputed BOOLEAN NOT NULL,
    reason VARCHAR(500) NOT NULL,
    until DATE,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT reminder_pauses_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT reminder_pauses_practice_id_invoice_id_fkey
        FOREIGN KEY(practice_id, invoice_id) REFERENCES open_items (practice_id, id),
    CONSTRAINT reminder_pauses_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT reminder_pauses_practice_id_sponsor_id_fkey
        FOREIGN KEY(practice_id, sponsor_id) REFERENCES sponsors (practice_id, id),
    CONSTRAINT reminder_pauses_of_one_check CHECK (num_nonnulls(invoice_id, coachee_id, sponsor_id) = 1),
    CONSTRAINT reminder_pauses_ends_or_disputed_check CHECK (disputed = (until IS NULL)),
    CONSTRAINT reminder_pauses_dispute_of_invoice_check CHECK (NOT disputed OR invoice_id IS NOT NULL)
)""",
    "CREATE INDEX reminder_pauses_in_force_idx ON reminder_pauses (practice_id, id) WHERE ended_at IS NULL",
    "CREATE INDEX open_items_due_idx ON open_items (practice_id, due_on, id) WHERE open > 0",
    *(f"SELECT protect_tenant_table('{table}')" for table in TABLES),
    "SELECT make_append_only('reminder_rules')",
    # The mails of reminders that have not left; the reminder then counts for nothing, and may be made anew.
    """CREATE FUNCTION withdraw_reminders(whose uuid, invoice uuid) RETURNS void LANGUAGE sql
AS $$
  WITH gone AS (
    UPDATE messages m SET state = 'cancelled', address = NULL, leased_until = NULL, attached = NULL
      FROM reminders r
     WHERE r.practice_id = whose AND r.invoice_id = invoice AND NOT r.cancelled
       AND m.practice_id = whose AND m.once = 'reminder:' || r.invoice_id || ':' || r.step || ':' || r.attempt
       AND m.state IN ('queued', 'parked')
    RETURNING r.step, r.attempt
  )
  UPDATE reminders r SET cancelled = true
    FROM gone
   WHERE r.practice_id = whose AND r.invoice_id = invoice AND (r.step, r.attempt) = (gone.step, gone.attempt)
$$""",
    # Looked at first on the morning after the due date: then the steps say when something goes out.
    """CREATE FUNCTION watch_debt() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF NEW.open = 0 THEN
    UPDATE reminder_cases SET due_at = NULL WHERE practice_id = NEW.practice_id AND invoice_id = NEW.id;
    PERFORM withdraw_reminders(NEW.practice_id, NEW.id);
  ELSE
    INSERT INTO reminder_cases (practice_id, invoice_id, due_at)
    SELECT NEW.practice_id, NEW.id, (NEW.due_on + 1 + time '09:00') AT TIME ZONE p.zone
      FROM practices p WHERE p.id = NEW.practice_id
    ON CONFLICT (practice_id, invoice_id) DO UPDATE SET due_at = excluded.due_at;
  END IF;
  RETURN NULL;
END $$""",
    """CREATE TRIGGER watched AFTER UPDATE OF open ON open_items FOR EACH ROW
  WHEN (NEW.kind IN ('invoice', 'deposit') AND NEW.coach_id IS NULL AND NEW.due_on IS NOT NULL
        AND (OLD.open > 0) <> (NEW.open > 0))
  EXECUTE FUNCTION watch_debt()""",
    *(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in (*READ_OLD, "reminder_cases")),
    """INSERT INTO reminder_cases (practice_id, invoice_id, due_at)
SELECT o.practice_id, o.id, (o.due_on + 1 + time '09:00') AT TIME ZONE p.zone
  FROM open_items o JOIN practices p ON p.id = o.practice_id
 WHERE o.kind IN ('invoice', 'deposit') AND o.coach_id IS NULL AND o.due_on IS NOT NULL AND o.open > 0""",
    *(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in (*READ_OLD, "reminder_cases")),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER watched ON open_items")
    op.execute("DROP FUNCTION watch_debt()")
    op.execute("DROP FUNCTION withdraw_reminders(uuid, uuid)")
    op.execute("DROP INDEX open_items_due_idx")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
