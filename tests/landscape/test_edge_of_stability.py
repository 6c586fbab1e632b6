"""The edge of stability (Cohen et al. 2021): sharpness climbs to 2/α and stays there while J goes on falling.

It needs exact gradients, exact curvature and a right largest eigenvalue, all at once.
"""

from __future__ import annotations

import numpy as np

from playground.engine.network import Network
from playground.landscape.curvature import extreme_eigenvalues
from playground.landscape.stability import stability_limit

ALPHA, STEPS, LOOK_EVERY = 0.4, 20_000, 250


def test_gradient_descent_trains_at_the_edge_of_stability():
    x = np.linspace(-1, 1, 20)[:, None]
    y = 8 * x**4 - 8 * x**2 + 1
    network = Network((1, 30, 1), "tanh", "squared_error")
    theta = network.initial_parameters(np.random.default_rng(1), "xavier_normal")

    losses, sharpness = [], []
    for step in range(STEPS):
        loss, gradient = network.loss_and_gradient(theta, x, y)
        losses.append(loss)
        theta -= ALPHA * gradient
        if step % LOOK_EVERY == 0:
            ends = extreme_eigenvalues(network.hessian_operator(theta, x, y), theta.size)
            sharpness.append(ends.largest)

    early, late = np.array(sharpness[:4]), np.array(sharpness[len(sharpness) // 2 :])
    limit = 2 / ALPHA
    assert early.min() < 0.5 * limit
    assert np.abs(late / limit - 1).max() < 0.03
    assert stability_limit("gradient_descent", {}, float(late.mean())) < 1.03 * ALPHA
    second_half = np.array(losses[STEPS // 2 :])
    assert second_half[-1] < 0.9 * second_half[0]
    assert np.diff(second_half).max() > 0  # not monotonically
