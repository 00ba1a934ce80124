"""the balance by its key

Revision ID: e6a1f07c3d92
Revises: 9a3e6d71f0c2
Create Date: 2026-11-26 00:25:00

The check of a transaction joined it to its entries. In the one large commit that a bank's file is, on tables that were
last looked at when they were small, the planner was seen to read all entries for each of them: 10,000 lines took
minutes to commit. Each is now asked by its key, and never by reading the table.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "e6a1f07c3d92"
down_revision: Union[str, Sequence[str], None] = "9a3e6d71f0c2"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

BY_KEY = """
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
JOINED = """
CREATE OR REPLACE FUNCTION check_balance() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
  wanted uuid;
  found record;
BEGIN
  IF TG_TABLE_NAME = 'ledger_entries' THEN wanted := NEW.transaction_id; ELSE wanted := NEW.id; END IF;
  SELECT t.entry_count, count(e.position) AS entries, COALESCE(sum(e.amount), 0) AS total INTO found
    FROM ledger_transactions t
    LEFT JOIN ledger_entries e ON e.practice_id = t.practice_id AND e.transaction_id = t.id
   WHERE t.practice_id = NEW.practice_id AND t.id = wanted
   GROUP BY t.entry_count;
  IF found.total <> 0 OR found.entries <> found.entry_count THEN
    RAISE EXCEPTION 'transaction % does not balance: % entries of % come to %',
      wanted, found.entries, found.entry_count, found.total
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transactions_balance';
  END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute(BY_KEY)


def downgrade() -> None:
    op.execute(JOINED)
