"""How a plan stands: its editions, its sessions, what its coachee agreed to and what was made of it, in one reading."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, DateTime, Uuid, bindparam, text

from domain.checkins.policy import Kind, Phase, Pin
from domain.checkins.schedule import Made
from domain.checkins.slots import Course, Edition
from domain.checkins.terms import Terms, last_day
from domain.kit.ids import CoacheeId, PlanId, PracticeId

# Slots from 100 on (NOW_AND_THEN) lie outside the windows. The rows of the last days tell what this week has had;
# `made` counts what was ever made, in which order kinds go on: also what was skipped when it was to be sent, which has
# a decision, but not what was to bring nothing from the beginning. Kinds are those that the policy chose, whatever they
# were sent as: so they go on the same whenever the next are made.
READ = text("""
SELECT p.practice_id, p.id, p.coachee_id, p.seed, p.starts_on, p.ends_on, p.pace, p.fatigue, p.pinned_kind,
       p.pinned_from, p.pinned_count, p.pinned_quality_id, p.pinned_ideal_id, p.materialised_until, p.replan_from,
       t.state AS trajectory_state,
       CASE p.zone_mode WHEN 'follow_person' THEN c.zone WHEN 'practice' THEN o.zone ELSE p.zone END AS zone,
       c.country, r.obstacles_off_until, t.phase,
       EXISTS (SELECT FROM consents n WHERE n.practice_id = p.practice_id AND n.coachee_id = p.coachee_id
                  AND n.purpose = 'obstacle_prompts' AND n.withdrawn_at IS NULL) AS obstacles,
       EXISTS (SELECT FROM own_questions q WHERE q.practice_id = p.practice_id AND q.plan_id = p.id
                  AND q.state = 'accepted') AS own,
       NOT c.minor AND EXISTS (
         SELECT FROM consents n WHERE n.practice_id = p.practice_id AND n.coachee_id = p.coachee_id
            AND n.purpose = 'research_export' AND n.withdrawn_at IS NULL) AS research,
       (SELECT jsonb_agg(jsonb_build_array(e.number, e.effective_from, e.terms) ORDER BY e.effective_from, e.number)
          FROM check_in_plan_editions e
         WHERE e.practice_id = p.practice_id AND e.plan_id = p.id AND e.state = 'accepted') AS editions,
       (SELECT jsonb_agg(jsonb_build_array(s.starts_at, s.ends_at)) FROM sessions s
         WHERE s.practice_id = p.practice_id AND s.trajectory_id = p.trajectory_id AND s.state IN ('planned', 'held')
           AND s.starts_at > :now - interval '40 days') AS sessions,
       (SELECT jsonb_agg(jsonb_build_array(x.starts_at, x.ends_at)) FROM (
          SELECT s.starts_at, s.ends_at FROM trajectories y
            JOIN sessions s ON s.practice_id = y.practice_id AND s.trajectory_id = y.id
           WHERE y.practice_id = p.practice_id AND y.coachee_id = p.coachee_id AND y.id <> p.trajectory_id
             AND s.state IN ('planned', 'held') AND s.starts_at > :now - interval '2 days'
          UNION ALL
          SELECT g.starts_at, g.ends_at FROM other_times g
           WHERE g.practice_id = p.practice_id AND g.coachee_id = p.coachee_id
             AND g.starts_at > :now - interval '2 days'
        ) AS x) AS elsewhere,
       (SELECT jsonb_agg(jsonb_build_array(
                 k.local_day, k.slot, CASE WHEN k.state <> 'skipped' OR k.decision IS NOT NULL
                                           THEN COALESCE(k.decision ->> 'chosen', k.kind) END))
          FROM check_ins k
         WHERE k.practice_id = p.practice_id AND k.plan_id = p.id AND k.slot < 100
           AND k.local_day >= CAST(:now AS date) - 9) AS rows,
       k.made, k.sent, k.waiting, k.last_due_at, k.open_until, k.previous
  FROM unnest(CAST(:practice_ids AS uuid[]), CAST(:ids AS uuid[])) AS w(practice_id, id)
  JOIN check_in_plans p ON p.practice_id = w.practice_id AND p.id = w.id
  JOIN practices o ON o.id = p.practice_id
  JOIN coachees c ON c.practice_id = p.practice_id AND c.id = p.coachee_id
  JOIN trajectories t ON t.practice_id = p.practice_id AND t.id = p.trajectory_id
  LEFT JOIN coachee_rhythms r ON r.practice_id = p.practice_id AND r.id = p.coachee_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS made, count(sent_at) AS sent, count(*) FILTER (WHERE state = 'planned') AS waiting,
           max(due_at) FILTER (WHERE state = 'planned') AS last_due_at, max(expires_at) AS open_until,
           (array_agg(COALESCE(decision ->> 'chosen', kind) ORDER BY due_at DESC))[1] AS previous
      FROM check_ins
     WHERE practice_id = p.practice_id AND plan_id = p.id AND slot < 100
       AND (state <> 'skipped' OR decision IS NOT NULL)
  ) AS k
""").bindparams(
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("practice_ids", type_=ARRAY(Uuid())),
    bindparam("ids", type_=ARRAY(Uuid())),
)

_EDITIONS = list[tuple[int, date, Terms]]
_SESSIONS = list[tuple[datetime, datetime]]
_ROWS = list[tuple[date, int, Kind | None]]


class Standing(NamedTuple):
    """A plan with everything that decides its next check-ins, as the database has it."""

    practice_id: PracticeId
    id: PlanId
    coachee_id: CoacheeId
    seed: bytes
    starts_on: date
    ends_on: date | None
    pace: int | None
    fatigue: int
    pinned_kind: str | None
    pinned_from: int
    pinned_count: int
    pinned_quality_id: UUID | None
    pinned_ideal_id: UUID | None
    materialised_until: date | None
    replan_from: date | None
    trajectory_state: str
    zone: str
    country: str
    obstacles_off_until: datetime | None
    phase: str | None
    obstacles: bool
    own: bool
    research: bool
    editions: Any
    sessions: Any
    elsewhere: Any
    rows: Any
    made: int
    sent: int
    waiting: int
    last_due_at: datetime | None
    open_until: datetime | None
    previous: str | None


def course_of(plan: Standing) -> Course:
    """What the calculation of its check-ins takes."""
    kind = None if plan.pinned_kind is None else Kind(plan.pinned_kind)
    pin = Pin(kind, plan.pinned_from, plan.pinned_count, plan.pinned_quality_id, plan.pinned_ideal_id)
    return Course(
        seed=bytes(plan.seed),
        coachee=plan.coachee_id.bytes,
        zone=plan.zone,
        starts_on=plan.starts_on,
        last_on=last_day(plan.starts_on, plan.ends_on),
        fades=plan.ends_on is not None,
        editions=[Edition(*one) for one in msgspec.convert(plan.editions, _EDITIONS)],
        obstacles=plan.obstacles,
        country=plan.country,
        sessions=msgspec.convert(plan.sessions or [], _SESSIONS),
        elsewhere=msgspec.convert(plan.elsewhere or [], _SESSIONS),
        pace=plan.pace,
        fatigue=plan.fatigue,
        obstacles_off_until=plan.obstacles_off_until,
        phase=None if plan.phase is None else Phase(plan.phase),
        pin=pin,
        own=plan.own,
        research=plan.research,
    )


def made_of(plan: Standing) -> Made:
    """What was made of it before."""
    previous = None if plan.previous is None else Kind(plan.previous)
    rows = msgspec.convert(plan.rows or [], _ROWS)
    return Made(plan.made, previous, rows, sent=plan.sent, waiting=plan.waiting)
