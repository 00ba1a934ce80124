"""What a coachee is asked by link: how deep and durable it was, at the end and long after; how a session felt."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, people, trajectories
from domain.kit.calendar import add_months, instant, local_day, sane_day
from domain.kit.due import Due
from domain.kit.ids import CoacheeId, ReviewId, SessionId, TrajectoryId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.secrets import digest
from domain.kit.work import Work, find
from domain.messaging import announce, post
from domain.method import file
from domain.method.asked import (
    AFTER_MONTHS,
    OPEN_FOR,
    AlreadySent,
    Moment,
    NotHeldYet,
    Review,
    ReviewNotFound,
    ReviewState,
)
from domain.people import Coachee
from domain.practice import Role
from domain.trajectories import Format, Trajectory, TrajectoryState

BATCH = 500
MORNING = time(10)  # in the coachee's zone


async def due_to_plan(session: AsyncSession, now: datetime) -> list[Due[TrajectoryId]]:
    """Completed trajectories of every practice whose reviews are not planned yet."""
    ended = (*_unplanned(), Trajectory.ended_at <= now)
    query = select(Trajectory.practice_id, Trajectory.id).where(*ended).order_by(Trajectory.ended_at)
    return [Due(practice_id, id_) for practice_id, id_ in await session.execute(query.limit(BATCH))]


async def next_planning_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(Trajectory.ended_at)).where(*_unplanned()))


async def plan_reviews(work: Work, trajectory_id: TrajectoryId) -> None:
    """Plan the three reviews of a trajectory once: of a talk or a contact moment there are none."""
    mine = (Trajectory.practice_id == work.practice_id, Trajectory.id == trajectory_id)
    query = select(Trajectory).where(*mine, *_unplanned()).with_for_update(skip_locked=True)
    trajectory = await work.session.scalar(query)
    if trajectory is None or trajectory.ended_at is None:
        return
    if trajectory.format is Format.TRAJECTORY:
        coachee = await people.get_coachee(work, trajectory.coachee_id)
        ended_on = local_day(trajectory.ended_at, coachee.zone)
        for moment, months in AFTER_MONTHS.items():
            due_at = instant(add_months(ended_on, months), MORNING, coachee.zone)
            await _plan(work, trajectory, moment, due_at if months else max(due_at, work.now))
    # No change of the trajectory itself: its version stays what people read.
    await work.session.execute(update(Trajectory).where(*mine).values(reviews_planned_at=work.now))


async def ask_about_session(work: Work, session_id: SessionId) -> Review:
    """Ask the coachee how the contact was in a session that was held; she decides whether her coach reads it."""
    session = await trajectories.get_session(work, session_id)
    await file.open_file_to_add(work, session.coachee_id)
    if session.state is not trajectories.SessionState.HELD:
        raise NotHeldYet(state=session.state)
    trajectory = await trajectories.get_trajectory(work, session.trajectory_id)
    review = await _plan(work, trajectory, Moment.AFTER_SESSION, work.now, session_id)
    await _send(work, review)
    return review


async def due_reviews(session: AsyncSession, now: datetime) -> list[Due[ReviewId]]:
    due = (Review.state == ReviewState.PLANNED, Review.due_at <= now)
    query = select(Review.practice_id, Review.id).where(*due).order_by(Review.due_at).limit(BATCH)
    return [Due(practice_id, review_id) for practice_id, review_id in await session.execute(query)]


async def next_review_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(Review.due_at)).where(Review.state == ReviewState.PLANNED))


async def send_review(work: Work, review_id: ReviewId) -> None:
    """Send what is due, or cancel it where the coachee's file is closed. Seen to already: nothing to do."""
    due = (Review.id == review_id, Review.state == ReviewState.PLANNED, Review.due_at <= work.now)
    query = select(Review).where(Review.practice_id == work.practice_id, *due).with_for_update(skip_locked=True)
    review = await work.session.scalar(query)
    if review is not None:
        await _send(work, review)


async def list_reviews(work: Work, coachee_id: CoacheeId, page: PageRequest) -> Page[tuple[Review, dict[str, Any]]]:
    """With their answers, where the coachee shares them; that they were read is kept in the audit trail."""
    await file.open_file(work, coachee_id)
    query = select(Review).where(Review.practice_id == work.practice_id, Review.coachee_id == coachee_id)
    found = await fetch_page(work, query, page, list_name=f"reviews:{coachee_id}", keys=[Review.id])
    opened = [(review, await _answers(work, review)) for review in found.items]
    audit.record(work, "reviews_read", coachee_id, reviews=len(opened))
    return Page(opened, found.next_cursor)


@dataclass(frozen=True, slots=True)
class SharedReview:
    """What a coachee answered when she looked back, and shares."""

    moment: Moment
    answered_at: datetime
    items: tuple[str, ...]
    answers: dict[str, Any]


async def shared_reviews(work: Work, coachee_id: CoacheeId, trajectory_id: TrajectoryId) -> list[SharedReview]:
    """Of a whole trajectory; that they were read is kept in the audit trail."""
    await file.open_file(work, coachee_id)
    query = select(Review).where(
        Review.practice_id == work.practice_id,
        Review.trajectory_id == trajectory_id,
        Review.moment != Moment.AFTER_SESSION,
        Review.state == ReviewState.ANSWERED,
        Review.shared,
    )
    found = [*await work.session.scalars(query)]
    if found:
        audit.record(work, "reviews_read", coachee_id, reviews=len(found))
    return [
        SharedReview(one.moment, one.answered_at, one.items, await _answers(work, one))
        for one in found
        if one.answered_at is not None
    ]


async def move_review(work: Work, review_id: ReviewId, day: date) -> Review:
    """Ask on another day. What went out already stays as it is."""
    review = await _get(work, review_id, lock=True)
    if review.state is not ReviewState.PLANNED:
        raise AlreadySent(state=review.state)
    coachee = await people.get_coachee(work, review.coachee_id)
    review.due_at = instant(sane_day(day, field="due_on"), MORNING, coachee.zone)
    await work.session.flush()
    announce(work, "review_moved", review.id, coachee_id=review.coachee_id, due_on=day)
    return review


async def cancel_review(work: Work, review_id: ReviewId) -> Review:
    """Do not ask, or take back what was asked. Cancelling again changes nothing."""
    review = await _get(work, review_id, lock=True)
    if review.state is not ReviewState.CANCELLED:
        review.move(ReviewState.CANCELLED, work.now)
        await work.session.flush()
        announce(work, "review_cancelled", review.id, coachee_id=review.coachee_id)
    return review


async def asked(work: Work, review_id: ReviewId, *, lock: bool = False) -> Review:
    """A review, to the coachee whom a link leads to it."""
    query = select(Review).where(Review.practice_id == work.practice_id, Review.id == review_id)
    review = await work.session.scalar(query.with_for_update() if lock else query)
    if review is None:
        raise ReviewNotFound(id=review_id)
    return review


async def answer_review(work: Work, review: Review, answers: dict[str, Any], *, shared: bool) -> None:
    """Keep her answers, sealed. The first ones count."""
    review.sealed_answers = await people.seal(work, review.coachee_id, json.dumps(answers), _context(review))
    review.shared = shared
    review.move(ReviewState.ANSWERED, work.now)
    await work.session.flush()
    announce(work, "review_answered", review.id, coachee_id=review.coachee_id)


def _unplanned() -> tuple[Any, Any]:
    return Trajectory.state == TrajectoryState.COMPLETED, Trajectory.reviews_planned_at.is_(None)


async def _plan(
    work: Work, trajectory: Trajectory, moment: Moment, due_at: datetime, session_id: SessionId | None = None
) -> Review:
    review_id = ReviewId(new_id())
    review = Review(
        practice_id=work.practice_id,
        id=review_id,
        coachee_id=trajectory.coachee_id,
        trajectory_id=trajectory.id,
        session_id=session_id,
        moment=moment,
        due_at=due_at,
        token_digest=digest(work.vault.token("review", str(review_id))),
    )
    await work.store(review)
    announce(work, "review_planned", review.id, coachee_id=review.coachee_id, moment=moment)
    return review


async def _send(work: Work, review: Review) -> None:
    coachee = await people.get_coachee(work, review.coachee_id)
    if not await _may_be_asked(work, coachee):
        review.move(ReviewState.CANCELLED, work.now)
        announce(work, "review_cancelled", review.id, coachee_id=review.coachee_id)
        return
    review.move(ReviewState.SENT, work.now)
    good_until = work.now + OPEN_FOR
    post(work, "review", people.recipient(coachee), link=f"review:{review.id}", good_until=good_until)
    await work.session.flush()
    announce(work, "review_sent", review.id, coachee_id=review.coachee_id)


async def _may_be_asked(work: Work, coachee: Coachee) -> bool:
    key = await work.session.get(people.SealingKey, (work.practice_id, coachee.id))
    return coachee.archived_at is None and key is not None and key.wrapped_key is not None


async def _get(work: Work, review_id: ReviewId, *, lock: bool = False) -> Review:
    only = Review.coachee_id.in_(file.own_coachees(work)) if work.actor.role == Role.COACH else None
    review = await find(work, Review, review_id, ReviewNotFound, lock=lock, only=only)
    await file.open_file(work, review.coachee_id)
    return review


async def _answers(work: Work, review: Review) -> dict[str, Any]:
    if review.sealed_answers is None or not review.shared:
        return {}
    return json.loads(await people.unseal(work, review.coachee_id, review.sealed_answers, _context(review)))


def _context(review: Review) -> str:
    return f"reviews:{review.id}:answers"
