"""The practice, its staff and its keys."""

from typing import Any, TypeAlias

from litestar import Request, Response, Router, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.fields import PageCursor, PageLimit, page_request
from api.files import file_response
from api.practice.shapes import (
    KeyIn,
    KeyOut,
    KeyPage,
    NewKeyOut,
    PracticeOut,
    PracticePatch,
    StaffIn,
    StaffOut,
    StaffPage,
    StaffPatch,
)
from api.problems import refuses
from api.requests import TAKES_FILE
from domain import practice, relocation
from domain.documents import LARGEST_LOGO, LogoKindUnknown, LogoNotPlain, LogoTooLarge, LogoUnreadable
from domain.kit.calendar import DayOutOfRange, UnknownZone
from domain.kit.ids import KeyId, StaffId
from domain.kit.paging import InvalidCursor
from domain.kit.work import VersionChanged, Work
from domain.practice import (
    ColourTooLight,
    ExpiryInPast,
    InvalidEnterpriseNumber,
    InvalidIban,
    KeyNotFound,
    KeyOfAnOwner,
    LogoNotFound,
    NewStaff,
    OwnerNeeded,
    ScopeBeyondRole,
    StaffEmailTaken,
    StaffHasLeft,
    StaffNotFound,
    UnknownScope,
)
from domain.trajectories import CoachNotFree

AnyRequest: TypeAlias = Request[Any, Any, Any]


@get("/practice", scope="practice:read")
async def read_practice(work: NamedDependency[Work]) -> PracticeOut:
    """Read the practice that the key belongs to."""
    return PracticeOut.of(await practice.get_practice(work))


@patch(
    "/practice",
    scope="practice:write",
    responses=refuses(InvalidEnterpriseNumber, InvalidIban, ColourTooLight, UnknownZone, CoachNotFree, VersionChanged),
)
async def update_practice(work: NamedDependency[Work], data: JSONBody[PracticePatch]) -> PracticeOut:
    """Change the practice's name, address, numbers or settings. Issued invoices keep what they showed.

    With its zone, sessions to come that were planned by its clock keep their wall time: nine o'clock stays nine.
    """
    return PracticeOut.of(await relocation.update_practice(work, data.changes()))


@put(
    "/practice/logo",
    scope="practice:write",
    request_max_body_size=LARGEST_LOGO,
    opt={TAKES_FILE: True},
    responses=refuses(LogoKindUnknown, LogoTooLarge, LogoNotPlain, LogoUnreadable, VersionChanged),
)
async def set_logo(work: NamedDependency[Work], request: AnyRequest) -> PracticeOut:
    """Set the logo that stands on everything printed from now on; what was issued before keeps what it had.

    The body is the picture itself: a PNG, a JPEG or an SVG that only draws shapes, of at most 200 kB and 3,000 pixels.
    """
    return PracticeOut.of(await practice.set_logo(work, await request.body()))


@get(
    "/practice/logo",
    scope="practice:read",
    media_type="application/octet-stream",
    responses=refuses(LogoNotFound),
)
async def read_logo(work: NamedDependency[Work]) -> Response[bytes]:
    """Read the logo, as it was given."""
    return file_response(await practice.read_own_logo(work))


@delete("/practice/logo", scope="practice:write", responses=refuses(LogoNotFound, VersionChanged))
async def remove_logo(work: NamedDependency[Work]) -> None:
    """Print without a logo from now on."""
    await practice.remove_logo(work)


@post("/staff", scope="staff:write", responses=refuses(StaffEmailTaken, OwnerNeeded))
async def add_staff(work: NamedDependency[Work], data: JSONBody[StaffIn]) -> StaffOut:
    """Add a member of staff with a role. She needs a key of her own to call the API."""
    new = NewStaff(name=data.name, email=data.email, role=data.role, language=data.language)
    return StaffOut.of(await practice.add_staff(work, new))


@get("/staff", scope="staff:read", responses=refuses(InvalidCursor))
async def list_staff(work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None) -> StaffPage:
    """List the staff, in the order in which they were added; those who left included."""
    page = await practice.list_staff(work, page_request(limit, cursor))
    return StaffPage([StaffOut.of(staff) for staff in page.items], page.next_cursor)


@get("/staff/{staff_id:uuid}", scope="staff:read", responses=refuses(StaffNotFound))
async def read_staff(work: NamedDependency[Work], staff_id: FromPath[StaffId]) -> StaffOut:
    """Read one member of staff."""
    return StaffOut.of(await practice.get_staff(work, staff_id))


@patch(
    "/staff/{staff_id:uuid}",
    scope="staff:write",
    responses=refuses(StaffNotFound, OwnerNeeded, VersionChanged),
)
async def update_staff(
    work: NamedDependency[Work], staff_id: FromPath[StaffId], data: JSONBody[StaffPatch]
) -> StaffOut:
    """Change a name, a language or a role. A role acts at once on every key of that person."""
    return StaffOut.of(await practice.update_staff(work, staff_id, data.changes()))


@post(
    "/staff/{staff_id:uuid}/leave",
    status_code=200,
    scope="staff:write",
    responses=refuses(StaffNotFound, OwnerNeeded, VersionChanged),
)
async def let_staff_go(work: NamedDependency[Work], staff_id: FromPath[StaffId]) -> StaffOut:
    """Record that someone leaves: her keys open nothing from now on."""
    return StaffOut.of(await practice.let_staff_go(work, staff_id))


@post(
    "/keys",
    scope="keys:write",
    responses=refuses(
        StaffNotFound, StaffHasLeft, KeyOfAnOwner, UnknownScope, ScopeBeyondRole, ExpiryInPast, DayOutOfRange
    ),
)
async def create_key(work: NamedDependency[Work], data: JSONBody[KeyIn]) -> NewKeyOut:
    """Make an API key for a member of staff. Its secret is in this answer, and in a repeat of it by Idempotency-Key.

    One that is made for somebody else is told to her by mail: it reads what she reads.
    """
    key, secret = await practice.create_key(
        work, data.staff_id, name=data.name, scopes=data.scopes, expires_at=data.expires_at
    )
    return NewKeyOut(key=KeyOut.of(key), secret=secret)


@get("/keys", scope="keys:read", responses=refuses(InvalidCursor))
async def list_keys(work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None) -> KeyPage:
    """List the keys, with when each was last used; never their secrets."""
    page = await practice.list_keys(work, page_request(limit, cursor))
    return KeyPage([KeyOut.of(key) for key in page.items], page.next_cursor)


@post("/keys/{key_id:uuid}/revoke", status_code=200, scope="keys:write", responses=refuses(KeyNotFound, KeyOfAnOwner))
async def revoke_key(work: NamedDependency[Work], key_id: FromPath[KeyId]) -> KeyOut:
    """Revoke a key: from the next request on it opens nothing."""
    return KeyOut.of(await practice.revoke_key(work, key_id))


router = Router(
    "/",
    tags=["practice"],
    route_handlers=[
        read_practice,
        update_practice,
        set_logo,
        read_logo,
        remove_logo,
        add_staff,
        list_staff,
        read_staff,
        update_staff,
        let_staff_go,
        create_key,
        list_keys,
        revoke_key,
    ],
)
