"""The files in openapi/ say what the API does."""

from pathlib import Path

import pytest

from api import publishing
from api.catalogue import catalogue
from domain.kit.errors import DomainError, kinds
from tests.api.scratch import is_problem

pytestmark = pytest.mark.anyio
FOLDER = Path(__file__).parents[2] / "openapi"


@pytest.mark.parametrize("name", ["openapi.json", "problems.md"])
def test_the_published_files_are_what_the_code_serves(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == publishing.files()[name], "run `make openapi`"


async def test_the_document_that_is_served_is_the_published_one(anonymous):
    answer = await anonymous.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == publishing.published()


def test_writing_twice_writes_the_same(tmp_path):
    publishing.write_all(tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    publishing.write_all(tmp_path)
    assert first == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_every_refusal_has_a_code_of_its_own_and_a_message():
    refusals = [kind for kind in kinds() if kind.__module__.startswith(("api.", "domain."))]
    codes = [kind.code() for kind in set(refusals)]
    assert sorted(set(codes)) == sorted(codes)
    assert [kind for kind in refusals if not kind.__doc__ or kind.__doc__ == DomainError.__doc__] == []


async def test_the_type_of_every_problem_resolves(anonymous):
    for known in catalogue().values():
        page = await anonymous.get(known.type)
        assert (page.status_code, page.json()["title"]) == (200, known.title)
        read = await anonymous.get(known.type, headers={"Accept": "text/html,*/*"})
        assert read.headers["content-type"] == "text/html; charset=utf-8"
    assert is_problem(await anonymous.get("/problems/no-such-problem"), 404, "no-such-address")
