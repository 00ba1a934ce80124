"""support

Revision ID: 7be4d10c93a5
Revises: e41c7a90d2b6
Create Date: 2026-11-22 04:40:00

That support was offered to a coachee, and whether her coach was asked to get in touch.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "7be4d10c93a5"
down_revision: Union[str, Sequence[str], None] = "e41c7a90d2b6"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    """CREATE TABLE support_events (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    trigger VARCHAR(16) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    coach_id UUID,
    alerted_at TIMESTAMP WITH TIME ZONE,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT support_events_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT support_events_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT support_events_practice_id_coach_id_fkey
        FOREIGN KEY(practice_id, coach_id) REFERENCES staff (practice_id, id),
    CONSTRAINT support_events_alert_has_coach_check CHECK ((coach_id IS NULL) = (alerted_at IS NULL))
)""",
    "CREATE INDEX support_events_coachee_idx ON support_events (practice_id, coachee_id, at)",
    "CREATE INDEX support_events_coach_idx ON support_events (practice_id, coach_id, id) WHERE coach_id IS NOT NULL",
    "SELECT protect_tenant_table('support_events')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE support_events")
