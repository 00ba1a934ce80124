"""What every column means, and that none tells anything about few."""

from collections import Counter

from hypothesis import given, strategies as st

from domain.checkins import CheckInState, Kind, Source
from domain.research.columns import ResearchColumn, columns_of, dictionary
from domain.research.suppressing import People, guard_persons


def test_the_dictionary_tells_of_every_column_and_of_no_other():
    rows = dictionary(with_texts=True)
    assert all(all(str(part) for part in (row[0], row[1], row[2], row[-1])) for row in rows)
    told = {(row[0], row[1]) for row in rows}
    assert told == {
        (table, column.name)
        for table in ("prompts", "persons", "plans")
        for column in columns_of(table, with_texts=True)
    }
    assert not {"text", "sentence", "wished"} & {row[1] for row in dictionary(with_texts=False)}


def test_the_dictionary_names_every_value_that_a_row_may_have():
    values = {column.name: set(column.values.split("|")) for column in columns_of("prompts")}
    assert values["kind"] == values["chosen"] == set(Kind)
    assert values["state"] == set(CheckInState) - {CheckInState.PLANNED}
    assert values["source"] == set(Source)


GUARDED = ResearchColumn(name="layer", type="category", unit="", values="", meaning="", suppressed=True)
ROWS = st.lists(
    st.lists(st.fixed_dictionaries({"layer": st.sampled_from([None, "a", "b", "c"])}), max_size=4), max_size=12
)


@given(ROWS)
def test_no_value_of_fewer_than_five_people_leaks(by_person):
    guard = People([GUARDED])
    for rows in by_person:
        guard.count(rows)
    told = [{guard.guard(row)["layer"] for row in rows} for rows in by_person]
    for value in ("a", "b", "c"):
        shown = sum(value in values for values in told)
        assert shown == 0 or shown >= 5
        true = sum(any(row["layer"] == value for row in rows) for rows in by_person)
        assert shown == (true if true >= 5 else 0)


PERSONS = st.lists(
    st.fixed_dictionaries({"audience": st.sampled_from(["x", "y", None]), "language": st.sampled_from(["nl", "fr"])}),
    max_size=30,
)


@given(PERSONS)
def test_nobody_stands_among_fewer_than_five_alike(persons):
    alike = Counter((one["audience"], one["language"]) for one in guard_persons(persons))
    everybody = len(persons)
    assert all(count >= 5 or count == everybody for count in alike.values())
