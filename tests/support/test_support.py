import asyncio

import pytest
from sqlalchemy import text

from domain.checkins import Kind
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language, render
from domain.people import GivenVia, Purpose, give_consent
from tests.messaging.make import messages
from tests.phone.make import asked_again, plant

pytestmark = pytest.mark.anyio
SECRET = "Alles drukt op mij"


async def rows(house, cast, query):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return (await work.session.execute(text(query))).all()


async def events_of(house, cast):
    found = await rows(house, cast, "SELECT trigger, alerted_at IS NOT NULL AS told FROM support_events ORDER BY id")
    return [tuple(row) for row in found]


async def heavy(house, cast, anonymous, clock, planted, valences):
    """Answer one check-in a day, each with how it felt; the page after the last."""
    page = planted.page
    for place, valence in enumerate(valences):
        page = page if place == 0 else await asked_again(house, cast, planted, clock)
        told = await anonymous.post(page, data={"text": SECRET, "valence": str(valence), "sharing": "private"})
        assert told.status_code == 200
    return told


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.IDEAL])
async def test_every_question_has_the_button(house, cast, anonymous, kind):
    planted = await plant(house, cast, kind=kind)
    assert "Het gaat niet goed met mij" in (await anonymous.get(planted.page)).text


async def test_the_button_shows_numbers_at_once_and_tells_nobody(house, cast, anonymous, cas):
    planted = await plant(house, cast)
    page = await anonymous.post(planted.page, data={"support": "now"})
    assert page.status_code == 200
    for told in ("tel:112", "tel:1813", "Wil je dat je coach het weet?", "niemand leest je antwoord meteen"):
        assert told in page.text
    assert await events_of(house, cast) == [("declared", False)]
    assert (await cas.get("/v1/support-alerts")).json()["items"] == []
    assert await messages(house, cast) == []
    found = await rows(house, cast, "SELECT obstacles_off_until - now() FROM coachee_rhythms")
    assert len(found) == 1


async def test_only_her_yes_asks_her_coach_to_get_in_touch_and_says_no_more(house, cast, anonymous, cas, lena, omar):
    planted = await plant(house, cast)
    event_id = await alerted_by(anonymous, cas, planted)
    [mail] = await messages(house, cast)
    assert (mail.kind, mail.facts) == ("support_alert", {"initials": "A.P."})
    assert (await lena.get("/v1/support-alerts")).json()["items"] == []
    assert (await omar.get("/v1/support-alerts")).status_code == 403
    assert (
        (await lena.post(f"/v1/support-alerts/{event_id}/acknowledge"))
        .json()["type"]
        .endswith("support-alert-not-found")
    )


async def alerted_by(anonymous, cas, planted):
    await anonymous.post(planted.page, data={"support": "tell"})
    return (await cas.get("/v1/support-alerts")).json()["items"][-1]["id"]


async def test_no_event_and_no_audit_line_names_her(house, cast, anonymous, cas):
    planted = await plant(house, cast)
    await alerted_by(anonymous, cas, planted)
    for table, kind in (("events", "kind"), ("audit_entries", "action")):
        found = await rows(house, cast, f"SELECT t::text FROM {table} AS t WHERE {kind} LIKE 'support%'")
        assert len(found) == 1
        assert str(planted.coachee_id) not in found[0][0]
        assert str(planted.check_in_id) not in found[0][0]


async def test_many_taps_at_once_make_one_alert(house, cast, anonymous, cas):
    planted = await plant(house, cast)
    taps = [anonymous.post(planted.page, data={"support": "tell"}) for _ in range(4)]
    assert {answer.status_code for answer in await asyncio.gather(*taps)} == {200}
    assert await events_of(house, cast) == [("declared", True)]
    assert len(await messages(house, cast)) == 1


async def test_the_coach_acknowledges_once(house, cast, anonymous, cas, clock):
    planted = await plant(house, cast)
    event_id = await alerted_by(anonymous, cas, planted)
    first = await cas.post(f"/v1/support-alerts/{event_id}/acknowledge")
    clock.move(hours=1)
    again = await cas.post(f"/v1/support-alerts/{event_id}/acknowledge")
    assert first.json()["acknowledged_at"] is not None
    assert again.json() == first.json()


async def test_three_heavy_answers_of_five_bring_the_numbers_softly(house, cast, anonymous, clock, cas):
    planted = await plant(house, cast, kind=Kind.FREE)
    shown = await heavy(house, cast, anonymous, clock, planted, (1, 3, 1, 4))
    assert "tel:1813" in shown.text
    assert "een paar keer zwaar" not in shown.text
    shown = await heavy_more(house, cast, anonymous, clock, planted)
    assert "een paar keer zwaar" in shown.text
    assert await events_of(house, cast) == [("pattern", False)]
    assert (await cas.get("/v1/support-alerts")).json()["items"] == []


async def heavy_more(house, cast, anonymous, clock, planted):
    page = await asked_again(house, cast, planted, clock)
    return await anonymous.post(page, data={"text": SECRET, "valence": "1", "sharing": "private"})


async def test_with_her_consent_such_a_pattern_asks_her_coach(house, cast, anonymous, clock, cas):
    planted = await plant(house, cast, kind=Kind.FREE)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await give_consent(
            work, planted.coachee_id, Purpose.SUPPORT_ALERT, wording_version=2, given_via=GivenVia.CONVERSATION
        )
    await heavy(house, cast, anonymous, clock, planted, (1, 1, 1, 1))
    assert await events_of(house, cast) == [("pattern", True)]
    [mail] = await messages(house, cast)
    assert SECRET not in str(mail.facts)


@pytest.mark.parametrize("language", Language)
def test_the_mail_to_the_coach_says_who_and_never_why(language):
    words = render("support_alert", language, {"initials": "A.P."}, practice_name="Praktijk Lena", link=None)
    assert "A.P." in words.text
    assert words.sender == "Krachtlijn"
