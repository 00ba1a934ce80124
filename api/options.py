"""What the front door tells the API about this installation."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`base_url` is where people reach us; `test_mode` and `mailbox` belong to the demonstration."""

    base_url: str = "http://127.0.0.1:8000"
    test_mode: bool = False
    mailbox: Path | None = None
    requests_per_minute: int = 1200
