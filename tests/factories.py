"""Plain functions that make what a test needs, through the same actions as the product."""

from dataclasses import dataclass

from domain import practice
from domain.kit.ids import PracticeId, StaffId, new_id
from domain.kit.work import OPERATOR, House, begin
from domain.messaging import Language
from domain.practice import NewStaff, Role

NAMES = {Role.OWNER: "Lena", Role.ADMINISTRATOR: "Omar", Role.COACH: "Cas", Role.BILLING: "Bea"}


@dataclass(frozen=True)
class Cast:
    """A practice, its people by role and a key for each."""

    practice_id: PracticeId
    staff: dict[Role, StaffId]
    keys: dict[Role, str]


def once() -> dict[str, str]:
    """The header of one movement of money."""
    return {"Idempotency-Key": str(new_id())}


async def found_cast(house: House, name: str = "Praktijk Lena") -> Cast:
    practice_id = PracticeId(new_id())
    staff: dict[Role, StaffId] = {}
    keys: dict[Role, str] = {}
    async with begin(house, practice_id, OPERATOR) as work:
        owner = NewStaff(name="Lena", email="lena@example.be", role=Role.OWNER)
        await practice.found_practice(work, name=name, zone="Europe/Brussels", language=Language.NL, owner=owner)
        for role, person in NAMES.items():
            email = f"{person.lower()}@example.be"
            found = await practice.find_staff_by_email(work, email)
            member = found or await practice.add_staff(work, NewStaff(name=person, email=email, role=role))
            staff[role] = member.id
            _, keys[role] = await practice.create_key(work, member.id, name=f"key of {person}")
    return Cast(practice_id, staff, keys)
