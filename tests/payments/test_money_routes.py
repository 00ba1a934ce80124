"""Every operation that moves money, as the OpenAPI document lists them: once under its key, told of, with a reason."""

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.practice import Role
from tests.api.contract import DOCUMENT, OPERATIONS, violations
from tests.funding import make as funding
from tests.funding.make import Engagement
from tests.invoicing import make as invoicing
from tests.invoicing.test_new_routes import KRIS
from tests.invoicing.test_routes import refused
from tests.payments import make
from tests.payments.make import IBAN, amirs, bank_file, line, pay

pytestmark = pytest.mark.anyio

# What is done for the first time and corrects nothing, so that nobody has to say why.
NO_CORRECTION = {
    *("record_payment", "allocate", "import_bank_file", "confirm_bank_line"),
    *("record_receipt", "allocate_receipt", "settle_cheque"),
    *("bill_coach_statement", "issue_self_billed"),
}
KEEPS_BOOKS = {"settle_cheque"}  # it says that nothing more will come
# Of payments, and yet no money moves by them.
MOVES_NOTHING = {
    *("try_bank_file", "ignore_bank_line"),
    *("pause_reminders", "dispute_invoice", "end_reminder_pause", "note_reminder_posted"),
    *("plan_instalments", "change_instalments", "cancel_instalments", "draft_invoice"),
}
REASON = {"reason": "By mistake"}


class Scene:
    """Amir with two invoices, the second paid twice over: what each operation finds."""

    def __init__(self, client: AsyncClient, house: Any, cast: Any, clock: Any, *ids: Any) -> None:
        self.client, self.house, self.cast, self.clock = client, house, cast, clock
        self.first, self.second, self.acmes = map(str, ids)

    async def payment(self) -> dict[str, Any]:
        """12100 of which 2100 is left."""
        paid = await pay(self.client, 14200, invoice_id=self.second)
        return paid.json()

    async def matched(self) -> str:
        [invoice] = [one for one in (await self.client.get("/v1/invoices")).json()["items"] if one["id"] == self.first]
        await make.send(self.client, bank_file(line(12100, ogm=invoice["payment_reference"])))
        [found] = (await self.client.get("/v1/bank-lines?state=matched")).json()["items"]
        return found["id"]

    async def cheque(self) -> tuple[Engagement, dict[str, Any]]:
        engaged = await funding.engage(self.house, self.cast)
        return engaged, await funding.started(self.client, engaged)


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


async def _receive(scene: Scene) -> Call:
    await scene.cheque()
    [funder, *_] = (await scene.client.get("/v1/funders")).json()["items"]
    body = {"funder_id": funder["id"], "received_on": make.TODAY.isoformat(), "reference": "LBC", "amount_cents": 900}
    return "settlement-receipts", body


async def _allocate_receipt(scene: Scene) -> Call:
    _, cheque = await scene.cheque()
    receipt = await funding.receipt(scene.client)
    return f"settlement-receipts/{receipt}/allocations", {
        "allocations": [{"cheque_id": cheque["id"], "amount_cents": 400}]
    }


async def _correct(scene: Scene) -> Call:
    path, body = await _allocate_receipt(scene)
    assert isinstance(body, dict)
    await make.post(scene.client, path, body)
    return path.replace("allocations", "corrections"), REASON | body["allocations"][0]


async def _settle(scene: Scene) -> Call:
    engaged, cheque = await scene.cheque()
    await funding.book(scene.client, cheque, await engaged.session())
    closed = await funding.close(scene.client, engaged, cheque, forfeit_minutes=cheque["minutes_cap"] - 60)
    assert closed.status_code == 200, closed.text
    return f"cheques/{cheque['id']}/settle", REASON


async def _credit(scene: Scene) -> Call:
    return f"invoices/{scene.first}/credit-notes", REASON


async def _self_bill(scene: Scene) -> Call:
    coach_id = str(scene.cast.staff[Role.COACH])
    body = {"coach_id": coach_id, "series": "KR", "supplier": KRIS, "lines": [invoicing.TALK_IN]}
    return "invoices/self-billed", body


async def _bill_coach(scene: Scene) -> Call:
    engaged, _ = await scene.cheque()
    await engaged.session()  # on 1 February
    path = f"coaches/{engaged.coach_id}"
    agreed = await scene.client.post(f"/v1/{path}/shares", json={"valid_from": "2026-01-01", "per_hour_cents": 5000})
    assert agreed.status_code == 201, agreed.text
    return f"{path}/statement/invoice", {
        "first_day": "2026-02-01",
        "last_day": "2026-02-28",
        "series": "KR",
        "supplier": KRIS,
    }


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
    "record_receipt": _receive,
    "allocate_receipt": _allocate_receipt,
    "correct_allocation": _correct,
    "settle_cheque": _settle,
    "credit_invoice": _credit,
    "issue_self_billed": _self_bill,
    "bill_coach_statement": _bill_coach,
}


def _asked(operation: dict[str, Any]) -> dict[str, Any]:
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]


def needs_key(operation: dict[str, Any]) -> bool:
    return any("IdempotencyKeyRequired" in json.dumps(one) for one in operation.get("parameters", []))


POSTS = [one["post"] for one in DOCUMENT["paths"].values() if "post" in one]
MONEY = sorted(one["operationId"] for one in POSTS if needs_key(one))


@pytest.fixture
async def scene(lena, house, cast, clock):
    buyers, first = await amirs(house, cast)
    second = await make.invoice(house, cast, coachee_id=buyers.amir)
    acmes = await make.invoice(house, cast, sponsor_id=buyers.acme)
    return Scene(lena, house, cast, clock, first, second, acmes)


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


def test_whatever_is_posted_of_money_moves_it_under_a_key_or_is_known_to_move_none():
    of_money = {one["operationId"] for one in POSTS if "payments" in one["tags"] or "amount_cents" in asked_for(one)}
    assert of_money <= {*MONEY} | MOVES_NOTHING
    assert sorted(SCENES) == MONEY


def asked_for(operation: dict[str, Any]) -> set[str]:
    """The names of all fields of a body, however deep."""
    body = operation.get("requestBody", {"content": {}})["content"].get("application/json")
    return set(_fields(body["schema"])) if body else set()


def _fields(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _fields(part)
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for name, part in schema.items():
            target = DOCUMENT["components"]["schemas"][part.rpartition("/")[2]] if name == "$ref" else part
            yield from _fields(target)


@pytest.mark.parametrize("name", sorted({*MONEY} - NO_CORRECTION))
def test_a_correction_says_why(name):
    asked = _asked(OPERATIONS[name])
    assert "reason" in asked["required"]
    body = {"type": "object", **asked}
    assert any("'reason'" in told for told in violations({}, body)), name


@pytest.mark.parametrize("name", MONEY)
async def test_what_moves_money_moves_it_once_under_its_key_and_is_told_of(scene, lena, traces, name):
    path, sent = await SCENES[name](scene)
    before = await traces()
    refused(await call(lena, path, sent), 400, "invalid-request", "/Idempotency-Key")
    assert await traces() == before
    key = str(new_id())
    done = await call(lena, path, sent, **{"Idempotency-Key": key})
    assert done.status_code in {200, 201}, done.text
    after = await traces()
    assert after[0] > before[0] or name in KEEPS_BOOKS, "the books say nothing"
    assert after[1] > before[1], "the audit trail says nothing"
    again = await call(lena, path, sent, **{"Idempotency-Key": key})
    assert (again.status_code, again.content) == (done.status_code, done.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert await traces() == after
    other = sent + b" " if isinstance(sent, bytes) else sent | {"more": 1}
    refused(await call(lena, path, other, **{"Idempotency-Key": key}), 422, "idempotency-key-reused")
    if name not in NO_CORRECTION:
        assert isinstance(sent, dict)
        bare = {field: value for field, value in sent.items() if field != "reason"}
        refused(await call(lena, path, bare, **{"Idempotency-Key": str(new_id())}), 400, "invalid-request", "/reason")
    assert await traces() == after
