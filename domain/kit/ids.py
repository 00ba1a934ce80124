"""Typed ids: UUIDs to the machine, different types to the type checker."""

from typing import NewType
from uuid import UUID

from uuid_utils.compat import uuid7

PracticeId = NewType("PracticeId", UUID)
StaffId = NewType("StaffId", UUID)
KeyId = NewType("KeyId", UUID)
CoacheeId = NewType("CoacheeId", UUID)
SponsorId = NewType("SponsorId", UUID)
ConsentId = NewType("ConsentId", UUID)
GuardianId = NewType("GuardianId", UUID)
HoursExceptionId = NewType("HoursExceptionId", UUID)
LocationId = NewType("LocationId", UUID)
TrajectoryId = NewType("TrajectoryId", UUID)
SessionId = NewType("SessionId", UUID)
HoldId = NewType("HoldId", UUID)
GroupSessionId = NewType("GroupSessionId", UUID)
GroupSeatId = NewType("GroupSeatId", UUID)
FeedId = NewType("FeedId", UUID)
SeriesId = NewType("SeriesId", UUID)
NoteId = NewType("NoteId", UUID)
AttachmentId = NewType("AttachmentId", UUID)
NoteVersionId = NewType("NoteVersionId", UUID)
AssignmentId = NewType("AssignmentId", UUID)
GoalId = NewType("GoalId", UUID)
HandOverId = NewType("HandOverId", UUID)
ContactMomentId = NewType("ContactMomentId", UUID)
CoacheeQualityId = NewType("CoacheeQualityId", UUID)
LadderStepId = NewType("LadderStepId", UUID)
EvidenceId = NewType("EvidenceId", UUID)
IdealId = NewType("IdealId", UUID)
ObstacleId = NewType("ObstacleId", UUID)
ExperienceId = NewType("ExperienceId", UUID)
TensionId = NewType("TensionId", UUID)
AnchorId = NewType("AnchorId", UUID)
FlowMomentId = NewType("FlowMomentId", UUID)
AlignmentScanId = NewType("AlignmentScanId", UUID)
InsightId = NewType("InsightId", UUID)
LayerReflectionId = NewType("LayerReflectionId", UUID)
MeasureResultId = NewType("MeasureResultId", UUID)
CoachReflectionId = NewType("CoachReflectionId", UUID)
TalentCatalogueId = NewType("TalentCatalogueId", UUID)
TalentProfileId = NewType("TalentProfileId", UUID)
ReviewId = NewType("ReviewId", UUID)
TeamId = NewType("TeamId", UUID)
TeamMemberId = NewType("TeamMemberId", UUID)
TeamTrajectoryId = NewType("TeamTrajectoryId", UUID)
TeamFindingId = NewType("TeamFindingId", UUID)
PulseId = NewType("PulseId", UUID)
PulseTicketId = NewType("PulseTicketId", UUID)
PlanId = NewType("PlanId", UUID)
EditionId = NewType("EditionId", UUID)
EngagementTemplateId = NewType("EngagementTemplateId", UUID)
CheckInId = NewType("CheckInId", UUID)
AnswerId = NewType("AnswerId", UUID)
DigestId = NewType("DigestId", UUID)
QuestionSetId = NewType("QuestionSetId", UUID)
OwnQuestionsId = NewType("OwnQuestionsId", UUID)
SupportEventId = NewType("SupportEventId", UUID)
SignInId = NewType("SignInId", UUID)
CoacheeSessionId = NewType("CoacheeSessionId", UUID)
FunderId = NewType("FunderId", UUID)
IssuerId = NewType("IssuerId", UUID)
SchemeId = NewType("SchemeId", UUID)
ChequeId = NewType("ChequeId", UUID)
ReceiptId = NewType("ReceiptId", UUID)
ShareId = NewType("ShareId", UUID)
PackageId = NewType("PackageId", UUID)
DrawId = NewType("DrawId", UUID)
AllocationId = NewType("AllocationId", UUID)
BookingId = NewType("BookingId", UUID)
AgreementTemplateId = NewType("AgreementTemplateId", UUID)
AgreementId = NewType("AgreementId", UUID)
DevelopmentPlanId = NewType("DevelopmentPlanId", UUID)
RevisionId = NewType("RevisionId", UUID)
InvoiceId = NewType("InvoiceId", UUID)
LineId = NewType("LineId", UUID)
OpenItemId = NewType("OpenItemId", UUID)
PaymentId = NewType("PaymentId", UUID)
LedgerTransactionId = NewType("LedgerTransactionId", UUID)
BankFileId = NewType("BankFileId", UUID)
BankLineId = NewType("BankLineId", UUID)
ExportId = NewType("ExportId", UUID)
ResearchExportId = NewType("ResearchExportId", UUID)
ReminderPauseId = NewType("ReminderPauseId", UUID)
InstalmentPlanId = NewType("InstalmentPlanId", UUID)
MessageId = NewType("MessageId", UUID)
AttemptId = NewType("AttemptId", UUID)
PushSubscriptionId = NewType("PushSubscriptionId", UUID)
EventId = NewType("EventId", UUID)
AuditId = NewType("AuditId", UUID)

ALL = (
    PracticeId,
    StaffId,
    KeyId,
    CoacheeId,
    SponsorId,
    ConsentId,
    GuardianId,
    HoursExceptionId,
    LocationId,
    TrajectoryId,
    SessionId,
    HoldId,
    GroupSessionId,
    GroupSeatId,
    FeedId,
    SeriesId,
    NoteId,
    AttachmentId,
    NoteVersionId,
    AssignmentId,
    GoalId,
    HandOverId,
    ContactMomentId,
    CoacheeQualityId,
    LadderStepId,
    EvidenceId,
    IdealId,
    ObstacleId,
    ExperienceId,
    TensionId,
    AnchorId,
    FlowMomentId,
    AlignmentScanId,
    InsightId,
    LayerReflectionId,
    MeasureResultId,
    CoachReflectionId,
    TalentCatalogueId,
    TalentProfileId,
    ReviewId,
    TeamId,
    TeamMemberId,
    TeamTrajectoryId,
    TeamFindingId,
    PulseId,
    PulseTicketId,
    PlanId,
    EditionId,
    EngagementTemplateId,
    CheckInId,
    AnswerId,
    DigestId,
    QuestionSetId,
    OwnQuestionsId,
    SupportEventId,
    SignInId,
    CoacheeSessionId,
    FunderId,
    IssuerId,
    SchemeId,
    ChequeId,
    ReceiptId,
    PackageId,
    ShareId,
    DrawId,
    AllocationId,
    BookingId,
    AgreementTemplateId,
    AgreementId,
    DevelopmentPlanId,
    RevisionId,
    InvoiceId,
    LineId,
    OpenItemId,
    PaymentId,
    LedgerTransactionId,
    BankFileId,
    BankLineId,
    ExportId,
    ResearchExportId,
    ReminderPauseId,
    InstalmentPlanId,
    MessageId,
    AttemptId,
    PushSubscriptionId,
    EventId,
    AuditId,
)


def new_id() -> UUID:
    """A version 7 UUID: unique everywhere, and ordered by when it was made."""
    return uuid7()
