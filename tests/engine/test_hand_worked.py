"""A 2-2-1 network with ReLU in the hidden layer and a sigmoid at the end, worked on paper as in a lecture.

The parameters are

    W[1] = ( 0.5   0.25 )    b[1] = ( 0   )    W[2] = ( 2  −3 )    b[2] = −1
           ( 1    −1    )           ( 0.5 )

Forward. Sample 1 is x = (1, 2) with y = 1, sample 2 is x = (1, 1) with y = 0.

                    sample 1                                  sample 2
    z[1]₁           0.5·1 + 0.25·2 + 0  = 1                   0.5·1 + 0.25·1 + 0 = 0.75
    z[1]₂           1·1 − 1·2 + 0.5     = −0.5                1·1 − 1·1 + 0.5    = 0.5
    a[1]            (1, 0): the second neuron is off          (0.75, 0.5)
    z[2]            2·1 − 3·0 − 1       = 1                   2·0.75 − 3·0.5 − 1 = −1
    ŷ = σ(z[2])     0.7311                                    0.2689
    loss            −log 0.7311 = 0.3133                      −log(1 − 0.2689) = 0.3133

so J = 0.3133. Write s = σ(−1) = 0.2689414.

Backward. δ[2] = ŷ − y is −s for sample 1 and +s for sample 2. Means over the two samples:

    ∂J/∂W[2] = ½·(−s·(1, 0) + s·(0.75, 0.5)) = s·(−0.125, 0.25) = (−0.0336177, 0.0672354)
    ∂J/∂b[2] = ½·(−s + s) = 0

    δ[1] = W[2]ᵀ·δ[2] ∘ g'(z[1]) is (−2s, 0) for sample 1, where the second neuron is off and passes nothing
    back, and (2s, −3s) for sample 2.

    ∂J/∂W[1] = ½·( −2s·(1, 2) + 2s·(1, 1) ) = (    0   −s   ) = (  0          −0.2689414 )
                 (  0·(1, 2) − 3s·(1, 1)  )   ( −1.5s −1.5s )   ( −0.4034121  −0.4034121 )
    ∂J/∂b[1] = ½·( −2s + 2s, −3s ) = (0, −0.4034121)

One step with α = 0.1 gives

    W[1] = ( 0.5        0.2768941 )   b[1] = ( 0         )   W[2] = ( 2.0033618  −3.0067235 )   b[2] = −1
           ( 1.0403412 −0.9596588 )          ( 0.5403412 )

    sample 1: z[1] = (1.0537883, −0.3386352), z[2] = 2.0033618·1.0537883 − 1 = 1.1111192
    sample 2: z[1] = (0.7768941, 0.6210236), z[2] = 1.5563999 − 1.8672463 − 1 = −1.3108464

so that J falls from 0.3133 to

    ½·(log(1 + e^−1.1111192) + log(1 + e^−1.3108464)) = ½·(0.2846 + 0.2387) = 0.2616
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.engine.network import Network
from playground.engine.optimizers import make_optimizer

NETWORK = Network((2, 2, 1), "relu", "binary_cross_entropy")
THETA = np.array([0.5, 0.25, 1.0, -1.0, 0.0, 0.5, 2.0, -3.0, -1.0])
X = np.array([[1.0, 2.0], [1.0, 1.0]])
Y = np.array([[1.0], [0.0]])


def test_forward_propagation_on_paper() -> None:
    forward = NETWORK.forward(THETA, X)
    np.testing.assert_allclose(forward.z[0], [[1.0, -0.5], [0.75, 0.5]], atol=1e-15)
    np.testing.assert_allclose(forward.a[1], [[1.0, 0.0], [0.75, 0.5]], atol=1e-15)
    np.testing.assert_allclose(forward.z[1], [[1.0], [-1.0]], atol=1e-15)
    np.testing.assert_allclose(forward.a[2], [[0.7311], [0.2689]], atol=5e-5)
    assert NETWORK.loss(THETA, X, Y) == pytest.approx(0.3133, abs=5e-5)


def test_backward_propagation_on_paper() -> None:
    loss, gradient = NETWORK.loss_and_gradient(THETA, X, Y)
    paper = [0, -0.2689414, -0.4034121, -0.4034121, 0, -0.4034121, -0.0336177, 0.0672354, 0]
    assert loss == pytest.approx(0.3133, abs=5e-5)
    np.testing.assert_allclose(gradient, paper, atol=1e-7)


def test_one_sample_alone_leaves_the_neuron_that_is_off_untouched() -> None:
    _, gradient = NETWORK.loss_and_gradient(THETA, X[:1], Y[:1])
    s = 1.0 / (1.0 + math.e)
    np.testing.assert_allclose(gradient, [-2 * s, -4 * s, 0, 0, -2 * s, 0, -s, 0, -s], atol=1e-15)


def test_one_step_on_paper() -> None:
    theta = THETA.copy()
    _, gradient = NETWORK.loss_and_gradient(theta, X, Y)
    make_optimizer("gradient_descent").step(theta, gradient, 0.1)

    paper = [0.5, 0.2768941, 1.0403412, -0.9596588, 0, 0.5403412, 2.0033618, -3.0067235, -1]
    np.testing.assert_allclose(theta, paper, atol=1e-7)
    np.testing.assert_allclose(NETWORK.forward(theta, X).z[1], [[1.1111192], [-1.3108464]], atol=1e-6)
    assert NETWORK.loss(theta, X, Y) == pytest.approx(0.2616, abs=5e-5)
