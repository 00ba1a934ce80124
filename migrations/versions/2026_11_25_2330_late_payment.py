"""late payment

Revision ID: b25e8f40d7c1
Revises: 5d0b93c7e1a4
Create Date: 2026-11-25 23:30:00

Charges for late payment: the terms of a practice, which of its customers agreed to its clause, and what was booked.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "b25e8f40d7c1"
down_revision: Union[str, Sequence[str], None] = "5d0b93c7e1a4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("late_terms", "late_clauses", "late_charges")
STATEMENTS = (
    """CREATE TABLE late_terms (
    practice_id UUID NOT NULL,
    version INTEGER NOT NULL,
    terms JSONB NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT late_terms_pkey PRIMARY KEY (practice_id, version)
)""",
    """CREATE TABLE late_clauses (
    practice_id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    agreed_on DATE NOT NULL,
    reference VARCHAR(140) NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT late_clauses_pkey PRIMARY KEY (practice_id, coachee_id),
    CONSTRAINT late_clauses_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id)
)""",
    """CREATE TABLE late_charges (
    practice_id UUID NOT NULL,
    item_id UUID NOT NULL,
    invoice_id UUID NOT NULL,
    interest BIGINT NOT NULL,
    costs BIGINT NOT NULL,
    until DATE NOT NULL,
    terms_version INTEGER NOT NULL,
    reckoning JSONB NOT NULL,
    reason VARCHAR(500) NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT late_charges_pkey PRIMARY KEY (practice_id, item_id),
    CONSTRAINT late_charges_practice_id_item_id_fkey
        FOREIGN KEY(practice_id, item_id) REFERENCES open_items (practice_id, id),
    CONSTRAINT late_charges_practice_id_invoice_id_fkey
        FOREIGN KEY(practice_id, invoice_id) REFERENCES open_items (practice_id, id),
    CONSTRAINT late_charges_of_something_check CHECK (interest >= 0 AND costs >= 0 AND interest + costs > 0)
)""",
    "CREATE INDEX late_charges_invoice_idx ON late_charges (practice_id, invoice_id, item_id)",
    "ALTER TABLE reminders ADD COLUMN charges BIGINT NOT NULL DEFAULT 0",
    *(f"SELECT protect_tenant_table('{table}')" for table in TABLES),
    *(f"SELECT make_append_only('{table}')" for table in ("late_terms", "late_charges")),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE reminders DROP COLUMN charges")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
