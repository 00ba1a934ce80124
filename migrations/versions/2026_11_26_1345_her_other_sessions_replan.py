"""her other sessions replan

Revision ID: 9b3f6a1d52c4
Revises: b7e2405d9c18
Create Date: 2026-11-26 13:45:00

A session in one trajectory keeps the check-ins of all her plans away, and so does a seat in a group: where one comes,
moves or goes, every plan of hers is made anew, not only that of its own trajectory.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "9b3f6a1d52c4"
down_revision: Union[str, Sequence[str], None] = "b7e2405d9c18"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

REPLAN = """CREATE OR REPLACE FUNCTION replan_check_ins() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_TABLE_NAME = 'sessions' THEN
    UPDATE check_in_plans SET materialise_at = '2000-01-01', replan_from = '2000-01-01'
     WHERE practice_id = NEW.practice_id AND state = 'accepted' AND {of_session};
  ELSIF TG_TABLE_NAME = 'coachees' THEN
    UPDATE check_in_plans SET materialise_at = '2000-01-01', replan_from = '2000-01-01'
     WHERE practice_id = NEW.practice_id AND coachee_id = NEW.id AND state = 'accepted'
       AND zone_mode = 'follow_person';
  ELSE
    UPDATE check_in_plans SET materialise_at = '2000-01-01', replan_from = '2000-01-01'
     WHERE practice_id = NEW.id AND state = 'accepted' AND zone_mode = 'practice';
  END IF;
  IF FOUND THEN
    PERFORM pg_notify('krachtlijn_due', '');
  END IF;
  RETURN NULL;
END $$"""
OF_TRAJECTORY = "trajectory_id = NEW.trajectory_id"
OF_HERS = """trajectory_id IN (
         SELECT hers.id FROM trajectories t
           JOIN trajectories hers ON hers.practice_id = t.practice_id AND hers.coachee_id = t.coachee_id
          WHERE t.practice_id = NEW.practice_id AND t.id = NEW.trajectory_id)"""
OF_OTHER_TIMES = """CREATE FUNCTION replan_around_other_times() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
  kept other_times := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
  UPDATE check_in_plans SET materialise_at = '2000-01-01', replan_from = '2000-01-01'
   WHERE practice_id = kept.practice_id AND state = 'accepted'
     AND trajectory_id IN (
       SELECT id FROM trajectories WHERE practice_id = kept.practice_id AND coachee_id = kept.coachee_id);
  IF FOUND THEN
    PERFORM pg_notify('krachtlijn_due', '');
  END IF;
  RETURN NULL;
END $$"""
ON_OTHER_TIMES = """CREATE TRIGGER replan_check_ins
   AFTER INSERT OR DELETE OR UPDATE OF starts_at, ends_at ON other_times
   FOR EACH ROW EXECUTE FUNCTION replan_around_other_times()"""


def upgrade() -> None:
    op.execute(REPLAN.format(of_session=OF_HERS))
    op.execute(OF_OTHER_TIMES)
    op.execute(ON_OTHER_TIMES)


def downgrade() -> None:
    op.execute("DROP TRIGGER replan_check_ins ON other_times")
    op.execute("DROP FUNCTION replan_around_other_times()")
    op.execute(REPLAN.format(of_session=OF_TRAJECTORY))
