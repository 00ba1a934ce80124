"""Questions in the practice's own words on her phone: how they are shown, and what she decides about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

import msgspec
from litestar import Response

from api.phone.pages import message, page
from api.phone.visits import Visit
from api.phone.wording import Words, words
from domain import checkins, practice, trajectories
from domain.checkins import Fault, Form, Question, Questions, Sent, Worded, Wrong
from domain.kit.ids import PlanId
from domain.messaging import Language

SCALE = tuple((str(number), str(number)) for number in range(1, 6))


class Decision(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question in her language, as a page shows it."""

    name: str
    form: Form
    text: str
    options: Sequence[tuple[str, str]]
    ends: Sequence[str]
    when: str = ""  # the field that brings it up, and with which answers
    answers: str = ""
    only_if: str = ""
    note: str = ""


def as_asked(questions: Questions, said: Words) -> list[Asked]:
    """In their order; each with what it hangs on."""
    return [_asked(questions, number, said) for number in range(1, len(questions) + 1)]


def _asked(questions: Questions, number: int, said: Words) -> Asked:
    question = questions[number - 1]
    when = question.shown_if
    options = _options(question, said)
    told = ""
    if when is not None:
        earlier = questions[when.question - 1]
        labels = dict(_options(earlier, said))
        answers = f" {said['own']['either']} ".join(labels[answer] for answer in when.answers)
        told = said["own"]["only_if"].format(answers=answers, question=checkins.said(earlier.text, said.language))
    return Asked(
        name=checkins.name_of(number),
        form=question.form,
        text=checkins.said(question.text, said.language),
        options=options,
        ends=[checkins.said(end, said.language) for end in question.ends],
        when="" if when is None else checkins.name_of(when.question),
        answers="" if when is None else " ".join(when.answers),
        only_if=told,
        note=_note(question, options, said),
    )


def _options(question: Question, said: Words) -> Sequence[tuple[str, str]]:
    match question.form:
        case Form.YES_NO:
            return (("yes", said["own"]["yes"]), ("no", said["own"]["no"]))
        case Form.SCALE:
            return SCALE
        case _:
            labels = [checkins.said(option, said.language) for option in question.options]
            return tuple((str(number), label) for number, label in enumerate(labels, start=1))


def _note(question: Question, options: Sequence[tuple[str, str]], said: Words) -> str:
    """How it is answered, for who reads the proposal."""
    texts = said["questions"]
    match question.form:
        case Form.SCALE:
            least, most = (checkins.said(end, said.language) for end in question.ends)
            told = texts["scale"].format(least=least, most=most)
        case Form.YES_NO:
            told = texts["yes_no"]
        case Form.CHOICE:
            told = texts["choices"].format(options=", ".join(label for _, label in options))
        case Form.TEXT:
            told = ""
    return f"{told} {texts['branch'] if question.shown_if else ''}".strip()


async def show(visit: Visit) -> Response[str]:
    """What waits for her word, or else what she agreed to; looking changes nothing."""
    found, waiting = await _found(visit)
    if found is None:
        return message("questions_none", visit.language)
    return await _form(visit, found, Sent(), waiting=waiting)


async def decide(visit: Visit, sent: Sent) -> Response[str]:
    """Take her yes, with her words where she changed some; her no; or that it is enough."""
    plan_id = PlanId(visit.subject_id)
    await checkins.get_plan(visit.work, plan_id, lock=True)
    found, waiting = await _found(visit)
    decision = sent.choice("decision", Decision)
    if found is None:
        return message("questions_none", visit.language)
    match decision:
        case Decision.DECLINE if waiting:
            await checkins.decline_questions(visit.work, plan_id)
            return message("questions_declined", visit.language)
        case Decision.DECLINE | Decision.STOP:
            await checkins.end_questions(visit.work, plan_id)
            return message("questions_ended", visit.language)
        case Decision.ACCEPT:
            return await _accept(visit, found, sent, waiting=waiting)
        case None:
            sent.missing("decision")
            return await _form(visit, found, sent, waiting=waiting)


async def _accept(visit: Visit, found: Worded, sent: Sent, *, waiting: bool) -> Response[str]:
    plan_id = PlanId(visit.subject_id)
    hers = _hers(visit, found.items, sent)
    if sent.faults:
        return await _form(visit, found, sent, waiting=waiting)
    if not hers:
        await (checkins.decline_questions if waiting else checkins.end_questions)(visit.work, plan_id)
        return message("questions_declined" if waiting else "questions_ended", visit.language)
    if hers != found.items:
        await checkins.word_questions(visit.work, plan_id, hers)
    elif waiting:
        await checkins.accept_questions(visit.work, plan_id)
    return message("questions_accepted", visit.language)


def _hers(visit: Visit, items: Questions, sent: Sent) -> Questions:
    """The questions in her words: what she left out is gone, and whatever hung on it; the rest is counted anew."""
    kept: dict[int, int] = {}
    hers: list[Question] = []
    for number, question in enumerate(items, start=1):
        when = question.shown_if
        if sent.has("drop", checkins.name_of(number)) or (when is not None and when.question not in kept):
            continue
        kept[number] = len(hers) + 1
        text = _her_text(visit, question, checkins.name_of(number), sent)
        moved = when and checkins.ShownIf(question=kept[when.question], answers=when.answers)
        hers.append(msgspec.structs.replace(question, text=text, shown_if=moved))
    return tuple(hers)


def _her_text(visit: Visit, question: Question, name: str, sent: Sent) -> dict[Language, str]:
    """In the language that she reads alone, once she changed it; a field that did not come along changes nothing."""
    if name not in sent.values:
        return question.text
    text = sent.text(name, checkins.QUESTION, lines=False)
    if text is None:
        sent.faults.setdefault(name, Fault(Wrong.MISSING))
        return question.text
    return question.text if text == checkins.said(question.text, visit.language) else {visit.language: text}


async def _found(visit: Visit) -> tuple[Worded | None, bool]:
    """What her coach proposes, by the link alone; what she made of it, where she is signed in."""
    plan_id = PlanId(visit.subject_id)
    waiting = await checkins.waiting_questions(visit.work, plan_id)
    if waiting is not None or not visit.signed_in:
        return waiting, True
    return await checkins.agreed_questions(visit.work, plan_id), False


async def _form(visit: Visit, found: Worded, sent: Sent, *, waiting: bool) -> Response[str]:
    said = words(visit.language)
    plan = await checkins.get_plan(visit.work, found.row.plan_id)
    trajectory = await trajectories.get_trajectory(visit.work, plan.trajectory_id)
    coach = await practice.get_staff(visit.work, trajectory.coach_id)
    own = as_asked(found.items, said)
    return page(
        "questions.html",
        visit.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK,
        token=visit.token,
        intro=said["questions"]["proposed" if waiting else "agreed"].format(coach=coach.name),
        own=own,
        sent=Sent(_as_worded(own) | dict(sent.values)),
        faults={name: said.fault(name, fault) for name, fault in sent.faults.items()},
        waiting=waiting,
        limits={"question": checkins.QUESTION},
    )


def _as_worded(own: Sequence[Asked]) -> dict[str, Sequence[str]]:
    return {asked.name: [asked.text] for asked in own}
