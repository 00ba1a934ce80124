"""peppol dispatches, and packages billed

Revision ID: 6d1f0a94c7b3
Revises: 3e80b6d1f9a5
Create Date: 2026-11-25 23:05:00

Issued e-invoices on their way over Peppol. The database itself queues each with its file, in the transaction of the
issue; those of an exempt practice (art. 44) stay outside e-invoicing. No statement empties what is issued at once.
And the line that bills a package names it: no package stands on two.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "6d1f0a94c7b3"
down_revision: Union[str, Sequence[str], None] = "3e80b6d1f9a5"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    """CREATE TABLE peppol_dispatches (
    practice_id UUID NOT NULL,
    invoice_id UUID NOT NULL,
    state VARCHAR(16) NOT NULL,
    receiver VARCHAR(64) NOT NULL,
    round SMALLINT NOT NULL,
    attempts SMALLINT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    leased_until TIMESTAMP WITH TIME ZONE,
    via VARCHAR(16),
    remote_id VARCHAR(200),
    reason VARCHAR(300),
    queued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    delivered_at TIMESTAMP WITH TIME ZONE,
    rejected_at TIMESTAMP WITH TIME ZONE,
    mailed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT peppol_dispatches_pkey PRIMARY KEY (practice_id, invoice_id),
    CONSTRAINT peppol_dispatches_practice_id_invoice_id_fkey
        FOREIGN KEY(practice_id, invoice_id) REFERENCES invoices (practice_id, id),
    CONSTRAINT peppol_dispatches_state_known_check
        CHECK (state IN ('queued', 'sent', 'delivered', 'rejected', 'not_on_peppol', 'failed')),
    CONSTRAINT peppol_dispatches_queued_is_due_check CHECK (state <> 'queued' OR due_at IS NOT NULL),
    CONSTRAINT peppol_dispatches_sent_at_known_check
        CHECK (state NOT IN ('sent', 'delivered') OR sent_at IS NOT NULL)
)""",
    "CREATE INDEX peppol_dispatches_due_idx ON peppol_dispatches (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX peppol_dispatches_state_idx ON peppol_dispatches (practice_id, state, invoice_id)",
    "SELECT protect_tenant_table('peppol_dispatches')",
    # A self-billed document goes to the seller.
    """CREATE FUNCTION queue_for_peppol() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO peppol_dispatches (practice_id, invoice_id, state, receiver, round, attempts, due_at, queued_at)
  SELECT i.practice_id, i.id, 'queued',
         '0208:' || (CASE WHEN i.coach_id IS NULL THEN i.buyer ELSE i.seller END ->> 'enterprise_number'),
         1, 0, NEW.made_at, NEW.made_at
    FROM invoices i
   WHERE i.practice_id = NEW.practice_id AND i.id = NEW.invoice_id AND i.seller ->> 'vat_regime' <> 'exempt';
  RETURN NULL;
END $$""",
    """CREATE TRIGGER queued_for_peppol AFTER INSERT ON invoice_files FOR EACH ROW
  WHEN (NEW.format = 'ubl') EXECUTE FUNCTION queue_for_peppol()""",
    """CREATE TRIGGER something_due AFTER INSERT ON peppol_dispatches REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION tell_schedulers()""",
    *(
        f"CREATE TRIGGER issued_is_never_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in ("invoices", "invoice_lines")
    ),
    "ALTER TABLE invoice_lines ADD COLUMN package_id UUID",
    """ALTER TABLE invoice_lines ADD CONSTRAINT invoice_lines_practice_id_package_id_fkey
  FOREIGN KEY (practice_id, package_id) REFERENCES packages (practice_id, id)""",
    """CREATE UNIQUE INDEX invoice_lines_package_idx ON invoice_lines (practice_id, package_id)
  WHERE package_id IS NOT NULL""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE invoice_lines DROP COLUMN package_id")
    for table in ("invoices", "invoice_lines"):
        op.execute(f"DROP TRIGGER issued_is_never_emptied ON {table}")
    op.execute("DROP TRIGGER queued_for_peppol ON invoice_files")
    op.execute("DROP FUNCTION queue_for_peppol()")
    op.execute("DROP TABLE peppol_dispatches")
