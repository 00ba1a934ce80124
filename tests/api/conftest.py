import pytest

from domain.practice import Role
from tests.api import scratch


@pytest.fixture
async def lab(house, cast):
    """Lena in the application with scratch routes."""
    async with scratch.client(house, cast.keys[Role.OWNER]) as client:
        yield client
