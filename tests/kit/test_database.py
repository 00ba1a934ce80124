import traceback

import pytest
from sqlalchemy import text

pytestmark = pytest.mark.anyio

INSERT = """
INSERT INTO staff (practice_id, id, name, email, role, language, version, created_at)
VALUES (:practice, :practice, :name, :email, 'coach', 'nl', 1, now())
"""


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"email": "lena@example.be"}, "staff_practice_id_email_key"),
        ({"name": None}, "NotNullViolation"),
        ({"name": "Amir Haddad " * 30}, "StringDataRightTruncation"),
    ],
)
async def test_a_refused_row_is_told_to_the_log_without_what_people_entered(house, cast, values, rule):
    row = {"practice": cast.practice_id, "name": "Amir Haddad", "email": "amir@example.org"} | values
    try:
        async with house.sessions.begin() as session:
            await session.execute(
                text("SELECT set_config('app.practice_id', :id, true)"), {"id": str(cast.practice_id)}
            )
            await session.execute(text(INSERT), row)
    except Exception:  # noqa: BLE001 - whatever comes
        said = traceback.format_exc()
    assert rule in said
    assert "[SQL: " in said
    assert not any(word in said for word in ("Amir", "amir@", "lena@"))
