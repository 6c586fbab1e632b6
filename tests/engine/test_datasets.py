"""The data sets: reproducible, balanced, split evenly, and each the figure that its name promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.datasets import DATASET_INFO, samples_of, training_points
from playground.experiment import DATASETS, MAX_SEED, DataSettings

CLASSES = [name for name, kind in DATASETS.items() if kind.classification]
SEEDS = (0, 1, 2, 7, 123, MAX_SEED)

any_settings = st.builds(
    DataSettings,
    dataset=st.sampled_from(list(DATASETS)),
    points=st.integers(20, 600),
    noise=st.floats(0, 1),
    test_share=st.floats(0, 0.9),
    standardize=st.booleans(),
    seed=st.integers(0, MAX_SEED),
)


def every_point(data):
    return np.vstack([data.X_train, data.X_test]), np.vstack([data.y_train, data.y_test])


def figure(name, **more):
    """All points of the clean figure, raw."""
    return every_point(samples_of(DataSettings(name, noise=0.0, **{"points": 500, **more})))


@settings(max_examples=150, deadline=None)
@given(any_settings)
def test_any_settings_give_sound_samples(given):
    data = samples_of(given)
    kind = DATASETS[given.dataset]
    n, m = len(data.X_train), len(data.X_test)
    assert n + m == given.points
    assert n == training_points(given)
    assert m == min(round(given.points * given.test_share), given.points - max(2, kind.n_classes))
    assert data.X_train.shape == (n, kind.n_inputs)
    assert data.X_test.shape == (m, kind.n_inputs)
    assert data.y_train.shape == (n, kind.n_outputs)
    assert data.y_test.shape == (m, kind.n_outputs)
    assert len(data.input_names) == kind.n_inputs
    assert data.classification == kind.classification
    for array in (data.X_train, data.y_train, data.X_test, data.y_test, data.mean, data.scale):
        assert array.dtype == np.float64
        assert np.isfinite(array).all()
        assert not array.flags.writeable
    if kind.classification:
        for labels in (data.y_train, data.y_test):
            assert set(np.unique(labels)) <= {0.0, 1.0}
            if kind.n_outputs > 1:
                np.testing.assert_array_equal(labels.sum(axis=1), 1.0)
            counts = np.bincount(data.labels(labels).astype(int), minlength=kind.n_classes)
            assert np.ptp(counts) <= 2
        assert set(data.labels(data.y_train)) == set(range(kind.n_classes))
        assert len(data.class_names) == kind.n_classes


@settings(max_examples=40, deadline=None)
@given(any_settings)
def test_the_same_settings_give_the_same_points(given):
    first, second = samples_of(given), samples_of(given)
    for name in ("X_train", "y_train", "X_test", "y_test", "mean", "scale"):
        assert np.array_equal(getattr(first, name), getattr(second, name))


@pytest.mark.parametrize("name", DATASETS)
def test_another_seed_gives_other_points(name):
    drawn = [samples_of(DataSettings(name, seed=seed)).X_train for seed in SEEDS]
    assert len({array.tobytes() for array in drawn}) == len(SEEDS)


@pytest.mark.parametrize("name", DATASETS)
def test_holding_back_more_points_moves_none(name):
    """The split has a random stream of its own."""
    little, much = (every_point(samples_of(DataSettings(name, test_share=share))) for share in (0.1, 0.6))
    for one, other in zip(little, much, strict=True):
        np.testing.assert_array_equal(np.sort(one, axis=0), np.sort(other, axis=0))


@pytest.mark.parametrize("name", DATASETS)
def test_noise_disturbs_the_same_figure_by_its_share_of_the_spread(name):
    """Measured from outside: the standard deviation of noisy minus clean is noise × spread."""
    settings_of = {noise: DataSettings(name, points=5000, noise=noise) for noise in (0.0, 0.2, 0.4)}
    clean, noisy, noisier = (samples_of(value) for value in settings_of.values())
    column = "X_train" if DATASETS[name].classification else "y_train"
    start = getattr(clean, column)
    move, double = getattr(noisy, column) - start, getattr(noisier, column) - start
    if name == "hours_of_study":  # nobody studies for less than no time: hours are mirrored at 0
        start, move, double = (values[clean.X_train[:, 0] > 4] for values in (start, move, double))
    np.testing.assert_allclose(double, 2 * move, atol=1e-12)
    spread = np.sqrt(getattr(clean, column).var(axis=0).mean())
    assert move.std() == pytest.approx(0.2 * spread, rel=0.1)
    assert abs(move.mean()) < 0.03 * spread


@pytest.mark.parametrize("name", DATASETS)
def test_standardised_training_inputs_have_mean_0_and_deviation_1_and_can_be_turned_back(name):
    raw = samples_of(DataSettings(name, seed=3))
    data = samples_of(DataSettings(name, seed=3, standardize=True))
    np.testing.assert_allclose(data.X_train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(data.X_train.std(axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(data.X_train * data.scale + data.mean, raw.X_train, atol=1e-12)
    np.testing.assert_allclose(data.X_test * data.scale + data.mean, raw.X_test, atol=1e-12)
    assert np.array_equal(data.y_train, raw.y_train)
    assert raw.mean.tolist() == [0.0] * raw.X_train.shape[1]
    assert raw.scale.tolist() == [1.0] * raw.X_train.shape[1]


def test_every_data_set_has_words():
    assert set(DATASET_INFO) == set(DATASETS)
    for info in DATASET_INFO.values():
        assert info.title
        assert info.sentence.endswith(".")


def test_two_circles_are_a_disc_in_a_ring():
    x, y = figure("two_circles")
    radius, label = np.hypot(*x.T), y[:, 0]
    assert radius[label == 0].max() <= 2.5
    assert radius[label == 1].min() >= 3.5
    assert radius[label == 1].max() <= 5.0
    noisy, _ = every_point(samples_of(DataSettings()))
    assert np.abs(noisy).max() < 6.5


def test_xor_is_the_sign_of_a_product():
    x, y = figure("xor")
    assert ((x[:, 0] * x[:, 1] < 0) == (y[:, 0] == 1)).all()


def test_each_arm_of_the_spirals_is_the_other_one_turned_by_half_a_turn():
    x, y = figure("two_spirals", points=2000)
    zero, one = x[y[:, 0] == 0], x[y[:, 0] == 1]
    gaps = np.linalg.norm(zero[:, None] + one[None], axis=2).min(axis=1)
    assert gaps.max() < 0.1
    assert np.linalg.norm(zero[:, None] - one[None], axis=2).min() > 0.25


def test_moons_reach_into_each_other_without_touching():
    x, y = figure("two_moons")
    zero, one = x[y[:, 0] == 0], x[y[:, 0] == 1]
    assert np.linalg.norm(zero[:, None] - one[None], axis=2).min() > 0.5
    assert one[:, 1].max() > zero[:, 1].min()
    assert zero[:, 0].max() > one[:, 0].min()


@pytest.mark.parametrize("seed", SEEDS)
def test_blobs_are_separated_by_a_straight_line_at_the_noise_that_stands_there(seed):
    """The perceptron stops where there is such a line, and only there (Rosenblatt 1958, Novikoff 1962)."""
    x, y = every_point(samples_of(DataSettings("separable_blobs", points=5000, seed=seed)))
    points = np.column_stack([x, np.ones(len(x))]) * np.where(y == 1, 1.0, -1.0)
    weights = np.zeros(3)
    for _ in range(1000):
        wrong = np.flatnonzero(points @ weights <= 0)
        if not len(wrong):
            break
        weights += points[wrong[0]]
    assert (points @ weights > 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_hours_of_study_overlap_around_three_hours(seed):
    data = samples_of(DataSettings("hours_of_study", points=1000, seed=seed))
    hours, passed = (values[:, 0] for values in every_point(data))
    assert hours.min() >= 0
    assert hours[passed == 1].min() < 2 < 4 < hours[passed == 0].max()
    assert ((hours > 3) == (passed == 1)).mean() == pytest.approx(0.85, abs=0.04)


def test_hours_of_study_follow_the_sigmoid_they_are_drawn_from():
    hours, passed = (values[:, 0] for values in figure("hours_of_study", points=5000))
    for low in np.arange(0.5, 5.5, 0.5):
        inside = (hours >= low) & (hours < low + 0.5)
        expected = 1 / (1 + np.exp(-1.5 * (low + 0.25 - 3)))
        assert passed[inside].mean() == pytest.approx(expected, abs=0.04)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("test_share", [0.0, 0.2, 0.5])
def test_the_noisy_line_has_the_curvature_of_the_lecture(seed, test_share):
    """Half squared error of w·x + b has the Hessian mean((x, 1)ᵀ(x, 1)), whatever w and b."""
    data = samples_of(DataSettings("noisy_line", seed=seed, test_share=test_share))
    assert data.X_train.min() >= 0
    assert data.X_train.max() <= 3
    inputs = np.column_stack([data.X_train, np.ones(len(data.X_train))])
    low, high = np.linalg.eigvalsh(inputs.T @ inputs / len(inputs))
    assert low == pytest.approx(0.20, abs=0.003)
    assert high == pytest.approx(3.89, abs=0.015)
    assert 2 / high == pytest.approx(0.515, abs=0.0025)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_noisy_line_diverges_just_above_its_limit_and_settles_just_below(seed):
    data = samples_of(DataSettings("noisy_line", seed=seed))
    inputs = np.column_stack([data.X_train, np.ones(len(data.X_train))])

    def loss_after_100(learning_rate):
        theta = np.array([[-0.6], [0.0]])
        for _ in range(100):
            theta -= learning_rate * inputs.T @ (inputs @ theta - data.y_train) / len(inputs)
        return 0.5 * np.mean((inputs @ theta - data.y_train) ** 2)

    assert 1e7 < loss_after_100(0.54) < 3e8
    assert loss_after_100(0.49) < 0.02


def test_clean_values_are_the_functions_of_their_names():
    x, y = figure("noisy_line")
    np.testing.assert_allclose(y, 0.5 * x - 1.4, atol=1e-12)
    x, y = figure("sine")
    np.testing.assert_allclose(y, np.sin(x), atol=1e-12)
    assert x.min() < -3.1
    assert x.max() > 3.1
    x, y = figure("tilted_plane")
    plane = np.column_stack([x, np.ones(len(x))])
    rest = plane @ np.linalg.lstsq(plane, y, rcond=None)[0] - y
    assert np.abs(rest).max() < 1e-12
    assert np.ptp(y) > 1
    x, y = figure("gaussian_bumps", points=5000)
    assert y.max() > 0.9
    assert y.min() < -0.9
    plane = np.column_stack([x, np.ones(len(x))])
    rest = plane @ np.linalg.lstsq(plane, y, rcond=None)[0] - y
    assert rest.var() > 0.8 * y.var()


def test_even_the_smallest_set_keeps_two_points_to_train_on_one_of_each_class():
    for name in DATASETS:
        for seed in SEEDS:
            data = samples_of(DataSettings(name, points=20, test_share=0.9, seed=seed))
            assert len(data.X_train) == max(2, DATASETS[name].n_classes)
            if name in CLASSES:
                assert sorted(data.labels(data.y_train)) == list(range(DATASETS[name].n_classes))
