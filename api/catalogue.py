"""Every problem that the API can answer with, gathered from the refusals themselves."""

from functools import cache

import msgspec

from api.problems import FRAME, STATUS, problem_type, status_of, title_of
from domain.kit.errors import DomainError, kinds

HEAD = """\
# Problems

Every refusal is `application/problem+json` (RFC 9457). `type` is `/problems/<code>` and does not change; `title` and
`detail` are for people. This list is generated: `make openapi`.

| code | status | what it says |
|---|---|---|
"""


class KnownProblem(msgspec.Struct, frozen=True):
    """One kind of problem: what its `type` leads to."""

    type: str
    title: str
    status: int
    detail: str


@cache
def catalogue() -> dict[str, KnownProblem]:
    """All problems by code, in the order of the alphabet."""
    framed = {code: (status, text) for status, (code, text) in FRAME.items()}
    refusals = {kind.code(): (int(status_of(kind)), text_of(kind)) for kind in kinds() if is_refusal(kind)}
    told = sorted((framed | refusals).items())
    return {code: KnownProblem(problem_type(code), title_of(code), status, text) for code, (status, text) in told}


def is_refusal(kind: type[DomainError]) -> bool:
    """Whether it is a refusal of the product, and not one of the kinds that refusals come in."""
    return kind not in STATUS and kind.__module__.partition(".")[0] in {"api", "domain"}


def text_of(kind: type[DomainError]) -> str:
    return " ".join((kind.__doc__ or "").split())


def problem_list() -> str:
    """The list of problems for people, in Markdown."""
    rows = (f"| `{code}` | {known.status} | {known.detail} |" for code, known in catalogue().items())
    return HEAD + "\n".join(rows) + "\n"
