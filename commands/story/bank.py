"""The bank's part of the story: one CODA file, as the bank writes it, in which both fundings have paid."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from commands.story.server import expect
from commands.story.year import Year
from domain.payments import BankFormat, StatementLine, demonstration, write_bank_file

ACCOUNT = "BE71096123456769"
PAYER = "BE62510007547061"
CHEQUE_CENTS = 60_000


def bank_file_pays_both(year: Year) -> Iterator[str]:
    """One CODA file reconciles both fundings: the cheque and the employer"""
    year.go_to(year.day(120), "09:00")
    invoice, day = year.invoice, year.day(118)
    file = _coda(
        _line(year, day, CHEQUE_CENTS, 1, name="VDAB", text=f"LBC {year.run}"),
        _line(year, day, invoice["gross_cents"], 2, name="Werkhuis", ogm=invoice["payment_reference"]),
    )
    tried = year.office.call("POST", "/v1/bank-files/dry-run", content=file).json()
    paid = [one["item_id"] for one in tried["proposals"]]
    expect(invoice["id"] in paid, "the file would not pay the invoice whose payment reference it carries")
    expect(_item(year)["state"] == "open", "a dry run has changed the books")
    yield f"tried first: one line is the funder's, one pays {invoice['number']}; nothing has changed"
    taken, again = [_take_over(year, file, time) for time in (1, 2)]
    expect((taken["is_new"], taken["matched"], taken["waiting"]) == (True, 2, 0), f"not both lines matched: {taken}")
    expect(again["is_new"] is False, "the bank's file was taken over twice")
    yield "taken over: both lines matched, none waits; handed in a second time, it changes nothing"
    expect(_item(year)["state"] == "paid", f"the invoice is {_item(year)['state']} after payment")
    year.office.refused(f"/v1/invoices/{invoice['id']}/issue", None, "wrong-state")
    yield f"{invoice['number']} is paid; it cannot be issued or changed any more"
    _settle(year)
    yield "the funder's money is allocated to the cheque, and the cheque is settled"
    books = year.office.get("/v1/ledger/balances")["items"]
    expect(sum(one["amount_cents"] for one in books) == 0, f"the ledger does not come to nothing: {books}")
    yield f"the ledger's {len(books)} accounts come to nothing together"


def _line(year: Year, day: date, cents: int, place: int, *, name: str, text: str = "", ogm: str | None = None) -> Any:
    reference = f"{year.run}{day:%m%d}{place}"
    return StatementLine(booked_on=day, cents=cents, reference=reference, ogm=ogm, text=text, name=name, account=PAYER)


def _coda(*lines: StatementLine) -> bytes:
    return write_bank_file(demonstration(ACCOUNT, lines), BankFormat.CODA)


def _take_over(year: Year, file: bytes, time: int) -> dict[str, Any]:
    headers = {"Idempotency-Key": f"bank-{year.run}-{time}"}
    return year.office.call("POST", "/v1/bank-files", content=file, headers=headers).json()


def _item(year: Year) -> dict[str, Any]:
    return year.office.get(f"/v1/open-items/{year.invoice['id']}")["item"]


def _settle(year: Year) -> None:
    """The lump sum is for her cheque; nothing more will come."""
    receipts = year.office.every("/v1/settlement-receipts")
    [receipt] = [one for one in receipts if one["reference"] == f"LBC {year.run}"]
    path = f"/v1/settlement-receipts/{receipt['id']}/allocations"
    parts = {"allocations": [{"cheque_id": year.cheque_id, "amount_cents": CHEQUE_CENTS}]}
    year.office.post(path, parts, once=f"allocate-{year.run}")
    settled = year.office.post(f"/v1/cheques/{year.cheque_id}/settle", {}, once=f"settle-{year.run}")
    expect(settled["state"] == "settled", f"the cheque is {settled['state']} after settling")
