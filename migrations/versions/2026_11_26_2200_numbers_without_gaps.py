"""numbers without gaps

Revision ID: 4b6e0f29d8c3
Revises: 90b3d5c7e1f4
Create Date: 2026-11-26 22:00:00

A series counts by one, from one on, is never thrown away, and no number is taken without the document that bears it:
by the database itself, so that no statement leaves a gap or has a number given twice.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "4b6e0f29d8c3"
down_revision: Union[str, Sequence[str], None] = "90b3d5c7e1f4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

UPGRADE = (
    """CREATE FUNCTION count_by_one() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.last_number = 1 THEN
      RETURN NEW;
    END IF;
  ELSIF TG_OP = 'UPDATE' THEN
    IF (NEW.practice_id, NEW.series, NEW.year, NEW.last_number)
     = (OLD.practice_id, OLD.series, OLD.year, OLD.last_number + 1) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a series counts by one'
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'number_series_counts_by_one';
END $$""",
    """CREATE TRIGGER count_by_one BEFORE INSERT OR UPDATE OR DELETE ON number_series
  FOR EACH ROW EXECUTE FUNCTION count_by_one()""",
    """CREATE TRIGGER count_by_one_truncate BEFORE TRUNCATE ON number_series
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    "REVOKE DELETE ON number_series FROM krachtlijn_app, krachtlijn_sweep",
    """CREATE FUNCTION number_is_borne() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM invoices i
     WHERE i.practice_id = NEW.practice_id AND i.series = NEW.series AND i.year = NEW.year
       AND i.number = NEW.last_number
  ) THEN
    RAISE EXCEPTION 'no document bears that number'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'number_series_number_is_borne';
  END IF;
  RETURN NULL;
END $$""",
    """CREATE CONSTRAINT TRIGGER number_is_borne AFTER INSERT OR UPDATE ON number_series
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION number_is_borne()""",
)
DOWNGRADE = (
    "DROP TRIGGER number_is_borne ON number_series",
    "DROP FUNCTION number_is_borne()",
    "GRANT DELETE ON number_series TO krachtlijn_app, krachtlijn_sweep",
    "DROP TRIGGER count_by_one_truncate ON number_series",
    "DROP TRIGGER count_by_one ON number_series",
    "DROP FUNCTION count_by_one()",
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
