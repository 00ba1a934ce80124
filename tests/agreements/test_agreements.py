"""Agreements over HTTP: written, put before the coachee, read and signed on her phone, kept."""

import asyncio
import hashlib
import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from domain import agreements
from domain.agreements import AgreementState
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from domain.trajectories import TrajectoryState, get_trajectory
from tests.agreements import make
from tests.documents.archival import archival_faults
from tests.funding import make as funding
from tests.funding.make import told
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio
SIGN = {"decision": "sign", "name": "Amir Haddad", "agree": "yes"}


@pytest.fixture
async def engagement(house, cast):
    await make.identify(house, cast)
    return await funding.engage(house, cast, agreed=False)


@pytest.fixture
async def page(house, cast, engagement):
    """An agreement that waits, and the path of her page."""
    return await make.issued(house, cast, engagement.trajectory_id)


async def issue(client, engagement, **known):
    return await client.post(f"/v1/trajectories/{engagement.trajectory_id}/agreements", json=known)


async def read(client, agreement_id):
    return (await client.get(f"/v1/agreements/{agreement_id}")).json()


def fingerprint(html: str) -> str:
    return re.search(r'name="sha256" value="(\w+)"', html)[1]


async def sign(client, path: str):
    opened = await client.post(path, data={"decision": "read"})
    return await client.post(path, data={**SIGN, "sha256": fingerprint(opened.text)})


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


async def test_an_agreement_names_practice_coachee_and_coach_and_its_digest_is_of_its_words(cas, engagement):
    answer = await issue(cas, engagement, cancellation_hours=36, language="nl")
    assert answer.status_code == 201, answer.text
    found = await read(cas, answer.json()["id"])
    for said in ("Praktijk Lena BV", "0403.019.261", "Cas", "4 uur begeleiding", "36 uur vooraf", "2 maart 2026"):
        assert said in found["text"].replace("\u00a0", " ")
    assert "{" not in found["text"]
    assert found["sha256"] == hashlib.sha256(f"{found['title']}\n\n{found['text']}".encode()).hexdigest()
    assert answer.json()["state"] == "issued"
    assert "text" not in answer.json()


@pytest.mark.parametrize("language", Language)
async def test_each_language_has_a_text_that_says_what_a_centre_owes_its_client(house, cast, cas, engagement, language):
    found = await read(cas, (await issue(cas, engagement, language=language)).json()["id"])
    assert found["language"] == language
    assert found["text"].count("# ") >= 10
    assert agreements.shipped(language).text.count("\n# ") == agreements.shipped(Language.NL).text.count("\n# ")


@pytest.mark.parametrize(
    ("language", "sessions", "told"),
    [
        ("nl", 5, "We spreken 4 uur begeleiding in 5 gesprekken af."),
        ("nl", 1, "We spreken 4 uur begeleiding in 1 gesprek af."),
        ("fr", 5, "Nous convenons de 4 heures d\u2019accompagnement en 5 séances."),
        ("en", 5, "We agree on 4 hours of guidance in 5 sessions."),
        ("de", 5, "Wir vereinbaren 4 Stunden Begleitung in 5 Gesprächen."),
        ("de", None, "Wir vereinbaren 4 Stunden Begleitung."),
    ],
)
async def test_the_text_says_in_how_many_sessions_where_that_is_known(cas, engagement, language, sessions, told):
    issued = await issue(cas, engagement, language=language, sessions=sessions)
    assert told in (await read(cas, issued.json()["id"]))["text"]


@pytest.mark.parametrize(("language", "told"), [("en", "on 1 hour of guidance."), ("fr", "de 1 heure d\u2019acc")])
async def test_one_hour_is_one_hour(house, cast, cas, engagement, language, told):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        (await get_trajectory(work, engagement.trajectory_id)).planned_minutes = 60
    issued = await issue(cas, engagement, language=language)
    assert told in (await read(cas, issued.json()["id"]))["text"]


@pytest.mark.parametrize(
    ("language", "hours", "told"),
    [
        ("en", 1, "at least 1 hour before"),
        ("en", 24, "at least 24 hours before"),
        ("fr", 1, "au plus tard 1 heure à l\u2019avance"),
        ("de", 1, "spätestens 1 Stunde vorher"),
        ("nl", 1, "ten laatste 1 uur vooraf"),
        ("nl", 0, "Laat het vóór het begin van het gesprek weten"),
        ("fr", 0, "Prévenez-nous avant le début de la séance"),
        ("en", 0, "Tell us before the session begins, and"),
        ("de", 0, "Sag vor Beginn des Gesprächs Bescheid"),
    ],
)
async def test_who_cancels_an_hour_before_reads_of_one_hour(cas, engagement, language, hours, told):
    issued = await issue(cas, engagement, language=language, cancellation_hours=hours)
    assert told in (await read(cas, issued.json()["id"]))["text"]


async def test_an_agreement_names_the_notice_by_which_the_practice_calls_a_cancellation_late(lena, cas, engagement):
    assert "24 hours before" in (await read(cas, (await issue(cas, engagement, language="en")).json()["id"]))["text"]
    etag = (await lena.get("/v1/calendar")).headers["etag"]
    await lena.patch("/v1/calendar", json={"cancel_free_hours": 48}, headers={"If-Match": etag})
    assert "48 hours before" in (await read(cas, (await issue(cas, engagement, language="en")).json()["id"]))["text"]


async def test_a_practice_without_an_enterprise_number_issues_none(house, cast, cas):
    engagement = await funding.engage(house, cast, agreed=False)
    answer = await issue(cas, engagement)
    assert told(answer) == (409, "practice-not-identified")
    assert answer.json()["facts"]["missing"] == ["enterprise_number"]


async def test_a_text_may_name_only_what_can_be_filled_in(lena):
    body = {"language": "nl", "title": "Overeenkomst", "text": "Dag {coachee_nam}, welkom."}
    answer = await lena.post("/v1/agreement-templates", json=body)
    assert told(answer) == (422, "unknown-placeholder", "/text")
    assert answer.json()["facts"]["placeholder"] == "coachee_nam"
    assert "coachee_name" in answer.json()["facts"]["known"]


async def test_the_newest_text_of_the_practice_is_in_use_and_older_ones_stay(lena, cas, engagement):
    for number, text_ in enumerate(("Dag {coachee_name}.", "Welkom {coachee_name}, {sessions} gesprekken."), start=1):
        body = {"language": "nl", "title": "Afspraken", "text": text_}
        answer = await lena.post("/v1/agreement-templates", json=body)
        assert answer.json()["number"] == number
        assert (await cas.get(f"/v1/agreement-templates/{answer.json()['id']}")).json()["text"] == text_
    in_use = {one["language"]: one["number"] for one in (await cas.get("/v1/agreement-words")).json()["items"]}
    assert in_use == {"nl": 2, "fr": 0, "en": 0, "de": 0}
    assert len((await cas.get("/v1/agreement-templates")).json()["items"]) == 2
    refused = await issue(cas, engagement, language="nl")
    assert told(refused)[:2] == (422, "placeholder-empty")
    assert refused.json()["facts"]["placeholder"] == "sessions"
    issued = await issue(cas, engagement, language="nl", sessions=5)
    assert (await read(cas, issued.json()["id"]))["text"].endswith("5 gesprekken.")


async def test_a_name_with_braces_fills_in_nothing(house, cast, cas, lena, engagement):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(
            text("UPDATE coachees SET family_name = '{coach_name}' WHERE practice_id = :p AND id = :c"),
            {"p": cast.practice_id, "c": engagement.coachee_id},
        )
    await make.template(house, cast, text="Dag {coachee_name}.")
    issued = await issue(cas, engagement, language="nl")
    assert "{coach_name}" in (await read(cas, issued.json()["id"]))["text"]


async def test_a_link_that_is_only_followed_opens_and_signs_nothing(cas, anonymous, page):
    agreement_id, path = page
    for _ in range(20):
        seen = await anonymous.get(path)
        assert seen.status_code == 200
        assert "sha256" not in seen.text
    assert (await read(cas, agreement_id))["state"] == "issued"
    early = await anonymous.post(path, data={**SIGN, "sha256": (await read(cas, agreement_id))["sha256"]})
    assert "sha256" not in early.text
    assert (await read(cas, agreement_id))["state"] == "issued"


async def test_she_reads_signs_and_keeps_her_copy(house, cast, cas, omar, anonymous, engagement, page):
    agreement_id, path = page
    assert "Je hebt getekend" in (await sign(anonymous, path)).text
    found = await read(cas, agreement_id)
    assert (found["state"], found["signed_name"]) == ("signed", "Amir Haddad")
    pdf = (await cas.get(f"/v1/agreements/{agreement_id}/pdf")).content
    told_ = words(pdf).replace("\u00a0", " ")
    for said in ("Amir Haddad", "12:00:00", found["sha256"], "0403.019.261"):
        assert said in told_
    assert (await anonymous.get(f"{path}/pdf")).content == pdf
    before = (await cas.get(f"/v1/agreements/{agreement_id}/pdf?kind=issued")).content
    assert "Te ondertekenen" in words(before)
    assert archival_faults(pdf) == []
    lines = (await omar.get(f"/v1/audit-entries?subject_id={agreement_id}")).json()["items"]
    assert [line["action"] for line in lines] == ["agreement_issued", "agreement_opened", "agreement_signed"]
    assert lines[-1]["actor_kind"] == "coachee"


async def test_a_signature_needs_a_name_a_tick_and_the_words_that_were_shown(cas, anonymous, page):
    agreement_id, path = page
    shown = fingerprint((await anonymous.post(path, data={"decision": "read"})).text)
    for wrong in ({"name": " "}, {"agree": ""}, {"name": "x" * 201}):
        answer = await anonymous.post(path, data={**SIGN, "sha256": shown, **wrong})
        assert answer.status_code == 422
    assert (await anonymous.post(path, data={**SIGN, "sha256": "0" * 64})).status_code == 409
    assert (await read(cas, agreement_id))["state"] == "opened"
    assert told(await cas.get(f"/v1/agreements/{agreement_id}/pdf?kind=signed")) == (409, "agreement-not-signed")


async def test_signing_twice_at_once_gives_one_signature(house, cast, cas, anonymous, page):
    agreement_id, path = page
    shown = fingerprint((await anonymous.post(path, data={"decision": "read"})).text)
    names = [f"Amir {number}" for number in range(8)]
    answers = await asyncio.gather(
        *(anonymous.post(path, data={**SIGN, "name": name, "sha256": shown}) for name in names)
    )
    assert {answer.status_code for answer in answers} == {200}
    found = await read(cas, agreement_id)
    assert found["signed_name"] in names
    assert all(found["signed_name"] in answer.text for answer in answers)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        counts = await work.session.execute(
            text(
                "SELECT (SELECT count(*) FROM events WHERE kind = 'agreement_signed' AND subject_id = :id),"
                " (SELECT count(*) FROM agreement_files WHERE id = :id)"
            ),
            {"id": agreement_id},
        )
        assert counts.one() == (1, 2)


async def test_a_newer_agreement_puts_aside_what_waits_and_its_words_cannot_be_signed_any_more(
    cas, anonymous, engagement, page
):
    agreement_id, path = page
    shown = fingerprint((await anonymous.post(path, data={"decision": "read"})).text)
    assert (await issue(cas, engagement)).status_code == 201
    late = await anonymous.post(path, data={**SIGN, "sha256": shown})
    assert late.status_code == 410
    assert (await read(cas, agreement_id))["state"] == "replaced"
    assert (await anonymous.get(path)).status_code == 410


async def test_what_she_signed_holds_until_she_signs_the_next(house, cast, cas, anonymous, engagement, page):
    first, path = page
    await sign(anonymous, path)
    second, newer = await make.issued(house, cast, engagement.trajectory_id)
    assert (await read(cas, first))["state"] == "signed"
    await sign(anonymous, newer)
    found = (await cas.get(f"/v1/trajectories/{engagement.trajectory_id}/agreements")).json()["items"]
    assert [(one["id"], one["state"]) for one in found] == [(str(first), "replaced"), (str(second), "signed")]
    assert (await cas.get(f"/v1/agreements/{first}/pdf?kind=signed")).status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert (await agreements.signed_for(work, engagement.trajectory_id)).id == second


async def test_of_two_pages_that_deadlock_the_one_that_gave_way_is_served_again(
    house, cast, cas, anonymous, monkeypatch
):
    await make.identify(house, cast)
    pages = [await make.issued(house, cast, await trajectories.trajectory(house, cast)) for _ in range(2)]
    ids, tried, met = [str(agreement_id) for agreement_id, _ in pages], list[str](), asyncio.Barrier(2)
    decline = agreements.decline_agreement

    async def clasp(work, agreement_id):
        """Take two locks, each page in its own order, and the second once both have their first."""
        tried.append(str(agreement_id))
        own_first = sorted(ids, key=lambda one: one != str(agreement_id))
        for held, one in enumerate(own_first):
            if held and tried.count(str(agreement_id)) == 1:
                await met.wait()
            await work.session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:one))"), {"one": one})
        return await decline(work, agreement_id)

    monkeypatch.setattr(agreements, "decline_agreement", clasp)
    answers = await asyncio.gather(*(anonymous.post(path, data={"decision": "decline"}) for _, path in pages))
    assert ([answer.status_code for answer in answers], len(tried)) == ([200, 200], 3)
    assert [(await read(cas, one))["state"] for one in ids] == ["declined", "declined"]


async def test_a_page_that_has_to_give_way_each_time_says_so_after_three_more(
    house, cast, cas, anonymous, page, monkeypatch
):
    agreement_id, path = page
    tried = list[str]()

    async def lose(work, agreement_id):
        tried.append(agreement_id)
        await work.session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40P01'; END $$"))

    monkeypatch.setattr(agreements, "decline_agreement", lose)
    answer = await anonymous.post(path, data={"decision": "decline"})
    assert (answer.status_code, len(tried)) == (503, 4)
    assert "text/html" in answer.headers["content-type"]
    assert (await read(cas, agreement_id))["state"] == "issued"


async def test_issued_at_once_one_waits(cas, engagement):
    answers = await asyncio.gather(*(issue(cas, engagement) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [201] * 5
    found = (await cas.get(f"/v1/trajectories/{engagement.trajectory_id}/agreements")).json()["items"]
    assert sorted(one["state"] for one in found) == ["issued", *["replaced"] * 4]


async def test_she_may_decline_and_the_practice_may_withdraw(house, cast, cas, anonymous, engagement, page):
    agreement_id, path = page
    assert (await anonymous.post(path, data={"decision": "decline"})).status_code == 200
    assert (await read(cas, agreement_id))["state"] == "declined"
    assert told(await cas.post(f"/v1/agreements/{agreement_id}/withdraw")) == (409, "wrong-state")
    other, link = await make.issued(house, cast, engagement.trajectory_id)
    assert (await cas.post(f"/v1/agreements/{other}/withdraw")).json()["state"] == AgreementState.WITHDRAWN
    assert (await anonymous.get(link)).status_code == 410


async def test_what_was_issued_is_never_changed(house, cast, page):
    agreement_id, _ = page
    with pytest.raises(Exception, match="break one of its rules"):
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await work.session.execute(
                text("UPDATE agreements SET text = 'other' WHERE practice_id = :p AND id = :id"),
                {"p": cast.practice_id, "id": agreement_id},
            )


async def test_nothing_is_agreed_in_a_trajectory_that_is_over_or_with_an_archived_coachee(house, cast, cas):
    await make.identify(house, cast)
    over = await funding.engage(house, cast, agreed=False, state=TrajectoryState.COMPLETED)
    assert told(await issue(cas, over)) == (409, "trajectory-over")
    running = await funding.engage(house, cast, agreed=False)
    assert (await cas.post(f"/v1/coachees/{running.coachee_id}/archive")).status_code == 200
    assert told(await issue(cas, running)) == (409, "coachee-archived")


async def test_another_practice_and_another_coach_see_nothing(house, cast, bo, cas, lena, page, engagement):
    agreement_id, _ = page
    for path in ("", "/pdf"):
        assert told(await bo.get(f"/v1/agreements/{agreement_id}{path}")) == (404, "agreement-not-found")
    assert told(await bo.get(f"/v1/trajectories/{engagement.trajectory_id}/agreements")) == (
        404,
        "trajectory-not-found",
    )
    missing = "019ca91e-7a80-7c3e-9b1a-5f2d8c6e4a10"
    assert told(await cas.get(f"/v1/agreement-templates/{missing}")) == (404, "agreement-template-not-found")
    assert told(await cas.get("/v1/agreement-templates?cursor=x"))[:2] == (422, "invalid-cursor")


async def test_a_cheque_cannot_start_before_she_has_signed(house, cast, cas, anonymous, engagement, page):
    cheque = await funding.issued(cas, engagement)
    start = f"/v1/cheques/{cheque['id']}/start", {"started_on": funding.TODAY.isoformat()}
    assert told(await cas.post(start[0], json=start[1])) == (409, "agreement-needed")
    await sign(anonymous, page[1])
    assert (await cas.post(start[0], json=start[1])).json()["state"] == "started"
