"""attachments

Revision ID: 5be07d31c9f2
Revises: c47d90be1a35
Create Date: 2026-11-22 03:35:00

Files with a trajectory, a session or a note, sealed; gone when the coachee's key is destroyed.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "5be07d31c9f2"
down_revision: Union[str, Sequence[str], None] = "c47d90be1a35"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("attachments", "attachment_contents")
STATEMENTS = (
    """CREATE TABLE attachments (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    subject VARCHAR(16) NOT NULL,
    subject_id UUID NOT NULL,
    kind VARCHAR(8) NOT NULL,
    size INTEGER NOT NULL,
    sealed_filename BYTEA NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT attachments_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT attachments_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT attachments_practice_id_added_by_fkey
        FOREIGN KEY(practice_id, added_by) REFERENCES staff (practice_id, id),
    CONSTRAINT attachments_size_in_range_check CHECK (size BETWEEN 1 AND 10000000)
)""",
    "CREATE INDEX attachments_subject_idx ON attachments (practice_id, subject, subject_id, id)",
    "CREATE INDEX attachments_coachee_idx ON attachments (practice_id, coachee_id, id)",
    """CREATE TABLE attachment_contents (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    sealed_content BYTEA NOT NULL,
    CONSTRAINT attachment_contents_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT attachment_contents_practice_id_id_fkey
        FOREIGN KEY(practice_id, id) REFERENCES attachments (practice_id, id) ON DELETE CASCADE
)""",
    "ALTER TABLE attachment_contents ALTER sealed_content SET STORAGE EXTERNAL",
    # Whatever destroys a coachee's key: the files go with it, for nobody can open them any more.
    """CREATE FUNCTION drop_attachments() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  DELETE FROM public.attachments WHERE practice_id = NEW.practice_id AND coachee_id = NEW.id;
  RETURN NULL;
END $$""",
    "REVOKE EXECUTE ON FUNCTION drop_attachments() FROM PUBLIC",
    """CREATE TRIGGER sealing_keys_drop_attachments AFTER UPDATE OF wrapped_key ON sealing_keys
  FOR EACH ROW WHEN (NEW.wrapped_key IS NULL) EXECUTE FUNCTION drop_attachments()""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")


def downgrade() -> None:
    op.execute("DROP TRIGGER sealing_keys_drop_attachments ON sealing_keys")
    op.execute("DROP FUNCTION drop_attachments()")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
