"""What axe-core finds on a page: rules of WCAG 2.2, levels A and AA, and best practices."""

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

OPTIONS: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


async def complaints(page: Page) -> list[str]:
    """One line a violation, with the element that it is about."""
    found = await Axe().run(page, options=OPTIONS)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:120]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
