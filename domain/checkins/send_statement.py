"""The statement that sends: it claims what is due, judges each, and writes what comes of it, all in one go."""

from functools import cache

from sqlalchemy import TextClause

from domain.checkins.policy import FIRST, OBSTACLES_A_WEEK
from domain.checkins.schedule import EVE, EVENING, NOW_AND_THEN
from domain.checkins.telling import new_id_of, statement
from domain.messaging import AS_SPOKEN

DECLINED_TWICE = 2  # after which nobody is asked about obstacles until she tells of one herself
RULES = {
    "declined": str(DECLINED_TWICE),
    "first": str(FIRST),
    "a_week": str(OBSTACLES_A_WEEK),
    "now_and_then": str(NOW_AND_THEN),
    "evening": str(EVENING),
    "eve": str(EVE),
    "message_id": new_id_of("id", "step"),
    "reminder_id": new_id_of("id", "step + 8"),
    "as_spoken": "|".join(sorted(AS_SPOKEN)),
}

OLDEST = "state = 'planned' AND due_at <= :now ORDER BY due_at LIMIT {limit}"
ONE = "practice_id = :practice_id AND id = :id AND state = 'planned' AND due_at <= :now"

# A check-in is cancelled when it may not be sent any more, and missed when it could not be in time; `wait` leaves it
# due, for its coachee has one open that has run out and is about to be closed. No backlog is ever sent: of several due
# for one coachee the earliest goes out, and one per coachee is open at a time (check_ins_one_open_idx says so too). How
# many a plan has for a day at the most, and what it leaves between two, holds for all that she is sent of whichever
# plan: else two plans were a burst without an end. One that she swapped counts as what it became. From an hour
# before a session of hers to an hour after it nothing is asked, also where it moved since; a seat in a group is among
# the other times kept for her.
# Quiet hours are those of the plan, in the check-in's zone and where she is now, whosever clock the plan goes by;
# a held-up mail is good until they begin by either. The consents are locked while they are judged: one that is being
# withdrawn at this moment is waited for, and one withdrawn a moment later finds the mail in the outbox and cancels it.
# An obstacle becomes a success where its coachee is not to be asked about one now (method.md §3.4 b to e, by what she
# was sent, of whichever plan, and by the hour at which it goes out); so does whatever is not about a success among the
# first that a plan sends (a); so do questions in own words that she agrees to no more, and of those the wording that
# she agreed to last is sent. The open one is looked up row by row, in its index: a join would be planned by statistics
# from before the batch. What only some kinds need is looked up for those alone, for their condition stands inside; and
# OFFSET 0 has a thing worked out once that would else be written out wherever it is used.
# Of what nothing stands in the way of, the lot of a trial may leave it out, or make a success of it: only while she
# consents to research, as the export of it does, and is no minor. So what was drawn is what could have been sent.
# It comes through what the coachee agreed to and can be reached at, in her own order or else her plan's: one message a
# channel, each due a while after the one before; she takes back what is left of them by opening it.
SEND = """
WITH due AS MATERIALIZED (
  SELECT practice_id, id, plan_id, coachee_id, kind, zone, local_day, due_at, expires_at, decision -> 'lot' AS lot,
         (decision ->> 'day_off_next')::boolean AS day_off_next
    FROM check_ins WHERE {which} FOR UPDATE SKIP LOCKED
), judged AS MATERIALIZED (
  SELECT due.practice_id, due.id, due.plan_id, due.coachee_id, due.due_at, due.expires_at, c.email, c.language,
    substring(c.language || '-' || c.country FROM '^({as_spoken})$') AS spoken, here.zone,
    LEAST(due.expires_at, ((:now AT TIME ZONE here.zone)::date + quiet.since) AT TIME ZONE here.zone,
          ((:now AT TIME ZONE due.zone)::date + quiet.since) AT TIME ZONE due.zone) AS good_until,
    (p.terms ->> 'reminder')::boolean AND p.fatigue = 0 AS reminder, reach.ways, h.sms_number,
    make_interval(mins => COALESCE((p.terms ->> 'escalate_after_minutes')::integer, 30)) AS patience,
    q.id AS own_questions_id, due.kind AS planned,
    CASE WHEN said.research AND NOT c.minor THEN due.lot END AS lot,
    CASE WHEN due.kind <> 'success' AND (
           SELECT count(*) FROM (
             SELECT FROM check_ins f
              WHERE f.practice_id = due.practice_id AND f.plan_id = due.plan_id AND f.slot < {now_and_then}
                AND f.sent_at IS NOT NULL LIMIT {first}) AS first_ones) < {first}
         OR due.kind = 'obstacle' AND (
           said.obstacles IS NOT TRUE OR r.obstacles_off_until > :now OR r.last_valence = 1
           OR r.obstacles_declined >= {declined}
           OR (:now AT TIME ZONE due.zone)::time >= time '{evening}' OR here.at >= time '{evening}'
           OR here.at >= time '{eve}' AND (due.day_off_next OR p.terms -> 'quiet_weekdays' @> to_jsonb(here.tomorrow))
           OR p.terms ->> 'policy' = 'follow_phase' AND COALESCE(t.phase, '') NOT IN ('obstacle', 'awareness')
           OR (SELECT count(*) FROM check_ins w
                WHERE w.practice_id = due.practice_id AND w.coachee_id = due.coachee_id AND w.kind = 'obstacle'
                  AND w.due_at < due.due_at AND w.due_at > due.due_at - interval '8 days'
                  AND w.local_day >= date_trunc('week', due.local_day)::date AND w.sent_at IS NOT NULL
              ) >= {a_week})
         OR due.kind IN ('obstacle', 'ideal', 'own') AND (
           last.kind = 'obstacle' OR r.obstacle_told_at >= COALESCE(last.sent_at, '-infinity'))
         OR due.kind = 'own' AND q.id IS NULL
         THEN 'success' ELSE due.kind END AS kind,
    CASE
      WHEN p.state <> 'accepted' THEN 'plan_not_running'
      WHEN t.state IN ('completed', 'stopped', 'declined') THEN 'trajectory_closed'
      WHEN t.state <> 'running' THEN 'plan_not_running'
      WHEN c.archived_at IS NOT NULL THEN 'coachee_archived'
      WHEN said.yes IS NOT TRUE OR cardinality(reach.ways) = 0 THEN 'consent_withdrawn'
      WHEN due.expires_at <= :now THEN 'late'
      WHEN (:now AT TIME ZONE due.zone)::time >= quiet.since OR (:now AT TIME ZONE due.zone)::time < quiet.until
        OR here.at >= quiet.since OR here.at < quiet.until
      THEN 'quiet_hours'
      WHEN EXISTS (
        SELECT FROM trajectories y
          JOIN sessions s ON s.practice_id = y.practice_id AND s.trajectory_id = y.id
         WHERE y.practice_id = due.practice_id AND y.coachee_id = due.coachee_id AND s.state IN ('planned', 'held')
           AND s.starts_at < :now + interval '1 hour' AND s.ends_at > :now - interval '1 hour'
           AND s.starts_at > :now - interval '2 days'
      ) OR EXISTS (
        SELECT FROM other_times g
         WHERE g.practice_id = due.practice_id AND g.coachee_id = due.coachee_id
           AND g.starts_at < :now + interval '1 hour' AND g.ends_at > :now - interval '1 hour'
           AND g.starts_at > :now - interval '2 days'
      ) THEN 'session'
      WHEN today.had >= COALESCE((p.terms ->> 'per_day_max')::integer, 1) THEN 'day_full'
      WHEN today.elsewhere_at > due.due_at
                                - make_interval(mins => COALESCE((p.terms ->> 'min_gap_minutes')::integer, 120))
      THEN 'too_soon'
      WHEN o.expires_at > :now THEN 'another_open'
      WHEN o.id IS NOT NULL THEN 'wait'
      WHEN said.research AND NOT c.minor AND due.lot @> '{{"of": "sending", "kept": false}}' THEN 'by_lot'
    END AS reason
    FROM due
    JOIN check_in_plans p ON p.practice_id = due.practice_id AND p.id = due.plan_id
    JOIN trajectories t ON t.practice_id = due.practice_id AND t.id = p.trajectory_id
    JOIN coachees c ON c.practice_id = due.practice_id AND c.id = due.coachee_id
    LEFT JOIN LATERAL (
      SELECT * FROM coachee_rhythms
       WHERE due.kind IN ('obstacle', 'ideal', 'own') AND practice_id = due.practice_id AND id = due.coachee_id
    ) AS r ON true
    LEFT JOIN coachee_reach h ON h.practice_id = due.practice_id AND h.id = due.coachee_id
    LEFT JOIN LATERAL (
      SELECT kind, sent_at FROM check_ins
       WHERE due.kind IN ('obstacle', 'ideal', 'own') AND practice_id = due.practice_id
         AND coachee_id = due.coachee_id AND due_at < due.due_at AND (sent_at IS NOT NULL OR answered_at IS NOT NULL)
       ORDER BY due_at DESC LIMIT 1
    ) AS last ON true
    LEFT JOIN LATERAL (
      SELECT id FROM own_questions
       WHERE due.kind = 'own' AND practice_id = due.practice_id AND plan_id = due.plan_id AND state = 'accepted'
    ) AS q ON true
    LEFT JOIN LATERAL (
      SELECT id, expires_at FROM check_ins
       WHERE practice_id = due.practice_id AND coachee_id = due.coachee_id AND state = 'sent'
       ORDER BY practice_id, coachee_id LIMIT 1
    ) AS o ON true
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE d.state <> 'swapped') AS had,
             max(d.due_at) FILTER (WHERE d.plan_id <> due.plan_id) AS elsewhere_at
        FROM check_ins d
       WHERE d.practice_id = due.practice_id AND d.coachee_id = due.coachee_id AND d.sent_at IS NOT NULL
         AND d.due_at BETWEEN due.due_at - interval '2 days' AND due.due_at + interval '2 days'
         AND d.local_day = due.local_day
    ) AS today
    CROSS JOIN LATERAL (
      SELECT bool_or(purpose = 'check_ins') AS yes, bool_or(purpose = 'channel_email') AS email,
             bool_or(purpose = 'channel_push') AS push, bool_or(purpose = 'channel_sms') AS sms,
             bool_or(purpose = 'obstacle_prompts') AS obstacles, bool_or(purpose = 'research_export') AS research
        FROM (
          SELECT purpose FROM consents
           WHERE practice_id = due.practice_id AND coachee_id = due.coachee_id AND withdrawn_at IS NULL
             AND (purpose IN ('check_ins', 'channel_email', 'channel_push', 'channel_sms')
                  OR purpose = 'obstacle_prompts' AND due.kind = 'obstacle'
                  OR purpose = 'research_export' AND due.lot IS NOT NULL)
             FOR SHARE
        ) AS n
    ) AS said
    CROSS JOIN LATERAL (
      SELECT ARRAY(
        SELECT w.channel
          FROM unnest(COALESCE(h.channels::text[], ARRAY(SELECT jsonb_array_elements_text(p.terms -> 'channels'))))
               WITH ORDINALITY AS w(channel, place)
         WHERE CASE w.channel
                 WHEN 'email' THEN said.email
                 WHEN 'sms' THEN said.sms AND h.sms_confirmed_at IS NOT NULL
                 ELSE said.push AND EXISTS (
                   SELECT FROM push_subscriptions b
                    WHERE b.practice_id = due.practice_id AND b.coachee_id = due.coachee_id)
               END
         ORDER BY w.place
      ) AS ways OFFSET 0
    ) AS reach
    CROSS JOIN LATERAL (
      SELECT COALESCE((p.terms ->> 'quiet_from')::time, time '21:00') AS since,
             COALESCE((p.terms ->> 'quiet_until')::time, time '08:00') AS until OFFSET 0
    ) AS quiet
    CROSS JOIN LATERAL (
      SELECT c.zone, (:now AT TIME ZONE c.zone)::time AS at,
             extract(isodow FROM (:now AT TIME ZONE c.zone) + interval '1 day')::integer AS tomorrow OFFSET 0
    ) AS here
), ranked AS (
  SELECT *, count(*) FILTER (WHERE reason IS NULL)
              OVER (PARTITION BY practice_id, coachee_id ORDER BY due_at, plan_id, id) AS place
    FROM judged
), decided AS (
  SELECT practice_id, id, email, language, spoken, good_until, reminder, zone, expires_at, own_questions_id,
         ways, sms_number, patience,
         CASE WHEN kind = planned AND lot @> '{{"of": "kind", "kept": false}}' THEN 'success' ELSE kind END AS kind,
         CASE WHEN kind = planned THEN 'by_lot' ELSE 'not_now' END AS because,
         CASE WHEN kind = planned OR lot @> '{{"of": "sending"}}' THEN lot || '{{"drawn": true}}' END AS lot,
         CASE WHEN place > (reason IS NULL)::integer AND (reason IS NULL OR reason = 'by_lot') THEN 'another_open'
              ELSE reason END AS reason
    FROM ranked
), moved AS (
  UPDATE check_ins k
     SET state = CASE WHEN d.reason IS NULL THEN 'sent'
                      WHEN d.reason IN ('late', 'quiet_hours', 'another_open') THEN 'missed'
                      WHEN d.reason IN ('session', 'day_full', 'too_soon', 'by_lot') THEN 'skipped'
                      ELSE 'cancelled' END,
         kind = CASE WHEN d.reason IS NULL THEN d.kind ELSE k.kind END,
         own_questions_id = CASE WHEN d.reason IS NULL AND d.kind = 'own' THEN d.own_questions_id END,
         decision = CASE WHEN COALESCE(d.reason, 'by_lot') = 'by_lot' AND (d.kind <> k.kind OR d.lot IS NOT NULL)
                         THEN COALESCE(k.decision, '{{}}') || jsonb_strip_nulls(jsonb_build_object(
                           'sent_as', CASE WHEN d.reason IS NULL AND d.kind <> k.kind THEN d.kind END,
                           'because', CASE WHEN d.reason IS NULL AND d.kind <> k.kind THEN d.because END,
                           'lot', d.lot))
                         ELSE k.decision END,
         reason = d.reason,
         sent_at = CASE WHEN d.reason IS NULL THEN :now END,
         closed_at = CASE WHEN d.reason IS NOT NULL THEN :now END
    FROM decided d
   WHERE k.practice_id = d.practice_id AND k.id = d.id AND d.reason IS DISTINCT FROM 'wait'
  RETURNING k.practice_id, k.id, k.plan_id, k.coachee_id, k.state, k.reason, d.email, d.language, d.spoken,
            d.good_until, d.reminder, d.zone, d.ways, d.sms_number, d.patience,
            :now + (d.expires_at - :now) / 2 AS halfway
), ways AS (
  SELECT m.*, w.channel, w.step, CASE w.channel WHEN 'email' THEN email WHEN 'sms' THEN sms_number END AS address,
         jsonb_strip_nulls(
           jsonb_build_object('link', 'check_in:' || id, 'good_until', good_until, 'spoken', spoken)) AS facts,
         cardinality(ways) > 1 AS several, :now + (w.step - 1) * patience AS turn
    FROM moved m CROSS JOIN LATERAL unnest(m.ways) WITH ORDINALITY AS w(channel, step)
   WHERE state = 'sent'
), posted AS (
  INSERT INTO messages
    (practice_id, id, kind, channel, state, recipient_id, address, language, facts, created_at, due_at, attempts)
  SELECT practice_id, {message_id}, 'check_in', channel, 'queued', coachee_id, address, language,
         CASE WHEN several THEN facts || jsonb_build_object('step', step) ELSE facts END, :now, turn, 0
    FROM ways WHERE step = 1 OR turn < good_until
), reminded AS (
  INSERT INTO messages
    (practice_id, id, kind, channel, state, recipient_id, address, language, facts, created_at, due_at, attempts)
  SELECT practice_id, {reminder_id}, 'check_in_reminder', channel, 'queued', coachee_id, address, language,
         CASE WHEN several THEN facts || '{{"reminds": "check_in"}}' ELSE facts END, :now, halfway, 0
    FROM ways
   WHERE reminder AND halfway < good_until
     AND (halfway AT TIME ZONE zone)::time <= time '20:30'
     AND (halfway AT TIME ZONE zone)::date = (:now AT TIME ZONE zone)::date
), {tell}
SELECT (SELECT count(*) FROM moved) AS moved, (SELECT count(*) FROM judged WHERE reason = 'wait') AS waiting
"""


@cache
def sending(limit: int | None) -> TextClause:
    """The statement for the oldest `limit`, or for one; the limit is written into it, which keeps its plan generic."""
    which = ONE if limit is None else OLDEST.format(limit=int(limit))
    return statement(SEND, which=which, **RULES)
