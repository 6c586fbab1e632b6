"""The points of a rule: where they lie, what they are given, and how many are held back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.datasets import samples_of, training_points
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment
from playground.experiment_checks import ExperimentError
from playground.experiment_rule import RuleSettings


def data(expression: str, target: str = "class", ends=(-5.0, 5.0), **others) -> DataSettings:
    return DataSettings(dataset="rule", rule=RuleSettings(expression, ends, target), **others)


def all_points(settings: DataSettings) -> tuple[np.ndarray, np.ndarray]:
    samples = samples_of(settings)
    return np.vstack([samples.X_train, samples.X_test]), np.vstack([samples.y_train, samples.y_test])[:, 0]


def test_the_sign_gives_the_class_and_points_fill_the_range() -> None:
    x, y = all_points(data("x1² + x2² - 4", ends=(-3.0, 2.0), noise=0.0, points=2000))
    assert np.array_equal(y, np.where(x[:, 0] ** 2 + x[:, 1] ** 2 > 4.0, 1.0, 0.0))
    assert x.min() >= -3.0
    assert x.max() <= 2.0
    # Evenly: each quarter of the square has its share.
    counts, _, _ = np.histogram2d(x[:, 0], x[:, 1], bins=2)
    assert np.all(np.abs(counts - 500) < 80)


def test_the_value_is_the_target_and_noise_disturbs_it() -> None:
    x, y = all_points(data("x1 - 2*x2", "value", noise=0.0))
    assert np.allclose(y, x[:, 0] - 2.0 * x[:, 1])
    noisy_x, noisy_y = all_points(data("x1 - 2*x2", "value", noise=0.5))
    assert np.array_equal(x, noisy_x)
    assert np.std(noisy_y - y) == pytest.approx(0.5 * np.std(y), rel=0.2)


def test_noise_of_classes_disturbs_the_inputs() -> None:
    clean, classes = all_points(data("x1", noise=0.0))
    noisy, same = all_points(data("x1", noise=0.2))
    assert np.array_equal(classes, same)
    assert 0.1 < np.std(noisy - clean) < 1.0


def test_equal_seeds_give_equal_points() -> None:
    first, again, other = (all_points(data("x1*x2", seed=seed)) for seed in (7, 7, 8))
    assert np.array_equal(first[0], again[0])
    assert not np.array_equal(first[0], other[0])


def test_points_outside_of_the_domain_are_drawn_again() -> None:
    x, y = all_points(data("log(x1) + sqrt(x2)", "value", noise=0.0))
    assert len(x) == 200
    assert x.min() >= 0.0
    assert np.isfinite(y).all()


OVER = "for x1 and x2 from −5 to 5."
NO_POINTS = {
    "log(-1 - x1^2)": f"The rule gives no finite number {OVER}",
    "log(x1 - 4.999)": f"The rule gives a finite number at 3 of 20\u202f000 places only, {OVER}",
    "x1^2 + 1": f"The rule gives class 1 only: it is above 0 at all 200 points, {OVER}",
    "-exp(x1)": f"The rule gives class 0 only: it is 0 or less at all 200 points, {OVER}",
}


@pytest.mark.parametrize("expression", NO_POINTS)
def test_a_rule_without_points_of_two_classes_is_refused_by_one_sentence(expression: str) -> None:
    with pytest.raises(ExperimentError) as refused:
        samples_of(data(expression))
    assert refused.value.sentence == NO_POINTS[expression]


@given(
    points=st.integers(20, 300),
    share=st.floats(0.0, 0.9),
    cut=st.floats(-4.9, 4.9),
    target=st.sampled_from(["class", "value"]),
    seed=st.integers(0, 50),
)
@settings(max_examples=60, deadline=None)
def test_each_class_is_trained_on_and_the_number_is_known_before(points, share, cut, target, seed) -> None:
    given_ = data(f"x1 - ({cut})", target, points=points, test_share=share, seed=seed)
    try:
        samples = samples_of(given_)
    except ExperimentError as error:
        assert "only: it is" in error.sentence
        return
    n_train = len(samples.y_train)
    assert n_train == training_points(given_) >= 2
    assert n_train + len(samples.y_test) == points
    if target == "class":
        assert set(samples.y_train[:, 0]) == {0.0, 1.0}


def test_a_network_learns_a_rule() -> None:
    trainer = Trainer(Experiment().with_value("data.rule", {"expression": "x1*x2 - 1"}))
    first = trainer.train_loss()
    trainer.advance(1500)
    assert trainer.train_loss() < 0.5 * first
    assert trainer.view().test_accuracy > 0.8
