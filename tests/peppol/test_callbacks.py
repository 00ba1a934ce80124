"""What an access point tells of itself, and what anybody else may not."""

import json
from datetime import timedelta

import pytest

from api.options import Options
from api.peppol.callbacks import LARGEST_NEWS, signature
from domain import peppol
from domain.kit.ids import new_id
from domain.kit.work import system_clock
from domain.peppol import DispatchState, MemoryAccessPoint
from tests.peppol import make

pytestmark = pytest.mark.anyio

SECRET = "whsec_c2hhcmVkIGJldHdlZW4gdXMgdHdv"


@pytest.fixture
def options() -> Options:
    return Options(base_url="http://test", requests_per_minute=1_000_000, peppol_secret=SECRET)


async def tell(client, news, *, secret=SECRET, ago=0):
    body = json.dumps(news).encode() if isinstance(news, dict) else news
    moment = str(int((system_clock() - timedelta(seconds=ago)).timestamp()))
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,AAAA {signature(secret, 'msg_1', moment, body)}",
        "content-type": "application/json",
    }
    return await client.post("/peppol/callbacks", content=body, headers=headers)


def reference(cast, invoice_id, round_=1):
    return f"{cast.practice_id}:{invoice_id}:{round_}"


async def test_news_of_a_delivery_is_taken_once_and_told_on(quiet, house, sweep_house, cast, anonymous, bea):
    invoice_id = await make.to_acme(house, cast)
    await peppol.dispatch_due(sweep_house, MemoryAccessPoint())
    news = {"reference": reference(cast, invoice_id), "status": "delivered", "more": ["of", "theirs"]}
    for _ in range(2):
        assert (await tell(anonymous, news)).status_code == 204
    assert (await make.dispatch(house, cast, invoice_id)).state is DispatchState.DELIVERED
    assert (await tell(anonymous, news | {"status": "rejected"})).status_code == 204
    assert (await make.dispatch(house, cast, invoice_id)).state is DispatchState.DELIVERED
    assert (await make.events(house, cast)).count("invoice_delivered") == 1


async def test_news_of_a_round_that_is_over_changes_nothing(quiet, house, sweep_house, cast, anonymous, bea):
    invoice_id = await make.to_acme(house, cast)
    await peppol.dispatch_due(sweep_house, MemoryAccessPoint())
    rejected = {"reference": reference(cast, invoice_id), "status": "rejected", "reason": "x" * 300}
    assert (await tell(anonymous, rejected)).status_code == 204
    await bea.post(f"/v1/invoices/{invoice_id}/peppol/send-again")
    assert (await tell(anonymous, rejected | {"status": "delivered"})).status_code == 204
    seen = await make.dispatch(house, cast, invoice_id)
    assert (seen.state, seen.round) == (DispatchState.QUEUED, 2)


async def test_what_is_not_signed_by_the_access_point_is_not_heard(house, cast, anonymous):
    invoice_id = await make.to_acme(house, cast)
    news = {"reference": reference(cast, invoice_id), "status": "delivered"}
    for answer in (
        await anonymous.post("/peppol/callbacks", json=news),
        await tell(anonymous, news, secret="guessed"),
        await tell(anonymous, news, ago=600),
        await tell(anonymous, news, ago=-600),
    ):
        assert answer.status_code == 401
    assert (await make.dispatch(house, cast, invoice_id)).state is DispatchState.QUEUED


@pytest.mark.parametrize(
    "news",
    [
        b"",
        b"{",
        b"\xff",
        {"status": "delivered"},
        {"reference": "1:2:3", "status": "delivered"},
        {"reference": f"{'-' * 36}:{'-' * 36}:1", "status": "delivered"},
        {"reference": f"{new_id()}:{new_id()}:1", "status": "lost"},
    ],
)
async def test_news_that_cannot_be_read_is_refused(anonymous, news):
    answer = await tell(anonymous, news)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-request")


async def test_news_of_what_is_not_there_or_of_another_practices_is_not_found(house, cast, other_cast, anonymous):
    invoice_id = await make.to_acme(house, cast)
    for unknown in (f"{new_id()}:{new_id()}:1", reference(other_cast, invoice_id)):
        answer = await tell(anonymous, {"reference": unknown, "status": "delivered"})
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/invoice-not-found")


async def test_a_flood_of_words_is_refused(anonymous):
    assert (await tell(anonymous, b" " * (LARGEST_NEWS + 1))).status_code == 413
