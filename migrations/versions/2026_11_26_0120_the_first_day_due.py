"""the first day due

Revision ID: 5d0e83b1c7a9
Revises: 7d20c4e8b5f1
Create Date: 2026-11-26 01:20:00

Of an invoice of which more is open than its instalments come to, as after a payment that was taken back, the day that
comes first counts: that of the oldest instalment with something left, or the invoice's own. And a backup finds the
alerts passed on to her by an index.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "5d0e83b1c7a9"
down_revision: Union[str, Sequence[str], None] = "7d20c4e8b5f1"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

FIRST_DUE = """CREATE OR REPLACE FUNCTION first_due(item open_items) RETURNS date LANGUAGE sql STABLE
AS $$
  SELECT LEAST(
    (SELECT min(part.due_on)
       FROM (SELECT i.due_on, sum(i.amount) OVER (ORDER BY i.position DESC) - i.amount AS following
               FROM instalment_plans p
               JOIN instalments i ON i.practice_id = p.practice_id AND i.plan_id = p.id
              WHERE p.practice_id = item.practice_id AND p.invoice_id = item.id AND p.ended_at IS NULL) AS part
      WHERE item.open > part.following),
    CASE WHEN item.open > COALESCE(
      (SELECT sum(i.amount)
         FROM instalment_plans p
         JOIN instalments i ON i.practice_id = p.practice_id AND i.plan_id = p.id
        WHERE p.practice_id = item.practice_id AND p.invoice_id = item.id AND p.ended_at IS NULL), 0)
    THEN item.due_on END)
$$"""
FIRST_DUE_BEFORE = """CREATE OR REPLACE FUNCTION first_due(item open_items) RETURNS date LANGUAGE sql STABLE
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
$$"""


def upgrade() -> None:
    op.execute(FIRST_DUE)
    op.execute(
        "CREATE INDEX support_events_backup_idx ON support_events (practice_id, backup_id, id)"
        " WHERE backup_id IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX support_events_backup_idx")
    op.execute(FIRST_DUE_BEFORE)
