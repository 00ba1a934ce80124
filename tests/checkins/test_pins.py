"""A coach pins a quality or an ideal for the next check-ins: her coachee sees it where she is signed in, only there."""

import json

import pytest
from sqlalchemy import select, text

from domain import checkins
from domain.checkins import CheckIn, Kind
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.messaging import Message
from tests.checkins import make
from tests.method import make as method
from tests.phone.make import row_of
from tests.phone.test_own_area import address_of, another_browser, asked

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]


def problem(answer):
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def made(house, cast):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return (await work.session.scalars(select(CheckIn).order_by(CheckIn.due_at))).all()


async def pinned(house, sweep_house, cast, cas, plan, **what):
    answer = await cas.post(f"/v1/check-in-plans/{plan.id}/pin", json=what)
    assert answer.status_code == 200, answer.text
    await checkins.materialise_due(sweep_house)
    return await made(house, cast)


async def sent(house, sweep_house, cast, clock, row, kind=None):
    """The page of a check-in that was sent; `kind` makes it one of another kind first."""
    if kind is not None:
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await work.session.execute(text("UPDATE check_ins SET kind = :k WHERE id = :i"), {"k": kind, "i": row.id})
    clock.now = row.due_at
    for _ in range(2):  # the first closes what has run out, where it stands in the way
        await checkins.send_due(sweep_house)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return f"/c/{work.vault.token('check_in', str(row.id))}"


async def signed_in(house, cast, client, plan):
    await client.post("/me/sign-in", data={"email": await address_of(house, cast, plan)})
    _, code = await asked(house, cast)
    assert (await client.post("/me/code", data={"code": code})).status_code == 303


async def test_a_pin_stands_in_the_decision_log_of_the_next_ones_and_breaks_no_rule(house, sweep_house, cast, cas):
    plan = await make.accepted_plan(house, cast)
    quality = await method.added(cas, plan.coachee_id, "qualities", method.QUALITY)
    ideal = await method.added(cas, plan.coachee_id, "ideals", method.IDEAL)
    before = [(row.due_at, row.kind) for row in await pinned(house, sweep_house, cast, cas, plan, kind="free", count=1)]
    rows = await pinned(house, sweep_house, cast, cas, plan, quality_id=quality, ideal_id=ideal, count=5)
    assert [(row.due_at, row.kind) for row in rows] == before
    logged = [(row.decision.get("quality_id"), row.decision.get("ideal_id")) for row in rows]
    assert logged == [(quality, ideal)] * 5 + [(None, None)] * (len(rows) - 5)
    shown = (await cas.get(f"/v1/check-ins/{rows[0].id}/decision")).json()["decision"]
    assert (shown["quality_id"], shown["ideal_id"], shown["reason"]) == (quality, ideal, "first_ones")
    rows = await pinned(house, sweep_house, cast, cas, plan, kind="ideal", ideal_id=ideal, count=5)
    assert [row.kind for row in rows[:5]] == [Kind.SUCCESS] * 3 + [Kind.IDEAL] * 2
    assert all("quality_id" not in row.decision for row in rows)


async def test_a_plan_tells_what_is_pinned_in_it(house, sweep_house, cast, cas):
    plan = await make.accepted_plan(house, cast)
    assert (await cas.get(f"/v1/check-in-plans/{plan.id}")).json()["pin"] is None
    ideal = await method.added(cas, plan.coachee_id, "ideals", method.IDEAL)
    await pinned(house, sweep_house, cast, cas, plan, kind="ideal", ideal_id=ideal, count=3)
    told = (await cas.get(f"/v1/check-in-plans/{plan.id}")).json()["pin"]
    assert told == {"kind": "ideal", "quality_id": None, "ideal_id": ideal, "count": 3}


async def test_a_pinned_quality_comes_first_where_she_is_signed_in_and_nowhere_else(
    house, sweep_house, cast, cas, clock, anonymous
):
    plan = await make.accepted_plan(house, cast)
    quality = await method.added(cas, plan.coachee_id, "qualities", method.OWN_QUALITY)
    first, *_ = await pinned(house, sweep_house, cast, cas, plan, quality_id=quality, count=3)
    page = await sent(house, sweep_house, cast, clock, first)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        mails = (await work.session.scalars(select(Message))).all()
        events = (await work.session.execute(text("SELECT to_jsonb(e) FROM events e"))).all()
    assert mails
    for told in (
        *(json.dumps(one.facts) for one in mails),
        str(events),
        str(await row_of(house, cast, "check_ins", first.id)),
    ):
        assert method.OWN_WORD not in told
    assert all(quality not in json.dumps(one.facts) for one in mails)
    assert method.OWN_WORD not in (await anonymous.get(page)).text
    her = another_browser(anonymous)
    await signed_in(house, cast, her, plan)
    shown = (await her.get(page)).text
    chips = shown[shown.index('class="chips"') :]
    assert chips.index(f'value="{method.OWN_WORD}"') < chips.index('name="qualities"')
    assert chips.count('<input type="checkbox"') == checkins.QUALITIES_SHOWN
    ticked = {"text": "Het ging goed.", "own_quality": method.OWN_WORD, "other_quality": "dapper"}
    assert (await her.post(page, data=ticked)).status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [told] = await checkins.list_successes(work, plan.coachee_id)
    assert told.qualities == (f"{method.OWN_WORD}, dapper",)


async def test_a_question_for_an_ideal_refers_to_the_pinned_one_where_she_is_signed_in(
    house, sweep_house, cast, cas, clock, anonymous
):
    plan = await make.accepted_plan(house, cast)
    ideal = await method.added(cas, plan.coachee_id, "ideals", method.IDEAL)
    rows = await pinned(house, sweep_house, cast, cas, plan, ideal_id=ideal, count=3)
    await make.had_the_first(house, cast, plan)
    await signed_in(house, cast, anonymous, plan)
    for row, kind, tells in zip(rows, ("success", "ideal", "quality_in_action"), (False, True, True), strict=False):
        page = await sent(house, sweep_house, cast, clock, row, kind)
        assert (method.WISH in (await anonymous.get(page)).text) is tells
        assert method.WISH not in (await another_browser(anonymous).get(page)).text
    assert (await cas.post(f"/v1/ideals/{ideal}/archive")).status_code == 200
    assert method.WISH not in (await anonymous.get(page)).text


async def test_only_what_is_hers_is_pinned(house, cast, cas, omar, lena):
    plan, other = [await make.accepted_plan(house, cast) for _ in range(2)]
    address = f"/v1/check-in-plans/{plan.id}/pin"
    hers = await method.added(cas, plan.coachee_id, "qualities", method.QUALITY)
    not_hers = {
        "quality_id": await method.added(cas, other.coachee_id, "qualities", method.QUALITY),
        "ideal_id": await method.added(cas, other.coachee_id, "ideals", method.IDEAL),
    }
    assert problem(await cas.post(address, json={"count": 3})) == (422, "nothing-to-pin")
    for field, foreign in not_hers.items():
        for one in (foreign, str(new_id())):
            refused = await cas.post(address, json={field: one, "count": 3})
            assert problem(refused) == (422, "not-in-this-file")
            assert refused.json()["errors"][0]["pointer"] == f"/{field}"
    gone = await method.added(cas, plan.coachee_id, "ideals", method.IDEAL)
    await cas.post(f"/v1/ideals/{gone}/archive")
    assert problem(await cas.post(address, json={"ideal_id": gone, "count": 3})) == (422, "not-in-this-file")
    assert problem(await omar.post(address, json={"quality_id": hers, "count": 3})) == (403, "not-your-coachee")
    assert (await row_of(house, cast, "check_in_plans", plan.id))["pinned_quality_id"] is None
