"""Plans and check-ins for tests: made through the actions, or planted by the hundred for the sweeps."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from httpx import AsyncClient

from domain import checkins, trajectories
from domain.checkins import (
    CheckIn,
    CheckInState,
    EditionState,
    Kind,
    NewPlan,
    Plan,
    PlanEdition,
    PlanState,
    Terms,
    Window,
    ZoneMode,
)
from domain.kit.ids import CheckInId, CoacheeId, PlanId, TrajectoryId, new_id
from domain.kit.secrets import digest
from domain.kit.work import OPERATOR, House, begin
from domain.messaging import Language
from domain.people import Coachee, Consent, GivenVia, Purpose, SealingKey
from domain.practice import Role
from domain.trajectories import Domain, Format, NewTrajectory, Trajectory, TrajectoryState
from tests.factories import Cast
from tests.people import make as people_make

TO_SEND = (Purpose.CHECK_INS, Purpose.CHANNEL_EMAIL)
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]


async def trajectory(house: House, cast: Cast, *, coach: Role = Role.COACH, **person: object) -> Trajectory:
    """A running trajectory of Cas (or another coach) with a new coachee."""
    coachee_id = await people_make.coachee(house, cast, **person)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        new = NewTrajectory(
            coachee_id=coachee_id,
            coach_id=cast.staff[coach],
            format=Format.TRAJECTORY,
            domain=Domain.PROFESSIONAL,
            key_question="What do I want to keep?",
            planned_minutes=420,
        )
        made = await trajectories.propose_trajectory(work, new)
        return await trajectories.accept_trajectory(work, made.id)


def terms(**values: object) -> Terms:
    """One check-in every day, in the early evening, without a reminder."""
    usual = {
        "weekdays": tuple(EVERY_DAY),
        "windows": (Window(start=time(16, 30), end=time(20, 30)),),
        "expires_after_minutes": 240,
        "reminder": False,
    }
    return Terms(**usual | values)


def new_plan(**values: object) -> NewPlan:
    """A plan to propose; `values` change it, or its terms."""
    of_plan = {name: values.pop(name) for name in ("zone_mode", "zone", "starts_on", "ends_on") if name in values}
    usual = {
        "zone_mode": ZoneMode.FOLLOW_PERSON,
        "zone": None,
        "starts_on": date(2026, 3, 2),
        "ends_on": date(2026, 6, 30),
    }
    return NewPlan(terms=terms(**values), **usual | of_plan)


async def proposed_plan(house: House, cast: Cast, trajectory_id: TrajectoryId, **values: object) -> Plan:
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return await checkins.propose_plan(work, trajectory_id, new_plan(**values))


async def accepted_plan(house: House, cast: Cast, *, obstacles: bool = True, **values: object) -> Plan:
    """A plan of a new coachee who consents to everything that it needs."""
    running = await trajectory(house, cast)
    purposes = (*TO_SEND, Purpose.OBSTACLE_PROMPTS) if obstacles else TO_SEND
    for purpose in purposes:
        await people_make.consent(house, cast, running.coachee_id, purpose)
    plan = await proposed_plan(house, cast, running.id, **values)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return await checkins.accept_plan(work, plan.id)


def question(text: str, form: str = "text", *, language: str = "nl", **values: object) -> dict[str, object]:
    """A question in own words, as a body has it."""
    return {"form": form, "text": [{"language": language, "text": text}]} | values


def words(*texts: str, language: str = "nl") -> list[list[dict[str, str]]]:
    """The options of a choice, or the ends of a scale."""
    return [[{"language": language, "text": text}] for text in texts]


async def question_set(owner: AsyncClient) -> str:
    body = {"name": "Grenzen", "items": [question("Wat hielp je vandaag?")]}
    answer = await owner.post("/v1/question-sets", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@dataclass(frozen=True)
class Planted:
    """A coachee with an accepted plan and check-ins, written straight into the tables."""

    coachee_id: CoacheeId
    trajectory_id: TrajectoryId
    plan_id: PlanId
    check_in_ids: list[CheckInId]


async def plant(
    house: House, cast: Cast, count: int = 1, *, each: int = 1, before: int = 0, **values: object
) -> list[Planted]:
    """`count` coachees, with `each` check-ins due this minute; `values` change these. `before` were answered before."""
    planted: list[Planted] = []
    coachees, others, plans, editions, due = [], [], [], [], []
    for _ in range(count):
        coachee = _coachee(house, cast)
        running = _trajectory(house, cast, coachee)
        plan = _plan(house, cast, running, a_day=min(each, 2) or 1)
        made = [_check_in(house, plan, slot, values) for slot in range(1, each + 1)]
        coachees.append(coachee)
        others += [
            _key(house, coachee),
            running,
            *(_consent(house, coachee, purpose) for purpose in (*TO_SEND, Purpose.OBSTACLE_PROMPTS)),
        ]
        plans.append(plan)
        editions.append(first_edition(plan))
        due += made + [answered_before(house, plan, days) for days in range(1, before + 1)]
        planted.append(Planted(coachee.id, running.id, plan.id, [check_in.id for check_in in made]))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for things in (coachees, others, plans, editions, due):
            await work.store(*things)
    return planted


def _coachee(house: House, cast: Cast) -> Coachee:
    coachee_id = CoacheeId(new_id())
    return Coachee(
        practice_id=cast.practice_id,
        id=coachee_id,
        given_name="Amir",
        family_name="Haddad",
        email=f"{coachee_id}@example.org",
        country="BE",
        language=Language.NL,
        zone="Europe/Brussels",
        created_at=house.clock(),
    )


def _key(house: House, coachee: Coachee) -> SealingKey:
    wrapped = house.vault.new_wrapped_key(coachee.id.bytes)
    return SealingKey(practice_id=coachee.practice_id, id=coachee.id, wrapped_key=wrapped)


def _consent(house: House, coachee: Coachee, purpose: Purpose) -> Consent:
    return Consent(
        practice_id=coachee.practice_id,
        coachee_id=coachee.id,
        purpose=purpose,
        wording_version=1,
        wording_digest="0" * 64,
        language=Language.NL,
        given_at=house.clock(),
        given_via=GivenVia.PAPER,
    )


def _trajectory(house: House, cast: Cast, coachee: Coachee) -> Trajectory:
    return Trajectory(
        practice_id=cast.practice_id,
        id=TrajectoryId(new_id()),
        coachee_id=coachee.id,
        coach_id=cast.staff[Role.COACH],
        format=Format.TRAJECTORY,
        domain=Domain.PROFESSIONAL,
        sealed_key_question=b"sealed",
        planned_minutes=420,
        state=TrajectoryState.RUNNING,
        proposed_at=house.clock(),
        decided_at=house.clock(),
    )


def _plan(house: House, cast: Cast, running: Trajectory, a_day: int) -> Plan:
    plan_id = PlanId(new_id())
    return Plan(
        practice_id=cast.practice_id,
        id=plan_id,
        trajectory_id=running.id,
        coachee_id=running.coachee_id,
        state=PlanState.ACCEPTED,
        terms=terms(windows=(Window(start=time(9), end=time(20, 30)),), per_day_max=a_day),
        zone_mode=ZoneMode.FOLLOW_PERSON,
        zone="Europe/Brussels",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        seed=digest("the same in each run"),
        token_digest=digest(str(plan_id)),
        proposed_at=house.clock(),
        decided_at=house.clock(),
    )


def first_edition(plan: Plan) -> PlanEdition:
    return PlanEdition(
        practice_id=plan.practice_id,
        plan_id=plan.id,
        number=1,
        effective_from=plan.starts_on,
        terms=plan.terms,
        state=EditionState.ACCEPTED,
        proposed_at=plan.proposed_at,
    )


def answered_before(house: House, plan: Plan, days: int) -> CheckIn:
    """A success that she was asked for so many days ago, and answered."""
    at = house.clock() - timedelta(days=days)
    stamps = {"sent_at": at, "answered_at": at, "closed_at": at, "due_at": at, "local_day": at.date()}
    return _check_in(house, plan, 1, {"state": CheckInState.ANSWERED} | stamps)


async def had_the_first(house: House, cast: Cast, plan: Plan) -> None:
    """The first ones of this plan, which ask for a success whatever its policy is, lie behind her."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.store(*(answered_before(house, plan, days) for days in (10, 11, 12)))


def _check_in(house: House, plan: Plan, slot: int, values: dict[str, object]) -> CheckIn:
    check_in_id = CheckInId(new_id())
    now = house.clock()
    row = {
        "practice_id": plan.practice_id,
        "id": check_in_id,
        "plan_id": plan.id,
        "coachee_id": plan.coachee_id,
        "kind": Kind.SUCCESS,
        "state": CheckInState.PLANNED,
        "local_day": now.date(),
        "slot": slot,
        "wall_time": time(11, 59, slot),
        "zone": plan.zone,
        "due_at": now - timedelta(seconds=60 - slot),
        "expires_at": now + timedelta(hours=4),
        "token_digest": digest(str(check_in_id)),
    }
    return CheckIn(**row | values)
