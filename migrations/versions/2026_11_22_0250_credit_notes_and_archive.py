"""credit notes and archive

Revision ID: 9b41c07ad52e
Revises: b41f0e7d92c6
Create Date: 2026-11-22 02:50:00

Kinds of invoice, discounts, deposits, billed sessions and what was credited; the files of issued documents, kept as
they were. A session is paid by a cheque or billed, and never both.
"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision: str = "9b41c07ad52e"
down_revision: Union[str, Sequence[str], None] = "b41f0e7d92c6"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

# Whoever bills a session and whoever books it on a cheque take the same lock first, so that one of them sees the other.
ONE_PAYER = """
CREATE FUNCTION one_payer_of_session() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF NEW.session_id IS NULL THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.session_id::text, 5));
  IF TG_TABLE_NAME = 'bookings' AND EXISTS (
    SELECT FROM invoice_lines l WHERE l.practice_id = NEW.practice_id AND l.session_id = NEW.session_id
  ) THEN
    RAISE EXCEPTION 'a session that is billed is not booked on a cheque'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sessions_billed_are_not_on_cheque';
  END IF;
  IF TG_TABLE_NAME = 'invoice_lines' AND
    (SELECT sum(b.minutes) FROM bookings b WHERE b.practice_id = NEW.practice_id AND b.session_id = NEW.session_id) > 0
  THEN
    RAISE EXCEPTION 'a session on a cheque is not billed'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sessions_on_cheque_are_not_billed';
  END IF;
  RETURN NEW;
END $$
"""
BACKFILL = (
    "UPDATE invoices i SET vat_regime = p.vat_regime FROM practices p WHERE p.id = i.practice_id",
    "UPDATE invoice_lines SET net = round(quantity * unit_price)",
    """UPDATE invoices i
          SET refers_to = '[]', seller = seller || '{"qr_reference": "text"}', vat_regime = seller ->> 'vat_regime',
              shares = (
                SELECT jsonb_agg(jsonb_build_object('rate', rate::numeric(5, 2)::text, 'base', base,
                                                    'vat', round(base * rate / 100), 'discount', 0) ORDER BY rate DESC)
                  FROM (SELECT vat_rate AS rate, sum(net) AS base FROM invoice_lines l
                         WHERE l.practice_id = i.practice_id AND l.invoice_id = i.id GROUP BY vat_rate) AS rates)
        WHERE state <> 'draft'""",
)
CHANGED = ("invoices", "invoice_lines")
CHECKS = {
    "invoices": {
        "issued_is_complete": (
            "state = 'draft' OR num_nulls(series, year, issued_on, due_on, issued_at, payment_reference) = 0",
            "state = 'draft' OR num_nulls(series, year, issued_on, due_on, issued_at) = 0",
        ),
        "issued_is_frozen": (
            "state = 'draft' OR num_nulls(seller, buyer, net, vat, gross) = 0",
            "state = 'draft' OR num_nulls(seller, buyer, net, vat, gross, shares, refers_to) = 0",
        ),
        "one_buyer": (
            "(coachee_id IS NULL) <> (sponsor_id IS NULL)",
            "num_nonnulls(coachee_id, sponsor_id, coach_id) = 1",
        ),
        "kind_known": (None, "kind IN ('invoice', 'deposit', 'credit_note', 'self_billed')"),
        "reference_asks_for_payment": (
            None,
            "state = 'draft' OR (payment_reference IS NOT NULL) = (kind IN ('invoice', 'deposit'))",
        ),
        "self_billed_has_coach": (None, "(kind = 'self_billed') <= (coach_id IS NOT NULL)"),
        "credit_note_credits": (None, "(kind = 'credit_note') = (credits_id IS NOT NULL)"),
        "issued_in_euros": (None, "state = 'draft' OR currency = 'EUR'"),
        "one_discount": (None, "num_nonnulls(discount, discount_percent) < 2"),
    },
    "invoice_lines": {
        "quantity_in_range": (
            "quantity > 0 AND quantity < 100000",
            "quantity > -100000 AND quantity < 100000 AND quantity <> 0",
        ),
        "unit_price_in_range": (
            "unit_price BETWEEN 0 AND 100000000",
            "unit_price BETWEEN 0 AND 100000000000000000",
        ),
        "below_zero_deducts": (None, "quantity > 0 OR num_nonnulls(deducts_id, credits_line_id) = 1"),
        "discount_in_range": (None, "discount >= 0"),
    },
}
REFERENCES = (
    ("invoices", "coach_id", "staff"),
    ("invoices", "credits_id", "invoices"),
    ("invoice_lines", "session_id", "sessions"),
    ("invoice_lines", "deducts_id", "invoices"),
    ("invoice_lines", "credits_line_id", "invoice_lines"),
)
NEW_COLUMNS: dict[str, tuple[sa.Column, ...]] = {
    "practices": (
        sa.Column("consumer_term_days", sa.Integer(), nullable=True),
        sa.Column("public_body_term_days", sa.Integer(), nullable=True),
        sa.Column("shared_credit_notes", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("qr_reference", sa.String(length=16), nullable=False, server_default="text"),
    ),
    "sponsors": (sa.Column("names_coachees", sa.Boolean(), nullable=False, server_default=sa.false()),),
    "invoices": (
        sa.Column("kind", sa.String(length=16), nullable=False, server_default="invoice"),
        sa.Column("coach_id", sa.Uuid(), nullable=True),
        sa.Column("credits_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False, server_default="EUR"),
        sa.Column("vat_regime", sa.String(length=16), nullable=False, server_default="standard"),
        sa.Column("reverse_charge", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("discount", sa.BigInteger(), nullable=True),
        sa.Column("discount_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("refers_to", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("shares", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    ),
    "invoice_lines": (
        sa.Column("discount", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("discount_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("net", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("deducts_id", sa.Uuid(), nullable=True),
        sa.Column("credits_line_id", sa.Uuid(), nullable=True),
    ),
}


def upgrade() -> None:
    for table, columns in NEW_COLUMNS.items():
        _add_columns(table, columns)
    _fill_columns()
    for table, columns in NEW_COLUMNS.items():
        _forget_defaults(table, columns)
    for table, checks in CHECKS.items():
        _renew_checks(table, checks)
    for table, column, other in REFERENCES:
        name = op.f(f"{table}_practice_id_{column}_fkey")
        op.create_foreign_key(name, table, other, ["practice_id", column], ["practice_id", "id"])
    _create_indexes()
    _create_files()
    op.execute(ONE_PAYER)
    for table, moments in (("invoice_lines", "INSERT OR UPDATE OF session_id"), ("bookings", "INSERT")):
        op.execute(
            f"CREATE TRIGGER one_payer BEFORE {moments} ON {table} FOR EACH ROW EXECUTE FUNCTION one_payer_of_session()"
        )


def _add_columns(table: str, columns: tuple[sa.Column, ...]) -> None:
    for column in columns:
        op.add_column(table, column)


def _fill_columns() -> None:
    """Issued invoices get what they lacked: here alone, with their lock off, in this transaction."""
    for table in (*CHANGED, "practices"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for table in CHANGED:
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER issued_is_final")
    for statement in BACKFILL:
        op.execute(statement)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in CHANGED:
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER issued_is_final")
    for table in (*CHANGED, "practices"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _forget_defaults(table: str, columns: tuple[sa.Column, ...]) -> None:
    for column in columns:
        if column.server_default is not None:
            op.alter_column(table, column.name, server_default=None)


def _renew_checks(table: str, checks: dict[str, tuple[str | None, str]]) -> None:
    for name, (before, after) in checks.items():
        if before is not None:
            op.drop_constraint(op.f(f"{table}_{name}_check"), table, type_="check")
        op.create_check_constraint(op.f(f"{table}_{name}_check"), table, after)


def _create_indexes() -> None:
    op.create_index(
        "invoices_credits_idx",
        "invoices",
        ["practice_id", "credits_id", "id"],
        postgresql_where=sa.text("credits_id IS NOT NULL"),
    )
    for column, keys, unique in (
        ("session", ["session_id"], True),
        ("deducts", ["deducts_id", "vat_rate"], True),
        ("credits", ["credits_line_id"], False),
    ):
        op.create_index(
            f"invoice_lines_{column}_idx",
            "invoice_lines",
            ["practice_id", *keys],
            unique=unique,
            postgresql_where=sa.text(f"{keys[0]} IS NOT NULL"),
        )


def _create_files() -> None:
    op.create_table(
        "invoice_files",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("format IN ('pdf', 'ubl')", name=op.f("invoice_files_format_known_check")),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name=op.f("invoice_files_digest_fits_check")),
        sa.ForeignKeyConstraint(
            ["practice_id", "invoice_id"],
            ["invoices.practice_id", "invoices.id"],
            name=op.f("invoice_files_practice_id_invoice_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "invoice_id", "format", name=op.f("invoice_files_pkey")),
    )
    op.execute("SELECT protect_tenant_table('invoice_files')")
    op.execute("SELECT make_append_only('invoice_files')")


def downgrade() -> None:
    for table in ("bookings", "invoice_lines"):
        op.execute(f"DROP TRIGGER one_payer ON {table}")
    op.execute("DROP FUNCTION one_payer_of_session()")
    op.drop_table("invoice_files")
    for column in ("session", "deducts", "credits"):
        op.drop_index(f"invoice_lines_{column}_idx", "invoice_lines")
    op.drop_index("invoices_credits_idx", "invoices")
    for table, column, _ in reversed(REFERENCES):
        op.drop_constraint(op.f(f"{table}_practice_id_{column}_fkey"), table, type_="foreignkey")
    for table, checks in CHECKS.items():
        _restore_checks(table, checks)
    for table, columns in NEW_COLUMNS.items():
        for column in columns:
            op.drop_column(table, column.name)


def _restore_checks(table: str, checks: dict[str, tuple[str | None, str]]) -> None:
    for name, (before, _) in checks.items():
        op.drop_constraint(op.f(f"{table}_{name}_check"), table, type_="check")
        if before is not None:
            op.create_check_constraint(op.f(f"{table}_{name}_check"), table, before)
