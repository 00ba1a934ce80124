"""Consents and their wordings."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.fields import PageCursor, PageLimit, page_request
from api.people.shapes import ConsentIn, ConsentOut, ConsentPage, WordingList, WordingOut
from api.problems import refuses
from domain import people
from domain.kit.ids import CoacheeId, ConsentId
from domain.kit.paging import InvalidCursor
from domain.kit.work import Work
from domain.people import CoacheeNotFound, ConsentAlreadyGiven, ConsentNotFound, LinkNotFollowed, WordingNotCurrent


@get("/consent-wordings", scope="coachees:read", sync_to_thread=False)
def list_consent_wordings() -> WordingList:
    """Read what coachees are asked to consent to, word for word; show the current version and send its number."""
    return WordingList([WordingOut.of(wording) for wording in people.wordings()])


@post(
    "/coachees/{coachee_id:uuid}/consents",
    scope="coachees:write",
    responses=refuses(CoacheeNotFound, WordingNotCurrent, LinkNotFollowed, ConsentAlreadyGiven),
)
async def give_consent(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], data: JSONBody[ConsentIn]
) -> ConsentOut:
    """Record that a coachee agrees, to one purpose, in the words that she was shown."""
    consent = await people.give_consent(
        work,
        coachee_id,
        data.purpose,
        wording_version=data.wording_version,
        given_via=data.given_via,
        language=data.language,
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


HANDLERS = (list_consent_wordings, give_consent, list_consents, withdraw_consent)
