"""A coachee says yes to one thing, by a button below its exact words, in her own area; and takes it back there."""

from html import unescape

import pytest
from sqlalchemy import update

from domain import people
from domain.kit.work import OPERATOR, begin
from domain.people import Coachee, GivenVia, Purpose
from tests.phone.test_sign_in import proof_of, sign_in

pytestmark = pytest.mark.anyio
RESEARCH = (Purpose.RESEARCH_EXPORT, Purpose.RESEARCH_TEXTS)


async def given(house, cast, planted):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return await people.consents_now(work, planted.coachee_id)


def text_of(purpose, language="nl"):
    [wording] = [w for w in people.wordings() if w.current and w.purpose == purpose and w.language == language]
    return wording


@pytest.mark.parametrize("purpose", RESEARCH)
async def test_she_agrees_to_research_below_its_exact_words_and_takes_it_back(house, cast, anonymous, purpose):
    planted = await sign_in(house, cast, anonymous)
    page, wording = await anonymous.get("/me/access"), text_of(purpose)
    assert wording.text in unescape(page.text)
    yes = {"proof": proof_of(page), "purpose": purpose, "version": str(wording.version)}
    for _ in range(2):  # a second tap changes nothing
        assert (await anonymous.post("/me/consents", data=yes)).headers["location"] == "/me/access"
    consents = await given(house, cast, planted)
    assert list(consents) == [purpose]
    kept = consents[purpose]
    assert (kept.given_via, kept.wording_digest, kept.language) == (GivenVia.LINK, wording.digest, "nl")
    page = await anonymous.get("/me/access")
    assert wording.text not in unescape(page.text)
    taken = await anonymous.post(f"/me/consents/{kept.id}/withdraw", data={"proof": proof_of(page)})
    assert taken.status_code == 303
    assert await given(house, cast, planted) == {}
    assert wording.text in unescape((await anonymous.get("/me/access")).text)


async def test_in_json_she_agrees_to_what_is_offered_in_those_words_only(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    offered = {one["purpose"]: one for one in (await anonymous.get("/v1/me/access")).json()["offered"]}
    assert {*RESEARCH, Purpose.SUPPORT_ALERT, Purpose.CHECK_INS} <= set(offered)
    assert not {Purpose.CHANNEL_PUSH, Purpose.CHANNEL_SMS} & set(offered)
    assert offered["support_alert"]["text"] == text_of(Purpose.SUPPORT_ALERT).text
    old = await anonymous.post("/v1/me/consents", json={"purpose": "support_alert", "wording_version": 1})
    assert (old.status_code, old.json()["type"]) == (422, "/problems/wording-not-current")
    now = await anonymous.post("/v1/me/consents", json={"purpose": "support_alert", "wording_version": 2})
    assert [one["purpose"] for one in now.json()["consents"]] == ["support_alert"]
    assert "support_alert" not in [one["purpose"] for one in now.json()["offered"]]
    assert list(await given(house, cast, planted)) == ["support_alert"]


async def test_a_yes_to_words_that_have_changed_meanwhile_shows_the_new_ones(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    page = await anonymous.get("/me/access")
    yes = {"proof": proof_of(page), "purpose": "support_alert", "version": "1"}
    shown = await anonymous.post("/me/consents", data=yes)
    assert (shown.status_code, text_of(Purpose.SUPPORT_ALERT).text in unescape(shown.text)) == (409, True)
    assert "Deze tekst is intussen veranderd" in shown.text
    assert await given(house, cast, planted) == {}


async def test_what_is_a_guardians_to_say_is_not_asked_of_a_child(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(update(Coachee).where(Coachee.id == planted.coachee_id).values(minor=True))
    page = await anonymous.get("/me/access")
    assert text_of(Purpose.RESEARCH_EXPORT).text not in unescape(page.text)
    refused = await anonymous.post("/v1/me/consents", json={"purpose": "research_export", "wording_version": 2})
    assert refused.json()["type"] == "/problems/guardian-needed"


async def test_a_consent_from_another_page_is_not_hers(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    yes = {"proof": "0" * 40, "purpose": "research_export", "version": "2"}
    assert (await anonymous.post("/me/consents", data=yes)).status_code == 403
    assert await given(house, cast, planted) == {}
