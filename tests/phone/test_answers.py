from datetime import timedelta

import pytest
from sqlalchemy import select

from domain import checkins, people
from domain.audit import AuditEntry
from domain.checkins import Kind, NewAnswer, Sharing, SharingNotAgreed, Success, current_version
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from domain.people import Consent, Purpose
from domain.practice import Role
from tests.phone.make import plant, row_of

pytestmark = pytest.mark.anyio

SHARE = (Purpose.SHARE_CHECK_INS_WITH_COACH,)


def address(planted):
    return f"/v1/check-ins/{planted.check_in_id}/answer"


async def answered(house, cast, anonymous, *, sharing="with_coach", **values):
    planted = await plant(house, cast, consents=SHARE, **values)
    page = await anonymous.post(planted.page, data={"text": "Ik zei nee.", "strength": "4", "sharing": sharing})
    assert page.status_code == 200
    return planted


async def test_the_coach_reads_what_is_shared_and_that_is_kept(house, cast, anonymous, cas):
    planted = await answered(house, cast, anonymous)
    read = await cas.get(address(planted))
    assert read.status_code == 200
    assert read.json() == {
        "check_in_id": str(planted.check_in_id),
        "sharing": "with_coach",
        "language": "nl",
        "spoken": "nl-BE",
        "flow_version": current_version(),
        "received_at": "2026-03-02T11:00:00Z",
        "success": {
            "nothing_today": False,
            "text": "Ik zei nee.",
            "qualities": [],
            "other_quality": None,
            "dimension": None,
            "dimension_text": None,
            "strength": 4,
        },
        "obstacle": None,
        "ideal": None,
        "quality_in_action": None,
        "free": None,
        "own": None,
    }
    async with begin(house, cast.practice_id, OPERATOR) as work:
        entry = await work.session.scalar(select(AuditEntry).where(AuditEntry.action == "answer_read"))
    assert (entry.subject_id, entry.actor_id) == (planted.check_in_id, cast.staff[Role.COACH])


async def test_the_coach_reads_an_obstacle_with_its_switch(house, cast, anonymous, cas):
    planted = await plant(house, cast, kind=Kind.OBSTACLE, consents=SHARE)
    form = {"happened": "yes", "locus": "internal", "wished": "Rust.", "sharing": "with_coach"}
    await anonymous.post(planted.page, data=form)
    read = (await cas.get(address(planted))).json()
    assert read["success"] is None
    assert (read["obstacle"]["locus"], read["obstacle"]["wished"]) == ("internal", "Rust.")


async def test_whether_it_gave_energy_is_asked_and_read_and_need_not_be_said(house, cast, anonymous, cas):
    planted = await plant(house, cast, kind=Kind.FREE, consents=SHARE)
    assert "Hoeveel energie gaf het?" in (await anonymous.get(planted.page)).text
    wrong = await anonymous.post(planted.page, data={"text": "Een wandeling.", "energy": "6"})
    assert wrong.status_code == 422
    form = {"text": "Een wandeling.", "energy": "5", "sharing": "with_coach"}
    assert (await anonymous.post(planted.page, data=form)).status_code == 200
    assert (await cas.get(address(planted))).json()["free"] == {"text": "Een wandeling.", "valence": None, "energy": 5}


async def test_a_private_answer_is_for_nobody_else(house, cast, anonymous, cas):
    planted = await answered(house, cast, anonymous, sharing="private")
    read = await cas.get(address(planted))
    assert read.status_code == 403
    assert read.json()["type"] == "/problems/answer-is-private"
    assert "nee" not in read.text


async def test_only_the_coach_of_the_trajectory_reads_it(house, cast, anonymous, lena, omar, bea):
    planted = await answered(house, cast, anonymous)
    owner = await lena.get(address(planted))
    assert (owner.status_code, owner.json()["type"]) == (403, "/problems/answer-is-private")
    for office in (omar, bea):
        assert (await office.get(address(planted))).json()["type"] == "/problems/scope-missing"


async def test_another_coach_reads_nothing(house, cast, anonymous, cas):
    planted = await answered(house, cast, anonymous, coach=Role.OWNER)
    assert (await cas.get(address(planted))).json()["type"] == "/problems/check-in-not-found"


async def test_an_answer_in_another_practice_is_not_there(house, cast, anonymous, bo):
    planted = await answered(house, cast, anonymous)
    assert (await bo.get(address(planted))).json()["type"] == "/problems/check-in-not-found"
    assert (await anonymous.get(address(planted))).status_code == 401


async def test_a_check_in_without_an_answer_has_none_to_read(house, cast, cas):
    planted = await plant(house, cast)
    assert (await cas.get(address(planted))).json()["type"] == "/problems/answer-not-found"


async def test_what_was_shared_closes_again_when_the_consent_is_withdrawn(house, cast, anonymous, cas):
    planted = await answered(house, cast, anonymous)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        consent = await work.session.scalar(select(Consent).where(Consent.coachee_id == planted.coachee_id))
        await people.withdraw_consent(work, planted.coachee_id, consent.id)
    assert (await cas.get(address(planted))).json()["type"] == "/problems/answer-is-private"


async def test_destroyed_text_is_gone(house, cast, anonymous, cas):
    planted = await answered(house, cast, anonymous)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.destroy_text(work, planted.coachee_id)
    read = await cas.get(address(planted))
    assert read.status_code == 409
    assert read.json()["type"] == "/problems/text-destroyed"


async def test_sharing_without_consent_is_refused_by_the_domain_too(house, cast):
    planted = await plant(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        new = NewAnswer(reply=Success(text="x"), sharing=Sharing.WITH_COACH, language=Language.NL)
        with pytest.raises(SharingNotAgreed):
            await checkins.answer_check_in(work, planted.check_in_id, new)


async def test_the_coach_reads_where_her_device_was_and_how_far_ahead_its_clock(house, cast, anonymous, cas, clock):
    planted = await plant(house, cast)
    before = (await cas.get(f"/v1/check-ins/{planted.check_in_id}")).json()
    assert (before["client_zone"], before["clock_ahead"]) == (None, None)
    ahead = (clock.now + timedelta(minutes=5)).isoformat()
    body = {"id": str(new_id()), "fields": {"text": ["x"]}, "written_at": ahead, "now": ahead, "zone": "Asia/Tokyo"}
    kept = await anonymous.put(f"{planted.page}/answer", json=body)
    assert kept.status_code == 200, kept.text
    [shown] = (await cas.get("/v1/check-ins")).json()["items"]
    assert (shown["client_zone"], shown["clock_ahead"]) == ("Asia/Tokyo", 300)


@pytest.mark.parametrize(
    ("hours", "kept"), [(7, "late_sync"), (9, None)], ids=["written before its time passed", "written after it"]
)
async def test_an_answer_that_waited_on_a_phone_counts_by_when_it_was_written(
    house, cast, anonymous, clock, hours, kept
):
    planted = await plant(house, cast)  # its time passes after eight hours, its grace half an hour later
    written = clock() + timedelta(hours=hours)
    clock.move(hours=20)
    body = {
        "id": str(new_id()),
        "fields": {"text": ["x"]},
        "written_at": written.isoformat(),
        "now": clock().isoformat(),
    }
    answer = await anonymous.put(f"{planted.page}/answer", json=body)
    assert answer.status_code == (200 if kept else 409), answer.text
    assert (await row_of(house, cast, "check_ins", planted.check_in_id))["late"] == kept
    again = await anonymous.put(f"{planted.page}/answer", json=body)
    assert again.status_code == answer.status_code


async def test_an_answer_within_the_grace_is_taken_and_marked_whenever_it_was_written(house, cast, anonymous, clock):
    planted = await plant(house, cast)
    clock.move(hours=8, minutes=29)
    body = {
        "id": str(new_id()),
        "fields": {"text": ["x"]},
        "written_at": clock().isoformat(),
        "now": clock().isoformat(),
    }
    assert (await anonymous.put(f"{planted.page}/answer", json=body)).status_code == 200
    assert (await row_of(house, cast, "check_ins", planted.check_in_id))["late"] == "in_grace"
