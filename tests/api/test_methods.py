"""What an address takes is told to whoever asks, at every address there is."""

import re
from itertools import groupby

import pytest

from api.options import Options
from tests.tenancy.operations import ROUTES

pytestmark = pytest.mark.anyio

METHODS = {
    template: {route.method for route in routes}
    for template, routes in groupby(sorted(ROUTES, key=lambda route: route.template), lambda route: route.template)
}


@pytest.fixture
def options() -> Options:
    return Options(base_url="http://test", requests_per_minute=1_000_000, test_mode=True)


@pytest.mark.parametrize("template", METHODS)
async def test_options_tells_the_methods_of_every_address(anonymous, template):
    path = re.sub(r"\{[a-z_]+\}", "01a20000-0000-7000-8000-000000000000", template)
    answer = await anonymous.options(path)
    heads = {"HEAD"} if "GET" in METHODS[template] else set()
    assert (answer.status_code, answer.content) == (204, b"")
    assert set(answer.headers["allow"].split(", ")) == METHODS[template] | heads | {"OPTIONS"}
