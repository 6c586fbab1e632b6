"""A map of learning rates where J has no lower bound: nothing in it is called the best."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from playground.drawing.kit.theme import LIGHT
from playground.drawing.rate_map import MapDrawing, MapPicture, counts_sentence, ring_text, sentence
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.trainer import Trainer
from playground.experiment import Experiment, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.export.map_csv import map_table
from playground.landscape.momentum_map import momentum_plan
from playground.landscape.rate_map import RateMap, rows_in_pieces

FALLING = FormulaSettings("0 - exp(w)", ("w",), (2.4,), ((-3.0, 3.0),))
SADDLE = FORMULA_PRESETS["saddle"].formula
QUARTIC = FormulaSettings("0 - w^4", ("w",), (1.0,), ((-3.0, 3.0),))
MOMENTA = (0.0, 0.5, 0.9)


def map_of(formula: FormulaSettings) -> tuple[RateMap, Experiment]:
    experiment = Experiment(formula=formula, training=TrainingSettings(optimizer="momentum"))
    run = Trainer(experiment)
    plan = momentum_plan(run.problem, experiment.training)
    thetas = [run.parameters] * len(MOMENTA)
    *_, losses = rows_in_pieces(run.problem, plan.training, thetas, plan.learning_rates, 100, MOMENTA)
    assert isinstance(losses, np.ndarray)
    starts = np.full(len(MOMENTA), run.train_loss())
    return RateMap((0,) * len(MOMENTA), plan.learning_rates, losses, starts, 100, MOMENTA), experiment


@pytest.mark.parametrize("formula", [FALLING, SADDLE, QUARTIC])
def test_a_map_of_a_j_without_bound_has_no_ring_and_says_why(qapp, formula: FormulaSettings) -> None:
    rows, experiment = map_of(formula)
    assert rows.falls_without_bound
    assert rows.best.tolist() == [-1] * len(MOMENTA)
    assert not rows.as_good.any()
    assert ring_text(rows, "α", "momentum") == ""
    drawing = MapDrawing(LIGHT)
    drawing.show(MapPicture(rows, rows.seeds, momenta=MOMENTA))
    told = drawing.summary()
    assert "J falls without bound in what was tried" in told
    assert "lowest" not in told
    table = map_table(rows, MOMENTA, experiment, experiment.training)
    notes = json.loads(table.notes)
    assert notes["momenta where J falls without bound in what was tried"] == list(MOMENTA)


def test_cells_that_left_the_finite_numbers_downward_are_told_as_such(qapp) -> None:
    rows, experiment = map_of(FALLING)
    assert rows.below_all == np.count_nonzero(rows.losses == -math.inf) > 20
    assert rows.not_finite == 0
    drawing = MapDrawing(LIGHT)
    drawing.show(MapPicture(rows, rows.seeds, momenta=MOMENTA))
    count = f"{rows.below_all} with J fallen below all finite numbers"
    assert count in counts_sentence(rows, drawing.levels)
    assert "J has fallen below all finite numbers" in drawing.cell_text((0, len(rows.learning_rates) - 1))
    table = map_table(rows, MOMENTA, experiment, experiment.training)
    assert "-inf where J has fallen below all finite numbers" in table.notes
    assert table.text.count(",-inf") == rows.below_all


def test_of_several_starts_those_with_a_bound_keep_their_ring() -> None:
    losses = np.array([[-1.0, -10.0, -math.inf], [3.0, 1.0, 2.0]])
    rows = RateMap((0, 1), np.array([0.01, 0.1, 1.0]), losses, np.array([2.0, 4.0]), 100)
    assert rows.best.tolist() == [-1, 1]
    assert sentence(rows) == (
        "After 100 steps J falls without bound in what was tried for 1 of 2 seeds: below all finite numbers."
    )
    assert ring_text(rows, "α") != ""
