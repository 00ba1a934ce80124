"""Which qualities a question offers: where she is signed in hers come first, and a link alone shows the catalogue."""

import re

import pytest

from domain import checkins
from domain.checkins import NewAnswer, Sharing, Success
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from tests.method import make as method
from tests.phone.make import asked_again
from tests.phone.test_sign_in import another_browser, sign_in

pytestmark = pytest.mark.anyio


async def offered(client, page):
    answer = await client.get(page)
    assert answer.status_code == 200
    return re.findall(r'type="checkbox" id="[^"]*" name="(qualities|own_quality)" value="([^"]*)"', answer.text)


async def answer(house, cast, check_in_id, *qualities, other=None):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        reply = Success(text="Ik bleef rustig.", qualities=qualities, other_quality=other)
        new = NewAnswer(reply=reply, sharing=Sharing.PRIVATE, language=Language.NL)
        await checkins.answer_check_in(work, check_in_id, new)


async def test_what_she_saw_in_herself_is_offered_first_and_only_to_her(house, cast, anonymous, clock):
    planted = await sign_in(house, cast, anonymous)
    await answer(house, cast, planted.check_in_id, "caring", "calm", other="rots in de branding")
    page = await asked_again(house, cast, planted, clock)
    hers = await offered(anonymous, page)
    own = [("qualities", "caring"), ("qualities", "calm"), ("own_quality", "rots in de branding")]
    assert hers[:3] == own
    assert len(hers) == checkins.QUALITIES_SHOWN
    assert len(set(hers)) == len(hers)
    others = await offered(another_browser(anonymous), page)
    assert len(others) == checkins.QUALITIES_SHOWN
    assert {name for name, _ in others} == {"qualities"}
    assert set(hers[3:]) < set(others)


async def test_her_file_tells_what_she_named_or_recognised_and_nothing_that_is_only_suggested(
    house, cast, anonymous, cas
):
    planted = await sign_in(house, cast, anonymous)
    for key, named_by, status in (
        ("patient", "coach", "suggested"),
        ("caring", "coach", "recognised"),
        ("calm", "coachee", "suggested"),
    ):
        body = method.QUALITY | {"catalogue_key": key, "named_by": named_by, "status": status}
        await method.added(cas, planted.coachee_id, "qualities", body)
    await method.added(cas, planted.coachee_id, "qualities", method.OWN_QUALITY)
    hers = await offered(anonymous, planted.page)
    assert hers[:3] == [("qualities", "caring"), ("qualities", "calm"), ("own_quality", method.OWN_WORD)]
    catalogue = await offered(another_browser(anonymous), planted.page)
    assert set(hers[3:]) <= set(catalogue)
    assert method.OWN_WORD not in dict(catalogue).values()


async def test_six_of_hers_leave_room_for_two_of_the_catalogue(house, cast, anonymous, clock):
    planted = await sign_in(house, cast, anonymous)
    mine = ["caring", "calm", "creative", "decisive", "patient"]
    await answer(house, cast, planted.check_in_id, *mine, other="dapper, vrolijk, trouw")
    hers = await offered(anonymous, await asked_again(house, cast, planted, clock))
    assert hers[:6] == [*(("qualities", key) for key in mine), ("own_quality", "dapper")]
    assert [name for name, _ in hers[6:]] == ["qualities", "qualities"]


async def test_what_she_ticked_in_her_own_words_stays_ticked_when_something_is_to_be_mended(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    data = {"own_quality": "dapper", "qualities": "calm", "strength": "9"}
    again = await anonymous.post(planted.page, data=data)
    assert again.status_code == 422
    assert re.search(r'name="own_quality" value="dapper" checked', again.text)
    many = data | {"own_quality": [f"woord {number}" for number in range(6)], "text": "x", "strength": "3"}
    assert "hoogstens 5" in (await anonymous.post(planted.page, data=many)).text
