"""Serving, as processes that people start and stop."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import rich_click as click
from click.testing import CliRunner

import krachtlijn as front_door
from tests.commands.processes import (
    empty_database,
    environment,
    free_port,
    krachtlijn,
    migrated_database,
    serving,
    wait_until_answering,
)
from tests.patience import PATIENCE, until


@pytest.fixture
def url():
    with empty_database() as address:
        yield address


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """`krachtlijn serve --demo`, for those who only look at it."""
    with (
        migrated_database() as address,
        serving("serve", "--demo", home=tmp_path_factory.mktemp("demo"), url=address) as running,
    ):
        wait_for_demo(running)
        yield running, address


@pytest.fixture
def migrated():
    with migrated_database() as address:
        yield address


def ask(running, method, path, **asked) -> httpx.Response:
    """As the administrator of the demonstration."""
    demo = running.demo()
    headers = {"Authorization": f"Bearer {demo['keys']['administrator']}"}
    return httpx.request(method, f"{demo['api']}{path}", headers=headers, timeout=PATIENCE, **asked)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything_the_embedded_database_included(tmp_path, number):
    home = tmp_path / "home"
    with serving("serve", "--demo", home=home, url=None) as running:
        wait_for_demo(running)
        assert ask(running, "GET", "/v1/practice").status_code == 200
        assert servers_of(home) > 0
        assert running.stop(number) == 0, running.log.read_text()
    assert servers_of(home) == 0


def test_a_second_run_continues_with_the_same_data_and_keys(tmp_path, migrated):
    with serving("serve", "--demo", home=tmp_path, url=migrated) as running:
        wait_for_demo(running)
        first = running.demo()
        practice = ask(running, "GET", "/v1/practice").json()
        ask(running, "PATCH", "/v1/practice", json={"name": "Renamed"}).raise_for_status()
    with serving("serve", "--demo", home=tmp_path, url=migrated) as running:
        wait_for_demo(running, but=first["api"])
        again = ask(running, "GET", "/v1/practice").json()
        assert running.demo()["keys"] == first["keys"]
    assert (again["id"], again["name"]) == (practice["id"], "Renamed")


def test_the_demonstrations_phone_link_opens_a_question(demonstration):
    running, _ = demonstration
    page = httpx.get(running.demo()["phone"], timeout=PATIENCE)
    assert page.status_code == 200
    assert "<form" in page.text


def test_a_taken_port_is_told_and_nothing_is_started(demonstration):
    running, address = demonstration
    port = running.url.rpartition(":")[2]
    told = krachtlijn("serve", env=environment(running.home, url=address, PORT=port), check=False)
    assert told.returncode == 1
    assert f"Port {port}" in told.stderr
    assert "Traceback" not in told.stderr


def test_an_api_on_an_old_schema_says_what_to_do(tmp_path, url):
    told = krachtlijn("api", env=environment(tmp_path, url=url, PORT=str(free_port())), check=False)
    assert told.returncode == 1
    assert "krachtlijn migrate" in told.stderr
    assert "Traceback" not in told.stderr


def test_another_master_key_is_refused_before_anything_is_sealed_with_it(tmp_path, migrated):
    founded = "practice", "create", "Linde", "--owner-name", "Lena", "--owner-email", "lena@example.be"
    krachtlijn(*founded, env=environment(tmp_path / "one", url=migrated))
    env = environment(tmp_path / "other", url=migrated, PORT=str(free_port()))
    told = krachtlijn("api", env=env, check=False)
    assert told.returncode == 1
    assert "master key" in told.stderr


def test_workers_share_a_port_and_a_dead_one_is_replaced(tmp_path, migrated):
    with serving("api", "--workers", "2", home=tmp_path, url=migrated) as running:
        before = children_of(running.process.pid)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        until(lambda: len(now := children_of(running.process.pid)) == 2 and before[0] not in now)
        wait_until_answering(running)
    assert children_of(running.process.pid) == []


def test_keys_are_made_listed_and_revoked_at_the_console(tmp_path, migrated):
    env = environment(tmp_path, url=migrated)
    made = krachtlijn(
        "practice", "create", "Zuidlicht", "--owner-name", "Lena", "--owner-email", "lena@example.be", env=env
    )
    secret = made.stdout.strip()
    assert secret.startswith("krl_")
    with serving("api", home=tmp_path, url=migrated) as running:
        headers = {"Authorization": f"Bearer {secret}"}
        assert httpx.get(f"{running.url}/v1/practice", headers=headers, timeout=PATIENCE).json()["name"] == "Zuidlicht"
        prefix = secret[: len("krl_") + 8]
        assert prefix in krachtlijn("key", "list", "--practice", "Zuidlicht", env=env).stdout
        krachtlijn("key", "revoke", "--practice", "Zuidlicht", prefix, env=env)
        assert httpx.get(f"{running.url}/v1/practice", headers=headers, timeout=PATIENCE).status_code == 401
    told = krachtlijn(
        "key",
        "create",
        "--practice",
        "Zuidlicht",
        "--staff",
        "lena@example.be",
        "--scope",
        "no:such",
        env=env,
        check=False,
    )
    assert told.returncode == 1
    assert "scope" in told.stderr.lower()
    assert "Traceback" not in told.stderr


def test_the_doctor_finds_what_ails(tmp_path, url):
    env = environment(tmp_path, url=url, KRACHTLIJN_SMTP_URL=f"smtp://127.0.0.1:{free_port()}")
    told = krachtlijn("doctor", env=env, check=False)
    assert told.returncode == 1
    assert "krachtlijn migrate" in told.stdout
    assert "mails wait in the outbox" in told.stdout


def test_the_doctor_is_content_with_a_house_that_works(demonstration):
    running, address = demonstration
    until(lambda: httpx.get(f"{running.url}/health/ready", timeout=PATIENCE).json()["status"] == "ready")
    told = krachtlijn("doctor", env=environment(running.home, url=address), check=False)
    assert told.returncode == 0, told.stdout


def commands_of(group: click.Group, *words: str) -> Iterator[tuple[str, ...]]:
    yield words
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands_of(command, *words, name)
        else:
            yield *words, name


@pytest.mark.parametrize("words", list(commands_of(front_door.krachtlijn)), ids=" ".join)
def test_every_command_explains_itself(words):
    told = CliRunner().invoke(front_door.krachtlijn, [*words, "--help"])
    assert told.exit_code == 0
    assert "Usage" in told.stdout
    assert len(told.stdout) > 200


def wait_for_demo(running, *, but=None) -> None:
    def there() -> bool:
        assert running.process.poll() is None, running.log.read_text()
        return (running.home / "demo.json").exists() and running.demo()["api"] != but

    until(there, running.log.read_text)


def processes() -> list[tuple[int, int, str]]:
    """Every process: its number, its parent's, its words."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            found.append((int(place.name), parent, words))
    return found


def servers_of(home) -> int:
    """How many PostgreSQL servers run on the data of this home, wherever those lie."""
    place = home / "postgres.place"
    data = place.read_text().strip() if place.exists() else str(home)
    return sum("postgres" in words and data in words for _, _, words in processes())


def children_of(pid) -> list[int]:
    return [child for child, parent, words in processes() if parent == pid and "krachtlijn.py api" in words]
