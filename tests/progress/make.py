"""Answers of one coachee, given through the product's own action."""

from datetime import date, timedelta

from domain import checkins, people
from domain.checkins import CheckIn, CheckInState, NewAnswer, Plan, Sharing, Source
from domain.kit.ids import CheckInId, new_id
from domain.kit.secrets import digest
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from domain.people import Purpose
from domain.practice import Role
from tests.phone import make

SHARES = (Purpose.SHARE_CHECK_INS_WITH_COACH,)


async def someone(house, cast, *more):
    """A coachee who may share, with a plan; the id of her trajectory comes with her."""
    planted = await make.plant(house, cast, consents=(*SHARES, *more))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        plan = await checkins.get_plan(work, planted.plan_id)
        await people.let_see(work, planted.coachee_id, [cast.staff[Role.COACH]])
    return planted, plan.trajectory_id


async def told(house, cast, planted, reply, *, day=date(2026, 3, 2), sharing=Sharing.WITH_COACH, language=Language.NL):
    """One check-in that she began herself, answered."""
    check_in_id = CheckInId(new_id())
    async with begin(house, cast.practice_id, OPERATOR) as work:
        plan = await work.session.get_one(Plan, (cast.practice_id, planted.plan_id))
        check_in = CheckIn(
            practice_id=work.practice_id,
            id=check_in_id,
            plan_id=plan.id,
            coachee_id=planted.coachee_id,
            kind=reply.kind,
            source=Source.SELF_INITIATED,
            state=CheckInState.STARTED,
            local_day=day,
            slot=-(check_in_id.int % 30000) - 1,
            wall_time=work.now.time(),
            zone="Europe/Brussels",
            due_at=work.now,
            expires_at=work.now + timedelta(hours=8),
            token_digest=digest(str(check_in_id)),
        )
        await work.store(check_in)
        new = NewAnswer(reply=reply, sharing=sharing, language=language)
        await checkins.answer_check_in(work, check_in_id, new)
    return check_in_id
