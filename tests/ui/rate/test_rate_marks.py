"""What the strip may tell, as a function of what is known and chosen."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from playground.ui.rate.rate_marks import RateMarks


@pytest.mark.parametrize(("full", "layers"), list(product((False, True), range(4))))
def test_each_overshoot_brings_the_simple_layout_one_layer(full: bool, layers: int) -> None:
    marks = RateMarks(full=full, layers=layers)
    shown = (marks.limit_shown, marks.side_marks_shown, marks.lookahead_shown)
    assert sum(shown) == (3 if full else layers)
    assert sorted(shown, reverse=True) == list(shown), "the look-ahead, which needs room, comes last"
    assert not marks.limit_off
    assert not marks.lookahead_off


def test_a_choice_goes_before_the_layout() -> None:
    marks = RateMarks(full=True, limit_chosen=False, lookahead_chosen=True)
    assert (marks.limit_shown, marks.lookahead_shown) == (False, True)
    assert (marks.limit_off, marks.lookahead_off) == (True, False)
    marks = replace(marks, full=False)
    assert (marks.limit_shown, marks.lookahead_shown, marks.side_marks_shown) == (False, True, False)


@pytest.mark.parametrize("chosen", [None, False, True])
def test_nothing_is_told_while_a_pin_is_asked_for(chosen: bool | None) -> None:
    marks = RateMarks(True, 3, concealed=True, limit_chosen=chosen, lookahead_chosen=chosen)
    assert not any((marks.side_marks_shown, marks.limit_shown, marks.lookahead_shown))
    assert not marks.limit_off, "it is hidden for another reason"
    assert not marks.lookahead_off
