"""Tells the story: runs its chapters in order, prints each step, and stops at the first that is not as it should be."""

import json
import time
from pathlib import Path

import httpx
from rich.console import Console

from commands.story.chapters import CHAPTERS
from commands.story.server import NotAsItShouldBe, Server
from commands.story.year import Year

HINT = "Start a server with `make run` first, or name one with --url and --key."


def tell(home: Path, *, url: str | None, key: str | None, pace: float = 0.0, console: Console | None = None) -> int:
    """0 when every step was as it should be, else 1."""
    said = console or Console()
    try:
        server = _server(home, url, key)
        year = Year(server)
        for chapter in CHAPTERS:
            said.print(f"\n[bold]{chapter.__doc__}[/]")
            for seen in chapter(year):
                said.print(f"  [green]✓[/] {seen}", highlight=False)
                time.sleep(pace)
        said.print(f"\nA year in {len(CHAPTERS)} chapters, and every step was as it should be.")
    except NotAsItShouldBe as stop:
        said.print(f"  [bold red]✗[/] {stop}", highlight=False)
        return 1
    except httpx.TransportError as error:
        said.print(f"[bold red]No server answers:[/] {error}. {HINT}")
        return 1
    finally:
        _back_to_today(locals().get("server"))
    return 0


def _server(home: Path, url: str | None, key: str | None) -> Server:
    if url and key:
        return Server(url, key)
    try:
        demo = json.loads((home / "demo.json").read_text())
    except (OSError, ValueError) as error:
        raise NotAsItShouldBe(f"there is no demo.json in {home}. {HINT}") from error
    return Server(url or demo["api"], key or demo["keys"]["administrator"])


def _back_to_today(server: Server | None) -> None:
    """Leave the clock as we found it: at real time."""
    if server is not None:
        try:
            server.reset_clock()
        except (NotAsItShouldBe, httpx.TransportError):
            return
