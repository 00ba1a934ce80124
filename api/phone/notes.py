"""What her coach wrote of their sessions and shares with her, in her own area."""

from datetime import date
from http import HTTPStatus

from litestar import Response, get

from api.fields import Out
from api.phone.pages import page
from api.phone.sessions import looking_in
from api.phone.visits import AnyRequest
from api.phone.wording import words
from domain import practice, trajectories
from domain.kit.ids import NoteId, StaffId


class NoteNow(Out, frozen=True, kw_only=True):
    """A note that is shared with her, and the day of its session."""

    id: NoteId
    day: date
    author_id: StaffId
    text: str


@get("/me/notes")
async def show_notes(request: AnyRequest) -> Response[str]:
    """What was written of her sessions, and by whom."""
    async with looking_in(request) as own:
        said = words(own.language)
        found = [
            (said.day(one.day), (await practice.get_staff(own.work, one.author_id)).name, one.text)
            for one in await trajectories.list_shared_notes(own.work, own.coachee.id)
        ]
        return page("me_notes.html", own.language, status=HTTPStatus.OK, proof=own.proof, found=found)


@get("/v1/me/notes")
async def read_notes(request: AnyRequest) -> list[NoteNow]:
    """What was written of her sessions and is shared with her, the latest first."""
    async with looking_in(request) as own:
        return [NoteNow.of(one) for one in await trajectories.list_shared_notes(own.work, own.coachee.id)]


PAGES = (show_notes,)
IN_JSON = (read_notes,)
