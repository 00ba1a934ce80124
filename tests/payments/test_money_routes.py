"""Every operation that moves money, as the OpenAPI document lists them: once under its key, told of, with a reason."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from tests.api.contract import DOCUMENT, OPERATIONS, violations
from tests.invoicing.test_routes import refused
from tests.payments import make
from tests.payments.make import IBAN, amirs, bank_file, line, pay

pytestmark = pytest.mark.anyio

# What is done for the first time and corrects nothing, so that nobody has to say why.
NO_CORRECTION = {"record_payment", "allocate", "import_bank_file", "confirm_bank_line"}
# Of payments, and yet no money moves by them.
MOVES_NOTHING = {
    *("try_bank_file", "ignore_bank_line"),
    *("pause_reminders", "dispute_invoice", "end_reminder_pause"),
    *("plan_instalments", "change_instalments", "cancel_instalments"),
}
REASON = {"reason": "By mistake"}


class Scene:
    """Amir with two invoices, the second paid twice over: what each operation finds."""

    def __init__(self, client: AsyncClient, clock: Any, first: Any, second: Any, acmes: Any) -> None:
        self.client, self.clock = client, clock
        self.first, self.second, self.acmes = str(first), str(second), str(acmes)

    async def payment(self) -> dict[str, Any]:
        """12100 of which 2100 is left."""
        paid = await pay(self.client, 14200, invoice_id=self.second)
        return paid.json()

    async def matched(self) -> str:
        [invoice] = [one for one in (await self.client.get("/v1/invoices")).json()["items"] if one["id"] == self.first]
        await make.send(self.client, bank_file(line(12100, ogm=invoice["payment_reference"])))
        [found] = (await self.client.get("/v1/bank-lines?state=matched")).json()["items"]
        return found["id"]


Call = tuple[str, dict[str, Any] | bytes]


async def _take_back(scene: Scene) -> Call:
    paid = await scene.payment()
    return "allocations/take-back", REASON | {
        "credit_id": paid["id"],
        "debit_id": scene.second,
        "amount_cents": 12100,
    }


async def _refund(scene: Scene) -> Call:
    paid = await scene.payment()
    body = {"amount_cents": 2100, "paid_on": make.TODAY.isoformat()}
    return f"open-items/{paid['id']}/refund", REASON | body


async def _reverse(scene: Scene) -> Call:
    [whose] = [one for one in (await scene.client.get("/v1/coachees")).json()["items"] if one["given_name"] == "Amir"]
    paid = (await pay(scene.client, 500, coachee_id=whose["id"])).json()
    return f"payments/{paid['id']}/reverse", REASON


async def _allocate(scene: Scene) -> Call:
    paid = await scene.payment()
    return "allocations", {"credit_id": paid["id"], "debit_id": scene.first}


async def _record(scene: Scene) -> Call:
    body = {"invoice_id": scene.first, "amount_cents": 100, "received_on": make.TODAY.isoformat()}
    return "payments", body


async def _write_off(scene: Scene) -> Call:
    return f"open-items/{scene.first}/write-off", REASON | {"amount_cents": 100}


async def _import(scene: Scene) -> Call:
    [invoice] = [one for one in (await scene.client.get("/v1/invoices")).json()["items"] if one["id"] == scene.first]
    return "bank-files", bank_file(line(12100, ogm=invoice["payment_reference"]), account=IBAN)


async def _confirm(scene: Scene) -> Call:
    return f"bank-lines/{await make.waiting_line(scene.client)}/confirm", {"item_id": scene.first}


async def _charge(scene: Scene) -> Call:
    scene.clock.move(days=60)
    return f"invoices/{scene.acmes}/late-charges", REASON


async def _reject(scene: Scene) -> Call:
    return f"bank-lines/{await scene.matched()}/reject", REASON


SCENES: dict[str, Callable[[Scene], Awaitable[Call]]] = {
    "record_payment": _record,
    "reverse_payment": _reverse,
    "allocate": _allocate,
    "take_back_allocation": _take_back,
    "refund": _refund,
    "write_off": _write_off,
    "book_late_charges": _charge,
    "import_bank_file": _import,
    "confirm_bank_line": _confirm,
    "reject_bank_match": _reject,
}


def _asked(operation: dict[str, Any]) -> dict[str, Any]:
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]


def needs_key(operation: dict[str, Any]) -> bool:
    return any("IdempotencyKeyRequired" in json.dumps(one) for one in operation.get("parameters", []))


POSTS = [one["post"] for one in DOCUMENT["paths"].values() if "post" in one]
MONEY = sorted(one["operationId"] for one in POSTS if needs_key(one) and "payments" in one["tags"])


@pytest.fixture
async def scene(bea, house, cast, clock):
    buyers, first = await amirs(house, cast)
    second = await make.invoice(house, cast, coachee_id=buyers.amir)
    return Scene(bea, clock, first, second, await make.invoice(house, cast, sponsor_id=buyers.acme))


@pytest.fixture
async def traces(house, cast):
    async def count() -> tuple[int, int]:
        """How many transactions the ledger has, and lines the audit trail."""
        async with begin(house, cast.practice_id, OPERATOR) as work:
            query = "SELECT (SELECT count(*) FROM ledger_transactions), (SELECT count(*) FROM audit_entries)"
            return tuple((await work.session.execute(text(query))).one())

    return count


async def call(client: AsyncClient, path: str, sent: dict[str, Any] | bytes, **headers: str) -> Any:
    if isinstance(sent, bytes):
        kind = {"Content-Type": "application/octet-stream"}
        return await client.post(f"/v1/{path}", content=sent, headers=headers | kind)
    return await client.post(f"/v1/{path}", json=sent, headers=headers)


def test_whatever_is_posted_of_payments_moves_money_under_a_key_or_is_known_to_move_none():
    of_payments = {one["operationId"] for one in POSTS if "payments" in one["tags"]}
    assert of_payments == {*MONEY} | MOVES_NOTHING
    assert sorted(SCENES) == MONEY


@pytest.mark.parametrize("name", sorted({*MONEY} - NO_CORRECTION))
def test_a_correction_says_why(name):
    asked = _asked(OPERATIONS[name])
    assert "reason" in asked["required"]
    body = {"type": "object", **asked}
    assert any("'reason'" in told for told in violations({}, body)), name


@pytest.mark.parametrize("name", MONEY)
async def test_what_moves_money_moves_it_once_under_its_key_and_is_told_of(scene, bea, traces, name):
    path, sent = await SCENES[name](scene)
    before = await traces()
    refused(await call(bea, path, sent), 400, "invalid-request", "/Idempotency-Key")
    assert await traces() == before
    key = str(new_id())
    done = await call(bea, path, sent, **{"Idempotency-Key": key})
    assert done.status_code in {200, 201}, done.text
    after = await traces()
    assert (after[0] > before[0], after[1] > before[1]) == (True, True), "the books or the audit trail say nothing"
    again = await call(bea, path, sent, **{"Idempotency-Key": key})
    assert (again.status_code, again.content) == (done.status_code, done.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert await traces() == after
    other = sent + b" " if isinstance(sent, bytes) else sent | {"more": 1}
    refused(await call(bea, path, other, **{"Idempotency-Key": key}), 422, "idempotency-key-reused")
    if name not in NO_CORRECTION:
        assert isinstance(sent, dict)
        bare = {field: value for field, value in sent.items() if field != "reason"}
        refused(await call(bea, path, bare, **{"Idempotency-Key": str(new_id())}), 400, "invalid-request", "/reason")
    assert await traces() == after
