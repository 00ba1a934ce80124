"""Check-ins: the plans that a coachee accepts, the questions that come of them, and what she answers."""

from domain.checkins.answers import (
    GRACE as GRACE,
    AnswerIsPrivate as AnswerIsPrivate,
    AnswerNotFound as AnswerNotFound,
    CheckInCancelled as CheckInCancelled,
    CheckInExpired as CheckInExpired,
    CheckInNotSent as CheckInNotSent,
    NewAnswer as NewAnswer,
    ReadAnswer as ReadAnswer,
    SharingNotAgreed as SharingNotAgreed,
    answer_check_in as answer_check_in,
    get_open_check_in as get_open_check_in,
    may_share as may_share,
    read_answer as read_answer,
)
from domain.checkins.flows import (
    Dimension as Dimension,
    Layer as Layer,
    Locus as Locus,
    Wordings as Wordings,
    asked_dimension as asked_dimension,
    current_version as current_version,
    offered_qualities as offered_qualities,
    wordings as wordings,
)
from domain.checkins.links import (
    Link as Link,
    LinkPurpose as LinkPurpose,
    LinkUnknown as LinkUnknown,
    open_link as open_link,
)
from domain.checkins.model import (
    AlreadyAnswered as AlreadyAnswered,
    CheckIn as CheckIn,
    CheckInAnswer as CheckInAnswer,
    CheckInNotFound as CheckInNotFound,
    CheckInState as CheckInState,
    Kind as Kind,
    Plan as Plan,
    PlanNotFound as PlanNotFound,
    PlanState as PlanState,
    Sharing as Sharing,
)
from domain.checkins.replies import (
    LABEL as LABEL,
    SENTENCE as SENTENCE,
    TEXT as TEXT,
    Fault as Fault,
    Obstacle as Obstacle,
    Reply as Reply,
    Sent as Sent,
    Success as Success,
    Wrong as Wrong,
    read_reply as read_reply,
    read_sharing as read_sharing,
)
