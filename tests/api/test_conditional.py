"""ETag, If-Match and If-None-Match: nobody overwrites what she has not seen."""

import pytest

from domain.practice import Role
from tests.api.scratch import is_problem

pytestmark = pytest.mark.anyio


async def test_who_has_it_already_hears_only_that(lena):
    etag = (await lena.get("/v1/practice")).headers["etag"]
    for known in (etag, f'"v9", {etag}', f"W/{etag}", "*"):
        answer = await lena.get("/v1/practice", headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b""), known
        assert answer.headers["etag"] == etag
        assert "content-length" not in answer.headers
    assert (await lena.get("/v1/practice", headers={"If-None-Match": '"v2"'})).status_code == 200


async def test_a_change_on_what_was_read_passes_and_on_stale_data_is_refused(omar, lena):
    assert (await omar.patch("/v1/practice", json={"city": "Gent"}, headers={"If-Match": '"v1"'})).status_code == 200
    late = await lena.patch("/v1/practice", json={"city": "Brugge"}, headers={"If-Match": '"v1"'})
    assert is_problem(late, 412, "version-changed")
    assert late.json()["facts"]["version"] == 2
    assert (await lena.get("/v1/practice")).json()["city"] == "Gent"


async def test_a_star_matches_whatever_there_is(omar):
    assert (await omar.patch("/v1/practice", json={"city": "Gent"}, headers={"If-Match": "*"})).status_code == 200


@pytest.mark.parametrize("sent", ["", "v1", "1", 'W/"v1"', '"v1", "v2"', '"v99999999999999999999"', '"v-1"'])
async def test_a_malformed_if_match_is_refused(omar, sent):
    answer = await omar.patch("/v1/practice", json={"city": "Gent"}, headers={"If-Match": sent})
    assert is_problem(answer, 400, "invalid-request")
    assert answer.json()["errors"][0]["pointer"] == "/If-Match"


async def test_if_match_where_nothing_has_a_version_is_not_passed_over(lab, lena):
    key = (await lena.get("/v1/keys")).json()["items"][0]
    for path in ("/v1/scratch/slow", f"/v1/keys/{key['id']}/revoke"):
        answer = await lab.post(path, headers={"If-Match": '"v1"'})
        assert answer.status_code == 412
        assert answer.json()["type"] in {"/problems/precondition-unknown", "/problems/version-changed"}
    assert (await lena.get("/v1/practice")).json()["version"] == 1
    assert (await lena.get("/v1/keys")).json()["items"][0]["revoked_at"] is None


async def test_if_match_on_a_list_or_a_creation_is_not_passed_over(lena):
    body = {"name": "Nele", "email": "nele@example.be", "role": "coach"}
    answer = await lena.post("/v1/staff", json=body, headers={"If-Match": '"v1"'})
    assert is_problem(answer, 412, "precondition-unknown")
    assert len((await lena.get("/v1/staff")).json()["items"]) == 4


async def test_where_a_version_is_needed_a_change_without_it_is_refused(lab, cast):
    path = f"/v1/scratch/staff/{cast.staff[Role.COACH]}"
    assert is_problem(await lab.patch(path, json={}), 428, "precondition-required")
    assert (await lab.patch(path, json={}, headers={"If-Match": '"v1"'})).status_code == 200
