"""What she agreed to, what she still may, and who read what of hers: seen, given and taken back in her own area."""

from dataclasses import dataclass
from http import HTTPStatus

from litestar import Response, get, post
from litestar.params import FromPath

from api.phone.forms import LARGEST, read_form
from api.phone.pages import go_to, page
from api.phone.sessions import Own, acting_in, keep, looking_in
from api.phone.visits import AnyRequest
from api.phone.wording import words
from domain import audit, people, practice
from domain.kit.calendar import local_day
from domain.kit.ids import ConsentId, StaffId
from domain.people import Purpose
from domain.practice import StaffNotFound

READS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Read:
    day: str
    who: str
    what: str


@get("/me/access")
async def show_access(request: AnyRequest) -> Response[str]:
    """What she agreed to, who can read what, and who did."""
    async with looking_in(request) as own:
        return await _access(own)


async def _access(own: Own, *, changed: bool = False) -> Response[str]:
    """`changed` where she said yes to words that are no longer asked: the new ones are before her now."""
    said = words(own.language)["me"]
    given = await people.consents_now(own.work, own.coachee.id)
    offered = await people.open_to_agree(own.work, own.coachee, own.language)
    return page(
        "me_access.html",
        own.language,
        status=HTTPStatus.CONFLICT if changed else HTTPStatus.OK,
        proof=own.proof,
        consents=[(one.id, said[f"purpose_{one.purpose}"], one.purpose) for one in given.values()],
        offered=[(said[f"purpose_{one.purpose}"], one) for one in offered],
        reads=await _reads(own),
        changed=changed,
    )


async def _reads(own: Own) -> list[Read]:
    said = words(own.language)
    kinds = said["me"]["reads"]
    told: list[Read] = []
    for entry in await audit.list_reads(own.work, own.coachee.id, READS_SHOWN):
        day = said.day(local_day(entry.at, own.coachee.zone))
        what = kinds.get(entry.action.removesuffix("_read"), kinds["other"])
        told.append(Read(day, await _name_of(own, entry.actor_id and StaffId(entry.actor_id)), what))
    return told


async def _name_of(own: Own, staff_id: StaffId | None) -> str:
    try:
        return (await practice.get_staff(own.work, staff_id)).name if staff_id else ""
    except StaffNotFound:
        return ""


@post("/me/consents/{consent_id:uuid}/withdraw", status_code=200, request_max_body_size=LARGEST)
async def withdraw_consent(request: AnyRequest, consent_id: FromPath[ConsentId]) -> Response[str]:
    """Take a consent back: as easy as it was to give."""
    sent = await read_form(request)
    async with acting_in(request) as own:
        own.check(sent)
        await people.withdraw_consent(own.work, own.coachee.id, consent_id)
    return keep(request, go_to("/me/access"), own.fresh)


@post("/me/consents", status_code=200, request_max_body_size=LARGEST)
async def give_consent(request: AnyRequest) -> Response[str]:
    """Say yes to one thing, by the button below its exact words."""
    sent = await read_form(request)
    async with acting_in(request) as own:
        own.check(sent)
        purpose, version = sent.choice("purpose", Purpose), sent.shown("version")
        if purpose is None or purpose in people.WITH_A_DEVICE:
            return go_to("/me/access")
        shown = people.current_version(purpose)
        if version != str(shown):
            return await _access(own, changed=True)
        await people.agree_once(own.work, own.coachee.id, purpose, shown, own.language)
    return keep(request, go_to("/me/access"), own.fresh)


PAGES = (show_access, give_consent, withdraw_consent)
