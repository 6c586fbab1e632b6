"""The loss of many parameter vectors at once: what a surface is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from playground.engine.network import Network

Array = np.ndarray


class BatchedLosses:
    """J of many θ over one fixed set of samples X (n, n_in), y (n, n_out)."""

    def __init__(self, network: Network, X: Array, y: Array):
        self._network = network
        self._X = X
        self._y = y

    def __call__(self, thetas: Array) -> Array:
        """J (K,) of thetas (K, P), penalties included."""
        return np.array([self._network.loss(theta, self._X, self._y) for theta in thetas])
