import pytest

from domain.practice import Role

pytestmark = pytest.mark.anyio


async def test_the_practice_is_read_and_changed_by_its_version(omar):
    seen = await omar.get("/v1/practice")
    assert seen.status_code == 200
    assert seen.headers["etag"] == '"v1"'
    changed = await omar.patch("/v1/practice", json={"iban": "BE71 0961 2345 6769"}, headers={"If-Match": '"v1"'})
    assert changed.status_code == 200, changed.text
    assert changed.json()["iban"] == "BE71096123456769"
    stale = await omar.patch("/v1/practice", json={"name": "Other"}, headers={"If-Match": '"v1"'})
    assert stale.status_code == 412
    assert stale.json()["type"] == "/problems/version-changed"


async def test_an_impossible_enterprise_number_names_the_field(omar):
    answer = await omar.patch("/v1/practice", json={"enterprise_number": "0123.456.789"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-enterprise-number"
    assert answer.json()["errors"][0]["pointer"] == "/enterprise_number"


async def test_a_revoked_key_opens_nothing_from_the_next_request_on(lena, cas):
    assert (await cas.get("/v1/practice")).status_code == 200
    [mine] = [key for key in (await lena.get("/v1/keys")).json()["items"] if key["name"] == "key of Cas"]
    assert (await lena.post(f"/v1/keys/{mine['id']}/revoke")).status_code == 200
    answer = await cas.get("/v1/practice")
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/key-revoked"


async def test_a_coach_may_not_make_keys(cas, cast):
    answer = await cas.post("/v1/keys", json={"staff_id": str(cast.staff[Role.COACH]), "name": "mine"})
    assert answer.status_code == 403
    assert answer.json()["facts"]["scope"] == "keys:write"
