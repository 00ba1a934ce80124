"""The bank's part of the story: what came in, as the bank's own file tells it."""

from datetime import date
from typing import Any

from commands.story.server import expect
from commands.story.year import Year
from domain.payments import BankFormat, StatementLine, demonstration, write_bank_file

ACCOUNT = "BE71096123456769"
PAYER = "BE62510007547061"


def bank_tells(year: Year, day: date, cents: int, *, name: str, text: str = "", ogm: str | None = None) -> Any:
    """Hand in a CODA file of one credit, twice: the second time nothing changes."""
    reference = f"{year.run}{day:%m%d}"
    line = StatementLine(booked_on=day, cents=cents, reference=reference, ogm=ogm, text=text, name=name, account=PAYER)
    file = write_bank_file(demonstration(ACCOUNT, [line]), BankFormat.CODA)
    first, again = [
        year.office.call(
            "POST", "/v1/bank-files", content=file, headers={"Idempotency-Key": f"{reference}-{time}"}
        ).json()
        for time in (1, 2)
    ]
    expect((first["is_new"], first["matched"]) == (True, 1), f"the bank's file matched nothing: {first}")
    expect(again["is_new"] is False, "the bank's file was taken over twice")
    return first
