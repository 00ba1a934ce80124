"""Check-ins: the plans that a coachee accepts, the questions that come of them, and what she answers."""

from domain.checkins.answers import (
    AnswerIsPrivate as AnswerIsPrivate,
    AnswerNotFound as AnswerNotFound,
    CheckInCancelled as CheckInCancelled,
    CheckInExpired as CheckInExpired,
    CheckInNotSent as CheckInNotSent,
    NewAnswer as NewAnswer,
    ReadAnswer as ReadAnswer,
    SharingNotAgreed as SharingNotAgreed,
    answer_check_in as answer_check_in,
    answer_context as answer_context,
    get_open_check_in as get_open_check_in,
    kept_answer as kept_answer,
    may_share as may_share,
    read_answer as read_answer,
    read_decision as read_decision,
)
from domain.checkins.asking import ask_now as ask_now
from domain.checkins.choices import (
    Daytime as Daytime,
    ask_fewer as ask_fewer,
    ask_other_moment as ask_other_moment,
    begin_self_initiated as begin_self_initiated,
    decline_check_in as decline_check_in,
    kinds_for as kinds_for,
    pause_all as pause_all,
    swap_check_in as swap_check_in,
)
from domain.checkins.closing import Swept as Swept, expire_due as expire_due
from domain.checkins.devices import SYNC_WITHIN as SYNC_WITHIN, Client as Client
from domain.checkins.drafts import (
    keep_draft as keep_draft,
    note_opened as note_opened,
    read_draft as read_draft,
)
from domain.checkins.editions import (
    NewPin as NewPin,
    accept_change as accept_change,
    change_plan as change_plan,
    decline_change as decline_change,
    list_editions as list_editions,
    open_change as open_change,
    pin as pin,
)
from domain.checkins.flows import (
    QUALITIES_SHOWN as QUALITIES_SHOWN,
    Dimension as Dimension,
    Layer as Layer,
    Locus as Locus,
    Wordings as Wordings,
    Words as Words,
    current_version as current_version,
    known_qualities as known_qualities,
    offered_qualities as offered_qualities,
    wordings as wordings,
)
from domain.checkins.hers import (
    OwnWords as OwnWords,
    Told as Told,
    asked_dimension as asked_dimension,
    earlier_success as earlier_success,
    last_wish as last_wish,
    list_successes as list_successes,
    open_check_in_of as open_check_in_of,
    own_texts as own_texts,
    plan_of as plan_of,
    plans_of as plans_of,
    told_since as told_since,
)
from domain.checkins.links import (
    Link as Link,
    LinkPurpose as LinkPurpose,
    LinkUnknown as LinkUnknown,
    open_link as open_link,
)
from domain.checkins.lots import Lot as Lot, Trial as Trial, Tried as Tried
from domain.checkins.materialise import materialise_due as materialise_due
from domain.checkins.model import (
    AlreadyAnswered as AlreadyAnswered,
    AnotherPlanActive as AnotherPlanActive,
    ChangeAlreadyProposed as ChangeAlreadyProposed,
    CheckIn as CheckIn,
    CheckInAnswer as CheckInAnswer,
    CheckInNotFound as CheckInNotFound,
    EditionInPast as EditionInPast,
    NoOpenChange as NoOpenChange,
    NothingToPin as NothingToPin,
    Plan as Plan,
    PlanEdition as PlanEdition,
    PlanNotFound as PlanNotFound,
)
from domain.checkins.opened import (
    OpenedAnswer as OpenedAnswer,
    SharedAnswers as SharedAnswers,
    own_answers as own_answers,
    shared_answers as shared_answers,
)
from domain.checkins.own_questions import (
    Worded as Worded,
    accept_questions as accept_questions,
    agreed_questions as agreed_questions,
    decline_questions as decline_questions,
    end_questions as end_questions,
    list_questions as list_questions,
    propose_questions as propose_questions,
    questions_of as questions_of,
    waiting_questions as waiting_questions,
    word_questions as word_questions,
)
from domain.checkins.own_replies import Given as Given, Own as Own
from domain.checkins.phases import update_trajectory as update_trajectory
from domain.checkins.plans import (
    ConsentNeeded as ConsentNeeded,
    NewPlan as NewPlan,
    TrajectoryClosed as TrajectoryClosed,
    ZoneNeeded as ZoneNeeded,
    ZoneNotWanted as ZoneNotWanted,
    accept_plan as accept_plan,
    begin_again as begin_again,
    decline_plan as decline_plan,
    end_plan as end_plan,
    list_plans as list_plans,
    pause_plan as pause_plan,
    propose_plan as propose_plan,
    resume_plan as resume_plan,
    still_silent as still_silent,
)
from domain.checkins.policy import (
    Decision as Decision,
    Kind as Kind,
    Phase as Phase,
    Policy as Policy,
    Why as Why,
)
from domain.checkins.preview import Foreseen as Foreseen, preview_new as preview_new, preview_plan as preview_plan
from domain.checkins.queries import (
    CheckInFilter as CheckInFilter,
    deliveries_of as deliveries_of,
    get_check_in as get_check_in,
    get_plan as get_plan,
    list_check_ins as list_check_ins,
    next_expiry_at as next_expiry_at,
    next_materialisation_at as next_materialisation_at,
    next_sending_at as next_sending_at,
    pinned_ideal as pinned_ideal,
    pinned_quality as pinned_quality,
)
from domain.checkins.question_model import (
    NoOwnQuestions as NoOwnQuestions,
    OwnQuestions as OwnQuestions,
    ProposedBy as ProposedBy,
    QuestionSet as QuestionSet,
    QuestionSetNotFound as QuestionSetNotFound,
    QuestionsNotYours as QuestionsNotYours,
    QuestionsProposedMeanwhile as QuestionsProposedMeanwhile,
    QuestionsState as QuestionsState,
)
from domain.checkins.question_sets import (
    add_question_set as add_question_set,
    get_question_set as get_question_set,
    list_question_sets as list_question_sets,
    propose_question_set as propose_question_set,
    retire_question_set as retire_question_set,
    word_question_set as word_question_set,
)
from domain.checkins.questions import (
    MOST as MOST,
    OPTION as OPTION,
    QUESTION as QUESTION,
    BranchLeadsNowhere as BranchLeadsNowhere,
    Form as Form,
    OptionsDoNotFit as OptionsDoNotFit,
    Question as Question,
    QuestionLanguageMissing as QuestionLanguageMissing,
    Questions as Questions,
    ShownIf as ShownIf,
    TooManyVisible as TooManyVisible,
    WhyQuestion as WhyQuestion,
    check_questions as check_questions,
    name_of as name_of,
    said as said,
)
from domain.checkins.reopening import (
    ReopenTooLate as ReopenTooLate,
    may_reopen as may_reopen,
    reopen_check_in as reopen_check_in,
)
from domain.checkins.replies import (
    LABEL as LABEL,
    SENTENCE as SENTENCE,
    SHAPES as SHAPES,
    TEXT as TEXT,
    Free as Free,
    IdealReply as IdealReply,
    Obstacle as Obstacle,
    QualityInAction as QualityInAction,
    Reply as Reply,
    Success as Success,
    read_reply as read_reply,
    read_sharing as read_sharing,
)
from domain.checkins.rhythm import (
    keep_from_obstacles as keep_from_obstacles,
    kept_from_obstacles as kept_from_obstacles,
)
from domain.checkins.schedule import is_holiday as is_holiday
from domain.checkins.sending import send_due as send_due
from domain.checkins.sent import Fault as Fault, Sent as Sent, Wrong as Wrong
from domain.checkins.states import (
    CheckInState as CheckInState,
    EditionState as EditionState,
    Lateness as Lateness,
    PlanState as PlanState,
    Reason as Reason,
    Sharing as Sharing,
    Source as Source,
    ZoneMode as ZoneMode,
)
from domain.checkins.tending import (
    due_plans as due_plans,
    next_tending_at as next_tending_at,
    tend_plan as tend_plan,
)
from domain.checkins.terms import (
    Anchor as Anchor,
    AnchorKind as AnchorKind,
    BurstTooLong as BurstTooLong,
    Channel as Channel,
    ChannelTwice as ChannelTwice,
    Draw as Draw,
    GapTooLong as GapTooLong,
    PlanEndsBeforeStart as PlanEndsBeforeStart,
    PlanInPast as PlanInPast,
    PlanTooLong as PlanTooLong,
    QuietDayPlanned as QuietDayPlanned,
    QuietHoursTooShort as QuietHoursTooShort,
    Terms as Terms,
    TooManySlots as TooManySlots,
    WeekdayTwice as WeekdayTwice,
    Window as Window,
    WindowInQuietHours as WindowInQuietHours,
    WindowsOverlap as WindowsOverlap,
    WindowTooShort as WindowTooShort,
    check_terms as check_terms,
)
from domain.checkins.travel import follow_person as follow_person, follow_practice as follow_practice
from domain.checkins.valences import latest_valences as latest_valences
