"""Runs in lockstep against the same runs made one by one."""

import numpy as np
import pytest

from playground.engine.network import Network
from playground.engine.network_on_data import NetworkOnData
from playground.engine.optimizers import make_optimizer
from playground.engine.stepping.fleet import Fleet
from playground.experiment import ACTIVATIONS, OPTIMIZERS
from tests.support.networks import LOSSES_WITH_OUTPUTS, batch_of

RATES = np.array([0.001, 0.003, 0.01, 0.03, 0.1])


LOSSES = [
    *((*loss, 1) for loss in LOSSES_WITH_OUTPUTS if loss[1] != "softmax"),
    *((*loss, 3) for loss in LOSSES_WITH_OUTPUTS),
]
"""Each loss and output with a number of outputs."""


def points(n_out=1):
    """Two classes by the quadrants, or one-hot three by the halves of them."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2))
    same_sign = (X[:, 0] * X[:, 1] > 0).astype(int)
    if n_out == 1:
        return X, same_sign[:, np.newaxis].astype(float)
    return X, np.eye(n_out)[same_sign + same_sign * (X[:, 0] > 0)]


def fleet_of(network, starts, rates, optimizers):
    problem = NetworkOnData.of_points(network, *points(network.layer_sizes[-1]))
    return Fleet(problem, starts, rates, optimizers)


def one_by_one(network, theta, rate, optimizer, batches):
    theta = theta.copy()
    for X, y in batches:
        optimizer.step(theta, network.loss_and_gradient(theta, X, y)[1], rate)
    return theta


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", [(), (4,), (3, 5)])
def test_every_run_goes_where_it_would_go_alone(activation, loss, hidden):
    X, y = points(loss[2])
    network = Network((2, *hidden, loss[2]), activation, loss[0], l1=1e-3, l2=1e-2, output=loss[1])
    rng = np.random.default_rng(1)
    starts = np.stack([network.initial_parameters(rng) for _ in RATES])
    fleet = fleet_of(
        network,
        starts,
        RATES,
        [make_optimizer("gradient_descent") for _ in RATES],
    )
    samples = [(X[:10], y[:10]), (X[10:33], y[10:33]), (X, y)] * 7
    fleet.advance(batch_of(network, *some) for some in samples)
    for theta, start, rate in zip(fleet.parameters, starts, RATES, strict=True):
        alone = one_by_one(network, start, rate, make_optimizer("gradient_descent"), samples)
        np.testing.assert_allclose(theta, alone, rtol=1e-11, atol=1e-13)


def test_a_race_of_all_optimizers_goes_on_from_what_each_remembers():
    X, y = points()
    network = Network((2, 4, 1), l2=1e-3)
    start = network.initial_parameters(np.random.default_rng(2))
    warm, warmed = [], []
    for name in OPTIMIZERS:
        optimizer, theta = make_optimizer(name), start.copy()
        for _ in range(3):
            optimizer.step(theta, network.loss_and_gradient(theta, X, y)[1], 0.01)
        warm.append(optimizer)
        warmed.append(theta)
    rates = np.full(len(OPTIMIZERS), 0.01)
    fleet = fleet_of(
        network,
        np.stack(warmed),
        rates,
        [_in_working_order(network, one) for one in warm],
    )
    batch = batch_of(network, X, y)
    fleet.advance([batch] * 20)
    for k, optimizer in enumerate(warm):
        alone = one_by_one(network, warmed[k], 0.01, optimizer, [(X, y)] * 20)
        np.testing.assert_allclose(fleet.parameters[k], alone, rtol=1e-7, atol=1e-9)
        assert fleet.optimizer_state(k)["step"] == 23


def _in_working_order(network, optimizer):
    """A fleet holds parameters in working order, and so does what its optimisers remember."""
    from playground.engine.stepping.step import WorkingParameters

    state = optimizer.state()
    order = WorkingParameters(network)
    moved = {name: value if name == "step" else order.working(value) for name, value in state.items()}
    again = make_optimizer(optimizer.name, **optimizer.hyperparameters)
    again.load_state(moved)
    return again


def test_a_run_that_leaves_for_infinity_disturbs_no_other():
    X, y = points()
    network = Network((2, 1), "tanh", "squared_error")
    starts = np.ones((3, 3))
    fleet = fleet_of(
        network,
        starts,
        np.array([0.1, 50.0, 0.1]),
        [make_optimizer("gradient_descent") for _ in range(3)],
    )
    fleet.advance([batch_of(network, X, y)] * 500)
    first, thrown, last = fleet.parameters
    assert not np.isfinite(thrown).all()
    assert np.isfinite(first).all()
    np.testing.assert_array_equal(first, last)


def test_the_losses_over_all_points_are_those_of_the_network():
    X, y = points()
    network = Network((2, 4, 1), "tanh", "squared_error", l1=1e-3, l2=1e-2)
    rng = np.random.default_rng(3)
    starts = np.stack([network.initial_parameters(rng) for _ in range(3)])
    fleet = fleet_of(network, starts, np.ones(3), [make_optimizer("adam") for _ in range(3)])
    expected = [network.loss(start, X, y) for start in starts]
    np.testing.assert_allclose(fleet.losses(), expected, rtol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", [(), (4,)])
@pytest.mark.parametrize("scale", [1.0, 1e3])
def test_the_losses_on_the_way_are_those_of_the_network(activation, loss, hidden, scale):
    """Also far out, where σ is 0 or 1 to all its digits."""
    X, y = points(loss[2])
    network = Network((2, *hidden, loss[2]), activation, loss[0], l1=1e-3, l2=1e-2, output=loss[1])
    rng = np.random.default_rng(1)
    starts = np.stack([scale * network.initial_parameters(rng) for _ in RATES])
    optimizers = [make_optimizer("gradient_descent") for _ in RATES]
    fleet = Fleet(NetworkOnData.of_points(network, X, y), starts, RATES, optimizers)
    losses: list[np.ndarray] = []
    for part in (slice(0, 10), slice(10, 40)):
        expected = [network.loss(theta, X[part], y[part]) for theta in fleet.parameters]
        fleet.advance([batch_of(network, X[part], y[part])], losses=losses)
        np.testing.assert_allclose(losses[-1], expected, rtol=1e-3)


@pytest.mark.parametrize("n", [40, 49, 98, 103, 107, 161, 187, 196, 197, 1000])
@pytest.mark.parametrize(
    ("loss", "output", "n_out"),
    [("binary_cross_entropy", "sigmoid", 1), ("softmax_cross_entropy", "softmax", 3)],
)
def test_the_losses_on_the_way_near_a_minimum_where_b_times_1_over_b_is_not_1(n, loss, output, n_out):
    """Every point is right, surely: J is 1e-26, far below the rounding of 1."""
    rng = np.random.default_rng(2)
    group = rng.integers(0, n_out, n) if n_out > 1 else rng.integers(0, 2, n)
    y = np.eye(n_out)[group] if n_out > 1 else group[:, np.newaxis].astype(float)
    X = np.eye(3)[group] if n_out > 1 else 2.0 * y - 1.0
    network = Network((X.shape[1], n_out), "tanh", loss, output=output)
    theta = np.concatenate([60.0 * np.eye(n_out, X.shape[1]).ravel(), np.zeros(n_out)])
    fleet = Fleet(
        NetworkOnData.of_points(network, X, y), theta[np.newaxis], RATES[:1], [make_optimizer("adam")]
    )
    losses: list[np.ndarray] = []
    fleet.advance([batch_of(network, X, y)], losses=losses)
    expected = network.loss(theta, X, y)
    assert 0.0 < expected < 1e-25
    np.testing.assert_allclose(losses[-1], [expected], rtol=1e-9)
