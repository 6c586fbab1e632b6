"""What the files below engine.network need to know of a network: the face that it shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from playground.engine.activations import Activation
from playground.engine.losses import Loss

Array = np.ndarray
ByLayer = dict[int, Array]


class Architecture(Protocol):
    """Sizes, functions and propagation of a network; engine.network.Network says what each of them is."""

    g: Activation
    loss_function: Loss

    @property
    def layer_sizes(self) -> tuple[int, ...]: ...

    @property
    def activation(self) -> str: ...

    @property
    def loss_name(self) -> str: ...

    @property
    def l1(self) -> float: ...

    @property
    def l2(self) -> float: ...

    @property
    def n_parameters(self) -> int: ...

    @property
    def depth(self) -> int: ...

    @property
    def layers(self) -> tuple[tuple[slice, slice], ...]: ...

    @property
    def is_weight(self) -> Array: ...

    def loss(self, theta: Array, X: Array, y: Array) -> float: ...

    def unpack(self, theta: Array) -> Sequence[tuple[Array, Array]]: ...

    def matrices(self, theta: Array) -> tuple[ByLayer, ByLayer]: ...

    def propagate(self, matrices: tuple[ByLayer, ByLayer], x: Array) -> tuple[ByLayer, ByLayer]: ...

    def checked(self, theta: Array, X: Array) -> tuple[Array, Array]: ...

    def checked_targets(self, x: Array, y: Array) -> Array: ...
