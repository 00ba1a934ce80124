"""Schemes are planted once, listed with their sources, and chosen by the day of the order."""

import asyncio

import pytest
from sqlalchemy import update

from domain import funding
from domain.funding import Scheme
from domain.kit.work import OPERATOR, begin
from tests.funding import make

pytestmark = pytest.mark.anyio


async def plant(house, cast):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await funding.load_schemes(work)


async def test_planting_twice_also_at_once_leaves_five_and_keeps_what_the_practice_changed(house, cast, lena):
    await plant(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(update(Scheme).where(Scheme.code == "LBC-2025T").values(name="Ours"))
    await asyncio.gather(*(plant(house, cast) for _ in range(4)))
    items = (await lena.get("/v1/schemes")).json()["items"]
    assert [item["code"] for item in items] == ["LBC-2013", "LBC-2020", "LBC-2024", "LBC-2025T", "LBK-2027"]
    assert items[3]["name"] == "Ours"


async def test_a_scheme_shows_its_figures_its_source_and_what_is_unknown(house, cast, cas):
    await plant(house, cast)
    page = (await cas.get("/v1/schemes", params={"limit": 3})).json()
    rest = (await cas.get("/v1/schemes", params={"limit": 3, "cursor": page["next_cursor"]})).json()
    assert [item["code"] for item in rest["items"]] == ["LBC-2025T", "LBK-2027"]
    now = (await cas.get(f"/v1/schemes/{rest['items'][0]['id']}")).json()
    assert now == rest["items"][0]
    assert (now["own_share_cents"], now["unit_minutes"], now["max_cheques"]) == (9000, [240], 1)
    assert (now["fee_per_hour"], now["window_years"], now["complete_within_months"]) == (None, None, None)
    assert (now["confidence"], now["verified_on"]) == ("medium", "2026-11-21")
    assert "extranet.vdab.be" in now["source"]
    assert page["items"][1]["fee_per_hour"] == "140.2560"


async def test_a_scheme_of_another_practice_is_not_found(house, cast, bo, lena):
    await plant(house, cast)
    [scheme, *_] = (await lena.get("/v1/schemes")).json()["items"]
    answer = await bo.get(f"/v1/schemes/{scheme['id']}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/scheme-not-found")
    assert (await bo.get("/v1/schemes")).json()["items"] == []


@pytest.mark.parametrize(
    ("ordered_on", "code", "minutes"),
    [
        ("2013-07-01", "LBC-2013", 240),
        ("2019-12-31", "LBC-2013", 240),
        ("2020-01-01", "LBC-2020", 240),
        ("2023-12-31", "LBC-2020", 240),
        ("2024-01-01", "LBC-2024", 240),
        ("2025-10-31", "LBC-2024", 240),
        ("2025-11-01", "LBC-2025T", 240),
    ],
)
async def test_the_day_of_the_order_chooses_the_scheme(house, cast, cas, ordered_on, code, minutes):
    engagement = await make.engage(house, cast)
    cheque = (await make.register(cas, engagement, ordered_on=ordered_on)).json()
    scheme = (await cas.get(f"/v1/schemes/{cheque['scheme_id']}")).json()
    assert (scheme["code"], cheque["minutes_cap"]) == (code, minutes)


async def test_no_scheme_was_in_force_before_the_first(house, cast, cas):
    engagement = await make.engage(house, cast)
    answer = await make.register(cas, engagement, ordered_on="2013-06-30")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/no-scheme-in-force")
    assert answer.json()["errors"][0]["pointer"] == "/ordered_on"


async def test_a_planned_scheme_takes_no_cheques(house, cast, cas, clock):
    engagement = await make.engage(house, cast)
    clock.move(days=365)
    announced = await make.register(cas, engagement)
    assert (announced.status_code, announced.json()["type"]) == (409, "/problems/scheme-not-selectable")
    ordered = await make.register(cas, engagement, ordered_on="2027-01-01")
    assert (ordered.status_code, ordered.json()["facts"]) == (409, {"scheme": "LBK-2027"})
