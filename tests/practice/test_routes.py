import asyncio

import pytest
from sqlalchemy import text

from domain.practice import Role
from domain.practice.rules import contrast_with_white

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


@pytest.mark.parametrize("change", ["demote", "leave"])
async def test_a_practice_keeps_at_least_one_owner(lena, cast, change):
    path = f"/v1/staff/{cast.staff[Role.OWNER]}"
    answer = await (lena.patch(path, json={"role": "coach"}) if change == "demote" else lena.post(f"{path}/leave"))
    assert answer.status_code == 403, answer.text
    assert answer.json()["type"] == "/problems/owner-needed"
    assert (await lena.get(path)).json()["role"] == "owner"


async def test_a_second_owner_may_take_over(lena, cast):
    new = {"name": "Noor", "email": "noor@example.be", "role": "owner"}
    assert (await lena.post("/v1/staff", json=new)).status_code == 201
    assert (await lena.post(f"/v1/staff/{cast.staff[Role.OWNER]}/leave")).status_code == 200
    assert (await lena.get("/v1/practice")).json()["type"] == "/problems/key-revoked"


async def test_owners_who_leave_at_the_same_moment_wait_for_one_another_in_one_order(lena, cast):
    async def added(number: int) -> str:
        new = {"name": "Noor", "email": f"noor{number}@example.be", "role": "owner"}
        return (await lena.post("/v1/staff", json=new)).json()["id"]

    owners = [await added(number) for number in range(6)]
    answers = await asyncio.gather(*(lena.post(f"/v1/staff/{owner}/leave") for owner in owners))
    assert [answer.status_code for answer in answers] == [200] * 6
    last = await lena.post(f"/v1/staff/{cast.staff[Role.OWNER]}/leave")
    assert last.json()["type"] == "/problems/owner-needed"


@pytest.mark.parametrize("role", ["owner"])
async def test_an_administrator_appoints_no_owner(omar, role):
    answer = await omar.post("/v1/staff", json={"name": "Noor", "email": "noor@example.be", "role": role})
    assert answer.json()["type"] == "/problems/owner-needed"


async def test_a_role_acts_at_once_on_every_key(lena, cas, cast):
    assert (await cas.get("/v1/coachees")).status_code == 200
    answer = await lena.patch(f"/v1/staff/{cast.staff[Role.COACH]}", json={"role": "billing"})
    assert answer.status_code == 200
    denied = await cas.post("/v1/coachees", json={"given_name": "A", "family_name": "B", "email": "a@example.org"})
    assert denied.json()["type"] == "/problems/scope-missing"


async def test_an_email_address_belongs_to_one_member_of_staff(omar):
    answer = await omar.post("/v1/staff", json={"name": "Cas", "email": "CAS@example.be", "role": "coach"})
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/staff-email-taken"


@pytest.mark.parametrize(
    ("body", "problem", "field"),
    [
        ({"iban": "BE00 0000 0000 0000"}, "invalid-iban", "/iban"),
        ({"zone": "Mars/Olympus"}, "unknown-zone", "/zone"),
        ({"enterprise_number": "1"}, "invalid-enterprise-number", "/enterprise_number"),
        ({"enterprise_number": "0000.009.700"}, "invalid-enterprise-number", "/enterprise_number"),
    ],
)
async def test_a_wrong_number_of_the_practice_names_its_field(omar, body, problem, field):
    answer = await omar.patch("/v1/practice", json=body)
    assert answer.status_code == 422
    assert answer.json()["type"] == f"/problems/{problem}"
    assert answer.json()["errors"][0]["pointer"] == field


@pytest.mark.parametrize(
    ("change", "status", "problem"),
    [
        ({"scopes": ["no:such"]}, 422, "unknown-scope"),
        ({"scopes": ["audit:read"]}, 403, "scope-beyond-role"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, 422, "expiry-in-past"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, 422, "day-out-of-range"),
        ({"staff_id": "01a20000-0000-7000-8000-000000000000"}, 404, "staff-not-found"),
    ],
)
async def test_a_key_that_cannot_be_is_refused_by_name(omar, cast, change, status, problem):
    body = {"staff_id": str(cast.staff[Role.COACH]), "name": "mine", **change}
    answer = await omar.post("/v1/keys", json=body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")


async def test_only_an_owner_makes_and_revokes_the_keys_of_an_owner(lena, omar, cast):
    key = {"staff_id": str(cast.staff[Role.OWNER]), "name": "hers"}
    answer = await omar.post("/v1/keys", json=key)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/key-of-an-owner")
    assert answer.json()["errors"][0]["pointer"] == "/staff_id"
    made = (await lena.post("/v1/keys", json=key)).json()["key"]
    answer = await omar.post(f"/v1/keys/{made['id']}/revoke")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/key-of-an-owner")
    assert (await lena.post(f"/v1/keys/{made['id']}/revoke")).status_code == 200


async def test_who_gets_a_key_that_she_did_not_make_hears_of_it(lena, omar, cast):
    for staff in (Role.COACH, Role.OWNER):
        key = {"staff_id": str(cast.staff[staff]), "name": "k"}
        made = await lena.post("/v1/keys", json=key)
        assert made.status_code == 201
    [mail] = (await omar.get("/v1/messages")).json()["items"]
    assert (mail["kind"], mail["recipient_id"]) == ("key_made", str(cast.staff[Role.COACH]))


async def test_who_has_left_gets_no_key(omar, cast):
    await omar.post(f"/v1/staff/{cast.staff[Role.COACH]}/leave")
    answer = await omar.post("/v1/keys", json={"staff_id": str(cast.staff[Role.COACH]), "name": "mine"})
    assert answer.json()["type"] == "/problems/staff-has-left"


async def test_a_key_is_shown_once_and_kept_as_a_digest(omar, cast, house):
    made = await omar.post("/v1/keys", json={"staff_id": str(cast.staff[Role.COACH]), "name": "mine"})
    secret = made.json()["secret"]
    assert secret.startswith(made.json()["key"]["prefix"])
    listed = await omar.get("/v1/keys?limit=100")
    assert secret not in listed.text
    async with house.engine.connect() as connection, connection.begin():
        await connection.execute(text("SELECT set_config('app.practice_id', :id, true)"), {"id": str(cast.practice_id)})
        rows = (await connection.execute(text("SELECT to_jsonb(k)::text FROM keys k"))).scalars().all()
    assert rows
    assert not any(secret in row or secret[-20:] in row for row in rows)


async def test_an_expired_key_opens_nothing(omar, anonymous, cast, clock):
    body = {"staff_id": str(cast.staff[Role.COACH]), "name": "brief", "expires_at": "2026-03-03T11:00:00Z"}
    secret = (await omar.post("/v1/keys", json=body)).json()["secret"]
    headers = {"Authorization": f"Bearer {secret}"}
    assert (await anonymous.get("/v1/practice", headers=headers)).status_code == 200
    clock.move(days=1)
    answer = await anonymous.get("/v1/practice", headers=headers)
    assert answer.json()["type"] == "/problems/key-expired"


async def test_when_a_key_was_last_used_is_true_to_the_minute(omar, cas, clock):
    async def seen():
        listed = (await omar.get("/v1/keys?limit=100")).json()["items"]
        return next(key["last_used_at"] for key in listed if key["name"] == "key of Cas")

    assert await seen() is None
    await cas.get("/v1/practice")
    assert await seen() == "2026-03-02T11:00:00Z"
    clock.move(seconds=59)
    await cas.get("/v1/practice")
    assert await seen() == "2026-03-02T11:00:00Z"
    clock.move(seconds=1)
    await cas.get("/v1/practice")
    assert await seen() == "2026-03-02T11:01:00Z"


async def test_a_mistyped_key_is_told_without_asking_the_database(anonymous, cast):
    secret = cast.keys[Role.COACH]
    for wrong in (secret[:-1], secret[:-1] + ("0" if secret[-1] != "0" else "1"), "krl_", "Bearer", "krl_" + "0" * 47):
        answer = await anonymous.get("/v1/practice", headers={"Authorization": f"Bearer {wrong}"})
        assert answer.status_code == 401
        assert answer.json()["type"] == "/problems/key-unknown"


async def test_a_key_of_another_practice_is_not_found_and_goes_on_working(lena, bo):
    key = (await lena.get("/v1/keys")).json()["items"][0]
    answer = await bo.post(f"/v1/keys/{key['id']}/revoke")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/key-not-found")
    assert (await lena.get("/v1/keys")).json()["items"][0]["revoked_at"] is None


async def test_a_brand_colour_is_one_that_can_be_read_on_paper(omar):
    headers = {"If-Match": (await omar.get("/v1/practice")).headers["etag"]}
    pale = await omar.patch("/v1/practice", json={"brand_colour": "#FFCC00"}, headers=headers)
    assert (pale.status_code, pale.json()["type"]) == (422, "/problems/colour-too-light")
    assert [error["pointer"] for error in pale.json()["errors"]] == ["/brand_colour"]
    for odd in ("red", "#12345", "#1234567", "#12345g"):
        assert (await omar.patch("/v1/practice", json={"brand_colour": odd}, headers=headers)).status_code == 400
    dark = await omar.patch("/v1/practice", json={"brand_colour": "#7A1F3D"}, headers=headers)
    assert dark.json()["brand_colour"] == "#7a1f3d"


@pytest.mark.parametrize(("colour", "contrast"), [("#ffffff", 1.0), ("#000000", 21.0), ("#767676", 4.54)])
def test_contrast_is_that_of_the_guidelines(colour, contrast):
    assert round(contrast_with_white(colour), 2) == contrast
