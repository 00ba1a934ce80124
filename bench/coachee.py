"""A coachee by script: she thinks for a moment, taps, and types with her thumbs; what that takes is counted.

A tap and a thought cost what the keystroke-level model says (Card, Moran and Newell, 1980: pointing 1.1 s, making up
one's mind 1.35 s); what she waits for the page is measured.
"""

import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

CHARACTERS_PER_SECOND = 3.5
TAP_SECONDS, THOUGHT_SECONDS = 1.1, 1.35
WENT_WELL = (
    "Ik vroeg hulp aan een collega.",
    "Ik zei nee tegen een vergadering te veel.",
    "Ik heb mijn plan uitgelegd en iedereen luisterde.",
    "Even gewandeld tussen twee gesprekken.",
    "Ik bleef rustig toen de klant boos werd, en het kwam goed.",
    "Het rapport is af.",
    "Ik gaf mijn mening op het overleg, en dat voelde licht.",
)
STOOD_IN_THE_WAY = (
    "Ik durfde niets te zeggen in het overleg.",
    "Mijn agenda liep weer vol.",
    "Ik bleef piekeren over een mail van gisteren.",
    "Mijn chef onderbrak me twee keer.",
)
WISHED = (
    "Rustig zeggen wat ik dacht.",
    "Eén uur zonder telefoon werken.",
    "Dat ik meteen om uitleg had gevraagd.",
    "Ik had graag mijn zin afgemaakt.",
)
IN_SHORT = ("Doorgaan.", "Rust en ruimte.", "Morgen eerst bellen.", "Dat ik het kon.")


class Thumb:
    """One visit: what she did on the page, and how long it took her."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.taps, self.seconds = 0, 0.0

    async def open(self, link: str) -> None:
        await self._waiting(self.page.goto(link))
        await self._waiting(self.page.wait_for_selector("html[data-ready]"))

    async def tap(self, what: str, place: int = 0) -> None:
        await self.page.locator(what).nth(place).tap()
        self.taps += 1
        self.seconds += TAP_SECONDS

    async def choose(self, what: str, place: int = 0) -> None:
        self.seconds += THOUGHT_SECONDS
        await self.tap(what, place)

    async def write(self, what: str, text: str) -> None:
        await self.choose(what)
        await self.page.keyboard.insert_text(text)
        self.seconds += len(text) / CHARACTERS_PER_SECOND

    async def save(self) -> None:
        await self.tap("button.save")
        await self._waiting(self.page.wait_for_selector("main .message h1"))

    async def _waiting(self, for_what: Awaitable[Any]) -> None:
        began = time.perf_counter()
        await for_what
        self.seconds += time.perf_counter() - began


async def success(thumb: Thumb, chance: random.Random) -> None:
    """What went well, a quality, how strong; every second time a few words on what she thought, felt or wanted."""
    await thumb.write("#text", chance.choice(WENT_WELL))
    await thumb.choose("[name=qualities]", chance.randrange(8))
    if chance.random() < 1 / 2:
        await thumb.write("#dimension_text", chance.choice(IN_SHORT))
    await thumb.choose("[name=strength]", chance.randrange(5))
    await thumb.save()


async def obstacle(thumb: Thumb, chance: random.Random) -> None:
    """The whole of it: what happened, from where, on which layer, the switch, a quality; sometimes a small step."""
    await thumb.choose("#happened")
    await thumb.write("#sentence", chance.choice(STOOD_IN_THE_WAY))
    await thumb.choose("[name=locus]", chance.randrange(4))
    await thumb.choose("[name=layer]", chance.randrange(6))
    await thumb.write("#wished", chance.choice(WISHED))
    await thumb.choose("[name=qualities]", chance.randrange(8))
    if chance.random() < 1 / 4:
        await thumb.write("#small_step", chance.choice(IN_SHORT))
    await thumb.save()


async def ideal(thumb: Thumb, chance: random.Random) -> None:
    await thumb.write("#text", chance.choice(WISHED))
    if chance.random() < 1 / 2:
        await thumb.write("#small_step", chance.choice(IN_SHORT))
    await thumb.choose("[name=valence]", chance.randrange(5))
    await thumb.save()


async def quality_in_action(thumb: Thumb, chance: random.Random) -> None:
    await thumb.write("#text", chance.choice(WENT_WELL))
    await thumb.choose("[name=qualities]", chance.randrange(8))
    await thumb.choose("[name=strength]", chance.randrange(5))
    await thumb.save()


async def free(thumb: Thumb, chance: random.Random) -> None:
    await thumb.write("#text", chance.choice(WENT_WELL))
    await thumb.choose("[name=valence]", chance.randrange(5))
    await thumb.save()


FLOWS: dict[str, Callable[[Thumb, random.Random], Awaitable[None]]] = {
    "success": success,
    "obstacle": obstacle,
    "ideal": ideal,
    "quality_in_action": quality_in_action,
    "free": free,
}
# The most seconds that nine of ten may take (method.md §3.2 and §3.3), and the most taps.
SECONDS = {"success": 45.0, "obstacle": 60.0, "ideal": 45.0, "quality_in_action": 45.0, "free": 45.0}
TAPS = {"success": 5, "obstacle": 8, "ideal": 4, "quality_in_action": 4, "free": 3}
