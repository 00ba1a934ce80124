"""The pages of a coachee who is signed in: what waits, what she wrote, her plan, and who may read what."""

from http import HTTPStatus

from litestar import Response, Router, get, post

from api.phone import agreeing, digest as digest_page, notes, plan as plan_page
from api.phone.endings import HANDLERS
from api.phone.forms import LARGEST, read_form
from api.phone.pages import go_to, page
from api.phone.sessions import Own, acting_in, for_whoever, forget, keep, looking_in
from api.phone.visits import AnyRequest, Visit
from api.phone.wording import words
from domain import assignments, checkins, digests, people, practice, trajectories
from domain.checkins import Kind, Plan, Sent


@get("/me")
async def show_home(request: AnyRequest) -> Response[str]:
    """What waits for her, and what she can do herself."""
    async with looking_in(request) as own:
        waiting = await checkins.open_check_in_of(own.work, own.coachee.id)
        mine = await checkins.plan_of(own.work, own.coachee.id)
        link = None if waiting is None else f"/c/{own.work.vault.token('check_in', str(waiting.id))}"
        kinds = await checkins.kinds_for(own.work, mine) if mine is not None and mine.decided_at is not None else []
        digest = await digests.waiting_digest(own.work, own.coachee.id)
        name, given = own.coachee.given_name, await _given(own)
        return _page(own, "me_home.html", name=name, link=link, kinds=kinds, digest=digest, given=given)


async def _given(own: Own) -> list[tuple[str, str]]:
    """The assignments that are open: where each opens, and until when."""
    said = words(own.language)
    found = await assignments.open_assignments_of(own.work, own.coachee.id)
    token = own.work.vault.token
    return [(f"/o/{token('assignment', str(one.id))}", said.day(one.due_on)) for one in found]


@post("/me/begin", status_code=200, request_max_body_size=LARGEST)
async def begin(request: AnyRequest) -> Response[str]:
    """Begin one herself, of the kind she likes."""
    sent = await read_form(request)
    async with acting_in(request) as own:
        own.check(sent)
        kind = sent.choice("kind", Kind) or Kind.FREE
        begun = await checkins.begin_self_initiated(own.work, own.coachee.id, kind)
        answer = go_to(f"/c/{own.work.vault.token('check_in', str(begun.id))}")
    return keep(request, answer, own.fresh)


@get("/me/successes")
async def show_successes(request: AnyRequest) -> Response[str]:
    """What went well, in her own words."""
    async with looking_in(request) as own:
        said, flow = words(own.language), checkins.wordings(own.language, spoken=words(own.language).tag)
        found = [
            (said.day(one.day), one.text, [flow.qualities.get(key, key) for key in one.qualities])
            for one in await checkins.list_successes(own.work, own.coachee.id)
        ]
        return _page(own, "me_successes.html", found=found)


@get("/me/plan")
async def show_plan(request: AnyRequest) -> Response[str]:
    """What she agreed to, and what she can change of it; with each coach, where there are several."""
    async with looking_in(request) as own:
        plans = await checkins.plans_of(own.work, own.coachee.id)
        return _page(own, "me_plan.html", plans=[await _of_plan(own, one, named=len(plans) > 1) for one in plans])


async def _of_plan(own: Own, mine: Plan, *, named: bool) -> dict[str, object]:
    trajectory = await trajectories.get_trajectory(own.work, mine.trajectory_id)
    return {
        "id": mine.id,
        "coach": (await practice.get_staff(own.work, trajectory.coach_id)).name if named else None,
        "state": mine.state,
        "facts": plan_page.facts(own.coachee, mine, mine.terms, words(own.language)),
        "questions": await _questions(own, mine),
        "choices": plan_page.OF_STATE.get(mine.state, ()),
        "offered": mine.offered_pace,
    }


async def _questions(own: Own, mine: Plan) -> str | None:
    """Where she reads and changes the questions in her own words, where there are some."""
    agreed = await checkins.agreed_questions(own.work, mine.id) or await checkins.waiting_questions(own.work, mine.id)
    return agreed and f"/p/{own.work.vault.token('plan', str(mine.id))}/questions"


@post("/me/plan", status_code=200, request_max_body_size=LARGEST)
async def change_plan(request: AnyRequest) -> Response[str]:
    """Fewer, another moment, a pause, stop, or on again."""
    sent = await read_form(request)
    async with acting_in(request) as own:
        own.check(sent)
        mine, choice = await _chosen(own, sent), sent.choice("choice", plan_page.Choice)
        if mine is None or choice is None:
            answer = go_to("/me/plan")
        else:
            answer = await plan_page.choose(Visit(own.work, "", mine.id, own.coachee, own.language), mine.id, choice)
    return keep(request, answer, own.fresh)


async def _chosen(own: Own, sent: Sent) -> Plan | None:
    """The plan whose button it was; of a page that names none, as earlier ones did, her only one."""
    plans = await checkins.plans_of(own.work, own.coachee.id)
    if "plan" not in sent.values:
        return plans[0] if len(plans) == 1 else None
    return next((one for one in plans if sent.has("plan", str(one.id))), None)


@get("/me/help")
async def show_help(request: AnyRequest) -> Response[str]:
    """Whom to call; anybody may read it, and her phone keeps it."""
    return await for_whoever(request, "me_help.html")


@post("/me/sign-out", status_code=200, request_max_body_size=LARGEST)
async def sign_out(request: AnyRequest) -> Response[str]:
    """End it here, or everywhere."""
    sent = await read_form(request)
    async with acting_in(request) as own:
        own.check(sent)
        if sent.has("where", "everywhere"):
            await people.end_sessions(own.work, own.coachee.id)
        else:
            await people.end_session(own.work, own.signed_in.session.id)
    return forget(request, go_to("/me/sign-in"))


def _page(own: Own, template: str, **values: object) -> Response[str]:
    return page(template, own.language, status=HTTPStatus.OK, proof=own.proof, **values)


router = Router(
    "/",
    route_handlers=[
        show_home,
        begin,
        show_successes,
        show_plan,
        change_plan,
        show_help,
        sign_out,
        *digest_page.PAGES,
        *notes.PAGES,
        *agreeing.PAGES,
    ],
    exception_handlers=HANDLERS,
    include_in_schema=False,
    opt={"public": True, "any_query": True},
)
