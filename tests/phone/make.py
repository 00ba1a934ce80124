"""A coachee with a check-in that was sent, or with a plan that waits for her word; planted straight in the tables."""

import json
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from domain import people
from domain.checkins import (
    CheckIn,
    CheckInAnswer,
    CheckInState,
    Form,
    Kind,
    OwnQuestions,
    Plan,
    PlanState,
    ProposedBy,
    Question,
    QuestionsState,
    Terms,
    Window,
    ZoneMode,
)
from domain.kit.ids import CheckInId, CoacheeId, OwnQuestionsId, PlanId, TrajectoryId, new_id
from domain.kit.secrets import digest
from domain.kit.work import OPERATOR, House, Work, begin
from domain.messaging import Language
from domain.people import GivenVia, NewCoachee, Purpose
from domain.practice import Role
from domain.trajectories import Domain, Format, Trajectory, TrajectoryState
from tests.checkins.make import first_edition
from tests.factories import Cast

HOURS = 8
OURS = 2  # scripts of a page: the app's by its address, and its words as data


@dataclass(frozen=True)
class Planted:
    coachee_id: CoacheeId
    plan_id: PlanId
    check_in_id: CheckInId
    check_in: str
    plan: str

    @property
    def page(self) -> str:
        return f"/c/{self.check_in}"

    @property
    def plan_page(self) -> str:
        return f"/p/{self.plan}"


async def plant(
    house: House,
    cast: Cast,
    *,
    kind: Kind = Kind.SUCCESS,
    language: Language = Language.NL,
    state: CheckInState = CheckInState.SENT,
    plan_state: PlanState = PlanState.ACCEPTED,
    consents: tuple[Purpose, ...] = (),
    coach: Role = Role.COACH,
) -> Planted:
    async with begin(house, cast.practice_id, OPERATOR) as work:
        new = NewCoachee(
            given_name="Amir", family_name="Peeters", email=f"amir-{new_id()}@example.org", language=language
        )
        coachee = await people.create_coachee(work, new)
        for purpose in consents:
            await people.give_consent(
                work,
                coachee.id,
                purpose,
                wording_version=people.current_version(purpose),
                given_via=GivenVia.CONVERSATION,
                language=language,
            )
        plan = await _plan(work, cast, coachee.id, plan_state, coach)
        check_in = _check_in(work, plan, kind, state)
        if kind is Kind.OWN:
            check_in.own_questions_id = (await agree(work, plan)).id
        await work.store(check_in)
        return Planted(
            coachee.id,
            plan.id,
            check_in.id,
            work.vault.token("check_in", str(check_in.id)),
            work.vault.token("plan", str(plan.id)),
        )


async def _plan(work: Work, cast: Cast, coachee_id: CoacheeId, state: PlanState, coach: Role) -> Plan:
    trajectory_id = TrajectoryId(new_id())
    trajectory = Trajectory(
        practice_id=work.practice_id,
        id=trajectory_id,
        coachee_id=coachee_id,
        coach_id=cast.staff[coach],
        format=Format.TRAJECTORY,
        domain=Domain.BOTH,
        sealed_key_question=await people.seal(work, coachee_id, "?", f"key_question:{trajectory_id}"),
        planned_minutes=420,
        state=TrajectoryState.RUNNING,
        proposed_at=work.now,
        decided_at=work.now,
    )
    await work.store(trajectory)
    await people.let_see(work, coachee_id, [trajectory.coach_id])
    plan_id = PlanId(new_id())
    plan = Plan(
        practice_id=work.practice_id,
        id=plan_id,
        trajectory_id=trajectory.id,
        coachee_id=coachee_id,
        state=state,
        terms=Terms(
            weekdays=(1, 3, 5),
            windows=(Window(start=time(16, 30), end=time(20, 30)),),
            expires_after_minutes=HOURS * 60,
        ),
        zone_mode=ZoneMode.FOLLOW_PERSON,
        zone="Europe/Brussels",
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 5, 31),
        seed=b"0" * 32,
        token_digest=digest(work.vault.token("plan", str(plan_id))),
        proposed_at=work.now,
    )
    await work.store(plan)
    await work.store(first_edition(plan))
    return plan


async def agree(work: Work, plan: Plan) -> OwnQuestions:
    """Questions in own words that she agreed to for this plan: one to write on and one to tap."""
    coachee = await people.get_coachee(work, plan.coachee_id)
    asked = (
        Question(form=Form.TEXT, text={coachee.language: "???"}),
        Question(form=Form.YES_NO, text={coachee.language: "???!"}, required=True),
    )
    row_id = OwnQuestionsId(new_id())
    content = msgspec.json.encode(asked).decode()
    agreed = OwnQuestions(
        practice_id=work.practice_id,
        id=row_id,
        plan_id=plan.id,
        coachee_id=plan.coachee_id,
        number=1,
        state=QuestionsState.ACCEPTED,
        proposed_by=ProposedBy.COACH,
        sealed_items=await people.seal(work, plan.coachee_id, content, f"questions:{row_id}"),
        proposed_at=work.now,
        decided_at=work.now,
    )
    await work.store(agreed)
    return agreed


def _check_in(work: Work, plan: Plan, kind: Kind, state: CheckInState) -> CheckIn:
    check_in_id = CheckInId(new_id())
    return CheckIn(
        practice_id=work.practice_id,
        id=check_in_id,
        plan_id=plan.id,
        coachee_id=plan.coachee_id,
        kind=kind,
        state=state,
        local_day=date(2026, 3, 2),
        slot=0,
        wall_time=time(12, 0),
        zone="Europe/Brussels",
        due_at=work.now,
        expires_at=work.now + timedelta(hours=HOURS),
        token_digest=digest(work.vault.token("check_in", str(check_in_id))),
        sent_at=None if state is CheckInState.PLANNED else work.now,
    )


async def row_of(house: House, cast: Cast, table: str, row_id: UUID) -> dict[str, Any]:
    """The row as it stands, to compare it."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        row = await work.session.scalar(text(f"SELECT to_jsonb(t) FROM {table} AS t WHERE id = :id"), {"id": row_id})
        assert isinstance(row, dict)
        return row


async def counts(house: House, cast: Cast) -> dict[str, int]:
    """How many rows the practice has of whatever an answer or a decision adds to."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        tables = ("answers", "audit_entries", "consents", "events", "messages")
        return {table: await work.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables}


@dataclass(frozen=True)
class Opened:
    answer: CheckInAnswer
    content: dict[str, Any]


async def answers(house: House, cast: Cast, check_in_id: CheckInId) -> list[Opened]:
    """What is stored for a check-in, opened."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        found = await work.session.scalars(select(CheckInAnswer).where(CheckInAnswer.check_in_id == check_in_id))
        return [
            Opened(a, json.loads(await people.unseal(work, a.coachee_id, a.sealed_content, f"answer:{a.id}")))
            for a in found.all()
        ]


async def asked_again(house, cast, planted, clock):
    """The next check-in of the same plan, as the engine would make it."""
    clock.move(days=1)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        first = await work.session.scalar(select(CheckIn).where(CheckIn.id == planted.check_in_id))
        values = {column.name: getattr(first, column.key) for column in CheckIn.__table__.columns}
        check_in_id = new_id()
        token = work.vault.token("check_in", str(check_in_id))

        again = CheckIn(
            **values
            | {
                "id": check_in_id,
                "state": CheckInState.SENT,
                "slot": clock.now.toordinal() % 1000 + 1,
                "due_at": clock.now,
                "expires_at": clock.now + (first.expires_at - first.due_at),
                "sent_at": clock.now,
                "answered_at": None,
                "closed_at": None,
                "token_digest": digest(token),
            }
        )
        await work.store(again)
        return f"/c/{token}"
