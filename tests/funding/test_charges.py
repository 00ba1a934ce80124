"""Nothing is charged on top of a cheque: not by a draft from before it, nor once it is closed."""

import pytest

from domain.trajectories import SessionKind, SessionState
from tests.funding import make
from tests.funding.make import told
from tests.invoicing.make import TALK_IN, open_books

pytestmark = pytest.mark.anyio
FEE = {"price_cents": 6000}


@pytest.fixture
async def amir(house, cast):
    """His trajectory, in a practice that may invoice."""
    buyers = await open_books(house, cast)
    return await make.engage(house, cast, coachee_id=buyers.amir)


async def draft(client, amir, **known):
    body = {"coachee_id": str(amir.coachee_id), "lines": [TALK_IN]} | known
    answer = await client.post("/v1/invoices", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def test_a_draft_from_before_the_cheque_is_not_issued_on_top_of_it(lena, amir):
    named = await draft(lena, amir, trajectory_id=str(amir.trajectory_id))
    billing = await draft(lena, amir, lines=[TALK_IN | {"session_id": await amir.session()}])
    missed = await amir.session(state=SessionState.NO_SHOW)
    fee = (await lena.post(f"/v1/sessions/{missed}/missed-session-fee", json=FEE)).json()["id"]
    acme = (await lena.get("/v1/sponsors")).json()["items"][0]["id"]
    to_acme = {"coachee_id": None, "sponsor_id": acme, "lines": [TALK_IN | {"session_id": await amir.session()}]}
    hers = await draft(lena, amir, **to_acme)
    cheque = await make.started(lena, amir)
    for invoice_id, refusal in {
        named: (409, "surcharge-on-cheque"),
        billing: (409, "surcharge-on-cheque", "/lines/0/session_id"),
        fee: (409, "surcharge-on-cheque"),
        hers: (409, "sponsor-on-cheque", "/lines/0/session_id"),
    }.items():
        answer = await lena.post(f"/v1/invoices/{invoice_id}/issue")
        assert told(answer) == refusal
        assert answer.json()["facts"] == {"cheque_id": cheque["id"]}
    other = await draft(lena, amir)
    assert (await lena.post(f"/v1/invoices/{other}/issue")).json()["number"] == "F2026-0001"


async def test_a_fee_to_a_sponsor_from_before_the_cheque_is_not_issued_either(lena, amir):
    missed = await amir.session(state=SessionState.NO_SHOW)
    acme = (await lena.get("/v1/sponsors")).json()["items"][0]["id"]
    fee = (await lena.post(f"/v1/sessions/{missed}/missed-session-fee", json=FEE | {"sponsor_id": acme})).json()
    await make.started(lena, amir)
    answer = await lena.post(f"/v1/invoices/{fee['id']}/issue")
    assert told(answer) == (409, "no-show-fee-on-cheque", "/lines/0/session_id")


async def test_closing_the_cheque_makes_nothing_chargeable_after_all(lena, amir):
    intro = await amir.session(kind=SessionKind.INTRO)
    missed = await amir.session(state=SessionState.NO_SHOW)
    beyond = await amir.session()
    cheque = await make.started(lena, amir)
    await make.package(lena, amir)
    assert (await make.close(lena, amir, cheque, forfeit_minutes=240)).status_code == 200
    later = await amir.session(kind=SessionKind.AFTERCARE)
    answer = await lena.post(f"/v1/sessions/{missed}/missed-session-fee", json=FEE)
    assert told(answer) == (409, "no-show-fee-on-cheque")
    for free in (intro, later):
        body = {"coachee_id": str(amir.coachee_id), "lines": [TALK_IN | {"session_id": free}]}
        assert told(await lena.post("/v1/invoices", json=body)) == (409, "surcharge-on-cheque", "/lines/0/session_id")
        assert told(await make.draw(lena, free)) == (409, "package-on-cheque-trajectory")
    assert (await make.draw(lena, beyond)).status_code == 201
