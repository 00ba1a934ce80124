"""What stood on a line that was credited in whole may be billed again; while a part of it stands, nothing may."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.kit.work import OPERATOR, begin
from tests.factories import once
from tests.funding import make
from tests.funding.make import told
from tests.invoicing.make import TALK_IN, open_books
from tests.payments.make import balances

pytestmark = pytest.mark.anyio


@pytest.fixture
async def amir(house, cast):
    buyers = await open_books(house, cast)
    return await make.engage(house, cast, coachee_id=buyers.amir)


async def bill(client, amir, *lines, **known):
    answer = await client.post(
        "/v1/invoices", json={"coachee_id": str(amir.coachee_id), "lines": [TALK_IN | line for line in lines]} | known
    )
    if answer.status_code != 201:
        return told(answer)
    issued = await client.post(f"/v1/invoices/{answer.json()['id']}/issue")
    assert issued.status_code == 200, issued.text
    return issued.json()


async def credit(client, invoice, *lines):
    body = {"reason": "Wrong price"} | ({"lines": list(lines)} if lines else {})
    answer = await client.post(f"/v1/invoices/{invoice['id']}/credit-notes", json=body, headers=once())
    assert answer.status_code == 201, answer.text


async def test_a_session_is_billed_anew_once_its_line_is_credited_in_whole(lena, amir):
    line = {"session_id": await amir.session()}
    first = await bill(lena, amir, line)
    await credit(lena, first, {"position": 0, "quantity": "1"})
    assert await bill(lena, amir, line) == (409, "session-already-billed", "/lines/0/session_id")
    await credit(lena, first)
    body = {"trajectory_id": str(amir.trajectory_id), "price_cents": 9000}
    again = (await lena.post("/v1/invoices/from-sessions", json=body)).json()
    assert [line["session_id"] for line in again["lines"]] == [line["session_id"]]
    assert await bill(lena, amir, line) == (409, "session-already-billed", "/lines/0/session_id")
    assert (await balances(lena)).keys() == set()


async def test_a_session_that_was_credited_goes_on_a_package_and_counts_once_for_its_coach(lena, amir, cast):
    session_id = await amir.session()
    path = f"/v1/coaches/{amir.coach_id}"
    await lena.post(f"{path}/shares", json={"valid_from": "2026-01-01", "percent": "50"})
    first = await bill(lena, amir, {"session_id": session_id})
    earned = f"{path}/statement?from=2026-02-01&to=2026-02-28"
    assert (await lena.get(earned)).json()["share_cents"] == 9000
    await credit(lena, first, {"position": 0, "quantity": "0.5"})
    assert (await lena.get(earned)).json()["share_cents"] == 6000
    await credit(lena, first)
    assert (await lena.get(earned)).json()["unknown"] == 1
    await make.package(lena, amir, granted=1, price_cents=10000)
    assert (await make.draw(lena, session_id)).status_code == 201
    assert (await lena.get(earned)).json()["share_cents"] == 5000


async def test_a_package_and_a_deposit_are_free_again_too(lena, amir):
    package = {"package_id": (await make.package(lena, amir, price_cents=9000)).json()["id"]}
    sold = await bill(lena, amir, package)
    deposit = await bill(lena, amir, {}, deposit=True)
    deducting = {"deducts": [deposit["id"]]}
    final = await bill(lena, amir, {"quantity": "3"}, **deducting)
    assert await bill(lena, amir, {"quantity": "3"}, **deducting) == (409, "deposit-deducted", "/deducts")
    await credit(lena, sold)
    await credit(lena, final)
    assert (await bill(lena, amir, package))["state"] == "issued"
    assert (await bill(lena, amir, {"quantity": "3"}, **deducting))["net_cents"] == 18000


async def test_nobody_frees_a_line_by_hand(house, cast, lena, amir):
    await bill(lena, amir, {"session_id": await amir.session()})
    async with begin(house, cast.practice_id, OPERATOR) as work:
        with pytest.raises(IntegrityError, match="a line of an issued invoice is never changed"):
            await work.session.execute(text("UPDATE invoice_lines SET freed = true"))
        await work.session.rollback()
