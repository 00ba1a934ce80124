"""The words of an agreement: placeholders are filled in once, and nothing in a value is taken for more than text."""

from hypothesis import given, strategies as st

from domain.agreements.templates import PLACEHOLDERS, UnknownPlaceholder, check_placeholders, fill

VALUES = st.fixed_dictionaries({name: st.text(min_size=1) for name in PLACEHOLDERS})
LITERALS = st.text().map(lambda text: (None, text.replace("{", "").replace("}", "")))
NAMES = st.sampled_from(PLACEHOLDERS).map(lambda name: (name, ""))
PIECES = st.lists(st.one_of(LITERALS, NAMES))


@given(PIECES, VALUES)
def test_each_placeholder_becomes_its_value_and_all_else_stays(pieces, values):
    text = "".join(f"{{{name}}}" if name else literal for name, literal in pieces)
    assert fill(text, values) == "".join(values[name] if name else literal for name, literal in pieces)


@given(st.sampled_from(PLACEHOLDERS), st.sampled_from(PLACEHOLDERS))
def test_a_value_that_reads_like_a_placeholder_fills_in_nothing(name, other):
    values = dict.fromkeys(PLACEHOLDERS, "SECRET") | {name: f"{{{other}}}"}
    assert fill(f"{{{name}}}", values) == f"{{{other}}}"


@given(st.text(alphabet="{}ab_ #$\\"), VALUES)
def test_braces_name_something_known_or_are_refused_or_are_only_braces(text, values):
    try:
        check_placeholders(text, field="text")
    except UnknownPlaceholder:
        return
    assert fill(text, values) == text
