"""Every preset against J, gradient and second derivatives written by hand, and its known minima."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from playground.engine.formula import Formula
from playground.engine.formula_presets import FORMULA_PRESETS, FormulaPreset, preset_of
from playground.engine.trainer import Trainer
from playground.experiment import Experiment, TrainingSettings

Written = tuple[Callable[..., float], Callable[..., list[float]], Callable[..., list[list[float]]]]


def sigmoid(z: float) -> float:
    return 1.0 / (1.0 + np.exp(-z))


def rastrigin(x: float, y: float) -> float:
    return 20 + sum(t * t - 10 * np.cos(2 * np.pi * t) for t in (x, y))


def cliff_slope(w: float) -> float:
    s = sigmoid(12 * (w - 1))
    return 0.1 * w + 36 * s * (1 - s)


def cliff_bend(w: float) -> float:
    s = sigmoid(12 * (w - 1))
    return 0.1 + 432 * s * (1 - s) * (1 - 2 * s)


def beale_parts(x: float, y: float) -> list[tuple[float, float, float, float, float, float]]:
    """Residual, its derivatives by x, y, and by xx, xy, yy."""
    return [
        (
            c - x + x * y**n,
            y**n - 1,
            n * x * y ** (n - 1),
            0.0,
            n * y ** (n - 1),
            n * (n - 1) * x * y ** (n - 2),
        )
        for n, c in ((1, 1.5), (2, 2.25), (3, 2.625))
    ]


def beale_gradient(x: float, y: float) -> list[float]:
    parts = beale_parts(x, y)
    return [sum(2 * r * rx for r, rx, *_ in parts), sum(2 * r * ry for r, _, ry, *_ in parts)]


def beale_hessian(x: float, y: float) -> list[list[float]]:
    parts = beale_parts(x, y)
    xx = sum(2 * (rx * rx + r * rxx) for r, rx, ry, rxx, rxy, ryy in parts)
    xy = sum(2 * (rx * ry + r * rxy) for r, rx, ry, rxx, rxy, ryy in parts)
    yy = sum(2 * (ry * ry + r * ryy) for r, rx, ry, rxx, rxy, ryy in parts)
    return [[xx, xy], [xy, yy]]


def plateau_hessian(x: float, y: float) -> list[list[float]]:
    g = np.exp(-(x * x + y * y) / 2)
    return [[g * (1 - x * x), -g * x * y], [-g * x * y, g * (1 - y * y)]]


BY_HAND: dict[str, Written] = {
    "parabola": (lambda w: w * w, lambda w: [2 * w], lambda w: [[2.0]]),
    "bowl": (
        lambda x, y: (x * x + 10 * y * y) / 2,
        lambda x, y: [x, 10 * y],
        lambda x, y: [[1.0, 0.0], [0.0, 10.0]],
    ),
    "rosenbrock": (
        lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
        lambda x, y: [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
        lambda x, y: [[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200.0]],
    ),
    "himmelblau": (
        lambda x, y: (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
        lambda x, y: [
            4 * x * (x * x + y - 11) + 2 * (x + y * y - 7),
            2 * (x * x + y - 11) + 4 * y * (x + y * y - 7),
        ],
        lambda x, y: [
            [12 * x * x + 4 * y - 42, 4 * (x + y)],
            [4 * (x + y), 12 * y * y + 4 * x - 26],
        ],
    ),
    "beale": (lambda x, y: sum(r * r for r, *_ in beale_parts(x, y)), beale_gradient, beale_hessian),
    "booth": (
        lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
        lambda x, y: [10 * x + 8 * y - 34, 8 * x + 10 * y - 38],
        lambda x, y: [[10.0, 8.0], [8.0, 10.0]],
    ),
    "rastrigin": (
        rastrigin,
        lambda x, y: [2 * t + 20 * np.pi * np.sin(2 * np.pi * t) for t in (x, y)],
        lambda x, y: np.diag([2 + 40 * np.pi**2 * np.cos(2 * np.pi * t) for t in (x, y)]).tolist(),
    ),
    "styblinski_tang": (
        lambda x, y: sum(t**4 - 16 * t * t + 5 * t for t in (x, y)) / 2,
        lambda x, y: [2 * t**3 - 16 * t + 2.5 for t in (x, y)],
        lambda x, y: [[6 * x * x - 16, 0.0], [0.0, 6 * y * y - 16]],
    ),
    "saddle": (
        lambda x, y: x * x - y * y,
        lambda x, y: [2 * x, -2 * y],
        lambda x, y: [[2.0, 0.0], [0.0, -2.0]],
    ),
    "monkey_saddle": (
        lambda x, y: x**3 - 3 * x * y * y,
        lambda x, y: [3 * x * x - 3 * y * y, -6 * x * y],
        lambda x, y: [[6 * x, -6 * y], [-6 * y, -6 * x]],
    ),
    "plateau": (
        lambda x, y: 1 - np.exp(-(x * x + y * y) / 2),
        lambda x, y: [t * np.exp(-(x * x + y * y) / 2) for t in (x, y)],
        plateau_hessian,
    ),
    "cliff": (
        lambda w: 0.05 * w * w + 3 * sigmoid(12 * (w - 1)),
        lambda w: [cliff_slope(w)],
        lambda w: [[cliff_bend(w)]],
    ),
    "two_minima": (
        lambda w: (w * w - 1) ** 2 + 0.3 * w,
        lambda w: [4 * w * (w * w - 1) + 0.3],
        lambda w: [[12 * w * w - 4]],
    ),
    "noisy_bowl": (
        lambda x, y: (x * x + 4 * y * y) / 2,
        lambda x, y: [x, 4 * y],
        lambda x, y: [[1.0, 0.0], [0.0, 4.0]],
    ),
}
PRESETS = list(FORMULA_PRESETS.values())
each = pytest.mark.parametrize("preset", PRESETS, ids=[preset.name for preset in PRESETS])


@each
def test_value_gradient_and_second_derivatives_are_those_written_by_hand(preset: FormulaPreset) -> None:
    value, gradient, hessian = BY_HAND[preset.name]
    problem = Formula(preset.formula)
    low, high = np.array(preset.formula.limits).T
    points = np.random.default_rng(1).uniform(low, high, (20, len(low)))
    np.testing.assert_allclose(problem.losses(points), [value(*p) for p in points], rtol=1e-11, atol=1e-11)
    for point in points:
        loss, slopes = problem.loss_and_gradient(point)
        assert loss == pytest.approx(value(*point), rel=1e-11, abs=1e-11)
        np.testing.assert_allclose(slopes, gradient(*point), rtol=1e-10, atol=1e-10)
        H = problem.hessian_operator(point).dense()
        np.testing.assert_allclose(H, hessian(*point), rtol=1e-9, atol=1e-8)


@each
def test_known_minima_are_minima(preset: FormulaPreset) -> None:
    problem = Formula(preset.formula)
    for point in problem.minima:
        _, gradient = problem.loss_and_gradient(point)
        assert np.abs(gradient).max() < 1e-12
        curvatures = np.linalg.eigvalsh(problem.hessian_operator(point).dense())
        assert curvatures[0] > 0.0
        low, high = np.array(preset.formula.limits).T
        assert (low < point).all()
        assert (point < high).all()
    if preset.name not in ("saddle", "monkey_saddle"):
        assert len(problem.minima)


@each
def test_its_learning_rate_goes_down_from_its_start(preset: FormulaPreset) -> None:
    training = TrainingSettings(learning_rate=preset.learning_rate)
    trainer = Trainer(Experiment(formula=preset.formula, training=training))
    first = trainer.train_loss()
    low, high = np.array(preset.formula.limits).T
    assert (low <= trainer.parameters).all()
    assert (trainer.parameters <= high).all()
    trainer.advance(30)
    assert not trainer.diverged
    assert trainer.train_loss() < first


@each
def test_it_is_told_by_its_formula_and_says_what_it_shows(preset: FormulaPreset) -> None:
    assert preset_of(preset.formula) is preset
    assert preset.sentence.endswith(".")
    assert len(preset.sentence) <= 110
    assert any(character.isdigit() for character in preset.source)
    assert Experiment.from_json(Experiment(formula=preset.formula).to_json()).formula == preset.formula


def test_a_formula_of_the_user_is_no_preset() -> None:
    bowl = FORMULA_PRESETS["bowl"].formula
    assert preset_of(bowl.with_constant("κ", 50.0)) is FORMULA_PRESETS["bowl"]
    assert preset_of(bowl.with_expression("x^2 + 3*y^2")) is None
