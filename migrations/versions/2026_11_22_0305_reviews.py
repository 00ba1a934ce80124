"""reviews

Revision ID: e7a2514cb09d
Revises: c4d81f6a93be
Create Date: 2026-11-22 03:05:00

What coachees are asked by link after a session, at the end of a trajectory and 3 and 6 months later.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "e7a2514cb09d"
down_revision: Union[str, Sequence[str], None] = "c4d81f6a93be"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("reviews",)
STATEMENTS = (
    "ALTER TABLE trajectories ADD reviews_planned_at TIMESTAMP WITH TIME ZONE",
    "UPDATE trajectories SET reviews_planned_at = now() WHERE state = 'completed'",
    """CREATE INDEX trajectories_to_review_idx ON trajectories (ended_at)
  WHERE state = 'completed' AND reviews_planned_at IS NULL""",
    """CREATE TABLE reviews (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    trajectory_id UUID NOT NULL,
    session_id UUID,
    moment VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    answered_at TIMESTAMP WITH TIME ZONE,
    shared BOOLEAN NOT NULL,
    token_digest BYTEA NOT NULL,
    sealed_answers BYTEA,
    version INTEGER NOT NULL,
    CONSTRAINT reviews_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT reviews_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT reviews_practice_id_trajectory_id_fkey
        FOREIGN KEY(practice_id, trajectory_id) REFERENCES trajectories (practice_id, id),
    CONSTRAINT reviews_practice_id_session_id_fkey
        FOREIGN KEY(practice_id, session_id) REFERENCES sessions (practice_id, id),
    CONSTRAINT reviews_session_named_check
        CHECK ((moment = 'after_session') = (session_id IS NOT NULL)),
    CONSTRAINT reviews_answers_kept_check
        CHECK ((state = 'answered') = (sealed_answers IS NOT NULL))
)""",
    "CREATE INDEX reviews_coachee_idx ON reviews (practice_id, coachee_id, id)",
    "CREATE INDEX reviews_due_idx ON reviews (due_at) WHERE state = 'planned'",
    """CREATE UNIQUE INDEX reviews_moment_idx ON reviews (practice_id, trajectory_id, moment)
  WHERE moment <> 'after_session'""",
    "CREATE UNIQUE INDEX reviews_session_idx ON reviews (practice_id, session_id) WHERE session_id IS NOT NULL",
    "CREATE INDEX reviews_token_idx ON reviews (token_digest)",
    """CREATE FUNCTION open_review(wanted bytea) RETURNS TABLE (
  practice_id uuid, purpose text, subject_id uuid, coachee_id uuid
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT r.practice_id, 'review', r.id, r.coachee_id FROM public.reviews r WHERE r.token_digest = wanted
$$""",
    "GRANT CREATE ON SCHEMA public TO krachtlijn_sweep",
    "ALTER FUNCTION open_review(bytea) OWNER TO krachtlijn_sweep",
    "REVOKE EXECUTE ON FUNCTION open_review(bytea) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION open_review(bytea) TO krachtlijn_app",
    "REVOKE CREATE ON SCHEMA public FROM krachtlijn_sweep",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")


def downgrade() -> None:
    op.execute("DROP FUNCTION open_review(bytea)")
    op.execute("DROP INDEX trajectories_to_review_idx")
    op.execute("ALTER TABLE trajectories DROP reviews_planned_at")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
