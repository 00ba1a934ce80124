"""instalments summed once

Revision ID: b83f5e20d7c4
Revises: 9b3f6a1d52c4
Create Date: 2026-11-26 13:50:00

The first day due of an item read its instalments twice: for what follows each, and for what they come to. What the
first of them and all that follow it come to is the whole.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "b83f5e20d7c4"
down_revision: Union[str, Sequence[str], None] = "9b3f6a1d52c4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

ONCE = """CREATE OR REPLACE FUNCTION first_due(item open_items) RETURNS date LANGUAGE sql STABLE
AS $$
  SELECT LEAST(
    min(part.due_on) FILTER (WHERE item.open > part.upto - part.amount),
    CASE WHEN item.open > COALESCE(max(part.upto), 0) THEN item.due_on END)
    FROM (SELECT i.due_on, i.amount, sum(i.amount) OVER (ORDER BY i.position DESC) AS upto
            FROM instalment_plans p
            JOIN instalments i ON i.practice_id = p.practice_id AND i.plan_id = p.id
           WHERE p.practice_id = item.practice_id AND p.invoice_id = item.id AND p.ended_at IS NULL) AS part
$$"""
TWICE = """CREATE OR REPLACE FUNCTION first_due(item open_items) RETURNS date LANGUAGE sql STABLE
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


def upgrade() -> None:
    op.execute(ONCE)


def downgrade() -> None:
    op.execute(TWICE)
