"""One of everything in a practice, or of what a route needs to be tried, by the type of its id."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from httpx import AsyncClient

from domain.checkins import Kind
from domain.kit import ids
from domain.kit.work import House
from domain.people import Purpose
from domain.practice import Role
from tests import factories
from tests.agreements import make as agreements
from tests.assignments import make as assignments
from tests.attachments import make as attachments
from tests.availability import make as availability
from tests.checkins import make as checkins
from tests.conftest import speaking_as
from tests.development import make as development
from tests.digests import make as digests
from tests.engagements import make as engagements
from tests.factories import Cast
from tests.funding import make as funding
from tests.groups import make as groups
from tests.invoicing import make as invoicing
from tests.messaging import make as messaging
from tests.method import make as method
from tests.payments import make as payments
from tests.people import make as people
from tests.phone import make as phone
from tests.research import make as research
from tests.support import make as support
from tests.teams import make as teams
from tests.trajectories import make as trajectories

Things = dict[Any, str]


@dataclass(frozen=True)
class World:
    """A practice with one of everything that was asked for, all of it of its owner, who coaches."""

    cast: Cast
    things: Things


@dataclass(frozen=True)
class Ground:
    """A practice in which things grow as they are asked for, each with what it stands on, and once."""

    house: House
    cast: Cast
    owner: AsyncClient
    grown: dict[Any, Any] = field(default_factory=dict)

    async def __call__(self, kind: Any) -> Any:
        if kind not in self.grown:
            found = await PLANTERS[kind](self)
            self.grown.update(found if isinstance(found, dict) else {kind: found})
        return self.grown[kind]


# What `method.file` plants, in its order.
IN_FILE = (
    ids.CoacheeQualityId,
    ids.IdealId,
    ids.ObstacleId,
    ids.TensionId,
    ids.AnchorId,
    ids.InsightId,
    ids.LayerReflectionId,
    ids.CoachReflectionId,
    ids.ExperienceId,
    ids.FlowMomentId,
    ids.AlignmentScanId,
    ids.MeasureResultId,
    ids.TalentProfileId,
)
IN_BOOKS = (ids.PaymentId, ids.OpenItemId)
IN_TEAM = (ids.TeamId, ids.TeamMemberId, ids.TeamTrajectoryId, ids.TeamFindingId, ids.PulseId)
LOGO, AS_FILE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>', {"Content-Type": "image/svg+xml"}
MARCH = {"first_day": "2026-03-01", "last_day": "2026-03-31"}
BUYERS, ASKED, ENGAGED = "buyers", "a check-in that was sent", "a trajectory under an agreement"


async def coached(ground: Ground) -> dict[Any, Any]:
    """A coachee, and the trajectory by which the owner is her coach."""
    house, cast = ground.house, ground.cast
    found = await people.coachee(house, cast, coach_id=cast.staff[Role.OWNER])
    await people.consent(house, cast, found, Purpose.CHECK_INS)
    await payments.clause(ground.owner, found)
    guided = await trajectories.trajectory(house, cast, coachee_id=found, coach=Role.OWNER)
    return {ids.CoacheeId: found, ids.TrajectoryId: guided}


async def session(ground: Ground) -> ids.SessionId:
    found = await trajectories.session(ground.house, ground.cast, await ground(ids.TrajectoryId))
    await digests.shared(ground.house, ground.cast, await ground(ids.CoacheeId), found)
    return found


async def asked(ground: Ground) -> phone.Planted:
    shares = (Purpose.SHARE_CHECK_INS_WITH_COACH,)
    found = await phone.plant(ground.house, ground.cast, kind=Kind.SUCCESS, coach=Role.OWNER, consents=shares)
    told = await ground.owner.post(found.page, data={"text": "Gelukt.", "sharing": "with_coach"})
    assert told.status_code == 200
    return found


async def engaged(ground: Ground) -> funding.Engagement:
    return await funding.engage(ground.house, ground.cast, coachee_id=await ground(ids.CoacheeId), coach=Role.OWNER)


async def started_cheque(ground: Ground) -> dict[Any, Any]:
    """A cheque, and the booking of an hour on it."""
    engagement = await ground(ENGAGED)
    cheque = await funding.started(ground.owner, engagement)
    booked = await funding.book(ground.owner, cheque, await engagement.session())
    return {ids.ChequeId: cheque["id"], ids.BookingId: booked.json()["id"]}


async def file(ground: Ground) -> dict[Any, Any]:
    await ground(ids.TalentCatalogueId)
    return dict(zip(IN_FILE, await method.file(ground.owner, await ground(ids.CoacheeId)), strict=True))


async def books(ground: Ground) -> dict[Any, Any]:
    both = await payments.payment_and_credit(ground.house, ground.cast, await ground(ids.CoacheeId))
    return dict(zip(IN_BOOKS, both, strict=True))


async def team(ground: Ground) -> dict[Any, Any]:
    return dict(zip(IN_TEAM, await teams.plant(ground.owner, ground.house, ground.cast), strict=True))


async def group_seat(ground: Ground) -> str:
    return (await groups.join(ground.owner, await ground(ids.GroupSessionId), await ground(ids.CoacheeId))).json()["id"]


async def package(ground: Ground) -> str:
    return (await funding.package(ground.owner, await ground(ENGAGED))).json()["id"]


async def invoice(ground: Ground) -> ids.InvoiceId:
    buyers = await ground(BUYERS)
    return await invoicing.draft(ground.house, ground.cast, invoicing.TALK, sponsor_id=buyers.acme)


async def agreement(ground: Ground) -> ids.AgreementId:
    await ground(ids.AgreementTemplateId)
    return (await agreements.issued(ground.house, ground.cast, await ground(ids.TrajectoryId)))[0]


async def attachment(ground: Ground) -> str:
    await ground(ids.NoteId)  # with which she agrees to notes
    return await attachments.attached(ground.owner, f"sessions/{await ground(ids.SessionId)}")


async def check_in(ground: Ground) -> ids.CheckInId:
    return (await ground(ASKED)).check_in_id


async def support_event(ground: Ground) -> str:
    return await support.alerted(ground.owner, (await ground(ASKED)).page)


async def consent(ground: Ground) -> str:
    return await one(ground.owner, f"/v1/coachees/{await ground(ids.CoacheeId)}/consents")


async def development_plan(ground: Ground) -> str:
    return await development.drafted(ground.owner, await ground(ids.TrajectoryId))


async def assignment(ground: Ground) -> str:
    return await assignments.given(ground.owner, await ground(ids.TrajectoryId))


async def goal(ground: Ground) -> str:
    return await trajectories.goal(ground.owner, await ground(ids.TrajectoryId))


async def series(ground: Ground) -> str:
    return await trajectories.series(ground.owner, await ground(ids.TrajectoryId))


async def guardian(ground: Ground) -> ids.GuardianId:
    return await people.guardian(ground.house, ground.cast, await ground(ids.CoacheeId))


async def hold(ground: Ground) -> ids.HoldId:
    return await trajectories.hold(ground.house, ground.cast, await ground(ids.TrajectoryId))


async def note(ground: Ground) -> ids.NoteId:
    return await trajectories.note(ground.house, ground.cast, await ground(ids.SessionId), "Geheim")


async def plan(ground: Ground) -> ids.PlanId:
    return (await checkins.proposed_plan(ground.house, ground.cast, await ground(ids.TrajectoryId))).id


async def receipt(ground: Ground) -> str:
    await ground(ENGAGED)  # by which the practice has the funders
    return await funding.receipt(ground.owner)


async def review(ground: Ground) -> ids.ReviewId:
    return await method.planned_review(ground.house, ground.cast, await ground(ids.TrajectoryId))


async def pause(ground: Ground) -> str:
    return await payments.pause(ground.owner, coachee_id=await ground(ids.CoacheeId))


async def sponsor(ground: Ground) -> ids.SponsorId:
    return (await ground(BUYERS)).acme


async def feed(ground: Ground) -> str:
    return (await ground.owner.post("/v1/feeds", json={})).json()["feed"]["id"]


async def export(ground: Ground) -> str:
    return (await ground.owner.post("/v1/exports", json=MARCH)).json()["id"]


async def talent_catalogue(ground: Ground) -> str:
    return (await method.talents(ground.owner)).json()["id"]


async def staff(ground: Ground) -> ids.StaffId:
    return ground.cast.staff[Role.COACH]


def of_scheme(path: str) -> Callable[[Ground], Awaitable[str]]:
    async def found(ground: Ground) -> str:
        await ground(ENGAGED)  # that practice has loaded its schemes
        return await one(ground.owner, path)

    return found


PLANTERS: dict[Any, Callable[[Ground], Awaitable[Any]]] = {
    BUYERS: lambda ground: invoicing.open_books(ground.house, ground.cast),
    ASKED: asked,
    ENGAGED: engaged,
    **dict.fromkeys((ids.CoacheeId, ids.TrajectoryId), coached),
    **dict.fromkeys(IN_FILE, file),
    **dict.fromkeys(IN_BOOKS, books),
    **dict.fromkeys(IN_TEAM, team),
    **dict.fromkeys((ids.ChequeId, ids.BookingId), started_cheque),
    ids.AgreementId: agreement,
    ids.AgreementTemplateId: lambda ground: agreements.template(ground.house, ground.cast),
    ids.AssignmentId: assignment,
    ids.AttachmentId: attachment,
    ids.BankLineId: lambda ground: payments.waiting_line(ground.owner),
    ids.CheckInId: check_in,
    ids.ConsentId: consent,
    ids.DevelopmentPlanId: development_plan,
    ids.EngagementTemplateId: lambda ground: engagements.template(ground.owner),
    ids.ExportId: export,
    ids.FeedId: feed,
    ids.FunderId: of_scheme("/v1/funders"),
    ids.GoalId: goal,
    ids.GroupSeatId: group_seat,
    ids.GroupSessionId: lambda ground: groups.group(ground.owner, ground.cast, role=Role.OWNER, day="2026-05-12"),
    ids.GuardianId: guardian,
    ids.HoldId: hold,
    ids.HoursExceptionId: lambda ground: availability.day_off(ground.owner, ground.cast),
    ids.InstalmentPlanId: lambda ground: payments.planned(ground.owner, ground.house, ground.cast),
    ids.InvoiceId: invoice,
    ids.IssuerId: of_scheme("/v1/issuers"),
    ids.KeyId: lambda ground: one(ground.owner, "/v1/keys", name="key of Cas"),
    ids.LocationId: lambda ground: availability.location(ground.owner),
    ids.MessageId: lambda ground: messaging.message(ground.house, ground.cast),
    ids.NoteId: note,
    ids.PackageId: package,
    ids.PlanId: plan,
    ids.QuestionSetId: lambda ground: checkins.question_set(ground.owner),
    ids.ReceiptId: receipt,
    ids.ReminderPauseId: pause,
    ids.ResearchExportId: lambda ground: research.asked(ground.owner, ground.house, ground.cast),
    ids.ReviewId: review,
    ids.SchemeId: of_scheme("/v1/schemes"),
    ids.SeriesId: series,
    ids.SessionId: session,
    ids.SponsorId: sponsor,
    ids.StaffId: staff,
    ids.SupportEventId: support_event,
    ids.TalentCatalogueId: talent_catalogue,
}
KINDS = [kind for kind in PLANTERS if kind not in {BUYERS, ASKED, ENGAGED}]


async def new_world(house: House, anonymous: AsyncClient, kinds: Iterable[Any] = KINDS) -> World:
    """A practice of its own, with one of everything, or of these kinds.

    It is made through the actions and routes of the product, so that each thing is as it is in use.
    """
    cast = await factories.found_cast(house)
    owner = speaking_as(anonymous, cast.keys[Role.OWNER])
    ground = Ground(house, cast, owner)
    await ground(BUYERS)
    assert (await owner.put("/v1/practice/logo", content=LOGO, headers=AS_FILE)).status_code == 200
    backup = await owner.put("/v1/support-backup", json={"staff_id": str(cast.staff[Role.OWNER])})
    assert backup.status_code == 200, backup.text
    return World(cast, {kind: str(await ground(kind)) for kind in kinds})


async def one(client: AsyncClient, path: str, **wanted: str) -> str:
    """The id of the first of a list that is as wanted."""
    items = (await client.get(f"{path}?limit=100")).json()["items"]
    return next(item["id"] for item in items if wanted.items() <= item.items())
