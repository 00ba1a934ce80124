import asyncio
import re
from datetime import timedelta

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select

from api.app import create_app
from api.phone.wording import words
from domain import checkins, people
from domain.checkins import CheckInState, Kind, current_version
from domain.kit.database import connect, house as make_house
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event, Language
from domain.people import Purpose
from tests.phone.make import HOURS, OURS, answers, asked_again, counts, plant, row_of

pytestmark = pytest.mark.anyio

FORM = "application/x-www-form-urlencoded"
HOSTILE = """<script>alert('x')</script> {{7*7}} {% raw %} "quoted" & </textarea>"""
QUESTION = {
    Language.NL: "Wat ging er goed, hoe klein ook?",
    Language.FR: "est bien passé, même un petit rien",
    Language.EN: "What went well, however small?",
    Language.DE: "Was ist gut gelungen, und sei es noch so klein?",
}
THANKS = {
    Language.NL: "Dank je",
    Language.FR: "Merci",
    Language.EN: "Thank you",
    Language.DE: "Danke",
}


@pytest.mark.parametrize("language", Language)
async def test_the_link_opens_the_question_in_the_coachees_language(house, cast, anonymous, language):
    planted = await plant(house, cast, language=language)
    page = await anonymous.get(planted.page, headers={"Accept-Language": "it"})
    assert page.status_code == 200
    assert f'<html lang="{words(language).tag}">' in page.text
    assert QUESTION[language] in page.text
    thanks = await anonymous.post(planted.page, data={"text": "Gelukt."})
    assert thanks.status_code == 200
    assert THANKS[language] in thanks.text


async def test_the_page_asks_nothing_of_anyone_else_and_leaves_nothing_behind(house, cast, anonymous):
    planted = await plant(house, cast)
    page = await anonymous.get(planted.page)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert page.headers["cache-control"] == "no-store"
    assert "set-cookie" not in page.headers
    assert page.text.count("<script") == OURS
    for never in ("javascript:", "http://", "https://", " style=", planted.check_in):
        assert never not in page.text
    style = await anonymous.get("/phone/style.css")
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert "url(" not in style.text


async def test_a_success_asks_for_what_she_told_of_least(house, cast, anonymous, clock):
    planted = await plant(house, cast)
    page, asked = planted.page, []
    for _ in range(6):
        shown = (await anonymous.get(page)).text
        asked += re.findall(r'name="dimension" value="(\w+)"', shown)
        form = {"text": "Het lukte.", "dimension": asked[-1], "dimension_text": "Zo was het."}
        assert (await anonymous.post(page, data=form)).status_code == 200
        page = await asked_again(house, cast, planted, clock)
    assert sorted(asked[:3]) == sorted(asked[3:]) == ["feeling", "thinking", "wanting"]


async def test_what_the_page_asked_counts_not_what_it_would_ask_now(house, cast, anonymous):
    planted = await plant(house, cast)
    wrong = await anonymous.post(planted.page, data={"text": "Het lukte.", "dimension": "willing"})
    assert wrong.status_code == 422
    form = {"text": "Het lukte.", "dimension": "wanting", "dimension_text": "Dat ik het wou."}
    assert (await anonymous.post(planted.page, data=form)).status_code == 200
    [stored] = await answers(house, cast, planted.check_in_id)
    assert stored.content["dimension"] == "wanting"


async def test_looking_a_hundred_times_changes_nothing(house, cast, anonymous):
    planted = await plant(house, cast)
    before = await row_of(house, cast, "check_ins", planted.check_in_id), await counts(house, cast)
    for _ in range(100):
        assert (await anonymous.get(planted.page)).status_code == 200
    assert (await anonymous.head(planted.page)).status_code == 200
    await anonymous.options(planted.page)
    for method in ("PUT", "PATCH", "DELETE"):
        assert (await anonymous.request(method, planted.page)).status_code == 405
    assert (await row_of(house, cast, "check_ins", planted.check_in_id), await counts(house, cast)) == before


async def test_what_mail_programs_add_to_an_address_does_not_close_it(house, cast, anonymous):
    planted = await plant(house, cast)
    assert (await anonymous.get(f"{planted.page}?utm_source=mail&utm_source=x")).status_code == 200


async def test_an_answer_is_kept_sealed_and_told_of_without_its_content(house, cast, anonymous, clock):
    planted = await plant(house, cast)
    clock.move(minutes=5)
    form = {
        "text": "Ik zei nee.\r\nRustig.",
        "qualities": ["calm", "resolute"],
        "other_quality": "  eerlijk ",
        "dimension_text": "Dat het mocht.",
        "strength": "4",
    }
    assert (await anonymous.post(planted.page, data=form)).status_code == 200
    [stored] = await answers(house, cast, planted.check_in_id)
    assert stored.content | {"dimension": None} == {
        "nothing_today": False,
        "text": "Ik zei nee.\nRustig.",
        "qualities": ["calm", "resolute"],
        "other_quality": "eerlijk",
        "dimension": None,
        "dimension_text": "Dat het mocht.",
        "strength": 4,
    }
    assert stored.content["dimension"] in {"thinking", "feeling", "wanting"}
    assert (stored.answer.sharing, stored.answer.language, stored.answer.flow_version) == (
        "private",
        "nl",
        current_version(),
    )
    assert b"nee" not in stored.answer.sealed_content
    row = await row_of(house, cast, "check_ins", planted.check_in_id)
    assert row["state"] == "answered"
    assert row["answered_at"].startswith("2026-03-02T11:05")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        told = await work.session.scalar(select(Event).where(Event.kind == "check_in_answered"))
    assert told.subject_id == planted.check_in_id
    assert told.facts == {"plan_id": str(planted.plan_id), "coachee_id": str(planted.coachee_id)}


async def test_the_first_answer_counts_and_a_second_one_hears_thank_you(house, cast, anonymous):
    planted = await plant(house, cast)
    for said in ("eerst", "eerst", "later"):
        again = await anonymous.post(planted.page, data={"text": said})
        assert again.status_code == 200
        assert "Dank je" in again.text
    empty = await anonymous.post(planted.page, content=b"", headers={"Content-Type": FORM})
    assert empty.status_code == 200
    seen = await anonymous.get(planted.page)
    assert seen.status_code == 200
    assert "Je antwoord is bewaard." in seen.text
    assert "eerst" not in seen.text.replace("je eerste antwoord telt", "")
    [stored] = await answers(house, cast, planted.check_in_id)
    assert stored.content["text"] == "eerst"


async def test_two_answers_at_the_same_time_are_one(house, cast, anonymous):
    for _ in range(5):
        planted = await plant(house, cast)
        both = await asyncio.gather(*(anonymous.post(planted.page, data={"text": f"tab {n}"}) for n in range(4)))
        assert [answer.status_code for answer in both] == [200] * 4
        assert len(await answers(house, cast, planted.check_in_id)) == 1


async def test_one_tap_says_that_there_was_nothing_today(house, cast, anonymous):
    planted = await plant(house, cast)
    thanks = await anonymous.post(planted.page, data={"nothing_today": "1", "text": " ", "qualities": "calm"})
    assert "Oké. Dat mag ook." in thanks.text
    [stored] = await answers(house, cast, planted.check_in_id)
    assert stored.content["nothing_today"] is True
    assert stored.content["qualities"] == []


async def test_a_text_and_nothing_today_together_are_asked_about(house, cast, anonymous):
    planted = await plant(house, cast)
    asked = await anonymous.post(planted.page, data={"nothing_today": "1", "text": "toch iets"})
    assert asked.status_code == 422
    assert "toch iets" in asked.text
    assert await answers(house, cast, planted.check_in_id) == []


async def test_a_form_to_mend_comes_back_with_everything_that_was_typed(house, cast, anonymous):
    planted = await plant(house, cast, consents=(Purpose.SHARE_CHECK_INS_WITH_COACH,))
    form = {
        "qualities": ["calm", "humorous"],
        "other_quality": "moedig",
        "dimension_text": "blij",
        "strength": "5",
        "sharing": "with_coach",
    }
    page = await anonymous.post(planted.page, data=form)
    assert page.status_code == 422
    assert "Schrijf iets kleins op" in page.text
    assert 'aria-describedby="text-hint text-fault" aria-invalid="true"' in page.text
    assert 'value="moedig"' in page.text
    assert ">\nblij</textarea>" in page.text
    for value in ("calm", "humorous", "5", "with_coach"):
        assert f'value="{value}" checked' in page.text
    assert page.text.count(" checked") == 4
    assert (await row_of(house, cast, "check_ins", planted.check_in_id))["state"] == "sent"


async def test_hostile_text_is_shown_again_as_text(house, cast, anonymous):
    planted = await plant(house, cast)
    page = await anonymous.post(planted.page, data={"dimension_text": HOSTILE, "other_quality": '"><script>'})
    assert page.status_code == 422
    assert page.text.count("<script") == OURS
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; {{7*7}} {% raw %}" in page.text
    assert 'value="&#34;&gt;&lt;script&gt;"' in page.text
    assert (await anonymous.post(planted.page, data={"text": HOSTILE})).status_code == 200
    [stored] = await answers(house, cast, planted.check_in_id)
    assert stored.content["text"] == HOSTILE


@pytest.mark.parametrize(("length", "status"), [(280, 200), (281, 422), (2000, 422)])
async def test_a_text_has_at_most_280_characters(house, cast, anonymous, length, status):
    planted = await plant(house, cast)
    page = await anonymous.post(planted.page, data={"text": "é" * length})
    assert page.status_code == status
    if status == 422:
        assert f"hoogstens 280 tekens, en nu zijn het er {length}" in page.text
        assert "é" * length in page.text


async def test_a_line_end_counts_once_whatever_the_phone_sends(house, cast, anonymous):
    planted = await plant(house, cast)
    assert (await anonymous.post(planted.page, data={"text": "a\r\n" * 139 + "bc"})).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"text=goed%00zo", b"text=goed%ff%fezo", b"text=goed\xff\xfezo", b"text=goed%ED%A0%80zo", b"text=goed%08zo"],
)
async def test_bytes_that_are_no_text_are_refused_politely(house, cast, anonymous, body):
    planted = await plant(house, cast)
    page = await anonymous.post(planted.page, content=body, headers={"Content-Type": FORM})
    assert page.status_code == 422
    assert "een teken in dat we niet kunnen bewaren" in page.text
    assert "goedzo" in page.text
    assert await answers(house, cast, planted.check_in_id) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("strength", "6"), ("strength", "zes"), ("qualities", "<b>"), ("sharing", "everyone"), ("qualities", "\x00")],
)
async def test_a_choice_that_the_page_does_not_offer_is_refused(house, cast, anonymous, field, value):
    planted = await plant(house, cast)
    page = await anonymous.post(planted.page, data={"text": "x", field: value})
    assert page.status_code == 422
    assert "Kies een van de mogelijkheden" in page.text


async def test_more_than_five_qualities_are_too_many(house, cast, anonymous):
    planted = await plant(house, cast)
    six = ["calm", "patient", "caring", "creative", "flexible", "careful"]
    page = await anonymous.post(planted.page, data={"text": "x", "qualities": six})
    assert page.status_code == 422
    assert "Kies er hoogstens 5." in page.text
    assert page.text.count(" checked") == 6
    assert (await anonymous.post(planted.page, data={"text": "x", "qualities": six[:5] * 3})).status_code == 200


async def test_fields_that_the_form_does_not_have_are_passed_over(house, cast, anonymous):
    planted = await plant(house, cast)
    form = {"text": "x", "state": "answered", "coachee_id": "1", "flow_version": "9", "": "y"}
    assert (await anonymous.post(planted.page, data=form)).status_code == 200
    [stored] = await answers(house, cast, planted.check_in_id)
    assert stored.answer.flow_version == current_version()


@pytest.mark.parametrize(
    ("body", "media_type", "status", "told"),
    [
        (b"text=" + b"a" * 17_000, FORM, 413, "Dat was te veel tegelijk."),
        (b"&".join(b"a=1" for _ in range(200)), FORM, 413, "Dat was te veel tegelijk."),
        (b'{"text": "x"}', "application/json", 415, "Dit konden we niet lezen."),
        (b"text=x", "text/plain", 415, "Dit konden we niet lezen."),
        (b"", "", 415, "Dit konden we niet lezen."),
    ],
)
async def test_what_is_no_answer_gets_a_friendly_page(house, cast, anonymous, body, media_type, status, told):
    planted = await plant(house, cast)
    page = await anonymous.post(planted.page, content=body, headers={"Content-Type": media_type})
    assert page.status_code == status
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert told in page.text
    assert (await row_of(house, cast, "check_ins", planted.check_in_id))["state"] == "sent"


@pytest.mark.parametrize(
    ("state", "status", "told"),
    [
        (CheckInState.PLANNED, 409, "Nog even wachten."),
        (CheckInState.EXPIRED, 410, "Dit moment is voorbij."),
        (CheckInState.MISSED, 410, "Dit moment is voorbij."),
        (CheckInState.CANCELLED, 410, "Deze vraag is vervallen."),
        (CheckInState.ANSWERED, 200, "Je antwoord is bewaard."),
    ],
)
async def test_a_check_in_that_is_not_open_says_so_kindly(house, cast, anonymous, clock, state, status, told):
    planted = await plant(house, cast, state=state)
    clock.move(days=1)
    for page in (await anonymous.get(planted.page), await anonymous.post(planted.page, data={"text": "x"})):
        assert page.status_code == status
        assert told in page.text
        assert "Hulp nodig?" in page.text
    assert await answers(house, cast, planted.check_in_id) == []


@pytest.mark.parametrize("swept", [False, True])
async def test_who_was_writing_when_the_time_ran_out_has_half_an_hour_more(
    quiet, house, sweep_house, cast, anonymous, clock, swept
):
    early, late = await plant(house, cast), await plant(house, cast)
    clock.move(hours=HOURS)
    if swept:
        assert (await checkins.expire_due(sweep_house)).done == 2
    assert (await anonymous.get(early.page)).status_code == 410
    clock.move(minutes=29)
    assert (await anonymous.post(early.page, data={"text": "net op tijd"})).status_code == 200
    answered = await row_of(house, cast, "check_ins", early.check_in_id)
    assert (answered["state"], answered["closed_at"]) == ("answered", None)
    clock.move(minutes=1)
    page = await anonymous.post(late.page, data={"text": "te laat"})
    assert page.status_code == 410
    assert "Dat geeft niet." in page.text


@pytest.mark.parametrize(
    ("accepted", "language", "told"),
    [
        ("fr-BE,fr;q=0.9,nl;q=0.8", "fr", "Nous ne connaissons pas ce lien."),
        ("it, de;q=0.4, en;q=0.7", "en", "We do not know this link."),
        ("de", "de", "Diesen Link kennen wir nicht."),
        ("it;q=1, nl;q=0", "nl", "Deze link kennen we niet."),
        ("*", "nl", "Deze link kennen we niet."),
        (";;q=,é" * 50, "nl", "Deze link kennen we niet."),
    ],
)
async def test_an_unknown_link_is_told_in_the_language_of_the_browser(anonymous, cast, accepted, language, told):
    for address in (f"/c/{'A' * 27}", f"/p/{'A' * 27}"):
        headers = {"Accept-Language": accepted.encode()}
        for page in (await anonymous.get(address, headers=headers), await anonymous.post(address, data={"text": "x"})):
            assert page.status_code == 404
        page = await anonymous.get(address, headers=headers)
        assert f'<html lang="{words(language).tag}">' in page.text
        assert told in page.text


async def test_a_token_opens_only_what_it_is_for(house, cast, anonymous):
    planted = await plant(house, cast)
    assert (await anonymous.get(f"/c/{planted.plan}")).status_code == 404
    assert (await anonymous.get(f"/p/{planted.check_in}")).status_code == 404
    assert (await anonymous.post(f"/c/{planted.plan}", data={"text": "x"})).status_code == 404
    for odd in ("x", planted.check_in[:-1], planted.check_in + "A", "%00", "%ff", "é" * 27, "a" * 5000, "..%2f"):
        assert (await anonymous.get(f"/c/{odd}")).status_code == 404, odd


async def test_an_answer_for_nobody_to_read_any_more_is_not_taken(house, cast, anonymous):
    planted = await plant(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.destroy_text(work, planted.coachee_id)
    page = await anonymous.post(planted.page, data={"text": "x"})
    assert page.status_code == 410
    assert "Deze vraag is vervallen." in page.text
    assert (await row_of(house, cast, "check_ins", planted.check_in_id))["state"] == "sent"


async def test_the_coach_can_be_chosen_as_reader_only_with_the_coachees_consent(house, cast, anonymous):
    alone = await plant(house, cast)
    assert "with_coach" not in (await anonymous.get(alone.page)).text
    forged = await anonymous.post(alone.page, data={"text": "x", "sharing": "with_coach"})
    assert forged.status_code == 422
    assert "Delen met je coach kan nu niet" in forged.text
    assert await answers(house, cast, alone.check_in_id) == []

    both = await plant(house, cast, consents=(Purpose.SHARE_CHECK_INS_WITH_COACH,))
    page = await anonymous.get(both.page)
    assert 'value="private" checked' in page.text
    assert (await anonymous.post(both.page, data={"text": "x", "sharing": "with_coach"})).status_code == 200
    [stored] = await answers(house, cast, both.check_in_id)
    assert stored.answer.sharing == "with_coach"


async def test_an_obstacle_that_was_not_there_is_an_answer(house, cast, anonymous):
    planted = await plant(house, cast, kind=Kind.OBSTACLE)
    page = await anonymous.get(planted.page)
    assert "Was er iets dat je tegenhield?" in page.text
    thanks = await anonymous.post(planted.page, data={"happened": "no", "sentence": "toch niet"})
    assert "Oké. Bewaard." in thanks.text
    [stored] = await answers(house, cast, planted.check_in_id)
    assert stored.content["happened"] is False
    assert stored.content["sentence"] is None


async def test_after_an_obstacle_comes_the_switch_and_only_that_is_needed(house, cast, anonymous):
    planted = await plant(house, cast, kind=Kind.OBSTACLE)
    form = {
        "happened": "yes",
        "sentence": "De vergadering\nliep uit.",
        "locus": "both",
        "layer": "behaviour",
        "qualities": "calm",
        "small_step": "Vooraf zeggen wanneer ik weg moet.",
    }
    asked = await anonymous.post(planted.page, data=form)
    assert asked.status_code == 422
    assert "Schrijf nog op hoe je het graag had gewild" in asked.text
    for typed in ('value="both" checked', 'value="behaviour" checked', "Vooraf zeggen wanneer ik weg moet."):
        assert typed in asked.text
    assert (await anonymous.post(planted.page, data=form | {"wished": "Op tijd naar huis."})).status_code == 200
    [stored] = await answers(house, cast, planted.check_in_id)
    assert stored.content == {
        "happened": True,
        "sentence": "De vergadering liep uit.",
        "locus": "both",
        "layer": "behaviour",
        "wished": "Op tijd naar huis.",
        "qualities": ["calm"],
        "other_quality": None,
        "small_step": "Vooraf zeggen wanneer ik weg moet.",
    }


async def test_the_switch_alone_is_enough(house, cast, anonymous):
    planted = await plant(house, cast, kind=Kind.OBSTACLE)
    assert (await anonymous.post(planted.page, data={"happened": "yes", "wished": "Rust."})).status_code == 200


async def test_the_obstacle_page_asks_for_yes_or_no(house, cast, anonymous):
    planted = await plant(house, cast, kind=Kind.OBSTACLE)
    page = await anonymous.post(planted.page, data={"wished": "Rust."})
    assert page.status_code == 422
    assert "Kies ja of nee." in page.text
    assert "Rust." in page.text


async def test_the_problem_fits_in_one_sentence(house, cast, anonymous):
    planted = await plant(house, cast, kind=Kind.OBSTACLE)
    form = {"happened": "yes", "wished": "Rust.", "sentence": "a" * 141}
    page = await anonymous.post(planted.page, data=form)
    assert page.status_code == 422
    assert "hoogstens 140 tekens" in page.text


async def test_every_check_in_asks_its_own_dimension_and_keeps_asking_it(house, cast, anonymous):
    asked = set()
    for _ in range(12):
        planted = await plant(house, cast)
        first, second = await anonymous.get(planted.page), await anonymous.get(planted.page)
        assert first.text == second.text
        asked |= {q for q in ("Wat dacht je?", "Wat voelde je?", "Wat wilde je?") if q in first.text}
    assert len(asked) > 1


async def test_who_needs_help_finds_numbers_and_no_promise(house, cast, anonymous):
    planted = await plant(house, cast)
    page = await anonymous.get(planted.page)
    for number in ("tel:112", "tel:1813", "tel:106"):
        assert number in page.text
    assert "niemand leest je antwoord meteen" in page.text


async def test_a_link_is_closed_to_the_clock_alone(house, cast, anonymous, clock):
    planted = await plant(house, cast)
    clock.move(seconds=timedelta(hours=HOURS).total_seconds() - 1)
    assert (await anonymous.get(planted.page)).status_code == 200


async def test_when_the_database_is_away_the_page_says_so_and_asks_for_patience(options, clock, vault):
    engine = connect("postgresql://nobody@127.0.0.1:1/nothing")
    transport = ASGITransport(create_app(make_house(engine, clock, vault), options), raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        page = await client.post(f"/c/{'A' * 27}", data={"text": "x"}, headers={"Accept-Language": "de"})
    await engine.dispose()
    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert "Einen Moment bitte." in page.text
