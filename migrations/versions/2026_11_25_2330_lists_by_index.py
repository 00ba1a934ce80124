"""lists by index

Revision ID: 3e80b6d1f9a5
Revises: 7ac41e90d2b8
Create Date: 2026-11-25 23:30:00

For the lists that had none: check-ins by time, plans of a trajectory, feeds, consents, what is open of an invoice.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "3e80b6d1f9a5"
down_revision: Union[str, Sequence[str], None] = "7ac41e90d2b8"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

INDEXES = {
    "check_ins_time_idx": "check_ins (practice_id, due_at, id)",
    "check_in_plans_trajectory_idx": "check_in_plans (practice_id, trajectory_id, id)",
    "calendar_feeds_staff_idx": "calendar_feeds (practice_id, staff_id, id)",
    "calendar_feeds_coachee_idx": "calendar_feeds (practice_id, coachee_id, id)",
    "consents_coachee_idx": "consents (practice_id, coachee_id, id)",
    "open_items_invoice_idx": "open_items (practice_id, invoice_id, id)",
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
