"""What goes to the log: plain lines, without the values that the database quotes when it refuses a row."""

import logging
import re
import sys
from types import TracebackType
from typing import TypeAlias

# "DETAIL:  Key (email)=(amir@example.org) already exists.", as far as it goes on; a row may hold whole paragraphs.
QUOTED = re.compile(r"^DETAIL:.*?(?=\n\[SQL: |\n\n(?:The above|During handling)|\Z)", re.MULTILINE | re.DOTALL)
Raised: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Tells where something failed and by which rule, not with whose data."""

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - the name is logging's
        return QUOTED.sub("DETAIL: left out", super().formatException(ei))


def begin_logging() -> None:
    """To the standard error, from INFO on; libraries only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in ("uvicorn", "apscheduler", "alembic", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
