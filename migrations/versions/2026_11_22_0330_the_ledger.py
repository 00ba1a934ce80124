"""the ledger

Revision ID: c2a94e6d81f7
Revises: 8e2b64d1f09c
Create Date: 2026-11-22 03:30:00

Double-entry books that the database keeps itself: what is issued, received and allocated posts in the statement that
stores it, every transaction comes to nothing, and what is open follows from the entries. "Paid" is no longer a word on
an invoice but what its allocations come to.
"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "c2a94e6d81f7"
down_revision: Union[str, Sequence[str], None] = "8e2b64d1f09c"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

READ_OLD = ("invoices", "settlement_receipts", "settlement_allocations", "practices")

# What is open is the sum of the entries and follows them, set by set; nobody writes it by hand.
FOLLOW = """
CREATE FUNCTION follow_the_ledger() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  UPDATE open_items o SET open = o.open + s.amount
    FROM (SELECT practice_id, item_id, sum(amount) AS amount FROM added
           WHERE item_id IS NOT NULL GROUP BY practice_id, item_id) AS s
   WHERE o.practice_id = s.practice_id AND o.id = s.item_id;
  RETURN NULL;
END $$
"""
GUARD_ITEM = """
CREATE FUNCTION guard_open_item() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.open := 0;
    NEW.credited := 0;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE'
     OR ((NEW.open, NEW.credited) IS DISTINCT FROM (OLD.open, OLD.credited) AND pg_trigger_depth() < 2)
     OR (NEW.practice_id, NEW.id, NEW.kind, NEW.coachee_id, NEW.sponsor_id, NEW.coach_id, NEW.amount)
        IS DISTINCT FROM
        (OLD.practice_id, OLD.id, OLD.kind, OLD.coachee_id, OLD.sponsor_id, OLD.coach_id, OLD.amount) THEN
    RAISE EXCEPTION 'an open item follows the ledger'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'open_items_follow_the_ledger';
  END IF;
  NEW.version := OLD.version + 1;
  RETURN NEW;
END $$
"""
# Both tables are checked at the commit: a transaction has all of its entries, none was added later, and they balance.
BALANCE = """
CREATE FUNCTION check_balance() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
  wanted uuid;
  found record;
BEGIN
  IF TG_TABLE_NAME = 'ledger_entries' THEN wanted := NEW.transaction_id; ELSE wanted := NEW.id; END IF;
  SELECT t.entry_count, count(e.position) AS entries, COALESCE(sum(e.amount), 0) AS total INTO found
    FROM ledger_transactions t
    LEFT JOIN ledger_entries e ON e.practice_id = t.practice_id AND e.transaction_id = t.id
   WHERE t.practice_id = NEW.practice_id AND t.id = wanted
   GROUP BY t.entry_count;
  IF found.total <> 0 OR found.entries <> found.entry_count THEN
    RAISE EXCEPTION 'transaction % does not balance: % entries of % come to %',
      wanted, found.entries, found.entry_count, found.total
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transactions_balance';
  END IF;
  RETURN NULL;
END $$
"""
# An issued document opens an item for its amount: what a customer owes is above zero, what she is owed below. One of a
# coach who is paid by self-billing is the practice's debt, so everything about it is the other way round.
POST_DOCUMENT = """
CREATE FUNCTION post_document(doc invoices) RETURNS void LANGUAGE plpgsql
AS $$
DECLARE
  ours boolean := doc.coach_id IS NULL;
  sign integer := CASE WHEN (doc.kind = 'credit_note') = ours THEN -1 ELSE 1 END;
  other open_items;
  part bigint;
BEGIN
  INSERT INTO open_items (practice_id, id, kind, coachee_id, sponsor_id, coach_id, invoice_id, reference, amount, open,
                          credited, booked_on, due_on, created_at, version)
  VALUES (doc.practice_id, doc.id, doc.kind, doc.coachee_id, doc.sponsor_id, doc.coach_id, doc.id,
          doc.series || doc.year || '-' || lpad(doc.number::text, greatest(4, length(doc.number::text)), '0'),
          sign * doc.gross, 0, 0, doc.issued_on, doc.due_on, doc.issued_at, 1);
  WITH parts AS (
    SELECT 0 AS place, CASE WHEN ours THEN 'receivable' ELSE 'payable' END AS account, sign * doc.gross AS amount,
           doc.id AS item_id, NULL::numeric AS rate
    UNION ALL
    SELECT 2 * s.place - 1, CASE WHEN ours THEN 'revenue' ELSE 'cost' END, -sign * (s.share ->> 'base')::bigint,
           NULL, (s.share ->> 'rate')::numeric
      FROM jsonb_array_elements(doc.shares) WITH ORDINALITY AS s(share, place)
    UNION ALL
    SELECT 2 * s.place, CASE WHEN ours THEN 'vat_payable' ELSE 'vat_deductible' END,
           -sign * (s.share ->> 'vat')::bigint, NULL, (s.share ->> 'rate')::numeric
      FROM jsonb_array_elements(doc.shares) WITH ORDINALITY AS s(share, place)
  ), kept AS (
    SELECT row_number() OVER (ORDER BY place) AS position, account, amount, item_id, rate FROM parts WHERE amount <> 0
  ), head AS (
    INSERT INTO ledger_transactions (practice_id, id, kind, booked_on, posted_at, entry_count)
    SELECT doc.practice_id, doc.id, 'issued', doc.issued_on, doc.issued_at, count(*) FROM kept
  )
  INSERT INTO ledger_entries (practice_id, transaction_id, position, account, amount, item_id, vat_rate)
  SELECT doc.practice_id, doc.id, position, account, amount, item_id, rate FROM kept;
  IF doc.kind = 'credit_note' THEN
    SELECT * INTO other FROM open_items o
     WHERE o.practice_id = doc.practice_id AND o.id = doc.credits_id FOR NO KEY UPDATE;
    part := least(abs(other.open), doc.gross);
    IF part > 0 THEN
      INSERT INTO allocations (practice_id, id, credit_id, debit_id, amount, booked_on, made_at)
      VALUES (doc.practice_id, gen_random_uuid(), CASE WHEN ours THEN doc.id ELSE other.id END,
              CASE WHEN ours THEN other.id ELSE doc.id END, part, doc.issued_on, doc.issued_at);
    END IF;
  END IF;
END $$
"""
ON_ISSUE = """
CREATE FUNCTION post_issued_document() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM post_document(NEW);
  RETURN NULL;
END $$
"""
POST_ALLOCATIONS = """
CREATE FUNCTION post_allocations() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO ledger_transactions (practice_id, id, kind, booked_on, posted_at, entry_count, reason)
  SELECT practice_id, id, 'allocation', booked_on, made_at, 2, reason FROM added;
  INSERT INTO ledger_entries (practice_id, transaction_id, position, account, amount, item_id)
  SELECT a.practice_id, a.id, side.position, CASE WHEN o.coach_id IS NULL THEN 'receivable' ELSE 'payable' END,
         side.amount, o.id
    FROM added a
   CROSS JOIN LATERAL (VALUES (1, a.credit_id, a.amount), (2, a.debit_id, -a.amount)) AS side(position, item_id, amount)
    JOIN open_items o ON o.practice_id = a.practice_id AND o.id = side.item_id;
  UPDATE open_items o SET credited = o.credited + s.amount
    FROM (SELECT a.practice_id, a.debit_id, sum(a.amount) AS amount
            FROM added a JOIN open_items c ON c.practice_id = a.practice_id AND c.id = a.credit_id
           WHERE c.kind = 'credit_note' GROUP BY a.practice_id, a.debit_id) AS s
   WHERE o.practice_id = s.practice_id AND o.id = s.debit_id;
  RETURN NULL;
END $$
"""
# Money of funders: received into the bank against what their cheques owe, and earned once it is known for which.
POST_RECEIPT = """
CREATE FUNCTION post_receipt() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO ledger_transactions (practice_id, id, kind, booked_on, posted_at, entry_count, reference)
  VALUES (NEW.practice_id, NEW.id, 'receipt', NEW.received_on, NEW.created_at, 2, NEW.reference);
  INSERT INTO ledger_entries (practice_id, transaction_id, position, account, amount, funder_id)
  VALUES (NEW.practice_id, NEW.id, 1, 'bank', NEW.amount, NULL),
         (NEW.practice_id, NEW.id, 2, 'cheque_receivable', -NEW.amount, NEW.funder_id);
  RETURN NULL;
END $$
"""
POST_SETTLEMENT = """
CREATE FUNCTION post_settlement() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
  whose uuid;
  here text;
BEGIN
  SELECT r.funder_id, p.zone INTO whose, here
    FROM settlement_receipts r JOIN practices p ON p.id = r.practice_id
   WHERE r.practice_id = NEW.practice_id AND r.id = NEW.receipt_id;
  INSERT INTO ledger_transactions (practice_id, id, kind, booked_on, posted_at, entry_count, reason)
  VALUES (NEW.practice_id, NEW.id, 'settlement', (NEW.made_at AT TIME ZONE here)::date, NEW.made_at, 2, NEW.reason);
  INSERT INTO ledger_entries (practice_id, transaction_id, position, account, amount, funder_id)
  VALUES (NEW.practice_id, NEW.id, 1, 'cheque_receivable', NEW.amount, whose),
         (NEW.practice_id, NEW.id, 2, 'cheque_revenue', -NEW.amount, whose);
  RETURN NULL;
END $$
"""
LOCK_INVOICE = """
CREATE OR REPLACE FUNCTION lock_issued_invoice() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF OLD.state = 'draft' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION 'an issued invoice is never changed'
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoices_issued_is_final';
END $$
"""
LOCK_INVOICE_BEFORE = """
CREATE OR REPLACE FUNCTION lock_issued_invoice() RETURNS trigger LANGUAGE plpgsql
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
FUNCTIONS = (
    FOLLOW,
    GUARD_ITEM,
    BALANCE,
    POST_DOCUMENT,
    ON_ISSUE,
    POST_ALLOCATIONS,
    POST_RECEIPT,
    POST_SETTLEMENT,
    LOCK_INVOICE,
)
TRIGGERS = {
    "open_items": ("guard", "BEFORE INSERT OR UPDATE OR DELETE ON open_items FOR EACH ROW", "guard_open_item"),
    "ledger_entries": (
        "follow",
        "AFTER INSERT ON ledger_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
        "follow_the_ledger",
    ),
    "allocations": (
        "post",
        "AFTER INSERT ON allocations REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
        "post_allocations",
    ),
}
ON_OLD = {
    "invoices": (
        "post_issued",
        "AFTER UPDATE ON invoices FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state = 'issued')",
        "post_issued_document",
    ),
    "settlement_receipts": ("post", "AFTER INSERT ON settlement_receipts FOR EACH ROW", "post_receipt"),
    "settlement_allocations": ("post", "AFTER INSERT ON settlement_allocations FOR EACH ROW", "post_settlement"),
}
CHECKED = ("ledger_transactions", "ledger_entries")

# What was issued, paid and received before there were books.
BACKFILL = """
DO $$
DECLARE doc invoices;
BEGIN
  FOR doc IN SELECT * FROM invoices WHERE state <> 'draft' ORDER BY issued_at, id LOOP
    PERFORM post_document(doc);
  END LOOP;
  CREATE TEMP TABLE paid ON COMMIT DROP AS
    SELECT i.practice_id, i.coachee_id, i.sponsor_id, i.coach_id, i.id AS invoice_id, i.paid_on, i.issued_at, o.open,
           gen_random_uuid() AS id, gen_random_uuid() AS allocation_id
      FROM invoices i JOIN open_items o ON o.practice_id = i.practice_id AND o.id = i.id
     WHERE i.paid_on IS NOT NULL AND o.open <> 0;
  INSERT INTO open_items (practice_id, id, kind, coachee_id, sponsor_id, coach_id, method, amount, open, credited,
                          booked_on, created_at, version)
    SELECT practice_id, id, 'payment', coachee_id, sponsor_id, coach_id, 'bank_transfer', -open, 0, 0, paid_on,
           issued_at, 1 FROM paid;
  INSERT INTO ledger_transactions (practice_id, id, kind, booked_on, posted_at, entry_count)
    SELECT practice_id, id, 'payment', paid_on, issued_at, 2 FROM paid;
  INSERT INTO ledger_entries (practice_id, transaction_id, position, account, amount, item_id)
    SELECT practice_id, id, 1, 'bank', open, NULL FROM paid UNION ALL
    SELECT practice_id, id, 2, CASE WHEN coach_id IS NULL THEN 'receivable' ELSE 'payable' END, -open, id FROM paid;
  INSERT INTO allocations (practice_id, id, credit_id, debit_id, amount, booked_on, made_at)
    SELECT practice_id, allocation_id, CASE WHEN open > 0 THEN id ELSE invoice_id END,
           CASE WHEN open > 0 THEN invoice_id ELSE id END, abs(open), paid_on, issued_at FROM paid;
  INSERT INTO ledger_transactions (practice_id, id, kind, booked_on, posted_at, entry_count, reference)
    SELECT practice_id, id, 'receipt', received_on, created_at, 2, reference FROM settlement_receipts;
  INSERT INTO ledger_entries (practice_id, transaction_id, position, account, amount, funder_id)
    SELECT practice_id, id, 1, 'bank', amount, NULL::uuid FROM settlement_receipts UNION ALL
    SELECT practice_id, id, 2, 'cheque_receivable', -amount, funder_id FROM settlement_receipts;
  INSERT INTO ledger_transactions (practice_id, id, kind, booked_on, posted_at, entry_count, reason)
    SELECT a.practice_id, a.id, 'settlement', (a.made_at AT TIME ZONE p.zone)::date, a.made_at, 2, a.reason
      FROM settlement_allocations a JOIN practices p ON p.id = a.practice_id;
  INSERT INTO ledger_entries (practice_id, transaction_id, position, account, amount, funder_id)
    SELECT a.practice_id, a.id, s.position, s.account, s.amount, r.funder_id
      FROM settlement_allocations a
      JOIN settlement_receipts r ON r.practice_id = a.practice_id AND r.id = a.receipt_id
     CROSS JOIN LATERAL (VALUES (1, 'cheque_receivable', a.amount), (2, 'cheque_revenue', -a.amount))
        AS s(position, account, amount);
END $$
"""
KINDS = "'invoice', 'deposit', 'credit_note', 'self_billed', 'payment', 'charge'"
ACCOUNTS = (
    "'receivable', 'payable', 'revenue', 'cost', 'vat_payable', 'vat_deductible', 'bank', 'cash', 'cheque_receivable',"
    " 'cheque_revenue', 'write_off', 'rounding', 'late_charges'"
)


def upgrade() -> None:
    _create_items()
    _create_ledger()
    _create_allocations()
    for statement in FUNCTIONS:
        op.execute(statement)
    for name, events, function in TRIGGERS.values():
        op.execute(f"CREATE TRIGGER {name} {events} EXECUTE FUNCTION {function}()")
    for table in CHECKED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER balance AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION check_balance()"
        )
    _fill()
    for name, events, function in ON_OLD.values():
        op.execute(f"CREATE TRIGGER {name} {events} EXECUTE FUNCTION {function}()")
    for table in ("open_items", "ledger_transactions", "ledger_entries", "allocations"):
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.execute("REVOKE DELETE ON open_items FROM krachtlijn_app, krachtlijn_sweep")
    for table in ("ledger_transactions", "ledger_entries", "allocations"):
        op.execute(f"SELECT make_append_only('{table}')")
    for function in ("post_document(invoices)",):
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO krachtlijn_app, krachtlijn_sweep")


def _create_items() -> None:
    op.create_table(
        "open_items",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=True),
        sa.Column("sponsor_id", sa.Uuid(), nullable=True),
        sa.Column("coach_id", sa.Uuid(), nullable=True),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=140), nullable=True),
        sa.Column("method", sa.String(length=16), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("open", sa.BigInteger(), nullable=False),
        sa.Column("credited", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("open_items_kind_known_check")),
        sa.CheckConstraint(
            "num_nonnulls(coachee_id, sponsor_id, coach_id) = 1", name=op.f("open_items_one_customer_check")
        ),
        sa.CheckConstraint(
            "open BETWEEN least(amount, 0) AND greatest(amount, 0)", name=op.f("open_items_open_within_amount_check")
        ),
        sa.CheckConstraint("(kind = 'payment') = (method IS NOT NULL)", name=op.f("open_items_paid_somehow_check")),
        *_references(
            "open_items", coachee_id="coachees", sponsor_id="sponsors", coach_id="staff", invoice_id="invoices"
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("open_items_pkey")),
    )
    op.create_index("open_items_coachee_idx", "open_items", ["practice_id", "coachee_id", "booked_on", "id"])
    op.create_index("open_items_sponsor_idx", "open_items", ["practice_id", "sponsor_id", "booked_on", "id"])
    op.create_index("open_items_kind_idx", "open_items", ["practice_id", "kind", "id"])
    op.create_index("open_items_open_idx", "open_items", ["practice_id", "id"], postgresql_where=sa.text("open <> 0"))


def _create_ledger() -> None:
    op.create_table(
        "ledger_transactions",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_count", sa.SmallInteger(), nullable=False),
        sa.Column("reference", sa.String(length=140), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("ledger_transactions_practice_id_fkey")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("ledger_transactions_pkey")),
    )
    op.create_index("ledger_transactions_posted_idx", "ledger_transactions", ["practice_id", "posted_at", "id"])
    op.create_table(
        "ledger_entries",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("account", sa.String(length=24), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("funder_id", sa.Uuid(), nullable=True),
        sa.Column("vat_rate", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.CheckConstraint(f"account IN ({ACCOUNTS})", name=op.f("ledger_entries_account_known_check")),
        sa.CheckConstraint("amount <> 0", name=op.f("ledger_entries_amount_something_check")),
        sa.CheckConstraint(
            "(account IN ('receivable', 'payable')) = (item_id IS NOT NULL)", name=op.f("ledger_entries_of_item_check")
        ),
        *_references("ledger_entries", transaction_id="ledger_transactions", item_id="open_items", funder_id="funders"),
        sa.PrimaryKeyConstraint("practice_id", "transaction_id", "position", name=op.f("ledger_entries_pkey")),
    )
    op.create_index(
        "ledger_entries_item_idx",
        "ledger_entries",
        ["practice_id", "item_id", "transaction_id"],
        postgresql_where=sa.text("item_id IS NOT NULL"),
    )


def _create_allocations() -> None:
    op.create_table(
        "allocations",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("credit_id", sa.Uuid(), nullable=False),
        sa.Column("debit_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "amount > 0 OR (amount < 0 AND reason IS NOT NULL)", name=op.f("allocations_taken_back_with_reason_check")
        ),
        *_references("allocations", credit_id="open_items", debit_id="open_items"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("allocations_pkey")),
    )
    for column in ("credit", "debit"):
        op.create_index(f"allocations_{column}_idx", "allocations", ["practice_id", f"{column}_id", "id"])


def _fill() -> None:
    """Here alone, with the lock on issued invoices off, in this transaction."""
    for table in READ_OLD:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(BACKFILL)
    op.execute("ALTER TABLE invoices DISABLE TRIGGER issued_is_final")
    for name in ("paid_is_dated", "state_known"):
        op.drop_constraint(op.f(f"invoices_{name}_check"), "invoices", type_="check")
    op.execute("UPDATE invoices SET state = 'issued' WHERE state = 'paid'")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.create_check_constraint(op.f("invoices_state_known_check"), "invoices", "state IN ('draft', 'issued')")
    op.drop_column("invoices", "paid_on")
    op.execute("ALTER TABLE invoices ENABLE TRIGGER issued_is_final")
    for table in READ_OLD:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _references(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["practice_id", column],
            [f"{parent}.practice_id", f"{parent}.id"],
            name=op.f(f"{table}_practice_id_{column}_fkey"),
        )
        for column, parent in columns.items()
    ]


def downgrade() -> None:
    for table, (name, _, _) in ON_OLD.items():
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.add_column("invoices", sa.Column("paid_on", sa.Date(), nullable=True))
    for table in ("invoices", "open_items"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE invoices DISABLE TRIGGER issued_is_final")
    op.drop_constraint(op.f("invoices_state_known_check"), "invoices", type_="check")
    op.execute(
        "UPDATE invoices i SET state = 'paid', paid_on = i.issued_on FROM open_items o"
        " WHERE o.practice_id = i.practice_id AND o.id = i.id AND o.open = 0 AND i.kind <> 'credit_note'"
    )
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.create_check_constraint(op.f("invoices_state_known_check"), "invoices", "state IN ('draft', 'issued', 'paid')")
    op.create_check_constraint(
        op.f("invoices_paid_is_dated_check"), "invoices", "(state = 'paid') = (paid_on IS NOT NULL)"
    )
    op.execute("ALTER TABLE invoices ENABLE TRIGGER issued_is_final")
    op.execute("ALTER TABLE invoices FORCE ROW LEVEL SECURITY")
    op.execute(LOCK_INVOICE_BEFORE)
    for table in ("allocations", "ledger_entries", "ledger_transactions"):
        op.drop_table(table)
    op.execute("DROP FUNCTION post_issued_document()")
    op.execute("DROP FUNCTION post_document(invoices)")
    op.drop_table("open_items")
    for function in ("follow_the_ledger", "guard_open_item", "check_balance", "post_allocations"):
        op.execute(f"DROP FUNCTION {function}()")
    for function in ("post_receipt", "post_settlement"):
        op.execute(f"DROP FUNCTION {function}()")
