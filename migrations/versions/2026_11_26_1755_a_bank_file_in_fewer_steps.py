"""a bank file in fewer steps

Revision ID: 8c13f6a0e27d
Revises: 9d3c60b7f1a4
Create Date: 2026-11-26 17:55:00

An item is open for its amount from its insertion, and its opening entry, under its own id, is checked against that at
the commit: it was updated once more for it before. Debts that are paid are laid to rest by one statement for all that
were paid at once. The balance of a transaction knows how many entries were promised without reading it again.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "8c13f6a0e27d"
down_revision: Union[str, Sequence[str], None] = "9d3c60b7f1a4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

GUARD = """
CREATE OR REPLACE FUNCTION guard_open_item() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.open := {open};
    NEW.credited := 0;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE'
     OR ((NEW.open, NEW.credited) IS DISTINCT FROM (OLD.open, OLD.credited) AND pg_trigger_depth() < 2)
     OR (NEW.practice_id, NEW.id, NEW.kind, NEW.coachee_id, NEW.sponsor_id, NEW.coach_id, NEW.amount)
        IS DISTINCT FROM
        (OLD.practice_id, OLD.id, OLD.kind, OLD.coachee_id, OLD.sponsor_id, OLD.coach_id, OLD.amount) THEN
    RAISE EXCEPTION 'an open item follows the ledger'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'open_items_follow_the_ledger';
  END IF;
  NEW.version := OLD.version + 1;
  RETURN NEW;
END $$
"""
# The entries of a transaction that is posted under the id of the item itself are its opening.
FOLLOW = """
CREATE OR REPLACE FUNCTION follow_the_ledger() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off
AS $$
BEGIN
  IF EXISTS (SELECT FROM added a
              WHERE a.position NOT BETWEEN 1 AND
                    (SELECT t.entry_count FROM ledger_transactions t
                      WHERE t.practice_id = a.practice_id AND t.id = a.transaction_id)) THEN
    RAISE EXCEPTION 'an entry beyond those of its transaction'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transactions_balance';
  END IF;
  UPDATE open_items o SET open = o.open + s.amount
    FROM (SELECT practice_id, item_id, sum(amount) AS amount FROM added
           WHERE {which} GROUP BY practice_id, item_id) AS s
   WHERE o.practice_id = s.practice_id AND o.id = s.item_id;
  RETURN NULL;
END $$
"""
CHECK_OPENING = """
CREATE FUNCTION check_opening() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off
AS $$
BEGIN
  IF NEW.amount <> (SELECT COALESCE(sum(e.amount), 0) FROM ledger_entries e
                     WHERE e.practice_id = NEW.practice_id AND e.transaction_id = NEW.id AND e.item_id = NEW.id) THEN
    RAISE EXCEPTION 'item % was not opened in the ledger', NEW.id
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'open_items_follow_the_ledger';
  END IF;
  RETURN NULL;
END $$
"""
BALANCE = """
CREATE OR REPLACE FUNCTION check_balance() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off
AS $$
DECLARE
  entries bigint;
  total numeric;
BEGIN
  SELECT count(*), COALESCE(sum(e.amount), 0) INTO entries, total
    FROM ledger_entries e WHERE e.practice_id = NEW.practice_id AND e.transaction_id = NEW.id;
  IF total <> 0 OR entries <> NEW.entry_count THEN
    RAISE EXCEPTION 'transaction % does not balance: % entries of % come to %',
      NEW.id, entries, NEW.entry_count, total
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transactions_balance';
  END IF;
  RETURN NULL;
END $$
"""
BALANCE_BEFORE = """
CREATE OR REPLACE FUNCTION check_balance() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off
AS $$
DECLARE
  wanted uuid;
  promised smallint;
  entries bigint;
  total numeric;
BEGIN
  IF TG_TABLE_NAME = 'ledger_entries' THEN wanted := NEW.transaction_id; ELSE wanted := NEW.id; END IF;
  SELECT t.entry_count INTO promised
    FROM ledger_transactions t WHERE t.practice_id = NEW.practice_id AND t.id = wanted;
  SELECT count(*), COALESCE(sum(e.amount), 0) INTO entries, total
    FROM ledger_entries e WHERE e.practice_id = NEW.practice_id AND e.transaction_id = wanted;
  IF total <> 0 OR entries <> promised THEN
    RAISE EXCEPTION 'transaction % does not balance: % entries of % come to %', wanted, entries, promised, total
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transactions_balance';
  END IF;
  RETURN NULL;
END $$
"""
WATCH = """
CREATE OR REPLACE FUNCTION watch_debt() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
  due date := first_due(NEW);
BEGIN
  INSERT INTO reminder_cases (practice_id, invoice_id, due_at)
  SELECT NEW.practice_id, NEW.id, (due + 1 + time '09:00') AT TIME ZONE p.zone
    FROM practices p WHERE p.id = NEW.practice_id
  ON CONFLICT (practice_id, invoice_id) DO UPDATE SET due_at = excluded.due_at;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.open > NEW.open THEN
      PERFORM withdraw_reminders(NEW.practice_id, NEW.id, due);
    END IF;
  END IF;
  RETURN NULL;
END $$
"""
WATCH_BEFORE = """
CREATE OR REPLACE FUNCTION watch_debt() RETURNS trigger LANGUAGE plpgsql
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
END $$
"""
LAY_TO_REST = """
CREATE FUNCTION lay_debts_to_rest() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off
AS $$
BEGIN
  UPDATE reminder_cases c SET due_at = NULL
    FROM changed i
   WHERE i.open = 0 AND c.practice_id = i.practice_id AND c.invoice_id = i.id AND c.due_at IS NOT NULL;
  PERFORM withdraw_reminders(r.practice_id, r.invoice_id)
    FROM (SELECT DISTINCT r.practice_id, r.invoice_id
            FROM changed i JOIN reminders r ON r.practice_id = i.practice_id AND r.invoice_id = i.id
           WHERE i.open = 0 AND NOT r.cancelled) AS r;
  RETURN NULL;
END $$
"""
WATCHED = "kind IN ('invoice', 'deposit') AND NEW.coach_id IS NULL AND NEW.due_on IS NOT NULL"
CREATED = (
    f"""CREATE TRIGGER watched AFTER UPDATE OF open ON open_items FOR EACH ROW
  WHEN (NEW.{WATCHED} AND OLD.open <> NEW.open AND NEW.open <> 0) EXECUTE FUNCTION watch_debt()""",
    f"""CREATE TRIGGER watched_at_first AFTER INSERT ON open_items FOR EACH ROW
  WHEN (NEW.{WATCHED} AND NEW.open <> 0) EXECUTE FUNCTION watch_debt()""",
    """CREATE TRIGGER laid_to_rest AFTER UPDATE ON open_items REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_debts_to_rest()""",
    """CREATE CONSTRAINT TRIGGER opened AFTER INSERT ON open_items DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION check_opening()""",
)
WATCHED_BEFORE = f"""CREATE TRIGGER watched AFTER UPDATE OF open ON open_items FOR EACH ROW
  WHEN (NEW.{WATCHED} AND OLD.open <> NEW.open) EXECUTE FUNCTION watch_debt()"""


def upgrade() -> None:
    op.execute(GUARD.format(open="NEW.amount"))
    op.execute(FOLLOW.format(which="item_id <> transaction_id"))
    op.execute("DROP TRIGGER watched ON open_items")
    for statement in (BALANCE, WATCH, LAY_TO_REST, CHECK_OPENING, *CREATED):
        op.execute(statement)


def downgrade() -> None:
    for name in ("opened", "laid_to_rest", "watched_at_first", "watched"):
        op.execute(f"DROP TRIGGER {name} ON open_items")
    op.execute("DROP FUNCTION check_opening()")
    op.execute("DROP FUNCTION lay_debts_to_rest()")
    for statement in (WATCH_BEFORE, BALANCE_BEFORE, WATCHED_BEFORE):
        op.execute(statement)
    op.execute(FOLLOW.format(which="item_id IS NOT NULL"))
    op.execute(GUARD.format(open="0"))
