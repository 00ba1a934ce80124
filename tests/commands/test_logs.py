"""What people entered does not come into the log, whatever fails."""

import logging
import sys

import pytest
from sqlalchemy import text

from commands.logs import Discreet

pytestmark = pytest.mark.anyio

INSERT = """
INSERT INTO staff (practice_id, id, name, email, role, language, version, created_at)
VALUES (:practice, :id, :name, :email, 'coach', 'nl', 1, now())
"""


async def told(house, cast, **values) -> str:
    """What the log says of a row that the database refuses."""
    row = {"practice": cast.practice_id, "id": cast.practice_id, "name": "Amir\nHaddad", "email": "amir@example.org"}
    try:
        async with house.sessions.begin() as session:
            await session.execute(
                text("SELECT set_config('app.practice_id', :id, true)"), {"id": str(cast.practice_id)}
            )
            await session.execute(text(INSERT), row | values)
    except Exception:  # noqa: BLE001 - whatever comes
        record = logging.LogRecord("t", logging.ERROR, __file__, 1, "%s failed", ("it",), sys.exc_info())
        return Discreet("%(message)s").format(record)
    return ""


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"email": "lena@example.be"}, "staff_practice_id_email_key"),
        ({"name": None}, "NotNullViolation"),
        ({"name": "Amir Haddad " * 30}, "StringDataRightTruncation"),
    ],
)
async def test_a_refused_row_is_told_by_its_rule_and_not_by_its_values(house, cast, values, rule):
    said = await told(house, cast, **values)
    assert rule in said
    assert "Traceback" in said
    assert "[SQL: " in said
    assert not any(word in said for word in ("Amir", "Haddad", "amir@", "lena@"))
