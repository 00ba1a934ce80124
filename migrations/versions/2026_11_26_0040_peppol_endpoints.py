"""peppol endpoints

Revision ID: 4c7e19b0d5a2
Revises: e6a1f07c3d92
Create Date: 2026-11-26 00:40:00

Where a sponsor receives e-invoices, if that is not its enterprise number; what is issued is queued for that place.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "4c7e19b0d5a2"
down_revision: Union[str, Sequence[str], None] = "e6a1f07c3d92"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

QUEUE = """CREATE OR REPLACE FUNCTION queue_for_peppol() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO peppol_dispatches (practice_id, invoice_id, state, receiver, round, attempts, due_at, queued_at)
  SELECT i.practice_id, i.id, 'queued', {receiver}, 1, 0, NEW.made_at, NEW.made_at
    FROM invoices i
   WHERE i.practice_id = NEW.practice_id AND i.id = NEW.invoice_id AND i.seller ->> 'vat_regime' <> 'exempt';
  RETURN NULL;
END $$"""
RECEIVER = "CASE WHEN i.coach_id IS NULL THEN i.buyer ELSE i.seller END"
BY_NUMBER = f"'0208:' || ({RECEIVER} ->> 'enterprise_number')"


def upgrade() -> None:
    op.execute("ALTER TABLE sponsors ADD COLUMN peppol_endpoint VARCHAR(56)")
    op.execute(QUEUE.format(receiver=f"COALESCE({RECEIVER} ->> 'peppol_endpoint', {BY_NUMBER})"))


def downgrade() -> None:
    op.execute(QUEUE.format(receiver=BY_NUMBER))
    op.execute("ALTER TABLE sponsors DROP COLUMN peppol_endpoint")
