"""protect the tables

Revision ID: 3c5d7a1e8f30
Revises: 2b4c6d8e0f20
Create Date: 2026-11-21 23:59:00

Row-level security on every tenant table, what may never change, and the two doors through which a caller who knows
only a secret finds its practice.
"""

from typing import Sequence, Union

from alembic import op

revision: str = "3c5d7a1e8f30"
down_revision: Union[str, Sequence[str], None] = "2b4c6d8e0f20"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TENANT_TABLES = (
    "answers",
    "audit_entries",
    "bookings",
    "check_in_plans",
    "check_ins",
    "cheques",
    "coachees",
    "consents",
    "events",
    "invoice_lines",
    "invoices",
    "kept_answers",
    "keys",
    "messages",
    "notes",
    "number_series",
    "schemes",
    "sealing_keys",
    "sessions",
    "sponsors",
    "staff",
    "trajectories",
)
APPEND_ONLY = ("audit_entries", "bookings", "events")

# An issued invoice may still be paid; nothing else about it changes.
LOCK_INVOICE = """
CREATE FUNCTION lock_issued_invoice() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF OLD.state = 'draft' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE'
     AND to_jsonb(NEW) - ARRAY['state', 'paid_on', 'version'] = to_jsonb(OLD) - ARRAY['state', 'paid_on', 'version']
     AND (OLD.state, NEW.state) = ('issued', 'paid') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an issued invoice is never changed'
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoices_issued_is_final';
END $$
"""
LOCK_LINES = """
CREATE FUNCTION lock_issued_lines() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF EXISTS (
    SELECT FROM invoices i
     WHERE i.state <> 'draft'
       AND ((TG_OP <> 'INSERT' AND i.practice_id = OLD.practice_id AND i.id = OLD.invoice_id)
         OR (TG_OP <> 'DELETE' AND i.practice_id = NEW.practice_id AND i.id = NEW.invoice_id))
  ) THEN
    RAISE EXCEPTION 'a line of an issued invoice is never changed'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoices_issued_is_final';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""

# Schedulers sleep until the earliest thing they know of; a new message may be due before that. A statement's trigger
# fires for no rows too: told of nothing, a scheduler would look, send nothing, and wake itself by that for ever.
TELL_SCHEDULERS = """
CREATE FUNCTION tell_schedulers() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF EXISTS (SELECT FROM added) THEN
    PERFORM pg_notify('krachtlijn_due', '');
  END IF;
  RETURN NULL;
END $$
"""

OPEN_KEY = """
CREATE FUNCTION open_key(wanted bytea) RETURNS TABLE (
  practice_id uuid, key_id uuid, staff_id uuid, role text, scopes text[],
  expires_at timestamptz, revoked_at timestamptz, left_at timestamptz, last_used_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT k.practice_id, k.id, k.staff_id, s.role::text, k.scopes::text[],
         k.expires_at, k.revoked_at, s.left_at, k.last_used_at
    FROM public.keys k
    JOIN public.staff s ON s.practice_id = k.practice_id AND s.id = k.staff_id
   WHERE k.digest = wanted
$$
"""
OPEN_LINK = """
CREATE FUNCTION open_link(wanted bytea) RETURNS TABLE (
  practice_id uuid, purpose text, subject_id uuid, coachee_id uuid
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.practice_id, 'check_in', c.id, c.coachee_id FROM public.check_ins c WHERE c.token_digest = wanted
  UNION ALL
  SELECT p.practice_id, 'plan', p.id, p.coachee_id FROM public.check_in_plans p WHERE p.token_digest = wanted
$$
"""
DOORS = ("open_key(bytea)", "open_link(bytea)")


def upgrade() -> None:
    for table in TENANT_TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.execute("SELECT protect_tenant_table('practices', 'id')")
    op.execute("REVOKE DELETE ON practices FROM krachtlijn_app, krachtlijn_sweep")
    for table in APPEND_ONLY:
        op.execute(f"SELECT make_append_only('{table}')")
    op.execute("GRANT SELECT, INSERT, UPDATE ON installation, heartbeats TO krachtlijn_app, krachtlijn_sweep")
    op.execute(LOCK_INVOICE)
    op.execute(LOCK_LINES)
    op.execute(
        "CREATE TRIGGER issued_is_final BEFORE UPDATE OR DELETE ON invoices"
        " FOR EACH ROW EXECUTE FUNCTION lock_issued_invoice()"
    )
    op.execute(
        "CREATE TRIGGER issued_is_final BEFORE INSERT OR UPDATE OR DELETE ON invoice_lines"
        " FOR EACH ROW EXECUTE FUNCTION lock_issued_lines()"
    )
    op.execute(TELL_SCHEDULERS)
    op.execute(
        "CREATE TRIGGER something_due AFTER INSERT ON messages REFERENCING NEW TABLE AS added"
        " FOR EACH STATEMENT EXECUTE FUNCTION tell_schedulers()"
    )
    for statement in (OPEN_KEY, OPEN_LINK):
        op.execute(statement)
    op.execute("GRANT CREATE ON SCHEMA public TO krachtlijn_sweep")
    for door in DOORS:
        op.execute(f"ALTER FUNCTION {door} OWNER TO krachtlijn_sweep")
        op.execute(f"REVOKE EXECUTE ON FUNCTION {door} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {door} TO krachtlijn_app")
    op.execute("REVOKE CREATE ON SCHEMA public FROM krachtlijn_sweep")


def downgrade() -> None:
    for door in DOORS:
        op.execute(f"DROP FUNCTION {door}")
    for table in ("invoices", "invoice_lines"):
        op.execute(f"DROP TRIGGER issued_is_final ON {table}")
    op.execute("DROP TRIGGER something_due ON messages")
    op.execute("DROP FUNCTION tell_schedulers()")
    op.execute("DROP FUNCTION lock_issued_invoice()")
    op.execute("DROP FUNCTION lock_issued_lines()")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER append_only ON {table}")
        op.execute(f"DROP TRIGGER append_only_truncate ON {table}")
    for table in (*TENANT_TABLES, "practices"):
        op.execute(f"DROP POLICY one_practice ON {table}")
        op.execute(f"DROP POLICY every_practice ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"REVOKE ALL ON {table} FROM krachtlijn_app, krachtlijn_sweep")
    op.execute("REVOKE ALL ON installation, heartbeats FROM krachtlijn_app, krachtlijn_sweep")
