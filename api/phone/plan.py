"""The page of a proposed plan: what is proposed in plain words, the consents it needs, and yes or no."""

from collections.abc import Collection
from enum import StrEnum
from http import HTTPStatus

from litestar import Response

from api.fields import Out
from api.phone.pages import go_to, message, page
from api.phone.visits import Visit
from api.phone.wording import Words, words
from domain import checkins, people, practice, trajectories
from domain.checkins import Daytime, Fault, NoOpenChange, Plan, PlanState, Sent, Terms, Trial, Wrong
from domain.kit.calendar import local_day
from domain.kit.ids import PlanId
from domain.messaging import Channel
from domain.people import Coachee, GivenVia, Purpose, Wording

FIRST = (Purpose.CHECK_INS, Purpose.CHANNEL_EMAIL)
OPTIONAL = (Purpose.OBSTACLE_PROMPTS, Purpose.SHARE_CHECK_INS_WITH_COACH, Purpose.SUPPORT_ALERT, Purpose.SUPPORT_BACKUP)
OPEN = frozenset({PlanState.ACCEPTED, PlanState.PAUSED})
DECIDED = {PlanState.ACCEPTED: "accepted", PlanState.PAUSED: "accepted", PlanState.DECLINED: "declined"}


class Decision(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"


class Choice(StrEnum):
    """What she may choose of a plan that runs, or that was paused."""

    FEWER = "fewer"
    PAUSE = "pause"
    STOP = "stop"
    RESUME = "resume"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class PlanNow(Out, frozen=True):
    """Her plan as it stands. `pace` is how many a week she asked for, and `offered_pace` what is proposed to her."""

    id: PlanId
    state: PlanState
    pace: int | None
    offered_pace: int | None


OF_STATE = {
    PlanState.ACCEPTED: tuple(one for one in Choice if one is not Choice.RESUME),
    PlanState.PAUSED: (Choice.RESUME, Choice.STOP),
}
WORD = {Decision.ACCEPT: "accepted", Decision.DECLINE: "declined"}


async def show(visit: Visit) -> Response[str]:
    """The proposal, or what was decided about it; looking changes nothing."""
    plan = await checkins.get_plan(visit.work, PlanId(visit.subject_id))
    silent = await checkins.still_silent(visit.work, plan)
    if _closed(visit, plan) and not silent:
        return message("plan_closed", visit.language, status=HTTPStatus.GONE)
    if await _change_of(visit, plan) is not None:
        return await _form(visit, plan, Sent())
    if plan.state in OPEN and await checkins.waiting_questions(visit.work, plan.id) is not None:
        return go_to(f"/p/{visit.token}/questions")
    if plan.state in OF_STATE or silent:
        return _going(visit, plan, others=bool(silent) and plan.state != PlanState.PAUSED)
    if plan.state in DECIDED:
        return message(f"plan_{DECIDED[plan.state]}", visit.language)
    return await _form(visit, plan, Sent())


def _going(visit: Visit, plan: Plan, *, others: bool) -> Response[str]:
    """What she may choose: of this plan, and of others that paused with it and that she was told of by its link."""
    key = "plan_accepted" if plan.state == PlanState.ACCEPTED else "chose_pause"
    again = (Choice.RESUME,) if others else ()
    return message(key, visit.language, choices=(*again, *OF_STATE.get(plan.state, ())))


async def decide(visit: Visit, sent: Sent) -> Response[str]:
    """Take the yes with its consents, or the no. A second click the same way changes nothing."""
    plan = await checkins.get_plan(visit.work, PlanId(visit.subject_id), lock=True)
    decision = sent.choice("decision", Decision)
    choice = sent.choice("choice", Choice)
    if choice is Choice.RESUME and await checkins.still_silent(visit.work, plan):
        return await choose(visit, plan.id, choice)
    if _closed(visit, plan):
        return message("plan_closed", visit.language, status=HTTPStatus.GONE)
    if choice is not None:
        return await choose(visit, plan.id, choice)
    if decision is not None and await _change_of(visit, plan) is not None:
        return await _decide_change(visit, plan, sent, decision)
    if decided := DECIDED.get(plan.state):
        return _already(visit, decided, decision)
    return await _decide(visit, plan, sent, decision)


async def _decide(visit: Visit, plan: Plan, sent: Sent, decision: Decision | None) -> Response[str]:
    match decision:
        case Decision.ACCEPT:
            return await _accept(visit, plan, sent)
        case Decision.DECLINE:
            await checkins.decline_plan(visit.work, plan.id)
            return message("plan_declined", visit.language)
        case None:
            sent.missing("decision")
            return await _form(visit, plan, sent)


async def choose(visit: Visit, plan_id: PlanId, choice: Choice) -> Response[str]:
    """What she chose of her plan, done; chosen twice, it is done once."""
    work = visit.work
    plan = await checkins.get_plan(work, plan_id, lock=True)
    done = {Choice.PAUSE: PlanState.PAUSED, Choice.STOP: PlanState.ENDED}
    if done.get(choice) != plan.state:
        match choice:
            case Choice.FEWER:
                await checkins.ask_fewer(work, plan_id)
            case Choice.PAUSE:
                await checkins.pause_plan(work, plan_id)
            case Choice.STOP:
                await checkins.end_plan(work, plan_id)
            case Choice.RESUME:
                await checkins.begin_again(work, plan_id)
            case _:
                await checkins.ask_other_moment(work, plan_id, Daytime(choice))
    return message(f"chose_{choice if choice not in set(Daytime) else 'moment'}", visit.language)


async def _change_of(visit: Visit, plan: Plan) -> Terms | None:
    """What a change asks that waits for her word."""
    if plan.state != PlanState.ACCEPTED:
        return None
    try:
        return (await checkins.open_change(visit.work, plan)).terms
    except NoOpenChange:
        return None


async def _decide_change(visit: Visit, plan: Plan, sent: Sent, decision: Decision) -> Response[str]:
    if decision is Decision.DECLINE:
        await checkins.decline_change(visit.work, plan.id)
        return message("change_declined", visit.language)
    if not await _agreed(visit, plan, sent):
        return await _form(visit, plan, sent)
    await checkins.accept_change(visit.work, plan.id)
    return message("plan_accepted", visit.language)


def _already(visit: Visit, decided: str, decision: Decision | None) -> Response[str]:
    if decision is None or WORD[decision] == decided:
        return message(f"plan_{decided}", visit.language)
    return message(f"plan_stays_{decided}", visit.language, status=HTTPStatus.CONFLICT)


async def _accept(visit: Visit, plan: Plan, sent: Sent) -> Response[str]:
    if not await _agreed(visit, plan, sent):
        return await _form(visit, plan, sent)
    await checkins.accept_plan(visit.work, plan.id)
    if await checkins.waiting_questions(visit.work, plan.id) is not None:
        return go_to(f"/p/{visit.token}/questions")
    return message("plan_accepted", visit.language)


async def _agreed(visit: Visit, plan: Plan, sent: Sent) -> bool:
    """To all that is needed, by what she ticked now or gave before; else nothing is kept, and the faults say why."""
    needed, given = await _needed(visit, plan), await _given(visit)
    wanted = [wording for wording in await _wordings(visit, plan) if wording.purpose not in given]
    for wording in wanted:
        _check(wording, sent, needed)
    if not needed <= {*FIRST}:  # a tick does not do: a browser or a number is switched on in her own area
        sent.faults["decision"] = Fault(Wrong.NO_CONSENT)
    if sent.faults:
        return False
    for wording in wanted:
        if sent.has(wording.purpose, str(wording.version)):
            await people.give_consent(
                visit.work,
                visit.coachee.id,
                wording.purpose,
                wording_version=wording.version,
                given_via=GivenVia.LINK,
                language=visit.language,
            )
    return True


async def _needed(visit: Visit, plan: Plan) -> set[Purpose]:
    """Mail is needed where nothing else reaches her, and where it is one of the ways that are tried."""
    terms = await _change_of(visit, plan) or plan.terms
    missing = (await people.ways_to(visit.work, plan.coachee_id, terms.channels)).missing
    return {Purpose.CHECK_INS} if missing is None else {Purpose.CHECK_INS, missing}


def _check(wording: Wording, sent: Sent, needed: Collection[Purpose]) -> None:
    """A tick counts for the wording that was on the page; a needed one may not be missing."""
    ticked = sent.values.get(wording.purpose, ())
    if wording.purpose in needed and not ticked:
        sent.faults[wording.purpose] = Fault(Wrong.NO_CONSENT)
    elif ticked and not sent.has(wording.purpose, str(wording.version)):
        sent.faults[wording.purpose] = Fault(Wrong.NOT_OFFERED)


def _closed(visit: Visit, plan: Plan) -> bool:
    over = plan.last_on < local_day(visit.work.now, plan.zone)
    return plan.state == PlanState.ENDED or (plan.state == PlanState.PROPOSED and over)


async def _wordings(visit: Visit, plan: Plan) -> list[Wording]:
    """What is asked on this page, in this order and language; of research where the plan leaves something to chance."""
    there = visit.coachee.country
    current = {
        w.purpose: people.said_in(w, there) for w in people.wordings() if w.current and w.language == visit.language
    }
    terms = await _change_of(visit, plan) or plan.terms
    research = () if terms.trial is None or visit.coachee.minor else (Purpose.RESEARCH_EXPORT,)
    return [current[purpose] for purpose in (*FIRST, *OPTIONAL, *research)]


async def _given(visit: Visit) -> set[Purpose]:
    work, coachee_id = visit.work, visit.coachee.id
    of_page = (*FIRST, *OPTIONAL, Purpose.RESEARCH_EXPORT)
    return {purpose for purpose in of_page if await people.has_consent(work, coachee_id, purpose)}


async def _form(visit: Visit, plan: Plan, sent: Sent) -> Response[str]:
    said = words(visit.language)
    trajectory = await trajectories.get_trajectory(visit.work, plan.trajectory_id)
    coach = await practice.get_staff(visit.work, trajectory.coach_id)
    home = await practice.get_practice(visit.work)
    return page(
        "plan.html",
        visit.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK,
        intro=said["plan"]["intro"].format(coach=coach.name, practice=home.name),
        facts=facts(visit.coachee, plan, await _change_of(visit, plan) or plan.terms, said),
        come_too=await checkins.waiting_questions(visit.work, plan.id) is not None,
        consents=await _wordings(visit, plan),
        needed=await _needed(visit, plan),
        given=await _given(visit),
        sent=sent,
        faults={name: said.fault(name, fault) for name, fault in sent.faults.items()},
    )


def facts(coachee: Coachee, plan: Plan, terms: Terms, said: Words) -> list[tuple[str, str]]:
    """What is proposed, as pairs of a word and a value."""
    texts = said["plan"]
    hours = [texts["between"].format(start=said.time(one.start), end=said.time(one.end)) for one in terms.windows]
    window = f" {said['calendar']['and']} ".join(hours)
    if plan.zone != coachee.zone:
        window += f", {texts['zone'].format(zone=plan.zone.replace('_', ' '))}"
    return [
        (texts["days"], said.weekdays(terms.weekdays)),
        (texts["window"], window),
        (texts["most"], texts["a_week"].format(count=terms.a_week)),
        (texts["period"], _period(plan, said)),
        (texts["how"], _ways(terms, said)),
        (texts["time"], f"{_time(terms, said)} ({texts['skip']})"),
        *((texts["lot"], told) for told in _lots(terms.trial, said)),
    ]


def _lots(trial: Trial | None, said: Words) -> tuple[str, ...]:
    """What is left to chance for research, and of how many."""
    if trial is None:
        return ()
    texts, count = said["plan"], round(100 * (1 - trial.probability))
    return (f"{texts[f'lot_{trial.of}'].format(count=count)} {texts['lot_when']}",)


def _ways(terms: Terms, said: Words) -> str:
    """In the order in which they are tried."""
    names = said["channels"]
    return ", ".join(said["plan"]["email"] if one is Channel.EMAIL else names[one] for one in terms.channels)


def _period(plan: Plan, said: Words) -> str:
    texts = said["plan"]
    if plan.ends_on is None:
        return texts["from_on"].format(start=said.day(plan.starts_on))
    return texts["from_until"].format(start=said.day(plan.starts_on), end=said.day(plan.ends_on))


def _time(terms: Terms, said: Words) -> str:
    minutes = terms.expires_after_minutes
    return said["plan"]["until_evening"] if minutes is None else said.length(minutes)
