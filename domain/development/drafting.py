"""The first draft of a plan, out of what coach and coachee found together and keep in her file."""

from domain import method, trajectories
from domain.development.model import SECTIONS
from domain.kit.ids import CoacheeId
from domain.kit.paging import PageRequest
from domain.kit.work import Work
from domain.messaging import Language
from domain.method import IdealKind
from domain.trajectories import Trajectory

MOST = PageRequest(limit=100)


async def first_draft(work: Work, trajectory: Trajectory, language: Language) -> dict[str, str]:
    """Her question, and point by point her ideals, qualities and obstacles; her goals become steps."""
    coachee_id = trajectory.coachee_id
    ideals = (await method.list_all(work, method.IDEAL, coachee_id, MOST, archived=False)).items
    obstacles = (await method.list_all(work, method.OBSTACLE, coachee_id, MOST, archived=False)).items
    question = (await trajectories.view_trajectory(work, trajectory)).key_question
    drafted = {
        "question": question or "",
        "ideals": points([one.texts["text"] for one in ideals if one.thing.kind is not IdealKind.GOAL]),
        "qualities": points(await _qualities(work, coachee_id, language)),
        "obstacles": points([one.texts["text"] for one in obstacles]),
        "steps": points([one.texts["text"] for one in ideals if one.thing.kind is IdealKind.GOAL]),
        "agreements": "",
    }
    return {name: drafted[name] for name in SECTIONS}


async def _qualities(work: Work, coachee_id: CoacheeId, language: Language) -> list[str]:
    found = (await method.list_qualities(work, coachee_id, MOST)).items
    labels = {one.key: one.label(language) for one in await method.practice_qualities(work)}
    return [one.label or labels.get(one.quality.catalogue_key or "", "") for one in found]


def points(texts: list[str]) -> str:
    return "\n".join(f"- {' '.join(text.split())}" for text in texts if text.strip())
