"""The administrator's views: what is owed and since when, revenue cut four ways, VAT by box, cheques, hours."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import text

from domain import people, practice, reporting
from domain.kit.database import APP_ROLE, connect
from domain.kit.ids import new_id
from domain.kit.money import ZERO, Money
from domain.kit.work import OPERATOR, begin, enter
from domain.people import NewCoachee
from domain.practice import VatRegime
from domain.reporting import BOXES, VatSide, boxes_of
from domain.reporting.vat import SOLD
from tests import factories
from tests.conftest import NOON
from tests.factories import once
from tests.funding import make as funding
from tests.funding.make import told
from tests.invoicing import make as invoicing
from tests.invoicing.make import TALK, TALK_IN
from tests.invoicing.test_new_routes import KRIS
from tests.payments import make
from tests.payments.make import amirs, pay
from tests.plans import explained, make_anew, multiply

pytestmark = pytest.mark.anyio
MOST_IS_PAID = text("UPDATE open_items SET open = 0 WHERE hashtext(CAST(id AS text)) % 50 <> 0")
VACUUMED = text("UPDATE pg_class SET relallvisible = relpages WHERE oid = CAST('open_items' AS regclass)")
REPORTS = ("outstanding", "revenue", "vat", "expiring-cheques", "hours")


async def boxes(client, query=""):
    answer = (await client.get(f"/v1/reports/vat{query}")).json()
    return {one["box"]: one["amount_cents"] for one in answer["boxes"] if one["amount_cents"]}, answer


async def test_what_is_owed_stands_by_how_long_it_is_overdue(bea, house, cast, clock):
    buyers, first = await amirs(house, cast, 12100)  # due in thirty days
    await pay(bea, 2100, invoice_id=first)
    aged = {}
    for days in (30, 1, 30, 30, 30):
        clock.move(days=days)
        found = (await bea.get("/v1/reports/outstanding")).json()
        [debtor] = found["debtors"]
        aged[clock.now.date()] = [name for name, cents in debtor.items() if cents == 10000 and name != "owed_cents"]
    assert list(aged.values()) == [
        ["not_due_cents"],
        ["to_30_cents"],
        ["to_60_cents"],
        ["to_90_cents"],
        ["over_90_cents"],
    ]
    await make.invoice(house, cast, 5000, sponsor_id=buyers.acme)
    found = (await bea.get("/v1/reports/outstanding")).json()
    assert [(one["name"], one["owed_cents"]) for one in found["debtors"]] == [
        ("Amir El Idrissi", 10000),
        ("Acme NV", 5000),
    ]
    assert (found["customers"], found["total"]["owed_cents"], found["total"]["not_due_cents"]) == (2, 15000, 5000)


async def test_a_payment_that_is_not_used_stands_as_credit_and_lowers_no_debt(bea, house, cast):
    buyers, _ = await amirs(house, cast)
    await make.payment_and_credit(house, cast, buyers.amir)
    total = (await bea.get("/v1/reports/outstanding")).json()["total"]
    assert (total["owed_cents"], total["credit_cents"]) == (12100, 1000)


async def test_the_totals_are_of_all_customers_whatever_is_shown(house, cast):
    buyers, _ = await amirs(house, cast)
    await make.invoice(house, cast, 5000, sponsor_id=buyers.acme)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        found = await reporting.outstanding(work, most=1)
    assert (len(found.debtors), found.customers, found.total.owed) == (1, 2, Money(17100))


async def test_a_table_is_safe_to_open_and_writes_euros_as_belgium_does(bea, house, cast):
    await invoicing.open_books(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        new = NewCoachee(given_name="=HYPERLINK(1)", family_name="Maes", email="f@example.org", **invoicing.HOME)
        coachee = await people.create_coachee(work, new)
    await make.invoice(house, cast, 12345, coachee_id=coachee.id)
    plain = await bea.get("/v1/reports/outstanding/csv")
    assert plain.content.startswith(b"\xef\xbb\xbfcoachee_id,sponsor_id,name,not_due,")
    assert ",'=HYPERLINK(1) Maes,123.45,0.00," in plain.text
    belgian = await bea.get("/v1/reports/outstanding/csv?decimal=comma&bom=false")
    assert belgian.content.startswith(b"coachee_id;sponsor_id;name;not_due;")
    assert ";123,45;0,00;" in belgian.text


async def test_every_way_to_cut_revenue_comes_to_the_same(omar, house, cast):
    engaged = await funding.engage(house, cast)
    cheque = await funding.started(omar, engaged)
    booked = await funding.book(omar, cheque, await engaged.session(minutes=90))
    assert booked.status_code == 201, booked.text
    receipt = await funding.receipt(omar, 5000)
    parts = {"allocations": [{"cheque_id": cheque["id"], "amount_cents": 4000}]}
    answer = await omar.post(f"/v1/settlement-receipts/{receipt}/allocations", json=parts, headers=once())
    assert answer.status_code in {200, 201}, answer.text
    buyers, first = await amirs(house, cast, 12100)
    await make.invoice(house, cast, 6050, sponsor_id=buyers.acme, trajectory_id=None)
    await make.invoice(house, cast, 2420, coachee_id=buyers.amir, trajectory_id=buyers.trajectory)
    await omar.post(f"/v1/invoices/{first}/credit-notes", json={"reason": "Wrong price"}, headers=once())
    cuts = {}
    for by in ("month", "coach", "funder", "scheme"):
        cuts[by] = (await omar.get(f"/v1/reports/revenue?by={by}")).json()["items"]
        totals = [
            sum(row[name] for row in cuts[by])
            for name in ("invoiced_cents", "cheque_minutes", "cheques_received_cents")
        ]
        assert totals == [7000, 90, 4000], by
    assert {row["key"] for row in cuts["month"]} <= {"2026-02", "2026-03"}
    assert ("LBC-2025T", 90) in [(row["name"], row["cheque_minutes"]) for row in cuts["scheme"]]
    assert {row["name"]: row["invoiced_cents"] for row in cuts["coach"]} == {"Cas": 2000, None: 5000}
    table = (await omar.get("/v1/reports/revenue/csv?by=funder")).text.splitlines()
    assert table[0].lstrip("\ufeff") == "key,name,invoiced,cheque_minutes,cheques_received"
    assert table[-1] == ",,70.00,0,0.00"


async def test_vat_stands_in_the_boxes_of_the_return_and_credit_notes_in_their_own(bea, house, cast):
    buyers = await invoicing.open_books(house, cast)
    at = {rate: replace(TALK, vat_rate=Decimal(rate)) for rate in (0, 6, 12, 21)}
    full = await invoicing.issue(house, cast, await invoicing.draft(house, cast, *at.values(), coachee_id=buyers.amir))
    found, answer = await boxes(bea)
    assert found == {"00": 18000, "01": 18000, "02": 18000, "03": 18000, "54": 1080 + 2160 + 3780}
    await bea.post(f"/v1/invoices/{full.id}/credit-notes", json={"reason": "Wrong price"}, headers=once())
    found, answer = await boxes(bea)
    assert (found["49"], found["64"], found["54"], answer["payable_cents"]) == (72000, 7020, 7020, 0)
    assert (await boxes(bea, "?from=2026-01-01&to=2026-02-28"))[0] == {}
    assert answer["source"].startswith("https://eservices.minfin.fgov.be/")
    table = (await bea.get("/v1/reports/vat/csv?decimal=comma")).text.splitlines()
    assert (table[0].lstrip("\ufeff"), table[4]) == ("box;amount;known", "03;180,00;all")


async def test_tax_shifted_to_a_customer_in_the_union_is_box_44_and_its_credit_note_48(bea, house, cast):
    buyers = await invoicing.open_books(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.update_sponsor(work, buyers.acme, {"country": "NL", "vat_number": "NL004495445B01"})
    lines = [replace(TALK, vat_rate=Decimal(0))]
    draft = await invoicing.draft(house, cast, *lines, sponsor_id=buyers.acme, reverse_charge=True)
    issued = await invoicing.issue(house, cast, draft)
    assert (await boxes(bea))[0] == {"44": 18000}
    await bea.post(f"/v1/invoices/{issued.id}/credit-notes", json={"reason": "Wrong price"}, headers=once())
    assert (await boxes(bea))[0] == {"44": 18000, "48": 18000}


async def test_what_coaches_are_paid_by_self_billing_stands_in_the_boxes_of_purchases(bea, house, cast):
    await invoicing.open_books(house, cast)
    body = {"coach_id": str(cast.staff["coach"]), "series": "KR", "supplier": KRIS, "lines": [TALK_IN]}
    bills = [(await bea.post("/v1/invoices/self-billed", json=body, headers=once())).json() for _ in range(2)]
    assert (await boxes(bea))[0] == {"82": 36000, "59": 7560}
    part = {"reason": "Too much", "lines": [{"position": 0, "quantity": "0.50"}]}
    await bea.post(f"/v1/invoices/{bills[0]['id']}/credit-notes", json=part, headers=once())
    found, answer = await boxes(bea)
    assert found == {"82": 30000, "85": 6000, "59": 7560, "63": 1260}
    assert (answer["payable_cents"], answer["balance_cents"]) == (0, 1260 - 7560)
    exempt = body | {"series": "KX", "supplier": KRIS | {"vat_regime": "small_business"}}
    exempt |= {"lines": [TALK_IN | {"vat_rate": "0"}]}
    free = await bea.post("/v1/invoices/self-billed", json=exempt, headers=once())
    assert free.status_code == 201, free.text
    assert (await boxes(bea))[0] == {"82": 48000, "85": 6000, "59": 7560, "63": 1260}


async def test_what_is_bought_otherwise_is_said_to_be_missing_and_never_0(bea, omar, house, cast):
    await invoicing.open_books(house, cast)
    await funding.started(omar, await funding.engage(house, cast))
    await funding.receipt(omar, 5000)
    _, answer = await boxes(bea)
    told_ = {one["box"]: (one["amount_cents"], one["known"]) for one in answer["boxes"]}
    assert list(told_) == list(BOXES)
    unbilled, sold = {"00", "01", "02", "03", "54"}, {"44", "45", "46", "47", "48", "49", "64"}
    assert {box for box, it in told_.items() if it == (0, "all")} == sold
    assert {box for box, it in told_.items() if it == (0, "part")} == unbilled
    assert {it for box, it in told_.items() if box not in sold | unbilled} == {(None, "none")}
    assert answer["missing"] == ["other_purchases", "cheques"]
    table = (await bea.get("/v1/reports/vat/csv")).text.splitlines()
    assert "82,,none" in table
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await practice.update_practice(work, {"vat_regime": VatRegime.SMALL_BUSINESS})
    body = {"coach_id": str(cast.staff["coach"]), "series": "KR", "supplier": KRIS, "lines": [TALK_IN]}
    assert (await bea.post("/v1/invoices/self-billed", json=body, headers=once())).status_code == 201
    found, answer = await boxes(bea)
    assert (found, answer["missing"][1]) == ({}, "right_to_deduct")


amounts = st.integers(0, 10**9).map(Money)
sides = st.builds(
    VatSide,
    bought=st.booleans(),
    rate=st.sampled_from([0, 6, 12, 21]),
    credit=st.booleans(),
    shifted=st.booleans(),
    country=st.sampled_from(["BE", "NL", "US"]),
    base=amounts,
    vat=amounts,
)


@given(st.lists(sides, max_size=8))
def test_every_cent_of_base_and_tax_stands_in_one_box(found):
    told = boxes_of(found)
    assert set(told) == set(BOXES)
    tax = sums(told, "54", "64")
    sold, bought = [one for one in found if not one.bought], [one for one in found if one.bought]
    assert tax == sum((side.vat for side in sold), ZERO)
    assert sums(told, *SOLD) == sum((side.base for side in sold), ZERO)
    assert sums(told, "59", "63") == sum((side.vat for side in bought), ZERO)
    credited = sum((side.base for side in bought if side.credit), ZERO)
    assert sums(told, "85") == credited
    assert sums(told, "82") + credited + credited == sum((side.base for side in bought), ZERO)


def sums(told, *names):
    return sum((told[box] or ZERO for box in names), ZERO)


async def test_cheques_that_expire_soon_stand_nearest_first(omar, house, cast, clock):
    cheque = await funding.issued(omar, await funding.engage(house, cast))
    assert (await omar.get("/v1/reports/expiring-cheques?within_days=0")).json() == {"items": []}
    [row] = (await omar.get("/v1/reports/expiring-cheques?within_days=400")).json()["items"]
    assert (row["cheque_id"], row["deadline"], row["day"]) == (cheque["id"], "start_by", cheque["start_by"])
    assert row["days_left"] == (date.fromisoformat(cheque["start_by"]) - NOON.date()).days
    table = (await omar.get("/v1/reports/expiring-cheques/csv?within_days=400")).text.splitlines()
    assert len(table) == 2


async def test_hours_tell_what_was_agreed_held_and_planned_by_trajectory(omar, house, cast):
    engaged = await funding.engage(house, cast)  # 240 minutes agreed
    await engaged.session(minutes=90)
    await engaged.session(minutes=60, state="planned")
    await engaged.session(minutes=60, state="cancelled")
    other = await funding.engage(house, cast)
    first = (await omar.get("/v1/reports/hours?limit=1")).json()
    [row] = first["items"]
    assert [row[name] for name in ("agreed", "held", "planned", "left")] == [240, 90, 60, 90]
    rest = (await omar.get(f"/v1/reports/hours?limit=1&cursor={first['next_cursor']}")).json()
    assert [one["trajectory_id"] for one in rest["items"]] == [str(other.trajectory_id)]
    assert len((await omar.get(f"/v1/reports/hours/csv?coach_id={engaged.coach_id}")).text.splitlines()) == 3
    assert (await omar.get(f"/v1/reports/hours?state=running&coach_id={new_id()}")).json()["items"] == []
    assert told(await omar.get("/v1/reports/hours?cursor=abc")) == (422, "invalid-cursor", "/cursor")


async def test_views_are_for_the_office_and_an_empty_practice_has_empty_ones(cas, bea, bo, house, cast):
    await amirs(house, cast)
    for report in REPORTS:
        assert (await cas.get(f"/v1/reports/{report}")).status_code == 403
        assert (await bea.get(f"/v1/reports/{report}/csv")).status_code == 200
    assert (await bo.get("/v1/reports/outstanding")).json()["total"]["owed_cents"] == 0
    assert (await bo.get("/v1/reports/revenue")).json() == {"items": []}
    assert (await boxes(bo))[0] == {}


async def test_a_period_ends_after_it_begins_and_lies_in_our_time(bea):
    for report in ("revenue", "vat"):
        path = f"/v1/reports/{report}?from=2026-03-01"
        assert told(await bea.get(f"{path}&to=2026-02-01")) == (422, "period-backwards", "/to")
        assert told(await bea.get(f"/v1/reports/{report}?from=1500-01-01")) == (422, "day-out-of-range", "/from")


async def test_what_is_outstanding_comes_out_of_its_index(fresh, fresh_house):
    house, cast = fresh_house, await factories.found_cast(fresh_house)
    await amirs(house, cast)
    owner = connect(fresh, role=None, pool_size=1)
    async with owner.connect() as connection:
        await multiply(connection, cast.practice_id, "open_items", 5_000)
        await connection.execute(MOST_IS_PAID)
        await make_anew(connection, "open_items")
        await connection.execute(VACUUMED)
        await connection.execute(text(f"SET LOCAL ROLE {APP_ROLE}"))
        await enter(connection, cast.practice_id)
        async with begin(house, cast.practice_id, OPERATOR) as work:
            query = reporting.aged_query(work, date(2026, 3, 2), 100)
        compiled = str(query.compile(connection.engine, compile_kwargs={"literal_binds": True}))
        found = [step for step in await explained(connection, compiled, ()) if "aged" in step.get("Index Name", "")]
        await connection.rollback()
    await owner.dispose()
    assert [step["Node Type"] for step in found] == ["Index Only Scan"]
