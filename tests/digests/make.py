"""Digests for tests, made through the same actions as the product."""

from domain import digests
from domain.digests import Choice
from domain.kit.ids import CoacheeId, SessionId
from domain.kit.work import SCHEDULER, Actor, ActorKind, House, begin
from domain.messaging import Language
from tests.factories import Cast


async def shared(house: House, cast: Cast, coachee_id: CoacheeId, session_id: SessionId) -> None:
    """A topic that the coachee shares for a session to come."""
    async with begin(house, cast.practice_id, SCHEDULER) as work:
        await digests.offer_digest(work, session_id)
    async with begin(house, cast.practice_id, Actor(ActorKind.COACHEE, coachee_id)) as work:
        choice = Choice(topic="Mijn nieuwe rol")
        await digests.share_digest(work, coachee_id, session_id, choice, Language.NL)
