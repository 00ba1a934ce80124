"""A coachee who travels, and a practice that moves: wall times hold, and nothing comes twice."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from domain import checkins
from domain.checkins import CheckIn, CheckInState, Draw, Reason, Window, ZoneMode
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.people import Coachee
from tests.checkins import make
from tests.messaging.make import messages

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]
NEW_YORK, TOKYO = "America/New_York", "Asia/Tokyo"
AT_FIVE = {"windows": (Window(start=time(17), end=time(17, 30)),), "draw": Draw.FIXED}


async def planned(house, cast, sweep_house, **values):
    plan = await make.accepted_plan(house, cast, **AT_FIVE | values)
    await checkins.materialise_due(sweep_house)
    return plan


async def rows(house, cast, plan):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        found = select(CheckIn).where(CheckIn.plan_id == plan.id).order_by(CheckIn.local_day, CheckIn.slot)
        return (await work.session.scalars(found)).all()


def wall(check_in, zone):
    return check_in.due_at.astimezone(ZoneInfo(zone)).time()


async def test_whoever_is_told_to_be_elsewhere_is_asked_by_the_clock_there(house, cast, sweep_house, cas, clock):
    plan = await planned(house, cast, sweep_house)
    answer = await cas.patch(f"/v1/coachees/{plan.coachee_id}", json={"zone": NEW_YORK})
    assert answer.status_code == 200, answer.text
    await checkins.materialise_due(sweep_house)
    found = await rows(house, cast, plan)
    assert {(one.zone, one.wall_time, wall(one, NEW_YORK)) for one in found} == {(NEW_YORK, time(17), time(17))}
    assert len({one.local_day for one in found}) == len(found) == 14
    assert found[0].local_day == date(2026, 3, 2)


async def test_what_is_over_by_the_new_clock_is_missed_today_and_comes_tomorrow(house, cast, sweep_house, cas, clock):
    plan = await planned(house, cast, sweep_house)  # noon in Brussels is eight in the evening in Tokyo
    await cas.patch(f"/v1/coachees/{plan.coachee_id}", json={"zone": TOKYO})
    await checkins.materialise_due(sweep_house)
    today, tomorrow, *_ = await rows(house, cast, plan)
    assert (today.state, today.reason) == (CheckInState.MISSED, Reason.LATE)
    assert (tomorrow.local_day, wall(tomorrow, TOKYO)) == (date(2026, 3, 3), time(17))


async def test_her_own_device_tells_where_she_is(house, cast, sweep_house, anonymous, clock):
    plan = await planned(house, cast, sweep_house)
    clock.now = datetime(2026, 3, 2, 16, 0, tzinfo=ZoneInfo("UTC"))
    await checkins.send_due(sweep_house)
    [sent] = [one for one in await rows(house, cast, plan) if one.state == CheckInState.SENT]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        page = f"/c/{work.vault.token('check_in', str(sent.id))}"
    body = {"id": str(new_id()), "fields": {"text": ["Geland."]}, "zone": NEW_YORK, "now": clock.now.isoformat()}
    assert (await anonymous.put(f"{page}/answer", json=body)).status_code == 200
    await checkins.materialise_due(sweep_house)
    first, *others = await rows(house, cast, plan)
    assert (first.id, first.state, first.zone) == (sent.id, CheckInState.ANSWERED, "Europe/Brussels")
    assert {one.zone for one in others} == {NEW_YORK}
    assert min(one.local_day for one in others) == date(2026, 3, 3)  # never a second one that day
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert await work.session.scalar(select(Coachee.zone).where(Coachee.id == plan.coachee_id)) == NEW_YORK


async def test_an_answer_that_waited_on_a_phone_tells_where_she_was_and_moves_nothing(
    house, cast, sweep_house, anonymous, clock
):
    plan = await planned(house, cast, sweep_house)
    clock.now = datetime(2026, 3, 2, 16, 0, tzinfo=ZoneInfo("UTC"))
    await checkins.send_due(sweep_house)
    [sent] = [one for one in await rows(house, cast, plan) if one.state == CheckInState.SENT]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        page = f"/c/{work.vault.token('check_in', str(sent.id))}"
    written = (clock.now - timedelta(hours=2)).isoformat()
    told = {"zone": NEW_YORK, "written_at": written, "now": clock.now.isoformat()}
    body = {"id": str(new_id()), "fields": {"text": ["In de trein."]}} | told
    assert (await anonymous.put(f"{page}/answer", json=body)).status_code == 200
    assert {one.zone for one in await rows(house, cast, plan)} == {"Europe/Brussels"}


async def test_a_plan_with_a_clock_of_its_own_stays(house, cast, sweep_house, cas):
    plan = await planned(house, cast, sweep_house, zone_mode=ZoneMode.FIXED, zone="Europe/Brussels")
    await cas.patch(f"/v1/coachees/{plan.coachee_id}", json={"zone": TOKYO})
    await checkins.materialise_due(sweep_house)
    assert {one.zone for one in await rows(house, cast, plan)} == {"Europe/Brussels"}


@pytest.mark.parametrize(("zone", "told"), [(TOKYO, ("missed", Reason.QUIET_HOURS)), (NEW_YORK, ("sent", None))])
async def test_nothing_comes_at_night_where_she_is_whosever_clock_a_plan_goes_by(
    house, cast, sweep_house, cas, clock, zone, told
):
    plan = await planned(house, cast, sweep_house, zone_mode=ZoneMode.FIXED, zone="Europe/Brussels")
    await cas.patch(f"/v1/coachees/{plan.coachee_id}", json={"zone": zone})
    [seen, *_] = (await cas.get(f"/v1/check-in-plans/{plan.id}/preview")).json()["items"]
    clock.now = datetime(2026, 3, 2, 17, 1, tzinfo=ZoneInfo("Europe/Brussels"))
    await checkins.send_due(sweep_house)
    [today, *_] = await rows(house, cast, plan)
    assert (today.state, today.reason) == told
    assert (seen["due_at"], seen["skipped"]) == ("2026-03-02T16:00:00Z", told[1])


async def test_neither_mail_nor_reminder_comes_in_the_quiet_hours_of_the_clock_of_a_plan(
    house, cast, sweep_house, cas, clock
):
    at_six = {"windows": (Window(start=time(18), end=time(18, 30)),), "expires_after_minutes": None, "reminder": True}
    fixed = {"zone_mode": ZoneMode.FIXED, "zone": "Europe/Brussels"}
    plan = await planned(house, cast, sweep_house, **fixed, **at_six)
    await cas.patch(f"/v1/coachees/{plan.coachee_id}", json={"zone": NEW_YORK})
    clock.now = datetime(2026, 3, 2, 18, 1, tzinfo=ZoneInfo("Europe/Brussels"))
    await checkins.send_due(sweep_house)  # half-way is nine in the evening, where she is three in the afternoon
    [told] = [one for one in await messages(house, cast) if one.kind.startswith("check_in")]
    quiet_from = datetime(2026, 3, 2, 21, tzinfo=ZoneInfo("Europe/Brussels"))
    assert (told.kind, datetime.fromisoformat(told.facts["good_until"])) == ("check_in", quiet_from)


@pytest.mark.parametrize(("until", "morning"), [(time(8), time(10)), (time(13), time(13))])
async def test_what_she_is_told_of_her_plan_waits_for_the_morning_where_she_is(
    house, cast, sweep_house, cas, clock, until, morning
):
    own = {"zone_mode": ZoneMode.FIXED, "zone": "Europe/Brussels", "quiet_until": until}
    plan = await planned(house, cast, sweep_house, **own)
    await cas.patch(f"/v1/coachees/{plan.coachee_id}", json={"zone": TOKYO})
    clock.now = datetime(2026, 3, 2, 15, tzinfo=ZoneInfo("Europe/Brussels"))  # eleven at night in Tokyo
    async with begin(house, cast.practice_id, OPERATOR) as work:
        held = await checkins.get_plan(work, plan.id, lock=True)
        held.unanswered, held.silent_since, held.tend_at = 5, clock(), clock()
        await work.session.flush()
        await checkins.tend_plan(work, plan.id)
    [told] = [one for one in await messages(house, cast) if one.kind == "check_in_pace"]
    assert told.due_at == datetime.combine(date(2026, 3, 3), morning, ZoneInfo(TOKYO))


async def test_a_practice_that_moves_takes_the_plans_along_that_go_by_its_clock(house, cast, sweep_house, omar):
    plan = await planned(house, cast, sweep_house, zone_mode=ZoneMode.PRACTICE)
    other = await planned(house, cast, sweep_house)
    answer = await omar.patch("/v1/practice", json={"zone": NEW_YORK}, headers={"If-Match": '"v1"'})
    assert answer.status_code == 200, answer.text
    await checkins.materialise_due(sweep_house)
    assert {(one.zone, wall(one, NEW_YORK)) for one in await rows(house, cast, plan)} == {(NEW_YORK, time(17))}
    assert {one.zone for one in await rows(house, cast, other)} == {"Europe/Brussels"}


async def test_a_zone_that_does_not_exist_is_refused_and_a_device_that_names_one_is_not_believed(
    house, cast, sweep_house, cas, anonymous, clock
):
    plan = await planned(house, cast, sweep_house)
    refused = await cas.patch(f"/v1/coachees/{plan.coachee_id}", json={"zone": "Mars/Olympus"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unknown-zone")
    clock.now = datetime(2026, 3, 2, 16, 0, tzinfo=ZoneInfo("UTC"))
    await checkins.send_due(sweep_house)
    first, *_ = await rows(house, cast, plan)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        page = f"/c/{work.vault.token('check_in', str(first.id))}"
    body = {"id": str(new_id()), "fields": {"text": ["Hier."]}, "zone": "Mars/Olympus"}
    assert (await anonymous.put(f"{page}/answer", json=body)).status_code == 200
    assert {one.zone for one in await rows(house, cast, plan)} == {"Europe/Brussels"}
