"""Idempotency-Key: a request sent twice is done once and answered the same."""

import asyncio

import pytest
from sqlalchemy import text

from domain.kit.idempotency import forget_old_answers
from domain.kit.work import OPERATOR, begin
from domain.practice import Role
from tests.api import scratch
from tests.api.scratch import is_problem
from tests.conftest import speaking_as

pytestmark = pytest.mark.anyio

NELE = {"name": "Nele", "email": "nele@example.be", "role": "coach"}
ONCE = {"Idempotency-Key": "once"}


async def names(client) -> list[str]:
    return [staff["name"] for staff in (await client.get("/v1/staff")).json()["items"]]


async def test_the_same_key_gives_the_same_answer_and_one_effect(lena):
    first = await lena.post("/v1/staff", json=NELE, headers=ONCE)
    again = await lena.post("/v1/staff", json=NELE, headers=ONCE)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["content-type"] == first.headers["content-type"]
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert (await names(lena)).count("Nele") == 1


async def test_a_key_is_the_same_quoted_and_bare(lena):
    await lena.post("/v1/staff", json=NELE, headers={"Idempotency-Key": '"once"'})
    assert (await lena.post("/v1/staff", json=NELE, headers=ONCE)).headers["idempotency-replayed"] == "true"


async def test_the_same_key_with_another_request_is_refused(lena, cast):
    await lena.post("/v1/staff", json=NELE, headers=ONCE)
    other_body = await lena.post("/v1/staff", json=NELE | {"name": "Lies"}, headers=ONCE)
    assert is_problem(other_body, 422, "idempotency-key-reused")
    key = {"staff_id": str(cast.staff[Role.COACH]), "name": "k"}
    assert is_problem(await lena.post("/v1/keys", json=key, headers=ONCE), 422, "idempotency-key-reused")
    assert "Lies" not in await names(lena)


async def test_a_refusal_is_kept_and_said_again(lena):
    taken = NELE | {"email": "cas@example.be"}
    first = await lena.post("/v1/staff", json=taken, headers=ONCE)
    again = await lena.post("/v1/staff", json=taken, headers=ONCE)
    assert is_problem(first, 409, "staff-email-taken")
    assert (again.status_code, again.content) == (409, first.content)
    assert again.headers["idempotency-replayed"] == "true"


async def test_what_was_refused_for_its_form_may_be_mended_under_a_new_key_only(lena):
    assert (await lena.post("/v1/staff", json={}, headers=ONCE)).status_code == 400
    assert is_problem(await lena.post("/v1/staff", json=NELE, headers=ONCE), 422, "idempotency-key-reused")


async def test_a_failure_of_ours_is_not_kept_and_may_be_tried_again(lab, house, cast):
    for _ in range(2):
        answer = await lab.post("/v1/scratch/wait_and_fail", headers=ONCE)
        assert is_problem(answer, 500, "internal-error")
        assert "idempotency-replayed" not in answer.headers
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert await work.session.scalar(text("SELECT count(*) FROM kept_answers")) == 0


async def test_of_two_at_once_one_has_an_effect(lab):
    answers = await asyncio.gather(*[lab.post("/v1/scratch/slow", headers=ONCE) for _ in range(4)])
    done = [answer for answer in answers if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert all(is_problem(answer, 409, "request-in-progress") for answer in refused)
    assert len([answer for answer in done if "idempotency-replayed" not in answer.headers]) == 1
    assert (await lab.get("/v1/practice")).json()["version"] == 2
    assert (await lab.post("/v1/scratch/slow", headers=ONCE)).headers["idempotency-replayed"] == "true"


async def test_the_same_key_of_another_caller_is_another_key(lena, omar, bo):
    bodies = [NELE | {"email": f"nele{number}@example.be"} for number in range(3)]
    answers = [await c.post("/v1/staff", json=b, headers=ONCE) for c, b in zip((lena, omar, bo), bodies, strict=True)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]


async def test_a_revoked_key_hears_nothing_again(lena, anonymous, cast):
    made = (await lena.post("/v1/keys", json={"staff_id": str(cast.staff[Role.OWNER]), "name": "second"})).json()
    second = speaking_as(anonymous, made["secret"])
    await second.post("/v1/staff", json=NELE, headers=ONCE)
    await lena.post(f"/v1/keys/{made['key']['id']}/revoke")
    assert is_problem(await second.post("/v1/staff", json=NELE, headers=ONCE), 401, "key-revoked")


async def test_what_is_kept_is_sealed(lena, house, cast):
    answer = await lena.post("/v1/keys", json={"staff_id": str(cast.staff[Role.COACH]), "name": "k"}, headers=ONCE)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        row = (await work.session.execute(text("SELECT k::text AS line, sealed_body FROM kept_answers k"))).one()
    secret = answer.json()["secret"]
    assert secret.encode() not in row.sealed_body
    assert secret not in row.line
    assert row.line.count(secret.encode().hex()) == 0


async def test_an_answer_is_kept_for_seven_days(lena, clock, sweep_house):
    await lena.post("/v1/staff", json=NELE, headers=ONCE)
    clock.move(days=6.9)
    async with sweep_house.sessions.begin() as session:
        await forget_old_answers(session, clock.now)
    assert (await lena.post("/v1/staff", json=NELE, headers=ONCE)).headers["idempotency-replayed"] == "true"
    clock.move(days=0.2)
    async with sweep_house.sessions.begin() as session:
        await forget_old_answers(session, clock.now)
    assert is_problem(await lena.post("/v1/staff", json=NELE, headers=ONCE), 409, "staff-email-taken")


@pytest.mark.parametrize("sent", ["", '"', '""', "a b", "x" * 256, '"a"b"', "\u00e9"])
async def test_a_malformed_key_is_refused(lena, sent):
    answer = await lena.post("/v1/staff", json=NELE, headers={"Idempotency-Key": sent.encode("latin-1")})
    assert is_problem(answer, 400, "invalid-request")
    assert answer.json()["errors"][0]["pointer"] == "/Idempotency-Key"
    assert "Nele" not in await names(lena)


async def test_a_commit_that_fails_keeps_nothing(house, cast):
    async with scratch.client(house, cast.keys[Role.OWNER]) as lab:
        for _ in range(2):
            answer = await lab.post("/v1/scratch/commit", headers=ONCE)
            assert "idempotency-replayed" not in answer.headers
            assert answer.status_code == 409
