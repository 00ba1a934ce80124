"""The product on a port of its own, and a phone: Chromium at 360 by 740 with a touch screen."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from api.app import create_app
from api.door import Door
from api.options import Options
from commands.story.browser import FLAGS, found
from domain.kit.egress import Egress
from domain.kit.work import House
from tests.patience import PATIENCE

PHONE = {"width": 360, "height": 740}
PATIENCE_MS = PATIENCE * 1000
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if found() is None:
        for item in items:
            if "browser" in item.path.parts:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine, and it could not be installed"))


Sent = dict[str, int]


def weighed(door: Door, sent: Sent) -> Any:
    """The application, and how many bytes each of its answers was, heads included, as they went over the wire."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def weigh(message: Any) -> None:
            heads = sum(len(name) + len(value) + 4 for name, value in message.get("headers", ()))
            sent[scope["path"]] = sent.get(scope["path"], 0) + heads + len(message.get("body", b""))
            await send(message)

        await door(scope, receive, weigh)

    return app


@dataclass
class Product:
    """The whole application behind a real server, and how many bytes it sent, by path."""

    address: str
    door: Door
    sent: Sent


@asynccontextmanager
async def serving(house: House, egress: Egress | None = None) -> AsyncIterator[Product]:
    """`egress` says where a push service may be."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        address, sent = f"http://localhost:{listener.getsockname()[1]}", Sent()
        door = create_app(house, Options(base_url=address, requests_per_minute=1_000_000, egress=egress or Egress()))
        config = uvicorn.Config(weighed(door, sent), log_level="warning", access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve([listener]))
        yield Product(address, door, sent)
        server.should_exit = True
        await running


@pytest.fixture(scope="session")
async def product(worker_houses: tuple[House, House]) -> AsyncIterator[Product]:
    """Started once; each test puts its own house, with its own clock, behind it."""
    async with serving(worker_houses[0]) as made:
        yield made


@pytest.fixture
def address(product: Product, house: House) -> str:
    product.door.litestar.state["house"] = house
    product.sent.clear()
    return product.address


@pytest.fixture
def sent(product: Product) -> Sent:
    return product.sent


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Started once: that takes longer than most tests."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found(), args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def phone(chromium: Browser, address: str) -> AsyncIterator[BrowserContext]:
    """A phone that has never been here."""
    context = await chromium.new_context(
        base_url=address, viewport=PHONE, has_touch=True, is_mobile=True, locale="nl-BE", timezone_id="Europe/Brussels"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    await context.close()


@pytest.fixture
async def page(phone: BrowserContext) -> Page:
    return await phone.new_page()
