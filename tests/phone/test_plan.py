import asyncio
from datetime import date

import msgspec
import pytest
from sqlalchemy import select

from domain import checkins, people
from domain.checkins import PlanState
from domain.kit.work import OPERATOR, begin
from domain.messaging import Channel, Event, Language
from domain.people import Consent, GivenVia, Purpose
from domain.trajectories import Trajectory, TrajectoryState
from tests.people import make as people_make
from tests.phone.make import counts, plant, row_of

pytestmark = pytest.mark.anyio

YES = {"decision": "accept", "check_ins": "1", "channel_email": "1"}
NO = {"decision": "decline"}


async def consents_of(house, cast, planted):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        found = await work.session.scalars(select(Consent).where(Consent.coachee_id == planted.coachee_id))
        return {consent.purpose: consent for consent in found.all()}


async def proposed(house, cast, **values):
    return await plant(house, cast, plan_state=PlanState.PROPOSED, **values)


@pytest.mark.parametrize(
    ("language", "days", "window", "until"),
    [
        (Language.NL, "maandag, woensdag en vrijdag", "16.30 uur en 20.30 uur", "tot en met 31 mei 2026"),
        (Language.FR, "lundi, mercredi et vendredi", "16 h 30 et 20 h 30", "au 31 mai 2026"),
        (Language.EN, "Monday, Wednesday and Friday", "16:30 and 20:30", "up to and including 31 May 2026"),
        (Language.DE, "Montag, Mittwoch und Freitag", "16:30 Uhr und 20:30 Uhr", "bis einschließlich 31. Mai 2026"),
    ],
)
async def test_the_proposal_is_told_in_plain_words(house, cast, anonymous, language, days, window, until):
    planted = await proposed(house, cast, language=language)
    page = await anonymous.get(planted.plan_page)
    assert page.status_code == 200
    text = page.text.replace("\u00a0", " ")
    for told in (days, window, until, "Cas (Praktijk Lena)"):
        assert told in text
    elsewhere = {Purpose.SESSION_NOTES, Purpose.CHANNEL_PUSH, Purpose.CHANNEL_SMS}
    elsewhere |= {Purpose.RESEARCH_EXPORT, Purpose.RESEARCH_TEXTS}
    for wording in people.wordings():
        if wording.language == language and wording.purpose not in elsewhere and wording.current:
            assert wording.text.replace("'", "&#39;") in page.text


@pytest.mark.parametrize(
    ("language", "told", "only"),
    [
        (Language.NL, "ongeveer 40 van de 100 momenten niet", "stopt de loting meteen"),
        (Language.FR, "environ 40 moments sur 100 ne viennent pas", "Si vous arrêtez, le tirage"),
        (Language.EN, "about 40 of every 100 moments do not come", "the drawing of lots stops at once"),
        (Language.DE, "etwa 40 von 100 Momenten nicht", "endet das Losen sofort"),
    ],
)
async def test_what_is_left_to_chance_is_told_and_research_is_hers_to_choose(
    house, cast, anonymous, language, told, only
):
    planted = await proposed(house, cast, language=language)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        plan = await checkins.get_plan(work, planted.plan_id)
        trial = checkins.Trial(of=checkins.Tried.SENDING, probability=0.6)
        plan.terms = msgspec.structs.replace(plan.terms, trial=trial)
    page = await anonymous.get(planted.plan_page)
    assert told in page.text
    assert only in page.text
    await anonymous.post(planted.plan_page, data=YES | {"research_export": "2"})
    assert Purpose.RESEARCH_EXPORT in await consents_of(house, cast, planted)


async def test_a_change_that_leaves_something_to_chance_asks_for_research_too(house, cast, anonymous):
    planted = await plant(house, cast, consents=(Purpose.CHECK_INS, Purpose.CHANNEL_EMAIL))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        plan = await checkins.get_plan(work, planted.plan_id)
        trial = checkins.Trial(of=checkins.Tried.KIND, probability=0.75)
        terms = msgspec.structs.replace(plan.terms, trial=trial)
        assert (await checkins.change_plan(work, plan.id, terms, date(2026, 3, 9))).state == "proposed"
    assert "ongeveer 25 van de 100 andere vragen" in (await anonymous.get(planted.plan_page)).text
    await anonymous.post(planted.plan_page, data={"decision": "accept", "research_export": "2"})
    assert Purpose.RESEARCH_EXPORT in await consents_of(house, cast, planted)
    assert "ongeveer 25" not in (await anonymous.get(planted.plan_page)).text  # nothing waits for her word


async def test_a_yes_to_a_change_takes_the_consents_that_she_ticks_with_it(house, cast, anonymous):
    """She had taken back her consent to check-ins: its tick stands on the page, and counts there."""
    planted = await plant(house, cast, consents=(Purpose.CHANNEL_EMAIL,))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        plan = await checkins.get_plan(work, planted.plan_id)
        terms = msgspec.structs.replace(plan.terms, ratio=2)
        await checkins.change_plan(work, plan.id, terms, date(2026, 3, 9))
    page = await anonymous.post(planted.plan_page, data={"decision": "accept", "obstacle_prompts": "1"})
    assert (page.status_code, 'id="check_ins-fault"' in page.text) == (422, True)
    assert set(await consents_of(house, cast, planted)) == {Purpose.CHANNEL_EMAIL}
    page = await anonymous.post(planted.plan_page, data={"decision": "accept", "check_ins": "1"})
    assert page.status_code == 200
    assert set(await consents_of(house, cast, planted)) == {Purpose.CHANNEL_EMAIL, Purpose.CHECK_INS}
    async with begin(house, cast.practice_id, OPERATOR) as work:
        with pytest.raises(checkins.NoOpenChange):
            await checkins.open_change(work, await checkins.get_plan(work, planted.plan_id))


async def test_nothing_is_ticked_beforehand_and_looking_changes_nothing(house, cast, anonymous):
    planted = await proposed(house, cast)
    before = await row_of(house, cast, "check_in_plans", planted.plan_id), await counts(house, cast)
    for _ in range(100):
        page = await anonymous.get(planted.plan_page)
        assert page.status_code == 200
        assert " checked" not in page.text
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id), await counts(house, cast)) == before


async def test_a_yes_accepts_the_plan_and_gives_the_consents_that_were_ticked(house, cast, anonymous):
    planted = await proposed(house, cast, language=Language.FR)
    page = await anonymous.post(planted.plan_page, data=YES | {"obstacle_prompts": "1"})
    assert page.status_code == 200
    assert "convenu" in page.text
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id))["state"] == "accepted"
    given = await consents_of(house, cast, planted)
    assert set(given) == {Purpose.CHECK_INS, Purpose.CHANNEL_EMAIL, Purpose.OBSTACLE_PROMPTS}
    assert {consent.given_via for consent in given.values()} == {GivenVia.LINK}
    assert {consent.language for consent in given.values()} == {Language.FR}
    async with begin(house, cast.practice_id, OPERATOR) as work:
        told = await work.session.scalar(select(Event).where(Event.kind == "plan_accepted"))
    assert told.subject_id == planted.plan_id


async def test_a_yes_without_the_needed_consents_stores_nothing_and_says_what_is_missing(house, cast, anonymous):
    planted = await proposed(house, cast)
    form = {"decision": "accept", "check_ins": "1", "share_check_ins_with_coach": "1"}
    page = await anonymous.post(planted.plan_page, data=form)
    assert page.status_code == 422
    assert 'id="channel_email-fault"' in page.text
    assert 'id="check_ins-fault"' not in page.text
    assert page.text.count(" checked") == 2
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id))["state"] == "proposed"
    assert await consents_of(house, cast, planted) == {}


async def comes_by(house, cast, planted, *channels):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        plan = await checkins.get_plan(work, planted.plan_id, lock=True)
        plan.terms = msgspec.structs.replace(plan.terms, channels=channels)


async def test_whoever_is_reached_otherwise_need_not_agree_to_mail(house, cast, anonymous):
    planted = await proposed(house, cast)
    await comes_by(house, cast, planted, Channel.SMS, Channel.EMAIL)
    await people_make.consent(house, cast, planted.coachee_id, Purpose.CHANNEL_SMS)
    await people_make.confirmed_number(house, cast, planted.coachee_id, "+32470123456")
    page = await anonymous.get(planted.plan_page)
    assert page.text.count("nodig om mee te doen") == 1
    page = await anonymous.post(planted.plan_page, data={"decision": "accept", "check_ins": "1"})
    assert page.status_code == 200
    assert set(await consents_of(house, cast, planted)) == {Purpose.CHECK_INS, Purpose.CHANNEL_SMS}
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id))["state"] == "accepted"


async def test_a_yes_to_what_cannot_reach_her_stores_nothing_and_says_why(house, cast, anonymous):
    planted = await proposed(house, cast)
    await comes_by(house, cast, planted, Channel.PUSH)
    page = await anonymous.post(planted.plan_page, data=YES)
    assert (page.status_code, 'id="decision-fault"' in page.text, "niet per e-mail" in page.text) == (422, True, True)
    assert await consents_of(house, cast, planted) == {}
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id))["state"] == "proposed"


async def test_a_no_needs_no_consent_and_no_reason(house, cast, anonymous):
    planted = await proposed(house, cast)
    page = await anonymous.post(planted.plan_page, data=NO | {"check_ins": "1"})
    assert page.status_code == 200
    assert "We sturen je niets." in page.text
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id))["state"] == "declined"
    assert await consents_of(house, cast, planted) == {}


async def test_the_same_word_twice_is_heard_once(house, cast, anonymous):
    for form, state in ((YES, "accepted"), (NO, "declined")):
        planted = await proposed(house, cast)
        both = await asyncio.gather(*(anonymous.post(planted.plan_page, data=form) for _ in range(3)))
        assert [page.status_code for page in both] == [200] * 3
        assert (await anonymous.get(planted.plan_page)).status_code == 200
        assert (await row_of(house, cast, "check_in_plans", planted.plan_id))["state"] == state


@pytest.mark.parametrize(
    ("first", "then", "told"), [(YES, NO, "Je had al ja gezegd."), (NO, YES, "Je had al nee gezegd.")]
)
async def test_another_word_afterwards_changes_nothing_and_says_what_to_do(house, cast, anonymous, first, then, told):
    planted = await proposed(house, cast)
    await anonymous.post(planted.plan_page, data=first)
    before = await row_of(house, cast, "check_in_plans", planted.plan_id)
    page = await anonymous.post(planted.plan_page, data=then)
    assert page.status_code == 409
    assert told in page.text
    assert await row_of(house, cast, "check_in_plans", planted.plan_id) == before


async def test_a_consent_given_before_is_not_asked_again(house, cast, anonymous):
    planted = await proposed(house, cast, consents=(Purpose.CHANNEL_EMAIL,))
    page = await anonymous.get(planted.plan_page)
    assert 'name="channel_email"' not in page.text
    assert "Hiervoor gaf je al toestemming." in page.text
    assert (await anonymous.post(planted.plan_page, data={"decision": "accept", "check_ins": "1"})).status_code == 200


async def test_a_tick_at_an_older_wording_does_not_count(house, cast, anonymous):
    planted = await proposed(house, cast)
    page = await anonymous.post(planted.plan_page, data=YES | {"check_ins": "0"})
    assert page.status_code == 422
    assert 'id="check_ins-fault"' in page.text
    assert await consents_of(house, cast, planted) == {}


async def test_a_plan_that_ended_or_ran_out_is_closed(house, cast, anonymous, clock):
    ended = await plant(house, cast, plan_state=PlanState.ENDED)
    waiting = await proposed(house, cast)
    assert (await anonymous.get(ended.plan_page)).status_code == 410
    assert (await anonymous.post(ended.plan_page, data=YES)).status_code == 410
    clock.move(days=91)
    assert (await anonymous.get(waiting.plan_page)).status_code == 410
    page = await anonymous.post(waiting.plan_page, data=YES)
    assert page.status_code == 410
    assert "Dit voorstel geldt niet meer." in page.text


async def test_a_yes_that_cannot_be_done_leaves_no_consent_behind(house, cast, anonymous):
    planted = await proposed(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        trajectory = await work.session.scalar(select(Trajectory).where(Trajectory.coachee_id == planted.coachee_id))
        trajectory.move(TrajectoryState.STOPPED, work.now)
    page = await anonymous.post(planted.plan_page, data=YES)
    assert page.status_code == 409
    assert "Dit lukt nu niet." in page.text
    assert await consents_of(house, cast, planted) == {}
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id))["state"] == "proposed"


async def test_a_post_without_a_known_word_is_not_a_yes(house, cast, anonymous):
    planted = await proposed(house, cast)
    for form in ({"check_ins": "1", "channel_email": "1"}, YES | {"decision": "maybe"}):
        assert (await anonymous.post(planted.plan_page, data=form)).status_code == 422
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id))["state"] == "proposed"
