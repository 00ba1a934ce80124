"""talents

Revision ID: fba7cd499bf0
Revises: 7be4d10c93a5
Create Date: 2026-11-22 04:40:00

Catalogues of talents that practices bring, and the profiles that analysts make with them.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "fba7cd499bf0"
down_revision: Union[str, Sequence[str], None] = "7be4d10c93a5"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    """CREATE TABLE talent_catalogues (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    key VARCHAR(60) NOT NULL,
    edition INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    source VARCHAR(500) NOT NULL,
    licence VARCHAR(2000) NOT NULL,
    declared_by UUID NOT NULL,
    declared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    talents JSONB NOT NULL,
    CONSTRAINT talent_catalogues_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT talent_catalogues_practice_id_declared_by_fkey
        FOREIGN KEY(practice_id, declared_by) REFERENCES staff (practice_id, id),
    CONSTRAINT talent_catalogues_edition_in_range_check CHECK (edition BETWEEN 1 AND 10000)
)""",
    "CREATE UNIQUE INDEX talent_catalogues_edition_idx ON talent_catalogues (practice_id, key, edition)",
    """CREATE TABLE talent_profiles (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    catalogue_id UUID NOT NULL,
    session_id UUID,
    analysed_on DATE NOT NULL,
    sealed_analyst BYTEA,
    sealed_items BYTEA NOT NULL,
    sealed_combinations BYTEA NOT NULL,
    sealed_note BYTEA,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    archived_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT talent_profiles_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT talent_profiles_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT talent_profiles_practice_id_added_by_fkey
        FOREIGN KEY(practice_id, added_by) REFERENCES staff (practice_id, id),
    CONSTRAINT talent_profiles_practice_id_catalogue_id_fkey
        FOREIGN KEY(practice_id, catalogue_id) REFERENCES talent_catalogues (practice_id, id),
    CONSTRAINT talent_profiles_practice_id_session_id_fkey
        FOREIGN KEY(practice_id, session_id) REFERENCES sessions (practice_id, id)
)""",
    "CREATE INDEX talent_profiles_coachee_idx ON talent_profiles (practice_id, coachee_id, id)",
    "SELECT protect_tenant_table('talent_catalogues')",
    "SELECT make_append_only('talent_catalogues')",
    "SELECT protect_tenant_table('talent_profiles')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE talent_profiles")
    op.execute("DROP TABLE talent_catalogues")
