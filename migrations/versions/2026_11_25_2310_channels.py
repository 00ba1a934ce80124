"""channels

Revision ID: 8d1c5f0e72ab
Revises: b25e8f40d7c1
Create Date: 2026-11-25 23:10:00

What a message goes through, how each attempt went, the browsers that a coachee subscribed, and her order of channels.
What a practice's text messages may cost a month and cost so far, and whose number an answer came from.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "8d1c5f0e72ab"
down_revision: Union[str, Sequence[str], None] = "b25e8f40d7c1"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("delivery_attempts", "push_subscriptions", "coachee_reach", "sms_months")
DOOR = "find_by_sms_number(text)"
STATEMENTS = (
    "ALTER TABLE messages ADD channel VARCHAR(16) DEFAULT 'email' NOT NULL",
    """CREATE INDEX messages_other_due_idx ON messages (channel, due_at)
    WHERE state = 'queued' AND channel <> 'email'""",
    """CREATE TABLE delivery_attempts (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    message_id UUID NOT NULL,
    recipient_id UUID NOT NULL,
    subject_id UUID,
    kind VARCHAR(64) NOT NULL,
    channel VARCHAR(16) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome VARCHAR(16) NOT NULL,
    reason VARCHAR(80),
    CONSTRAINT delivery_attempts_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT delivery_attempts_practice_id_message_id_fkey
        FOREIGN KEY(practice_id, message_id) REFERENCES messages (practice_id, id)
)""",
    "CREATE INDEX delivery_attempts_recipient_idx ON delivery_attempts (practice_id, recipient_id, id)",
    "CREATE INDEX delivery_attempts_subject_idx ON delivery_attempts (practice_id, subject_id, id)",
    """CREATE TABLE push_subscriptions (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    endpoint_digest BYTEA NOT NULL,
    sealed_endpoint BYTEA NOT NULL,
    key_number INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    worked_at TIMESTAMP WITH TIME ZONE,
    refusals SMALLINT NOT NULL,
    CONSTRAINT push_subscriptions_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT push_subscriptions_practice_id_endpoint_digest_key UNIQUE (practice_id, endpoint_digest),
    CONSTRAINT push_subscriptions_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id)
)""",
    "CREATE INDEX push_subscriptions_coachee_idx ON push_subscriptions (practice_id, coachee_id, id)",
    """CREATE TABLE coachee_reach (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    channels VARCHAR(16)[],
    explicit BOOLEAN NOT NULL,
    sms_number VARCHAR(16),
    sms_confirmed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT coachee_reach_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT coachee_reach_practice_id_id_fkey
        FOREIGN KEY(practice_id, id) REFERENCES coachees (practice_id, id)
)""",
    "CREATE INDEX coachee_reach_number_idx ON coachee_reach (sms_number) WHERE sms_number IS NOT NULL",
    "ALTER TABLE practices ADD sms_cap_cents INTEGER DEFAULT 0 NOT NULL",
    """CREATE TABLE sms_months (
    practice_id UUID NOT NULL,
    month DATE NOT NULL,
    messages INTEGER NOT NULL,
    cents INTEGER NOT NULL,
    CONSTRAINT sms_months_pkey PRIMARY KEY (practice_id, month)
)""",
    """CREATE FUNCTION find_by_sms_number(wanted text) RETURNS TABLE (practice_id uuid, coachee_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT r.practice_id, r.id FROM public.coachee_reach r WHERE r.sms_number = wanted ORDER BY r.id LIMIT 20
$$""",
    "GRANT CREATE ON SCHEMA public TO krachtlijn_sweep",
    f"ALTER FUNCTION {DOOR} OWNER TO krachtlijn_sweep",
    f"REVOKE EXECUTE ON FUNCTION {DOOR} FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION {DOOR} TO krachtlijn_app",
    "REVOKE CREATE ON SCHEMA public FROM krachtlijn_sweep",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {DOOR}")
    op.execute("ALTER TABLE practices DROP sms_cap_cents")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    op.execute("DELETE FROM messages WHERE channel <> 'email'")  # the release before would send them by mail
    op.execute("ALTER TABLE messages DROP channel")
