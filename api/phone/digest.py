"""What she brings to her next session: she sees it first, chooses what is in it, and shares that or nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Literal, TypeAlias

import msgspec
from litestar import Response, get, post, put
from litestar.params import JSONBody
from msgspec import Meta

from api.fields import END, In, Out
from api.phone.forms import LARGEST, read_form
from api.phone.pages import go_to, page
from api.phone.sessions import Own, acting_in, keep, looking_in, must_be_json
from api.phone.visits import AnyRequest
from api.phone.wording import words
from domain import checkins, digests
from domain.checkins import Sent
from domain.digests import Brought, Choice, Digest, DigestNotFound, DigestState, NothingChosen, Offer, OfferedWords
from domain.kit.calendar import local_time
from domain.kit.ids import AssignmentId, CheckInId, SessionId
from domain.trajectories import Session

LONGEST = 280  # characters of the topic
YES = "yes"
Topic: TypeAlias = Annotated[str, Meta(min_length=1, max_length=LONGEST, pattern=r"^(?=\s*\S)[^\x00]*" + END)]
Named: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1500)]  # several in her own words count as one


class OfferedNow(Out, frozen=True):
    """Something that she wrote. `shared`: her coach may read it already."""

    check_in_id: CheckInId
    day: date
    text: str
    wished: str | None
    shared: bool

    @classmethod
    def of_words(cls, one: OfferedWords) -> "OfferedNow":
        told = one.words
        return cls(check_in_id=one.check_in_id, day=told.day, text=told.text, wished=told.wished, shared=one.shared)


class AssignmentNow(Out, frozen=True):
    id: AssignmentId
    due_on: date
    task: str


class DigestNow(msgspec.Struct, frozen=True, kw_only=True):
    """What she may choose from for her next session, and what she shares of it now."""

    session_id: SessionId
    starts_at: datetime
    state: DigestState
    since: datetime
    may_share: bool
    """Whether she agreed that answers may be shared: if not, none are offered."""
    successes: list[OfferedNow]
    obstacle: OfferedNow | None
    qualities: list[str]
    step: OfferedNow | None
    assignments: list[AssignmentNow]
    brought: Brought | None

    @classmethod
    def of(cls, digest: Digest, session: Session, offer: Offer, brought: Brought | None) -> "DigestNow":
        return cls(
            session_id=session.id,
            starts_at=session.starts_at,
            state=digest.state,
            since=offer.since,
            may_share=offer.may_share,
            successes=[OfferedNow.of_words(one) for one in offer.successes],
            obstacle=offer.obstacle and OfferedNow.of_words(offer.obstacle),
            qualities=offer.qualities,
            step=offer.step and OfferedNow.of_words(offer.step),
            assignments=[AssignmentNow.of(one) for one in offer.assignments],
            brought=brought,
        )


class DigestIn(In, frozen=True):
    """What she shares of it; to keep it all to herself, `keep_back` alone."""

    session_id: SessionId
    keep_back: Literal[True] | None = None
    successes: Annotated[tuple[CheckInId, ...], Meta(max_length=20)] = ()
    obstacle: bool = False
    qualities: Annotated[tuple[Named, ...], Meta(max_length=200)] = ()
    step: bool = False
    assignment_ids: Annotated[tuple[AssignmentId, ...], Meta(max_length=20)] = ()
    topic: Topic | None = None

    @property
    def choice(self) -> Choice:
        names = ("successes", "obstacle", "qualities", "step", "assignment_ids", "topic")
        return Choice(**{name: getattr(self, name) for name in names})


@get("/me/digest")
async def show_digest(request: AnyRequest) -> Response[str]:
    """What she may bring to her next session; looking changes nothing."""
    async with looking_in(request) as own:
        found = await digests.waiting_digest(own.work, own.coachee.id)
        if found is None:
            return go_to("/me")
        offer = await digests.offer_of(own.work, found[0], own.language)
        brought = await digests.brought_by(own.work, found[0])
        return _form(own, found, offer, ticked(offer, brought))


@post("/me/digest", status_code=200, request_max_body_size=LARGEST)
async def choose_digest(request: AnyRequest) -> Response[str]:
    """Share what she ticked, or keep it to herself."""
    sent = await read_form(request)
    async with acting_in(request) as own:
        own.check(sent)
        answer = await _choose(own, sent)
    return keep(request, answer, own.fresh)


@get("/v1/me/digest")
async def read_digest(request: AnyRequest) -> DigestNow:
    """What she may bring to her next session, and what she shares of it now."""
    async with looking_in(request) as own:
        return await _now(own)


@put("/v1/me/digest", status_code=200, request_max_body_size=LARGEST)
async def put_digest(request: AnyRequest, data: JSONBody[DigestIn]) -> Response[DigestNow]:
    """Share what she chose, or keep it to herself."""
    must_be_json(request)
    async with acting_in(request) as own:
        if data.keep_back:
            await digests.keep_digest_back(own.work, own.coachee.id, data.session_id)
        else:
            await digests.share_digest(own.work, own.coachee.id, data.session_id, data.choice, own.language)
        now = await _now(own)
    return keep(request, Response(now), own.fresh)


async def _now(own: Own) -> DigestNow:
    found = await digests.waiting_digest(own.work, own.coachee.id)
    if found is None:
        raise DigestNotFound
    offer = await digests.offer_of(own.work, found[0], own.language)
    return DigestNow.of(*found, offer, await digests.brought_by(own.work, found[0]))


async def _choose(own: Own, sent: Sent) -> Response[str]:
    found = await digests.waiting_digest(own.work, own.coachee.id, lock=True)
    if found is None or not sent.has("session", str(found[1].id)):
        return go_to("/me")
    if sent.has("do", "keep_back"):
        await digests.keep_digest_back(own.work, own.coachee.id, found[1].id)
        return go_to("/me")
    offer = await digests.offer_of(own.work, found[0], own.language)
    choice = read_choice(sent, offer)
    if not sent.faults:
        try:
            await digests.share_digest(own.work, own.coachee.id, found[1].id, choice, own.language)
        except NothingChosen:
            sent.missing("topic")
    return _form(own, found, offer, sent) if sent.faults else go_to("/me/digest")


def read_choice(sent: Sent, offer: Offer) -> Choice:
    """What she ticked of what is offered; it stands only where `sent.faults` is empty afterwards."""
    successes = {str(one.check_in_id): one.check_in_id for one in offer.successes}
    assignments = {str(one.id): one.id for one in offer.assignments}
    picked = sent.chosen("successes", successes, digests.MOST_SUCCESSES)
    given = sent.chosen("assignments", assignments, len(assignments))
    return Choice(
        successes=[successes[key] for key in picked if key in successes],
        obstacle=offer.obstacle is not None and sent.has("obstacle", YES),
        qualities=sent.chosen("qualities", offer.qualities, len(offer.qualities)),
        step=offer.step is not None and sent.has("step", YES),
        assignment_ids=[assignments[key] for key in given if key in assignments],
        topic=sent.text("topic", LONGEST),
    )


def ticked(offer: Offer, brought: Brought | None) -> Sent:
    """What she shares now; before she decided, what her coach may read already, and nothing that she keeps."""
    if brought is None:
        known = [str(one.check_in_id) for one in offer.successes if one.shared][: digests.MOST_SUCCESSES]
        return Sent({"successes": known})
    successes = [str(one.check_in_id) for one in offer.successes if one.words in brought.successes]
    values: Mapping[str, list[str]] = {
        "successes": successes,
        "obstacle": [YES] if brought.obstacle else [],
        "qualities": list(brought.qualities),
        "step": [YES] if brought.step else [],
        "assignments": [str(one) for one in brought.assignment_ids],
        "topic": [brought.topic or ""],
    }
    return Sent(values)


def _form(own: Own, found: tuple[Digest, Session], offer: Offer, sent: Sent) -> Response[str]:
    said, flow = words(own.language), checkins.wordings(own.language)
    starts = local_time(found[1].starts_at, own.coachee.zone)
    return page(
        "me_digest.html",
        own.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK,
        proof=own.proof,
        session_id=found[1].id,
        state=found[0].state,
        day=said.day(starts.date()),
        time=said.time(starts.time()),
        offer=offer,
        dated=[(one, said.day(one.words.day)) for one in offer.successes],
        qualities=[(key, flow.qualities.get(key, key)) for key in offer.qualities],
        assignments=[(one, said.day(one.due_on)) for one in offer.assignments],
        most=LONGEST,
        sent=sent,
        faults={name: said.fault(name, fault) for name, fault in sent.faults.items()},
    )


PAGES = (show_digest, choose_digest)
IN_JSON = (read_digest, put_digest)
