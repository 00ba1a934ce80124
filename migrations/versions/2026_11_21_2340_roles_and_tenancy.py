"""roles and tenancy

Revision ID: 1f0a6c2d9b10
Revises:
Create Date: 2026-11-21 23:40:00

Two roles besides the owner that migrates: the application, which owns nothing and sees one practice at a time, and the
sweeps, which see all of them. Roles belong to the whole server, so several databases share them and they stay behind.
"""

from typing import Sequence, Union

from alembic import op

revision: str = "1f0a6c2d9b10"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

MAKE_ROLES = """
DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['krachtlijn_app', 'krachtlijn_sweep'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', wanted);
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- another database on this server was migrated at the same moment
    END;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
    END IF;
  END LOOP;
END $$
"""

# After SET LOCAL the setting is '' and not null, and ''::uuid would raise.
CURRENT_PRACTICE = """
CREATE FUNCTION current_practice() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(current_setting('app.practice_id', true), '')::uuid $$
"""

PROTECT = """
CREATE FUNCTION protect_tenant_table(wanted regclass, key text DEFAULT 'practice_id') RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', wanted);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', wanted);
  EXECUTE format('CREATE POLICY one_practice ON %s TO krachtlijn_app
    USING (%I = (SELECT current_practice())) WITH CHECK (%I = (SELECT current_practice()))', wanted, key, key);
  EXECUTE format('CREATE POLICY every_practice ON %s TO krachtlijn_sweep USING (true) WITH CHECK (true)', wanted);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO krachtlijn_app, krachtlijn_sweep', wanted);
END $$
"""

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'a line of % is never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$
"""

# Append-only: no grant to change, and a trigger for whoever has one all the same.
APPEND_ONLY = """
CREATE FUNCTION make_append_only(wanted regclass) RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
  EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM krachtlijn_app, krachtlijn_sweep', wanted);
  EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s
    FOR EACH ROW EXECUTE FUNCTION refuse_change()', wanted);
  EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', wanted);
END $$
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(MAKE_ROLES)
    op.execute("GRANT USAGE ON SCHEMA public TO krachtlijn_app, krachtlijn_sweep")
    for statement in (CURRENT_PRACTICE, PROTECT, REFUSE_CHANGE, APPEND_ONLY):
        op.execute(statement)
    op.execute("REVOKE EXECUTE ON FUNCTION protect_tenant_table(regclass, text) FROM PUBLIC")
    op.execute("REVOKE EXECUTE ON FUNCTION make_append_only(regclass) FROM PUBLIC")


def downgrade() -> None:
    op.execute("DROP FUNCTION make_append_only(regclass)")
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP FUNCTION protect_tenant_table(regclass, text)")
    op.execute("DROP FUNCTION current_practice()")
    op.execute("REVOKE USAGE ON SCHEMA public FROM krachtlijn_app, krachtlijn_sweep")
    op.execute("DROP EXTENSION IF EXISTS btree_gist")
