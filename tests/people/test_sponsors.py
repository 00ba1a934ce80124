import pytest

from tests.people import make

pytestmark = pytest.mark.anyio

BAKERY = {
    "kind": "company",
    "name": "Brood & Zonen nv",
    "enterprise_number": "BE 0403.019.261",
    "vat_number": "BE 0403.019.261",
    "street": "Korenmarkt 1",
    "postal_code": "9000",
    "city": "Gent",
}


async def test_a_sponsor_is_kept_with_its_numbers_in_one_form(bea):
    answer = await bea.post("/v1/sponsors", json=BAKERY)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["enterprise_number"], made["vat_number"]) == ("0403019261", "BE0403019261")
    assert (made["country"], made["language"]) == ("BE", "nl")
    assert (await bea.get(f"/v1/sponsors/{made['id']}")).json() == made
    assert (await bea.get("/v1/sponsors")).json()["items"] == [made]


@pytest.mark.parametrize("method", ["post", "patch"])
@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("enterprise_number", "0403.019.262", "invalid-enterprise-number"),
        ("vat_number", "BE0403019262", "invalid-vat-number"),
        ("vat_number", "0403", "invalid-vat-number"),
        ("peppol_endpoint", "0208:0403.019.262", "invalid-peppol-endpoint"),
        ("peppol_endpoint", "9925:BE0403019200", "invalid-peppol-endpoint"),
        ("peppol_endpoint", "0088:5790000435976", "invalid-peppol-endpoint"),
        ("peppol_endpoint", "0088:57900004", "invalid-peppol-endpoint"),
        ("peppol_endpoint", "9956:0403019261", "invalid-peppol-endpoint"),
        ("peppol_endpoint", "0204: ", "invalid-peppol-endpoint"),
        ("peppol_endpoint", "0204:04 011", "invalid-peppol-endpoint"),
    ],
)
async def test_a_number_that_cannot_exist_is_refused(bea, house, cast, method, field, value, problem):
    path = "/v1/sponsors" if method == "post" else f"/v1/sponsors/{await make.sponsor(house, cast)}"
    answer = await bea.request(method, path, json=(BAKERY if method == "post" else {}) | {field: value})
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{problem}")
    assert answer.json()["errors"][0]["pointer"] == f"/{field}"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("0208:BE 0403.019.261", "0208:0403019261"),
        ("9925:0403.019.261", "9925:BE0403019261"),
        ("9925:BE0403019261", "9925:BE0403019261"),
        ("0088:5790000435975", "0088:5790000435975"),
        ("0204: 04011000-12345-34", "0204:04011000-12345-34"),
        ("9944:NL004495445B01", "9944:NL004495445B01"),
    ],
)
async def test_a_place_on_peppol_is_kept_in_the_form_in_which_it_travels(bea, given, kept):
    made = (await bea.post("/v1/sponsors", json=BAKERY | {"peppol_endpoint": given})).json()
    assert made["peppol_endpoint"] == kept
    path = f"/v1/sponsors/{made['id']}"
    emptied = await bea.patch(path, json={"peppol_endpoint": None}, headers={"If-Match": '"v1"'})
    assert (emptied.status_code, emptied.json()["peppol_endpoint"]) == (200, None)


async def test_a_sponsor_is_changed_by_its_version(bea, house, cast):
    path = f"/v1/sponsors/{await make.sponsor(house, cast)}"
    changed = await bea.patch(
        path, json={"enterprise_number": None, "kind": "public_body"}, headers={"If-Match": '"v1"'}
    )
    assert (changed.json()["enterprise_number"], changed.json()["kind"]) == (None, "public_body")
    stale = await bea.patch(path, json={"city": "Brugge"}, headers={"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/version-changed")


async def test_a_sponsor_of_another_practice_is_not_found(bo, house, cast):
    path = f"/v1/sponsors/{await make.sponsor(house, cast)}"
    for answer in (await bo.get(path), await bo.patch(path, json={"city": "Brugge"})):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/sponsor-not-found")
    assert (await bo.get("/v1/sponsors")).json()["items"] == []


async def test_a_coach_reads_sponsors_and_does_not_add_them(cas):
    assert (await cas.get("/v1/sponsors")).status_code == 200
    assert (await cas.post("/v1/sponsors", json=BAKERY)).status_code == 403


async def test_a_cursor_of_another_list_is_refused(bea):
    answer = await bea.get("/v1/sponsors?cursor=AAAA")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-cursor")
