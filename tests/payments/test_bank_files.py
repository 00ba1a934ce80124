"""Bank files over HTTP: matched, waiting, known again; and whatever is wrong with one, by its name, books unchanged."""

import asyncio
from datetime import date, timedelta

import pytest

from domain.kit.ids import new_id
from domain.payments import BankFormat, demonstration, write_coda
from tests.funding import make as funding
from tests.invoicing.test_routes import refused
from tests.messaging.make import read_events
from tests.payments import make
from tests.payments.make import IBAN, amirs, balances, bank_file, line, post, send, state

pytestmark = pytest.mark.anyio
OGM = "+++202/6000/00192+++"
FORMATS = pytest.mark.parametrize("format_", list(BankFormat))


@FORMATS
async def test_a_line_pays_the_invoice_whose_reference_it_carries_after_a_dry_run_that_changes_nothing(
    bea, house, cast, format_
):
    _, invoice_id = await amirs(house, cast)
    content = bank_file(line(12100, ogm=OGM), line(-990, "COST", text="Kosten"), format_=format_)
    before = await balances(bea)
    tried = await send(bea, content, path="bank-files/dry-run")
    assert tried.status_code == 200, tried.text
    assert [one["item_id"] for one in tried.json()["proposals"]] == [str(invoice_id), None]
    assert await balances(bea) == before
    taken = (await send(bea, content)).json()
    counted = [taken[name] for name in ("is_new", "lines", "known", "matched", "waiting")]
    assert counted == [True, 2, 0, 1, 0]
    assert await state(bea, invoice_id) == ("paid", 0)
    assert (await balances(bea))["bank"] == 12100
    states = [one["state"] for one in (await bea.get("/v1/bank-lines")).json()["items"]]
    assert states == ["matched", "outgoing"]


async def test_an_ogm_in_free_words_is_found_and_one_whose_digits_do_not_check_is_not(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    lines = line(100, text=f"betaling {OGM} dank"), line(200, "R2", text="+++202/6000/00193+++")
    assert (await send(bea, bank_file(*lines))).json()["matched"] == 1
    assert await state(bea, invoice_id) == ("partly_paid", 12000)


async def test_amount_and_name_match_only_where_one_invoice_fits(bea, house, cast):
    buyers, invoice_id = await amirs(house, cast)
    taken = (await send(bea, bank_file(line(12100, name="EL IDRISSI AMIR")))).json()
    assert (taken["matched"], taken["waiting"]) == (1, 0)
    assert await state(bea, invoice_id) == ("paid", 0)
    twins = [await make.invoice(house, cast, 5000, coachee_id=buyers.amir) for _ in range(2)]
    taken = (await send(bea, bank_file(line(5000, "REF2", name="Amir El Idrissi")))).json()
    assert (taken["matched"], taken["waiting"]) == (0, 1)
    [waiting] = (await bea.get("/v1/bank-lines?state=waiting")).json()["items"]
    told = (await bea.get(f"/v1/bank-lines/{waiting['id']}")).json()
    assert {one["item"]["id"] for one in told["suggestions"]} == {str(one) for one in twins}
    assert [one["score"] for one in told["suggestions"]] == [100, 100]
    path = f"bank-lines/{waiting['id']}/confirm"
    done = await post(bea, path, {"item_id": str(twins[0])})
    assert (done.status_code, done.json()["state"]) == (200, "matched"), done.text
    assert await state(bea, twins[0]) == ("paid", 0)
    refused(await post(bea, path, {"item_id": str(twins[1])}), 409, "wrong-state")


async def test_a_file_or_a_line_that_comes_again_changes_nothing(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    first = line(5000, ogm=OGM)
    one = (await send(bea, bank_file(first))).json()
    again = (await send(bea, bank_file(first))).json()
    assert (again["id"], again["is_new"]) == (one["id"], False)
    overlapping = (await send(bea, bank_file(first, line(7100, "REF2", ogm=OGM), format_=BankFormat.CAMT_053))).json()
    assert (overlapping["lines"], overlapping["known"], overlapping["matched"]) == (2, 1, 1)
    assert await state(bea, invoice_id) == ("paid", 0)
    assert (await balances(bea))["bank"] == 12100


async def test_two_lines_that_are_alike_in_one_file_are_two(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    assert (await send(bea, bank_file(line(5000, ogm=OGM), line(5000, ogm=OGM)))).json()["matched"] == 2
    assert await state(bea, invoice_id) == ("partly_paid", 2100)


async def test_one_file_sent_by_four_at_once_is_taken_over_once(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    content = bank_file(line(12100, ogm=OGM), line(300, "REF2"))
    answers = await asyncio.gather(*[send(bea, content) for _ in range(4)])
    assert sorted(answer.json()["is_new"] for answer in answers) == [False, False, False, True]
    assert len((await bea.get("/v1/bank-lines")).json()["items"]) == 2
    assert await state(bea, invoice_id) == ("paid", 0)


async def test_more_than_the_invoice_asks_stays_the_customers(bea, house, cast):
    await amirs(house, cast)
    await send(bea, bank_file(line(15000, ogm=OGM)))
    [payment] = (await bea.get("/v1/open-items?kind=payment")).json()["items"]
    assert payment["open_cents"] == -2900


async def test_money_of_an_issuer_becomes_a_receipt_of_its_funder(lena, house, cast):
    await make.invoicing.open_books(house, cast)
    await funding.engage(house, cast)
    funders = {one["name"]: one["id"] for one in (await lena.get("/v1/funders")).json()["items"]}
    assert "VDAB" in funders
    taken = (await send(lena, bank_file(line(60000, text="LBC maart", name="VDAB Brussel")))).json()
    assert taken["matched"] == 1, taken
    [receipt] = (await lena.get("/v1/settlement-receipts")).json()["items"]
    told = (receipt["funder_id"], receipt["amount_cents"], receipt["reference"])
    assert told == (funders["VDAB"], 60000, "LBC maart")
    assert await balances(lena) == {"bank": 60000, "cheque_receivable": -60000}
    [matched] = (await lena.get("/v1/bank-lines")).json()["items"]
    path = f"bank-lines/{matched['id']}/reject"
    refused(await post(lena, path, {"reason": "?"}), 409, "receipt-in-books")
    await send(lena, bank_file(line(700, "REF2", name="Who knows")))
    [waiting] = (await lena.get("/v1/bank-lines?state=waiting")).json()["items"]
    confirmed = await post(lena, f"bank-lines/{waiting['id']}/confirm", {"funder_id": funders["VDAB"]})
    assert confirmed.json()["receipt_id"] is not None, confirmed.text


async def test_a_wrong_match_is_rejected_and_waits_again(bea, house, cast):
    buyers, invoice_id = await amirs(house, cast)
    await send(bea, bank_file(line(12100, ogm=OGM)))
    [matched] = (await bea.get("/v1/bank-lines?state=matched")).json()["items"]
    path = f"bank-lines/{matched['id']}"
    done = await post(bea, f"{path}/reject", {"reason": "Of her brother"})
    assert (done.status_code, done.json()["state"]) == (200, "waiting"), done.text
    assert await state(bea, invoice_id) == ("open", 12100)
    assert "bank" not in await balances(bea)
    confirmed = await post(bea, f"{path}/confirm", {"sponsor_id": str(buyers.acme)})
    payment = (await bea.get(f"/v1/payments/{confirmed.json()['item_id']}")).json()["item"]
    assert (payment["sponsor_id"], payment["open_cents"]) == (str(buyers.acme), -12100)
    given = {"amount_cents": 100, "paid_on": "2026-03-02", "reason": "Part"}
    await post(bea, f"open-items/{payment['id']}/refund", given)
    refused(await post(bea, f"{path}/reject", {"reason": "?"}), 409, "payment-in-use")


async def test_a_waiting_line_is_set_aside_with_a_reason_and_may_still_be_confirmed(bea, house, cast):
    buyers, _ = await amirs(house, cast)
    path = f"bank-lines/{await make.waiting_line(bea)}"
    refused(await post(bea, f"{path}/confirm", {}), 422, "one-match", "/item_id")
    both = {"coachee_id": str(buyers.amir), "sponsor_id": str(buyers.acme)}
    refused(await post(bea, f"{path}/confirm", both), 422, "one-match")
    refused(await post(bea, f"{path}/confirm", {"funder_id": str(new_id())}), 404, "funder-not-found")
    refused(await post(bea, f"{path}/reject", {"reason": "?"}), 409, "wrong-state")
    done = await post(bea, f"{path}/ignore", {"reason": "Interest"})
    assert (done.json()["state"], done.json()["reason"]) == ("ignored", "Interest")
    assert (await post(bea, f"{path}/confirm", {"coachee_id": str(buyers.amir)})).status_code == 200
    refused(await bea.get(f"/v1/bank-lines/{new_id()}"), 404, "bank-line-not-found")


GOOD = bank_file(line(12100, ogm=OGM), line(-500, "REF2", text="Kosten"))
XML = bank_file(line(12100, ogm=OGM), format_=BankFormat.CAMT_053)
BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
BAD = {
    "nothing": (b"", "bank-file-unreadable"),
    "words": (b"Dear bank,\n", "bank-file-unreadable"),
    "another record": (GOOD.replace(b"\r\n8", b"\r\n7"), "bank-file-unreadable"),
    "letters for an amount": (GOOD.replace(b"0000000000121000", b"00000000001x1000"), "bank-file-unreadable"),
    "an account of no known form": (GOOD.replace(b"\r\n12", b"\r\n17", 1), "bank-file-unreadable"),
    "cut in half": (GOOD[: len(GOOD) // 2], "bank-file-incomplete"),
    "cut between records": (GOOD[: 130 * 4], "bank-file-incomplete"),
    "balances": (GOOD.replace(b"0000000001116000", b"0000000001117000"), "bank-file-unbalanced"),
    "a line taken out": (GOOD.replace(GOOD[130 * 2 : 130 * 5], b""), "bank-file-unbalanced"),
    "another account": (bank_file(line(1), account="BE62510007547061"), "bank-account-not-yours"),
    "dollars": (GOOD.replace(b"EUR", b"USD"), "bank-file-foreign-currency"),
    "half of XML": (XML[: len(XML) // 2], "bank-file-incomplete"),
    "XML that is none": (b"<a>&b;</a>", "bank-file-unreadable"),
    "XML of another kind": (b"<a/>", "bank-file-unreadable"),
    "an amount of words": (XML.replace(b">121.00<", b">much<"), "bank-file-unreadable"),
    "an endless amount": (XML.replace(b">121.00<", b">1e999<"), "bank-file-unreadable"),
    "an amount that is none": (XML.replace(b">121.00<", b">NaN<"), "bank-file-unreadable"),
    "no balance": (XML.replace(b"CLBD", b"XXXX"), "bank-file-incomplete"),
    "balances in XML": (XML.replace(b"1121.00", b"1121.01"), "bank-file-unbalanced"),
    "dollars in XML": (XML.replace(b'"EUR"', b'"USD"'), "bank-file-foreign-currency"),
    "a bomb": (BOMB, "bank-file-forbidden"),
    "a bomb in UTF-16": (BOMB.decode().replace('<?xml version="1.0"?>', "").encode("utf-16"), "bank-file-unreadable"),
    "an address to read": (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "bank-file-forbidden"),
    "too deep": (b"<a>" * 200 + b"</a>" * 200, "bank-file-forbidden"),
    "far too deep": (b"<a>" * 5000 + b"</a>" * 5000, "bank-file-forbidden"),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_file_with_something_wrong_is_refused_by_name_and_the_books_stay(bea, house, cast, name):
    await amirs(house, cast)
    content, problem = BAD[name]
    before = await balances(bea)
    for path in ("bank-files/dry-run", "bank-files"):
        refused(await send(bea, content, path=path), 422, problem)
    assert await balances(bea) == before
    assert (await bea.get("/v1/bank-lines")).json()["items"] == []


async def test_two_hundred_megabytes_are_refused_without_being_read(bea, house, cast):
    read = 0

    async def endless():
        nonlocal read
        for _ in range(200):
            read += 1_000_000
            yield b"0" * 1_000_000

    refused(
        await bea.post("/v1/bank-files", content=endless(), headers={"Idempotency-Key": "big"}), 413, "body-too-large"
    )
    assert read < 20_000_000


@pytest.mark.parametrize("encoding", ["windows-1252", "latin-1", "utf-8"])
async def test_names_with_accents_are_read_in_whatever_banks_write(bea, house, cast, encoding):
    await amirs(house, cast)
    statement = demonstration(IBAN, [line(4321, name="Zoë Müller")])
    assert (await send(bea, write_coda(statement, encoding=encoding))).status_code == 201
    [waiting] = (await bea.get("/v1/bank-lines?state=waiting")).json()["items"]
    assert (await bea.get(f"/v1/bank-lines/{waiting['id']}")).json()["name"] == "Zoë Müller"


async def test_a_file_moves_money_so_it_needs_a_key(bea, house, cast):
    await amirs(house, cast)
    refused(await bea.post("/v1/bank-files", content=GOOD), 400, "invalid-request", "/Idempotency-Key")


async def test_a_batch_in_xml_is_its_payments(bea, house, cast):
    await amirs(house, cast)
    part = b'<TxDtls><Amt Ccy="EUR">60.50</Amt></TxDtls>'
    whole = XML.replace(b"<NtryDtls>", b"<NtryDtls>" + part + part).replace(b"<TxDtls><RltdPties>", b"<X><RltdPties>")
    content = whole.replace(b"</RmtInf></TxDtls>", b"</RmtInf></X>")
    proposals = (await send(bea, content, path="bank-files/dry-run")).json()["proposals"]
    assert [one["amount_cents"] for one in proposals] == [6050, 6050]
    assert date.fromisoformat(proposals[0]["booked_on"]) == make.TODAY


async def test_a_sum_in_coda_that_the_bank_took_apart_is_its_payments(bea, house, cast):
    _, first = await amirs(house, cast)
    parts = write_coda(demonstration(IBAN, [line(12100, ogm=OGM), line(500, name="Nobody")]))
    proposals = (await send(bea, in_one_sum(parts), path="bank-files/dry-run")).json()["proposals"]
    assert [(one["amount_cents"], one["item_id"]) for one in proposals] == [(12100, str(first)), (500, None)]
    assert (await send(bea, in_one_sum(parts))).json()["matched"] == 1
    assert await state(bea, first) == ("paid", 0)
    again = (await send(bea, in_one_sum(parts).replace(b"Demonstratie", b"Herhaling   "))).json()
    assert (again["lines"], again["known"]) == (2, 2)


async def test_a_payment_of_which_the_bank_kept_its_charge_pays_the_invoice_that_it_names(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    parts = write_coda(demonstration(IBAN, [line(12100), line(-300, text="Kosten")]))
    content = in_one_sum(parts, kinds="38", cents=11_800)
    said = f"1101{OGM.replace('+', '').replace('/', '')}"
    whole = content.split(b"\r\n")[2]
    content = content.replace(whole, whole[:61] + said.encode().ljust(54) + whole[115:])
    proposals = (await send(bea, content, path="bank-files/dry-run")).json()["proposals"]
    assert [(one["amount_cents"], one["item_id"]) for one in proposals] == [(12100, str(invoice_id)), (-300, None)]


async def test_a_detail_that_has_details_itself_is_one_payment(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    parts = write_coda(demonstration(IBAN, [line(12100, ogm=OGM), line(500, name="Nobody")]))
    whole = in_one_sum(parts, kinds="27", cents=12_100).replace(b"0000000001126000", b"0000000001121000")
    content = whole.split(b"\r\n")
    deeper = next(place for place, record in enumerate(content) if record.startswith(b"2100010002"))
    content[deeper] = content[deeper][:53] + b"9" + content[deeper][54:]
    proposals = (await send(bea, b"\r\n".join(content), path="bank-files/dry-run")).json()["proposals"]
    assert [(one["amount_cents"], one["item_id"]) for one in proposals] == [(12100, str(invoice_id))]


async def test_a_line_that_is_booked_on_a_day_to_come_waits_and_is_confirmed_once_it_is_there(bea, house, cast, clock):
    _, invoice_id = await amirs(house, cast)
    tomorrow = make.TODAY + timedelta(days=1)
    content = bank_file(line(12100, ogm=OGM, booked_on=tomorrow))
    [proposal] = (await send(bea, content, path="bank-files/dry-run")).json()["proposals"]
    assert proposal["item_id"] is None
    taken = (await send(bea, content)).json()
    assert (taken["matched"], taken["waiting"]) == (0, 1)
    [waiting] = (await bea.get("/v1/bank-lines?state=waiting")).json()["items"]
    path, said = f"bank-lines/{waiting['id']}/confirm", {"item_id": str(invoice_id)}
    refused(await make.post(bea, path, said), 422, "received-in-future", "/received_on")
    assert await state(bea, invoice_id) == ("open", 12100)
    clock.move(days=1)
    assert (await make.post(bea, path, said)).status_code == 200
    assert await state(bea, invoice_id) == ("paid", 0)


@FORMATS
async def test_what_the_lines_of_several_days_pay_is_paid_on_the_day_of_each(bea, lena, house, cast, format_):
    buyers, first = await amirs(house, cast)
    second = await make.invoice(house, cast, 5000, coachee_id=buyers.amir)
    before = make.TODAY - timedelta(days=1)
    lines = line(12100, ogm=OGM, booked_on=before), line(5000, "REF2", name="Amir El Idrissi", booked_on=make.TODAY)
    assert (await send(bea, bank_file(*lines, format_=format_))).json()["matched"] == 2
    days = {str(first): str(before), str(second): str(make.TODAY)}
    told = await read_events(lena, house, cast)
    assert {one["subject_id"]: one["facts"]["paid_on"] for one in told if one["kind"] == "invoice_paid"} == days
    for invoice_id, day in days.items():
        [allocation] = (await bea.get(f"/v1/open-items/{invoice_id}")).json()["allocations"]
        assert allocation["booked_on"] == day


async def test_zero_bytes_in_a_file_are_blanks(bea, house, cast):
    await amirs(house, cast)
    content = bank_file(line(4321, "REF 1", name="Nobody")).replace(b"REF 1", b"REF\x001")
    taken = await send(bea, content)
    assert (taken.status_code, taken.json()["waiting"]) == (201, 1)


def in_one_sum(content: bytes, *, kinds: str = "15", cents: int = 12_600) -> bytes:
    """The same two movements as one of 126.00 euros (transaction type 1), and they as its details (type 5)."""
    records = content.decode("windows-1252").split("\r\n")
    first = next(place for place, record in enumerate(records) if record.startswith("21"))
    whole = records[first][:31] + "0" + f"{cents * 10:015}" + records[first][47:53] + kinds[0] + records[first][54:]
    details = [
        f"{record[:2]}0001{1 if record[2:6] == '0001' else 2:04}{record[10:53]}{kinds[1]}{record[54:]}"
        if record.startswith("21")
        else f"{record[:2]}0001{1 if record[2:6] == '0001' else 2:04}{record[10:]}"
        for record in records
        if record[:1] == "2"
    ]
    end = records[first + len(details) :]
    trailer = end[1][:16] + f"{len(details) + 3:06}{0:015}{cents * 10:015}" + end[1][52:]
    return "\r\n".join([*records[:first], whole, *details, end[0], trailer, *end[2:]]).encode("windows-1252")
