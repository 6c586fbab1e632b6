"""The boundary is what the network answers, in the units of the raw data."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.datasets import samples_of
from playground.engine.network import Network
from playground.experiment import DataSettings
from playground.landscape.boundary import boundary, input_window, shown_window


def parameters(network: Network) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(network.n_parameters)


@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "squared_error"])
def test_with_two_inputs_every_point_is_the_prediction_at_its_raw_coordinates(standardize, loss):
    samples = samples_of(DataSettings("two_moons", points=60, standardize=standardize))
    network = Network((2, 3, 4, 1), "tanh", loss)
    theta = parameters(network)
    shown = boundary(network, theta, samples, resolution=13)

    assert shown.output.shape == (13, 13)
    for j, i in ((0, 0), (3, 11), (12, 5)):
        x = (np.array([[shown.x1[i], shown.x2[j]]]) - samples.mean) / samples.scale
        assert shown.output[j, i] == pytest.approx(network.predict(theta, x)[0, 0], rel=1e-12)
    assert [layer.shape[0] for layer in shown.neurons] == [3, 4, 1]

    # The thumbnails: first-layer activations by hand, over the same window.
    size = shown.neurons[0].shape[1]
    x1 = np.linspace(shown.x1[0], shown.x1[-1], size)
    x2 = np.linspace(shown.x2[0], shown.x2[-1], size)
    W, b = network.unpack(theta)[0]
    x = (np.array([x1[4], x2[2]]) - samples.mean) / samples.scale
    assert shown.neurons[0][:, 2, 4] == pytest.approx(np.tanh(W @ x + b))
    assert shown.neurons[-1][0, 0, 0] == pytest.approx(shown.output[0, 0])


def test_with_one_input_it_is_a_curve():
    samples = samples_of(DataSettings("hours_of_study", points=60))
    network = Network((1, 1))
    shown = boundary(network, np.array([1.5, -4.0]), samples, resolution=41)
    assert shown.x2.size == 0
    z = 1.5 * (shown.x1 - samples.mean[0]) / samples.scale[0] - 4.0
    assert shown.output == pytest.approx(1 / (1 + np.exp(-z)))
    assert shown.neurons[0].shape[0] == 1
    assert shown.neurons[0].ndim == 2


def test_the_default_window_holds_all_points_training_and_test():
    samples = samples_of(DataSettings("two_circles", points=80, standardize=True))
    x1_min, x1_max, x2_min, x2_max = input_window(samples)
    for X in (samples.X_train, samples.X_test):
        raw = X * samples.scale + samples.mean
        assert x1_min < raw[:, 0].min() < raw[:, 0].max() < x1_max
        assert x2_min < raw[:, 1].min() < raw[:, 1].max() < x2_max


def test_another_window_and_no_test_points():
    samples = samples_of(DataSettings("xor", points=40, test_share=0.0))
    shown = boundary(Network((2, 1)), np.ones(3), samples, (-1.0, 3.0, 0.0, 9.0), 7)
    assert (shown.x1[0], shown.x1[-1], shown.x2[0], shown.x2[-1]) == (-1, 3, 0, 9)
    assert input_window(samples)[0] < input_window(samples)[1]


def test_weights_out_of_bounds_make_no_warning():
    samples = samples_of(DataSettings(points=40))
    network = Network((2, 3, 1), "relu", "squared_error")
    shown = boundary(network, np.full(network.n_parameters, 1e300), samples, resolution=5)
    assert not np.isfinite(shown.output).all()


def test_it_cannot_be_changed():
    shown = boundary(Network((2, 1)), np.ones(3), samples_of(DataSettings(points=40)), resolution=3)
    with pytest.raises(ValueError, match="read-only"):
        shown.output[0, 0] = 1.0


def test_of_three_classes_the_winner_and_its_strength_are_those_of_the_prediction():
    samples = samples_of(DataSettings("two_moons", points=60))
    network = Network((2, 5, 3), "tanh", "softmax_cross_entropy")
    theta = 3.0 * parameters(network)
    shown = boundary(network, theta, samples, resolution=17)
    assert shown.outputs.shape == (3, 17, 17)
    np.testing.assert_allclose(shown.outputs.sum(axis=0), 1.0, rtol=1e-12)
    assert len(np.unique(shown.winner)) == 3
    for j, i in ((0, 0), (3, 11), (16, 5)):
        x = (np.array([[shown.x1[i], shown.x2[j]]]) - samples.mean) / samples.scale
        (guess,) = network.predict(theta, x)
        assert shown.winner[j, i] == np.argmax(guess)
        assert shown.strength[j, i] == pytest.approx(guess.max(), rel=1e-12)
    assert shown.neurons[-1].shape[0] == 3

    theta[0] = np.nan
    assert (boundary(network, theta, samples, resolution=5).winner == -1).all()


@pytest.mark.parametrize(("width", "height"), [(330.0, 180.0), (330.0, 380.0)])
def test_the_window_that_is_shown_has_equal_units_unless_its_points_were_crowded(
    width: float, height: float
) -> None:
    window = (-6.0, 7.0, -4.0, 4.0)
    left, right, bottom, top = shown_window(window, width, height)
    assert (right - left) / width == pytest.approx((top - bottom) / height)
    assert left <= -6.0 < 7.0 <= right
    assert bottom <= -4.0 < 4.0 <= top
    strip = (0.0, 200.0, 1.0, 2.0)
    assert shown_window(strip, width, height) == strip
    assert shown_window(window, 4 * width, height) == window
    assert shown_window((0.0, 6.0), width, height) == (0.0, 6.0)
