"""Of many training points some stand for all: which ones, and how near their J is to that of all."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.fewer_points import FEWER, has_many_points, with_fewer_points
from playground.engine.network_on_data import NetworkOnData
from playground.engine.problem import Problem
from playground.engine.problem_of_experiment import problem_of
from playground.engine.stepping.measuring import MANY
from playground.experiment import DataSettings, Experiment, NetworkSettings
from playground.experiment_formula import FormulaSettings
from playground.experiment_table import TableSettings
from playground.landscape.questions.context import Context


def experiment(rows: int, rare: int | None = None, classes: bool = True, **data) -> Experiment:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(rows, 2))
    y = X[:, 0] * X[:, 1] if not classes else np.arange(rows) < (rows // 3 if rare is None else rare)
    table = TableSettings(("a", "b"), "t", ("no", "yes") if classes else (), np.column_stack([X, y]))
    return Experiment(DataSettings.of_table(table, test_share=0.0, **data), NetworkSettings((3,)))


def problem(*about, **data) -> NetworkOnData:
    found = problem_of(experiment(*about, **data))
    assert isinstance(found, NetworkOnData)
    return found


def inputs(problem: Problem) -> np.ndarray:
    assert isinstance(problem, NetworkOnData)
    return problem.X


@pytest.mark.parametrize(("rows", "rare"), [(MANY + 1, None), (8000, 1), (8000, 7999), (20_000, 3)])
def test_each_class_has_its_share(rows: int, rare: int | None) -> None:
    all_points = problem(rows, rare)
    fewer = with_fewer_points(all_points, 0)
    assert isinstance(fewer, NetworkOnData)
    assert fewer.n_samples == FEWER
    counts = [np.count_nonzero(of.y == 1.0) for of in (all_points, fewer)]
    wanted = np.clip(round(counts[0] * FEWER / rows), 1, FEWER - 1)
    assert abs(counts[1] - wanted) <= 1
    rows_of_all = {tuple(row) for row in all_points.X.tolist()}
    kept = [tuple(row) for row in fewer.X.tolist()]
    assert len(set(kept)) == FEWER
    assert set(kept) <= rows_of_all


def test_the_points_are_those_of_the_seed_of_the_data() -> None:
    whole = problem(6000)
    first, again, other = (inputs(with_fewer_points(whole, seed)) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    context = Context(experiment(6000, seed=3))
    expected = inputs(with_fewer_points(context.network_on_data, 3))
    assert np.array_equal(inputs(context.with_fewer_points()), expected)
    assert context.with_fewer_points() is context.with_fewer_points()


@pytest.mark.parametrize("classes", [True, False])
def test_their_loss_is_near_that_of_all_and_all_else_is_the_same(classes: bool) -> None:
    whole = problem(20_000, None, classes)
    fewer = with_fewer_points(whole, 0)
    theta = whole.start()
    assert np.array_equal(theta, fewer.start())
    assert fewer.loss(theta) == pytest.approx(whole.loss(theta), rel=0.1)


def test_few_points_and_formulas_stay_as_they_are() -> None:
    whole = problem(MANY)
    assert not has_many_points(whole)
    assert with_fewer_points(whole, 0) is whole
    bowl = problem_of(Experiment(formula=FormulaSettings("x^2 + y^2")))
    assert not has_many_points(bowl)
    assert with_fewer_points(bowl, 0) is bowl
