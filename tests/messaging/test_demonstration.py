from dataclasses import replace
from datetime import timedelta

import pytest
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from api.openapi import document
from domain.kit.installation import clock_offset
from domain.kit.work import OPERATOR, begin, system_clock
from domain.messaging import FileMailer, deliver_due
from domain.practice import Role
from tests.messaging import make
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio


@pytest.fixture
def moves():
    """The offsets that this process heard of."""
    return []


@pytest.fixture
async def tester(house, cast, options, moves, tmp_path):
    """An administrator in an installation in test mode."""
    tested = replace(options, test_mode=True, mailbox=tmp_path, move_clock=moves.append)
    headers = {"Authorization": f"Bearer {cast.keys[Role.ADMINISTRATOR]}"}
    transport = ASGITransport(create_app(house, tested), raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        yield client
        await client.delete("/v1/test/clock")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "mailbox"), ("GET", "clock"), ("PUT", "clock"), ("DELETE", "clock")]
)
async def test_without_test_mode_there_is_no_test_clock_and_no_mailbox(omar, method, path):
    answer = await omar.request(
        method, f"/v1/test/{path}", json={"now": "2026-03-02T11:00:00Z"} if method == "PUT" else None
    )
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/no-such-address"


async def test_the_published_document_does_not_know_them(tester):
    published = document(tester._transport.app.litestar.state["routers"])
    assert not any("/test" in path for path in published["paths"])
    assert "/v1/messages" in published["paths"]


async def test_the_clock_is_moved_and_everyone_hears_of_it(tester, house, cast, moves):
    wanted = system_clock() + timedelta(days=40)
    answer = await tester.put("/v1/test/clock", json={"now": wanted.isoformat()})
    assert answer.status_code == 200, answer.text
    async with begin(house, cast.practice_id, OPERATOR) as work:
        offset = await clock_offset(work.session)
    assert abs(offset - timedelta(days=40)) < timedelta(seconds=PATIENCE)
    assert moves == [offset]
    read = (await tester.get("/v1/test/clock")).json()
    assert read["offset_seconds"] == offset.total_seconds()


async def test_the_clock_goes_back_to_real_time(tester, moves):
    await tester.put("/v1/test/clock", json={"now": "2026-12-24T11:00:00Z"})
    assert (await tester.delete("/v1/test/clock")).json()["offset_seconds"] == 0
    assert (await tester.get("/v1/test/clock")).json()["offset_seconds"] == 0
    assert moves[-1] == timedelta()


async def test_the_clock_does_not_move_further_than_ten_years(tester, moves):
    answer = await tester.put("/v1/test/clock", json={"now": "2100-01-01T00:00:00Z"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/clock-too-far"
    assert moves == []


async def test_the_clock_takes_no_naive_time(tester):
    assert (await tester.put("/v1/test/clock", json={"now": "2026-12-24T11:00:00"})).status_code == 400


async def test_a_coach_may_not_move_the_clock(tester, cast):
    headers = {"Authorization": f"Bearer {cast.keys[Role.COACH]}"}
    answer = await tester.put("/v1/test/clock", json={"now": "2026-12-24T11:00:00Z"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.usefixtures("quiet")
async def test_the_mailbox_shows_what_was_sent_the_newest_last(house, sweep_house, tester, cast, tmp_path, vault):
    thing = "0199aaaa-0000-7000-8000-000000000001"
    await make.message(house, cast, address="amir@example.org")
    await make.message(house, cast, "check_in", address="amir@example.org", link=f"check_in:{thing}")
    await make.message(house, cast, address="bea@example.org")
    await deliver_due(sweep_house, FileMailer(tmp_path, lambda _: None), make.SENDER, make.names)
    assert len((await tester.get("/v1/test/mailbox")).json()["items"]) == 3
    welcome, moment = (await tester.get("/v1/test/mailbox", params={"to": "Amir@example.org"})).json()["items"]
    assert (welcome["subject"], welcome["links"]) == ("Welkom", [])
    assert moment["to"] == "amir@example.org"
    assert moment["links"] == [f"https://coach.example/c/{vault.token('check_in', thing)}"]
    assert moment["text"].startswith("Dag,")


async def test_an_empty_mailbox_is_empty(tester):
    assert (await tester.get("/v1/test/mailbox")).json() == {"items": []}
