import pytest
from hypothesis import given, strategies as st

from domain import practice
from domain.kit.paging import InvalidCursor, PageRequest, decode_cursor, encode_cursor
from domain.kit.secrets import Vault
from domain.kit.work import OPERATOR, begin
from domain.practice import NewStaff, Role

VAULT = Vault(b"a" * 32)


@given(st.lists(st.text(max_size=40), max_size=4))
def test_a_cursor_leads_back_to_where_it_was_made(keys):
    assert decode_cursor(VAULT, "staff", encode_cursor(VAULT, "staff", keys)) == keys


def test_a_cursor_of_another_list_is_refused():
    with pytest.raises(InvalidCursor):
        decode_cursor(VAULT, "keys", encode_cursor(VAULT, "staff", ["1"]))


@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_an_invented_cursor_is_refused(cursor):
    with pytest.raises(InvalidCursor):
        decode_cursor(VAULT, "staff", cursor)


@pytest.mark.anyio
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_pages_hold_every_row_once_whatever_their_size(house, cast, limit):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for number in range(5):
            new = NewStaff(name=f"N{number}", email=f"n{number}@example.be", role=Role.COACH)
            await practice.add_staff(work, new)
        seen, cursor = [], None
        while True:
            page = await practice.list_staff(work, PageRequest(limit=limit, cursor=cursor))
            seen += [staff.id for staff in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert len(seen) == len(set(seen)) == 9
    assert seen == sorted(seen)
