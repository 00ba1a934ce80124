"""Every page that a coachee can come to, each planted with what it needs: where it is, and how it is brought to show
all that it has.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

from httpx import AsyncClient
from playwright.async_api import Page
from sqlalchemy import text

from domain.checkins import CheckInState, Kind, Plan, PlanState
from domain.kit.ids import ReviewId
from domain.kit.secrets import digest
from domain.kit.work import OPERATOR, House, begin
from domain.messaging import Language, pause_page
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from tests.agreements import make as agreements
from tests.assignments import make as assignments
from tests.checkins.test_own_questions import ASKED
from tests.factories import Cast
from tests.groups import make as groups
from tests.method import make as method
from tests.people import make as people
from tests.phone import make
from tests.phone.test_sign_in import address_of, asked
from tests.teams import make as teams
from tests.trajectories import make as trajectories

NOWHERE = "/c/" + "A" * 27
DOOR = ("/me/sign-in", "/phone/offline", NOWHERE)


@dataclass(frozen=True)
class Stage:
    house: House
    cast: Cast
    cas: AsyncClient

    def link(self, letter: str, purpose: str, thing: object) -> str:
        return f"/{letter}/{self.house.vault.token(purpose, str(thing))}"

    async def alter(self, statement: str, **values: object) -> None:
        async with begin(self.house, self.cast.practice_id, OPERATOR) as work:
            await work.session.execute(text(statement), values)

    async def speak(self, language: Language) -> None:
        """Whoever is here reads this language from now on."""
        await self.alter("UPDATE coachees SET language = :language", language=language)
        await self.alter("UPDATE guardians SET language = :language", language=language)


@dataclass(frozen=True)
class Place:
    find: Callable[[Stage], Awaitable[str]]
    bring: Callable[[Page], Awaitable[object]] | None = None


def check_in(kind: Kind, state: CheckInState = CheckInState.SENT) -> Callable[[Stage], Awaitable[str]]:
    async def find(stage: Stage) -> str:
        return (await make.plant(stage.house, stage.cast, kind=kind, state=state)).page

    return find


async def plan(stage: Stage) -> str:
    return (await make.plant(stage.house, stage.cast, plan_state=PlanState.PROPOSED)).plan_page


async def pause(stage: Stage) -> str:
    planted = await make.plant(stage.house, stage.cast)
    return pause_page(stage.house.vault, stage.cast.practice_id, planted.coachee_id)


async def agreement(stage: Stage) -> str:
    await agreements.identify(stage.house, stage.cast)
    running = await trajectories.trajectory(stage.house, stage.cast)
    return (await agreements.issued(stage.house, stage.cast, running))[1]


async def assignment(stage: Stage) -> str:
    running = await trajectories.trajectory(stage.house, stage.cast)
    return stage.link("o", "assignment", await assignments.given(stage.cas, running))


async def review(stage: Stage) -> str:
    running = await trajectories.trajectory(stage.house, stage.cast)
    review_id: ReviewId = await method.planned_review(stage.house, stage.cast, running)
    token = stage.house.vault.token("review", str(review_id))
    asked_now = (
        "UPDATE reviews SET state = 'sent', due_at = :now, sent_at = :now, token_digest = :digest WHERE id = :id"
    )
    await stage.alter(asked_now, now=stage.house.clock(), digest=digest(token), id=review_id)
    return f"/r/{token}"


async def development(stage: Stage) -> str:
    running = await trajectories.trajectory(stage.house, stage.cast)
    drafted = await stage.cas.post(f"/v1/trajectories/{running}/development-plans", json={})
    assert drafted.status_code == 201, drafted.text
    return stage.link("d", "development_plan", drafted.json()["id"])


async def pulse(stage: Stage) -> str:
    group = await teams.team(stage.cas, stage.house, stage.cast)
    begun = await teams.created(stage.cas, f"{group.path}/pulses", {})
    return (await teams.links(stage.house, stage.cast, begun["id"]))[0]


async def seat(stage: Stage) -> str:
    group_id = await groups.group(stage.cas, stage.cast, seats=1)
    both = await groups.participants(stage.house, stage.cast, 2, mails=True)
    first, second = [(await groups.join(stage.cas, group_id, one)).json() for one in both]
    await stage.cas.post(f"/v1/group-seats/{first['id']}/leave")
    return stage.link("g", "group_seat", second["id"])


async def questions(stage: Stage) -> str:
    """One of each form."""
    planted = await make.plant(stage.house, stage.cast)
    asked = await stage.cas.post(f"/v1/check-in-plans/{planted.plan_id}/questions", json={"items": ASKED})
    assert asked.status_code == 201, asked.text
    return f"{planted.plan_page}/questions"


async def guardian(stage: Stage) -> str:
    child = await people.coachee(stage.house, stage.cast, minor=True)
    guardian_id = await people.guardian(stage.house, stage.cast, child)
    asked = await stage.cas.post(f"/v1/coachees/{child}/guardians/{guardian_id}/ask")
    assert asked.status_code == 200, asked.text
    return stage.link("w", "guardian", guardian_id)


async def tell_of_an_obstacle(page: Page) -> None:
    await page.locator("#happened").check(force=True)


async def save_nothing(page: Page) -> None:
    await page.locator("button.save").last.tap()
    await page.locator(".summary").wait_for()


async def save(page: Page) -> None:
    if not await page.locator("#text").count():  # it is saved
        return
    await page.locator("#text").fill("Ik vroeg hulp.")
    await page.locator("button.save").last.tap()
    await page.locator(".message").wait_for()


async def not_well(page: Page) -> None:
    if not await page.locator("button[name=support]").count():
        return
    await page.locator("button[name=support]").tap()
    await page.wait_for_function("!document.querySelector('button[name=support][value=now]')")


PLACES = {
    "success": Place(check_in(Kind.SUCCESS)),
    "obstacle": Place(check_in(Kind.OBSTACLE), tell_of_an_obstacle),
    "ideal": Place(check_in(Kind.IDEAL)),
    "quality in action": Place(check_in(Kind.QUALITY_IN_ACTION)),
    "free": Place(check_in(Kind.FREE)),
    "own questions": Place(check_in(Kind.OWN)),
    "something is missing": Place(check_in(Kind.SUCCESS), save_nothing),
    "saved": Place(check_in(Kind.SUCCESS), save),
    "not well": Place(check_in(Kind.SUCCESS), not_well),
    "ended": Place(check_in(Kind.SUCCESS, CheckInState.CANCELLED)),
    "expired": Place(check_in(Kind.SUCCESS, CheckInState.EXPIRED)),
    "plan": Place(plan),
    "questions of a plan": Place(questions),
    "pause": Place(pause),
    "guardian": Place(guardian),
    "agreement": Place(agreement),
    "assignment": Place(assignment),
    "review": Place(review),
    "development plan": Place(development),
    "pulse": Place(pulse),
    "seat in a group": Place(seat),
}


async def knock(page: Page, house: House, cast: Cast) -> make.Planted:
    """Ask for the mail with the code."""
    planted = await make.plant(house, cast)
    await page.goto("/me")
    await page.locator("#email").fill(await address_of(house, cast, planted))
    await page.locator("button.save").tap()
    await page.locator("#code").wait_for()
    return planted


async def enter(page: Page, house: House, cast: Cast) -> None:
    """With the code in her mail."""
    await page.locator("#code").fill((await asked(house, cast))[1])
    await page.locator("button.save").tap()
    await page.locator("main nav").wait_for()


async def ask_what_she_brings(house: House, sweep_house: House, cast: Cast, planted: make.Planted) -> None:
    """Before her session of tomorrow, as the scheduler does it."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        plan = await work.session.get_one(Plan, (work.practice_id, planted.plan_id))
        plan.decided_at = work.now
        running = plan.trajectory_id
    await trajectories.session(house, cast, running, day=date(2026, 3, 1), held=True)
    await trajectories.session(house, cast, running)
    [sweep] = [one for one in SWEEPS if one.name == "offer digests"]
    assert (await sweep.act(Tools(sweep_house, None, None))).done
