"""Support beyond the button: words of the list, the help page, who is asked when nobody answers, and what is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from domain import support
from domain.checkins import Kind
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from domain.people import Coachee, GivenVia, Purpose, give_consent
from domain.practice import Role, get_staff
from domain.support.words import is_heavy
from tests.messaging.make import messages
from tests.phone.make import plant
from tests.phone.test_sign_in import sign_in
from tests.support.make import alerted
from tests.support.test_support import events_of, rows

pytestmark = pytest.mark.anyio
JSON = {"Content-Type": "application/json"}
LINE = {
    "country": "BE",
    "languages": ["nl"],
    "name": "Awel",
    "number": "102",
    "url": "https://www.awel.be",
    "hours": "16-22 uur",
    "free": True,
    "verified_on": "2026-03-01",
    "review_after": "2026-08-01",
}


def problem(answer):
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def consents(house, cast, coachee_id, *purposes):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for purpose in purposes:
            version = 2 if purpose is Purpose.SUPPORT_ALERT else 1
            await give_consent(work, coachee_id, purpose, wording_version=version, given_via=GivenVia.CONVERSATION)


async def leaves(house, cast, role):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        (await get_staff(work, cast.staff[role])).left_at = work.now


# Words of the list


@pytest.mark.parametrize(
    "text",
    ["Ik wil niet meer leven.", "J'ai pensé à me suicider", "I want to DIE", "Ich möchte mich UMBRINGEN!", "zélfmoord"],
)
def test_words_of_the_list_are_found_in_every_language(text):
    assert is_heavy(["Het ging goed.", text])


@pytest.mark.parametrize(
    "text", ["Ik wil niet meer wachten.", "Dat was dodelijk saai.", "the deadline", "Selbstmordrate", "een end verder"]
)
def test_other_words_are_not(text):
    assert not is_heavy([text])


async def test_whoever_writes_such_words_sees_whom_to_call_and_nobody_else_hears(house, cast, anonymous, cas):
    planted = await plant(house, cast)
    page = await anonymous.post(planted.page, data={"text": "Ik wil niet meer leven."})
    assert page.status_code == 200
    for told in ("tel:1813", "Je hoeft het niet alleen te dragen", "niemand leest je antwoord meteen"):
        assert told in page.text
    assert await events_of(house, cast) == [("words", False)]
    assert (await cas.get("/v1/support-alerts")).json()["items"] == []
    assert await messages(house, cast) == []
    [row] = await rows(house, cast, "SELECT shown, forget_at - at AS lives FROM support_events")
    assert row.shown[:2] == ["emergency_be", "zelfmoordlijn"]
    assert row.lives == timedelta(days=30)


async def test_with_her_consent_her_coach_is_asked_and_never_told_why(house, cast, anonymous, cas):
    planted = await plant(house, cast)
    await consents(house, cast, planted.coachee_id, Purpose.SUPPORT_ALERT)
    await anonymous.post(planted.page, data={"text": "Ik wil niet meer leven."})
    [alert] = (await cas.get("/v1/support-alerts")).json()["items"]
    assert "trigger" not in alert
    [mail] = await messages(house, cast)
    assert mail.facts == {"initials": "A.P."}


async def test_who_agreed_to_the_earlier_wording_did_not_agree_to_this(house, cast, anonymous, cas):
    planted = await plant(house, cast)
    await consents(house, cast, planted.coachee_id, Purpose.SUPPORT_ALERT)
    await rows_changed(house, cast, "UPDATE consents SET wording_version = 1")
    await anonymous.post(planted.page, data={"text": "Ik wil niet meer leven."})
    assert await events_of(house, cast) == [("words", False)]


async def rows_changed(house, cast, statement):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(text(statement))


async def test_an_answer_that_comes_in_later_tells_the_phone_to_show_them(house, cast, anonymous):
    planted = await plant(house, cast, kind=Kind.FREE)
    body = {"id": "5f0c54a2-3d0e-4e7d-9a11-0c6b3d1b2f10", "fields": {"text": ["Ik wil niet meer leven."]}}
    assert (await anonymous.put(f"{planted.page}/answer", json=body)).json()["support"] is True


async def test_the_list_is_published(bea, anonymous):
    told = (await bea.get("/v1/support-words")).json()["items"]
    assert [one["language"] for one in told] == list(Language)
    assert "zelfmoord" in told[0]["words"]
    assert (await anonymous.get("/v1/support-words")).status_code == 401


async def test_a_flag_is_forgotten_after_thirty_days_and_what_she_said_herself_is_not(
    quiet, house, sweep_house, cast, anonymous, clock
):
    planted = await plant(house, cast)
    await anonymous.post(planted.page, data={"support": "now"})
    await anonymous.post(planted.page, data={"text": "Ik wil niet meer leven."})
    clock.move(days=29, hours=23)
    assert await support.forget_flags(sweep_house) == 0
    clock.move(hours=1)
    assert await support.forget_flags(sweep_house) == 1
    assert await events_of(house, cast) == [("declared", False)]


# The help page


async def test_looking_whom_to_call_twice_in_a_week_is_a_sign_and_once_is_none(house, cast, anonymous, clock, cas):
    planted = await plant(house, cast)
    await consents(house, cast, planted.coachee_id, Purpose.SUPPORT_ALERT)
    for _ in range(3):  # opened and closed at once
        assert (await anonymous.post(f"{planted.page}/help", headers=JSON)).status_code == 204
    assert await events_of(house, cast) == [("opened", False)]
    clock.move(days=6)
    await anonymous.post(f"{planted.page}/help", headers=JSON)
    assert await events_of(house, cast) == [("opened", False), ("opened", False), ("help", True)]
    assert len((await cas.get("/v1/support-alerts")).json()["items"]) == 1


async def test_twice_in_more_than_a_week_is_no_sign(house, cast, anonymous, clock):
    planted = await plant(house, cast)
    await anonymous.post(f"{planted.page}/help", headers=JSON)
    clock.move(days=7, seconds=1)
    await anonymous.post(f"{planted.page}/help", headers=JSON)
    assert {trigger for trigger, _ in await events_of(house, cast)} == {"opened"}


async def test_fetching_the_help_page_tells_nothing(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    for _ in range(3):
        assert (await anonymous.get("/me/help")).status_code == 200
    assert await events_of(house, cast) == []
    assert (await anonymous.post("/v1/me/help", headers=JSON)).status_code == 200
    assert (await anonymous.post("/v1/me/help")).status_code == 415
    assert await events_of(house, cast) == [("opened", False)]


# Who is asked when nobody answers


@pytest.mark.parametrize(
    ("alerted_at", "until"),
    [
        ("2026-03-02T11:00", "2026-03-03T11:00"),  # Monday noon, Tuesday noon
        ("2026-03-06T11:00", "2026-03-09T11:00"),  # over a weekend
        ("2026-03-07T21:00", "2026-03-10T08:00"),  # Saturday evening: from Monday at nine
        ("2026-04-03T10:00", "2026-04-07T10:00"),  # over Easter Monday
        ("2026-03-27T11:00", "2026-03-30T10:00"),  # over the change of clocks: the same wall time
    ],
)
def test_a_working_day_is_counted_by_the_calendar_of_the_practice(alerted_at, until):
    found = support.deadline(datetime.fromisoformat(f"{alerted_at}+00:00"), "Europe/Brussels", "BE")
    assert found.astimezone(UTC).isoformat()[:16] == until


async def run_out(house, cast, clock, sweep_house):
    """Let the working day pass, and the sweep look."""
    clock.move(days=1)
    async with sweep_house.sessions() as session:
        due = await support.due_alerts(session, clock.now)
    for one in due:
        async with begin(house, one.practice_id, OPERATOR) as work:
            await support.pass_on(work, one.id)
    return len(due)


async def test_an_alert_that_nobody_took_up_goes_to_the_backup_she_consented_to(
    quiet, house, sweep_house, cast, anonymous, cas, lena, omar, clock
):
    planted = await plant(house, cast)
    await consents(house, cast, planted.coachee_id, Purpose.SUPPORT_BACKUP)
    appointed = await omar.put("/v1/support-backup", json={"staff_id": str(cast.staff[Role.OWNER])})
    assert appointed.json() == {"staff_id": str(cast.staff[Role.OWNER]), "appointed_on": "2026-03-02"}
    event_id = await alerted(cas, planted.page)
    assert problem(await lena.get(f"/v1/support-alerts/{event_id}")) == (404, "support-alert-not-found")
    assert await run_out(house, cast, clock, sweep_house) == 1
    assert await run_out(house, cast, clock, sweep_house) == 0
    assert len([mail for mail in await messages(house, cast) if mail.kind == "support_alert"]) == 2
    told = (await lena.get(f"/v1/support-alerts/{event_id}")).json()
    assert (told["name"], told["outcome_note"]) == ("Amir Peeters", None)
    assert told["backup_alerted_at"] is not None
    noted = await lena.put(f"/v1/support-alerts/{event_id}/outcome", json={"note": "Gebeld: het gaat."})
    assert noted.json()["acknowledged_by"] == str(cast.staff[Role.OWNER])
    assert (await cas.get(f"/v1/support-alerts/{event_id}")).json()["outcome_note"] == "Gebeld: het gaat."
    assert "Gebeld" not in str(await rows(house, cast, "SELECT * FROM support_events"))


async def test_where_her_coach_has_left_the_backup_is_asked_at_once(quiet, house, cast, anonymous, lena, omar):
    planted = await plant(house, cast)
    await consents(house, cast, planted.coachee_id, Purpose.SUPPORT_BACKUP)
    await omar.put("/v1/support-backup", json={"staff_id": str(cast.staff[Role.OWNER])})
    await leaves(house, cast, Role.COACH)
    page = await anonymous.post(planted.page, data={"support": "tell"})
    again = await anonymous.post(planted.page, data={"support": "tell"})
    assert "Je coach werkt niet meer in de praktijk" in page.text
    assert page.text == again.text
    [alert] = (await lena.get("/v1/support-alerts")).json()["items"]
    assert (alert["alerted_at"], alert["backup_alerted_at"] is not None) == (None, True)
    [mail] = await messages(house, cast)
    assert (mail.kind, mail.facts) == ("support_alert", {"initials": "A.P."})
    assert (await lena.post(f"/v1/support-alerts/{alert['id']}/acknowledge")).status_code == 200


async def test_where_her_coach_left_after_he_was_asked_she_need_not_wait_for_him_either(
    quiet, house, sweep_house, cast, anonymous, cas, omar, clock
):
    planted = await plant(house, cast)
    await consents(house, cast, planted.coachee_id, Purpose.SUPPORT_BACKUP)
    await omar.put("/v1/support-backup", json={"staff_id": str(cast.staff[Role.OWNER])})
    await alerted(cas, planted.page)
    await leaves(house, cast, Role.COACH)
    page = await anonymous.post(planted.page, data={"support": "tell"})
    assert "Je coach werkt niet meer in de praktijk" in page.text
    await run_out(house, cast, clock, sweep_house)
    asked = [mail.recipient_id for mail in await messages(house, cast)]
    assert asked == [cast.staff[Role.COACH], cast.staff[Role.OWNER]]


async def test_where_her_coach_has_left_and_nobody_may_stand_in_her_page_says_so(house, cast, anonymous, omar):
    planted = await plant(house, cast)
    await omar.put("/v1/support-backup", json={"staff_id": str(cast.staff[Role.OWNER])})
    await leaves(house, cast, Role.COACH)
    page = await anonymous.post(planted.page, data={"support": "tell"})
    assert "We konden je coach niet bereiken" in page.text
    assert await messages(house, cast) == []


@pytest.mark.parametrize("missing", ["consent", "backup", "acknowledged", "herself"])
async def test_it_goes_to_nobody_without_her_consent_or_a_backup_or_where_it_was_taken_up(
    quiet, house, sweep_house, cast, anonymous, cas, omar, clock, missing
):
    planted = await plant(house, cast)
    if missing != "consent":
        await consents(house, cast, planted.coachee_id, Purpose.SUPPORT_BACKUP)
    if missing != "backup":
        who = Role.COACH if missing == "herself" else Role.OWNER
        await omar.put("/v1/support-backup", json={"staff_id": str(cast.staff[who])})
    event_id = await alerted(cas, planted.page)
    if missing == "acknowledged":
        await cas.post(f"/v1/support-alerts/{event_id}/acknowledge")
    await run_out(house, cast, clock, sweep_house)
    assert len(await messages(house, cast)) == 1
    [row] = await rows(house, cast, "SELECT backup_id, escalate_at FROM support_events")
    assert tuple(row) == (None, None)


async def test_a_backup_is_a_member_of_staff_whom_the_practice_appoints(omar, cas, bo, other_cast):
    assert problem(await omar.get("/v1/support-backup")) == (404, "backup-not-appointed")
    theirs = {"staff_id": str(other_cast.staff[Role.OWNER])}
    lost = await omar.put("/v1/support-backup", json=theirs)
    assert problem(lost) == (404, "staff-not-found")
    assert [error["pointer"] for error in lost.json()["errors"]] == ["/staff_id"]
    assert (await cas.put("/v1/support-backup", json=theirs)).status_code == 403
    await bo.put("/v1/support-backup", json=theirs)
    assert (await bo.delete("/v1/support-backup")).status_code == 204
    assert problem(await bo.delete("/v1/support-backup")) == (404, "backup-not-appointed")


# Whom to call


async def test_what_ships_is_listed_with_its_source_and_what_is_old_is_marked(omar, clock):
    told = (await omar.get("/v1/support-resources")).json()
    by_key = {one["key"]: one for one in told["items"]}
    assert (by_key["zelfmoordlijn"]["number"], by_key["zelfmoordlijn"]["stale"]) == ("1813", False)
    assert by_key["telefonhilfe"]["stale"] is True
    assert told["stale"] == sum(one["stale"] for one in told["items"]) > 0
    clock.move(days=200)
    assert (await omar.get("/v1/support-resources")).json()["stale"] == len(told["items"])


async def test_a_practice_puts_its_own_line_in_the_place_of_one_that_ships(house, cast, anonymous, omar, cas, bo):
    planted = await plant(house, cast)
    kept = await omar.put("/v1/support-resources/tele_onthaal", json=LINE)
    assert (kept.status_code, kept.json()["kept_by"], kept.json()["stale"]) == (200, "practice", False)
    assert (await omar.put("/v1/support-resources/tele_onthaal", json=LINE)).json() == kept.json()
    page = (await anonymous.get(planted.page)).text
    assert "tel:102" in page
    assert "16-22 uur" in page
    assert "tel:106" not in page
    assert "tel:106" in (await anonymous.get("/me/help")).text  # nobody knows yet whose she is
    assert (await cas.put("/v1/support-resources/mine", json=LINE)).status_code == 403
    others = {one["key"]: one["number"] for one in (await bo.get("/v1/support-resources")).json()["items"]}
    assert others["tele_onthaal"] == "106"
    assert (await omar.delete("/v1/support-resources/tele_onthaal")).status_code == 204
    assert "tel:106" in (await anonymous.get(planted.page)).text
    assert problem(await omar.delete("/v1/support-resources/tele_onthaal")) == (404, "support-resource-not-found")


async def test_signed_in_she_finds_her_practices_lines_in_her_language_whatever_her_browser_speaks(
    house, cast, anonymous, omar
):
    await sign_in(house, cast, anonymous)
    assert (await omar.put("/v1/support-resources/tele_onthaal", json=LINE)).status_code == 200
    for page in ("/me/help", "/phone/offline"):
        told = await anonymous.get(page, headers={"Accept-Language": "de-DE"})
        assert (told.headers["content-language"], "tel:102" in told.text, "tel:106" in told.text) == ("nl", True, False)
        assert "set-cookie" not in told.headers
    anonymous.cookies.set("me", "of a session that is over")
    assert (await anonymous.get("/me/help", headers={"Accept-Language": "de-DE"})).headers["content-language"] == "de"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"verified_on": "2026-03-03"}, (422, "verified-in-future")),
        ({"languages": ["nl", "nl"]}, (422, "line-language-twice")),
        ({"number": "bel ons"}, (400, "invalid-request")),
        ({"url": "javascript:alert(1)"}, (400, "invalid-request")),
        ({"country": "België"}, (400, "invalid-request")),
    ],
)
async def test_a_line_that_cannot_be_is_refused(omar, changed, told):
    assert problem(await omar.put("/v1/support-resources/mine", json=LINE | changed)) == told


async def test_a_coachee_abroad_sees_the_lines_of_her_country(house, cast, anonymous):
    planted = await plant(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(update(Coachee).where(Coachee.id == planted.coachee_id).values(country="NL"))
    page = (await anonymous.get(planted.page)).text
    assert '<html lang="nl-NL">' in page
    assert "tel:113" in page
    assert "tel:0880767000" in page
    assert "tel:1813" not in page
    elsewhere = (await anonymous.get("/me/help", headers={"Accept-Language": "nl-NL,nl;q=0.9"})).text
    assert "tel:113" in elsewhere
