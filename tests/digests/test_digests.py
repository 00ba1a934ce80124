"""What a coachee brings to her next session: she sees it first, and her coach reads what she chose and nothing else."""

import logging
from datetime import date

import pytest
from sqlalchemy import select, text

from domain import checkins, people, trajectories
from domain.audit import AuditEntry
from domain.checkins import IdealReply, NewAnswer, Obstacle, Plan, Sharing, Success
from domain.digests import DigestState
from domain.digests.model import MOVES
from domain.kit.states import WrongState, step
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event, Language, MemoryMailer, Message, SenderSettings
from domain.people import GivenVia, Purpose
from domain.practice import Role
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from tests.assignments import make as assignments
from tests.phone.make import plant
from tests.phone.test_markup import check
from tests.phone.test_sign_in import address_of, asked, proof_of
from tests.trajectories import make

pytestmark = pytest.mark.anyio

HELP, CALM, STUCK = "Ik vroeg om hulp.", "Ik bleef rustig.", "Ik zei niets in de vergadering."
WISHED, SMALL, TOPIC = "Ik wou dat ik sprak.", "Morgen één vraag stellen.", "Mijn nieuwe rol"
SHARE, MAIL = Purpose.SHARE_CHECK_INS_WITH_COACH, Purpose.CHANNEL_EMAIL
WRITTEN = (HELP, CALM, STUCK, WISHED, SMALL, TOPIC)


class Hers:
    """A coachee who is signed in, with a session held yesterday and one that is planned for tomorrow at nine."""

    def __init__(self, house, cast, client, planted, trajectory_id, session_id):
        self.house, self.cast, self.client, self.planted = house, cast, client, planted
        self.coachee_id, self.trajectory_id, self.session_id = planted.coachee_id, trajectory_id, session_id
        self.address = f"/v1/sessions/{session_id}/digest"

    async def writes(self, reply, sharing=Sharing.PRIVATE):
        async with begin(self.house, self.cast.practice_id, OPERATOR) as work:
            begun = await checkins.begin_self_initiated(work, self.coachee_id, reply.kind)
            new = NewAnswer(reply=reply, sharing=sharing, language=Language.NL)
            await checkins.answer_check_in(work, begun.id, new)
        return str(begun.id)

    async def shares(self, **what):
        return await self.client.put("/v1/me/digest", json={"session_id": str(self.session_id)} | what)


async def offer(sweep_house):
    [sweep] = [one for one in SWEEPS if one.name == "offer digests"]
    return await sweep.act(Tools(sweep_house, None, None))


async def hers_of(house, cast, client, consents=(SHARE, MAIL), at="09:00"):
    planted = await plant(house, cast, consents=consents)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        plan = await work.session.get_one(Plan, (work.practice_id, planted.plan_id))
        plan.decided_at = work.now
        trajectory_id = plan.trajectory_id
        await people.let_see(work, planted.coachee_id, [cast.staff[Role.COACH]])
    await make.session(house, cast, trajectory_id, day=date(2026, 3, 1), at=at, held=True)
    session_id = await make.session(house, cast, trajectory_id, at=at)
    await client.post("/me/sign-in", data={"email": await address_of(house, cast, planted)})
    await client.post("/me/code", data={"code": (await asked(house, cast))[1]})
    return Hers(house, cast, client, planted, trajectory_id, session_id)


@pytest.fixture
async def hers(quiet, house, cast, anonymous, sweep_house):
    return await hers_of(house, cast, anonymous)


@pytest.fixture
async def offered(hers, sweep_house):
    assert (await offer(sweep_house)).done == 1
    return hers


def told(answer):
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def test_she_is_asked_once_at_the_hours_that_the_practice_chose(
    quiet, house, cast, anonymous, lena, clock, sweep_house
):
    seen = await lena.get("/v1/practice")
    set_to = {"If-Match": seen.headers["etag"]}
    assert (await lena.patch("/v1/practice", json={"digest_hours": 12}, headers=set_to)).json()["digest_hours"] == 12
    await hers_of(house, cast, anonymous)
    clock.move(hours=8.9)
    assert (await offer(sweep_house)).done == 0
    clock.move(hours=0.2)
    assert [(await offer(sweep_house)).done for _ in range(2)] == [1, 0]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [mail] = await work.session.scalars(select(Message).where(Message.kind == "digest"))
        [told] = await work.session.scalars(select(Event.kind).where(Event.kind.startswith("digest")))
    assert told == "digest_offered"
    assert mail.facts["link"] == "me/digest"


async def test_a_practice_that_never_asks_asks_nobody(hers, lena, sweep_house):
    seen = await lena.get("/v1/practice")
    await lena.patch("/v1/practice", json={"digest_hours": 0}, headers={"If-Match": seen.headers["etag"]})
    assert (await offer(sweep_house)).done == 0


async def test_without_consent_to_mail_it_waits_in_her_own_area_alone(quiet, house, cast, anonymous, sweep_house):
    await hers_of(house, cast, anonymous, consents=(SHARE,))
    assert (await offer(sweep_house)).done == 1
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert not [*await work.session.scalars(select(Message.id).where(Message.kind == "digest"))]
    assert 'href="/me/digest"' in (await anonymous.get("/me")).text


async def test_nobody_is_asked_of_a_cancelled_session_or_in_a_closed_file(hers, cas, lena, house, cast, sweep_house):
    for text_destroyed in (False, True):
        if text_destroyed:
            await lena.post(f"/v1/coachees/{hers.coachee_id}/destroy-private-text")
            await make.session(house, cast, hers.trajectory_id, at="14:00")
        else:
            body = {"by": "coach", "reason": "Ziek"}
            seen = await cas.post(f"/v1/sessions/{hers.session_id}/cancel", json=body)
            assert seen.status_code == 200, seen.text
        assert (await offer(sweep_house)).done == 0


async def test_the_mail_leads_to_her_own_area_and_says_nothing(offered, sweep_house, house):
    mailer = MemoryMailer()
    [sweep] = [one for one in SWEEPS if one.name == "deliver the outbox"]
    await sweep.act(Tools(sweep_house, mailer, SenderSettings(base_url="http://test", from_address="a@example.be")))
    [mail] = [one for one in mailer.mails if "/me/digest" in one.text]
    assert "http://test/me/digest" in mail.text
    assert not any(words in mail.text for words in WRITTEN)


async def test_she_is_offered_what_she_wrote_since_the_last_time(offered, house, cast, clock):
    await offered.writes(Success(text=HELP, qualities=("patient", "caring"), other_quality="rustig blijven"))
    await offered.writes(
        Obstacle(happened=True, sentence=STUCK, wished=WISHED, small_step=SMALL, qualities=("caring",))
    )
    await offered.writes(Success(text=CALM), Sharing.WITH_COACH)
    now = (await offered.client.get("/v1/me/digest")).json()
    assert [(one["text"], one["shared"]) for one in now["successes"]] == [(CALM, True), (HELP, False)]
    assert (now["obstacle"]["text"], now["obstacle"]["wished"]) == (STUCK, WISHED)
    assert now["step"]["text"] == SMALL
    assert now["qualities"] == ["caring", "patient", "rustig blijven"]
    assert now["since"].startswith("2026-03-01T08:00:00")
    assert (now["state"], now["brought"]) == ("offered", None)


async def test_what_she_told_before_the_last_time_is_not_offered_again(offered, house, cast, clock):
    await offered.writes(Success(text=HELP))
    clock.move(days=1)
    async with begin(house, cast.practice_id, make.acting_as(cast, Role.OWNER)) as work:
        await trajectories.hold_session(work, offered.session_id)
    assert (await offered.client.get("/v1/me/digest")).status_code == 404


async def test_her_coach_reads_what_she_chose_and_nothing_else(offered, cas, lena):
    first = await offered.writes(Success(text=HELP, qualities=("patient",)))
    await offered.writes(Success(text=CALM))
    await offered.writes(Obstacle(happened=True, sentence=STUCK, wished=WISHED, small_step=SMALL))
    given = await assignments.given(cas, offered.trajectory_id)
    assert told(await cas.get(offered.address)) == (404, "digest-not-shared")
    shared = await offered.shares(successes=[first], qualities=["patient"], assignment_ids=[given], topic=TOPIC)
    assert shared.json()["state"] == "shared"
    brought = (await cas.get(offered.address)).json()
    assert [one["text"] for one in brought["successes"]] == [HELP]
    assert (brought["topic"], brought["qualities"], brought["assignment_ids"]) == (TOPIC, ["patient"], [given])
    assert brought["obstacle"] is None
    assert brought["step"] is None
    assert told(await lena.get(offered.address)) == (403, "not-your-coachee")


async def test_she_sees_that_her_coach_read_it(offered, cas):
    await offered.shares(topic=TOPIC)
    assert (await cas.get(offered.address)).status_code == 200
    assert "wat je meenam naar een gesprek" in (await offered.client.get("/me/access")).text


async def test_she_may_change_her_mind_until_the_session_is_over(offered, cas, clock):
    await offered.writes(Obstacle(happened=True, sentence=STUCK, wished=WISHED, small_step=SMALL))
    await offered.shares(obstacle=True, step=True)
    assert (await cas.get(offered.address)).json()["obstacle"]["wished"] == WISHED
    await offered.shares(topic=TOPIC)
    assert (await cas.get(offered.address)).json()["obstacle"] is None
    kept = await offered.shares(keep_back=True)
    assert (kept.json()["state"], kept.json()["brought"]) == ("kept_back", None)
    assert told(await cas.get(offered.address)) == (404, "digest-not-shared")
    clock.move(hours=22)
    assert told(await offered.shares(topic=TOPIC)) == (404, "digest-not-found")


async def test_what_is_not_offered_cannot_be_shared(offered, house, cast, anonymous):
    mine = [await offered.writes(Success(text=f"Gelukt {n}")) for n in range(4)]
    for what, code in (
        ({"successes": [str(offered.planted.check_in_id)]}, "not-offered"),
        ({"qualities": ["patient"]}, "not-offered"),
        ({"obstacle": True}, "not-offered"),
        ({"step": True}, "not-offered"),
        ({"assignment_ids": [mine[0]]}, "not-offered"),
        ({"successes": mine}, "too-many-successes"),
        ({}, "nothing-chosen"),
    ):
        assert told(await offered.shares(**what)) == (422, code), what
    elsewhere = await anonymous.put("/v1/me/digest", json={"session_id": mine[0], "topic": TOPIC})
    assert told(elsewhere) == (404, "digest-not-found")


async def test_without_consent_to_share_answers_none_is_offered_and_a_topic_still_is(
    quiet, house, cast, anonymous, cas, sweep_house
):
    hers = await hers_of(house, cast, anonymous, consents=(MAIL,))
    await hers.writes(Success(text=HELP))
    await offer(sweep_house)
    now = (await anonymous.get("/v1/me/digest")).json()
    assert (now["may_share"], now["successes"]) == (False, [])
    assert "staat uit" in (await anonymous.get("/me/digest")).text
    await hers.shares(topic=TOPIC)
    assert (await cas.get(hers.address)).json()["topic"] == TOPIC


async def test_a_consent_withdrawn_closes_what_came_out_of_her_answers(offered, house, cast, cas):
    one = await offered.writes(Success(text=HELP))
    await offered.shares(successes=[one], topic=TOPIC)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [given] = await work.session.scalars(
            select(people.Consent).where(people.Consent.purpose == SHARE, people.Consent.withdrawn_at.is_(None))
        )
        await people.withdraw_consent(work, offered.coachee_id, given.id)
    brought = (await cas.get(offered.address)).json()
    assert (brought["successes"], brought["topic"]) == ([], TOPIC)


async def test_nothing_of_obstacles_while_she_is_spared_them(offered, house, cast, clock):
    await offered.writes(Obstacle(happened=True, sentence=STUCK, wished=WISHED))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await checkins.keep_from_obstacles(work, offered.coachee_id, clock.now.replace(day=16))
    assert (await offered.client.get("/v1/me/digest")).json()["obstacle"] is None
    assert STUCK not in (await offered.client.get("/me/digest")).text


async def test_on_her_page_only_what_her_coach_reads_already_is_ticked(offered):
    await offered.writes(Success(text=HELP, qualities=("patient",)))
    await offered.writes(Obstacle(happened=True, sentence=STUCK, wished=WISHED, small_step=SMALL))
    known = await offered.writes(Success(text=CALM), Sharing.WITH_COACH)
    page = check((await offered.client.get("/me/digest")).text)
    assert [one["value"] for one in page.all("input") if "checked" in one] == [known]


async def test_she_chooses_and_shares_on_her_page(offered, cas):
    one = await offered.writes(Success(text="<b>Ik</b> vroeg om hulp.", qualities=("patient",)))
    page = await offered.client.get("/me/digest")
    assert "&lt;b&gt;Ik" in page.text
    form = {"proof": proof_of(page), "session": str(offered.session_id), "do": "share"}
    wrong = await offered.client.post("/me/digest", data=form)
    assert wrong.status_code == 422
    check(wrong.text)
    sent = form | {"successes": [one], "qualities": ["patient"], "topic": TOPIC}
    done = await offered.client.post("/me/digest", data=sent)
    assert (done.status_code, done.headers["location"]) == (303, "/me/digest")
    again = await offered.client.get("/me/digest")
    assert "Gedeeld met je coach" in again.text
    assert {"patient", one} == {field["value"] for field in check(again.text).all("input") if "checked" in field}
    assert (await cas.get(offered.address)).json()["successes"][0]["text"] == "<b>Ik</b> vroeg om hulp."
    kept = await offered.client.post("/me/digest", data=form | {"do": "keep_back"})
    assert kept.headers["location"] == "/me"
    assert told(await cas.get(offered.address)) == (404, "digest-not-shared")


async def test_a_form_of_another_page_or_another_session_shares_nothing(offered, cas):
    form = {"session": str(offered.session_id), "do": "share", "topic": TOPIC}
    assert (await offered.client.post("/me/digest", data=form | {"proof": "0" * 40})).status_code == 403
    proof = proof_of(await offered.client.get("/me/digest"))
    stale = {"proof": proof, "session": str(offered.planted.check_in_id)}
    assert (await offered.client.post("/me/digest", data=form | stale)).headers["location"] == "/me"
    assert told(await cas.get(offered.address)) == (404, "digest-not-shared")


async def test_looking_changes_nothing(offered, house, cast):
    async def state():
        async with begin(house, cast.practice_id, OPERATOR) as work:
            return [*await work.session.scalars(text("SELECT t::text FROM digests t"))]

    before = await state()
    for path in ("/me/digest", "/v1/me/digest", "/me"):
        assert (await offered.client.get(path)).status_code == 200
    assert await state() == before


async def test_who_is_not_signed_in_is_asked_to(anonymous, offered):
    await anonymous.delete("/v1/me/session", headers={"content-type": "application/json"})
    assert (await anonymous.get("/me/digest")).headers["location"] == "/me/sign-in"
    assert (await anonymous.get("/v1/me/digest")).status_code == 401


async def test_no_word_of_it_lies_open_in_tables_events_audit_or_logs(offered, house, cast, cas, caplog):
    caplog.set_level(logging.DEBUG)
    one = await offered.writes(Success(text=HELP))
    await offered.writes(Obstacle(happened=True, sentence=STUCK, wished=WISHED, small_step=SMALL))
    await offered.shares(successes=[one], obstacle=True, step=True, topic=TOPIC)
    assert (await cas.get(offered.address)).status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        rows = [
            row
            for table in ("digests", "events", "audit_entries", "messages")
            for row in await work.session.scalars(text(f"SELECT t::text FROM {table} t"))
        ]
        kinds = {*await work.session.scalars(select(AuditEntry.action))}
    for words in (HELP, STUCK, WISHED, SMALL, TOPIC):
        assert not any(words in row or words.encode().hex() in row for row in rows)
        assert words not in caplog.text
    assert "digest_read" in kinds


async def test_a_digest_of_a_destroyed_file_is_not_read(offered, lena, cas):
    await offered.shares(topic=TOPIC)
    await lena.post(f"/v1/coachees/{offered.coachee_id}/destroy-private-text")
    assert told(await cas.get(offered.address)) == (409, "text-destroyed")


@pytest.mark.parametrize("before", DigestState)
@pytest.mark.parametrize("after", DigestState)
def test_it_is_never_as_if_she_had_not_been_asked(before, after):
    if after in MOVES[before]:
        assert step(MOVES, before, after) is after
    else:
        assert after is DigestState.OFFERED
        with pytest.raises(WrongState):
            step(MOVES, before, after)


async def test_an_ideal_gives_the_step_that_she_meant_to_take(offered):
    await offered.writes(IdealReply(text=WISHED, small_step=SMALL))
    now = (await offered.client.get("/v1/me/digest")).json()
    assert (now["step"]["text"], now["successes"]) == (SMALL, [])


async def test_a_deputy_does_not_read_it(offered, lena, cas, cast):
    await offered.shares(topic=TOPIC)
    deputy = {"staff_id": str(cast.staff[Role.OWNER])}
    named = await lena.post(f"/v1/trajectories/{offered.trajectory_id}/deputies", json=deputy)
    assert named.status_code in {200, 201}, named.text
    assert told(await lena.get(offered.address)) == (403, "not-your-coachee")


async def test_consent_is_given_anew_and_answers_are_offered_again(quiet, house, cast, anonymous, sweep_house):
    hers = await hers_of(house, cast, anonymous, consents=())
    await hers.writes(Success(text=HELP))
    await offer(sweep_house)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.give_consent(work, hers.coachee_id, SHARE, wording_version=1, given_via=GivenVia.CONVERSATION)
    assert [one["text"] for one in (await anonymous.get("/v1/me/digest")).json()["successes"]] == [HELP]
