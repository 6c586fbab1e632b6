"""The map of learning rates in colours and words: what matters has them, and what lies beyond is counted."""

from __future__ import annotations

import re

import numpy as np
import pytest

from playground.drawing.kit.levels import levels_of
from playground.drawing.kit.theme import INK, LIGHT, channels
from playground.drawing.rate_map import (
    MapDrawing,
    MapPicture,
    counts_sentence,
    levels_of_map,
    ring_text,
    sentence,
)
from playground.experiment import DataSettings, Experiment, NetworkSettings
from playground.landscape.questions.context import Context
from playground.landscape.questions.rate_map import RateMapQuestion
from playground.landscape.rate_map import RateMap
from playground.numerals import number_text
from tests.support.sheet import Sheet, close

RATES = np.logspace(-4, 1, 48)


def map_of(experiment: Experiment, n_steps: int) -> RateMap:
    question = RateMapQuestion(0, 0, experiment.training, tuple(range(6)), RATES, n_steps)
    *_, last = question.answers(Context(experiment))
    assert last is not None
    return last.rows


@pytest.mark.parametrize("n_steps", [10, 100])
def test_runs_that_diverge_do_not_take_the_colours_of_the_others(qapp, n_steps: int) -> None:
    line = Experiment(DataSettings("noisy_line"), NetworkSettings((), loss="squared_error"))
    rows = map_of(line, n_steps)
    assert np.nanmax(rows.losses) > 1e20
    drawing = MapDrawing(LIGHT)
    drawing.show(MapPicture(rows, rows.seeds))
    levels = drawing.levels
    with np.errstate(invalid="ignore"):
        higher = rows.losses > rows.starts[:, np.newaxis]
        fallen = rows.losses <= rows.starts[:, np.newaxis]
    assert not levels.below(rows.losses).any()
    assert not levels.above(rows.losses[fallen]).any(), "every run that fell has a colour of its own"
    assert len(np.unique(levels.indices(rows.losses[fallen]))) > 60, "and they have many"
    above = drawing.beyond.above
    assert 0 < above <= np.count_nonzero(higher)
    assert f"{above} with J above" in counts_sentence(rows, levels)
    assert "(higher than at the start)" in counts_sentence(rows, levels)
    assert drawing.bar.beyond == (False, True)


def test_a_map_without_such_runs_has_the_colours_of_its_losses() -> None:
    circles = Experiment(DataSettings(points=60), NetworkSettings(()))
    rows = map_of(circles, 100)
    assert (rows.losses > rows.starts[:, np.newaxis]).any()
    assert levels_of_map(rows) == levels_of(rows.losses, True)
    assert counts_sentence(rows, levels_of_map(rows)) == ""


def test_where_every_run_ends_far_above_its_start_the_colours_tell_them_apart() -> None:
    losses = np.array([[1e3, 1e4, np.nan]])
    rows = RateMap((0,), np.array([0.1, 1.0, 10.0]), losses, np.array([1.0]), 10)
    assert levels_of_map(rows) == levels_of(losses, True)


def test_above_the_colours_is_not_always_above_the_start() -> None:
    losses = np.array([[1e-4] * 19 + [2.0], [1e-4] * 20])
    rows = RateMap((0, 1), np.logspace(-2, 1, 20), losses, np.array([3.0, 3.0]), 10)
    levels = levels_of_map(rows)
    high = number_text(levels.high)
    assert counts_sentence(rows, levels) == f"Hatched, beyond the colours, of 40 runs: 1 with J above {high}."


def test_what_is_hatched_is_told_with_its_numbers() -> None:
    losses = np.array([[1e-4] * 17 + [50.0, np.nan, 0.0], [1e-4] * 20])
    rows = RateMap((0, 1), np.logspace(-2, 1, 20), losses, np.array([3.0, 3.0]), 10)
    levels = levels_of_map(rows)
    high, low = number_text(levels.high), number_text(levels.low)
    assert counts_sentence(rows, levels) == (
        f"Hatched, beyond the colours, of 40 runs: 1 with J above {high} (higher than at the start), "
        f"1 with J below {low}, 1 with J not finite."
    )


def test_no_alpha_is_called_the_best_of_those_that_do_as_well(qtbot) -> None:
    rows = map_of(Experiment(DataSettings(), NetworkSettings(())), 100)
    told = sentence(rows)
    found = re.search(r"every α tried from (\S+) to (\S+) is as good as the best for all 6 seeds", told)
    assert found is not None, told
    low, high = map(float, found.groups())
    assert low < 0.25 < 0.86 < high
    assert "median" not in told
    assert "J within 0.1 % counts as equal" in told
    drawing = MapDrawing(LIGHT)
    drawing.show(MapPicture(rows, rows.seeds))
    for column in np.flatnonzero((rows.learning_rates > 0.25) & (rows.learning_rates < 0.86)):
        text = drawing.cell_text((0, int(column)))
        assert "as good as the best for this seed" in text
        assert "rank" not in text
    worse = np.count_nonzero(rows.losses[0] < rows.losses[0, 0])
    assert f"rank {worse + 1} of 48" in drawing.cell_text((0, 0))

    sheet = Sheet(qtbot, drawing, LIGHT)
    first, last = rows.best_spans[1].tolist()
    for column in (first - 1, first, (first + last) // 2, last, last + 1):
        white = close(sheet.color(*drawing.place_of((1, column))), channels(INK), 60)
        assert white == (first <= column <= last), "its bar reaches from end to end, no further"
    assert ring_text(rows, "α") == "the best α of a seed, a bar where several are as good"


@pytest.mark.parametrize(
    ("losses", "told"),
    [
        (
            [[9, 1, 1, 9], [9, 9, 1, 1]],
            "α = 1 is as good as the best for all 2 seeds (J within 0.1 % counts as equal).",
        ),
        (
            [[1, 1, 9, 9], [9, 9, 1, 1]],
            "lies between 0.1 and 1, depending on the seed (median 0.32; J within",
        ),
        (
            [[1, 1, 1, 1], [1, 1, 1, 1]],
            "every α tried from 0.01 to 10 is as good as the best for all 2 seeds (",
        ),
        ([[9, 1, 1, 9]], "every α tried from 0.1 to 1 is as good as the best for seed 0 (J within 0.1 %"),
        ([[9, 1, 2, 9]], "seed 0 is lowest with α = 0.1."),
        ([[9, 1, 2, 9], [9, 1, 2, 9]], "α = 0.1 is the best for all 2 seeds."),
    ],
)
def test_what_is_said_of_equal_losses(losses: list[list[float]], told: str) -> None:
    seeds = tuple(range(len(losses)))
    rows = RateMap(seeds, np.logspace(-2, 1, 4), np.array(losses, float), np.full(len(seeds), 10.0), 100)
    assert told in sentence(rows)
