"""What the demonstration shows, planted through the same actions that everybody uses. All of it is invented."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal

from api.method.talent_catalogues import TalentFile
from domain import (
    agreements,
    catalogues,
    checkins,
    development,
    funding,
    invoicing,
    method,
    people,
    practice,
    trajectories,
)
from domain.agreements import NewAgreement
from domain.catalogues import FileForm
from domain.checkins import NewPlan, Terms, Window, ZoneMode
from domain.funding import Issue, NewCheque, SchemeStatus
from domain.invoicing import NewInvoice, NewLine
from domain.kit.calendar import local_day
from domain.kit.ids import CoacheeId, StaffId
from domain.kit.money import Money
from domain.kit.paging import PageRequest
from domain.kit.work import Actor, ActorKind, Work
from domain.messaging import Language
from domain.people import GivenVia, NewCoachee, NewSponsor, Purpose, SponsorKind
from domain.practice import NewStaff, Role
from domain.trajectories import Domain, Format, NewSession, NewTrajectory, SessionKind, Trajectory, Visibility

ZONE = "Europe/Brussels"
NUMBERS = {
    "legal_form": "BV",
    "court": "RPR Gent",
    "enterprise_number": "0403.019.261",
    "street": "Coupure Links 12",
    "postal_code": "9000",
    "city": "Gent",
    "iban": "BE71 0961 2345 6769",
}
KEY_QUESTION = "Hoe zet ik mijn zorgzaamheid in zonder mezelf te vergeten?"
NOTE = "Amir vertelde hoe hij een vastgelopen overleg weer op gang bracht; hij noemde zelf zijn geduld."

DRAFTED = {
    "ideals": "- Voor anderen zorgen, en even goed voor mezelf",
    "qualities": "- geduldig\n- zorgzaam",
    "steps": "- Op woensdag om vijf uur stoppen\n- Eén keer per week nee zeggen",
}


@dataclass(frozen=True, slots=True)
class Days:
    """Days around today, in the practice's zone."""

    today: date

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def ahead(self, days: int) -> date:
        return self.today + timedelta(days=days)


async def plant(work: Work, name: str, domain: str) -> None:
    """A practice with four people, and a coachee in the middle of her year."""
    owner = NewStaff(name="Lena Maes", email=f"lena@{domain}", role=Role.OWNER)
    await practice.found_practice(work, name=name, zone=ZONE, language=Language.NL, owner=owner)
    await practice.update_practice(work, {**NUMBERS, "email": f"praktijk@{domain}"})
    days = Days(local_day(work.now, ZONE))
    await funding.load_schemes(work)
    await _come_into_force(work, days.today)
    for person, role in (("Omar Aziz", Role.ADMINISTRATOR), ("Bea Wouters", Role.BILLING)):
        await practice.add_staff(work, NewStaff(name=person, email=f"{role.value}@{domain}", role=role))
    coach = await practice.add_staff(
        work, NewStaff(name="Cas Dewitte", email=f"coach@{domain}", role=Role.COACH, language=Language.NL)
    )
    await _talents(as_coach(work, coach.id))
    await plant_coaching(as_coach(work, coach.id), days, domain)
    await plant_invoice(work, days, domain)


async def _come_into_force(work: Work, today: date) -> None:
    """What was planned is in force once its day has come, as an administrator would have it."""
    for scheme in (await funding.list_schemes(work, PageRequest(limit=100))).items:
        if scheme.status is SchemeStatus.PLANNED and scheme.valid_from <= today:
            await funding.activate_scheme(work, scheme.id)


def as_coach(work: Work, coach_id: StaffId) -> Work:
    return replace(work, actor=Actor(ActorKind.STAFF, coach_id, Role.COACH))


async def _talents(work: Work) -> None:
    """The invented catalogue, declared as whoever imports one has to."""
    told = catalogues.read_file(method.demonstration_talents(), FileForm.TOML, TalentFile)
    await method.import_talents(work, replace(told.catalogue(), declared=True))


async def plant_coaching(work: Work, days: Days, domain: str) -> None:
    coachee_id = await _coachee(work, domain)
    trajectory = await trajectories.propose_trajectory(
        work,
        NewTrajectory(
            coachee_id=coachee_id,
            coach_id=StaffId(work.actor.id or coachee_id),
            format=Format.TRAJECTORY,
            domain=Domain.PROFESSIONAL,
            key_question=KEY_QUESTION,
            planned_minutes=420,
        ),
    )
    await trajectories.accept_trajectory(work, trajectory.id)
    await _sessions(work, trajectory, days)
    plan = await checkins.propose_plan(work, trajectory.id, _plan(days))
    await checkins.accept_plan(work, plan.id)


async def _coachee(work: Work, domain: str) -> CoacheeId:
    for given, family, language in (("Sofie", "Lambert", Language.FR), ("Jonas", "Weber", Language.DE)):
        email = f"{given.lower()}@{domain}"
        await people.create_coachee(
            work, NewCoachee(given_name=given, family_name=family, email=email, language=language)
        )
    amir = await people.create_coachee(
        work, NewCoachee(given_name="Amir", family_name="Haddad", email=f"amir@{domain}", language=Language.NL)
    )
    versions = {wording.purpose: wording.version for wording in people.wordings() if wording.current}
    for purpose in Purpose:
        await people.give_consent(
            work, amir.id, purpose, wording_version=versions[purpose], given_via=GivenVia.CONVERSATION
        )
    return amir.id


async def _sessions(work: Work, trajectory: Trajectory, days: Days) -> None:
    """An introduction and an hour and a half held and booked on a cheque; two more to come."""
    intro = await _session(work, trajectory, days.ago(21), 30, SessionKind.INTRO)
    first = await _session(work, trajectory, days.ago(7), 90, SessionKind.GUIDANCE)
    for held in (intro, first):
        await trajectories.hold_session(work, held.id)
    await trajectories.write_note(work, first.id, text=NOTE, visibility=Visibility.SHARED)
    for number in (7, 21):
        await _session(work, trajectory, days.ahead(number), 90, SessionKind.GUIDANCE)
    cheque = await funding.register_cheque(work, trajectory.id, NewCheque(ordered_on=days.ago(20)))
    issue = Issue(issued_on=days.ago(15), cheque_number="LBC-DEMO-1", client_number="K-0001")
    await funding.issue_cheque(work, cheque.id, issue)
    await _agree(work, trajectory)
    await funding.start_cheque(work, cheque.id, days.ago(7))
    await funding.book_minutes(work, cheque.id, first.id)
    plan = await funding.draft_plan(work, trajectory.id, cheque.id)
    await development.change_plan(work, plan.id, DRAFTED)


async def _agree(work: Work, trajectory: Trajectory) -> None:
    """The agreement that comes with the program, read and signed by the coachee."""
    issued = await agreements.issue_agreement(work, trajectory.id, NewAgreement())
    coachee = await people.get_coachee(work, trajectory.coachee_id)
    as_coachee = replace(work, actor=Actor(ActorKind.COACHEE, coachee.id))
    await agreements.open_agreement(as_coachee, issued.id)
    await agreements.sign_agreement(as_coachee, issued.id, name=coachee.name, sha256=issued.sha256)


async def _session(
    work: Work, trajectory: Trajectory, day: date, minutes: int, kind: SessionKind
) -> trajectories.Session:
    new = NewSession(
        kind=kind, day=day, time=time(14), minutes=minutes, place="Praktijk, Coupure Links 12", in_hindsight=True
    )
    return await trajectories.plan_session(work, trajectory.id, new)


def _plan(days: Days) -> NewPlan:
    return NewPlan(
        terms=Terms(weekdays=(2, 4), windows=(Window(start=time(17), end=time(19)),)),
        zone_mode=ZoneMode.FOLLOW_PERSON,
        zone=None,
        starts_on=days.ahead(1),
        ends_on=days.ahead(400),  # after the story, which lives a year ahead, it still runs
    )


async def plant_invoice(work: Work, days: Days, domain: str) -> None:
    sponsor = await people.create_sponsor(
        work,
        NewSponsor(
            kind=SponsorKind.COMPANY,
            name="Drukkerij De Leie NV",
            enterprise_number="0202.239.951",
            street="Kouter 1",
            postal_code="9000",
            city="Gent",
            email=f"boekhouding@{domain}",
        ),
    )
    line = NewLine(
        description=f"Coachinggesprek {days.ago(7):%d-%m-%Y}",
        quantity=Decimal("1.5"),
        unit="h",
        unit_price=Money(12_000),
    )
    invoice = await invoicing.draft_invoice(work, NewInvoice(sponsor_id=sponsor.id, lines=[line]))
    await invoicing.issue_invoice(work, invoice.id)
