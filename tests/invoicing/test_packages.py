"""Invoices of packages: one line at the price, once for each package, and neutral to whoever pays for another."""

import asyncio

import pytest

from domain.kit.ids import new_id
from tests.funding import make as funding
from tests.funding.make import told
from tests.invoicing.make import open_books

pytestmark = pytest.mark.anyio


@pytest.fixture
async def buyers(house, cast):
    return await open_books(house, cast)


@pytest.fixture
async def amir(house, cast, buyers):
    return await funding.engage(house, cast)


async def sold(client, amir, **known):
    answer = await funding.package(client, amir, **({"price_cents": 90000} | known))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def bill(client, package_id, **body):
    return await client.post(f"/v1/packages/{package_id}/invoice", json=body)


async def test_a_package_is_billed_to_its_coachee_once_at_its_price(omar, amir):
    package = await sold(omar, amir)
    answer = await bill(omar, package)
    assert answer.status_code == 201, answer.text
    draft = answer.json()
    assert (draft["coachee_id"], draft["net_cents"], draft["gross_cents"]) == (str(amir.coachee_id), 90000, 108900)
    [line] = draft["lines"]
    assert (line["package_id"], line["description"], line["quantity"], line["unit"]) == (
        package,
        "Two",
        "1.00",
        "pakket",
    )
    again = await bill(omar, package)
    assert told(again) == (409, "package-already-billed")
    assert again.json()["facts"] == {"invoice_id": draft["id"]}
    version = {"If-Match": f'"v{draft["version"]}"'}
    assert (await omar.delete(f"/v1/invoices/{draft['id']}", headers=version)).status_code == 204
    assert (await bill(omar, package, vat_rate="6", language="fr")).json()["lines"][0]["unit"] == "forfait"


async def test_a_package_stays_billed_where_the_lines_of_its_draft_are_changed(omar, bo, amir, house, cast):
    package = await sold(omar, amir)
    draft = (await bill(omar, package)).json()
    line = {"description": "Two", "quantity": "1", "unit": "pakket", "unit_price_cents": 80000, "package_id": package}
    path, version = f"/v1/invoices/{draft['id']}", {"If-Match": f'"v{draft["version"]}"'}
    changed = await omar.patch(path, json={"lines": [line]}, headers=version)
    assert (changed.status_code, changed.json()["lines"][0]["package_id"]) == (200, package), changed.text
    assert told(await bill(omar, package)) == (409, "package-already-billed")
    another = {"coachee_id": str(amir.coachee_id), "lines": [line]}
    assert told(await omar.post("/v1/invoices", json=another)) == (409, "package-already-billed", "/lines/0/package_id")
    another["lines"] = [line | {"package_id": await sold(omar, await funding.engage(house, cast))}]
    assert told(await omar.post("/v1/invoices", json=another)) == (422, "package-of-another", "/lines/0/package_id")
    another["lines"] = [line | {"package_id": str(new_id())}]
    assert told(await omar.post("/v1/invoices", json=another)) == (404, "package-not-found", "/lines/0/package_id")
    version = {"If-Match": f'"v{changed.json()["version"]}"'}
    assert told(await omar.patch(path, json={"lines": [line, line]}, headers=version)) == (
        409,
        "package-already-billed",
    )


async def test_a_sponsor_reads_how_much_was_bought_and_whose_only_where_agreed(omar, amir, buyers):
    package, minutes = await sold(omar, amir), await sold(omar, amir, unit="minutes", granted=600)
    draft = (await bill(omar, package, sponsor_id=str(buyers.acme), language="en")).json()
    assert [line["description"] for line in draft["lines"]] == ["Package of 2 conversations"]
    sponsor = (await omar.get(f"/v1/sponsors/{buyers.acme}")).json()
    version = {"If-Match": f'"v{sponsor["version"]}"'}
    changed = await omar.patch(f"/v1/sponsors/{buyers.acme}", json={"names_coachees": True}, headers=version)
    assert changed.status_code == 200, changed.text
    name = (await omar.get(f"/v1/coachees/{amir.coachee_id}")).json()
    draft = (await bill(omar, minutes, sponsor_id=str(buyers.acme), language="de")).json()
    whose = f"{name['given_name']} {name['family_name']}"
    assert [line["description"] for line in draft["lines"]] == [f"Paket von 600 Minuten, {whose}"]


async def test_to_a_sponsor_the_trajectory_says_whose_package_it_may_be(omar, amir, buyers, house, cast):
    hers, anothers = await sold(omar, amir), await sold(omar, await funding.engage(house, cast))
    line = {"description": "Two", "quantity": "1", "unit": "pakket", "unit_price_cents": 80000}
    body = {"sponsor_id": str(buyers.acme), "trajectory_id": str(amir.trajectory_id)}
    wrong = body | {"lines": [line, line | {"package_id": anothers}]}
    assert told(await omar.post("/v1/invoices", json=wrong)) == (422, "package-of-another", "/lines/1/package_id")
    draft = await omar.post("/v1/invoices", json=body | {"lines": [line | {"package_id": hers}]})
    assert draft.status_code == 201, draft.text
    path, version = f"/v1/invoices/{draft.json()['id']}", {"If-Match": f'"v{draft.json()["version"]}"'}
    changed = await omar.patch(path, json={"lines": [line | {"package_id": anothers}]}, headers=version)
    assert told(changed) == (422, "package-of-another", "/lines/0/package_id")
    loose = {"sponsor_id": str(buyers.acme), "lines": [line | {"package_id": anothers}]}
    assert (await omar.post("/v1/invoices", json=loose)).status_code == 201  # about nobody in particular


async def test_of_four_who_bill_a_package_at_once_one_does(omar, amir):
    package = await sold(omar, amir)
    answers = await asyncio.gather(*(bill(omar, package) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {told(answer)[1] for answer in answers if answer.status_code == 409} == {"package-already-billed"}


async def test_what_cannot_be_billed_is_refused_by_name(omar, bo, cas, amir):
    free, package = await sold(omar, amir, price_cents=None), await sold(omar, amir)
    assert told(await bill(omar, free)) == (409, "package-price-unknown")
    assert told(await bill(omar, package, vat_rate="7")) == (422, "unknown-vat-rate", "/lines/0/vat_rate")
    assert told(await bill(omar, package, sponsor_id=str(new_id()))) == (404, "sponsor-not-found", "/sponsor_id")
    assert told(await bill(omar, new_id())) == (404, "package-not-found")
    assert told(await bill(bo, package)) == (404, "package-not-found")
    assert told(await bill(cas, package)) == (403, "scope-missing")
    assert told(await bill(omar, package, price_cents=1)) == (400, "invalid-request", "/price_cents")
