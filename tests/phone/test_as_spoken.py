"""A language as another country speaks it: a file says only what differs, and the rest is said as in the language."""

import re

import pytest
from sqlalchemy import update

from api.phone.wording import AS_SPOKEN, WORDS, merged, words
from domain import checkins, people
from domain.checkins import Kind, PlanState, wordings
from domain.checkins.flows import FILE
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language, MemoryMailer, deliver_due, languages
from domain.messaging.templates import PLACEHOLDER, wordings as mails
from domain.people import Coachee, Purpose
from tests.checkins.make import plant as due
from tests.messaging.make import SENDER, names
from tests.people import make as minors
from tests.phone.make import plant
from tests.phone.test_wording import leaves

pytestmark = pytest.mark.anyio


async def living_in(house, cast, country, **values):
    planted = await plant(house, cast, **values)
    await moves_to(house, cast, planted.coachee_id, country)
    return planted


async def moves_to(house, cast, coachee_id, country):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(update(Coachee).where(Coachee.id == coachee_id).values(country=country))


@pytest.mark.parametrize(("country", "told"), [("BE", "iets dat ik nog niet kan"), ("NL", "iets wat ik nog niet kan")])
async def test_a_question_is_put_as_her_country_says_it(house, cast, anonymous, country, told):
    planted = await living_in(house, cast, country, kind=Kind.OBSTACLE)
    page = await anonymous.get(planted.page)
    assert f'<html lang="nl-{country}">' in page.text
    assert told in page.text
    assert "Was er iets dat je tegenhield?" in page.text  # what differs nowhere


async def test_what_she_answers_keeps_as_which_country_it_was_said(house, cast, anonymous, cas):
    planted = await living_in(house, cast, "NL", consents=(Purpose.SHARE_CHECK_INS_WITH_COACH,))
    thanks = await anonymous.post(planted.page, data={"text": "Gelukt.", "sharing": "with_coach"})
    assert "Dank je wel" in thanks.text
    told = (await cas.get(f"/v1/check-ins/{planted.check_in_id}/answer")).json()
    assert (told["language"], told["spoken"]) == ("nl", "nl-NL")


async def test_a_link_that_is_over_is_told_as_in_her_country_too(house, cast, anonymous):
    planted = await living_in(house, cast, "NL")
    await anonymous.post(planted.page, data={"choice": "decline"})
    assert '<html lang="nl-NL">' in (await anonymous.get(planted.page)).text


@pytest.mark.parametrize(
    ("country", "told"),
    [("BE", "Typ ze over op de pagina"), ("NL", "Typ hem over op de pagina"), ("DE", "Typ ze over")],
)
async def test_a_mail_is_written_as_her_country_says_it(quiet, house, sweep_house, cast, country, told):
    planted = await living_in(house, cast, country)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        email = (await people.get_coachee(work, planted.coachee_id)).email
    await people.ask_to_sign_in(house, email, "a nonce")
    mailer = MemoryMailer()
    await deliver_due(sweep_house, mailer, SENDER, names)
    [mail] = mailer.mails
    assert told in mail.text


@pytest.mark.parametrize(("country", "told"), [("BE", "Dag,"), ("NL", "Hallo,"), ("DE", "Dag,")])
async def test_what_the_scheduler_sends_by_the_hundred_is_written_so_too(
    quiet, house, sweep_house, cast, country, told
):
    [planted] = await due(house, cast)
    await moves_to(house, cast, planted.coachee_id, country)
    assert (await checkins.send_due(sweep_house)).done == 1
    mailer = MemoryMailer()
    await deliver_due(sweep_house, mailer, SENDER, names)
    [mail] = mailer.mails
    assert mail.text.startswith(told)


@pytest.mark.parametrize(("country", "told"), [("BE", "Dag,"), ("NL", "Hallo,")])
async def test_a_guardian_is_written_to_as_it_is_said_where_the_child_is(
    quiet, house, sweep_house, cast, country, told
):
    child = await minors.coachee(house, cast, minor=True)
    await moves_to(house, cast, child, country)
    guardian_id = await minors.guardian(house, cast, child, language="nl")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.ask_guardian(work, child, guardian_id)
    mailer = MemoryMailer()
    await deliver_due(sweep_house, mailer, SENDER, names)
    [mail] = mailer.mails
    assert mail.text.startswith(told)


@pytest.mark.parametrize(("country", "told"), [("BE", "Je kan op elk moment"), ("NL", "Je kunt op elk moment")])
async def test_she_agrees_to_the_words_of_her_country_and_they_are_kept(house, cast, anonymous, country, told):
    planted = await living_in(house, cast, country, plan_state=PlanState.PROPOSED)
    assert told in (await anonymous.get(planted.plan_page)).text
    yes = {"decision": "accept", "check_ins": "1", "channel_email": "1"}
    assert (await anonymous.post(planted.plan_page, data=yes)).status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        kept = (await people.consents_now(work, planted.coachee_id))[Purpose.CHECK_INS]
    shown = [one for one in (*people.wordings(), *people.as_spoken()) if one.digest == kept.wording_digest]
    assert [told in one.text for one in shown] == [True]


def test_a_consent_in_the_words_of_a_country_says_only_what_differs():
    spoken = people.as_spoken()
    assert {(one.spoken, one.language) for one in spoken} == {("nl-NL", Language.NL)}
    here = {(one.purpose, one.version): one for one in people.wordings() if one.language is Language.NL}
    for one in spoken:
        assert one.digest != here[one.purpose, one.version].digest
        assert not re.search(r"\b([Jj]e kan|kan je|seintje)\b", one.text)
        assert people.said_in(here[one.purpose, one.version], "NL") == one
    left = [one for one in here.values() if one.current and people.said_in(one, "NL") == one]
    assert [one.purpose for one in left] == [Purpose.CHANNEL_SMS]


def test_mails_of_a_country_tell_the_same_facts_and_say_nothing_that_their_language_does_not():
    assert set(languages.AS_SPOKEN) == {"nl-NL"}
    there, here = mails(Language.NL, "nl-NL"), mails(Language.NL)
    own = leaves(languages._file("nl-NL"))
    assert own.keys() <= leaves(here).keys()
    for key in own:
        assert leaves(there)[key] != leaves(here)[key]
        assert sorted(PLACEHOLDER.findall(leaves(there)[key])) == sorted(PLACEHOLDER.findall(leaves(here)[key]))
        assert not re.search(r"\b(je kan|kan je|gsm|ten laatste|binnen de)\b", leaves(there)[key], re.IGNORECASE)
    assert mails(Language.NL, "nl-XX") == here


def test_a_file_of_a_country_says_nothing_that_its_language_does_not():
    assert set(AS_SPOKEN) == {"nl-NL"}
    for tag, texts in AS_SPOKEN.items():
        language = tag.partition("-")[0]
        assert leaves(texts).keys() <= leaves(WORDS[language]).keys()
        assert merged(WORDS[language], texts).keys() == WORDS[language].keys()
        assert words(Language(language), "NL").tag == tag


def test_a_file_of_a_country_words_only_questions_that_there_are():
    assert [file.name for file in FILE.parent.glob("flows.*.toml")] == ["flows.nl-NL.toml"]
    there, here = wordings(Language.NL, spoken="nl-NL"), wordings(Language.NL)
    assert there.layer.keys() == here.layer.keys()
    assert (there.success, there.layer["skills"]) == (here.success, "iets wat ik nog niet kan")
    assert wordings(Language.NL, spoken="nl-XX") == here
