"""Invoices over HTTP: who may, what is refused and how, and what an integrator sees."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from domain.kit.ids import new_id
from tests.invoicing.make import TALK_IN, Buyers, make_coachee, make_trajectory, open_books

pytestmark = pytest.mark.anyio


@pytest.fixture
async def buyers(house, cast) -> Buyers:
    return await open_books(house, cast)


async def drafted(client, buyers, *lines, **fields) -> dict:
    body = {"coachee_id": str(buyers.amir), "lines": list(lines or [TALK_IN])} | fields
    answer = await client.post("/v1/invoices", json={name: value for name, value in body.items() if value is not None})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def issued(client, buyers, *lines, **fields) -> dict:
    draft = await drafted(client, buyers, *lines, **fields)
    answer = await client.post(f"/v1/invoices/{draft['id']}/issue")
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(answer, status: int, problem: str, pointer: str | None = None) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["type"] == f"/problems/{problem}"
    if pointer is not None:
        assert [error["pointer"] for error in told["errors"]] == [pointer]
    return told


async def test_from_draft_to_issued(bea, buyers):
    draft = await drafted(bea, buyers, supplied_on="2026-02-27", trajectory_id=str(buyers.trajectory))
    assert (draft["state"], draft["number"], draft["language"]) == ("draft", None, "nl")
    assert (draft["net_cents"], draft["vat_cents"], draft["gross_cents"]) == (18000, 3780, 21780)
    assert draft["lines"] == [
        {
            **TALK_IN,
            "position": 0,
            "quantity": "1.50",
            "discount_cents": 0,
            "discount_percent": None,
            "vat_rate": "21.00",
            "net_cents": 18000,
            "session_id": None,
            "package_id": None,
            "deducts_id": None,
        },
    ]
    assert draft["vat"] == [{"rate": "21.00", "base_cents": 18000, "vat_cents": 3780}]
    path = f"/v1/invoices/{draft['id']}"
    issue = await bea.post(f"{path}/issue")
    assert issue.status_code == 200, issue.text
    assert issue.headers["etag"] == f'"v{issue.json()["version"]}"' == '"v2"'
    assert (issue.json()["number"], issue.json()["due_on"]) == ("F2026-0001", "2026-04-01")
    assert issue.json()["seller"]["iban"] == "BE71096123456769"
    assert issue.json()["buyer"]["name"] == "Amir El Idrissi"
    seen = (await bea.get(path)).json()
    assert seen == issue.json()
    assert (seen["state"], seen["gross_cents"]) == ("issued", 21780)


async def test_a_draft_may_be_empty_and_speaks_the_language_asked_for(bea, buyers):
    answer = await bea.post("/v1/invoices", json={"sponsor_id": str(buyers.acme), "language": "fr"})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["language"], answer.json()["lines"], answer.json()["gross_cents"]) == ("fr", [], 0)


async def test_rates_default_to_the_regime_and_each_has_its_own_sum(bea, buyers):
    lines = [TALK_IN, {**TALK_IN, "vat_rate": "6"}, {**TALK_IN, "vat_rate": "21.0", "unit_price_cents": 1}]
    draft = await drafted(bea, buyers, *lines)
    assert draft["vat"] == [
        {"rate": "21.00", "base_cents": 18002, "vat_cents": 3780},
        {"rate": "6.00", "base_cents": 18000, "vat_cents": 1080},
    ]


async def test_without_vat_under_the_scheme_for_small_businesses(bea, house, cast):
    buyers = await open_books(house, cast, vat_regime="small_business")
    invoice = await issued(bea, buyers)
    assert (invoice["vat"], invoice["gross_cents"]) == (
        [{"rate": "0.00", "base_cents": 18000, "vat_cents": 0}],
        18000,
    )
    pdf = (await bea.get(f"/v1/invoices/{invoice['id']}/pdf")).content
    assert "artikel 56bis" in PdfReader(BytesIO(pdf)).pages[0].extract_text()


async def test_the_pdf_is_a_file_with_a_name_and_always_the_same(bea, lena, buyers, clock):
    invoice = await issued(bea, buyers, supplied_on="2026-02-27")
    path = f"/v1/invoices/{invoice['id']}/pdf"
    first = await bea.get(path)
    assert first.status_code == 200
    assert first.headers["content-type"] == "application/pdf"
    assert first.headers["content-disposition"] == 'attachment; filename="F2026-0001.pdf"'
    assert int(first.headers["content-length"]) == len(first.content)
    clock.move(days=100)
    assert (await lena.patch("/v1/practice", json={"name": "Another name"})).status_code == 200
    assert (await bea.get(path)).content == first.content
    words = " ".join(PdfReader(BytesIO(first.content)).pages[0].extract_text().split())
    for told in ("Praktijk Lena", "BE 0403.019.261", "RPR Gent", "Amir El Idrissi", "217,80", "+++202/6000/00192+++"):
        assert told in words


async def test_a_draft_has_no_pdf(bea, buyers):
    draft = await drafted(bea, buyers)
    refused(await bea.get(f"/v1/invoices/{draft['id']}/pdf"), 409, "not-issued")


async def test_a_client_that_wants_json_gets_its_problem_in_json(bea, buyers):
    draft = await drafted(bea, buyers)
    headers = {"Accept": "application/pdf"}
    refused(await bea.get(f"/v1/invoices/{draft['id']}/pdf", headers=headers), 409, "not-issued")


async def test_a_sponsor_reads_the_practices_own_words_and_nothing_else(bea, buyers):
    invoice = await issued(bea, buyers, coachee_id=None, sponsor_id=str(buyers.acme))
    assert "Amir" not in str(invoice)
    pdf = (await bea.get(f"/v1/invoices/{invoice['id']}/pdf")).content
    words = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert "Amir" not in words
    assert "Acme NV" in words


async def test_an_invoice_to_a_business_is_an_e_invoice_too_and_always_the_same(bea, lena, buyers, clock):
    invoice = await issued(bea, buyers, coachee_id=None, sponsor_id=str(buyers.acme))
    path = f"/v1/invoices/{invoice['id']}"
    first = await bea.get(f"{path}/ubl")
    assert first.status_code == 200
    assert first.headers["content-type"].split(";")[0] == "application/xml"
    assert first.headers["content-disposition"] == 'attachment; filename="F2026-0001.xml"'
    for told in ("F2026-0001", "0417497106", "Acme NV", ">217.80<", "+++202/6000/00192+++", "2026-04-01"):
        assert told in first.text
    pdf = await bea.get(f"{path}/pdf")
    assert PdfReader(BytesIO(pdf.content)).attachments == {"invoice.xml": [first.content]}
    clock.move(days=100)
    assert (await lena.patch("/v1/practice", json={"name": "Another name"})).status_code == 200
    assert (await bea.patch(f"/v1/sponsors/{buyers.acme}", json={"name": "Emca"}, headers={"If-Match": "*"})).is_success
    assert (await bea.get(f"{path}/ubl")).content == first.content
    assert (await bea.get(f"{path}/pdf")).content == pdf.content


async def test_an_invoice_to_a_person_is_no_e_invoice(bea, buyers):
    invoice = await issued(bea, buyers)
    refused(await bea.get(f"/v1/invoices/{invoice['id']}/ubl"), 409, "buyer-has-no-enterprise-number")
    pdf = (await bea.get(f"/v1/invoices/{invoice['id']}/pdf")).content
    assert PdfReader(BytesIO(pdf)).attachments == {}


async def test_a_draft_is_no_e_invoice_and_what_is_not_there_neither(bea, buyers):
    draft = await drafted(bea, buyers, coachee_id=None, sponsor_id=str(buyers.acme))
    refused(await bea.get(f"/v1/invoices/{draft['id']}/ubl"), 409, "not-issued")
    refused(await bea.get(f"/v1/invoices/{new_id()}/ubl"), 404, "invoice-not-found")


async def test_a_draft_is_changed_by_its_version(bea, buyers):
    draft = await drafted(bea, buyers)
    path = f"/v1/invoices/{draft['id']}"
    refused(await bea.patch(path, json={"language": "en"}), 428, "precondition-required")
    body = {"lines": [TALK_IN, TALK_IN], "supplied_on": "2026-02-01", "language": "en"}
    changed = await bea.patch(path, json=body, headers={"If-Match": '"v1"'})
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == '"v2"'
    assert (changed.json()["gross_cents"], changed.json()["language"]) == (43560, "en")
    refused(await bea.patch(path, json={"lines": []}, headers={"If-Match": '"v1"'}), 412, "version-changed")
    emptied = await bea.patch(path, json={"lines": [], "supplied_on": None}, headers={"If-Match": '"v2"'})
    assert (emptied.json()["lines"], emptied.json()["supplied_on"]) == ([], None)
    assert (await bea.get(path)).json() == emptied.json()


async def test_a_draft_is_thrown_away_and_gone(bea, buyers):
    draft = await drafted(bea, buyers)
    path = f"/v1/invoices/{draft['id']}"
    refused(await bea.delete(path, headers={"If-Match": '"v7"'}), 412, "version-changed")
    assert (await bea.delete(path)).status_code == 204
    refused(await bea.get(path), 404, "invoice-not-found")
    refused(await bea.delete(path), 404, "invoice-not-found")


async def test_an_issued_invoice_is_neither_changed_nor_deleted(bea, buyers):
    invoice = await issued(bea, buyers)
    path = f"/v1/invoices/{invoice['id']}"
    refused(await bea.patch(path, json={"lines": []}, headers={"If-Match": '"v2"'}), 409, "not-a-draft")
    refused(await bea.delete(path), 409, "not-a-draft")
    assert (await bea.get(path)).json() == invoice


@pytest.mark.parametrize("both", [True, False])
async def test_an_invoice_has_exactly_one_buyer(bea, buyers, both):
    body = {"coachee_id": str(buyers.amir), "sponsor_id": str(buyers.acme)} if both else {}
    refused(await bea.post("/v1/invoices", json=body), 422, "one-buyer")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "coachee-not-found"),
        ({"coachee_id": None, "sponsor_id": str(new_id())}, "sponsor-not-found"),
        ({"trajectory_id": str(new_id())}, "trajectory-not-found"),
    ],
)
async def test_what_is_not_there_is_not_found(bea, buyers, fields, problem):
    buyer = str(buyers.amir) if "trajectory_id" in fields else str(new_id())
    body = {"coachee_id": buyer} | fields
    refused(await bea.post("/v1/invoices", json=body), 404, problem)


async def test_an_invoice_to_a_coachee_is_for_her_own_trajectory(bea, house, cast, buyers):
    made = await bea.post(
        "/v1/invoices", json={"sponsor_id": str(buyers.acme), "trajectory_id": str(buyers.trajectory)}
    )
    assert made.status_code == 201
    zoe = await make_coachee(house, cast, "Zoë")
    other = await make_trajectory(house, cast, zoe)
    body = {"coachee_id": str(buyers.amir), "trajectory_id": str(other)}
    refused(await bea.post("/v1/invoices", json=body), 422, "trajectory-of-another", "/trajectory_id")


@pytest.mark.parametrize("rate", ["19", "20.99", "1"])
async def test_belgium_has_four_rates(bea, buyers, rate):
    lines = [TALK_IN, {**TALK_IN, "vat_rate": rate}]
    body = {"coachee_id": str(buyers.amir), "lines": lines}
    refused(await bea.post("/v1/invoices", json=body), 422, "unknown-vat-rate", "/lines/1/vat_rate")
    draft = await drafted(bea, buyers)
    change = await bea.patch(f"/v1/invoices/{draft['id']}", json={"lines": lines}, headers={"If-Match": '"v1"'})
    refused(change, 422, "unknown-vat-rate", "/lines/1/vat_rate")


async def test_a_day_of_another_age_is_a_mistake(bea, buyers):
    body = {"coachee_id": str(buyers.amir), "supplied_on": "0206-03-02"}
    refused(await bea.post("/v1/invoices", json=body), 422, "day-out-of-range", "/supplied_on")
    draft = await drafted(bea, buyers)
    path = f"/v1/invoices/{draft['id']}"
    change = await bea.patch(path, json={"supplied_on": "9999-12-31"}, headers={"If-Match": '"v1"'})
    refused(change, 422, "day-out-of-range", "/supplied_on")


async def test_nothing_is_not_invoiced(bea, buyers):
    draft = (await bea.post("/v1/invoices", json={"coachee_id": str(buyers.amir)})).json()
    refused(await bea.post(f"/v1/invoices/{draft['id']}/issue"), 422, "nothing-to-invoice", "/lines")


async def test_no_vat_under_another_regime(bea, house, cast):
    buyers = await open_books(house, cast, vat_regime="exempt")
    draft = await drafted(bea, buyers, {**TALK_IN, "vat_rate": "21"})
    told = refused(await bea.post(f"/v1/invoices/{draft['id']}/issue"), 422, "vat-not-allowed", "/lines/0/vat_rate")
    assert told["facts"] == {"vat_regime": "exempt"}


async def test_an_incomplete_practice_issues_nothing_and_hears_what_is_missing(bea, house, cast):
    buyers = await open_books(house, cast, iban=None, city=None, enterprise_number=None)
    draft = await drafted(bea, buyers)
    told = refused(await bea.post(f"/v1/invoices/{draft['id']}/issue"), 409, "practice-incomplete")
    assert told["facts"]["missing"] == ["city", "enterprise_number", "iban"]


async def test_an_invoice_is_issued_once(bea, buyers):
    invoice = await issued(bea, buyers)
    told = refused(await bea.post(f"/v1/invoices/{invoice['id']}/issue"), 409, "wrong-state")
    assert told["facts"]["possible"] == []


async def test_an_issue_may_name_the_version_it_saw(bea, buyers):
    draft = await drafted(bea, buyers)
    path = f"/v1/invoices/{draft['id']}"
    stale = {"If-Match": '"v9"'}
    refused(await bea.post(f"{path}/issue", headers=stale), 412, "version-changed")
    assert (await bea.post(f"{path}/issue", headers={"If-Match": '"v1"'})).status_code == 200


async def test_an_issue_sent_twice_under_one_key_takes_one_number(bea, buyers):
    draft = await drafted(bea, buyers)
    headers = {"Idempotency-Key": "issue-once"}
    first, again = [await bea.post(f"/v1/invoices/{draft['id']}/issue", headers=headers) for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("quantity", wrong) for wrong in ("NaN", "Infinity", "-1", "0", "0.00", "1.005", "1e3", "100000", "")],
        *[("quantity", wrong) for wrong in ("\u0661", "1\n", 1, 1.5, None, "1,5", " 1", "+1", ".5", "1.")],
        *[("unit_price_cents", wrong) for wrong in (-1, 100_000_001, 10**30, 1.5, "100", None, True)],
        *[("vat_rate", wrong) for wrong in ("NaN", "-21", "21.001", "100", 21, "")],
        *[("description", wrong) for wrong in ("", "   ", "a\x00b", "x" * 501, None)],
        *[("unit", wrong) for wrong in ("", "h\n", "x" * 17, None)],
        ("discount", 1),
    ],
)
async def test_a_malformed_line_is_refused_with_its_place(bea, buyers, field, value):
    body = {"coachee_id": str(buyers.amir), "lines": [TALK_IN, {**TALK_IN, field: value}]}
    refused(await bea.post("/v1/invoices", json=body), 400, "invalid-request", f"/lines/1/{field}")


async def test_two_hundred_lines_are_the_most(bea, buyers):
    draft = await drafted(bea, buyers, *[{**TALK_IN, "quantity": "99999.99", "unit_price_cents": 100_000_000}] * 200)
    assert draft["gross_cents"] == 9_999_999_000_000 * 200 * 121 // 100
    body = {"coachee_id": str(buyers.amir), "lines": [TALK_IN] * 201}
    refused(await bea.post("/v1/invoices", json=body), 400, "invalid-request", "/lines")


async def test_a_patch_cannot_change_the_buyer_or_null_the_language(bea, buyers):
    draft = await drafted(bea, buyers)
    for body in ({"sponsor_id": str(buyers.acme)}, {"language": None}, {"lines": None}):
        answer = await bea.patch(f"/v1/invoices/{draft['id']}", json=body, headers={"If-Match": '"v1"'})
        refused(answer, 400, "invalid-request")


async def test_the_list_is_filtered_and_cut_in_pages(bea, buyers):
    one = await issued(bea, buyers, trajectory_id=str(buyers.trajectory))
    two = await drafted(bea, buyers, coachee_id=None, sponsor_id=str(buyers.acme))
    three = await issued(bea, buyers)
    for query, found in [
        ("", [one, two, three]),
        ("state=draft", [two]),
        ("state=issued", [one, three]),
        (f"sponsor_id={buyers.acme}", [two]),
        (f"coachee_id={buyers.amir}", [one, three]),
        (f"trajectory_id={buyers.trajectory}", [one]),
        ("year=2026", [one, three]),
        ("year=2025", []),
        (f"year=2026&state=issued&coachee_id={buyers.amir}", [one, three]),
    ]:
        items = (await bea.get(f"/v1/invoices?{query}")).json()["items"]
        assert [item["id"] for item in items] == [invoice["id"] for invoice in found], query
    assert [item["gross_cents"] for item in (await bea.get("/v1/invoices")).json()["items"]] == [21780] * 3
    page = (await bea.get("/v1/invoices?limit=2&year=2026")).json()
    assert (len(page["items"]), page["next_cursor"]) == (2, None)
    page = (await bea.get("/v1/invoices?limit=2")).json()
    rest = (await bea.get(f"/v1/invoices?limit=2&cursor={page['next_cursor']}")).json()
    assert [item["id"] for item in rest["items"]] == [three["id"]]
    refused(await bea.get(f"/v1/invoices?state=issued&cursor={page['next_cursor']}"), 422, "invalid-cursor", "/cursor")


@pytest.mark.parametrize("query", ["state=lost", "invoice_state=draft", "year=12", "year=x", "sponsor_id=1", "page=2"])
async def test_a_filter_that_is_not_one_is_refused(bea, query):
    refused(await bea.get(f"/v1/invoices?{query}"), 400, "invalid-request")


def every_route(invoice_id) -> list[tuple[str, str, dict]]:
    path = f"/v1/invoices/{invoice_id}"
    return [
        ("GET", path, {}),
        ("PATCH", path, {"json": {"language": "en"}, "headers": {"If-Match": '"v1"'}}),
        ("DELETE", path, {}),
        ("POST", f"{path}/issue", {}),
        ("GET", f"{path}/pdf", {}),
    ]


async def test_anonymous_is_asked_for_a_key(anonymous, bea, buyers):
    draft = await drafted(bea, buyers)
    for method, path, sent in [("GET", "/v1/invoices", {}), *every_route(draft["id"])]:
        refused(await anonymous.request(method, path, **sent), 401, "key-missing")


async def test_a_coach_has_nothing_to_do_with_invoices(cas, bea, buyers):
    draft = await drafted(bea, buyers)
    create = ("POST", "/v1/invoices", {"json": {"coachee_id": str(buyers.amir)}})
    for method, path, sent in [("GET", "/v1/invoices", {}), create, *every_route(draft["id"])]:
        refused(await cas.request(method, path, **sent), 403, "scope-missing")


async def test_another_practice_finds_nothing(bo, bea, buyers):
    draft = await drafted(bea, buyers)
    for method, path, sent in every_route(draft["id"]):
        refused(await bo.request(method, path, **sent), 404, "invoice-not-found")
    assert (await bo.get("/v1/invoices")).json()["items"] == []
    for name, value, problem in [("coachee_id", buyers.amir, "coachee"), ("sponsor_id", buyers.acme, "sponsor")]:
        refused(await bo.post("/v1/invoices", json={name: str(value)}), 404, f"{problem}-not-found")
