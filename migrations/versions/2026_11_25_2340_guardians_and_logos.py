"""guardians and logos

Revision ID: 91d5c3e7a0f4
Revises: b1d94f60a2e7
Create Date: 2026-11-25 23:40:00

Who agrees for a minor, and by whom a consent was given; when a coachee was born, which tells what she may agree to.
And the logo of a practice on what it prints, with those of before.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "91d5c3e7a0f4"
down_revision: Union[str, Sequence[str], None] = "b1d94f60a2e7"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    "ALTER TABLE coachees ADD born_on DATE",
    """CREATE TABLE guardians (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    name VARCHAR(200) NOT NULL,
    relation VARCHAR(16) NOT NULL,
    email VARCHAR(254) NOT NULL,
    language VARCHAR(8) NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT guardians_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT guardians_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT guardians_relation_known_check CHECK (relation IN ('parent', 'guardian'))
)""",
    "CREATE INDEX guardians_coachee_idx ON guardians (practice_id, coachee_id, id)",
    "SELECT protect_tenant_table('guardians')",
    "ALTER TABLE consents ADD guardian_id UUID",
    """ALTER TABLE consents ADD CONSTRAINT consents_practice_id_guardian_id_fkey
        FOREIGN KEY(practice_id, guardian_id) REFERENCES guardians (practice_id, id)""",
    "ALTER TABLE practices ADD logo VARCHAR(64)",
    """CREATE TABLE practice_logos (
    practice_id UUID NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    format VARCHAR(8) NOT NULL,
    content BYTEA NOT NULL,
    uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT practice_logos_pkey PRIMARY KEY (practice_id, sha256),
    CONSTRAINT practice_logos_practice_id_fkey FOREIGN KEY(practice_id) REFERENCES practices (id)
)""",
    "SELECT protect_tenant_table('practice_logos')",
    "SELECT make_append_only('practice_logos')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE practice_logos")
    op.execute("ALTER TABLE practices DROP logo")
    op.execute("ALTER TABLE consents DROP guardian_id")
    op.execute("DROP TABLE guardians")
    op.execute("ALTER TABLE coachees DROP born_on")
