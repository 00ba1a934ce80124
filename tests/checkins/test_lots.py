"""A trial leaves moments to chance: as often as agreed, only with consent to research, and within every rule."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select, update

from domain import checkins, people
from domain.checkins import CheckIn, Kind, Plan, Trial, Tried, Why
from domain.checkins.lots import draw_lot
from domain.kit.work import OPERATOR, begin
from domain.messaging import Message
from domain.people import Coachee, Purpose
from tests.checkins import courses, make
from tests.checkins.test_choices import rows
from tests.checkins.test_foreseen import came_of, foreseen, lived
from tests.people import make as people_make

pytestmark = pytest.mark.anyio
HALF = Trial(of=Tried.SENDING, probability=0.5)
KIND = Trial(of=Tried.KIND, probability=0.5)
LEFT = {"of": "sending", "probability": 0.5, "kept": False, "seed": "a"}
LEFT_KIND = LEFT | {"of": "kind"}
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.8])
def test_of_many_slots_about_the_share_agreed_is_kept_and_each_the_same_again(probability):
    chance = random.Random(2026)
    trial = Trial(of=Tried.SENDING, probability=probability)
    seeds = [chance.randbytes(32) for _ in range(200)]
    for slot in (1, 2):
        lots = [
            [draw_lot(seed, b"c", FIRST + timedelta(days=n), slot, trial).kept for n in range(50)] for seed in seeds
        ]
        kept = sum(map(sum, lots)) / 10_000
        assert abs(kept - probability) < 0.02  # four standard errors
        assert len(set(map(tuple, lots))) > 190  # one person's tells nothing of another's
    together = [draw_lot(seeds[0], b"c", FIRST, slot, trial) for slot in (1, 1, 2)]
    assert together[0] == together[1] != together[2]


@pytest.mark.parametrize("trial", [HALF, KIND])
def test_the_kinds_and_moments_of_a_plan_are_those_that_it_has_without_a_trial(trial):
    for seed in range(20):
        values = {"seed": bytes([seed]) * 32, "own": True}
        plain = courses.made(courses.course(**values), FIRST, LAST)
        tried = courses.made(courses.course(courses.terms(trial=trial), **values), FIRST, LAST)
        assert [one[:7] for one in tried] == [one[:7] for one in plain]
        drawn = [one for one in tried if one.decision.lot]
        assert len(drawn) == (len(tried) if trial is HALF else sum(one.kind is not Kind.SUCCESS for one in tried))


def test_what_is_pinned_is_left_to_no_lot():
    pin = checkins.policy.Pin(Kind.QUALITY_IN_ACTION, 3, 4)
    found = courses.made(courses.course(courses.terms(trial=HALF), pin=pin), FIRST, date(2026, 1, 12))
    assert [bool(one.decision.lot) for one in found] == [one.decision.reason is not Why.PINNED for one in found]
    assert [one.decision.reason for one in found].count(Why.PINNED) == 4


async def sent_one(house, sweep_house, cast, *, lot, research=True, minor=False, **values):
    """One that is due, with that lot, as it stands when the sending has been over it."""
    decision = {"chosen": values.get("kind", Kind.SUCCESS), "reason": "strength", "lot": lot}
    [amir] = await make.plant(house, cast, before=3, decision=decision, **values)
    if research:
        await people_make.consent(house, cast, amir.coachee_id, Purpose.RESEARCH_EXPORT)
    if minor:
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await work.session.execute(update(Coachee).where(Coachee.id == amir.coachee_id).values(minor=True))
    await checkins.send_due(sweep_house)
    return (await rows(house, cast, CheckIn, CheckIn.id == amir.check_in_ids[0]))[0]


@pytest.mark.usefixtures("quiet")
async def test_what_is_left_out_by_lot_is_skipped_and_counts_as_no_silence(house, sweep_house, cast, clock):
    left = await sent_one(house, sweep_house, cast, lot=LEFT)
    assert (left.state, left.reason, left.sent_at) == ("skipped", "by_lot", None)
    assert left.decision == {"chosen": "success", "reason": "strength", "lot": LEFT | {"drawn": True}}
    clock.move(hours=5)
    await checkins.expire_due(sweep_house)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert await work.session.scalar(select(func.count()).select_from(Message)) == 0
        plan = (await work.session.scalars(select(Plan).where(Plan.id == left.plan_id))).one()
    assert (plan.unanswered, plan.silent_since) == (0, None)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(("research", "minor"), [(False, False), (True, True)])
async def test_without_her_consent_or_of_a_minor_everything_is_sent(house, sweep_house, cast, research, minor):
    for lot in (LEFT, LEFT_KIND):
        values = {"research": research, "minor": minor, "kind": Kind.OBSTACLE}
        row = await sent_one(house, sweep_house, cast, lot=lot, **values)
        assert (row.state, row.kind, row.decision["lot"]) == ("sent", "obstacle", lot)


@pytest.mark.usefixtures("quiet")
async def test_a_kind_that_is_not_kept_is_a_success_and_what_a_rule_bars_is_drawn_no_more(
    house, sweep_house, cast, clock
):
    drawn = await sent_one(house, sweep_house, cast, lot=LEFT_KIND, kind=Kind.OBSTACLE)
    assert (drawn.state, drawn.kind, drawn.decision["sent_as"]) == ("sent", "success", "success")
    assert (drawn.decision["because"], drawn.decision["lot"]["drawn"]) == ("by_lot", True)
    clock.move(hours=8)  # after eight in the evening
    barred = await sent_one(
        house, sweep_house, cast, lot=LEFT_KIND, kind=Kind.OBSTACLE, expires_at=clock() + timedelta(hours=2)
    )
    assert (barred.state, barred.kind, barred.decision["because"]) == ("sent", "success", "not_now")
    assert "drawn" not in barred.decision["lot"]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(("left", "states"), [(0, ["skipped", "sent"]), (1, ["sent", "missed"])])
async def test_of_two_that_are_due_at_once_the_first_that_is_kept_goes_out(house, sweep_house, cast, left, states):
    [amir] = await make.plant(house, cast, each=2, decision={"lot": LEFT | {"kept": True}})
    await people_make.consent(house, cast, amir.coachee_id, Purpose.RESEARCH_EXPORT)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        one = update(CheckIn).where(CheckIn.id == amir.check_in_ids[left])
        await work.session.execute(one.values(decision={"lot": LEFT}))
    await checkins.send_due(sweep_house)
    found = {row.id: row.state for row in await rows(house, cast, CheckIn)}
    assert [found[check_in_id] for check_in_id in amir.check_in_ids] == states


async def left_out(house, plan, trial):
    """What its lots leave out of a plan in three weeks, by the first seed with which some of it, and of its first days
    something, is left out: people are drawn anew in each run, and some have luck.
    """
    for number in range(256):
        seed = bytes([number]) * 32
        async with begin(house, plan.practice_id, OPERATOR) as work:
            await work.session.execute(update(Plan).where(Plan.id == plan.id).values(seed=seed))
        seen = await foreseen(house, plan)
        lots = [draw_lot(seed, plan.coachee_id.bytes, day, slot, trial).kept for day, slot, *_ in seen]
        if not all(lots[:4]) and 8 < lots.count(False) < 20:
            return [row[:2] for row, kept in zip(seen, lots, strict=True) if not kept]
    raise AssertionError("no seed is like this")


async def test_once_she_takes_her_consent_back_nothing_more_is_left_out(house, sweep_house, cast, clock):
    trial = Trial(of=Tried.SENDING, probability=0.3)
    plan = await make.accepted_plan(house, cast, trial=trial)
    await people_make.consent(house, cast, plan.coachee_id, Purpose.RESEARCH_EXPORT)
    lent = await left_out(house, plan, trial)
    assert [row[:2] for row in await foreseen(house, plan) if row[-2:] == (None, "by_lot")] == lent
    await lived(house, sweep_house, cast, clock, clock() + timedelta(days=5))
    before = len([row for row in await rows(house, cast, CheckIn) if row.reason == "by_lot"])
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.withdraw_purpose(work, plan.coachee_id, Purpose.RESEARCH_EXPORT)
    seen = await foreseen(house, plan)
    assert {row[-1] for row in seen} == {None}
    until = max(row[0] for row in seen)
    await lived(house, sweep_house, cast, clock, datetime.combine(until, clock().timetz()) + timedelta(days=1))
    assert [row for row in await came_of(house, plan, until) if row[0] >= seen[0][0]] == seen
    assert before == len([row for row in await rows(house, cast, CheckIn) if row.reason == "by_lot"]) > 0


async def test_as_sent_a_thinned_plan_keeps_the_rules(house, sweep_house, cast, clock):
    """Two obstacles whose success between them is left out would follow one another; none are."""
    plans, most = [], Counter()
    for share in (0.4, 0.5, 0.6):
        trial = Trial(of=Tried.SENDING, probability=share)
        plans.append(await make.accepted_plan(house, cast, ratio=2, trial=trial))
        await people_make.consent(house, cast, plans[-1].coachee_id, Purpose.RESEARCH_EXPORT)
    await lived(house, sweep_house, cast, clock, clock() + timedelta(days=40))
    for plan in plans:
        went_out = await rows(house, cast, CheckIn, CheckIn.plan_id == plan.id, CheckIn.sent_at.is_not(None))
        went_out.sort(key=lambda row: row.due_at)
        kinds = [row.kind for row in went_out]
        assert set(kinds[:3]) == {Kind.SUCCESS}
        assert (Kind.OBSTACLE, Kind.OBSTACLE) not in set(pairwise(kinds))
        weeks = Counter(row.local_day.isocalendar()[1] for row in went_out if row.kind is Kind.OBSTACLE)
        assert max(weeks.values(), default=0) <= 2
        most |= weeks
    assert most
