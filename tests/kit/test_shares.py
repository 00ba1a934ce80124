"""Shares of a whole, with their interval."""

from domain.kit.shares import share_of, wilson


def test_wilson_s_interval_is_that_of_the_books():
    """Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20 and 1 of 29, without continuity correction."""
    known = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    assert {asked: wilson(*asked) for asked in known} == known


def test_of_nothing_there_is_no_share():
    assert share_of(0, 0) is None
