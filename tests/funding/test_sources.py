"""What pays for a trajectory: sources in an order, each up to its limit, and one of them for each session."""

import asyncio

import pytest
from sqlalchemy import update

from domain.funding import Scheme
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.trajectories import SessionState
from tests.funding import make
from tests.funding.make import told
from tests.invoicing import make as invoicing

pytestmark = pytest.mark.anyio


@pytest.fixture
async def buyers(house, cast):
    return await invoicing.open_books(house, cast)


@pytest.fixture
async def amir(house, cast, buyers):
    return await make.engage(house, cast)


async def put(client, engagement, *sources):
    path = f"/v1/trajectories/{engagement.trajectory_id}/funding-sources"
    return await client.put(path, json={"sources": list(sources)})


async def fund(client, session_id, **how):
    return await client.post(f"/v1/sessions/{session_id}/funding", json=how)


async def test_a_session_goes_on_the_first_source_with_room_for_all_of_it(cas, omar, buyers, amir):
    acme = {"kind": "sponsor", "sponsor_id": str(buyers.acme), "price_per_hour_cents": 10000, "limit_cents": 15000}
    answer = await put(cas, amir, {"kind": "package"}, acme, {"kind": "private", "limit_minutes": 60})
    assert answer.status_code == 200, answer.text
    await make.package(omar, amir, granted=1)
    answers = [await fund(cas, await amir.session(minutes=minutes)) for minutes in (60, 60, 60, 30, 60)]
    assert [told(one) if one.status_code == 409 else one.json()["kind"] for one in answers] == [
        "package",
        "sponsor",
        "private",
        "sponsor",
        (409, "no-funding-left"),
    ]
    listed = (await cas.get(f"/v1/trajectories/{amir.trajectory_id}/funding-sources")).json()["items"]
    assert [(one["used_minutes"], one["used_cents"]) for one in listed] == [(60, 0), (90, 15000), (60, 0)]


async def test_a_cheque_comes_first_and_nobody_else_pays_beside_it(cas, buyers, amir):
    acme = {"kind": "sponsor", "sponsor_id": str(buyers.acme)}
    await put(cas, amir, {"kind": "cheque"}, acme)
    cheque = await make.started(cas, amir)
    first, second = await amir.session(minutes=200), await amir.session()
    assert (await fund(cas, first)).json()["kind"] == "cheque"
    assert told(await fund(cas, first)) == (409, "session-already-booked")
    assert told(await fund(cas, second)) == (409, "sponsor-on-cheque")
    await put(cas, amir, {"kind": "cheque"}, {"kind": "private"})
    assert told(await fund(cas, second)) == (409, "surcharge-on-cheque")
    await make.close(cas, amir, cheque, forfeit_minutes=40)
    assert (await fund(cas, second)).json()["kind"] == "private"


async def test_what_a_sponsor_pays_for_is_invoiced_to_nobody_else(cas, omar, buyers, amir):
    await put(cas, amir, {"kind": "sponsor", "sponsor_id": str(buyers.acme), "limit_minutes": 60}, {"kind": "private"})
    hers, own = await amir.session(), await amir.session()
    assert [(await fund(cas, one)).json()["kind"] for one in (hers, own)] == ["sponsor", "private"]
    body = {"trajectory_id": str(amir.trajectory_id), "price_cents": 9000}
    refused = await omar.post("/v1/invoices/from-sessions", json=body | {"session_ids": [hers]})
    assert told(refused) == (409, "session-of-another-payer", "/session_ids/0")
    draft = await omar.post("/v1/invoices/from-sessions", json=body | {"sponsor_id": str(buyers.acme)})
    assert [line["session_id"] for line in draft.json()["lines"]] == [hers]
    draft = await omar.post("/v1/invoices/from-sessions", json=body)
    assert [line["session_id"] for line in draft.json()["lines"]] == [own]
    assert told(await fund(cas, own)) == (409, "session-already-funded")


async def test_ten_sessions_at_once_never_pass_the_limit(cas, amir):
    await put(cas, amir, {"kind": "private", "limit_minutes": 200})
    sessions = [await amir.session() for _ in range(8)]
    answers = await asyncio.gather(*(fund(cas, session) for session in [*sessions, *sessions[:2]]))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 7
    listed = (await cas.get(f"/v1/trajectories/{amir.trajectory_id}/funding-sources")).json()["items"]
    assert [one["used_minutes"] for one in listed] == [180]


async def test_sources_that_cannot_be_are_refused_with_the_field_to_mend(cas, buyers, amir):
    assert told(await put(cas, amir, {"kind": "sponsor"})) == (422, "sponsor-mismatch", "/sources/0/sponsor_id")
    other = {"kind": "private", "sponsor_id": str(buyers.acme)}
    assert told(await put(cas, amir, other)) == (422, "sponsor-mismatch", "/sources/0/sponsor_id")
    nobody = {"kind": "sponsor", "sponsor_id": str(new_id())}
    assert told(await put(cas, amir, nobody)) == (404, "sponsor-not-found", "/sources/0/sponsor_id")
    unpriced = {"kind": "private", "limit_cents": 100}
    assert told(await put(cas, amir, unpriced)) == (422, "price-needed", "/sources/0/price_per_hour_cents")
    await put(cas, amir, {"kind": "private"})
    assert (await fund(cas, await amir.session())).status_code == 201
    assert told(await put(cas, amir, {"kind": "private", "limit_minutes": 59})) == (
        409,
        "limit-below-used",
        "/sources/0",
    )
    assert told(await put(cas, amir)) == (409, "limit-below-used", "/sources")
    planned = await amir.session(state=SessionState.NO_SHOW)
    assert told(await fund(cas, planned)) == (409, "session-not-held")


async def test_the_channels_of_a_scheme_are_kept_once_it_names_them(house, cast, cas, amir):
    cheque = await make.started(cas, amir)
    assert (await make.book(cas, cheque, await amir.session(minutes=10))).status_code == 201
    async with begin(house, cast.practice_id, OPERATOR) as work:
        known = {"session_channels_allowed": ["in_person", "video"]}
        await work.session.execute(update(Scheme).where(Scheme.code == "LBC-2025T").values(**known))
    session = await amir.session()
    assert told(await make.book(cas, cheque, session)) == (422, "channel-needed", "/channel")
    assert told(await make.book(cas, cheque, session, channel="phone")) == (409, "channel-not-allowed", "/channel")
    assert (await make.book(cas, cheque, session, channel="video")).status_code == 201
