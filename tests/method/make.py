"""What a coach writes down of a coachee, through the routes of the product."""

from datetime import timedelta

import msgspec
from httpx import AsyncClient, Response

from domain.kit.ids import CoacheeId, ReviewId, TrajectoryId, new_id
from domain.kit.secrets import digest
from domain.kit.work import OPERATOR, House, begin
from domain.method import Moment, Review
from domain.trajectories import get_trajectory
from tests.factories import Cast

OWN_WORD = "rots in de branding"
WISH = "Ik wil weer graag naar mijn werk gaan."
FEAR = "Ik ben niet goed genoeg."
PROTECTION = "Het behoedt me voor afwijzing."
SEEN = "Ze bleef bij zichzelf toen het spannend werd."
RIGHT = "i_have_the_right_to_use_this_catalogue"
PRIVATE = (OWN_WORD, WISH, FEAR, PROTECTION, SEEN)


QUALITY = {"catalogue_key": "calm", "named_by": "coach", "discovered_via": "success_experience"}
OWN_QUALITY = {"label": OWN_WORD, "named_by": "coachee", "discovered_via": "role_model", "dimension": "feeling"}
IDEAL = {"kind": "desire", "text": WISH, "confidence": 4, "stretch": 3}
OBSTACLE = {
    "locus": "internal",
    "internal_kind": "limiting_belief",
    "layer": "beliefs",
    "awareness": "unaware",
    "text": FEAR,
    "positive_intention": PROTECTION,
}
TENSION = {"status": "noticed", "note": SEEN}
ANCHOR = {"kind": "gesture", "text": SEEN}
INSIGHT = {"layer": "identity", "text": SEEN, "before": FEAR, "after": WISH}
LAYER_REFLECTION = {"layer": "mission", "text": SEEN}
COACH_REFLECTION = {"competency": "lift", "text": SEEN, "own_quality": WISH, "own_obstacle": FEAR, "felt": SEEN}
EXPERIENCE = {
    "kind": "success",
    "source": "self",
    "occurred_on": "2026-03-01",
    "intensity": 4,
    "went_well": SEEN,
    "feeling": WISH,
    "ideal_text": WISH,
}
FLOW_MOMENT = {"occurred_on": "2026-03-01", "intensity": 8, "challenge": 3, "capacity": 4, "note": SEEN}
LAYERS = ("environment", "behaviour", "skills", "beliefs", "identity", "mission", "core")
ALIGNMENT_SCAN = {"scanned_on": "2026-03-01", "blocked_at": "beliefs", "note": SEEN} | dict.fromkeys(LAYERS, 6)
MEASURE_RESULT = {
    "measure_key": "self_efficacy",
    "language": "nl",
    "taken_on": "2026-03-01",
    "answers": [7],
    "note": SEEN,
}
TALENT_PROFILE = {
    "analysed_on": "2026-03-01",
    "analyst": "An Analyst",
    "items": [
        {"key": "demo_tidier", "level": "strong", "energy": "gives", "facets": ["nature", "motivation"], "note": SEEN},
        {"key": "demo_lamplighter", "level": "small", "energy": None, "facets": [], "note": None},
    ],
    "combinations": [{"keys": ["demo_tidier", "demo_lamplighter"], "note": FEAR}],
    "note": WISH,
}
# What stands in a file besides qualities, by the address under a coachee and on its own.
KEPT = {
    "ideals": IDEAL,
    "obstacles": OBSTACLE,
    "tensions": TENSION,
    "anchors": ANCHOR,
    "insights": INSIGHT,
    "layer-reflections": LAYER_REFLECTION,
    "coach-reflections": COACH_REFLECTION,
    "experiences": EXPERIENCE,
    "flow-moments": FLOW_MOMENT,
    "alignment-scans": ALIGNMENT_SCAN,
    "measure-results": MEASURE_RESULT,
    "talent-profiles": TALENT_PROFILE,
}
SEALED = {"text", "note", "positive_intention", "before", "after", "own_quality", "own_obstacle", "felt"}
SEALED |= {"went_well", "feeling", "ideal_text", "larger_goal"}


async def add(client: AsyncClient, coachee_id: CoacheeId, kind: str, body: dict[str, object]) -> Response:
    """Ask for something to be added to the coachee's file; `kind` is qualities, or a key of `KEPT`."""
    return await client.post(f"/v1/coachees/{coachee_id}/{kind}", json=body)


async def added(client: AsyncClient, coachee_id: CoacheeId, kind: str, body: dict[str, object]) -> str:
    """The id of what was added."""
    answer = await add(client, coachee_id, kind, body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def body(client: AsyncClient, coachee_id: CoacheeId, kind: str) -> dict[str, object]:
    """What a thing of that kind looks like on its way in; a tension needs an obstacle, a profile a catalogue."""
    if kind == "tensions":
        return TENSION | {"obstacle_id": await added(client, coachee_id, "obstacles", OBSTACLE)}
    if kind == "talent-profiles":
        return TALENT_PROFILE | {"catalogue_id": await catalogue_id(client)}
    return dict(KEPT[kind])


async def demonstration_file(client: AsyncClient, form: str = "json") -> bytes:
    """The invented catalogue as it ships: nobody has declared anything in it."""
    answer = await client.get("/v1/method/talent-catalogues/demonstration", params={"form": form})
    assert answer.status_code == 200, answer.text
    return answer.content


async def talents(client: AsyncClient, **changed: object) -> Response:
    """Import the invented catalogue, with what is changed about it."""
    told = msgspec.json.decode(await demonstration_file(client)) | {RIGHT: True} | changed
    return await client.post("/v1/method/talent-catalogues?form=json", content=msgspec.json.encode(told))


async def catalogue_id(client: AsyncClient) -> str:
    """The first catalogue of talents that the practice has."""
    return (await client.get("/v1/method/talent-catalogues")).json()["items"][0]["id"]


async def file(client: AsyncClient, coachee_id: CoacheeId) -> list[str]:
    """A quality, and one of everything else."""
    quality = await added(client, coachee_id, "qualities", QUALITY)
    return [quality, *[await added(client, coachee_id, kind, await body(client, coachee_id, kind)) for kind in KEPT]]


async def planned_review(house: House, cast: Cast, trajectory_id: TrajectoryId) -> ReviewId:
    """One that is due half a year later, planted straight in its table: only the scheduler plans them."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        trajectory = await get_trajectory(work, trajectory_id)
        review = Review(
            practice_id=work.practice_id,
            id=ReviewId(new_id()),
            coachee_id=trajectory.coachee_id,
            trajectory_id=trajectory_id,
            moment=Moment.AFTER_6_MONTHS,
            due_at=work.now + timedelta(days=180),
            token_digest=digest(str(trajectory_id)),
        )
        await work.store(review)
        return review.id
