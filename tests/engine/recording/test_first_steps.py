"""The first steps of a run stay in its record, every one, however long the run goes on."""

from __future__ import annotations

import csv as csv_reader

import numpy as np
import pytest

from playground.engine.branches.moments import Moments, branch_at
from playground.engine.recording.history import History, Measured, Present
from playground.engine.recording.series import CAPACITY, WHOLE_STEPS, Series
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.export.history_csv import history_text
from tests.support.saved_runs import csv, reopened

PLAIN = Experiment(DataSettings(points=40), NetworkSettings((2,)), TrainingSettings(learning_rate=0.5))
BATCHES = Experiment(DataSettings(points=40), NetworkSettings((2,)), TrainingSettings(batch_size=8))
LONG = 6000
"""Steps after which each curve of a run was thinned more than once."""
MILLION = 1_000_000


def fall(steps: np.ndarray) -> np.ndarray:
    """A loss in closed form: most of its fall lies in the first steps."""
    return 0.1 + np.exp(-steps / 100.0) + 0.01 * np.sin(steps)


def whole_rows(table: str, title: str) -> tuple[list[int], list[float]]:
    """The steps and the numbers of the rows up to WHOLE_STEPS that have a number in this column."""
    rows = [row for row in csv_reader.DictReader(table.splitlines()) if int(row["step"]) <= WHOLE_STEPS]
    filled = [row for row in rows if row[title] != ""]
    return [int(row["step"]) for row in filled], [float(row[title]) for row in filled]


@pytest.mark.parametrize(
    ("capacity", "whole", "n"), [(64, 16, 30_000), (256, 64, 50_000), (CAPACITY, WHOLE_STEPS, MILLION)]
)
def test_many_values_leave_the_first_ones_whole_and_the_rest_bounded(
    capacity: int, whole: int, n: int
) -> None:
    series = Series(capacity)
    for first in range(0, n, 10_000):
        series.extend(first, fall(np.arange(first, first + 10_000)))
        assert len(series) <= capacity
    steps, values = series.curve(0, None)
    np.testing.assert_array_equal(steps[: whole + 1], np.arange(whole + 1))
    np.testing.assert_array_equal(values, fall(steps))
    assert steps[-1] == n - 1
    # The rest lies as close as half of its room allows: at most three entries in each bucket of a power of
    # two.
    assert np.diff(steps).max() <= 2 * 2 ** np.ceil(np.log2(n / (((capacity - whole) // 2 - 2) // 3)))


def test_the_table_of_a_million_steps_has_a_row_for_each_of_the_first_thousand() -> None:
    history = History(np.zeros(2))
    for first in range(0, MILLION, 10_000):
        steps = np.arange(first, first + 10_000)
        history.add_steps(first, fall(steps), 2.0 * fall(steps), 0.3)
        history.add_train_rows(first, fall(steps), np.full(len(steps), 0.5))
    measured = Measured(float(fall(np.array(MILLION))), None, 0.5, None)
    history.present = Present(MILLION, np.zeros(2), 0.3, measured)
    table = history_text(history.view(), TrainingSettings(learning_rate=0.3))
    for title, factor in (("batch loss J", 1.0), ("gradient norm ‖∂J/∂θ‖", 2.0), ("training loss J", 1.0)):
        told, values = whole_rows(table, title)
        assert told == list(range(WHOLE_STEPS + 1))
        assert values == (factor * fall(np.arange(WHOLE_STEPS + 1))).tolist()


@pytest.mark.parametrize("start", [PLAIN, BATCHES], ids=["full batch", "mini-batches"])
def test_a_long_run_tells_the_first_steps_as_a_short_one_does(start: Experiment) -> None:
    """In the run itself, in its session, at an earlier moment, and in the runs that go on from there."""
    short, run = Trainer(start), Trainer(start)
    short.advance(WHOLE_STEPS + 1)
    run.advance(LONG)
    again, early, late = reopened(run), branch_at(run, 700), branch_at(run, 5500)
    assert early is not None
    assert late is not None
    early.advance(LONG - 700)
    assert csv(early) == csv(run) == csv(again)
    again.advance(LONG)
    runs = {"run": csv(run), "saved": csv(again), "on from an earlier step": csv(late)}
    view = Moments().view_at(run, run.history.view(), 5900)
    assert view is not None
    runs["moment"] = history_text(view.history, view.experiment.training)
    for title in ("batch loss J", "gradient norm ‖∂J/∂θ‖", "training loss J", "test loss J"):
        expected = whole_rows(csv(short), title)
        assert len(expected[0]) > 250
        for name, table in runs.items():
            assert whole_rows(table, title) == expected, (name, title)


def test_a_record_that_was_thinned_otherwise_goes_on_from_what_it_has() -> None:
    """As in sessions of earlier versions, which thinned the first steps too."""
    steps = np.arange(0, 2 * CAPACITY, 4)
    state = Series().state(0)._replace(steps=steps, values=fall(steps))
    series = Series.of_state(state)
    series.extend(2 * CAPACITY, fall(np.arange(2 * CAPACITY, MILLION // 10)))
    curve = series.curve(0, None)
    assert len(series) <= CAPACITY
    assert curve.steps[: WHOLE_STEPS // 4 + 1].tolist() == list(range(0, WHOLE_STEPS + 1, 4))
    np.testing.assert_array_equal(curve.values, fall(curve.steps))
