"""Consents and their wordings, and who gives them for a minor."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.fields import PageCursor, PageLimit, page_request
from api.people.shapes import (
    ConsentIn,
    ConsentOut,
    ConsentPage,
    GuardianIn,
    GuardianOut,
    GuardianPage,
    WordingList,
    WordingOut,
)
from api.problems import refuses
from domain import people
from domain.kit.ids import CoacheeId, ConsentId, GuardianId
from domain.kit.paging import InvalidCursor
from domain.kit.work import Work
from domain.people import (
    CoacheeArchived,
    CoacheeNotFound,
    ConsentAlreadyGiven,
    ConsentNotFound,
    GuardianEnded,
    GuardianNeeded,
    GuardianNotFound,
    LinkNotFollowed,
    NoSuchGuardian,
    NotAMinor,
    WordingNotCurrent,
)


@get("/consent-wordings", scope="coachees:read", sync_to_thread=False)
def list_consent_wordings() -> WordingList:
    """Read what coachees are asked to consent to, word for word; show the current version and send its number."""
    return WordingList([WordingOut.of(wording) for wording in (*people.wordings(), *people.as_spoken())])


@post(
    "/coachees/{coachee_id:uuid}/consents",
    scope="coachees:write",
    responses=refuses(
        CoacheeNotFound,
        WordingNotCurrent,
        LinkNotFollowed,
        ConsentAlreadyGiven,
        GuardianNeeded,
        NoSuchGuardian,
        NotAMinor,
    ),
)
async def give_consent(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], data: JSONBody[ConsentIn]
) -> ConsentOut:
    """Record that a coachee agrees, to one purpose, in the words that she was shown.

    For a minor a parent or guardian does, unless she is old enough to agree to check-ins herself where she lives.
    """
    consent = await people.give_consent(
        work,
        coachee_id,
        data.purpose,
        wording_version=data.wording_version,
        given_via=data.given_via,
        language=data.language,
        guardian_id=data.guardian_id,
    )
    return ConsentOut.of(consent)


@get("/coachees/{coachee_id:uuid}/consents", scope="coachees:read", responses=refuses(CoacheeNotFound, InvalidCursor))
async def list_consents(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], limit: PageLimit = 20, cursor: PageCursor = None
) -> ConsentPage:
    """List what a coachee agreed to, withdrawn consents included."""
    page = await people.list_consents(work, coachee_id, page_request(limit, cursor))
    return ConsentPage([ConsentOut.of(consent) for consent in page.items], page.next_cursor)


@post(
    "/coachees/{coachee_id:uuid}/consents/{consent_id:uuid}/withdraw",
    status_code=200,
    scope="coachees:write",
    responses=refuses(ConsentNotFound),
)
async def withdraw_consent(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], consent_id: FromPath[ConsentId]
) -> ConsentOut:
    """Withdraw a consent. It holds no longer from this moment on."""
    return ConsentOut.of(await people.withdraw_consent(work, coachee_id, consent_id))


@post(
    "/coachees/{coachee_id:uuid}/guardians",
    scope="coachees:write",
    responses=refuses(CoacheeNotFound, CoacheeArchived, NotAMinor),
)
async def add_guardian(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], data: JSONBody[GuardianIn]
) -> GuardianOut:
    """Add a parent or guardian, who agrees and signs for a minor. Nothing is sent yet."""
    return GuardianOut.of(await people.add_guardian(work, coachee_id, data.new()))


@get("/coachees/{coachee_id:uuid}/guardians", scope="coachees:read", responses=refuses(CoacheeNotFound, InvalidCursor))
async def list_guardians(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], limit: PageLimit = 20, cursor: PageCursor = None
) -> GuardianPage:
    """List who agrees for a minor, and who did before."""
    page = await people.list_guardians(work, coachee_id, page_request(limit, cursor))
    return GuardianPage([GuardianOut.of(guardian) for guardian in page.items], page.next_cursor)


@post(
    "/coachees/{coachee_id:uuid}/guardians/{guardian_id:uuid}/end",
    status_code=200,
    scope="coachees:write",
    responses=refuses(GuardianNotFound),
)
async def end_guardian(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], guardian_id: FromPath[GuardianId]
) -> GuardianOut:
    """Let somebody no longer agree for a minor. What was agreed before stays."""
    return GuardianOut.of(await people.end_guardian(work, coachee_id, guardian_id))


@post(
    "/coachees/{coachee_id:uuid}/guardians/{guardian_id:uuid}/ask",
    status_code=200,
    scope="coachees:write",
    responses=refuses(CoacheeNotFound, CoacheeArchived, GuardianNotFound, GuardianEnded, NotAMinor),
)
async def ask_guardian(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], guardian_id: FromPath[GuardianId]
) -> GuardianOut:
    """Mail a minor's guardian a link to a page where she agrees to each purpose by itself, or takes it back."""
    return GuardianOut.of(await people.ask_guardian(work, coachee_id, guardian_id))


HANDLERS = (
    list_consent_wordings,
    give_consent,
    list_consents,
    withdraw_consent,
    add_guardian,
    list_guardians,
    ask_guardian,
    end_guardian,
)
