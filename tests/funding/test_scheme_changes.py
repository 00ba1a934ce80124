"""An administrator keeps the schemes: adds, corrects, activates and ends them; what is unknown stays unknown."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain import funding
from domain.funding import Scheme
from domain.kit.errors import DomainError
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event
from tests.factories import once
from tests.funding import make
from tests.funding.make import told

pytestmark = pytest.mark.anyio


@pytest.fixture
async def schemes(house, cast, omar):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await funding.load_schemes(work)
    return {one["code"]: one for one in (await omar.get("/v1/schemes")).json()["items"]}


async def new(omar, **changes):
    funder = (await omar.get("/v1/funders")).json()["items"][0]["id"]
    body = {
        "code": "NEW-2028",
        "name": "Nobody foresaw it",
        "funder_id": funder,
        "valid_from": "2028-01-01",
        "unit_minutes": [90, 90, 90],
        "window_years": 4,
        "own_share_percent": "12",
        "confidence": "low",
        "source": "A test",
    }
    return await omar.post("/v1/schemes", json={**body, **changes})


async def change(client, scheme, **changes):
    headers = {"If-Match": f'"v{scheme["version"]}"'}
    return await client.patch(f"/v1/schemes/{scheme['id']}", json=changes, headers=headers)


async def test_a_scheme_that_nobody_foresaw_is_a_row_and_works(house, cast, omar, cas, clock, schemes):
    scheme = (await new(omar)).json()
    assert (scheme["status"], scheme["max_cheques"], scheme["own_share_percent"]) == ("planned", 3, "12.00")
    assert (await omar.post(f"/v1/schemes/{scheme['id']}/activate")).json()["status"] == "in_force"
    clock.now = clock.now.replace(year=2028)
    amir = await make.engage(house, cast)
    cheques = [await make.register(cas, amir, ordered_on="2028-01-03", nth=nth) for nth in (1, 2, 3)]
    assert [(one.status_code, one.json()["minutes_cap"]) for one in cheques] == [(201, 90)] * 3
    assert told(await make.register(cas, amir, ordered_on="2028-01-03", nth=3)) == (409, "coachee-had-cheque")
    path = f"/v1/cheques/{cheques[0].json()['id']}"
    assert cheques[0].json()["own_share_cents"] is None
    scheme = (await omar.get(f"/v1/schemes/{scheme['id']}")).json()
    assert (await change(omar, scheme, fee_per_hour="100", vat_rate="21")).status_code == 200
    assert (await cas.get(path)).json()["own_share_cents"] == 21_78  # 12 % of 150 euro with VAT
    for cheque in cheques:
        await cas.post(f"/v1/cheques/{cheque.json()['id']}/annul")
    assert (await make.register(cas, amir, ordered_on="2028-01-03")).status_code == 201


async def test_a_cheque_of_a_scheme_that_nobody_foresaw_runs_from_its_order_to_its_settlement(
    house, cast, omar, cas, clock, schemes
):
    scheme = (await new(omar, fee_per_hour="100", vat_rate="21")).json()
    await omar.post(f"/v1/schemes/{scheme['id']}/activate")
    clock.now = clock.now.replace(year=2028)
    amir = await make.engage(house, cast)
    cheque = await make.started_in(cas, amir, clock, nth=3)
    assert (cheque["state"], cheque["minutes_cap"], cheque["scheme_id"]) == ("started", 90, scheme["id"])
    amir.begins_at = clock.now - timedelta(hours=4)
    first, second = await amir.session(minutes=60), await amir.session(minutes=60)
    assert (await make.book(cas, cheque, first)).json()["minutes"] == 60
    assert told(await make.book(cas, cheque, second))[1] == "minutes-exceeded"
    assert (await make.book(cas, cheque, second, minutes=30)).status_code == 201
    path = f"/v1/cheques/{cheque['id']}"
    assert (await cas.get(path)).json()["expected_cents"] == 150_00  # 90 minutes at 100 euro
    assert (await make.close(cas, amir, cheque)).json()["state"] == "closed"
    part = {"cheque_id": cheque["id"], "amount_cents": 150_00}
    await make.receipt(omar, 150_00, funder_id=scheme["funder_id"], received_on="2028-03-02", allocations=[part])
    reason = {"reason": "Whether it was with VAT is not known"}
    settled = await omar.post(f"{path}/settle", json=reason, headers=once())
    assert (settled.status_code, settled.json()["state"]) == (200, "settled")


async def test_the_window_of_a_new_scheme_counts_in_its_own_years(house, cast, omar, cas, clock, schemes):
    scheme = (await new(omar, unit_minutes=[90])).json()
    await omar.post(f"/v1/schemes/{scheme['id']}/activate")
    amir = await make.engage(house, cast)
    clock.now = clock.now.replace(year=2033)
    assert (await make.register(cas, amir, ordered_on="2028-01-03")).status_code == 201
    early = await make.register(cas, amir, ordered_on="2032-01-02")
    assert told(early) == (409, "coachee-had-cheque")


async def test_the_planned_scheme_cannot_be_chosen_until_it_is_activated(house, cast, omar, cas, clock, schemes):
    planned = schemes["LBK-2027"]
    unknown = ("own_share_cents", "fee_per_hour", "issuer", "start_within_months")
    assert [planned[name] for name in unknown] == [None] * 4
    clock.move(days=365)
    amir = await make.engage(house, cast)
    assert told(await make.register(cas, amir, ordered_on="2027-01-04"))[1] == "scheme-not-selectable"
    await omar.post(f"/v1/schemes/{planned['id']}/activate")
    cheque = (await make.register(cas, amir, ordered_on="2027-01-04")).json()
    assert (cheque["minutes_cap"], cheque["pay_by"], cheque["own_share_cents"]) == (360, None, None)
    again = await omar.post(f"/v1/schemes/{planned['id']}/activate")
    assert told(again) == (409, "wrong-state")


async def test_a_fee_that_becomes_known_is_known_for_the_cheques_too_and_then_needs_a_reason(
    house, cast, omar, cas, schemes
):
    cheque = await make.started(cas, amir := await make.engage(house, cast))
    await make.book(cas, cheque, await amir.session(minutes=60))
    scheme, path = schemes["LBC-2025T"], f"/v1/cheques/{cheque['id']}"
    assert (await cas.get(path)).json()["expected_cents"] is None
    known = await change(omar, scheme, fee_per_hour="120.50", source="The funder's letter")
    assert (known.status_code, known.json()["fee_per_hour"]) == (200, "120.5000")
    assert (known.json()["verified_on"], known.json()["verified_by"]) == ("2026-03-02", str(await me(omar)))
    assert (await cas.get(path)).json()["expected_cents"] == 120_50
    refused = await change(omar, known.json(), fee_per_hour="99")
    assert told(refused) == (409, "scheme-in-use", "/reason")
    assert refused.json()["facts"] == {"cheques": 1, "fields": ["fee_per_hour"]}
    assert (await cas.get(path)).json()["expected_cents"] == 120_50
    mended = await change(omar, known.json(), fee_per_hour="99", reason="Read wrongly")
    assert mended.status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        events = await work.session.scalars(select(Event).where(Event.kind == "scheme_changed").order_by(Event.id))
        last = events.all()[-1].facts
    assert (last["corrected"], last["cheques"], last["reason"]) == ("fee_per_hour", 1, "Read wrongly")


async def me(omar):
    return next(one["id"] for one in (await omar.get("/v1/staff")).json()["items"] if one["role"] == "administrator")


async def test_a_cheque_keeps_its_minutes_whatever_becomes_of_its_scheme(house, cast, omar, cas, schemes):
    cheque = await make.issued(cas, await make.engage(house, cast))
    await change(omar, schemes["LBC-2025T"], unit_minutes=[300], start_within_months=6, reason="A correction")
    now = (await cas.get(f"/v1/cheques/{cheque['id']}")).json()
    assert (now["minutes_cap"], now["start_by"]) == (240, cheque["start_by"])


async def test_two_schemes_on_one_day_are_refused_by_name(omar, schemes):
    overlapping = (await new(omar, valid_from="2026-12-31")).json()
    refused = await omar.post(f"/v1/schemes/{overlapping['id']}/activate")
    assert told(refused) == (409, "schemes-overlap", "/valid_from")
    assert refused.json()["facts"] == {"scheme": "LBC-2025T"}
    assert told(await change(omar, schemes["LBC-2024"], valid_to="2025-11-01"))[1] == "schemes-overlap"
    assert (await change(omar, overlapping, valid_from="2027-01-01")).status_code == 200
    assert (await omar.post(f"/v1/schemes/{overlapping['id']}/activate")).status_code == 200
    assert told(await omar.post(f"/v1/schemes/{schemes['LBK-2027']['id']}/activate"))[1] == "schemes-overlap"


async def test_of_two_overlapping_schemes_activated_at_once_one_comes_into_force(omar, schemes):
    one, two = (await new(omar)).json(), (await new(omar, code="NEW-2")).json()
    answers = await asyncio.gather(*(omar.post(f"/v1/schemes/{each['id']}/activate") for each in (one, two)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert {told(answer)[1] for answer in answers if answer.status_code == 409} == {"schemes-overlap"}


async def test_the_database_refuses_two_schemes_on_one_day_where_the_code_would_not(house, cast, schemes):
    with pytest.raises(DomainError, match="Another scheme holds"):
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await work.session.execute(update(Scheme).where(Scheme.code == "LBC-2024").values(valid_to=None))


async def test_a_cheque_ordered_after_its_scheme_was_closed_is_refused_by_name(house, cast, omar, cas, clock, schemes):
    scheme = schemes["LBC-2025T"]
    wrong = await omar.post(f"/v1/schemes/{scheme['id']}/close", json={"valid_to": "2025-10-31"})
    assert told(wrong) == (422, "scheme-ends-before-start", "/valid_to")
    odd = await omar.post(f"/v1/schemes/{scheme['id']}/close", json={"valid_to": "1899-10-31"})
    assert told(odd) == (422, "day-out-of-range", "/valid_to")
    await omar.post(f"/v1/schemes/{scheme['id']}/close", json={"valid_to": "2026-02-28"})
    refused = await make.register(cas, await make.engage(house, cast), ordered_on="2026-03-02")
    assert told(refused) == (422, "scheme-closed", "/ordered_on")
    assert refused.json()["facts"] == {"scheme": "LBC-2025T", "valid_to": "2026-02-28"}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"code": "LBC-2024"}, (409, "scheme-code-taken", "/code")),
        ({"own_share_cents": 100}, (422, "one-own-share", "/own_share_percent")),
        ({"valid_to": "2027-12-31"}, (422, "scheme-ends-before-start", "/valid_to")),
        ({"funder_id": str(new_id())}, (404, "funder-not-found", "/funder_id")),
        ({"issuer_id": str(new_id())}, (404, "issuer-not-found", "/issuer_id")),
        ({"valid_from": "3000-01-01"}, (422, "day-out-of-range", "/valid_from")),
        ({"unit_minutes": []}, (400, "invalid-request", "/unit_minutes")),
        ({"own_share_percent": "101"}, (400, "invalid-request", "/own_share_percent")),
        ({"fee_per_hour": "-1"}, (400, "invalid-request", "/fee_per_hour")),
    ],
)
async def test_a_scheme_that_cannot_be_is_refused_with_the_field_to_mend(omar, schemes, changes, refusal):
    assert told(await new(omar, **changes)) == refusal


async def test_only_who_keeps_the_practice_changes_schemes_and_only_what_she_has_read(omar, cas, bea, bo, schemes):
    scheme = schemes["LBK-2027"]
    for client in (cas, bea):
        assert told(await change(client, scheme, name="x")) == (403, "scope-missing")
    assert told(await change(bo, scheme, name="x")) == (404, "scheme-not-found")
    assert (await omar.patch(f"/v1/schemes/{scheme['id']}", json={"name": "x"})).status_code == 428
    assert (await change(omar, scheme, name="x")).status_code == 200
    assert told(await change(omar, scheme, name="y")) == (412, "version-changed")


@pytest.mark.parametrize("kind", ["funder", "issuer"])
async def test_funders_and_issuers_are_rows(omar, schemes, kind):
    added = await omar.post(f"/v1/{kind}s", json={"name": "Provincie"})
    assert added.status_code == 201
    path, headers = f"/v1/{kind}s/{added.json()['id']}", {"If-Match": '"v1"'}
    assert (await omar.get(path)).json() == added.json()
    changed = await omar.patch(path, json={"name": "Provincie Oost", "note": "New"}, headers=headers)
    assert (changed.status_code, changed.json()["note"]) == (200, "New")
    taken = await omar.post(f"/v1/{kind}s", json={"name": "Provincie Oost"})
    assert told(taken) == (409, f"{kind}-name-taken")
    assert {"funder": "funder-name-taken", "issuer": "issuer-name-taken"}[kind] == told(taken)[1]
    page = (await omar.get(f"/v1/{kind}s", params={"limit": 1})).json()
    rest = (await omar.get(f"/v1/{kind}s", params={"cursor": page["next_cursor"]})).json()
    assert [one["name"] for one in page["items"] + rest["items"]][-1] == "Provincie Oost"
