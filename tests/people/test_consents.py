import hashlib
from itertools import product

import pytest
from sqlalchemy import select

from domain import people
from domain.kit.ids import new_id
from domain.kit.paging import PageRequest
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event, Language, list_messages, post
from domain.people import Purpose
from tests.people import make

pytestmark = pytest.mark.anyio

YES = {"purpose": "check_ins", "wording_version": 1, "given_via": "conversation"}


def test_every_purpose_has_one_current_wording_in_every_language():
    current = [(wording.purpose, wording.language) for wording in people.wordings() if wording.current]
    assert sorted(current) == sorted(product(Purpose, Language))


@pytest.mark.parametrize(
    ("language", "lot"),
    [(Language.NL, "loting"), (Language.FR, "tirage au sort"), (Language.EN, "chance"), (Language.DE, "Los")],
)
def test_who_agrees_to_research_reads_of_its_lots(language, lot):
    told = [one for one in (*people.wordings(), *people.as_spoken()) if one.purpose is Purpose.RESEARCH_EXPORT]
    assert {lot in one.text for one in told if one.current and one.language is language} == {True}


async def test_wordings_are_read_with_their_digest(cas):
    items = (await cas.get("/v1/consent-wordings")).json()["items"]
    assert all(item["digest"] == hashlib.sha256(item["text"].encode()).hexdigest() for item in items)
    assert {"purpose", "version", "language", "text", "digest", "current", "spoken"} == items[0].keys()


async def test_a_consent_keeps_the_exact_words_it_was_given_to(cas, house, cast, clock):
    coachee_id = await make.coachee(house, cast, language="de")
    answer = await cas.post(f"/v1/coachees/{coachee_id}/consents", json=YES)
    assert answer.status_code == 201, answer.text
    given = answer.json()
    items = (await cas.get("/v1/consent-wordings")).json()["items"]
    [shown] = [w for w in items if (w["purpose"], w["language"], w["version"]) == ("check_ins", "de", 1)]
    assert (given["wording_digest"], given["language"]) == (shown["digest"], "de")
    assert given["withdrawn_at"] is None
    assert (await cas.get(f"/v1/coachees/{coachee_id}/consents")).json()["items"] == [given]


@pytest.mark.parametrize("version", [2, 1_000_000])
async def test_consent_to_a_wording_that_is_not_the_current_one_is_refused(cas, house, cast, version):
    coachee_id = await make.coachee(house, cast)
    answer = await cas.post(f"/v1/coachees/{coachee_id}/consents", json=YES | {"wording_version": version})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wording-not-current")
    assert answer.json()["facts"]["current_version"] == 1
    assert answer.json()["errors"][0]["pointer"] == "/wording_version"


async def test_a_consent_is_given_once_until_it_is_withdrawn(cas, house, cast):
    path = f"/v1/coachees/{await make.coachee(house, cast)}/consents"
    first = (await cas.post(path, json=YES)).json()
    again = await cas.post(path, json=YES)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/consent-already-given")
    await cas.post(f"{path}/{first['id']}/withdraw")
    assert (await cas.post(path, json=YES)).status_code == 201
    assert len((await cas.get(path)).json()["items"]) == 2


async def test_a_withdrawal_holds_at_once_and_only_for_its_own_purpose(cas, house, cast, clock):
    coachee_id = await make.coachee(house, cast)
    path = f"/v1/coachees/{coachee_id}/consents"
    given = (await cas.post(path, json=YES)).json()
    await make.consent(house, cast, coachee_id, Purpose.CHANNEL_EMAIL)
    withdrawn = await cas.post(f"{path}/{given['id']}/withdraw")
    assert withdrawn.status_code == 200, withdrawn.text
    clock.move(days=1)
    assert (await cas.post(f"{path}/{given['id']}/withdraw")).json() == withdrawn.json()
    async with begin(house, cast.practice_id, OPERATOR) as work:
        held = [purpose for purpose in Purpose if await people.has_consent(work, coachee_id, purpose)]
        told = await work.session.scalars(
            select(Event.kind).where(Event.kind.startswith("consent_")).order_by(Event.id)
        )
        assert list(told) == ["consent_given", "consent_given", "consent_withdrawn"]
    assert held == [Purpose.CHANNEL_EMAIL]


async def test_a_consent_is_found_only_with_its_own_coachee_and_practice(cas, bo, house, cast):
    coachee_id, other = await make.coachee(house, cast), await make.coachee(house, cast)
    given = (await cas.post(f"/v1/coachees/{coachee_id}/consents", json=YES)).json()
    for client, owner, consent_id in (
        (cas, other, given["id"]),
        (cas, coachee_id, new_id()),
        (bo, coachee_id, given["id"]),
    ):
        answer = await client.post(f"/v1/coachees/{owner}/consents/{consent_id}/withdraw")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/consent-not-found")


async def test_a_cursor_of_another_coachees_consents_is_refused(cas, house, cast):
    coachee_id, other = await make.coachee(house, cast), await make.coachee(house, cast)
    await make.consent(house, cast, coachee_id, Purpose.CHECK_INS)
    await make.consent(house, cast, coachee_id, Purpose.CHANNEL_EMAIL)
    cursor = (await cas.get(f"/v1/coachees/{coachee_id}/consents?limit=1")).json()["next_cursor"]
    answer = await cas.get(f"/v1/coachees/{other}/consents?cursor={cursor}")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-cursor")


async def test_nobody_claims_that_a_coachee_followed_her_link(cas, house, cast):
    coachee_id = await make.coachee(house, cast)
    answer = await cas.post(f"/v1/coachees/{coachee_id}/consents", json=YES | {"given_via": "link"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/link-not-followed")
    assert answer.json()["errors"][0]["pointer"] == "/given_via"


async def test_an_unforeseen_way_of_consenting_is_refused(cas, house, cast):
    coachee_id = await make.coachee(house, cast)
    answer = await cas.post(f"/v1/coachees/{coachee_id}/consents", json=YES | {"given_via": "silence"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/given_via")


async def test_a_question_that_has_not_left_yet_goes_nowhere_once_the_consent_is_withdrawn(cas, house, cast):
    coachee_id = await make.coachee(house, cast)
    path = f"/v1/coachees/{coachee_id}/consents"
    given = (await cas.post(path, json=YES)).json()
    async with begin(house, cast.practice_id, OPERATOR) as work:
        coachee = await people.get_coachee(work, coachee_id)
        for kind in ("check_in", "invitation"):
            post(work, kind, people.recipient(coachee))
    assert (await cas.post(f"{path}/{given['id']}/withdraw")).status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        waiting = await list_messages(work, PageRequest())
    assert {mail.kind: str(mail.state) for mail in waiting.items} == {"check_in": "cancelled", "invitation": "queued"}
