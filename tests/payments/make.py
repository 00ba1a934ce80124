"""What a test of payments needs: invoices that are issued, payments, and what the books say of them."""

from datetime import date
from decimal import Decimal
from typing import Any

from httpx import AsyncClient, Response
from sqlalchemy import text

from domain import payments
from domain.invoicing import NewLine
from domain.kit.ids import CoacheeId, InvoiceId, OpenItemId, new_id
from domain.kit.money import Money
from domain.kit.work import OPERATOR, House, begin
from domain.payments import BankFormat, NewPayment, StatementLine
from tests.factories import Cast
from tests.invoicing import make as invoicing
from tests.invoicing.make import Buyers

TODAY = date(2026, 3, 2)


async def invoice(house: House, cast: Cast, cents: int = 12100, **buyer: Any) -> InvoiceId:
    """An issued invoice that comes to that much, at 21 per cent where that comes out, else without VAT."""
    net, rate = (cents * 100 // 121, Decimal(21)) if cents % 121 == 0 else (cents, Decimal(0))
    line = NewLine(description="Coaching", quantity=Decimal(1), unit="h", unit_price=Money(net), vat_rate=rate)
    return (await invoicing.issue(house, cast, await invoicing.draft(house, cast, line, **buyer))).id


async def amirs(house: House, cast: Cast, cents: int = 12100) -> tuple[Buyers, InvoiceId]:
    buyers = await invoicing.open_books(house, cast)
    return buyers, await invoice(house, cast, cents, coachee_id=buyers.amir)


async def payment_and_credit(house: House, cast: Cast, coachee_id: CoacheeId) -> tuple[OpenItemId, OpenItemId]:
    """Two payments of a coachee, of which nothing is allocated."""
    paid = NewPayment(coachee_id=coachee_id, amount=Money(500), received_on=TODAY)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        first, second = [(await payments.record_payment(work, paid)).id for _ in range(2)]
    return first, second


async def post(client: AsyncClient, path: str, body: dict[str, Any], *, once: str | None = None) -> Response:
    """POST what moves money, under a key of its own."""
    return await client.post(f"/v1/{path}", json=body, headers={"Idempotency-Key": once or str(new_id())})


async def pay(client: AsyncClient, cents: int, **whose: Any) -> Response:
    body = {"amount_cents": cents, "received_on": TODAY.isoformat()}
    return await post(client, "payments", body | {name: str(value) for name, value in whose.items()})


async def state(client: AsyncClient, item_id: object) -> tuple[str, int]:
    """The state of an open item, and how much is open of it."""
    item = (await client.get(f"/v1/open-items/{item_id}")).json()["item"]
    return item["state"], item["open_cents"]


async def balances(client: AsyncClient) -> dict[str, int]:
    """What the accounts come to, without those that come to nothing."""
    items = (await client.get("/v1/ledger/balances")).json()["items"]
    assert sum(item["amount_cents"] for item in items) == 0
    return {item["account"]: item["amount_cents"] for item in items if item["amount_cents"]}


async def run_sql(house: House, cast: Cast, statement: str, **values: Any) -> None:
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(text(statement), values)


IBAN = "BE71096123456769"


def line(cents: int, reference: str = "REF1", **fields: Any) -> StatementLine:
    known: dict[str, Any] = {"booked_on": TODAY, "ogm": None, "text": "", "name": "", "account": "BE62510007547061"}
    return StatementLine(cents=cents, reference=reference, **known | fields)


def bank_file(*lines: StatementLine, format_: BankFormat = BankFormat.CODA, account: str = IBAN) -> bytes:
    return payments.write_bank_file(payments.demonstration(account, lines), format_)


async def send(client: AsyncClient, content: bytes, *, path: str = "bank-files") -> Response:
    """Send a bank file to be taken over, or tried."""
    headers = {"Idempotency-Key": str(new_id()), "Content-Type": "application/octet-stream"}
    return await client.post(f"/v1/{path}", content=content, headers=headers)


async def waiting_line(client: AsyncClient) -> str:
    """A line that matches nothing."""
    sent = await send(client, bank_file(line(4321, name="Nobody")))
    assert sent.status_code == 201, sent.text
    [waiting] = (await client.get("/v1/bank-lines?state=waiting")).json()["items"]
    return waiting["id"]


async def pause(client: AsyncClient, **whose: Any) -> str:
    """A pause of reminders of two weeks."""
    body = {"until": "2026-03-16", "reason": "On holiday"}
    made = await client.post("/v1/reminder-pauses", json=body | {name: str(value) for name, value in whose.items()})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def in_parts(*parts: tuple[str, int]) -> list[dict[str, Any]]:
    """Instalments as a body has them, of days and cents."""
    return [{"due_on": day, "amount_cents": cents} for day, cents in parts]


async def planned(client: AsyncClient, house: House, cast: Cast) -> str:
    """A plan of two instalments, of an invoice to somebody of whom no more is known."""
    ina = await invoicing.make_coachee(house, cast, "Ina")
    invoice_id = await invoice(house, cast, 12100, coachee_id=ina)
    body = {"instalments": in_parts(("2026-04-01", 6100), ("2026-05-01", 6000)), "reason": "Between two jobs"}
    made = await client.post(f"/v1/invoices/{invoice_id}/instalment-plans", json=body)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def clause(client: AsyncClient, coachee_id: CoacheeId) -> None:
    """A clause on late payment that a coachee agreed to."""
    body = {"agreed_on": "2026-03-01", "reference": "Agreement of 1 March, art. 7"}
    agreed = await client.put(f"/v1/coachees/{coachee_id}/late-clause", json=body)
    assert agreed.status_code == 200, agreed.text
