"""Every refusal that a route promises has a test that provokes it."""

import re
from pathlib import Path

from api import publishing
from api.catalogue import catalogue
from domain.invoicing import BuyerHasNoEnterpriseNumber

PROMISED = re.compile(r"`([a-z]+(?:-[a-z]+)*)`: ")
HERE = Path(__file__)


def promised() -> set[str]:
    """The codes that the document lists under any operation."""
    return set(PROMISED.findall("\n".join(_descriptions(publishing.published()))))


def _descriptions(part: object) -> list[str]:
    if isinstance(part, list):
        return [found for inner in part for found in _descriptions(inner)]
    if not isinstance(part, dict):
        return []
    own = [part["description"]] if isinstance(part.get("description"), str) and "content" in part else []
    return own + [found for inner in part.values() for found in _descriptions(inner)]


def provoked() -> set[str]:
    """The codes that tests look for in an answer, written out as a string."""
    sources = [path.read_text(encoding="utf-8") for path in HERE.parent.rglob("*.py") if path != HERE]
    return set(re.findall(r"[\"'](?:/problems/)?([a-z]+(?:-[a-z]+)*)[\"']", "\n".join(sources)))


def test_every_refusal_that_a_route_promises_is_provoked_by_a_test():
    assert sorted(promised() - provoked()) == []


def test_every_refusal_that_a_route_promises_is_known():
    assert promised() <= set(catalogue())
    assert len(promised()) > 50


def test_a_refusal_is_told_in_one_line_however_it_is_written_down():
    assert "\n" in BuyerHasNoEnterpriseNumber.__doc__
    assert str(BuyerHasNoEnterpriseNumber()) == catalogue()["buyer-has-no-enterprise-number"].detail
