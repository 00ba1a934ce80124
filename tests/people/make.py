"""People for tests, made through the same actions as the product."""

from domain import people
from domain.kit.ids import CoacheeId, GuardianId, SponsorId, new_id
from domain.kit.work import OPERATOR, House, Work, begin
from domain.messaging import Language
from domain.people import GivenVia, Guardian, NewCoachee, NewSponsor, Purpose, Relation, SponsorKind
from domain.practice import Role
from tests.factories import Cast


async def coachee(house: House, cast: Cast, *, email: str | None = None, **values: object) -> CoacheeId:
    """Amir, or someone with another name, in the file of the cast's practice; Cas is responsible for him."""
    new = {"given_name": "Amir", "family_name": "Haddad", "email": email or f"amir.{new_id()}@example.org"}
    new["coach_id"] = cast.staff[Role.COACH]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return (await people.create_coachee(work, NewCoachee(**new | values))).id


async def sponsor(house: House, cast: Cast, **values: object) -> SponsorId:
    new = {
        "kind": SponsorKind.COMPANY,
        "name": "Brood & Zonen nv",
        "street": "Korenmarkt 1",
        "postal_code": "9000",
        "city": "Gent",
        "enterprise_number": "0403.019.261",
    }
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return (await people.create_sponsor(work, NewSponsor(**new | values))).id


async def consent(house: House, cast: Cast, coachee_id: CoacheeId, purpose: Purpose) -> None:
    """The coachee agrees to the current wording, in a conversation."""
    version = next(w.version for w in people.wordings() if w.current and w.purpose is purpose)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.give_consent(work, coachee_id, purpose, wording_version=version, given_via=GivenVia.CONVERSATION)


async def confirmed_number(house: House, cast: Cast, coachee_id: CoacheeId, number: str) -> None:
    """She typed the code that came to it."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.set_number(work, coachee_id, number)
        await people.ask_code(work, coachee_id)
        assert await people.confirm_sms(work, coachee_id, await texted_code(work, coachee_id))


async def texted_code(work: Work, coachee_id: CoacheeId) -> str:
    """The code of the latest text message to her number."""
    reach = await people.reach_of(work, coachee_id)
    assert reach.sms_number is not None
    assert reach.sms_asked_at is not None
    return people.number_code(work.vault, coachee_id, reach.sms_number, reach.sms_asked_at)


async def consent_once(house: House, cast: Cast, coachee_id: CoacheeId, purpose: Purpose) -> None:
    """The same, unless the coachee agreed before."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        given = await people.has_consent(work, coachee_id, purpose)
    if not given:
        await consent(house, cast, coachee_id, purpose)


async def guardian(house: House, cast: Cast, coachee_id: CoacheeId, **values: object) -> GuardianId:
    """Nadia, who agrees for her child; planted straight in the table, also for one who is of age by now."""
    new = {"name": "Nadia Haddad", "relation": Relation.PARENT, "email": "nadia@example.org", "language": Language.NL}
    async with begin(house, cast.practice_id, OPERATOR) as work:
        ids = {"practice_id": cast.practice_id, "coachee_id": coachee_id, "id": GuardianId(new_id())}
        added = Guardian(**ids, **(new | values), added_at=work.now)
        await work.store(added)
        return added.id
