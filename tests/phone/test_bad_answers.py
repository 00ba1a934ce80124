"""What is no answer of hers: each is told by name, changes nothing, and leaves her draft where it was."""

import pytest

from domain.checkins import Kind
from domain.kit.ids import new_id
from tests.phone.make import answers, counts, plant, row_of
from tests.phone.test_sign_in import another_browser, sign_in

pytestmark = pytest.mark.anyio
MEGABYTE = "x" * 1_000_000
MARKUP = """<img src=x onerror="alert(1)"><script>alert(2)</script> {{7*7}} ' OR 1=1; -- \u202etxt"""


async def draft_of(house, cast, planted):
    return await row_of(house, cast, "check_in_drafts", planted.check_in_id)


async def test_an_answer_of_a_megabyte_is_refused_by_name_and_the_draft_stays(house, cast, anonymous):
    planted = await plant(house, cast)
    assert (await anonymous.put(f"{planted.page}/draft", json={"fields": {"text": ["Half"]}})).status_code == 204
    before, had = await draft_of(house, cast, planted), await counts(house, cast)
    page = await anonymous.post(planted.page, data={"text": MEGABYTE})
    assert page.status_code == 413
    assert "Dat was te veel tegelijk." in page.text
    body = {"id": str(new_id()), "fields": {"text": [MEGABYTE]}}
    for path in ("answer", "draft"):
        refused = await anonymous.put(
            f"{planted.page}/{path}", json=body if path == "answer" else {"fields": {}} | body
        )
        assert refused.status_code == 413
        assert refused.json()["type"] == "/problems/body-too-large"
    assert (await draft_of(house, cast, planted), await counts(house, cast)) == (before, had)


@pytest.mark.parametrize("kind", [Kind.SUCCESS, Kind.IDEAL, Kind.FREE])
async def test_markup_in_an_answer_is_kept_as_she_wrote_it_and_shown_as_text(house, cast, anonymous, kind):
    planted = await plant(house, cast, kind=kind)
    again = await anonymous.post(planted.page, data={"text": MARKUP, "sharing": "everybody"})
    assert again.status_code == 422
    assert "<script>alert" not in again.text
    assert "&lt;script&gt;alert(2)&lt;/script&gt; {{7*7}}" in again.text
    assert (await anonymous.post(planted.page, data={"text": MARKUP})).status_code == 200
    [kept] = await answers(house, cast, planted.check_in_id)
    assert kept.content["text"] == MARKUP


async def test_a_link_that_was_used_takes_nothing_more_whoever_replays_it(house, cast, anonymous):
    planted = await plant(house, cast)
    first = {"id": str(new_id()), "fields": {"text": ["Van mij."]}}
    assert (await anonymous.put(f"{planted.page}/answer", json=first)).status_code == 200
    had = await counts(house, cast)
    stranger = another_browser(anonymous)
    for fields in ({"text": ["Van een ander."]}, {"nothing_today": ["1"]}):
        refused = await stranger.put(f"{planted.page}/answer", json={"id": str(new_id()), "fields": fields})
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/already-answered")
    assert "je eerste antwoord telt" in (await stranger.post(planted.page, data={"text": "Van een ander."})).text
    for _ in range(20):
        assert (await anonymous.put(f"{planted.page}/answer", json=first)).status_code == 200
    assert await counts(house, cast) == had
    [kept] = await answers(house, cast, planted.check_in_id)
    assert kept.content["text"] == "Van mij."


async def test_her_session_answers_no_question_of_another_and_her_link_no_other_question(house, cast, anonymous):
    hers = await plant(house, cast)
    await sign_in(house, cast, anonymous)
    fields = {"fields": {"text": ["Niet van mij."]}}
    body = fields | {"id": str(new_id())}
    for act, told in (("answer", body), ("draft", fields)):
        refused = await anonymous.put(f"/v1/me/check-ins/{hers.check_in_id}/{act}", json=told)
        assert (refused.status_code, refused.json()["type"]) == (404, "/problems/check-in-not-found")
    for act in ("swap", "decline", "reopen", "opened"):
        refused = await anonymous.post(f"/v1/me/check-ins/{hers.check_in_id}/{act}", json={})
        assert refused.json()["type"] == "/problems/check-in-not-found"
    wrong = await anonymous.put(f"/c/{hers.plan}/answer", json=body)
    assert (wrong.status_code, wrong.json()["type"]) == (404, "/problems/link-unknown")
    assert await answers(house, cast, hers.check_in_id) == []
