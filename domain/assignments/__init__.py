"""Assignments: exercises that a coach gives a coachee, and what she writes of them on her phone."""

from domain.assignments.actions import (
    DueInThePast as DueInThePast,
    NothingAsked as NothingAsked,
    due_assignments as due_assignments,
    expire_assignment as expire_assignment,
    give_assignment as give_assignment,
    next_due_at as next_due_at,
)
from domain.assignments.answering import (
    assigned as assigned,
    decline_assignment as decline_assignment,
    draft_of as draft_of,
    finish_assignment as finish_assignment,
    save_draft as save_draft,
    task_of as task_of,
)
from domain.assignments.exercises import (
    Exercise as Exercise,
    Exercises as Exercises,
    NoSuchExercise as NoSuchExercise,
    own_exercises as own_exercises,
    practice_exercises as practice_exercises,
    set_exercises as set_exercises,
)
from domain.assignments.model import (
    MOVES as MOVES,
    Assignment as Assignment,
    AssignmentNotFound as AssignmentNotFound,
    AssignmentState as AssignmentState,
)
from domain.assignments.queries import (
    OpenAssignment as OpenAssignment,
    list_assignments as list_assignments,
    open_assignments_of as open_assignments_of,
    read_assignment as read_assignment,
)
