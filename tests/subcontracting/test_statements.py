"""Coaches who work for the practice: shares by the day, a statement, and an invoice in the coach's own name."""

import asyncio
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select

from domain.kit.ids import new_id
from domain.kit.money import Money
from domain.kit.work import OPERATOR, begin
from domain.subcontracting import Basis, CoachShare
from domain.subcontracting.model import CoachSettlement
from domain.subcontracting.statements import earned
from tests.factories import once
from tests.funding import make
from tests.funding.make import told
from tests.invoicing import make as invoicing
from tests.invoicing.make import TALK_IN
from tests.invoicing.test_new_routes import KRIS

pytestmark = pytest.mark.anyio
MONTH = {"from": "2026-02-01", "to": "2026-02-28"}
CREDIT = {"reason": "Wrong share"}
BILL = {"first_day": "2026-02-01", "last_day": "2026-02-28", "series": "KR", "supplier": KRIS}
SERIES = ("KR", "KS")


@pytest.fixture
async def buyers(house, cast):
    return await invoicing.open_books(house, cast)


@pytest.fixture
async def amir(house, cast, buyers):
    return await make.engage(house, cast)


@pytest.fixture
def path(cast):
    return f"/v1/coaches/{cast.staff['coach']}"


async def share(client, path, day="2026-01-01", **terms):
    return await client.post(f"{path}/shares", json={"valid_from": day} | terms)


async def statement(client, path):
    answer = await client.get(f"{path}/statement", params=MONTH)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_each_session_earns_the_share_of_its_own_day(bea, amir, path):
    await amir.session(minutes=90)  # 1 February
    await amir.session(minutes=50)  # 2 February
    assert (await share(bea, path, per_hour_cents=5000)).status_code == 201
    assert (await share(bea, path, "2026-02-02", per_hour_cents=6001)).status_code == 201
    told_ = await statement(bea, path)
    assert [line["share_cents"] for line in told_["lines"]] == [7500, 5001]
    assert (told_["minutes"], told_["share_cents"], told_["unknown"]) == (140, 12501, 0)
    listed = (await bea.get(f"{path}/shares")).json()["items"]
    assert [one["valid_from"] for one in listed] == ["2026-01-01", "2026-02-02"]


async def test_a_percentage_is_of_what_a_session_brings_and_unknown_while_that_is(bea, lena, amir, buyers, path):
    """Billed, from a package, on a cheque whose fee nobody knows, and not paid by anything yet."""
    billed, drawn, booked, loose = [await amir.session() for _ in range(4)]
    await share(bea, path, percent="60")
    await make.package(bea, amir, granted=3, price_cents=10000)
    await make.draw(lena, drawn)
    body = {"trajectory_id": str(amir.trajectory_id), "session_ids": [billed], "price_cents": 12000}
    body |= {"sponsor_id": str(buyers.acme)}
    draft = (await bea.post("/v1/invoices/from-sessions", json=body)).json()
    assert [line["share_cents"] for line in (await statement(bea, path))["lines"]] == [None, 2000, None, None]
    assert (await bea.post(f"/v1/invoices/{draft['id']}/issue")).status_code == 200
    await make.book(lena, await make.started(lena, amir), booked)
    told_ = await statement(bea, path)
    assert [line["session_id"] for line in told_["lines"]] == [billed, drawn, booked, loose]
    assert [line["brings_cents"] for line in told_["lines"]] == [12000, 3333, None, None]
    assert [line["share_cents"] for line in told_["lines"]] == [7200, 2000, None, None]
    assert told_["unknown"] == 2


async def test_a_percentage_is_of_what_is_left_after_a_discount_on_the_whole(bea, amir, buyers, path):
    billed = await amir.session()
    await share(bea, path, percent="50")
    body = {"trajectory_id": str(amir.trajectory_id), "session_ids": [billed], "price_cents": 12000}
    draft = (await bea.post("/v1/invoices/from-sessions", json=body | {"sponsor_id": str(buyers.acme)})).json()
    lines = [
        {name: line[name] for name in ("description", "quantity", "unit", "unit_price_cents", "session_id")}
        for line in draft["lines"]
    ]
    other = {"description": "Workbook", "quantity": "1", "unit": "st", "unit_price_cents": 8000}
    changed = {"lines": [*lines, other], "discount_cents": 5000}
    etag = (await bea.get(f"/v1/invoices/{draft['id']}")).headers["etag"]
    answer = await bea.patch(f"/v1/invoices/{draft['id']}", json=changed, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    assert (await bea.post(f"/v1/invoices/{draft['id']}/issue")).status_code == 200
    [line] = (await statement(bea, path))["lines"]
    assert (line["brings_cents"], line["share_cents"]) == (9000, 4500)  # three quarters of 120.00, for 50.00 of 200.00
    half = {"reason": "Half of it", "lines": [{"position": 0, "quantity": "0.50"}]}
    note = await bea.post(f"/v1/invoices/{draft['id']}/credit-notes", json=half, headers=once())
    assert note.json()["net_cents"] == 4500, note.text
    [line] = (await statement(bea, path))["lines"]
    assert (line["brings_cents"], line["share_cents"]) == (4500, 2250)


async def test_a_statement_is_a_table_too(bea, amir, path):
    await amir.session()
    await share(bea, path, percent="60")
    answer = await bea.get(f"{path}/statement/csv", params=MONTH)
    head, line = answer.text.lstrip("\ufeff").splitlines()
    assert head == "session_id,day,minutes,basis,brings_cents,share_cents,settled_cents,invoice_id"
    assert line.endswith(",2026-02-01,60,percent,,,0,")


async def test_the_statement_becomes_the_coachs_own_invoice_and_each_session_is_paid_out_once(bea, amir, path):
    await amir.session(minutes=90)
    await amir.session()
    await share(bea, path, per_hour_cents=5000)
    answers = await asyncio.gather(
        *(bea.post(f"{path}/statement/invoice", json=BILL, headers=once()) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 3
    codes = {told(answer)[1] for answer in answers if answer.status_code == 409}
    assert codes <= {"session-already-settled", "nothing-to-settle"}
    [invoice] = [answer.json() for answer in answers if answer.status_code == 201]
    assert (invoice["number"], invoice["kind"], invoice["net_cents"]) == ("KR2026-0001", "self_billed", 12500)
    assert {line["invoice_id"] for line in (await statement(bea, path))["lines"]} == {invoice["id"]}
    await amir.session()
    assert (await bea.post(f"{path}/statement/invoice", json=BILL, headers=once())).json()["net_cents"] == 5000
    assert told(await bea.post(f"{path}/statement/invoice", json=BILL, headers=once())) == (409, "nothing-to-settle")


async def test_what_was_credited_in_whole_is_settled_anew_and_once(bea, house, cast, amir, path):
    await amir.session()
    await amir.session()
    await share(bea, path, per_hour_cents=5000)
    first = (await bea.post(f"{path}/statement/invoice", json=BILL, headers=once())).json()
    assert told(await bea.post(f"{path}/statement/invoice", json=BILL, headers=once()))[1] == "nothing-to-settle"
    credited = await bea.post(f"/v1/invoices/{first['id']}/credit-notes", json=CREDIT, headers=once())
    assert credited.status_code == 201, credited.text
    assert {line["invoice_id"] for line in (await statement(bea, path))["lines"]} == {None}
    await share(bea, path, "2026-01-02", per_hour_cents=6000)
    answers = await asyncio.gather(
        *(bea.post(f"{path}/statement/invoice", json=BILL, headers=once()) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert (await statement(bea, path))["share_cents"] == 12000
    async with begin(house, cast.practice_id, OPERATOR) as work:
        query = select(CoachSettlement).where(CoachSettlement.practice_id == cast.practice_id)
        settled = (await work.session.scalars(query)).all()
    assert sorted((one.position, one.amount.cents) for one in settled) == [(0, 5000), (0, 6000), (1, 5000), (1, 6000)]


@pytest.mark.parametrize(("taken", "left"), [("1", 5000), ("0.40", 2000)])
async def test_of_a_line_that_was_credited_what_is_left_of_the_share_is_settled_once(bea, amir, path, taken, left):
    await amir.session()
    await amir.session()
    await share(bea, path, per_hour_cents=5000)
    first = (await bea.post(f"{path}/statement/invoice", json=BILL, headers=once())).json()
    said = {"lines": [{"position": 1, "quantity": taken}]} | CREDIT
    assert (await bea.post(f"/v1/invoices/{first['id']}/credit-notes", json=said, headers=once())).status_code == 201
    lines = (await statement(bea, path))["lines"]
    assert [(line["share_cents"], line["settled_cents"]) for line in lines] == [(5000, 5000), (5000, 5000 - left)]
    answers = await asyncio.gather(
        *(bea.post(f"{path}/statement/invoice", json=BILL, headers=once()) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert [answer.json()["net_cents"] for answer in answers if answer.status_code == 201] == [left]
    assert [line["settled_cents"] for line in (await statement(bea, path))["lines"]] == [5000, 5000]


async def test_what_is_credited_bit_by_bit_is_settled_anew_each_time_and_by_one_of_two(bea, amir, path):
    await amir.session()
    await share(bea, path, per_hour_cents=5000)
    first = (await bea.post(f"{path}/statement/invoice", json=BILL, headers=once())).json()
    for taken, left in ((("0.40",), 2000), (("0.30", "0.10"), 2000), (("0.20",), 1000)):
        for quantity in taken:
            said = {"lines": [{"position": 0, "quantity": quantity}]} | CREDIT
            noted = await bea.post(f"/v1/invoices/{first['id']}/credit-notes", json=said, headers=once())
            assert noted.status_code == 201, noted.text
        answers = await asyncio.gather(
            *(bea.post(f"{path}/statement/invoice", json=BILL | {"series": name}, headers=once()) for name in SERIES)
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409], [answer.text for answer in answers]
        assert [answer.json()["net_cents"] for answer in answers if answer.status_code == 201] == [left]
        assert [line["settled_cents"] for line in (await statement(bea, path))["lines"]] == [5000]


async def test_no_two_coaches_are_numbered_in_one_series(bea, cast, amir, path):
    await amir.session()
    await share(bea, path, per_hour_cents=5000)
    hers = {"coach_id": str(cast.staff["owner"]), "series": "KR", "supplier": KRIS, "lines": [TALK_IN]}
    assert (await bea.post("/v1/invoices/self-billed", json=hers, headers=once())).status_code == 201
    answer = await bea.post(f"{path}/statement/invoice", json=BILL, headers=once())
    assert told(answer) == (409, "series-of-another", "/series")
    assert (
        await bea.post(f"{path}/statement/invoice", json=BILL | {"series": "CS"}, headers=once())
    ).status_code == 201


async def test_what_cannot_be_is_refused_with_its_name(bea, amir, path):
    assert told(await share(bea, path, per_hour_cents=1, percent="1")) == (422, "one-share", "/percent")
    assert (await share(bea, path)).status_code == 201
    assert told(await share(bea, path)) == (409, "share-day-taken")
    assert told(await share(bea, path, "1800-01-01")) == (422, "day-out-of-range", "/valid_from")
    assert told(await share(bea, f"/v1/coaches/{new_id()}")) == (404, "staff-not-found")
    backwards = {"from": "2026-02-02", "to": "2026-02-01"}
    assert told(await bea.get(f"{path}/statement", params=backwards)) == (422, "period-backwards", "/to")
    await amir.session()
    assert told(await bea.post(f"{path}/statement/invoice", json=BILL, headers=once())) == (409, "nothing-to-settle")


async def test_shares_are_for_who_does_the_billing(cas, amir, path):
    assert told(await share(cas, path, percent="99")) == (403, "scope-missing")
    assert told(await cas.get(f"{path}/statement")) == (403, "scope-missing")


@given(st.integers(1, 600), st.integers(0, 10**6), st.integers(0, 100))
def test_a_share_is_rounded_once_and_never_more_than_the_session_brings(minutes, cents, percent):
    brings = Money(cents)
    basis, amount = earned(CoachShare(percent=Decimal(percent)), minutes, brings)
    assert basis is Basis.PERCENT
    assert amount is not None
    assert 0 <= amount.cents <= cents
    assert abs(amount.cents * 100 - cents * percent) <= 50
    _, hourly = earned(CoachShare(per_hour=brings), minutes, None)
    assert hourly is not None
    assert abs(hourly.cents * 60 - cents * minutes) <= 30
    assert earned(None, minutes, brings) == (Basis.NONE, Money(0))
