"""The rows of one participant: a row for each prompt that was due, whatever became of it, without a name or a date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import and_, select

from domain import checkins, people
from domain.checkins import CheckIn, CheckInAnswer, CheckInState, Plan, PlanEdition, Reply, Sharing, Terms
from domain.kit.calendar import Period
from domain.kit.ids import PlanId
from domain.kit.secrets import Vault
from domain.kit.work import Work
from domain.research.participants import Participant

Row: TypeAlias = dict[str, object]
OF_ANSWER = and_(CheckInAnswer.practice_id == CheckIn.practice_id, CheckInAnswer.check_in_id == CheckIn.id)
OF_EDITION = and_(
    PlanEdition.practice_id == CheckIn.practice_id,
    PlanEdition.plan_id == CheckIn.plan_id,
    PlanEdition.number == CheckIn.edition,
)
PARTS = ((12, "morning"), (17, "afternoon"), (21, "evening"), (24, "night"))
TEXTS = ("text", "dimension_text", "sentence", "wished", "small_step")
COARSE = 5  # minutes and seconds are told in steps of five


class Names:
    """Names that hold within one export: without the installation's key nobody finds the person behind one."""

    def __init__(self, vault: Vault, export_id: Any) -> None:
        self._vault, self._export = vault, export_id.bytes

    def of(self, thing_id: Any) -> str:
        return self._vault.signature("research name", self._export + thing_id.bytes).hex()[:16]


@dataclass(frozen=True, slots=True)
class Lent:
    """What one participant lends: her rows, and the editions of the plans that made them."""

    rows: list[Row]
    plans: dict[tuple[PlanId, int], Terms]


async def lent_by(work: Work, one: Participant, period: Period, names: Names, *, with_texts: bool) -> Lent:
    query = (
        select(CheckIn, CheckInAnswer, PlanEdition.terms)
        .join(Plan, and_(Plan.practice_id == CheckIn.practice_id, Plan.id == CheckIn.plan_id))
        .outerjoin(CheckInAnswer, OF_ANSWER)
        .outerjoin(PlanEdition, OF_EDITION)
        .where(
            CheckIn.practice_id == work.practice_id,
            CheckIn.coachee_id == one.coachee.id,
            CheckIn.local_day.between(period.first, period.last),
            CheckIn.due_at <= work.now,
            CheckIn.state != CheckInState.PLANNED,
        )
        .order_by(CheckIn.due_at, CheckIn.id)
    )
    found: list[tuple[CheckIn, CheckInAnswer | None, Terms | None]] = [
        (row[0], row[1], row[2]) for row in await work.session.execute(query)
    ]
    person, first = names.of(one.coachee.id), min((row[0].local_day for row in found), default=period.first)
    rows = list[Row]()
    plans: dict[tuple[PlanId, int], Terms] = {}
    for number, (check_in, answer, terms) in enumerate(found, 1):
        if terms is not None:
            plans[check_in.plan_id, check_in.edition] = terms
        who = {"person": person, "plan": names.of(check_in.plan_id), "prompt_number": number}
        row = who | {"day": (check_in.local_day - first).days} | _of_prompt(check_in, terms) | _timing(check_in)
        rows.append(row | await _of_answer(work, one, check_in, answer, with_texts=with_texts))
    return Lent(rows, plans)


def _of_prompt(check_in: CheckIn, terms: Terms | None) -> Row:
    decision: Mapping[str, Any] = check_in.decision or {}
    return {
        "part_of_day": next(part for until, part in PARTS if check_in.wall_time.hour < until),
        "source": check_in.source,
        "kind": check_in.kind,
        "edition": check_in.edition,
        "policy": decision.get("policy"),
        "policy_version": decision.get("policy_version"),
        "eligible": "|".join(decision.get("eligible", ())) or None,
        "probability": decision.get("probability"),
        "reason": decision.get("reason"),
        "chosen": decision.get("chosen"),
        **_drawn(decision),
        "state": check_in.state,
        "not_sent_reason": check_in.reason,
        "channel": None if terms is None else terms.channels[0],
        "sent": int(check_in.sent_at is not None),
        "opened": int(check_in.opened_at is not None),
        "late": check_in.late,
    }


def _drawn(decision: Mapping[str, Any]) -> Row:
    """The lot, where it counted."""
    lot: Mapping[str, Any] = decision.get("lot", {})
    if not lot.get("drawn"):
        return {}
    return {"drawn": lot["of"], "drawn_probability": lot["probability"], "drawn_kept": int(lot["kept"])}


def _timing(check_in: CheckIn) -> Row:
    sent, begun = check_in.sent_at, check_in.started_at or check_in.answered_at
    return {
        "minutes_to_begin": _coarse(sent, begun, 60),
        "minutes_allowed": _coarse(sent, check_in.expires_at, 60),
        "seconds_to_answer": _took(check_in),
    }


def _took(check_in: CheckIn) -> int | None:
    written = check_in.written_at
    if written is not None:
        written -= timedelta(seconds=check_in.clock_ahead or 0)
    seconds = _coarse(check_in.started_at, written or check_in.answered_at, 1)
    return seconds or None


def _coarse(since: datetime | None, until: datetime | None, unit: int) -> int | None:
    if since is None or until is None or until < since:
        return None
    return COARSE * round((until - since).total_seconds() / unit / COARSE)


async def _of_answer(
    work: Work, one: Participant, check_in: CheckIn, answer: CheckInAnswer | None, *, with_texts: bool
) -> Row:
    """Of an answer that she keeps to herself, only that there is one."""
    if answer is None:
        return {}
    shared = one.shares and answer.sharing is Sharing.WITH_COACH
    row: Row = {"language": answer.language, "flow_version": answer.flow_version, "shared": int(shared)}
    if not shared:
        return row
    content = await people.unseal(work, answer.coachee_id, answer.sealed_content, checkins.answer_context(answer.id))
    reply = msgspec.json.decode(content, type=checkins.SHAPES[check_in.kind])
    return row | content_of(reply) | (_texts(reply) if with_texts and one.with_texts else {})


def content_of(reply: Reply) -> Row:
    """What she picked, and whether she wrote: nothing that she wrote."""
    told: dict[str, Any] = {name: getattr(reply, name, None) for name in ("dimension", "strength", "valence", "energy")}
    told |= {name: getattr(reply, name, None) for name in ("locus", "layer")}
    for flag in ("nothing_today", "happened"):
        value = getattr(reply, flag, None)
        told[flag] = None if value is None else int(value)
    for name, text in (("wished_given", "wished"), ("step_given", "small_step")):
        told[name] = int(getattr(reply, text) is not None) if hasattr(reply, text) else None
    qualities: Sequence[str] = getattr(reply, "qualities", ())
    return {**told, "qualities": "|".join(qualities) or None}


def _texts(reply: Reply) -> Row:
    return dict[str, object]({name: getattr(reply, name, None) for name in TEXTS})
