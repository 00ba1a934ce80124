"""What the front door tells the API about this installation."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from domain.kit.egress import Egress


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`base_url` is where people reach us, `peppol_secret` what the access point signs its news with, `egress` where
    addresses that others name may lead, `sms_secret` what a gateway shows that hands over answers; the rest but the
    limit belongs to the demonstration.

    `move_clock` hears the new offset of the test clock at once; other processes hear of it from the database.
    """

    base_url: str = "http://127.0.0.1:8000"
    test_mode: bool = False
    mailbox: Path | None = None
    requests_per_minute: int = 1200
    peppol_secret: str | None = field(default=None, repr=False)
    sms_secret: str | None = field(default=None, repr=False)
    egress: Egress = field(default_factory=Egress)
    move_clock: Callable[[timedelta], None] | None = None
