import pytest
from sqlalchemy import select

from domain.audit import AuditEntry
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event, Message
from domain.people import SealingKey
from domain.practice import Role
from tests.people import make
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio

AMIR = {"given_name": "Amir", "family_name": "Haddad", "email": "Amir@Example.org"}


async def test_a_coachee_gets_the_language_and_zone_of_the_practice(omar):
    answer = await omar.post("/v1/coachees", json=AMIR)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["language"], made["zone"], made["email"]) == ("nl", "Europe/Brussels", "amir@example.org")
    read = await omar.get(f"/v1/coachees/{made['id']}")
    assert read.json() == made
    assert read.headers["etag"] == '"v1"'


async def test_a_coachee_gets_a_sealing_key_of_her_own(house, cast):
    first, second = await make.coachee(house, cast), await make.coachee(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        keys = {key.id: key.wrapped_key for key in await work.session.scalars(select(SealingKey))}
    assert keys.keys() == {first, second}
    assert keys[first] != keys[second]


async def test_an_address_belongs_to_one_coachee_of_a_practice_whatever_its_letters(omar, bo):
    assert (await omar.post("/v1/coachees", json=AMIR)).status_code == 201
    again = await omar.post("/v1/coachees", json=AMIR | {"email": "AMIR@example.org"})
    assert again.status_code == 409
    assert again.json()["type"] == "/problems/coachee-email-taken"
    assert (await bo.post("/v1/coachees", json=AMIR)).status_code == 201


async def test_an_address_cannot_be_changed_into_that_of_another(omar):
    await omar.post("/v1/coachees", json=AMIR)
    other = (await omar.post("/v1/coachees", json=AMIR | {"email": "other@example.org"})).json()
    answer = await omar.patch(f"/v1/coachees/{other['id']}", json={"email": "amir@example.org"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/coachee-email-taken")


@pytest.mark.parametrize("method", ["post", "patch"])
async def test_a_zone_that_does_not_exist_is_refused(omar, house, cast, method):
    path = "/v1/coachees" if method == "post" else f"/v1/coachees/{await make.coachee(house, cast)}"
    body = (AMIR if method == "post" else {}) | {"zone": "Europe/Atlantis"}
    answer = await omar.request(method, path, json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unknown-zone")
    assert answer.json()["errors"][0]["pointer"] == "/zone"


@pytest.mark.parametrize(
    "wrong",
    [{"email": "no address"}, {"given_name": "A\u0000"}, {"given_name": "  "}, {"language": "xx"}, {"age": 3}],
)
async def test_a_malformed_coachee_is_refused_by_field(omar, wrong):
    answer = await omar.post("/v1/coachees", json=AMIR | wrong)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(wrong))}"


async def test_a_change_names_only_what_it_changes(omar, house, cast):
    coachee_id = await make.coachee(house, cast, phone="+32 9 123 45 67")
    answer = await omar.patch(f"/v1/coachees/{coachee_id}", json={"family_name": "Haddad-Peeters"})
    assert answer.json()["family_name"] == "Haddad-Peeters"
    assert answer.json()["phone"] == "+32 9 123 45 67"
    emptied = await omar.patch(f"/v1/coachees/{coachee_id}", json={"phone": None})
    assert emptied.json()["phone"] is None
    assert emptied.json()["version"] == 3


@pytest.mark.parametrize("path", ["", "/invite", "/archive"])
async def test_a_change_on_stale_data_is_refused(omar, house, cast, path):
    coachee_id = await make.coachee(house, cast)
    await omar.patch(f"/v1/coachees/{coachee_id}", json={"phone": "1234"})
    method, body = ("post", None) if path else ("patch", {"phone": "5678"})
    answer = await omar.request(method, f"/v1/coachees/{coachee_id}{path}", json=body, headers={"If-Match": '"v1"'})
    assert (answer.status_code, answer.json()["type"]) == (412, "/problems/version-changed")


async def test_an_invitation_is_stamped_and_queued_in_her_language(omar, house, cast, clock):
    coachee_id = await make.coachee(house, cast, language="fr")
    answer = await omar.post(f"/v1/coachees/{coachee_id}/invite")
    assert answer.status_code == 200, answer.text
    assert answer.json()["invited_at"] == clock.now.isoformat().replace("+00:00", "Z")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [mail] = await work.session.scalars(select(Message))
    assert (mail.kind, mail.language, mail.recipient_id) == ("invitation", "fr", coachee_id)


async def test_an_archived_coachee_is_not_invited(omar, house, cast):
    coachee_id = await make.coachee(house, cast)
    first = await omar.post(f"/v1/coachees/{coachee_id}/archive")
    assert first.json()["archived_at"] is not None
    assert (await omar.post(f"/v1/coachees/{coachee_id}/archive")).json() == first.json()
    answer = await omar.post(f"/v1/coachees/{coachee_id}/invite")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/coachee-archived")


async def test_the_list_tells_archived_files_from_open_ones(omar, house, cast):
    kept, gone = await make.coachee(house, cast), await make.coachee(house, cast)
    await omar.post(f"/v1/coachees/{gone}/archive")

    async def listed(query: str) -> list[str]:
        return [item["id"] for item in (await omar.get(f"/v1/coachees{query}")).json()["items"]]

    assert await listed("") == [str(kept), str(gone)]
    assert await listed("?archived=true") == [str(gone)]
    assert await listed("?archived=false") == [str(kept)]


async def test_the_list_is_cut_into_pages_bound_to_their_filter(omar, house, cast):
    ids = [str(await make.coachee(house, cast)) for _ in range(3)]
    first = (await omar.get("/v1/coachees?limit=2")).json()
    second = (await omar.get(f"/v1/coachees?limit=2&cursor={first['next_cursor']}")).json()
    assert [item["id"] for item in first["items"] + second["items"]] == ids
    assert second["next_cursor"] is None
    wrong = await omar.get(f"/v1/coachees?archived=true&cursor={first['next_cursor']}")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/invalid-cursor")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("patch", ""),
        ("post", "/invite"),
        ("post", "/archive"),
        ("post", "/destroy-private-text"),
        ("get", "/consents"),
        ("post", "/consents"),
    ],
)
async def test_a_coachee_of_another_practice_is_not_found(bo, house, cast, method, path):
    coachee_id = await make.coachee(house, cast)
    consent = {"purpose": "check_ins", "wording_version": 1, "given_via": "paper"}
    body = {"phone": "1234"} if method == "patch" else consent if path == "/consents" else None
    answer = await bo.request(method, f"/v1/coachees/{coachee_id}{path}", json=None if method == "get" else body)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/coachee-not-found")


async def test_only_the_owner_destroys_private_text_and_once_is_enough(lena, cas, omar, house, cast):
    coachee_id = await make.coachee(house, cast)
    path = f"/v1/coachees/{coachee_id}/destroy-private-text"
    for client in (cas, omar):
        assert (await client.post(path)).status_code == 403
    first = await lena.post(path)
    assert first.status_code == 200, first.text
    assert (await lena.post(path)).json() == first.json()
    async with begin(house, cast.practice_id, OPERATOR) as work:
        told = select(AuditEntry).where(AuditEntry.action == "private_text_destroyed")
        assert len((await work.session.scalars(told)).all()) == 1


async def test_events_and_audit_hold_no_names_or_addresses(omar, house, cast):
    made = (await omar.post("/v1/coachees", json=AMIR)).json()
    await omar.patch(f"/v1/coachees/{made['id']}", json={"family_name": "Geheim"})
    await omar.post(f"/v1/coachees/{made['id']}/invite")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        events = (await work.session.scalars(select(Event).where(Event.subject_id == made["id"]))).all()
        entries = (await work.session.scalars(select(AuditEntry).where(AuditEntry.subject_id == made["id"]))).all()
    assert [event.kind for event in events] == ["coachee_created", "coachee_changed", "coachee_invited"]
    told = str([thing.facts for thing in [*events, *entries]]).lower()
    assert not any(word in told for word in ("amir", "haddad", "geheim", "example.org"))


async def test_a_coach_sees_and_changes_her_own_coachees_only(cas, lena, omar, house, cast):
    hers = await make.coachee(house, cast, coach_id=cast.staff[Role.OWNER])
    mine = (await cas.post("/v1/coachees", json=AMIR)).json()
    assert mine["coach_id"] == str(cast.staff[Role.COACH])
    for answer in (
        await cas.get(f"/v1/coachees/{hers}"),
        await cas.patch(f"/v1/coachees/{hers}", json={"phone": "1234"}),
        await cas.post(f"/v1/coachees/{hers}/invite"),
        await cas.post(f"/v1/coachees/{hers}/archive"),
        await cas.get(f"/v1/coachees/{hers}/consents"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/coachee-not-found")
    assert [one["id"] for one in (await cas.get("/v1/coachees")).json()["items"]] == [mine["id"]]
    for client in (lena, omar):
        assert {one["id"] for one in (await client.get("/v1/coachees")).json()["items"]} == {mine["id"], str(hers)}


async def test_who_coaches_her_sees_a_coachee_without_being_responsible_for_her(cas, omar, house, cast):
    hers = await make.coachee(house, cast, coach_id=cast.staff[Role.OWNER])
    await trajectories.trajectory(house, cast, coachee_id=hers, coach=Role.OWNER)
    assert (await cas.get(f"/v1/coachees/{hers}")).status_code == 404
    proposal = {"coachee_id": str(hers), "coach_id": str(cast.staff[Role.COACH]), "domain": "both"}
    await omar.post("/v1/trajectories", json=proposal | {"key_question": "Wat nu?", "planned_minutes": 60})
    assert (await cas.get(f"/v1/coachees/{hers}")).json()["coach_id"] == str(cast.staff[Role.OWNER])


async def test_nobody_is_responsible_until_a_coach_invites_or_agrees(omar, lena, house, cast):
    made = (await omar.post("/v1/coachees", json=AMIR)).json()
    assert made["coach_id"] is None
    assert (await omar.post(f"/v1/coachees/{made['id']}/invite")).json()["coach_id"] is None
    assert (await lena.post(f"/v1/coachees/{made['id']}/invite")).json()["coach_id"] == str(cast.staff[Role.OWNER])
    other = await make.coachee(house, cast, coach_id=None)
    await trajectories.trajectory(house, cast, coachee_id=other, coach=Role.OWNER)
    assert (await omar.get(f"/v1/coachees/{other}")).json()["coach_id"] == str(cast.staff[Role.OWNER])


async def test_the_office_makes_a_coach_responsible_and_a_coach_does_not(omar, cas, house, cast):
    path = f"/v1/coachees/{await make.coachee(house, cast)}"
    lena = str(cast.staff[Role.OWNER])
    refused = await cas.patch(path, json={"coach_id": lena})
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-your-coachee-to-give")
    named = await cas.post("/v1/coachees", json=AMIR | {"coach_id": lena})
    assert (named.status_code, named.json()["type"]) == (403, "/problems/not-your-coachee-to-give")
    for nobody in (cast.staff[Role.BILLING], new_id()):
        wrong = await omar.patch(path, json={"coach_id": str(nobody)})
        assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/no-such-coach")
    assert (await omar.patch(path, json={"coach_id": lena})).json()["coach_id"] == lena
    assert (await cas.get(path)).status_code == 404
