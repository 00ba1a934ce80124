"""Registering a cheque, over HTTP: what it becomes, whose it may be, and every refusal."""

import asyncio

import pytest

from domain.kit.work import OPERATOR, begin
from domain.people import archive_coachee
from tests.funding import make
from tests.funding.make import told

pytestmark = pytest.mark.anyio
TODAY, DAYS = make.TODAY.isoformat(), {"ordered_on": "2026-03-02", "issued_on": "2026-03-02"}


@pytest.fixture
async def amir(house, cast):
    """His trajectory with Cas."""
    return await make.engage(house, cast)


async def test_a_cheque_is_registered_in_the_state_that_its_days_and_codes_imply(house, cast, cas):
    known = ({}, {"ordered_on": TODAY}, DAYS | make.codes())
    states = []
    for one in known:
        cheque = (await make.register(cas, await make.engage(house, cast), **one)).json()
        states.append((cheque["state"], cheque["pay_by"], cheque["start_by"]))
    assert states == [
        ("announced", None, None),
        ("ordered", "2026-03-16", None),
        ("issued", "2026-03-16", "2026-06-02"),
    ]


async def test_what_is_expected_is_unknown_while_the_fee_is_and_else_hours_times_fee(house, cast, cas, amir, clock):
    assert (await make.issued(cas, amir))["expected_cents"] is None
    nora = await make.engage(house, cast)
    older = (await make.register(cas, nora, ordered_on="2020-05-01")).json()
    assert older["expected_cents"] == 0


@pytest.mark.parametrize(
    ("known", "refusal"),
    [
        ({"cheque_number": "A", "client_number": "B"}, (422, "days-needed", "/ordered_on")),
        ({"ordered_on": TODAY, "cheque_number": "A", "client_number": "B"}, (422, "days-needed", "/issued_on")),
        (DAYS, (422, "codes-needed", "/cheque_number")),
        (DAYS | {"cheque_number": "A"}, (422, "codes-needed", "/client_number")),
        (DAYS | {"cheque_number": "x" * 65, "client_number": "B"}, (422, "invalid-cheque-code", "/cheque_number")),
        ({"ordered_on": "2026-03-03"}, (422, "day-in-future", "/ordered_on")),
        ({"ordered_on": "1899-12-31"}, (422, "day-out-of-range", "/ordered_on")),
        (DAYS | {"issued_on": "2026-03-03"} | make.codes(), (422, "day-in-future", "/issued_on")),
        (DAYS | {"issued_on": "2026-03-01"} | make.codes(), (422, "issued-before-ordered", "/issued_on")),
        ({"ordered_on": TODAY, "nth": 2}, (422, "scheme-gives-fewer", "/nth")),
        ({"ordered_on": TODAY, "nth": 0}, (400, "invalid-request", "/nth")),
        ({"cheque_number": "   "}, (400, "invalid-request", "/cheque_number")),
        ({"cheque_number": "a\u0000b"}, (400, "invalid-request", "/cheque_number")),
        ({"minutes_cap": 600}, (400, "invalid-request", "/minutes_cap")),
    ],
)
async def test_what_cannot_be_is_refused_with_the_field_to_mend(cas, amir, known, refusal):
    assert told(await make.register(cas, amir, **known)) == refusal
    assert (await cas.get("/v1/cheques")).json()["items"] == []


async def test_a_cheque_number_is_registered_once_however_it_is_written(house, cast, cas, amir):
    nora = await make.engage(house, cast)
    first = await make.register(cas, amir, **DAYS, cheque_number="lbc 00 7x", client_number="1")
    assert first.status_code == 201
    again = await make.register(cas, nora, **DAYS, cheque_number=" LBC 00 7X ", client_number="2")
    assert told(again) == (409, "cheque-number-taken")
    other = await make.register(cas, nora, **DAYS, cheque_number="LBC007X", client_number="2")
    assert other.status_code == 201  # an opaque text: its spaces may mean something


async def test_a_cheque_number_is_taken_as_well_where_the_issuer_is_unknown(house, cast, cas, amir):
    nora = await make.engage(house, cast)
    days = {"ordered_on": "2015-03-02", "issued_on": "2015-03-02"}
    assert (await make.register(cas, amir, **days, **make.codes("7"))).status_code == 201
    assert told(await make.register(cas, nora, **days, **make.codes("7"))) == (409, "cheque-number-taken")


async def test_two_practices_may_know_the_same_number(house, cast, other_cast, cas, bo, amir):
    theirs = await make.engage(house, other_cast)
    assert (await make.register(cas, amir, **DAYS, **make.codes("7"))).status_code == 201
    assert (await make.register(bo, theirs, **DAYS, **make.codes("7"))).status_code == 201


async def test_a_number_that_is_taken_is_refused_at_the_issue_as_well(house, cast, cas, amir):
    await make.register(cas, amir, **DAYS, **make.codes("7"))
    ordered = (await make.register(cas, await make.engage(house, cast), ordered_on=TODAY)).json()
    issue = {"issued_on": TODAY, **make.codes("7")}
    assert told(await cas.post(f"/v1/cheques/{ordered['id']}/issue", json=issue)) == (409, "cheque-number-taken")


@pytest.mark.parametrize(
    ("issue", "refusal"),
    [
        ({"issued_on": "2026-03-03", **make.codes()}, (422, "day-in-future", "/issued_on")),
        ({"issued_on": "1800-01-01", **make.codes()}, (422, "day-out-of-range", "/issued_on")),
        ({"issued_on": "2026-03-01", **make.codes()}, (422, "issued-before-ordered", "/issued_on")),
        (
            {"issued_on": TODAY, "cheque_number": "7", "client_number": "ß" * 33},
            (422, "invalid-cheque-code", "/client_number"),
        ),
        ({"issued_on": TODAY, "cheque_number": "7"}, (400, "invalid-request", "/client_number")),
    ],
)
async def test_an_issue_that_cannot_be_is_refused(cas, amir, issue, refusal):
    cheque = (await make.register(cas, amir, ordered_on=TODAY)).json()
    assert told(await cas.post(f"/v1/cheques/{cheque['id']}/issue", json=issue)) == refusal


@pytest.mark.parametrize(
    ("ordered_on", "refusal"),
    [
        ("2026-03-03", (422, "day-in-future", "/ordered_on")),
        ("1800-01-01", (422, "day-out-of-range", "/ordered_on")),
        ("2013-06-30", (422, "no-scheme-in-force", "/ordered_on")),
    ],
)
async def test_an_order_that_cannot_be_is_refused(cas, amir, ordered_on, refusal):
    cheque = (await make.register(cas, amir)).json()
    answer = await cas.post(f"/v1/cheques/{cheque['id']}/order", json={"ordered_on": ordered_on})
    assert told(answer) == refusal


async def test_an_order_under_a_planned_scheme_is_refused(cas, amir, clock):
    cheque = (await make.register(cas, amir)).json()
    clock.move(days=365)
    answer = await cas.post(f"/v1/cheques/{cheque['id']}/order", json={"ordered_on": "2027-01-15"})
    assert told(answer) == (409, "scheme-not-selectable", "/ordered_on")


async def test_a_second_cheque_that_turns_out_to_be_ordered_under_a_scheme_of_one_is_refused(cas, amir, clock):
    """Announced under a scheme with two cheques, ordered when there was only one."""
    clock.now = clock.now.replace(year=2025)
    second = (await make.register(cas, amir, nth=2)).json()
    clock.now = clock.now.replace(year=2026)
    answer = await cas.post(f"/v1/cheques/{second['id']}/order", json={"ordered_on": TODAY})
    assert told(answer) == (422, "scheme-gives-fewer", "/nth")


async def test_a_coachee_has_one_cheque_in_her_career_under_the_present_scheme(house, cast, cas, amir):
    assert (await make.register(cas, amir, ordered_on="2020-05-01")).status_code == 201
    again = await make.engage(house, cast, coachee_id=amir.coachee_id)
    assert told(await make.register(cas, again, ordered_on=TODAY)) == (409, "coachee-had-cheque")


async def test_a_coachee_had_two_cheques_within_six_years_under_the_older_ones(cas, amir):
    days = ("2021-05-01", 1), ("2021-09-01", 1), ("2021-09-01", 2), ("2022-01-01", 2)
    answers = [await make.register(cas, amir, ordered_on=day, nth=nth) for day, nth in days]
    assert [answer.status_code for answer in answers] == [201, 409, 201, 409]
    assert [(one["minutes_cap"]) for one in (answers[0].json(), answers[2].json())] == [240, 180]


async def test_an_unused_cheque_gives_the_right_back_but_announcing_again_does_not(cas, amir):
    first = (await make.register(cas, amir, ordered_on=TODAY)).json()
    announced = await make.register(cas, amir)
    assert told(announced) == (409, "coachee-had-cheque")
    assert (await cas.post(f"/v1/cheques/{first['id']}/refuse")).json()["state"] == "refused"
    assert (await make.register(cas, amir)).status_code == 201


async def test_ordering_a_cheque_that_the_coachee_has_had_meanwhile_is_refused(cas, amir, clock):
    clock.now = clock.now.replace(year=2025)
    assert (await make.register(cas, amir, ordered_on="2025-01-06")).status_code == 201
    second = (await make.register(cas, amir, nth=2)).json()
    clock.now = clock.now.replace(year=2026)
    answer = await cas.post(f"/v1/cheques/{second['id']}/order", json={"ordered_on": TODAY})
    assert told(answer) == (409, "coachee-had-cheque")
    assert answer.json()["facts"] == {"scheme": "LBC-2025T", "cheques": 1}
    assert (await cas.get(f"/v1/cheques/{second['id']}")).json() == second


async def test_of_ten_registrations_at_once_for_one_coachee_one_stands(cas, amir):
    answers = await asyncio.gather(*(make.register(cas, amir, ordered_on=TODAY) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {
        "/problems/coachee-had-cheque"
    }


async def test_nothing_begins_in_an_archived_file(house, cast, cas, amir):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await archive_coachee(work, amir.coachee_id)
    assert told(await make.register(cas, amir)) == (409, "coachee-archived")
