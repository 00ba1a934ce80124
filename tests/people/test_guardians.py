"""A minor: her parent or guardian agrees and signs, unless she is old enough for it herself."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain import people, practice
from domain.agreements import decline_agreement
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.people import Purpose
from domain.people.ages import age_on, consent_age
from domain.practice import Role
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from tests.agreements import make as agreements
from tests.api.scratch import is_problem
from tests.messaging.make import messages, read_events
from tests.people import make
from tests.phone.test_markup import check
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio

YES = {"purpose": "check_ins", "wording_version": 1, "given_via": "conversation"}
NOTES = YES | {"purpose": "session_notes"}
TODAY = date(2026, 3, 2)
[SWEEP] = [one for one in SWEEPS if one.name == "let minors come of age"]
NADIA = {"name": "Nadia Haddad", "relation": "parent", "email": "Nadia@Example.org"}


@pytest.fixture
async def child(house, cast):
    return await make.coachee(house, cast, minor=True)


async def change(client, path, **changes):
    return await client.patch(path, json=changes, headers={"If-Match": (await client.get(path)).headers["etag"]})


async def holding(client, path):
    """What is agreed to now, in the order in which it was given."""
    items = (await client.get(f"{path}/consents")).json()["items"]
    return [one["purpose"] for one in items if one["withdrawn_at"] is None]


def midnight(day):
    """When that day of March begins in Brussels."""
    return datetime(2026, 3, day, tzinfo=ZoneInfo("Europe/Brussels")).astimezone(UTC)


async def test_for_a_minor_her_guardian_agrees(cas, house, cast, child):
    path = f"/v1/coachees/{child}/consents"
    alone = await cas.post(path, json=YES)
    assert is_problem(alone, 409, "guardian-needed")
    assert alone.json()["errors"][0]["pointer"] == "/guardian_id"
    added = await cas.post(f"/v1/coachees/{child}/guardians", json=NADIA)
    assert added.status_code == 201, added.text
    assert (added.json()["email"], added.json()["language"]) == ("nadia@example.org", "nl")
    given = await cas.post(path, json=YES | {"guardian_id": added.json()["id"]})
    assert given.status_code == 201, given.text
    assert (await cas.get(path)).json()["items"][0]["guardian_id"] == added.json()["id"]


async def test_nobody_agrees_for_who_is_of_age_or_for_another_child(cas, house, cast, child):
    guardian_id = str(await make.guardian(house, cast, child))
    amir = await make.coachee(house, cast)
    other = await make.coachee(house, cast, minor=True)
    for_amir = await cas.post(f"/v1/coachees/{amir}/consents", json=YES | {"guardian_id": guardian_id})
    assert is_problem(for_amir, 422, "not-a-minor")
    assert is_problem(await cas.post(f"/v1/coachees/{amir}/guardians", json=NADIA), 422, "not-a-minor")
    for wrong in (guardian_id, str(new_id())):
        answer = await cas.post(f"/v1/coachees/{other}/consents", json=YES | {"guardian_id": wrong})
        assert is_problem(answer, 422, "no-such-guardian")
    theirs = await cas.post(f"/v1/coachees/{other}/guardians/{guardian_id}/end")
    assert is_problem(theirs, 404, "guardian-not-found")
    await cas.post(f"/v1/coachees/{other}/archive")
    assert is_problem(await cas.post(f"/v1/coachees/{other}/guardians", json=NADIA), 409, "coachee-archived")


async def test_to_another_coach_she_and_her_guardians_do_not_exist(cas, lena, house, cast):
    child = await make.coachee(house, cast, minor=True, coach_id=cast.staff[Role.OWNER])
    path = f"/v1/coachees/{child}/guardians"
    guardian = (await lena.post(path, json=NADIA)).json()
    for tried in (cas.get(path), cas.post(path, json=NADIA), cas.post(f"{path}/{guardian['id']}/ask")):
        assert is_problem(await tried, 404, "coachee-not-found")
    assert is_problem(await cas.post(f"{path}/{guardian['id']}/end"), 404, "guardian-not-found")
    assert (await lena.get(path)).json()["items"] == [guardian]


async def test_who_no_longer_agrees_for_her_agrees_to_nothing_new_and_what_was_agreed_stays(cas, house, cast, child):
    guardian_id = str(await make.guardian(house, cast, child))
    path = f"/v1/coachees/{child}"
    await cas.post(f"{path}/consents", json=YES | {"guardian_id": guardian_id})
    ended = [(await cas.post(f"{path}/guardians/{guardian_id}/end")).json() for _ in range(2)]
    assert ended[0] == ended[1]
    assert ended[0]["ended_at"] is not None
    assert is_problem(
        await cas.post(f"{path}/consents", json=NOTES | {"guardian_id": guardian_id}), 422, "no-such-guardian"
    )
    assert [one["withdrawn_at"] for one in (await cas.get(f"{path}/consents")).json()["items"]] == [None]
    assert (await cas.get(f"{path}/guardians")).json()["items"] == [ended[0]]


@pytest.mark.parametrize(("born_on", "status"), [("2013-03-03", 409), ("2013-03-02", 201)])
async def test_from_the_age_of_her_country_a_minor_agrees_to_check_ins_herself(
    cas, house, cast, child, born_on, status
):
    """Thirteen in Belgium; what is private of her still takes a guardian."""
    path = f"/v1/coachees/{child}"
    seen = await cas.get(path)
    changed = await cas.patch(path, json={"born_on": born_on}, headers={"If-Match": seen.headers["etag"]})
    assert (changed.status_code, changed.json()["born_on"]) == (200, born_on)
    assert (await cas.post(f"{path}/consents", json=YES)).status_code == status
    assert is_problem(await cas.post(f"{path}/consents", json=NOTES), 409, "guardian-needed")


@pytest.mark.parametrize(
    ("country", "day", "age"),
    [("BE", TODAY, 13), ("BE", date(2018, 9, 4), 16), ("FR", TODAY, 15), ("DE", TODAY, 16), ("US", TODAY, 16)],
)
def test_the_age_is_that_of_the_country_on_the_day(country, day, age):
    assert consent_age(country, day) == age


def test_she_is_a_year_older_on_her_birthday():
    assert [age_on(date(2012, 2, 29), day) for day in (date(2025, 2, 28), date(2025, 3, 1))] == [12, 13]


async def test_what_she_agreed_to_alone_ends_when_she_turns_out_to_be_a_minor(cas, house, cast):
    coachee_id = await make.coachee(house, cast)
    for purpose in (Purpose.CHECK_INS, Purpose.SESSION_NOTES):
        await make.consent(house, cast, coachee_id, purpose)
    path = f"/v1/coachees/{coachee_id}"
    assert (await change(cas, path, minor=True, born_on="2012-05-05")).status_code == 200
    assert await holding(cas, path) == ["check_ins"]


@pytest.mark.parametrize(("born_on", "minor"), [("2008-03-03", False), ("2008-03-02", True)])
async def test_until_she_is_18_she_is_a_minor_and_then_she_is_not(cas, house, cast, born_on, minor):
    who = {"given_name": "Mila", "family_name": "Haddad", "email": "mila@example.org", "born_on": born_on}
    assert is_problem(await cas.post("/v1/coachees", json=who | {"minor": minor}), 422, "age-contradicted")
    said = await cas.post("/v1/coachees", json=who | {"minor": not minor})
    assert said.status_code == 201, said.text
    path = f"/v1/coachees/{said.json()['id']}"
    assert is_problem(await change(cas, path, minor=minor), 422, "age-contradicted")
    assert (await change(cas, path, minor=minor, born_on=None)).status_code == 200


@pytest.fixture
async def nearly_grown(cas, house, cast):
    """Born eighteen years ago tomorrow in Brussels; her guardian agreed to notes, she herself to check-ins."""
    child = await make.coachee(house, cast, minor=True, born_on=date(2008, 3, 3))
    guardian_id = str(await make.guardian(house, cast, child))
    path = f"/v1/coachees/{child}"
    for said in (NOTES | {"guardian_id": guardian_id}, YES):
        assert (await cas.post(f"{path}/consents", json=said)).status_code == 201
    return path


async def test_on_her_18th_birthday_she_is_asked_anew_for_what_others_agreed_to(
    cas, lena, house, cast, sweep_house, clock, nearly_grown
):
    before = midnight(3) - timedelta(seconds=1)
    for now, minor, left in (
        (before, True, ["session_notes", "check_ins"]),
        (midnight(3), False, ["check_ins"]),
        (midnight(4), False, ["check_ins"]),
    ):
        clock.now = now
        await SWEEP.act(Tools(sweep_house, None, None))
        assert ((await cas.get(nearly_grown)).json()["minor"], await holding(cas, nearly_grown)) == (minor, left)
    events = await read_events(lena, house, cast, kind="coachee_of_age")
    assert [(f"/v1/coachees/{one['subject_id']}", one["facts"]) for one in events] == [
        (nearly_grown, {"ask_anew": "session_notes"})
    ]
    [mail] = [one for one in await messages(house, cast) if one.kind == "coachee_of_age"]
    assert (mail.recipient_id, mail.facts) == (cast.staff[Role.COACH], {"initials": "A.H."})
    assert {one["ended_at"] is None for one in (await cas.get(f"{nearly_grown}/guardians")).json()["items"]} == {False}


async def test_a_file_that_is_put_away_is_left_as_it_is(cas, sweep_house, clock, nearly_grown):
    await cas.post(f"{nearly_grown}/archive")
    clock.now = midnight(4)
    await SWEEP.act(Tools(sweep_house, None, None))
    assert (await cas.get(nearly_grown)).json()["minor"]


async def test_who_turns_out_to_be_of_age_is_asked_anew_as_well(cas, lena, house, cast, child):
    guardian_id = str(await make.guardian(house, cast, child))
    path = f"/v1/coachees/{child}"
    await cas.post(f"{path}/consents", json=YES | {"guardian_id": guardian_id})
    assert (await change(cas, path, minor=False)).status_code == 200
    assert await holding(cas, path) == []
    [event] = await read_events(lena, house, cast, kind="coachee_of_age")
    assert event["facts"] == {"ask_anew": "check_ins"}


@pytest.mark.parametrize(("born_on", "problem"), [("2026-03-03", "born-to-come"), ("0026-03-03", "day-out-of-range")])
async def test_a_birthday_that_cannot_be_is_refused(cas, house, cast, child, born_on, problem):
    who = {"given_name": "Mila", "family_name": "Haddad", "email": "mila@example.org", "born_on": born_on}
    assert is_problem(await cas.post("/v1/coachees", json=who), 422, problem)
    etag = (await cas.get(f"/v1/coachees/{child}")).headers["etag"]
    answer = await cas.patch(f"/v1/coachees/{child}", json={"born_on": born_on}, headers={"If-Match": etag})
    assert is_problem(answer, 422, problem)


async def acts(client, *actions):
    """What the audit trail tells of these, oldest first."""
    items = (await client.get("/v1/audit-entries?limit=100")).json()["items"]
    return [one for one in items if one["action"] in actions]


async def test_the_agreement_of_a_minor_goes_to_her_guardian_who_signs_it(lena, cas, anonymous, house, cast, child):
    await agreements.identify(house, cast)
    trajectory_id = await trajectories.trajectory(house, cast, coachee_id=child)
    path = f"/v1/trajectories/{trajectory_id}/agreements"
    assert is_problem(await cas.post(path, json={}), 409, "guardian-needed")
    guardian_id = str(await make.guardian(house, cast, child, language="fr"))
    issued = await cas.post(path, json={})
    assert (issued.status_code, issued.json()["guardian_id"]) == (201, guardian_id), issued.text
    agreement_id = issued.json()["id"]
    page = f"/a/{house.vault.token('agreement', agreement_id)}"
    await anonymous.post(page, data={"decision": "read"})
    assert "comme parent ou tuteur" in (await anonymous.get(page)).text
    said = {"decision": "sign", "name": "Nadia Haddad", "agree": "yes", "sha256": issued.json()["sha256"]}
    assert (await anonymous.post(page, data=said)).status_code == 200
    signed = (await cas.get(f"/v1/agreements/{agreement_id}")).json()
    assert (signed["state"], signed["signed_name"]) == ("signed", "Nadia Haddad")
    assert {one["actor_kind"] for one in await acts(lena, "agreement_signed")} == {"guardian"}
    assert {one["actor_id"] for one in await acts(lena, "agreement_signed", "agreement_opened")} == {guardian_id}
    sent = [(one.kind, one.address, str(one.language)) for one in await messages(house, cast)]
    assert sent == [(kind, "nadia@example.org", "fr") for kind in ("agreement_issued", "agreement_signed")]


@pytest.fixture
async def to_sign(cas, house, cast, child):
    """An agreement that Nadia reads, and the address of her page."""
    await agreements.identify(house, cast)
    trajectory_id = await trajectories.trajectory(house, cast, coachee_id=child)
    await make.guardian(house, cast, child)
    issued = (await cas.post(f"/v1/trajectories/{trajectory_id}/agreements", json={})).json()
    page = f"/a/{house.vault.token('agreement', issued['id'])}"
    said = {"decision": "sign", "name": "Nadia Haddad", "agree": "yes", "sha256": issued["sha256"]}
    return issued, page, said


async def opens_nothing(anonymous, page, said, status):
    tried = [await anonymous.get(page), await anonymous.get(f"{page}/pdf"), await anonymous.post(page, data=said)]
    tried.append(await anonymous.post(page, data={"decision": "decline"}))
    assert [one.status_code for one in tried] == [status] * 4
    assert "sha256" not in tried[0].text


async def test_a_guardian_who_no_longer_agrees_for_her_neither_reads_nor_signs_what_waits(
    cas, anonymous, child, to_sign
):
    issued, page, said = to_sign
    assert (await anonymous.post(page, data={"decision": "read"})).status_code == 200
    await cas.post(f"/v1/coachees/{child}/guardians/{issued['guardian_id']}/end")
    await opens_nothing(anonymous, page, said, 410)
    assert (await cas.get(f"/v1/agreements/{issued['id']}")).json()["state"] == "opened"


[SIGNERLESS] = [one for one in SWEEPS if one.name == "tell of agreements without a signer"]


async def test_of_what_waits_for_a_guardian_who_ended_the_coach_hears_once_and_issues_it_anew(
    lena, cas, anonymous, house, sweep_house, cast, child, to_sign
):
    issued, page, _ = to_sign
    tools = Tools(sweep_house, None, None)
    await SIGNERLESS.act(tools)
    assert (await cas.get(f"/v1/agreements/{issued['id']}")).json()["signer_gone_at"] is None
    await cas.post(f"/v1/coachees/{child}/guardians/{issued['guardian_id']}/end")
    for _ in range(2):
        await SIGNERLESS.act(tools)
    waiting = (await cas.get(f"/v1/agreements/{issued['id']}")).json()
    assert (waiting["state"], waiting["signer_gone_at"] is None) == ("issued", False)
    events = await read_events(lena, house, cast, kind="agreement_signer_gone")
    assert [one["subject_id"] for one in events] == [issued["id"]]
    [mail] = [one for one in await messages(house, cast) if one.kind == "agreement_signer_gone"]
    assert (mail.recipient_id, mail.facts) == (cast.staff[Role.COACH], {"initials": "A.H."})
    await make.guardian(house, cast, child)
    again = await cas.post(f"/v1/trajectories/{issued['trajectory_id']}/agreements", json={})
    assert (again.status_code, again.json()["signer_gone_at"]) == (201, None), again.text
    assert (await anonymous.get(page)).status_code == 410
    new = await anonymous.get(f"/a/{house.vault.token('agreement', again.json()['id'])}")
    assert new.status_code == 200


async def test_where_the_coach_has_left_the_administrator_hears_what_became_of_whom_she_guided(
    lena, cas, house, sweep_house, cast, child, to_sign
):
    issued, *_ = to_sign
    await cas.post(f"/v1/coachees/{child}/guardians/{issued['guardian_id']}/end")
    assert (await lena.post(f"/v1/staff/{cast.staff[Role.COACH]}/leave")).status_code == 200
    await SIGNERLESS.act(Tools(sweep_house, None, None))
    assert (await change(lena, f"/v1/coachees/{child}", minor=False)).status_code == 200
    kinds = {"agreement_signer_gone", "coachee_of_age"}
    told = [(one.kind, one.recipient_id) for one in await messages(house, cast) if one.kind in kinds]
    assert sorted(told) == [(kind, cast.staff[Role.ADMINISTRATOR]) for kind in sorted(kinds)]


async def test_of_a_trajectory_that_is_over_no_coach_is_told_to_issue_anew(cas, house, sweep_house, child, to_sign):
    issued, *_ = to_sign
    await cas.post(f"/v1/coachees/{child}/guardians/{issued['guardian_id']}/end")
    path = f"/v1/trajectories/{issued['trajectory_id']}/stop"
    assert (await cas.post(path, json={"reason": "verhuisd"})).status_code == 200
    await SIGNERLESS.act(Tools(sweep_house, None, None))
    assert (await cas.get(f"/v1/agreements/{issued['id']}")).json()["signer_gone_at"] is None


async def test_what_a_guardian_signed_stays_hers_to_read_when_the_child_is_of_age(cas, anonymous, child, to_sign):
    issued, page, said = to_sign
    await anonymous.post(page, data={"decision": "read"})
    assert (await anonymous.post(page, data=said)).status_code == 200
    await change(cas, f"/v1/coachees/{child}", minor=False)
    assert (await anonymous.get(f"{page}/pdf")).status_code == 200
    assert (await cas.get(f"/v1/agreements/{issued['id']}")).json()["state"] == "signed"


async def test_who_turns_out_to_be_a_minor_while_her_page_waits_does_not_sign(cas, house, cast):
    await agreements.identify(house, cast)
    coachee_id = await make.coachee(house, cast)
    running = await trajectories.trajectory(house, cast, coachee_id=coachee_id)
    agreement_id, _ = await agreements.issued(house, cast, running)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        met = await people.get_coachee(work, coachee_id)  # and her page keeps her
        await change(cas, f"/v1/coachees/{coachee_id}", minor=True)
        with pytest.raises(people.GuardianNeeded):
            await decline_agreement(work, agreement_id)
        assert met.minor


async def test_who_turns_out_to_be_a_minor_does_not_sign_herself(cas, anonymous, house, cast):
    await agreements.identify(house, cast)
    coachee_id = await make.coachee(house, cast)
    running = await trajectories.trajectory(house, cast, coachee_id=coachee_id)
    agreement_id, page = await agreements.issued(house, cast, running)
    sha256 = (await cas.get(f"/v1/agreements/{agreement_id}")).json()["sha256"]
    await anonymous.post(page, data={"decision": "read"})
    await change(cas, f"/v1/coachees/{coachee_id}", minor=True)
    said = {"decision": "sign", "name": "Amir Haddad", "agree": "yes", "sha256": sha256}
    await opens_nothing(anonymous, page, said, 409)


@pytest.fixture
async def asked(cas, house, cast, child):
    """Nadia's page, to which she got a link."""
    guardian_id = str(await make.guardian(house, cast, child, language="en"))
    answer = await cas.post(f"/v1/coachees/{child}/guardians/{guardian_id}/ask")
    assert answer.status_code == 200, answer.text
    return f"/w/{house.vault.token('guardian', guardian_id)}", f"/v1/coachees/{child}", guardian_id


async def consents(client, path):
    return {one["purpose"]: one for one in (await client.get(f"{path}/consents")).json()["items"]}


async def test_a_guardian_agrees_on_her_own_page_and_takes_it_back(lena, cas, anonymous, house, cast, asked):
    page, path, guardian_id = asked
    [mail] = await messages(house, cast)
    assert (mail.kind, mail.address, mail.facts["link"]) == (
        "guardian_asked",
        "nadia@example.org",
        f"guardian:{guardian_id}",
    )
    shown = await anonymous.get(page)
    check(shown.text)
    assert (shown.status_code, "parent or guardian of Amir Haddad" in shown.text) == (200, True)
    assert ("checked" in shown.text, await consents(cas, path)) == (False, {})
    for _ in range(2):
        done = await anonymous.post(page, data={"session_notes": "1", "channel_email": "1", "save": "yes"})
        assert (done.status_code, done.text.count("Withdraw this consent")) == (200, 2)
    asked_first = re.search(r"<form.*?</form>", done.text, re.DOTALL)[0]
    of_its_own = [one for one in re.findall(r"<button[^>]*>", asked_first) if "form=" not in one]
    assert of_its_own == ['<button class="save" name="save" value="yes">']  # the Enter key presses the first
    given = await consents(cas, path)
    assert set(given) == {"session_notes", "channel_email"}
    assert {(one["given_via"], one["guardian_id"], one["language"]) for one in given.values()} == {
        ("link", guardian_id, "en")
    }
    assert {(one["actor_kind"], one["actor_id"]) for one in await acts(lena, "consent_given")} == {
        ("guardian", guardian_id)
    }
    for _ in range(2):
        assert (await anonymous.post(page, data={"withdraw": "session_notes"})).status_code == 200
    assert [one["withdrawn_at"] is None for one in (await consents(cas, path)).values()] == [False, True]


async def test_a_guardian_is_asked_about_each_way_that_the_practice_uses(cas, anonymous, house, cast, asked):
    page, path, _ = asked
    assert ('name="channel_push"' in (shown := (await anonymous.get(page)).text), "channel_sms" in shown) == (
        True,
        False,
    )
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await practice.update_practice(work, {"sms_cap_cents": 100})
    shown = (await anonymous.get(page)).text
    check(shown)
    assert 'name="channel_sms"' in shown
    ticks = {"channel_push": "1", "channel_sms": "1", "save": "yes"}
    assert (await anonymous.post(page, data=ticks)).status_code == 200
    assert set(await consents(cas, path)) == {"channel_push", "channel_sms"}


async def test_a_tick_counts_only_for_the_words_that_were_shown(cas, anonymous, asked):
    page, path, _ = asked
    wrong = await anonymous.post(page, data={"session_notes": "7", "check_ins": "1", "save": "yes"})
    assert (wrong.status_code, await consents(cas, path)) == (422, {})


async def test_what_a_child_decides_alone_is_no_matter_of_her_guardian(cas, anonymous, asked):
    """From her age on she agrees to check-ins herself: a guardian neither sees what she said, nor changes it."""
    page, path, _ = asked
    await anonymous.post(page, data={"channel_email": "1", "save": "yes"})
    await change(cas, path, born_on="2012-05-05")
    assert (await cas.post(f"{path}/consents", json=YES)).status_code == 201
    shown = (await anonymous.get(page)).text
    named = set(re.findall(r'<input type="checkbox" id="(\w+)"', shown))
    assert (named, shown.count("Withdraw this consent")) == ({"session_notes", "support_alert", "support_backup"}, 1)
    for tried in ({"withdraw": "check_ins"}, {"obstacle_prompts": "1", "save": "yes"}):
        assert (await anonymous.post(page, data=tried)).status_code == 200
    assert await holding(cas, path) == ["channel_email", "check_ins"]
    await anonymous.post(page, data={"withdraw": "channel_email"})
    assert await holding(cas, path) == ["check_ins"]


async def test_asked_twice_she_gets_the_same_link_and_once_she_no_longer_agrees_it_opens_nothing(
    cas, anonymous, house, cast, asked
):
    page, path, guardian_id = asked
    await cas.post(f"{path}/guardians/{guardian_id}/ask")
    assert len({one.facts["link"] for one in await messages(house, cast)}) == 1
    await cas.post(f"{path}/guardians/{guardian_id}/end")
    assert is_problem(await cas.post(f"{path}/guardians/{guardian_id}/ask"), 409, "guardian-ended")
    over = await anonymous.get(page)
    assert (over.status_code, "This link no longer holds." in over.text) == (410, True)  # in her language
    assert (await anonymous.post(page, data={"session_notes": "1"})).status_code == 410
    assert await consents(cas, path) == {}


async def test_nobody_is_asked_for_who_is_of_age_or_archived_or_another_child(cas, house, cast, child):
    grown = await make.coachee(house, cast)
    of_grown, hers = [str(await make.guardian(house, cast, one)) for one in (grown, child)]
    assert is_problem(await cas.post(f"/v1/coachees/{grown}/guardians/{of_grown}/ask"), 422, "not-a-minor")
    assert is_problem(await cas.post(f"/v1/coachees/{child}/guardians/{of_grown}/ask"), 404, "guardian-not-found")
    assert is_problem(await cas.post(f"/v1/coachees/{new_id()}/guardians/{hers}/ask"), 404, "coachee-not-found")
    await cas.post(f"/v1/coachees/{child}/archive")
    assert is_problem(await cas.post(f"/v1/coachees/{child}/guardians/{hers}/ask"), 409, "coachee-archived")
