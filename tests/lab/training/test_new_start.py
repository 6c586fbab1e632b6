"""A new start of a formula that has no value in a part of its window."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from playground.experiment import Experiment
from playground.experiment_formula import FormulaSettings
from playground.lab.lab import Lab


def lab_on(qtbot, formula: FormulaSettings) -> Lab:
    lab = Lab(Experiment(formula=formula), use_process=False)
    qtbot.waitUntil(lambda: lab.run_number > 0)
    return lab


@pytest.fixture
def half(qtbot) -> Iterator[Lab]:
    lab = lab_on(qtbot, FormulaSettings("x - log(x)"))
    yield lab
    assert lab.shutdown(5.0)


def test_each_new_start_is_another_point_where_j_is_finite(half: Lab, qtbot) -> None:
    seen = set()
    for _ in range(4):
        run = half.run_number
        half.new_weights()
        qtbot.waitUntil(lambda run=run: half.run_number > run)
        (start,) = half.experiment.formula.first
        assert math.isfinite(start - math.log(start))
        seen.add(start)
    assert len(seen) == 4


def test_without_such_a_point_one_sentence_says_so(qtbot) -> None:
    lab = lab_on(qtbot, FormulaSettings("x + sqrt(1e-9 - (x - 1)^2)", start=(1.0,)))
    try:
        before, run = lab.experiment, lab.run_number
        with qtbot.waitSignal(lab.notice) as said:
            lab.new_weights()
        assert said.args == [
            "The start was not found: J is not finite at any of 100 random points of the window."
        ]
        assert (lab.experiment, lab.run_number) == (before, run)
    finally:
        assert lab.shutdown(5.0)
