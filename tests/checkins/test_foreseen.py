"""A preview says what will be sent: plans of every sort are foreseen, then lived through by the real sweeps.

Their coachees answer whatever comes at once, as a preview takes for granted; the clock stops wherever something is due.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase as Step, example, given, settings, strategies as st
from sqlalchemy import select, update

from domain import checkins
from domain.checkins import (
    Anchor,
    AnchorKind,
    CheckIn,
    CheckInState,
    Draw,
    Kind,
    Phase,
    Policy,
    Reason,
    Trial,
    Tried,
    Window,
    ZoneMode,
)
from domain.checkins.model import CoacheeRhythm
from domain.kit.calendar import local_day
from domain.kit.work import OPERATOR, Actor, ActorKind, begin
from domain.people import Coachee, Consent, Purpose
from domain.practice import Role
from domain.trajectories import Trajectory
from tests import factories
from tests.checkins import make
from tests.conftest import NOON, databases
from tests.people import make as people
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio
TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
WEEKS = 3
STEPS = (Step.explicit, Step.generate)  # each takes a second or two: a failure is told as it was found
ZONES = ("Europe/Brussels", "Pacific/Auckland", "America/Santiago", "Asia/Kolkata")
REPLIES = {
    Kind.SUCCESS: checkins.Success(text="Het lukte."),
    Kind.OBSTACLE: checkins.Obstacle(happened=True, wished="Rust."),
    Kind.IDEAL: checkins.IdealReply(text="Meer tijd."),
    Kind.QUALITY_IN_ACTION: checkins.QualityInAction(text="Ik bleef rustig."),
}
STOPS = {  # what keeps a plan from sending anything, and how that is said
    "paused": Reason.PLAN_NOT_RUNNING,
    "withdrawn": Reason.CONSENT_WITHDRAWN,
    "archived": Reason.COACHEE_ARCHIVED,
}


@dataclass(frozen=True)
class Story:
    """One coachee with a plan, or two, and what is known of both when the preview is taken."""

    terms: dict[str, Any]
    plan: dict[str, Any]
    zone: str = "Europe/Brussels"
    clock: str | None = None  # of the plan, where it does not follow her
    obstacles: bool = True
    phase: Phase | None = None
    sessions: tuple[tuple[int, int], ...] = ()
    changes: tuple[tuple[int, dict[str, Any]], ...] = ()
    rhythm: dict[str, Any] | None = None
    stop: str | None = None
    research: bool = False
    made: bool = False  # whether its first fortnight is made before the preview is taken
    beside: dict[str, Any] | None = None  # what a plan of hers asks in another trajectory, over the same days


def window(start, minutes, slots=1):
    begins = 8 * 60 + start * 15
    ends = min(begins + minutes, 20 * 60 + 45)
    return Window(start=time(begins // 60, begins % 60), end=time(ends // 60, ends % 60), slots=slots)


TRIALS = st.builds(Trial, of=st.sampled_from(list(Tried)), probability=st.sampled_from((0.3, 0.6)))


@st.composite
def asked(draw, *, burst):
    most = 2 if burst else 1
    early = window(draw(st.integers(0, 16)), draw(st.integers(60, 120)))
    late = window(draw(st.integers(28, 44)), draw(st.integers(60, 240)))
    weekdays = draw(st.sets(st.integers(1, 7), min_size=1))
    quiet = draw(st.sets(st.integers(1, 7), max_size=1)) - weekdays
    anchors = st.builds(Anchor, kind=st.sampled_from(list(AnchorKind)), days=st.integers(0, 2))
    return {
        "weekdays": tuple(sorted(weekdays)),
        "windows": (early, late) if burst else (draw(st.sampled_from((early, late))),),
        "draw": draw(st.sampled_from(list(Draw))),
        "min_gap_minutes": draw(st.sampled_from((0, 120))),
        "per_day_max": most,
        "per_week_max": draw(st.none() | st.integers(1, 6)),
        "anchor": draw(st.sampled_from((None, None, None, draw(anchors)))),
        "quiet_weekdays": tuple(quiet),
        "skip_holidays": draw(st.booleans()),
        "policy": draw(st.sampled_from(list(Policy))),
        "ratio": draw(st.integers(2, 5)),
        "after_n": draw(st.none() | st.integers(2, 14)),
        "trial": draw(st.none() | TRIALS),
    }


@st.composite
def stories(draw):
    burst = draw(st.booleans())
    starts_on = TODAY + draw(st.integers(0, 20)) * DAY
    lasts = draw(st.integers(3, 13) if burst else st.none() | st.integers(5, 80))
    terms = draw(asked(burst=burst))
    later = sorted(draw(st.sets(st.integers(2, 24), max_size=2)))  # tomorrow has begun in the east
    rhythms = st.fixed_dictionaries(
        {
            "obstacles_off_until": st.none() | st.integers(1, 20),
            "last_valence": st.sampled_from((None, 1)),
            "obstacles_declined": st.sampled_from((0, 2)),
            "obstacle_told_at": st.none() | st.just(0),
        }
    )
    return Story(
        terms=terms,
        plan={"starts_on": starts_on, "ends_on": None if lasts is None else starts_on + lasts * DAY},
        zone=draw(st.sampled_from(ZONES)),
        clock=draw(st.sampled_from((None, None, *ZONES))),
        obstacles=draw(st.booleans()),
        phase=draw(st.none() | st.sampled_from(list(Phase))),
        sessions=tuple(draw(st.sets(st.tuples(st.integers(0, 9), st.sampled_from((10, 13, 16))), max_size=4))),
        changes=tuple((day, draw(asked(burst=burst))) for day in later),
        rhythm=draw(st.none() | rhythms),
        stop=draw(st.sampled_from((None, None, None, None, *STOPS))),
        research=draw(st.booleans()),
        made=draw(st.booleans()),
        beside=draw(st.none() | asked(burst=burst) | asked(burst=False)),
    )


async def begun(house, cast, sweep_house, story, place):
    """The story up to its preview; its plans."""
    running = await make.trajectory(house, cast, zone=story.zone)
    for day, hour in story.sessions:
        on = TODAY + (1 + 2 * day + place // 3) * DAY  # her coach has one session at a time
        await trajectories.session(house, cast, running.id, day=on, at=f"{hour + place % 3:02}:00")
    more = {Purpose.OBSTACLE_PROMPTS: story.obstacles, Purpose.RESEARCH_EXPORT: story.research}
    for purpose in (*make.TO_SEND, *(purpose for purpose, agreed in more.items() if agreed)):
        await people.consent(house, cast, running.coachee_id, purpose)
    await known(house, cast, running, story)
    of_plan = story.plan if story.clock is None else story.plan | {"zone_mode": ZoneMode.FIXED, "zone": story.clock}
    plan = await accepted(house, cast, running.id, **story.terms, **of_plan)
    plans = [plan]
    if story.beside is not None:
        other_id = await trajectories.trajectory(house, cast, coachee_id=running.coachee_id, coach=Role.OWNER)
        plans.append(await accepted(house, cast, other_id, **story.beside, **story.plan))
    if story.made:
        await all_made(sweep_house)
    for day, terms in story.changes:
        async with begin(house, cast.practice_id, OPERATOR) as work:
            edition = await checkins.change_plan(work, plan.id, make.terms(**terms), TODAY + day * DAY)
            if edition.state == "proposed":
                await checkins.accept_change(work, plan.id)
    await stopped(house, cast, running, story)
    return plans


async def accepted(house, cast, trajectory_id, **values):
    plan = await make.proposed_plan(house, cast, trajectory_id, **values)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return await checkins.accept_plan(work, plan.id)


async def known(house, cast, running, story):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        phase = update(Trajectory).where(Trajectory.id == running.id).values(phase=story.phase)
        await work.session.execute(phase)
        if story.rhythm is not None:
            moments = {name: story.rhythm[name] for name in ("obstacles_off_until", "obstacle_told_at")}
            moments = {name: None if days is None else NOON + days * DAY for name, days in moments.items()}
            values = story.rhythm | moments
            await work.store(CoacheeRhythm(practice_id=cast.practice_id, id=running.coachee_id, **values))


async def stopped(house, cast, running, story):
    hers = (Consent.coachee_id == running.coachee_id, Consent.purpose == Purpose.CHECK_INS)
    stops = {
        "paused": update(Trajectory).where(Trajectory.id == running.id).values(state="paused"),
        "withdrawn": update(Consent).where(*hers).values(withdrawn_at=NOON),
        "archived": update(Coachee).where(Coachee.id == running.coachee_id).values(archived_at=NOON),
    }
    if story.stop is not None:
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await work.session.execute(stops[story.stop])


async def all_made(sweep_house):
    while (await checkins.materialise_due(sweep_house)).done:
        pass


async def lived(house, sweep_house, cast, clock, until):
    """Every sweep at the moment of its next work, and an answer to all that comes."""
    while True:
        async with sweep_house.sessions() as session:
            made, sent = await checkins.next_materialisation_at(session), await checkins.next_sending_at(session)
        moments = [moment for moment in (made, sent) if moment is not None and moment < until]
        if not moments:
            return
        clock.now = max(clock.now, min(moments))
        await all_made(sweep_house)
        while (await checkins.send_due(sweep_house)).done:
            pass
        await answered(house, cast)


async def answered(house, cast):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        query = select(CheckIn.id, CheckIn.coachee_id, CheckIn.kind).where(CheckIn.state == CheckInState.SENT)
        came = (await work.session.execute(query)).all()
    for check_in_id, coachee_id, kind in came:
        async with begin(house, cast.practice_id, Actor(ActorKind.COACHEE, coachee_id)) as work:
            new = checkins.NewAnswer(reply=REPLIES[kind], sharing=checkins.Sharing.PRIVATE, language="nl")
            await checkins.answer_check_in(work, check_in_id, new)


async def foreseen(house, plan):
    async with begin(house, plan.practice_id, OPERATOR) as work:
        seen = await checkins.preview_plan(work, plan.id, WEEKS)
    return [(one.local_day, one.slot, one.edition, one.wall_time, one.due_at, one.kind, one.skipped) for one in seen]


async def came_of(house, plan, until):
    async with begin(house, plan.practice_id, OPERATOR) as work:
        query = select(CheckIn).where(CheckIn.plan_id == plan.id, CheckIn.local_day <= until, CheckIn.due_at > NOON)
        rows = (await work.session.scalars(query.order_by(CheckIn.due_at, CheckIn.slot))).all()
    return [
        (*(row.local_day, row.slot, row.edition, row.wall_time, row.due_at), row.sent_at and row.kind, row.reason)
        for row in rows
    ]


async def lives_as_foreseen(database, house, sweep_house, clock, told):
    await databases.empty(database)
    clock.now = NOON
    cast = await factories.found_cast(house)
    all_begun = [(story, await begun(house, cast, sweep_house, story, place)) for place, story in enumerate(told)]
    plans = [(story, plan) for story, of_story in all_begun for plan in of_story]
    before = [await foreseen(house, plan) for _, plan in plans]
    until = max(plan.starts_on for _, plan in plans) + WEEKS * 7 * DAY
    await lived(house, sweep_house, cast, clock, datetime.combine(until + DAY, time(), NOON.tzinfo))
    for (story, plan), seen in zip(plans, before, strict=True):
        last = max(plan.starts_on, local_day(NOON, plan.zone)) + (WEEKS * 7 - 1) * DAY
        assert await came_of(house, plan, last) == seen, story


LESS = {"weekdays": (1, 2, 3, 4, 5, 6, 7), "windows": (window(32, 60),)}
TWICE = LESS | {"windows": (window(0, 60), window(32, 60)), "per_day_max": 2, "draw": Draw.FIXED, "min_gap_minutes": 0}
DRAWN = LESS | {"trial": Trial(of=Tried.SENDING, probability=0.5)}
KNOWN = (
    Story(LESS | {"per_week_max": 2}, {}, changes=((3, LESS | {"per_week_max": 6}),), made=True),
    Story(LESS | {"after_n": 3}, {}, changes=((9, LESS | {"after_n": 8}),)),
    Story(LESS, {"starts_on": TODAY + 9 * DAY}, made=True),
    Story(
        LESS,
        {},
        changes=((17, LESS),),
        made=True,
        rhythm={"obstacles_off_until": 9, "obstacles_declined": 0, "obstacle_told_at": 0, "last_valence": 1},
    ),
    Story(TWICE, {"ends_on": TODAY + 13 * DAY}, beside=TWICE | {"windows": (window(4, 60), window(32, 60))}, made=True),
    Story(
        TWICE | {"windows": (window(6, 60), window(32, 60)), "min_gap_minutes": 120},
        {"ends_on": TODAY + 13 * DAY},
        beside=LESS | {"windows": (window(0, 60),)},
    ),
    Story(LESS | {"ratio": 2, "draw": Draw.FIXED}, {}, zone="Asia/Kolkata", clock="Europe/Brussels"),  # 20:30 there
    Story(LESS | {"windows": (window(40, 60),)}, {}, zone="Asia/Kolkata", clock="Europe/Brussels"),
    Story(LESS, {}, stop="withdrawn", beside=LESS),
    Story(DRAWN | {"after_n": 6}, {}, research=True, made=True),
    Story(DRAWN | {"after_n": 2}, {}, research=True, changes=((9, DRAWN | {"after_n": 5}),)),
    Story(LESS | {"trial": Trial(of=Tried.KIND, probability=0.4)}, {}, research=True),
)


@settings(max_examples=2, deadline=None, derandomize=True, phases=STEPS, suppress_health_check=list(HealthCheck))
@example(told=list(KNOWN))
@given(told=st.lists(stories(), min_size=5, max_size=5))
async def test_what_was_foreseen_is_what_is_sent(database, house, sweep_house, clock, told):
    await lives_as_foreseen(database, house, sweep_house, clock, told)


@pytest.mark.soak
@settings(max_examples=150, deadline=None, phases=STEPS, suppress_health_check=list(HealthCheck))
@given(told=st.lists(stories(), min_size=6, max_size=6))
async def test_what_was_foreseen_is_what_is_sent_whatever_the_plans(database, house, sweep_house, clock, told):
    await lives_as_foreseen(database, house, sweep_house, clock, told)
