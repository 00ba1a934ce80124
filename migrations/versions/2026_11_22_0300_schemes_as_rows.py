"""schemes as rows

Revision ID: c4d81f6a93be
Revises: 93b1e6f04ad7
Create Date: 2026-11-22 03:00:00

Funders and issuers become tables; a scheme is edited by an administrator, and no two hold on one day.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


revision: str = "c4d81f6a93be"
down_revision: Union[str, Sequence[str], None] = "93b1e6f04ad7"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

NEW_COLUMNS = {
    "own_share_percent": sa.Numeric(precision=5, scale=2),
    "experience_within_months": sa.Integer(),
    "vat_rate": sa.Numeric(precision=5, scale=2),
    "aftercare_within_months": sa.Integer(),
    "session_channels_allowed": postgresql.ARRAY(sa.String(length=16)),
    "group_allowed": sa.Boolean(),
    "quota_notice": sa.String(length=500),
    "verified_by": sa.Uuid(),
    "funder_id": sa.Uuid(),
    "issuer_id": sa.Uuid(),
}
# The owner of the tables is held by their policies as well, and has none.
READ_OLD = ("schemes", "cheques")


def upgrade() -> None:
    op.create_table(
        "funders",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("settles_with_vat", sa.Boolean(), nullable=True),
        sa.Column("settlement_document", sa.String(length=16), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("funders_pkey")),
        sa.UniqueConstraint("practice_id", "name", name=op.f("funders_practice_id_name_key")),
    )
    op.create_table(
        "issuers",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("issuers_pkey")),
        sa.UniqueConstraint("practice_id", "name", name=op.f("issuers_practice_id_name_key")),
    )
    for name, kind in NEW_COLUMNS.items():
        op.add_column("schemes", sa.Column(name, kind, nullable=True))
    op.add_column("cheques", sa.Column("issuer_id", sa.Uuid(), nullable=True))
    _name_by_id()
    op.execute("SELECT protect_tenant_table('funders')")
    op.execute("SELECT protect_tenant_table('issuers')")
    op.alter_column("schemes", "funder_id", nullable=False)
    for table, column, parent in (
        ("schemes", "funder_id", "funders"),
        ("schemes", "issuer_id", "issuers"),
        ("schemes", "verified_by", "staff"),
        ("cheques", "issuer_id", "issuers"),
    ):
        op.create_foreign_key(
            op.f(f"{table}_practice_id_{column}_fkey"),
            table,
            parent,
            ["practice_id", column],
            ["practice_id", "id"],
        )
    op.drop_index("cheques_number_idx", table_name="cheques")
    op.drop_column("schemes", "funder")
    op.drop_column("schemes", "issuer")
    op.drop_column("cheques", "issuer")
    op.execute(
        "CREATE UNIQUE INDEX cheques_number_idx ON cheques (practice_id,"
        " COALESCE(issuer_id, '00000000-0000-0000-0000-000000000000'::uuid), cheque_number)"
    )
    op.create_index("cheques_scheme_idx", "cheques", ["practice_id", "scheme_id", "id"])
    op.create_check_constraint(op.f("schemes_ends_after_start_check"), "schemes", "valid_to >= valid_from")
    op.create_check_constraint(
        op.f("schemes_one_own_share_check"), "schemes", "own_share IS NULL OR own_share_percent IS NULL"
    )
    op.execute(
        "ALTER TABLE schemes ADD CONSTRAINT schemes_one_at_a_time_excl EXCLUDE USING gist"
        " (practice_id WITH =, daterange(valid_from, valid_to, '[]') WITH &&) WHERE (status <> 'planned')"
    )


def _name_by_id() -> None:
    """What stood as a name on schemes and cheques becomes a row of its own."""
    for table in READ_OLD:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO funders (practice_id, id, name, settles_with_vat, version)"
        " SELECT practice_id, gen_random_uuid(), funder, NULLIF(funder = 'VDAB', false), 1"
        " FROM (SELECT DISTINCT practice_id, funder FROM schemes) AS known"
    )
    op.execute(
        "INSERT INTO issuers (practice_id, id, name, version)"
        " SELECT practice_id, gen_random_uuid(), issuer, 1 FROM ("
        "  SELECT practice_id, issuer FROM schemes WHERE issuer IS NOT NULL"
        "  UNION SELECT practice_id, issuer FROM cheques WHERE issuer IS NOT NULL) AS known"
    )
    op.execute(
        "UPDATE schemes s SET funder_id = f.id FROM funders f WHERE (f.practice_id, f.name) = (s.practice_id, s.funder)"
    )
    for table in READ_OLD:
        op.execute(
            f"UPDATE {table} t SET issuer_id = i.id FROM issuers i"
            " WHERE (i.practice_id, i.name) = (t.practice_id, t.issuer)"
        )
    op.execute("UPDATE schemes SET vat_rate = 21 WHERE fee_per_hour IS NOT NULL")
    for table in READ_OLD:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_constraint("schemes_one_at_a_time_excl", "schemes")
    op.drop_constraint(op.f("schemes_one_own_share_check"), "schemes")
    op.drop_constraint(op.f("schemes_ends_after_start_check"), "schemes")
    op.drop_index("cheques_scheme_idx", table_name="cheques")
    op.drop_index("cheques_number_idx", table_name="cheques")
    op.add_column("schemes", sa.Column("funder", sa.String(length=60), nullable=True))
    op.add_column("schemes", sa.Column("issuer", sa.String(length=60), nullable=True))
    op.add_column("cheques", sa.Column("issuer", sa.String(length=60), nullable=True))
    tables = ("schemes", "cheques", "funders", "issuers")
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE schemes s SET funder = f.name FROM funders f WHERE (f.practice_id, f.id) = (s.practice_id, s.funder_id)"
    )
    for table in READ_OLD:
        op.execute(
            f"UPDATE {table} t SET issuer = i.name FROM issuers i"
            " WHERE (i.practice_id, i.id) = (t.practice_id, t.issuer_id)"
        )
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.drop_column("cheques", "issuer_id")
    for name in NEW_COLUMNS:
        op.drop_column("schemes", name)
    op.alter_column("schemes", "funder", nullable=False)
    op.execute("CREATE UNIQUE INDEX cheques_number_idx ON cheques (practice_id, COALESCE(issuer, ''), cheque_number)")
    op.drop_table("issuers")
    op.drop_table("funders")
