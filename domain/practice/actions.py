"""What happens to a practice and its staff."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from stdnum import iban as iban_number
from stdnum.be import vat as enterprise_numbers
from stdnum.exceptions import ValidationError

from domain.kit.calendar import known_zone
from domain.kit.errors import Forbidden, Invalid
from domain.kit.ids import PracticeId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, check_version, find
from domain.messaging import Language, Recipient, announce
from domain.practice.model import NumberSeries, Practice, PracticeNotFound, Role, Staff, StaffNotFound
from domain.practice.rules import COACHING_ROLES, contrast_with_white

LEAST_CONTRAST = 5  # on white paper; on its own tint that leaves 4.5, what WCAG 2.2 asks of text (1.4.3)


class InvalidEnterpriseNumber(Invalid):
    """That is no Belgian enterprise number: ten digits whose last two check the others, like 0403.019.261."""


class InvalidIban(Invalid):
    """That is no IBAN: its check digits do not fit."""


class ColourTooLight(Invalid):
    """Words in that colour are hard to read: it needs a contrast of at least 5 to 1 with white paper."""


class OwnerNeeded(Forbidden):
    """Only an owner may appoint an owner or change one; and a practice keeps at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStaff:
    name: str
    email: str
    role: Role
    language: Language = Language.NL


def enterprise_number(text: str, *, field: str = "enterprise_number") -> str:
    """Ten digits without dots or BE, or the refusal of a number that cannot exist."""
    try:
        number = enterprise_numbers.validate(text)
    except ValidationError as error:
        raise InvalidEnterpriseNumber(field=field) from error
    if number.endswith("00"):  # 97 - (n mod 97) is never 0, whatever the check itself lets pass (PEPPOL-COMMON-R043)
        raise InvalidEnterpriseNumber(field=field)
    return number


def iban(text: str, *, field: str = "iban") -> str:
    """The IBAN without spaces. Arithmetic only: the tables of bank codes age faster than our releases."""
    try:
        return iban_number.validate(text, check_country=False)
    except ValidationError as error:
        raise InvalidIban(field=field) from error


def brand_colour(text: str, *, field: str = "brand_colour") -> str:
    """In lower case, or the refusal of one in which letterheads would be hard to read."""
    contrast = contrast_with_white(text)
    if contrast < LEAST_CONTRAST:
        raise ColourTooLight(field=field, contrast=round(contrast, 2), needed=LEAST_CONTRAST)
    return text.lower()


async def found_practice(work: Work, *, name: str, zone: str, language: Language, owner: NewStaff) -> Practice:
    """Open a practice with its first owner; the work must have entered the new practice's id already."""
    practice = Practice(id=work.practice_id, name=name, zone=known_zone(zone), language=language, created_at=work.now)
    await work.store(practice)
    await work.store(_staff(work, owner))
    announce(work, "practice_founded", practice.id)
    return practice


async def get_practice(work: Work, *, lock: bool = False) -> Practice:
    query = select(Practice).where(Practice.id == work.practice_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    practice = await work.session.scalar(query)
    if practice is None:
        raise PracticeNotFound
    if lock:
        check_version(work, practice)
    return practice


CHECKS: dict[str, Any] = {
    "enterprise_number": enterprise_number,
    "iban": iban,
    "zone": known_zone,
    "brand_colour": brand_colour,
}


async def update_practice(work: Work, changes: dict[str, Any]) -> Practice:
    """Change what is named in `changes` (columns of the practice), after checking numbers and zone."""
    practice = await get_practice(work, lock=True)
    for name, value in changes.items():
        check = CHECKS.get(name)
        setattr(practice, name, check(value) if check and value is not None else value)
    await work.session.flush()
    announce(work, "practice_changed", practice.id, fields=",".join(sorted(changes)))
    return practice


async def add_staff(work: Work, new: NewStaff) -> Staff:
    if new.role is Role.OWNER and work.actor.role not in {Role.OWNER, None}:
        raise OwnerNeeded(field="role")
    staff = _staff(work, new)
    await work.store(staff)
    announce(work, "staff_added", staff.id, role=new.role)
    return staff


def _staff(work: Work, new: NewStaff) -> Staff:
    return Staff(
        practice_id=work.practice_id,
        id=StaffId(new_id()),
        name=new.name,
        email=new.email.strip().lower(),
        role=new.role,
        language=new.language,
        created_at=work.now,
    )


async def update_staff(work: Work, staff_id: StaffId, changes: dict[str, Any]) -> Staff:
    """Change name, role or language; a role acts at once on every key of hers."""
    staff = await _hold_staff(work, staff_id)
    if Role.OWNER in {staff.role, changes.get("role")} and work.actor.role not in {Role.OWNER, None}:
        raise OwnerNeeded(field="role")
    if staff.role is Role.OWNER and changes.get("role", Role.OWNER) is not Role.OWNER:
        await _keep_an_owner(work, staff_id)
    for name, value in changes.items():
        setattr(staff, name, value)
    await work.session.flush()
    announce(work, "staff_changed", staff.id, role=staff.role)
    return staff


async def let_staff_go(work: Work, staff_id: StaffId) -> Staff:
    """She leaves: her keys open nothing from now on. Her sessions and signatures stay hers."""
    staff = await _hold_staff(work, staff_id)
    if staff.role == Role.OWNER:
        if work.actor.role not in {Role.OWNER, None}:
            raise OwnerNeeded(field="role")
        await _keep_an_owner(work, staff_id)
    if staff.left_at is None:
        staff.left_at = work.now
        await work.session.flush()
        announce(work, "staff_left", staff.id)
    return staff


async def _hold_staff(work: Work, staff_id: StaffId) -> Staff:
    """The practice is held first, so that two owners cannot leave at once, nor wait for one another."""
    await get_practice(work, lock=True)
    return await find(work, Staff, staff_id, StaffNotFound, lock=True)


async def _keep_an_owner(work: Work, leaving: StaffId) -> None:
    """Refuse to lose the last owner."""
    query = select(Staff.id).where(
        Staff.practice_id == work.practice_id,
        Staff.role == Role.OWNER,
        Staff.left_at.is_(None),
        Staff.id != leaving,
    )
    if await work.session.scalar(query.limit(1)) is None:
        raise OwnerNeeded(field="role")


async def get_staff(work: Work, staff_id: StaffId) -> Staff:
    return await find(work, Staff, staff_id, StaffNotFound)


async def coaches(work: Work, staff_id: UUID | None) -> bool:
    """Whether that is a member of staff who coaches in this practice today."""
    query = select(Staff.id).where(
        Staff.practice_id == work.practice_id,
        Staff.id == staff_id,
        Staff.role.in_(COACHING_ROLES),
        Staff.left_at.is_(None),
    )
    return staff_id is not None and await work.session.scalar(query) is not None


async def whom_to_tell(work: Work, coach_id: StaffId | None) -> list[Staff]:
    """That coach; where she has left, or there is none, the administrators; where there are none, the owners."""
    return await staff_else_owners(work, lambda one: one.id == coach_id, lambda one: one.role is Role.ADMINISTRATOR)


async def staff_else_owners(work: Work, *wanted: Callable[[Staff], bool]) -> list[Staff]:
    """Who still works here and is what is wanted, by the first wish that anybody meets; else the owners."""
    query = select(Staff).where(Staff.practice_id == work.practice_id, Staff.left_at.is_(None)).order_by(Staff.id)
    staff = (await work.session.scalars(query)).all()
    for is_wanted in (*wanted, _owns):
        if found := [one for one in staff if is_wanted(one)]:
            return found
    return []


def _owns(staff: Staff) -> bool:
    return staff.role is Role.OWNER


def recipient(staff: Staff) -> Recipient:
    return Recipient(staff.id, staff.email, staff.language)


async def find_staff_by_email(work: Work, email: str) -> Staff | None:
    query = select(Staff).where(Staff.practice_id == work.practice_id, Staff.email == email.strip().lower())
    return await work.session.scalar(query)


async def list_staff(work: Work, page: PageRequest) -> Page[Staff]:
    query = select(Staff).where(Staff.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="staff", keys=[Staff.id])


async def next_number(work: Work, series: str, year: int) -> int:
    """Take the next number of a series and year. Its row stays locked until the commit, so numbers have no gaps."""
    statement = insert(NumberSeries).values(practice_id=work.practice_id, series=series, year=year, last_number=1)
    taken = await work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["practice_id", "series", "year"],
            set_={"last_number": NumberSeries.last_number + 1},
        ).returning(NumberSeries.last_number)
    )
    return taken.scalar_one()


async def sender_names(session: Any, practice_ids: set[PracticeId]) -> dict[PracticeId, str]:
    """The names under which practices write to people; for the sweeps, which see every practice."""
    rows = await session.execute(select(Practice.id, Practice.name).where(Practice.id.in_(practice_ids)))
    return dict(rows.all())
