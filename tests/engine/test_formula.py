"""A formula as the problem of a run: its steps, its second derivatives, its noise, its place in a file."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.engine.formula import Formula, distances_to, start_of_seed, with_start_of_seed
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.recording.phase import ARRIVED, find_phase
from playground.engine.stepping.descent import Descent
from playground.engine.trainer import Trainer, replay
from playground.experiment import Experiment, ExperimentFile, TrainingSettings
from playground.experiment_checks import ExperimentError
from playground.experiment_formula import FormulaSettings

ROSENBROCK = FormulaSettings(
    "(1 - x)^2 + b*(y - x^2)^2",
    start=(-1.2, 1.0),
    window=((-2.0, 2.0), (-1.0, 3.0)),
    constants={"b": 100.0},
    minima=((1.0, 1.0),),
)


def run_of(formula: FormulaSettings, **training: Any) -> Trainer:
    return Trainer(Experiment(formula=formula, training=TrainingSettings(**training)))


def rosenbrock_gradient(theta: np.ndarray) -> np.ndarray:
    x, y = theta
    return np.array([-2.0 * (1.0 - x) - 400.0 * x * (y - x * x), 200.0 * (y - x * x)])


def test_a_run_on_rosenbrock_is_the_one_written_by_hand() -> None:
    trainer = run_of(ROSENBROCK, learning_rate=1e-3)
    trainer.advance(500)
    theta = np.array([-1.2, 1.0])
    for _ in range(500):
        theta = theta - 1e-3 * rosenbrock_gradient(theta)
    np.testing.assert_allclose(trainer.parameters, theta, rtol=1e-11)
    x, y = theta
    assert trainer.train_loss() == pytest.approx((1 - x) ** 2 + 100 * (y - x * x) ** 2, rel=1e-9)
    assert trainer.network is None
    assert trainer.samples is None
    assert math.isnan(trainer.test_loss())


def test_the_first_step_of_the_lecture() -> None:
    """J = w², w = 2, α = 0.3: w := 2 − 0.3·4 = 0.8."""
    trainer = run_of(FormulaSettings("w^2", start=(2.0,)), learning_rate=0.3)
    trainer.advance(1)
    assert trainer.parameters == pytest.approx([0.8], abs=1e-15)
    assert trainer.last_update is not None
    assert trainer.last_update.gradient == pytest.approx([4.0])


def test_second_derivatives_of_rosenbrock() -> None:
    problem = Formula(ROSENBROCK)
    theta = np.array([0.3, -0.7])
    x, y = theta
    H = np.array([[2.0 - 400.0 * (y - 3.0 * x * x), -400.0 * x], [-400.0 * x, 200.0]])
    operator = problem.hessian_operator(theta)
    np.testing.assert_allclose(operator.dense(), H, rtol=1e-13)
    v = np.array([0.6, -1.1])
    np.testing.assert_allclose(problem.hessian_vector_product(theta, v), H @ v, rtol=1e-13)
    np.testing.assert_allclose(operator(np.stack([v, 2 * v])), np.stack([H @ v, 2 * H @ v]), rtol=1e-13)


def test_penalties_act_on_all_variables() -> None:
    problem = Formula(FormulaSettings("x*y", start=(1.0, -2.0)), l1=0.1, l2=0.5)
    theta = np.array([1.5, -2.0])
    loss, gradient = problem.loss_and_gradient(theta)
    assert loss == pytest.approx(-3.0 + 0.1 * 3.5 + 0.25 * (1.5**2 + 4.0))
    np.testing.assert_allclose(gradient, [-2.0 + 0.1 + 0.75, 1.5 - 0.1 - 1.0])
    np.testing.assert_allclose(problem.hessian_operator(theta).dense(), [[0.5, 1.0], [1.0, 0.5]])
    assert problem.losses(theta[np.newaxis])[0] == pytest.approx(loss)
    trainer = run_of(FormulaSettings("x*y", start=(1.5, -2.0)), learning_rate=0.1, l1=0.1, l2=0.5)
    trainer.advance(1)
    np.testing.assert_allclose(trainer.parameters, theta - 0.1 * gradient)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("curvature", [0.5, 3.0])
def test_the_limit_with_momentum_lies_between_99_and_101_per_cent_of_theory(
    momentum: float, curvature: float
) -> None:
    """0 < αλ < 2 + 2β (Goh 2017, in torch's form of momentum)."""
    limit = (2.0 + 2.0 * momentum) / curvature
    formula = FormulaSettings("0.5*k*w^2", start=(1.0,), constants={"k": curvature})
    ends = []
    for factor in (0.99, 1.01):
        trainer = run_of(formula, optimizer="momentum", momentum=momentum, learning_rate=factor * limit)
        trainer.advance(4000)
        ends.append(abs(trainer.parameters[0]))
    assert ends[0] < 1e-4
    assert ends[1] > 1e4


def test_the_ball_of_noise_has_the_variance_of_theory() -> None:
    """θ := (1 − αλ)θ − α·ε in its stationary state: α²σ²/(1 − (1 − αλ)²)."""
    rate, curvature, noise = 0.3, 2.0, 0.5
    formula = FormulaSettings("0.5*k*w^2", start=(0.0,), constants={"k": curvature}, noise=noise, seed=3)
    training = TrainingSettings(learning_rate=rate)
    descent = Descent(Formula(formula), np.zeros(1), np.random.default_rng(0), training)
    descent.settle(training)
    steps = 100_000
    thetas: list[np.ndarray] = []
    while len(thetas) < steps:
        made = descent.begin_row(steps - len(thetas))
        thetas += descent.advance(made, range(descent.step + 1, descent.step + made + 1))
    variance = rate**2 * noise**2 / (1.0 - (1.0 - rate * curvature) ** 2)
    # The correlation 1 − αλ = 0.4 leaves 1e5·(1 − 0.16)/(1 + 0.16) independent ones: 0.5 % of scatter.
    assert np.var(np.array(thetas)) == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize("noise", [0.0, 0.4])
@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
def test_steps_at_once_one_by_one_saved_and_replayed_are_the_same_run(noise: float, optimizer: str) -> None:
    formula = FormulaSettings("x^2 + 5*y^2 + sin(x*y)", start=(1.0, -1.0), noise=noise, seed=4)
    experiment = Experiment(
        formula=formula, training=TrainingSettings(optimizer=optimizer, learning_rate=0.05)
    )
    whole, parts = Trainer(experiment), Trainer(experiment)
    whole.advance(300)
    for count in (1, 127, 2, 140, 30):
        parts.advance(count)
    np.testing.assert_array_equal(whole.parameters, parts.parameters)
    going_on = Trainer.resumed(whole.saved())
    whole.learning_rate = going_on.learning_rate = 0.02
    whole.advance(200)
    going_on.advance(200)
    np.testing.assert_array_equal(whole.parameters, going_on.parameters)
    file = ExperimentFile.from_json(whole.view().experiment_file.to_json())
    np.testing.assert_array_equal(replay(file, 500).parameters, whole.parameters)


def test_noise_is_the_same_whatever_the_training_seed_and_another_with_another_seed() -> None:
    ends = []
    for seed, training_seed in ((0, 0), (0, 7), (1, 0)):
        trainer = run_of(FormulaSettings("w^2", noise=1.0, seed=seed), seed=training_seed)
        trainer.advance(10)
        ends.append(trainer.parameters[0])
    assert ends[0] == ends[1] != ends[2]


def test_a_run_that_leaves_the_finite_numbers_stops_before_it_and_can_be_brought_back() -> None:
    trainer = run_of(FormulaSettings("w^4", start=(2.0,)), learning_rate=1.0)
    trainer.advance(100)
    assert trainer.diverged
    assert math.isfinite(trainer.train_loss())
    step = trainer.step
    trainer.learning_rate = 1e-6
    trainer.advance(1)
    assert trainer.step == step + 1 or trainer.diverged


@pytest.mark.parametrize(
    ("expression", "start", "words", "position"),
    [
        ("log(w)", (0.0,), "w = 0: log of zero", 0),
        ("2 + 1/x", (0.0,), "x = 0: Division by zero", 5),
        ("sqrt(x) + y", (-1.0, 0.0), "sqrt of a negative", 0),
        ("exp(x)", (1e4,), "too large", 0),
    ],
)
def test_a_start_without_a_value_is_refused_with_its_place(
    expression: str, start: tuple[float, ...], words: str, position: int
) -> None:
    with pytest.raises(ExperimentError, match=words) as refused:
        run_of(FormulaSettings(expression, start=start))
    assert refused.value.field == "formula.start"
    assert refused.value.position == position


def test_a_run_is_told_that_j_has_no_gradient_where_it_stands() -> None:
    trainer = Trainer(Experiment(formula=FormulaSettings("sqrt(w^2)", start=(1.0,))))
    trainer.set_parameters(np.zeros(1))
    assert trainer.advance(3) == 0
    assert trainer.diverged
    assert trainer.overflows() == "no gradient"
    flat = Trainer(Experiment(formula=FormulaSettings("exp(-w^4)", start=(1e12,), window=((-1.0, 1e12),))))
    flat.set_parameters(np.array([1e110]))
    assert flat.advance(3) == 3
    np.testing.assert_array_equal(flat.parameters, [1e110])


def test_the_distance_to_the_nearest_known_minimum() -> None:
    two = Formula(FormulaSettings("(x^2 - 1)^2", start=(0.5,), minima=((-1.0,), (1.0,))))
    np.testing.assert_allclose(two.distance_to_minimum(np.array([[0.5], [-3.0], [1.0]])), [0.5, 2.0, 0.0])
    none = Formula(FormulaSettings("x^2"))
    assert np.isnan(none.distance_to_minimum(np.array([[0.5]]))).all()


def test_distances_are_right_however_small_or_large() -> None:
    thetas = np.array([[2e-192], [1e-161], [0.0], [3.0], [1e200], [-1e-300]])
    found = distances_to(np.array([[0.0], [5.0]]), thetas)
    np.testing.assert_allclose(found, [2e-192, 1e-161, 0.0, 2.0, 1e200, 1e-300], rtol=1e-12)
    beyond = distances_to(np.array([[0.0]]), np.array([[np.nan], [np.inf]]))
    np.testing.assert_array_equal(beyond, [np.nan, np.inf])


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum"])
@pytest.mark.parametrize("factor", [1e-200, 1e-165])
def test_the_norm_of_a_gradient_is_right_where_its_square_is_no_number(factor: float, optimizer: str) -> None:
    formula = FormulaSettings(f"{factor!r}*(1.5*x^2 + 2*y^2)", start=(1.0, 1.0))
    trainer = run_of(formula, optimizer=optimizer, learning_rate=1e-4)
    trainer.advance(3)
    norms = trainer.history.curve("gradient_norm").values
    assert norms == pytest.approx([5 * factor] * 3, rel=1e-12, abs=0.0)


def test_a_run_goes_on_where_only_the_square_of_its_gradient_overflows() -> None:
    """Down the monkey saddle without end: the run stops where J itself overflows."""
    experiment = FORMULA_PRESETS["monkey_saddle"].experiment
    trainer = Trainer(replace(experiment, training=replace(experiment.training, learning_rate=0.02)))
    trainer.advance(100)
    assert trainer.diverged
    assert trainer.overflows() == "J"
    norm = np.hypot(*trainer.problem.loss_and_gradient(trainer.parameters)[1])
    assert 1e160 < norm < np.inf, "its square is no number"


def test_a_run_near_zero_records_the_gradients_that_move_it() -> None:
    experiment = FORMULA_PRESETS["parabola"].experiment
    trainer = Trainer(replace(experiment, training=replace(experiment.training, learning_rate=0.25)))
    trainer.advance(640)
    before = trainer.parameters.copy()
    trainer.advance(1)
    assert 0 < trainer.parameters[0] < before[0] < 1e-190
    assert trainer.history.curve("gradient_norm").values[-1] == pytest.approx(
        2 * before[0], rel=1e-12, abs=0.0
    )


def test_a_loss_of_any_size_has_arrived_only_where_it_stands() -> None:
    trainer = run_of(FormulaSettings("1e-200*w^2", start=(1.0,)), learning_rate=0.25)
    trainer.advance(60)
    assert find_phase(trainer.view().history).word != ARRIVED


def test_a_start_of_a_seed_lies_in_the_window() -> None:
    starts = np.array([start_of_seed(ROSENBROCK, seed) for seed in range(200)])
    assert (starts >= [-2.0, -1.0]).all()
    assert (starts <= [2.0, 3.0]).all()
    assert len(np.unique(starts, axis=0)) == 200


@pytest.mark.parametrize(
    ("window", "digits"),
    [
        ((-3.0, 3.0), 3),
        ((1000.0, 1000.01), 6),
        ((0.123456, 0.1234562), 10),
        ((-1e9, 1e9), -6),
        ((999999990000.0, 1e12), -1),
    ],
)
def test_a_start_of_a_seed_is_rounded_by_the_width_of_its_window(
    window: tuple[float, float], digits: int
) -> None:
    formula = FormulaSettings("x^2", start=(0.0,), window=(window,))
    starts = [float(start_of_seed(formula, seed)[0]) for seed in range(50)]
    assert window[0] <= min(starts)
    assert max(starts) <= window[1]
    assert len(set(starts)) > 45
    for seed, start in enumerate(starts):
        assert start == round(start, digits)
        assert with_start_of_seed(formula, seed).first == (start,)


@pytest.mark.parametrize(
    ("window", "seed", "start"), [((0.5004, 1.5004), 13007, 0.5004), ((0.5006, 1.5006), 28919, 1.5006)]
)
def test_rounding_takes_no_start_out_of_its_window(
    window: tuple[float, float], seed: int, start: float
) -> None:
    """Within half a thousandth of an end, the nearest number of three decimals lies beyond it."""
    assert start_of_seed(FormulaSettings("x^2", window=(window,)), seed).tolist() == [start]
