"""The curvature of J: exact products of its Hessian with vectors.

Pearlmutter (1994), "Fast exact multiplication by the Hessian": H·v is the derivative of the gradient along v,
so it is found by differentiating every line of forward and backward propagation along v. Write R{·} for that
derivative. The parameters themselves change by R{W} = V and R{b} = v_b, the parts of v in their places; the
samples do not change, R{a[0]} = 0; and the product rule does the rest:

    R{z[l]}     = V[l]·a[l−1] + v_b[l] + W[l]·R{a[l−1]}
    R{a[l]}     = g'(z[l]) ∘ R{z[l]}

    R{δ[L]}     = ∂²loss/∂z² ∘ R{z[L]}
    R{∂J/∂W[l]} = 1/m · (R{δ[l]}·a[l−1]ᵀ + δ[l]·R{a[l−1]}ᵀ),    R{∂J/∂b[l]} = 1/m · Σ R{δ[l]}
    R{δ[l−1]}   = (W[l]ᵀ·R{δ[l]} + V[l]ᵀ·δ[l]) ∘ g'(z[l−1])  +  W[l]ᵀ·δ[l] ∘ g''(z[l−1]) ∘ R{z[l−1]}

The outputs of a softmax act on each other: R{δ[L]} = ŷ ∘ (R{z[L]} − Σ ŷ_j·R{z_j}), the sum over the outputs.

Penalties add l2·v on weights. |w| and relu have no curvature except at their kinks, so with l1 or relu this
is the Hessian almost everywhere. Rows and columns of frozen entries are 0.
"""

# ruff: noqa: E741 (l is the lecture's name of a layer)

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.arrays import Array, ByLayer
from playground.engine.losses import one_over, overflow_is_an_answer

if TYPE_CHECKING:
    from playground.engine.network import Network

# Vectors that are multiplied at once: as many as keep the largest array of a layer at about 256 kB. Smaller
# ones leave more calls, larger ones leave the cache of a core, and their memory is fetched anew each time.
NUMBERS_AT_ONCE = 2**15


class HessianOperator:
    """The Hessian of J at one θ as a linear operator: `operator(v)` is H·v.

    Forward and backward propagation at θ are done once, when the object is created, and serve every vector.
    It keeps copies of its inputs: changing theta afterwards has no effect.
    """

    @overflow_is_an_answer
    def __init__(self, network: Network, theta: Array, X: Array, y: Array):
        theta, x = network.checked(theta, X)
        y = network.checked_targets(x, y)
        g, L = network.g, network.depth
        self.network = network
        self._m = x.shape[1]
        self._W, b = network.matrices(theta.copy())
        z, self._a = network.propagate((self._W, b), x)

        self._loss_second = network.loss_function.second(z[L], y)
        self._delta: ByLayer = {L: network.loss_function.first(z[L], y)}
        self._g_first: ByLayer = {}
        self._g_second_carried: ByLayer = {}
        for l in range(L - 1, 0, -1):
            carried = self._W[l + 1].T @ self._delta[l + 1]
            self._g_first[l] = g[l].first(z[l], self._a[l])
            if not g[l].piecewise_linear:
                self._g_second_carried[l] = g[l].second(z[l], self._a[l]) * carried
            carried *= self._g_first[l]
            self._delta[l] = carried

    @property
    def size(self) -> int:
        """P, the number of rows and columns."""
        return self.network.n_parameters

    @property
    def together(self) -> int:
        """The number of vectors at once that cost least."""
        return int(max(1, NUMBERS_AT_ONCE // max(1, self._m * max(self.network.layer_sizes))))

    @overflow_is_an_answer
    def __call__(self, v: Array) -> Array:
        """Return H·v in the shape of v: one vector (P,), or K of them as the rows of (K, P)."""
        v = np.asarray(v, dtype=np.float64)
        if v.ndim not in (1, 2) or v.shape[-1] != self.size:
            raise ValueError(f"v must have shape ({self.size},) or (K, {self.size}), not {v.shape}.")
        network, W, a, delta = self.network, self._W, self._a, self._delta
        L = network.depth
        if network.frozen.size:
            v = v.copy()
            v[..., network.frozen] = 0.0
        V, v_b = network.matrices(v)

        Rz: ByLayer = {}
        Ra: ByLayer = {}
        for l in range(1, L + 1):
            Rz[l] = V[l] @ a[l - 1]
            Rz[l] += v_b[l]
            if l > 1:
                Ra[l - 1] = self._g_first[l - 1] * Rz[l - 1]
                Rz[l] += W[l] @ Ra[l - 1]

        product = np.empty(v.shape)
        HW, Hb = network.matrices(product)
        Rdelta = self._loss_second(Rz[L])
        for l in range(L, 0, -1):
            np.sum(Rdelta, axis=-1, keepdims=True, out=Hb[l])
            HW[l][...] = Rdelta @ a[l - 1].T
            if l > 1:
                HW[l] += delta[l] @ _transposed(Ra[l - 1])
                Rdelta = W[l].T @ Rdelta
                Rdelta += _transposed(V[l]) @ delta[l]
                Rdelta *= self._g_first[l - 1]
                if l - 1 in self._g_second_carried:
                    Rdelta += self._g_second_carried[l - 1] * Rz[l - 1]
        product *= one_over(self._m)

        if network.l2:
            product += network.l2 * np.where(network.is_penalized, v, 0.0)
        product[..., network.frozen] = 0.0
        return product

    def dense(self) -> Array:
        """Return H itself (P, P), symmetric to the last bit."""
        size, together = self.size, self.together
        rows = [self(np.eye(min(together, size - k), size, k)) for k in range(0, size, together)]
        H = np.concatenate(rows)
        result: Array = 0.5 * (H + H.T)
        return result


def _transposed(matrices: Array) -> Array:
    return np.swapaxes(matrices, -1, -2)
