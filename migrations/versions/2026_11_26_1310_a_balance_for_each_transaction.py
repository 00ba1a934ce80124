"""a balance for each transaction

Revision ID: 4c7d19ae60b2
Revises: a93f0c5e7d18
Create Date: 2026-11-26 13:10:00

The balance of a transaction was counted anew for itself and for each of its entries: 60,000 times for a bank's file of
10,000 lines. It is now counted once for each transaction. That is enough, for an entry must have a place within those
that its transaction promised, and one that was committed has them all: none can be added to it later. As with the
balance, each is asked by its key: on tables last looked at when they were small, the planner was seen to read all of
them for each.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "4c7d19ae60b2"
down_revision: Union[str, Sequence[str], None] = "a93f0c5e7d18"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

WITHIN = """
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
           WHERE item_id IS NOT NULL GROUP BY practice_id, item_id) AS s
   WHERE o.practice_id = s.practice_id AND o.id = s.item_id;
  RETURN NULL;
END $$
"""
WITHOUT = """
CREATE OR REPLACE FUNCTION follow_the_ledger() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  UPDATE open_items o SET open = o.open + s.amount
    FROM (SELECT practice_id, item_id, sum(amount) AS amount FROM added
           WHERE item_id IS NOT NULL GROUP BY practice_id, item_id) AS s
   WHERE o.practice_id = s.practice_id AND o.id = s.item_id;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute(WITHIN)
    op.execute("DROP TRIGGER balance ON ledger_entries")


def downgrade() -> None:
    op.execute(
        "CREATE CONSTRAINT TRIGGER balance AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION check_balance()"
    )
    op.execute(WITHOUT)
