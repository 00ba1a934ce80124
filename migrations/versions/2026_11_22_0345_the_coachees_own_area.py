"""the coachee's own area

Revision ID: 5d0c9be1f7a3
Revises: b3d81f6a09c4
Create Date: 2026-11-22 03:45:00

How a coachee signs in and where; what her phone keeps of an answer that is not finished, or came late.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "5d0c9be1f7a3"
down_revision: Union[str, Sequence[str], None] = "b3d81f6a09c4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("sign_ins", "coachee_sessions", "check_in_drafts")
FOUND = "TABLE (practice_id uuid, id uuid, coachee_id uuid)"
HEAD = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
DOORS = (
    "find_coachees(text)",
    "open_sign_in(bytea)",
    "open_sign_ins_of(bytea)",
    "open_coachee_session(bytea)",
)
STATEMENTS = (
    "CREATE INDEX coachees_email_idx ON coachees (email)",
    """CREATE TABLE sign_ins (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    token_digest BYTEA NOT NULL,
    nonce_digest BYTEA NOT NULL,
    tries SMALLINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT sign_ins_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT sign_ins_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id)
)""",
    "CREATE INDEX sign_ins_coachee_idx ON sign_ins (practice_id, coachee_id, created_at)",
    "CREATE INDEX sign_ins_token_idx ON sign_ins (token_digest)",
    "CREATE INDEX sign_ins_nonce_idx ON sign_ins (nonce_digest)",
    """CREATE TABLE coachee_sessions (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    secret_digest BYTEA NOT NULL,
    previous_digest BYTEA,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    rotated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT coachee_sessions_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT coachee_sessions_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id)
)""",
    "CREATE INDEX coachee_sessions_coachee_idx ON coachee_sessions (practice_id, coachee_id, id)",
    "CREATE INDEX coachee_sessions_digest_idx ON coachee_sessions (secret_digest)",
    "CREATE INDEX coachee_sessions_previous_idx ON coachee_sessions (previous_digest)",
    """CREATE TABLE check_in_drafts (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    sealed_fields BYTEA NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT check_in_drafts_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT check_in_drafts_practice_id_id_fkey
        FOREIGN KEY(practice_id, id) REFERENCES check_ins (practice_id, id),
    CONSTRAINT check_in_drafts_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id)
)""",
    """ALTER TABLE check_ins
    ADD reopened_until TIMESTAMP WITH TIME ZONE,
    ADD late VARCHAR(16),
    ADD client_zone VARCHAR(64),
    ADD clock_ahead INTEGER""",
    "ALTER TABLE answers ADD client_id UUID",
    """CREATE INDEX audit_entries_reads_idx ON audit_entries
  (practice_id, COALESCE(facts ->> 'coachee_id', subject_id::text), id) WHERE action LIKE '%\\_read'""",
    f"""CREATE FUNCTION find_coachees(wanted text) RETURNS TABLE (practice_id uuid, coachee_id uuid) {HEAD}
AS $$
  SELECT c.practice_id, c.id FROM public.coachees c
   WHERE c.email = lower(trim(wanted)) AND c.archived_at IS NULL ORDER BY c.id DESC LIMIT 5
$$""",
    f"""CREATE FUNCTION open_sign_in(wanted bytea) RETURNS {FOUND} {HEAD}
AS $$
  SELECT s.practice_id, s.id, s.coachee_id FROM public.sign_ins s WHERE s.token_digest = wanted
$$""",
    f"""CREATE FUNCTION open_sign_ins_of(wanted bytea) RETURNS {FOUND} {HEAD}
AS $$
  SELECT s.practice_id, s.id, s.coachee_id FROM public.sign_ins s WHERE s.nonce_digest = wanted ORDER BY s.id DESC
$$""",
    f"""CREATE FUNCTION open_coachee_session(wanted bytea) RETURNS {FOUND} {HEAD}
AS $$
  SELECT s.practice_id, s.id, s.coachee_id FROM public.coachee_sessions s WHERE s.secret_digest = wanted
  UNION ALL
  SELECT s.practice_id, s.id, s.coachee_id FROM public.coachee_sessions s WHERE s.previous_digest = wanted
$$""",
    "GRANT CREATE ON SCHEMA public TO krachtlijn_sweep",
    *(
        statement
        for door in DOORS
        for statement in (
            f"ALTER FUNCTION {door} OWNER TO krachtlijn_sweep",
            f"REVOKE EXECUTE ON FUNCTION {door} FROM PUBLIC",
            f"GRANT EXECUTE ON FUNCTION {door} TO krachtlijn_app",
        )
    ),
    "REVOKE CREATE ON SCHEMA public FROM krachtlijn_sweep",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")


def downgrade() -> None:
    for door in DOORS:
        op.execute(f"DROP FUNCTION {door}")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE answers DROP client_id")
    op.execute("ALTER TABLE check_ins DROP reopened_until, DROP late, DROP client_zone, DROP clock_ahead")
    op.execute("DROP INDEX audit_entries_reads_idx")
    op.execute("DROP INDEX coachees_email_idx")
