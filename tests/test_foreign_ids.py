"""An id in a body that is nobody's, or another practice's, is told by the field that named it."""

import pytest

from domain.kit.ids import new_id
from domain.practice import Role
from tests.funding import make as funding
from tests.people import make as people

pytestmark = pytest.mark.anyio

TRAJECTORY = {"domain": "both", "key_question": "?", "planned_minutes": 60}


@pytest.fixture
async def theirs(house, other_cast):
    """What there is in Bo's practice, by the names that bodies have for it."""
    engagement = await funding.engage(house, other_cast)
    return {
        "coachee_id": str(engagement.coachee_id),
        "coach_id": str(engagement.coach_id),
        "trajectory_id": str(engagement.trajectory_id),
        "sponsor_id": str(await people.sponsor(house, other_cast)),
        "session_id": await engagement.session(),
        "staff_id": str(other_cast.staff[Role.COACH]),
    }


@pytest.mark.parametrize("whose", ["nobody's", "another practice's"])
async def test_an_id_that_leads_nowhere_is_told_by_its_field(lena, house, cast, theirs, whose):
    amir = await funding.engage(house, cast, coach=Role.OWNER)
    cheque = await funding.started(lena, amir)
    coachee, coach = {"coachee_id": str(amir.coachee_id)}, {"coach_id": str(amir.coach_id)}
    for path, field, body in (
        ("trajectories", "coachee_id", TRAJECTORY | coach),
        ("trajectories", "coach_id", TRAJECTORY | coachee),
        ("cheques", "trajectory_id", {}),
        (f"cheques/{cheque['id']}/bookings", "session_id", {}),
        ("invoices", "coachee_id", {}),
        ("invoices", "sponsor_id", {}),
        ("invoices", "trajectory_id", coachee),
        ("keys", "staff_id", {"name": "new"}),
    ):
        wrong = theirs[field] if whose == "another practice's" else str(new_id())
        answer = await lena.post(f"/v1/{path}", json=body | {field: wrong})
        assert answer.status_code in {404, 422}, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{field}"]
