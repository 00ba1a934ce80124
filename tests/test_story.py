"""A client's year, told by the command itself against a server of its own."""

import httpx
import pytest

from commands.story.browser import found
from tests.commands.processes import environment, krachtlijn, migrated_database, serving
from tests.commands.test_serving import wait_for_demo
from tests.patience import PATIENCE


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A server of the demonstration, for every telling."""
    home = tmp_path_factory.mktemp("story")
    with migrated_database() as url, serving("serve", "--demo", home=home, url=url) as server:
        wait_for_demo(server)
        yield server


def test_the_story_stops_at_the_first_thing_that_is_not_as_it_should_be(running):
    coach = running.demo()["keys"]["coach"]
    told = krachtlijn(
        "story", "--url", running.url, "--key", coach, env=environment(running.home, url=None), check=False
    )
    assert told.returncode == 1
    assert "403" in told.stdout


def test_a_clients_year_passes_and_passes_again(running):
    env = environment(running.home, url=None)
    seen = "in Chromium" if found() else "over HTTP: no Chromium is installed"
    for path, answered in ((env["PATH"], seen), ("", "over HTTP: no Chromium is installed")):
        told = krachtlijn("story", env=env | {"PATH": path}, check=False)
        assert told.returncode == 0, told.stdout + running.log.read_text()[-3000:]
        assert "every step was as it should be" in told.stdout
        assert answered in told.stdout
        assert "the audit trail names her" in told.stdout
    assert (
        httpx.get(running.demo()["phone"], timeout=PATIENCE).status_code == 200
    )  # what `make run` printed still opens


def test_the_story_without_a_server_says_how_to_start_one(tmp_path):
    told = krachtlijn("story", env=environment(tmp_path, url=None), check=False)
    assert told.returncode == 1
    assert "make run" in told.stdout
