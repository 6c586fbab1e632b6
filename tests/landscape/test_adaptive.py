"""A surface with predicted cells is, to a quarter of a colour step, the one with every cell computed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.drawing.kit.levels import Levels, levels_of
from playground.engine.formula import Formula
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.network import Network
from playground.engine.network_on_data import NetworkOnData
from playground.landscape import surface
from playground.landscape.adaptive import (
    TOLERANCE,
    doubling_sizes,
    fill,
    predict_grid,
    refine_predicting,
    sample_size,
)
from playground.landscape.colour_scale import ColourScale
from playground.landscape.directions import random_plane
from playground.landscape.plane import Plane, Window
from playground.landscape.surface import Surface, evaluate_on
from tests.support.predicted_surface import predict_surface

WINDOW = Window(-2.0, 2.0, -2.0, 2.0)


def two_variables(name: str) -> bool:
    formula = FORMULA_PRESETS[name].experiment.formula
    return formula is not None and formula.n_variables == 2


def steps_off(values: np.ndarray, truth: np.ndarray, logarithmic: bool) -> np.ndarray:
    """How many of the 256 colour steps of the true picture each cell that it shows is off."""
    levels = levels_of(truth, logarithmic)
    shown = ~levels.above(truth) & ~levels.below(truth)
    ends = levels.transform(np.array([levels.low, levels.high]))
    with np.errstate(all="ignore"):
        off = np.abs(levels.transform(values) - levels.transform(truth)) / (np.ptp(ends) / 256)
    return np.where(shown, off, 0.0)


@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "sigmoid", "identity"])
@given(
    loss=st.sampled_from(["squared_error", "binary_cross_entropy", "softmax_cross_entropy"]),
    hidden=st.sampled_from([(), (4,), (6, 6), (4, 4, 4)]),
    logarithmic=st.booleans(),
    size=st.sampled_from([40, 49, 51, 97]),
    seed=st.integers(0, 1000),
)
@settings(max_examples=12, deadline=None, derandomize=True)
def test_no_cell_is_off_by_more_than_the_tolerance(activation, loss, hidden, logarithmic, size, seed) -> None:
    n_classes = 3 if loss == "softmax_cross_entropy" else 1
    network = Network((2, *hidden, n_classes), activation=activation, loss=loss)
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((60, 2))
    y = (X[:, :1] * X[:, 1:] > 0).astype(float)
    if n_classes > 1:
        y = np.eye(n_classes)[(2 * y[:, 0] * (X[:, 0] > 0) + (y[:, 0] > 0) * (X[:, 0] < 0)).astype(int)]
    problem = NetworkOnData.of_points(network, X, y)
    plane = random_plane(network, network.initial_parameters(rng), seed).plane
    found = predict_surface(problem, plane, WINDOW, size, ColourScale(logarithmic))
    truth = evaluate_on(problem, plane, *np.linspace([-2.0, -2.0], [2.0, 2.0], size).T)
    np.testing.assert_allclose(found.values[found.computed], truth[found.computed], rtol=2e-5)
    assert steps_off(found.values, truth, logarithmic).max() <= 1.01 * TOLERANCE
    if not found.exact:
        assert found.predicted_for.holds_on(ColourScale(logarithmic).fitted(found.values))
        assert not found.predicted_for.holds_on(ColourScale(not logarithmic).fitted(found.values))
        heights = (np.log(values) if logarithmic else values for values in (found.values, truth))
        off = np.abs(np.subtract(*heights)) / found.predicted_for.width
        assert off[~found.computed].max() <= 1.01 * TOLERANCE, "in its own colour steps too"
    assert found.computed.flat[found.values.argmin()]
    assert found.computed.flat[found.values.argmax()]


@pytest.mark.parametrize("logarithmic", [True, False])
@pytest.mark.parametrize("name", [name for name in FORMULA_PRESETS if two_variables(name)])
def test_of_a_formula_too(name: str, logarithmic: bool) -> None:
    formula = FORMULA_PRESETS[name].experiment.formula
    problem, plane = Formula(formula), Plane(np.zeros(2), *np.eye(2))
    window = Window(*formula.limits[0], *formula.limits[1])
    found = predict_surface(problem, plane, window, 97, ColourScale(logarithmic))
    axes = np.linspace(window.a_min, window.a_max, 97), np.linspace(window.b_min, window.b_max, 97)
    truth = evaluate_on(problem, plane, *axes)
    assert np.nanmax(steps_off(found.values, truth, logarithmic)) <= TOLERANCE


def test_a_smooth_bowl_takes_a_tenth_of_its_cells() -> None:
    found = predict_grid(lambda a, b: 1 + a**2 + 3 * b**2, WINDOW, 193)
    assert found.computed.sum() < 193**2 / 10


def test_a_pit_that_the_levels_miss_is_met_as_often_as_promised() -> None:
    """Each pit lies within one cell of the level that is computed whole, between its points."""
    rng = np.random.default_rng(1)
    met = promised = 0.0
    for _ in range(200):
        a0, b0 = (rng.integers(1, 23, 2) + 0.5) / 6 - 2

        def pit(a: np.ndarray, b: np.ndarray, a0: float = a0, b0: float = b0) -> np.ndarray:
            inside = np.maximum(abs(a - a0), abs(b - b0)) < 0.07
            return np.where(inside, 0.5, 2.0 + 0.1 * a)

        found = predict_grid(pit, WINDOW, 193, ColourScale(False))
        grid = np.linspace(-2, 2, 193)
        hidden = (pit(*np.meshgrid(grid, grid)) == 0.5).sum()
        share = hidden / (193**2 - 25**2)
        met += found.values.min() == 0.5
        promised += 1 - (1 - share) ** sample_size()
    assert met >= promised - 3 * np.sqrt(200) / 2


def test_the_promise_is_the_one_of_independent_draws() -> None:
    n = sample_size(0.02, 0.9)
    assert 1 - 0.98**n >= 0.9 > 1 - 0.98 ** (n - 1)


@pytest.mark.parametrize("odd", [np.nan, np.inf, 0.0, -1.0])
def test_cells_without_a_colour_are_computed_and_so_are_their_neighbours(odd: float) -> None:
    found = predict_grid(lambda a, b: np.where(a > 0.7, odd, 2 + a + b**2 / 9), WINDOW, 97)
    grid = np.linspace(-2, 2, 97)
    a, b = np.meshgrid(grid, grid)
    truth = np.where(a > 0.7, odd, 2 + a + b**2 / 9)
    bad = a > 0.7
    np.testing.assert_array_equal(found.values[bad], truth[bad])
    assert found.computed[bad].all()
    assert found.computed[:, np.flatnonzero(grid > 0.7)[0] - 1].all()


def test_the_result_is_the_same_every_time() -> None:
    one, other = (predict_grid(lambda a, b: 1 + np.abs(a - b) ** 1.5, WINDOW, 97) for _ in range(2))
    np.testing.assert_array_equal(one.computed, other.computed)
    np.testing.assert_array_equal(one.values, other.values)


@pytest.mark.parametrize(
    ("size", "levels"), [(193, [13, 25, 49, 97, 193]), (101, [26, 51, 101]), (100, [100]), (7, [7])]
)
def test_levels_double_up_to_the_resolution(size: int, levels: list[int]) -> None:
    assert doubling_sizes(size) == levels


def the_problem(seed: int = 3, hidden: tuple[int, ...] = (6, 6)) -> tuple[NetworkOnData, Plane]:
    network = Network((2, *hidden, 1))
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((60, 2))
    problem = NetworkOnData.of_points(network, X, (X[:, :1] * X[:, 1:] > 0).astype(float))
    return problem, random_plane(network, network.initial_parameters(rng), seed).plane


def refined(breath: float, monkeypatch: pytest.MonkeyPatch, known: Surface | None = None) -> list[Surface]:
    monkeypatch.setattr(surface, "BREATH", breath)
    problem, plane = the_problem()
    pieces = list(refine_predicting(problem, plane, WINDOW, 97, ColourScale(), known))
    assert breath > 1e-4 or pieces.count(None) > 100
    return [piece for piece in pieces if piece is not None]


def test_the_numbers_are_the_same_whichever_way_the_chunks_ran(monkeypatch) -> None:
    """Down to chunks of a single cell."""
    long, short = refined(1.0, monkeypatch), refined(1e-9, monkeypatch)
    assert long[-1].complete
    assert short[-1].complete
    np.testing.assert_array_equal(long[-1].values, short[-1].values)
    np.testing.assert_array_equal(long[-1].computed, short[-1].computed)
    filled = []
    for breath in (1.0, 1e-9):
        monkeypatch.setattr(surface, "BREATH", breath)
        filled.append([piece for piece in fill(the_problem()[0], long[-1]) if piece is not None][-1])
    np.testing.assert_array_equal(filled[0].values, filled[1].values)
    problem, plane = the_problem()
    np.testing.assert_array_equal(filled[0].values, evaluate_on(problem, plane, filled[0].a, filled[0].b))
    assert filled[0].exact


def test_each_level_is_a_picture_that_tells_which_of_its_cells_are_computed(monkeypatch) -> None:
    pictures = refined(1.0, monkeypatch)
    problem, plane = the_problem()
    sizes = [len(picture.a) for picture in pictures]
    assert sorted(set(sizes)) == [7, 13, 25, 49, 97]
    assert sizes == sorted(sizes)
    progress = [picture.progress for picture in pictures]
    assert progress == sorted(progress)
    assert progress[-1] == 1.0
    for picture in pictures:
        truth = evaluate_on(problem, plane, picture.a, picture.b)
        np.testing.assert_array_equal(picture.values[picture.computed], truth[picture.computed])
        assert picture.complete == (len(picture.a) == 97)
        assert picture.exact == bool(picture.computed.all())
    assert pictures[0].exact
    assert not pictures[-1].exact
    assert pictures[-1].checked >= sample_size()


def test_known_cells_are_not_computed_again(monkeypatch) -> None:
    before = refined(1.0, monkeypatch)[-1]
    counted: list[int] = []
    real = surface.losses_at

    def counting(losses, plane, a, b):
        counted.append(a.size)
        return real(losses, plane, a, b)

    monkeypatch.setattr("playground.landscape.adaptive.losses_at", counting)
    again = refined(1.0, monkeypatch, before)
    assert len(again) == 1
    assert not sum(counted)
    np.testing.assert_array_equal(again[0].values, before.values)
    problem, plane = the_problem()
    narrow = ColourScale(True, 0.6, 0.7)
    last = [s for s in refine_predicting(problem, plane, WINDOW, 97, narrow, before) if s is not None][-1]
    assert sum(counted) == last.n_computed - before.n_computed
    assert (last.computed >= before.computed).all()


@pytest.mark.parametrize("ends", [(0.4, 0.9), (0.69, 0.7), (1e-3, 1e3)])
@pytest.mark.parametrize("logarithmic", [True, False])
def test_the_tolerance_is_of_the_limits_that_were_chosen(ends: tuple[float, float], logarithmic) -> None:
    problem, plane = the_problem()
    found = predict_surface(problem, plane, WINDOW, 97, ColourScale(logarithmic, *ends))
    truth = evaluate_on(problem, plane, *np.linspace([-2.0, -2.0], [2.0, 2.0], 97).T)
    levels = Levels(*ends, logarithmic)
    beyond = levels.above(truth) | levels.below(truth)
    assert found.computed[beyond].all(), "they are counted"
    step = np.ptp(levels.transform(np.array(ends))) / 256
    off = np.abs(levels.transform(found.values) - levels.transform(truth)) / step
    assert off[~beyond].max() <= TOLERANCE


def test_work_that_is_dropped_leaves_nothing_behind(monkeypatch) -> None:
    problem, plane = the_problem()
    for kept in range(12):
        pieces = refine_predicting(problem, plane, WINDOW, 97, ColourScale())
        for _ in range(kept):
            next(pieces, None)
        del pieces
    one, other = refined(1.0, monkeypatch), refined(1.0, monkeypatch)
    np.testing.assert_array_equal(one[-1].values, other[-1].values)
