"""Trajectories: what coach and coachee agreed on, their sessions in the calendar, and the notes on them."""

from domain.trajectories.access import (
    AlreadyHerCoach as AlreadyHerCoach,
    CoachHasLeft as CoachHasLeft,
    NotACoach as NotACoach,
    NotYourCoachee as NotYourCoachee,
    must_be_own_coach as must_be_own_coach,
    only_seen as only_seen,
    reads_private_of as reads_private_of,
)
from domain.trajectories.actions import (
    ContactMomentAlone as ContactMomentAlone,
    ForAnotherCoach as ForAnotherCoach,
    NewTrajectory as NewTrajectory,
    NoSuchCoachee as NoSuchCoachee,
    accept_trajectory as accept_trajectory,
    complete_trajectory as complete_trajectory,
    decline_trajectory as decline_trajectory,
    must_be_a_trajectory as must_be_a_trajectory,
    pause_trajectory as pause_trajectory,
    propose_trajectory as propose_trajectory,
    resume_trajectory as resume_trajectory,
    stop_trajectory as stop_trajectory,
    update_trajectory as update_trajectory,
)
from domain.trajectories.attachments import (
    attach_file as attach_file,
    list_files as list_files,
    read_file as read_file,
    remove_file as remove_file,
)
from domain.trajectories.clocks import follow_clock as follow_clock
from domain.trajectories.closing import (
    AftercareOutOfRange as AftercareOutOfRange,
    AftercareStillPlanned as AftercareStillPlanned,
    ClosingReviewMissing as ClosingReviewMissing,
    Completion as Completion,
    NotCompletedYet as NotCompletedYet,
    Review as Review,
    read_review as read_review,
)
from domain.trajectories.contacts import (
    ContactToCome as ContactToCome,
    OpenContact as OpenContact,
    read_contacts as read_contacts,
    write_contact as write_contact,
)
from domain.trajectories.deputies import (
    dismiss_deputy as dismiss_deputy,
    list_deputies as list_deputies,
    name_deputy as name_deputy,
    stands_in as stands_in,
)
from domain.trajectories.free_starts import (
    FreeStarts as FreeStarts,
    Offer as Offer,
    PeriodTooLong as PeriodTooLong,
    Question as Question,
    find_free_starts as find_free_starts,
)
from domain.trajectories.goals import (
    OpenGoal as OpenGoal,
    decide_goal as decide_goal,
    list_goals as list_goals,
    set_goal as set_goal,
)
from domain.trajectories.hand_over import (
    NotYoursToHandOver as NotYoursToHandOver,
    SessionsClash as SessionsClash,
    hand_over as hand_over,
    list_hand_overs as list_hand_overs,
)
from domain.trajectories.hints import (
    Hint as Hint,
    Hints as Hints,
    hints_of as hints_of,
    hints_texts as hints_texts,
    read_hints as read_hints,
)
from domain.trajectories.holds import (
    HoldExpired as HoldExpired,
    HoldNotFound as HoldNotFound,
    confirm_hold as confirm_hold,
    expire_hold as expire_hold,
    expired_holds as expired_holds,
    next_hold_expiry_at as next_hold_expiry_at,
    place_hold as place_hold,
    release_hold as release_hold,
)
from domain.trajectories.invitations import (
    appointment as appointment,
    due_reminders as due_reminders,
    invite as invite,
    next_reminder_at as next_reminder_at,
    remind as remind,
    retime_reminders as retime_reminders,
)
from domain.trajectories.model import (
    MOVES as MOVES,
    SESSION_MOVES as SESSION_MOVES,
    CancelledBy as CancelledBy,
    CoachNotFree as CoachNotFree,
    Deputy as Deputy,
    Domain as Domain,
    Format as Format,
    Method as Method,
    RoomNotFree as RoomNotFree,
    Series as Series,
    SeriesNotFound as SeriesNotFound,
    Session as Session,
    SessionKind as SessionKind,
    SessionNotFound as SessionNotFound,
    SessionState as SessionState,
    Trajectory as Trajectory,
    TrajectoryNotFound as TrajectoryNotFound,
    TrajectoryState as TrajectoryState,
)
from domain.trajectories.noted import (
    Dimension as Dimension,
    Focus as Focus,
    Layer as Layer,
    Note as Note,
    NoteNotFound as NoteNotFound,
    Principle as Principle,
    Segment as Segment,
    Visibility as Visibility,
    joined as joined,
    parted as parted,
)
from domain.trajectories.notes import (
    NotesNotConsented as NotesNotConsented,
    OpenNote as OpenNote,
    OpenNoteVersion as OpenNoteVersion,
    TextOrSegments as TextOrSegments,
    change_note as change_note,
    read_note as read_note,
    read_note_versions as read_note_versions,
    read_notes as read_notes,
    write_note as write_note,
)
from domain.trajectories.other_times import (
    CoacheeNotFree as CoacheeNotFree,
    give_time_back as give_time_back,
    keep_time as keep_time,
)
from domain.trajectories.phases import (
    NoSuchPhase as NoSuchPhase,
    Phases as Phases,
    PhaseText as PhaseText,
    Template as Template,
    own_phases as own_phases,
    practice_phases as practice_phases,
    set_phases as set_phases,
)
from domain.trajectories.places import (
    NoSuchLocation as NoSuchLocation,
    OccurrencesRefused as OccurrencesRefused,
    TooFarAhead as TooFarAhead,
    TypeOfAnotherKind as TypeOfAnotherKind,
    Wanted as Wanted,
    must_be_free as must_be_free,
    take_place as take_place,
)
from domain.trajectories.queries import (
    KindMinutes as KindMinutes,
    get_session as get_session,
    get_trajectory as get_trajectory,
    list_trajectories as list_trajectories,
    meetings_elsewhere as meetings_elsewhere,
    meetings_since as meetings_since,
    minutes_by_kind as minutes_by_kind,
    minutes_held as minutes_held,
)
from domain.trajectories.records import (
    ClosingReview as ClosingReview,
    ContactMoment as ContactMoment,
    Goal as Goal,
    GoalNotFound as GoalNotFound,
    GoalState as GoalState,
    HandOver as HandOver,
)
from domain.trajectories.recurrence import (
    NoOccurrence as NoOccurrence,
    RuleUnreadable as RuleUnreadable,
    RuleWithoutEnd as RuleWithoutEnd,
    TooManyOccurrences as TooManyOccurrences,
)
from domain.trajectories.series import (
    NewSeries as NewSeries,
    cancel_series as cancel_series,
    get_series as get_series,
    plan_series as plan_series,
    sessions_of as sessions_of,
    update_series as update_series,
)
from domain.trajectories.sessions import (
    AftercareOver as AftercareOver,
    NewSession as NewSession,
    SessionNotStarted as SessionNotStarted,
    TrajectoryNotRunning as TrajectoryNotRunning,
    cancel_session as cancel_session,
    hold_session as hold_session,
    mark_no_show as mark_no_show,
    plan_overlapping_session as plan_overlapping_session,
    plan_session as plan_session,
    update_session as update_session,
)
from domain.trajectories.shared_notes import SharedNote as SharedNote, list_shared_notes as list_shared_notes
from domain.trajectories.views import (
    SessionFilter as SessionFilter,
    SessionView as SessionView,
    TrajectoryView as TrajectoryView,
    list_sessions as list_sessions,
    read_trajectory as read_trajectory,
    view_session as view_session,
    view_trajectory as view_trajectory,
)
