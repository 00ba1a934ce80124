"""support levels

Revision ID: 9a3e6d71f0c2
Revises: 8d1c5f0e72ab
Create Date: 2026-11-25 23:40:00

Help lines that a practice keeps, the backup that it appoints, what an alert needs to be passed on and forgotten; and as
which country has it the coachee read what she answered.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "9a3e6d71f0c2"
down_revision: Union[str, Sequence[str], None] = "8d1c5f0e72ab"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    """CREATE TABLE support_resources (
    practice_id UUID NOT NULL,
    key VARCHAR(40) NOT NULL,
    country VARCHAR(2) NOT NULL,
    languages VARCHAR(8)[] NOT NULL,
    name VARCHAR(100) NOT NULL,
    number VARCHAR(32) NOT NULL,
    url VARCHAR(200),
    day_and_night BOOLEAN NOT NULL,
    hours VARCHAR(100),
    free BOOLEAN NOT NULL,
    verified_on DATE NOT NULL,
    review_after DATE NOT NULL,
    kept_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT support_resources_pkey PRIMARY KEY (practice_id, key),
    CONSTRAINT support_resources_some_language_check CHECK (array_length(languages, 1) > 0)
)""",
    """CREATE TABLE support_backups (
    practice_id UUID NOT NULL,
    staff_id UUID NOT NULL,
    appointed_on DATE NOT NULL,
    CONSTRAINT support_backups_pkey PRIMARY KEY (practice_id),
    CONSTRAINT support_backups_practice_id_staff_id_fkey
        FOREIGN KEY(practice_id, staff_id) REFERENCES staff (practice_id, id)
)""",
    "SELECT protect_tenant_table('support_resources')",
    "SELECT protect_tenant_table('support_backups')",
    """ALTER TABLE support_events
    ADD COLUMN shown VARCHAR(40)[] NOT NULL DEFAULT '{}',
    ADD COLUMN escalate_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN backup_id UUID,
    ADD COLUMN backup_alerted_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN acknowledged_by UUID,
    ADD COLUMN sealed_outcome BYTEA,
    ADD COLUMN forget_at TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT support_events_practice_id_backup_id_fkey
        FOREIGN KEY(practice_id, backup_id) REFERENCES staff (practice_id, id),
    ADD CONSTRAINT support_events_practice_id_acknowledged_by_fkey
        FOREIGN KEY(practice_id, acknowledged_by) REFERENCES staff (practice_id, id),
    ADD CONSTRAINT support_events_backup_was_alerted_check
        CHECK ((backup_id IS NULL) = (backup_alerted_at IS NULL))""",
    "ALTER TABLE support_events ALTER COLUMN shown DROP DEFAULT",
    "ALTER TABLE answers ADD COLUMN spoken VARCHAR(8)",
    "CREATE INDEX support_events_escalate_idx ON support_events (escalate_at) WHERE escalate_at IS NOT NULL",
    "CREATE INDEX support_events_forget_idx ON support_events (forget_at) WHERE forget_at IS NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE answers DROP COLUMN spoken")
    op.execute("""ALTER TABLE support_events
    DROP COLUMN shown, DROP COLUMN escalate_at, DROP COLUMN backup_id, DROP COLUMN backup_alerted_at,
    DROP COLUMN acknowledged_by, DROP COLUMN sealed_outcome, DROP COLUMN forget_at""")
    op.execute("DROP TABLE support_backups")
    op.execute("DROP TABLE support_resources")
