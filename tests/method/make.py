"""What a coach writes down of a coachee, through the routes of the product."""

from httpx import AsyncClient, Response

from domain.kit.ids import CoacheeId

OWN_WORD = "rots in de branding"
WISH = "Ik wil weer graag naar mijn werk gaan."
FEAR = "Ik ben niet goed genoeg."
PROTECTION = "Het behoedt me voor afwijzing."
SEEN = "Ze bleef bij zichzelf toen het spannend werd."
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


async def add(client: AsyncClient, coachee_id: CoacheeId, kind: str, body: dict[str, object]) -> Response:
    """Ask for something to be added to the coachee's file; `kind` is qualities, ideals or obstacles."""
    return await client.post(f"/v1/coachees/{coachee_id}/{kind}", json=body)


async def added(client: AsyncClient, coachee_id: CoacheeId, kind: str, body: dict[str, object]) -> str:
    """The id of what was added."""
    answer = await add(client, coachee_id, kind, body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def file(client: AsyncClient, coachee_id: CoacheeId) -> tuple[str, str, str]:
    """A quality, an ideal and an obstacle."""
    wanted = (("qualities", QUALITY), ("ideals", IDEAL), ("obstacles", OBSTACLE))
    quality, ideal, obstacle = [await added(client, coachee_id, kind, body) for kind, body in wanted]
    return quality, ideal, obstacle
