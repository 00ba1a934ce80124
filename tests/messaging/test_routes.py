import pytest

from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.messaging import Message, MessageState, announce
from domain.practice import Role
from tests.messaging import make

pytestmark = pytest.mark.anyio


async def park(house, cast, message_id):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        message = await work.session.get(Message, (cast.practice_id, message_id))
        message.park("MailRefused: 550")


async def happen(house, cast, kind, times=1):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for _ in range(times):
            announce(work, kind, new_id(), place="here")
    await make.settle(house, cast)


async def test_events_are_followed_with_a_cursor_that_always_leads_on(omar, house, cast):
    await happen(house, cast, "first_thing", 3)
    page = (await omar.get("/v1/events?kind=first_thing&limit=2")).json()
    assert [event["facts"] for event in page["items"]] == [{"place": "here"}] * 2
    rest = (await omar.get(f"/v1/events?kind=first_thing&limit=2&cursor={page['next_cursor']}")).json()
    assert len(rest["items"]) == 1
    end = (await omar.get(f"/v1/events?kind=first_thing&limit=2&cursor={rest['next_cursor']}")).json()
    assert (end["items"], end["next_cursor"]) == ([], rest["next_cursor"])
    await happen(house, cast, "first_thing")
    later = (await omar.get(f"/v1/events?kind=first_thing&limit=2&cursor={end['next_cursor']}")).json()
    assert len(later["items"]) == 1
    assert later["items"][0].keys() == {"id", "at", "kind", "subject_id", "facts"}


async def test_events_of_every_kind_come_without_a_filter(omar, house, cast):
    await happen(house, cast, "another_thing")
    kinds = [event["kind"] for event in (await omar.get("/v1/events?limit=100")).json()["items"]]
    assert kinds[0] == "practice_founded"
    assert kinds[-1] == "another_thing"


async def test_another_practice_hears_nothing(bo, house, cast):
    await happen(house, cast, "first_thing")
    assert (await bo.get("/v1/events?kind=first_thing")).json()["items"] == []


@pytest.mark.parametrize("path", ["/v1/events", "/v1/audit-entries", "/v1/messages"])
async def test_a_cursor_of_another_list_is_refused(omar, path):
    cursor = (await omar.get("/v1/staff?limit=1")).json()["next_cursor"]
    answer = await omar.get(f"{path}?cursor={cursor}")
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-cursor"


async def test_the_audit_trail_of_one_thing_says_who_did_what(omar, cast):
    staff = cast.staff[Role.COACH]
    await omar.patch(f"/v1/staff/{staff}", json={"name": "Cas II"})
    entries = (await omar.get(f"/v1/audit-entries?subject_id={staff}")).json()["items"]
    assert [entry["action"] for entry in entries] == ["staff_added", "staff_changed"]
    assert (entries[0]["actor_kind"], entries[0]["actor_id"]) == ("operator", None)
    assert (entries[1]["actor_kind"], entries[1]["actor_id"]) == ("staff", str(cast.staff[Role.ADMINISTRATOR]))
    assert "Cas" not in str(entries)


@pytest.mark.parametrize("path", ["/v1/audit-entries", "/v1/events"])
async def test_what_tells_of_every_coachs_coachees_is_not_for_a_coach_nor_for_billing(cas, bea, path):
    assert (await bea.get(path)).status_code == 403
    answer = await cas.get(path)
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/scope-missing"


async def test_messages_are_listed_by_state_and_never_show_an_address(omar, house, cast):
    first = await make.message(house, cast, address="amir@example.org")
    await make.message(house, cast, "check_in", link=f"check_in:{new_id()}")
    await park(house, cast, first)
    assert len((await omar.get("/v1/messages")).json()["items"]) == 2
    answer = await omar.get("/v1/messages?state=parked")
    [message] = answer.json()["items"]
    assert (message["id"], message["state"], message["last_error"]) == (str(first), "parked", "MailRefused: 550")
    assert "amir" not in answer.text
    assert message.keys().isdisjoint({"address", "facts", "text"})


async def test_a_parked_message_is_queued_again(omar, house, cast, clock):
    message_id = await make.message(house, cast)
    await park(house, cast, message_id)
    clock.move(hours=3)
    answer = await omar.post(f"/v1/messages/{message_id}/retry")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["attempts"]) == ("queued", 0)
    [message] = await make.messages(house, cast)
    assert (message.state, message.due_at) == (MessageState.QUEUED, clock.now)


async def test_a_message_that_still_waits_needs_no_retry(omar, house, cast):
    message_id = await make.message(house, cast)
    answer = await omar.post(f"/v1/messages/{message_id}/retry")
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/wrong-state"


async def test_a_message_of_another_practice_is_not_found(bo, house, cast):
    message_id = await make.message(house, cast)
    await park(house, cast, message_id)
    answer = await bo.post(f"/v1/messages/{message_id}/retry")
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/message-not-found"


@pytest.mark.parametrize(
    "query", ["state=lost", "kind=NOT%20A%20KIND", "subject_id=1", "address=amir@example.org", "limit=0"]
)
async def test_a_filter_that_makes_no_sense_is_refused(omar, query):
    path = {"kind": "events", "subject_id": "audit-entries"}.get(query.partition("=")[0], "messages")
    assert (await omar.get(f"/v1/{path}?{query}")).status_code == 400
