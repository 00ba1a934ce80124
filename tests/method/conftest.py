import pytest

from tests.method import make
from tests.people import make as people
from tests.trajectories import make as trajectories


@pytest.fixture
async def amir(house, cast):
    return await people.coachee(house, cast)


@pytest.fixture
async def demonstration(lena):
    """The invented catalogue of talents, imported."""
    answer = await make.talents(lena)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
async def trajectory(house, cast, amir):
    """Amir's, with Cas."""
    return await trajectories.trajectory(house, cast, coachee_id=amir)
