"""the first tables

Revision ID: 2b4c6d8e0f20
Revises: 1f0a6c2d9b10
Create Date: 2026-11-21 23:50:00

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision: str = "2b4c6d8e0f20"
down_revision: Union[str, Sequence[str], None] = "1f0a6c2d9b10"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("audit_entries_pkey")),
    )
    op.create_index("audit_entries_subject_idx", "audit_entries", ["practice_id", "subject_id", "id"], unique=False)
    op.create_table(
        "coachees",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("postal_code", sa.String(length=16), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("coachees_pkey")),
        sa.UniqueConstraint("practice_id", "email", name=op.f("coachees_practice_id_email_key")),
    )
    op.create_table(
        "events",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "transaction_id",
            sa.BigInteger(),
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("events_pkey")),
    )
    op.create_index("events_order_idx", "events", ["practice_id", "transaction_id", "id"], unique=False)
    op.create_table(
        "heartbeats",
        sa.Column("sweep", sa.String(length=64), nullable=False),
        sa.Column("beaten_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("sweep", name=op.f("heartbeats_pkey")),
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("installation_pkey")),
    )
    op.create_table(
        "kept_answers",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("caller_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "caller_id", "idempotency_key", name=op.f("kept_answers_pkey")),
    )
    op.create_index("kept_answers_kept_at_idx", "kept_answers", ["kept_at"], unique=False)
    op.create_table(
        "messages",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("messages_pkey")),
    )
    op.create_index(
        "messages_due_idx", "messages", ["due_at"], unique=False, postgresql_where=sa.text("state = 'queued'")
    )
    op.create_index("messages_recipient_idx", "messages", ["practice_id", "recipient_id", "id"], unique=False)
    op.create_table(
        "number_series",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "series", "year", name=op.f("number_series_pkey")),
    )
    op.create_table(
        "practices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("legal_form", sa.String(length=60), nullable=True),
        sa.Column("court", sa.String(length=100), nullable=True),
        sa.Column("enterprise_number", sa.String(length=10), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("postal_code", sa.String(length=16), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("iban", sa.String(length=34), nullable=True),
        sa.Column("bic", sa.String(length=11), nullable=True),
        sa.Column("vat_regime", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("payment_term_days", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("practices_pkey")),
    )
    op.create_table(
        "schemes",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("funder", sa.String(length=60), nullable=False),
        sa.Column("issuer", sa.String(length=60), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("own_share", sa.BigInteger(), nullable=True),
        sa.Column("unit_minutes", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("window_years", sa.Integer(), nullable=True),
        sa.Column("min_experience_months", sa.Integer(), nullable=True),
        sa.Column("fee_per_hour", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.Column("pay_within_days", sa.Integer(), nullable=True),
        sa.Column("start_within_months", sa.Integer(), nullable=True),
        sa.Column("complete_within_months", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("schemes_pkey")),
        sa.UniqueConstraint("practice_id", "code", name=op.f("schemes_practice_id_code_key")),
    )
    op.create_table(
        "sponsors",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("enterprise_number", sa.String(length=10), nullable=True),
        sa.Column("vat_number", sa.String(length=16), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postal_code", sa.String(length=16), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("sponsors_pkey")),
    )
    op.create_table(
        "consents",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("wording_version", sa.Integer(), nullable=False),
        sa.Column("wording_digest", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_via", sa.String(length=16), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("consents_practice_id_coachee_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("consents_pkey")),
    )
    op.create_index(
        "consents_active_idx",
        "consents",
        ["practice_id", "coachee_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "sealing_keys",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(wrapped_key IS NULL) = (destroyed_at IS NOT NULL)", name=op.f("sealing_keys_gone_once_destroyed_check")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("sealing_keys_practice_id_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("sealing_keys_pkey")),
    )
    op.create_table(
        "staff",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'administrator', 'coach', 'billing')", name=op.f("staff_role_known_check")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("staff_practice_id_fkey")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("staff_pkey")),
        sa.UniqueConstraint("practice_id", "email", name=op.f("staff_practice_id_email_key")),
    )
    op.create_table(
        "keys",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String(length=64)), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "staff_id"], ["staff.practice_id", "staff.id"], name=op.f("keys_practice_id_staff_id_fkey")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("keys_pkey")),
    )
    op.create_index("keys_digest_idx", "keys", ["digest"], unique=False)
    op.create_table(
        "trajectories",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.String(length=24), nullable=False),
        sa.Column("domain", sa.String(length=16), nullable=False),
        sa.Column("sealed_key_question", sa.LargeBinary(), nullable=False),
        sa.Column("planned_minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)", name=op.f("trajectories_decided_once_answered_check")
        ),
        sa.CheckConstraint(
            "planned_minutes BETWEEN 0 AND 60000", name=op.f("trajectories_planned_minutes_in_range_check")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "coach_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("trajectories_practice_id_coach_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("trajectories_practice_id_coachee_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("trajectories_pkey")),
    )
    op.create_index("trajectories_coach_idx", "trajectories", ["practice_id", "coach_id", "id"], unique=False)
    op.create_index("trajectories_coachee_idx", "trajectories", ["practice_id", "coachee_id", "id"], unique=False)
    op.create_table(
        "check_in_plans",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("weekdays", sa.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("window_from", sa.Time(), nullable=False),
        sa.Column("window_to", sa.Time(), nullable=False),
        sa.Column("zone_mode", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("expires_after_minutes", sa.Integer(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("materialised_until", sa.Date(), nullable=True),
        sa.Column("materialise_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("check_in_plans_ends_after_start_check")),
        sa.CheckConstraint("window_from < window_to", name=op.f("check_in_plans_window_forward_check")),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("check_in_plans_practice_id_coachee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "trajectory_id"],
            ["trajectories.practice_id", "trajectories.id"],
            name=op.f("check_in_plans_practice_id_trajectory_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("check_in_plans_pkey")),
    )
    op.create_index(
        "check_in_plans_due_idx",
        "check_in_plans",
        ["materialise_at"],
        unique=False,
        postgresql_where=sa.text("state = 'accepted'"),
    )
    op.create_index(
        "check_in_plans_one_open_idx",
        "check_in_plans",
        ["practice_id", "trajectory_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'accepted', 'paused')"),
    )
    op.create_index("check_in_plans_token_idx", "check_in_plans", ["token_digest"], unique=False)
    op.create_table(
        "cheques",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("issuer", sa.String(length=60), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cheque_number", sa.String(length=64), nullable=True),
        sa.Column("client_number", sa.String(length=64), nullable=True),
        sa.Column("minutes_cap", sa.Integer(), nullable=False),
        sa.Column("minutes_booked", sa.Integer(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("pay_by", sa.Date(), nullable=True),
        sa.Column("start_by", sa.Date(), nullable=True),
        sa.Column("complete_by", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "cheque_number IS NOT NULL OR state IN ('announced', 'ordered', 'refused', 'order_lapsed', 'annulled')",
            name=op.f("cheques_numbered_once_issued_check"),
        ),
        sa.CheckConstraint("minutes_booked BETWEEN 0 AND minutes_cap", name=op.f("cheques_minutes_within_cap_check")),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("cheques_practice_id_coachee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "scheme_id"],
            ["schemes.practice_id", "schemes.id"],
            name=op.f("cheques_practice_id_scheme_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "trajectory_id"],
            ["trajectories.practice_id", "trajectories.id"],
            name=op.f("cheques_practice_id_trajectory_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("cheques_pkey")),
    )
    op.create_index("cheques_coachee_idx", "cheques", ["practice_id", "coachee_id", "id"], unique=False)
    op.create_index(
        "cheques_due_idx", "cheques", ["due_at"], unique=False, postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index(
        "cheques_number_idx",
        "cheques",
        ["practice_id", sa.literal_column("COALESCE(issuer, '')"), "cheque_number"],
        unique=True,
    )
    op.create_index(
        "cheques_sequence_idx",
        "cheques",
        ["practice_id", "coachee_id", "scheme_id", "sequence"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('refused', 'order_lapsed', 'expired_unstarted', 'annulled')"),
    )
    op.create_index("cheques_trajectory_idx", "cheques", ["practice_id", "trajectory_id", "id"], unique=False)
    op.create_table(
        "invoices",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=True),
        sa.Column("sponsor_id", sa.Uuid(), nullable=True),
        sa.Column("trajectory_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("series", sa.String(length=16), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("supplied_on", sa.Date(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payment_reference", sa.String(length=20), nullable=True),
        sa.Column("seller", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("buyer", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("net", sa.BigInteger(), nullable=True),
        sa.Column("vat", sa.BigInteger(), nullable=True),
        sa.Column("gross", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'draft') = (number IS NULL)", name=op.f("invoices_numbered_once_issued_check")),
        sa.CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name=op.f("invoices_paid_is_dated_check")),
        sa.CheckConstraint("state = 'draft' OR gross = net + vat", name=op.f("invoices_totals_add_up_check")),
        sa.CheckConstraint(
            "state = 'draft' OR num_nulls(seller, buyer, net, vat, gross) = 0",
            name=op.f("invoices_issued_is_frozen_check"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR num_nulls(series, year, issued_on, due_on, issued_at, payment_reference) = 0",
            name=op.f("invoices_issued_is_complete_check"),
        ),
        sa.CheckConstraint("state IN ('draft', 'issued', 'paid')", name=op.f("invoices_state_known_check")),
        sa.CheckConstraint("(coachee_id IS NULL) <> (sponsor_id IS NULL)", name=op.f("invoices_one_buyer_check")),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("invoices_practice_id_coachee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "sponsor_id"],
            ["sponsors.practice_id", "sponsors.id"],
            name=op.f("invoices_practice_id_sponsor_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "trajectory_id"],
            ["trajectories.practice_id", "trajectories.id"],
            name=op.f("invoices_practice_id_trajectory_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("invoices_pkey")),
        sa.UniqueConstraint(
            "practice_id", "payment_reference", name=op.f("invoices_practice_id_payment_reference_key")
        ),
        sa.UniqueConstraint(
            "practice_id", "series", "year", "number", name=op.f("invoices_practice_id_series_year_number_key")
        ),
    )
    op.create_index("invoices_coachee_idx", "invoices", ["practice_id", "coachee_id", "id"], unique=False)
    op.create_index("invoices_sponsor_idx", "invoices", ["practice_id", "sponsor_id", "id"], unique=False)
    op.create_index("invoices_state_idx", "invoices", ["practice_id", "state", "id"], unique=False)
    op.create_index("invoices_trajectory_idx", "invoices", ["practice_id", "trajectory_id", "id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("time", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("practice_id"), "="),
            (sa.column("coach_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("state IN ('planned', 'held')"),
            using="gist",
            name="sessions_coach_free_excl",
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("sessions_ends_after_start_check")),
        sa.ForeignKeyConstraint(
            ["practice_id", "coach_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("sessions_practice_id_coach_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("sessions_practice_id_coachee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "trajectory_id"],
            ["trajectories.practice_id", "trajectories.id"],
            name=op.f("sessions_practice_id_trajectory_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("sessions_pkey")),
    )
    op.create_index("sessions_coach_idx", "sessions", ["practice_id", "coach_id", "starts_at", "id"], unique=False)
    op.create_index("sessions_time_idx", "sessions", ["practice_id", "starts_at", "id"], unique=False)
    op.create_index(
        "sessions_trajectory_idx", "sessions", ["practice_id", "trajectory_id", "starts_at", "id"], unique=False
    )
    op.create_table(
        "bookings",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cheque_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("bookings_minutes_positive_check")),
        sa.ForeignKeyConstraint(
            ["practice_id", "cheque_id"],
            ["cheques.practice_id", "cheques.id"],
            name=op.f("bookings_practice_id_cheque_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "session_id"],
            ["sessions.practice_id", "sessions.id"],
            name=op.f("bookings_practice_id_session_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("bookings_pkey")),
        sa.UniqueConstraint("practice_id", "session_id", name=op.f("bookings_practice_id_session_id_key")),
    )
    op.create_index("bookings_cheque_idx", "bookings", ["practice_id", "cheque_id", "id"], unique=False)
    op.create_table(
        "check_ins",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("wall_time", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "sent_at IS NOT NULL OR state IN ('planned', 'missed', 'cancelled')",
            name=op.f("check_ins_sent_is_stamped_check"),
        ),
        sa.CheckConstraint("expires_at > due_at", name=op.f("check_ins_expires_after_due_check")),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("check_ins_practice_id_coachee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "plan_id"],
            ["check_in_plans.practice_id", "check_in_plans.id"],
            name=op.f("check_ins_practice_id_plan_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("check_ins_pkey")),
        sa.UniqueConstraint(
            "practice_id", "plan_id", "local_day", "slot", name=op.f("check_ins_practice_id_plan_id_local_day_slot_key")
        ),
    )
    op.create_index("check_ins_coachee_idx", "check_ins", ["practice_id", "coachee_id", "due_at", "id"], unique=False)
    op.create_index(
        "check_ins_due_idx", "check_ins", ["due_at"], unique=False, postgresql_where=sa.text("state = 'planned'")
    )
    op.create_index(
        "check_ins_expiry_idx",
        "check_ins",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'sent' AND answered_at IS NULL"),
    )
    op.create_index(
        "check_ins_one_open_idx",
        "check_ins",
        ["practice_id", "coachee_id"],
        unique=True,
        postgresql_where=sa.text("state = 'sent'"),
    )
    op.create_index("check_ins_token_idx", "check_ins", ["token_digest"], unique=False)
    op.create_table(
        "invoice_lines",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=9, scale=2), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("vat_rate", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.CheckConstraint("quantity > 0 AND quantity < 100000", name=op.f("invoice_lines_quantity_in_range_check")),
        sa.CheckConstraint("unit_price BETWEEN 0 AND 100000000", name=op.f("invoice_lines_unit_price_in_range_check")),
        sa.CheckConstraint("vat_rate BETWEEN 0 AND 100", name=op.f("invoice_lines_vat_rate_in_range_check")),
        sa.ForeignKeyConstraint(
            ["practice_id", "invoice_id"],
            ["invoices.practice_id", "invoices.id"],
            name=op.f("invoice_lines_practice_id_invoice_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("invoice_lines_pkey")),
        sa.UniqueConstraint(
            "practice_id", "invoice_id", "position", name=op.f("invoice_lines_practice_id_invoice_id_position_key")
        ),
    )
    op.create_table(
        "notes",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("visibility", sa.String(length=16), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "author_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("notes_practice_id_author_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("notes_practice_id_coachee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "session_id"],
            ["sessions.practice_id", "sessions.id"],
            name=op.f("notes_practice_id_session_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("notes_pkey")),
    )
    op.create_index("notes_session_idx", "notes", ["practice_id", "session_id", "id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("sharing", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("flow_version", sa.Integer(), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "check_in_id"],
            ["check_ins.practice_id", "check_ins.id"],
            name=op.f("answers_practice_id_check_in_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("answers_practice_id_coachee_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("answers_pkey")),
        sa.UniqueConstraint("practice_id", "check_in_id", name=op.f("answers_practice_id_check_in_id_key")),
    )


def downgrade() -> None:
    op.drop_table("answers")
    op.drop_index("notes_session_idx", table_name="notes")
    op.drop_table("notes")
    op.drop_table("invoice_lines")
    op.drop_index("check_ins_token_idx", table_name="check_ins")
    op.drop_index("check_ins_one_open_idx", table_name="check_ins", postgresql_where=sa.text("state = 'sent'"))
    op.drop_index(
        "check_ins_expiry_idx",
        table_name="check_ins",
        postgresql_where=sa.text("state = 'sent' AND answered_at IS NULL"),
    )
    op.drop_index("check_ins_due_idx", table_name="check_ins", postgresql_where=sa.text("state = 'planned'"))
    op.drop_index("check_ins_coachee_idx", table_name="check_ins")
    op.drop_table("check_ins")
    op.drop_index("bookings_cheque_idx", table_name="bookings")
    op.drop_table("bookings")
    op.drop_index("sessions_trajectory_idx", table_name="sessions")
    op.drop_index("sessions_time_idx", table_name="sessions")
    op.drop_index("sessions_coach_idx", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("invoices_trajectory_idx", table_name="invoices")
    op.drop_index("invoices_state_idx", table_name="invoices")
    op.drop_index("invoices_sponsor_idx", table_name="invoices")
    op.drop_index("invoices_coachee_idx", table_name="invoices")
    op.drop_table("invoices")
    op.drop_index("cheques_trajectory_idx", table_name="cheques")
    op.drop_index(
        "cheques_sequence_idx",
        table_name="cheques",
        postgresql_where=sa.text("state NOT IN ('refused', 'order_lapsed', 'expired_unstarted', 'annulled')"),
    )
    op.drop_index("cheques_number_idx", table_name="cheques")
    op.drop_index("cheques_due_idx", table_name="cheques", postgresql_where=sa.text("due_at IS NOT NULL"))
    op.drop_index("cheques_coachee_idx", table_name="cheques")
    op.drop_table("cheques")
    op.drop_index("check_in_plans_token_idx", table_name="check_in_plans")
    op.drop_index(
        "check_in_plans_one_open_idx",
        table_name="check_in_plans",
        postgresql_where=sa.text("state IN ('proposed', 'accepted', 'paused')"),
    )
    op.drop_index("check_in_plans_due_idx", table_name="check_in_plans", postgresql_where=sa.text("state = 'accepted'"))
    op.drop_table("check_in_plans")
    op.drop_index("trajectories_coachee_idx", table_name="trajectories")
    op.drop_index("trajectories_coach_idx", table_name="trajectories")
    op.drop_table("trajectories")
    op.drop_index("keys_digest_idx", table_name="keys")
    op.drop_table("keys")
    op.drop_table("staff")
    op.drop_table("sealing_keys")
    op.drop_index("consents_active_idx", table_name="consents", postgresql_where=sa.text("withdrawn_at IS NULL"))
    op.drop_table("consents")
    op.drop_table("sponsors")
    op.drop_table("schemes")
    op.drop_table("practices")
    op.drop_table("number_series")
    op.drop_index("messages_recipient_idx", table_name="messages")
    op.drop_index("messages_due_idx", table_name="messages", postgresql_where=sa.text("state = 'queued'"))
    op.drop_table("messages")
    op.drop_index("kept_answers_kept_at_idx", table_name="kept_answers")
    op.drop_table("kept_answers")
    op.drop_table("installation")
    op.drop_table("heartbeats")
    op.drop_index("events_order_idx", table_name="events")
    op.drop_table("events")
    op.drop_table("coachees")
    op.drop_index("audit_entries_subject_idx", table_name="audit_entries")
    op.drop_table("audit_entries")
