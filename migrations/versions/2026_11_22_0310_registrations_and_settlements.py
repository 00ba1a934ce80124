"""registrations and settlements

Revision ID: 71f0b9d3e6c8
Revises: b60f92d7a41c
Create Date: 2026-11-22 03:10:00

What was registered with the funder of what was held; lump sums received, and the cheques that they pay.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "71f0b9d3e6c8"
down_revision: Union[str, Sequence[str], None] = "b60f92d7a41c"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TO_DO = "registered_minutes IS NULL"
DIFFERS = "registered_minutes <> held_minutes OR registered_on <> held_on"
# The owner of the tables is held by their policies as well, and has none.
READ_OLD = ("bookings", "sessions")


def upgrade() -> None:
    op.create_table(
        "registrations",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cheque_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("held_minutes", sa.Integer(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("registered_minutes", sa.Integer(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marked_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "num_nulls(registered_minutes, registered_on, marked_at) IN (0, 3)",
            name=op.f("registrations_wholly_marked_check"),
        ),
        *_references("registrations", id="bookings", cheque_id="cheques", marked_by="staff"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("registrations_pkey")),
    )
    op.create_index("registrations_to_do_idx", "registrations", ["practice_id", "id"], postgresql_where=sa.text(TO_DO))
    op.create_index(
        "registrations_differ_idx", "registrations", ["practice_id", "id"], postgresql_where=sa.text(DIFFERS)
    )
    op.create_index("registrations_cheque_idx", "registrations", ["practice_id", "cheque_id", "id"])
    for table in READ_OLD:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO registrations (practice_id, id, cheque_id, held_on, held_minutes, version)"
        " SELECT b.practice_id, b.id, b.cheque_id, s.day, b.minutes, 1 FROM bookings b"
        " JOIN sessions s ON (s.practice_id, s.id) = (b.practice_id, b.session_id)"
    )
    for table in READ_OLD:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.create_table(
        "settlement_receipts",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=140), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("allocated", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("settlement_receipts_amount_positive_check")),
        sa.CheckConstraint(
            "allocated BETWEEN 0 AND amount", name=op.f("settlement_receipts_allocated_within_amount_check")
        ),
        *_references("settlement_receipts", funder_id="funders"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("settlement_receipts_pkey")),
    )
    op.create_table(
        "settlement_allocations",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("cheque_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "amount > 0 OR (amount < 0 AND reason IS NOT NULL)",
            name=op.f("settlement_allocations_taken_back_with_reason_check"),
        ),
        *_references("settlement_allocations", receipt_id="settlement_receipts", cheque_id="cheques"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("settlement_allocations_pkey")),
    )
    for column in ("receipt", "cheque"):
        op.create_index(
            f"settlement_allocations_{column}_idx",
            "settlement_allocations",
            ["practice_id", f"{column}_id", "id"],
        )
    for table in ("registrations", "settlement_receipts", "settlement_allocations"):
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.execute("SELECT make_append_only('settlement_allocations')")
    op.add_column("cheques", sa.Column("received", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("cheques", "received", server_default=None)
    op.add_column("cheques", sa.Column("settled_on", sa.Date(), nullable=True))
    op.add_column("cheques", sa.Column("difference_reason", sa.String(length=500), nullable=True))
    op.create_check_constraint(op.f("cheques_received_not_negative_check"), "cheques", "received >= 0")
    op.create_index("cheques_state_idx", "cheques", ["practice_id", "state", "id"])


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
    op.drop_index("cheques_state_idx", table_name="cheques")
    op.drop_constraint(op.f("cheques_received_not_negative_check"), "cheques")
    for column in ("difference_reason", "settled_on", "received"):
        op.drop_column("cheques", column)
    op.drop_table("settlement_allocations")
    op.drop_table("settlement_receipts")
    op.drop_table("registrations")
