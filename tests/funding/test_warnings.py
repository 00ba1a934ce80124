"""What a coach is warned of about what pays for a trajectory."""

import pytest

from domain.kit.ids import new_id
from tests.funding import make
from tests.method import make as method

pytestmark = pytest.mark.anyio


@pytest.fixture
async def amir(house, cast):
    return await make.engage(house, cast)


async def warned(client, engagement) -> list[str]:
    answer = await client.get(f"/v1/trajectories/{engagement.trajectory_id}/funding-warnings")
    assert answer.status_code == 200, answer.text
    return [one["key"] for one in answer.json()["items"]]


async def test_a_talent_profile_alone_on_a_cheque_is_warned_of_and_refused_nowhere(cas, lena, amir):
    await method.talents(lena)
    profile = await method.body(cas, amir.coachee_id, "talent-profiles")
    kept = await method.added(cas, amir.coachee_id, "talent-profiles", profile)
    assert await warned(cas, amir) == []
    await make.started(cas, amir)
    assert await warned(cas, amir) == ["only_talent_profile"]
    found = await method.added(cas, amir.coachee_id, "ideals", method.IDEAL)
    assert await warned(cas, amir) == []
    await cas.post(f"/v1/ideals/{found}/archive")
    assert await warned(cas, amir) == ["only_talent_profile"]
    await cas.post(f"/v1/talent-profiles/{kept}/archive")
    assert await warned(cas, amir) == []


async def test_only_her_own_coach_is_told(cas, lena, omar, amir):
    path = f"/v1/trajectories/{amir.trajectory_id}/funding-warnings"
    answer = await lena.get(path)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-your-coachee")
    assert (await omar.get(path)).status_code == 403
    missing = await cas.get(f"/v1/trajectories/{new_id()}/funding-warnings")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/trajectory-not-found")
