"""One of everything in a practice, by the type of its id: what a route about such a thing needs to be tried."""

from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

import msgspec
from httpx import AsyncClient
from litestar.handlers import HTTPRouteHandler

from api.parameters import wire_names
from domain.checkins import Kind
from domain.kit import ids
from domain.kit.ids import (
    AgreementId,
    AgreementTemplateId,
    AlignmentScanId,
    AnchorId,
    AssignmentId,
    AttachmentId,
    BankLineId,
    BookingId,
    CheckInId,
    ChequeId,
    CoacheeId,
    CoacheeQualityId,
    CoachReflectionId,
    ConsentId,
    DevelopmentPlanId,
    EngagementTemplateId,
    ExperienceId,
    ExportId,
    FeedId,
    FlowMomentId,
    FunderId,
    GoalId,
    GroupSeatId,
    GroupSessionId,
    GuardianId,
    HoldId,
    HoursExceptionId,
    IdealId,
    InsightId,
    InstalmentPlanId,
    InvoiceId,
    IssuerId,
    KeyId,
    LayerReflectionId,
    LocationId,
    MeasureResultId,
    MessageId,
    NoteId,
    ObstacleId,
    OpenItemId,
    PackageId,
    PaymentId,
    PlanId,
    PulseId,
    QuestionSetId,
    ReceiptId,
    ReminderPauseId,
    ResearchExportId,
    ReviewId,
    SchemeId,
    SeriesId,
    SessionId,
    SponsorId,
    StaffId,
    SupportEventId,
    TalentCatalogueId,
    TalentProfileId,
    TeamFindingId,
    TeamId,
    TeamMemberId,
    TeamTrajectoryId,
    TensionId,
    TrajectoryId,
)
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
    """A practice with one of everything, all of it of its owner, who coaches."""

    cast: Cast
    things: Things


# What `method.file` plants, in its order.
IN_FILE = (
    CoacheeQualityId,
    IdealId,
    ObstacleId,
    TensionId,
    AnchorId,
    InsightId,
    LayerReflectionId,
    CoachReflectionId,
    ExperienceId,
    FlowMomentId,
    AlignmentScanId,
    MeasureResultId,
    TalentProfileId,
)
LOGO, AS_FILE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>', {"Content-Type": "image/svg+xml"}
MARCH = {"first_day": "2026-03-01", "last_day": "2026-03-31"}
IN_BOOKS = (PaymentId, OpenItemId)
IN_TEAM = (TeamId, TeamMemberId, TeamTrajectoryId, TeamFindingId, PulseId)
KINDS = {
    *IN_FILE,
    AssignmentId,
    *IN_BOOKS,
    BankLineId,
    ReminderPauseId,
    InstalmentPlanId,
    AttachmentId,
    ExportId,
    ResearchExportId,
    NoteId,
    *IN_TEAM,
    AgreementId,
    AgreementTemplateId,
    AttachmentId,
    BookingId,
    CheckInId,
    ChequeId,
    CoacheeId,
    ConsentId,
    DevelopmentPlanId,
    EngagementTemplateId,
    FeedId,
    FunderId,
    GoalId,
    GroupSeatId,
    GroupSessionId,
    GuardianId,
    HoldId,
    HoursExceptionId,
    InvoiceId,
    IssuerId,
    KeyId,
    LocationId,
    MessageId,
    NoteId,
    PackageId,
    PlanId,
    QuestionSetId,
    ReceiptId,
    ReviewId,
    SchemeId,
    SeriesId,
    SessionId,
    SponsorId,
    StaffId,
    SupportEventId,
    TalentCatalogueId,
    TrajectoryId,
}


async def plant(house: House, cast: Cast, owner: AsyncClient) -> World:
    """Through the actions and routes of the product, so that each thing is as it is in use."""
    buyers = await invoicing.open_books(house, cast)
    assert (await owner.put("/v1/practice/logo", content=LOGO, headers=AS_FILE)).status_code == 200
    coachee_id = await people.coachee(house, cast, coach_id=cast.staff[Role.OWNER])
    await people.consent(house, cast, coachee_id, Purpose.CHECK_INS)
    trajectory_id = await trajectories.trajectory(house, cast, coachee_id=coachee_id, coach=Role.OWNER)
    session_id = await trajectories.session(house, cast, trajectory_id)
    note_id = await trajectories.note(house, cast, session_id, "Geheim")
    await digests.shared(house, cast, coachee_id, session_id)
    engagement = await funding.engage(house, cast, coachee_id=coachee_id, coach=Role.OWNER)
    shares = (Purpose.SHARE_CHECK_INS_WITH_COACH,)
    asked = await phone.plant(house, cast, kind=Kind.SUCCESS, coach=Role.OWNER, consents=shares)
    told = await owner.post(asked.page, data={"text": "Gelukt.", "sharing": "with_coach"})
    assert told.status_code == 200
    review_id = await method.planned_review(house, cast, trajectory_id)
    talents = (await method.talents(owner)).json()
    things: dict[Any, Any] = {
        TalentCatalogueId: talents["id"],
        StaffId: cast.staff[Role.COACH],
        KeyId: await one(owner, "/v1/keys", name="key of Cas"),
        CoacheeId: coachee_id,
        GuardianId: await people.guardian(house, cast, coachee_id),
        ConsentId: await one(owner, f"/v1/coachees/{coachee_id}/consents"),
        SponsorId: buyers.acme,
        TrajectoryId: trajectory_id,
        SessionId: session_id,
        SupportEventId: await support.alerted(owner, asked.page),
        PlanId: (await checkins.proposed_plan(house, cast, trajectory_id)).id,
        QuestionSetId: await checkins.question_set(owner),
        CheckInId: asked.check_in_id,
        SchemeId: await one(owner, "/v1/schemes"),
        FunderId: await one(owner, "/v1/funders"),
        IssuerId: await one(owner, "/v1/issuers"),
        ChequeId: (cheque := await funding.started(owner, engagement))["id"],
        BookingId: (await funding.book(owner, cheque, await engagement.session())).json()["id"],
        ReceiptId: await funding.receipt(owner),
        PackageId: (await funding.package(owner, engagement)).json()["id"],
        InvoiceId: await invoicing.draft(house, cast, invoicing.TALK, sponsor_id=buyers.acme),
        MessageId: await messaging.message(house, cast),
        **dict(zip(IN_FILE, await method.file(owner, coachee_id), strict=True)),
        ReviewId: review_id,
        NoteId: note_id,
        AssignmentId: await assignments.given(owner, trajectory_id),
        AttachmentId: await attachments.attached(owner, f"sessions/{session_id}"),
        FeedId: (await owner.post("/v1/feeds", json={})).json()["feed"]["id"],
        LocationId: await availability.location(owner),
        HoursExceptionId: await availability.day_off(owner, cast),
        AgreementTemplateId: await agreements.template(house, cast),
        AgreementId: (await agreements.issued(house, cast, trajectory_id))[0],
        GoalId: await trajectories.goal(owner, trajectory_id),
        EngagementTemplateId: await engagements.template(owner),
        HoldId: await trajectories.hold(house, cast, trajectory_id),
        GroupSessionId: (group_id := await groups.group(owner, cast, role=Role.OWNER, day="2026-05-12")),
        GroupSeatId: (await groups.join(owner, group_id, coachee_id)).json()["id"],
        DevelopmentPlanId: await development.drafted(owner, trajectory_id),
        SeriesId: await trajectories.series(owner, trajectory_id),
        ExportId: (await owner.post("/v1/exports", json=MARCH)).json()["id"],
        ResearchExportId: await research.asked(owner, house, cast),
        BankLineId: await payments.waiting_line(owner),
        ReminderPauseId: await payments.pause(owner, coachee_id=coachee_id),
        InstalmentPlanId: await payments.planned(owner, house, cast),
        **dict(zip(IN_BOOKS, await payments.payment_and_credit(house, cast, coachee_id), strict=True)),
        **dict(zip(IN_TEAM, await teams.plant(owner, house, cast), strict=True)),
    }
    backup = await owner.put("/v1/support-backup", json={"staff_id": str(cast.staff[Role.OWNER])})
    assert backup.status_code == 200, backup.text
    assert things.keys() == KINDS
    await payments.clause(owner, coachee_id)
    return World(cast, {kind: str(thing) for kind, thing in things.items()})


async def new_world(house, anonymous) -> World:
    """A practice of its own, with one of everything."""
    cast = await factories.found_cast(house)
    return await plant(house, cast, speaking_as(anonymous, cast.keys[Role.OWNER]))


async def one(client: AsyncClient, path: str, **wanted: str) -> str:
    """The id of the first of a list that is as wanted."""
    items = (await client.get(f"{path}?limit=100")).json()["items"]
    return next(item["id"] for item in items if wanted.items() <= item.items())


def types_in(annotation: Any) -> list[Any]:
    inner = get_args(annotation)
    return [found for part in inner for found in types_in(part)] if inner else [annotation]


def id_type(annotation: Any) -> Any:
    """The type of id that an annotation is about, or None; any UUID may be a coachee's."""
    kinds = [kind for kind in types_in(annotation) if kind in ids.ALL or kind is UUID]
    return CoacheeId if kinds == [UUID] else next(iter(kinds), None)


def path_ids(handler: HTTPRouteHandler) -> dict[str, Any]:
    """The types of the ids in the path of a route, by name."""
    names = [part.strip("{}").partition(":")[0] for part in path_of(handler).split("/") if ":uuid}" in part]
    return {name: id_type(handler.parsed_fn_signature.parameters[name].annotation) for name in names}


def path_of(handler: HTTPRouteHandler) -> str:
    [path] = handler.paths
    return path


def body_of(handler: HTTPRouteHandler) -> type[msgspec.Struct] | None:
    field = handler.parsed_fn_signature.parameters.get("data")
    return field.annotation if field else None


def body_ids(body: type[msgspec.Struct] | None) -> dict[str, Any]:
    """The types of the ids in a body, by field."""
    fields = msgspec.structs.fields(body) if body else ()
    found = {field.encode_name: id_type(field.type) for field in fields}
    return {name: kind for name, kind in found.items() if kind is not None}


def as_in_body(handler: HTTPRouteHandler, name: str, thing: str) -> str | list[str]:
    """An id as a field of the body takes it: alone, or in a list."""
    body = body_of(handler)
    [kind] = [field.type for field in msgspec.structs.fields(body) if field.encode_name == name]
    return [thing] if Ellipsis in types_in(kind) else thing


def body_lists(body: type[msgspec.Struct] | None) -> set[str]:
    """The fields of a body that hold several ids."""
    fields = msgspec.structs.fields(body) if body else ()
    return {field.encode_name for field in fields if "list[" in str(field.type)}


def query_ids(handler: HTTPRouteHandler) -> dict[str, Any]:
    """The types of the ids among the parameters of the query, by name."""
    found = {name: id_type(annotation) for name, annotation in query_names(handler).items()}
    return {name: kind for name, kind in found.items() if kind is not None}


def query_names(handler: HTTPRouteHandler) -> dict[str, Any]:
    """What a route takes from the query: annotations by the name on the wire."""
    parameters = handler.parsed_fn_signature.parameters
    return {wire: parameters[name].annotation for name, wire in wire_names(handler).items()}
