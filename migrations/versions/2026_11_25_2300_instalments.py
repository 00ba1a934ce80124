"""instalments

Revision ID: 7d3c90e5a1b8
Revises: 7a1c5e90d3b4
Create Date: 2026-11-25 23:00:00

What is left of an invoice, paid in parts, and invoices that are issued with their parts. A reminder is of the day on
which something was due, so each instalment has steps of its own; the database looks again when what is open changes.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "7d3c90e5a1b8"
down_revision: Union[str, Sequence[str], None] = "7a1c5e90d3b4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("instalment_plans", "instalments")
STATEMENTS = (
    """CREATE TABLE instalment_plans (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    invoice_id UUID NOT NULL,
    total BIGINT NOT NULL,
    reason VARCHAR(500),
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    end_reason VARCHAR(500),
    CONSTRAINT instalment_plans_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT instalment_plans_practice_id_invoice_id_fkey
        FOREIGN KEY(practice_id, invoice_id) REFERENCES open_items (practice_id, id),
    CONSTRAINT instalment_plans_total_something_check CHECK (total > 0),
    CONSTRAINT instalment_plans_ended_with_reason_check CHECK ((ended_at IS NULL) = (end_reason IS NULL))
)""",
    """CREATE UNIQUE INDEX instalment_plans_in_force_idx ON instalment_plans (practice_id, invoice_id)
 WHERE ended_at IS NULL""",
    """CREATE TABLE instalments (
    practice_id UUID NOT NULL,
    plan_id UUID NOT NULL,
    position SMALLINT NOT NULL,
    due_on DATE NOT NULL,
    amount BIGINT NOT NULL,
    CONSTRAINT instalments_pkey PRIMARY KEY (practice_id, plan_id, position),
    CONSTRAINT instalments_practice_id_plan_id_fkey
        FOREIGN KEY(practice_id, plan_id) REFERENCES instalment_plans (practice_id, id),
    CONSTRAINT instalments_amount_something_check CHECK (amount > 0)
)""",
    *(f"SELECT protect_tenant_table('{table}')" for table in TABLES),
    "SELECT make_append_only('instalments')",
    "ALTER TABLE invoices ADD COLUMN instalments JSONB",
    "DROP INDEX reminders_once_idx",
    "CREATE UNIQUE INDEX reminders_once_idx ON reminders (practice_id, invoice_id, due_on, step) WHERE NOT cancelled",
    # An invoice that asks for parts is paid by them from its issue on; its item is there once `post_issued` has run.
    """CREATE FUNCTION plan_issued_instalments() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
  plan uuid := gen_random_uuid();
BEGIN
  IF NEW.gross > 0 THEN
    INSERT INTO instalment_plans (practice_id, id, invoice_id, total, made_at)
    VALUES (NEW.practice_id, plan, NEW.id, NEW.gross, NEW.issued_at);
    INSERT INTO instalments (practice_id, plan_id, position, due_on, amount)
    SELECT NEW.practice_id, plan, part.place, (part.value ->> 'due_on')::date, (part.value ->> 'amount')::bigint
      FROM jsonb_array_elements(NEW.instalments) WITH ORDINALITY AS part(value, place);
  END IF;
  RETURN NULL;
END $$""",
    """CREATE TRIGGER post_issued_instalments AFTER UPDATE ON invoices FOR EACH ROW
  WHEN (OLD.state = 'draft' AND NEW.state = 'issued' AND NEW.instalments IS NOT NULL)
  EXECUTE FUNCTION plan_issued_instalments()""",
    # The day of the oldest instalment of which something is left; of what is open beyond them, that of the item.
    """CREATE FUNCTION first_due(item open_items) RETURNS date LANGUAGE sql STABLE
AS $$
  SELECT COALESCE(
    (SELECT min(part.due_on)
       FROM (SELECT i.due_on, sum(i.amount) OVER (ORDER BY i.position DESC) - i.amount AS following,
                    sum(i.amount) OVER () AS total
               FROM instalment_plans p
               JOIN instalments i ON i.practice_id = p.practice_id AND i.plan_id = p.id
              WHERE p.practice_id = item.practice_id AND p.invoice_id = item.id AND p.ended_at IS NULL) AS part
      WHERE item.open > part.following AND item.open <= part.total),
    item.due_on)
$$""",
    # The mails of reminders of a day before that one: what was due then is paid.
    """CREATE FUNCTION withdraw_reminders(whose uuid, invoice uuid, before date) RETURNS void LANGUAGE sql
AS $$
  WITH gone AS (
    UPDATE messages m SET state = 'cancelled', address = NULL, leased_until = NULL, attached = NULL
      FROM reminders r
     WHERE r.practice_id = whose AND r.invoice_id = invoice AND r.due_on < before AND NOT r.cancelled
       AND m.practice_id = whose AND m.once = 'reminder:' || r.invoice_id || ':' || r.step || ':' || r.attempt
       AND m.state IN ('queued', 'parked')
    RETURNING r.step, r.attempt
  )
  UPDATE reminders r SET cancelled = true
    FROM gone
   WHERE r.practice_id = whose AND r.invoice_id = invoice AND (r.step, r.attempt) = (gone.step, gone.attempt)
$$""",
    """CREATE OR REPLACE FUNCTION watch_debt() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
  due date;
BEGIN
  IF NEW.open = 0 THEN
    UPDATE reminder_cases SET due_at = NULL WHERE practice_id = NEW.practice_id AND invoice_id = NEW.id;
    PERFORM withdraw_reminders(NEW.practice_id, NEW.id);
  ELSE
    due := first_due(NEW);
    INSERT INTO reminder_cases (practice_id, invoice_id, due_at)
    SELECT NEW.practice_id, NEW.id, (due + 1 + time '09:00') AT TIME ZONE p.zone
      FROM practices p WHERE p.id = NEW.practice_id
    ON CONFLICT (practice_id, invoice_id) DO UPDATE SET due_at = excluded.due_at;
    IF OLD.open > NEW.open THEN
      PERFORM withdraw_reminders(NEW.practice_id, NEW.id, due);
    END IF;
  END IF;
  RETURN NULL;
END $$""",
    "DROP TRIGGER watched ON open_items",
    """CREATE TRIGGER watched AFTER UPDATE OF open ON open_items FOR EACH ROW
  WHEN (NEW.kind IN ('invoice', 'deposit') AND NEW.coach_id IS NULL AND NEW.due_on IS NOT NULL
        AND OLD.open <> NEW.open)
  EXECUTE FUNCTION watch_debt()""",
)
WATCH_BEFORE = """CREATE OR REPLACE FUNCTION watch_debt() RETURNS trigger LANGUAGE plpgsql
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
END $$"""
UNDO = (
    "DROP TRIGGER watched ON open_items",
    WATCH_BEFORE,
    """CREATE TRIGGER watched AFTER UPDATE OF open ON open_items FOR EACH ROW
  WHEN (NEW.kind IN ('invoice', 'deposit') AND NEW.coach_id IS NULL AND NEW.due_on IS NOT NULL
        AND (OLD.open > 0) <> (NEW.open > 0))
  EXECUTE FUNCTION watch_debt()""",
    "DROP FUNCTION withdraw_reminders(uuid, uuid, date)",
    "DROP FUNCTION first_due(open_items)",
    "DROP TRIGGER post_issued_instalments ON invoices",
    "DROP FUNCTION plan_issued_instalments()",
    "DROP INDEX reminders_once_idx",
    # Of several reminders of one step, the last counts: the release before knows one alone.
    """UPDATE reminders r SET cancelled = true
 WHERE NOT cancelled AND EXISTS (
   SELECT FROM reminders o WHERE o.practice_id = r.practice_id AND o.invoice_id = r.invoice_id AND o.step = r.step
      AND NOT o.cancelled AND o.attempt > r.attempt)""",
    "CREATE UNIQUE INDEX reminders_once_idx ON reminders (practice_id, invoice_id, step) WHERE NOT cancelled",
    "ALTER TABLE invoices DROP COLUMN instalments",
    "DROP TABLE instalments",
    "DROP TABLE instalment_plans",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE reminders NO FORCE ROW LEVEL SECURITY")
    for statement in UNDO:
        op.execute(statement)
    op.execute("ALTER TABLE reminders FORCE ROW LEVEL SECURITY")
