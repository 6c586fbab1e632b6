"""The samples of each step: the full batch, or mini-batches reshuffled every epoch.

The i-th epoch of a run with mini-batches uses the i-th permutation of the training points from its random
stream, whatever the batch size; a short last batch is used. A change of the batch size acts on the very next
step: a new epoch with a new permutation begins there, and the rest of the old epoch is left out.

Permutations are drawn for a block of epochs at a time and the samples laid out batch after batch, so that the
arrays of a step are ready. A block ends after a fixed number of steps, not of seconds, so that it has no
effect on the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.network import Network
from playground.engine.problem import Slot
from playground.engine.stepping.fast_output import fast_output
from playground.engine.stepping.step import WorkingParameters, make_gradient, with_ones

MakeGradient = Callable[[Network, WorkingParameters, int], Callable[[Any], None]]
"""The type of engine.stepping.step.make_gradient."""

BLOCK_STEPS = 128
BLOCK_SAMPLES = 16384
LARGE_BATCH = 64


def mini_batch(batch_size: int | None, points: float) -> int | None:
    """Return the size of the mini-batches of this many training points; None: the full batch.

    A batch size of at least the number of points is the full batch too. All code that distinguishes the two
    asks here.
    """
    return None if batch_size is None or batch_size >= points else batch_size


class BatchState(NamedTuple):
    """The state of a Batches, from which it can continue.

    batch_size    None for the full batch
    epochs        completed before the block
    position      steps made in the block
    random        the state of the random stream before the block's permutations were drawn
    """

    batch_size: int | None
    epochs: int
    position: int
    random: Mapping[str, Any]


class _Points(NamedTuple):
    """The training points: rows (n, n_in + 1) with their ones, columns (n_in, n), target (n_out, n)."""

    rows: Array
    columns: Array
    target: Array


class _Pool:
    """Memory for `steps` batches of one size; each is a slot of a gradient function and a Batch."""

    def __init__(
        self,
        network: Network,
        working: WorkingParameters,
        gradient_factory: MakeGradient,
        steps: int,
        size: int,
        fixed: bool = False,
    ):
        n_in, n_out = network.layer_sizes[0], network.layer_sizes[-1]
        stored = 1 if fixed else steps
        self._output = fast_output(network)
        self._columns = np.ones((stored, n_in + 1, size))
        # A product with a transposed matrix is slow only where the matrix is small.
        self._large = size >= LARGE_BATCH
        if self._large:
            self._rows = self._columns.transpose(0, 2, 1)
        else:
            self._rows = np.empty((stored, size, n_in + 1))
        self._target = np.empty((stored, n_out, size))
        self._scaled_target = np.empty_like(self._target)
        self._scale = 1.0 / size
        self._z = np.empty((steps, n_out, size))
        self._fixed = fixed
        gradient = gradient_factory(network, working, size)
        views = list(zip(self._columns, self._rows, self._scaled_target, strict=True))
        if fixed:
            views *= steps
        # Plain tuples: the loop over steps unpacks them faster than named ones.
        self.slots: list[Slot] = [(gradient, (*view, z)) for view, z in zip(views, self._z, strict=True)]

    def fill(self, points: _Points, order: Array) -> None:
        """Lay out the points in this order (batches, B)."""
        if self._large:
            for chosen, columns, target in zip(order, self._columns, self._target, strict=True):
                points.columns.take(chosen, axis=1, out=columns[:-1], mode="clip")
                points.target.take(chosen, axis=1, out=target, mode="clip")
        else:
            points.rows.take(order, axis=0, out=self._rows, mode="clip")
            self._columns[...] = self._rows.transpose(0, 2, 1)
            self._target[...] = points.target.take(order, axis=1).transpose(1, 0, 2)
        np.multiply(self._target, self._scale, self._scaled_target)

    def losses(self, start: int, stop: int) -> Array:
        return self._output.mean_losses(self._z[start:stop], self._targets(start, stop))

    def shares_right(self, start: int, stop: int) -> Array:
        return self._output.shares_right(self._z[start:stop], self._targets(start, stop))

    def _targets(self, start: int, stop: int) -> Array:
        return self._target if self._fixed else self._target[start:stop]


class Batches:
    """The order of the samples of one run, and the arrays of its steps.

    X (n, n_in), y (n, n_out) are the training points; rng draws the permutations. `slots` holds the steps of
    the present block, `position` how many of them were made. gradient_factory returns the gradient functions
    of the slots.
    """

    def __init__(
        self,
        network: Network,
        working: WorkingParameters,
        X: Array,
        y: Array,
        rng: np.random.Generator,
        batch_size: int | None,
        gradient_factory: MakeGradient = make_gradient,
    ):
        self._network, self._working, self._gradient_factory = network, working, gradient_factory
        target = fast_output(network).target(y)
        self._points = _Points(with_ones(X), np.ascontiguousarray(X.T), np.ascontiguousarray(target.T))
        self._n = len(X)
        self._rng = rng
        self._epochs = 0
        self.position = 0
        self._slots: list[Slot] = []
        self._lay_out(batch_size)

    @property
    def full(self) -> bool:
        """Whether every step uses all training points."""
        return self._batch_size is None

    @property
    def epoch(self) -> int:
        """Completed passes over the training points."""
        return self._epochs + self.position // self._steps_per_epoch

    @property
    def batch_size(self) -> int:
        """B, the size of a batch; the last batch of an epoch may be shorter."""
        return self._batch_size or self._n

    @property
    def slots(self) -> Sequence[Slot]:
        return self._slots

    def open_block(self) -> None:
        """Open the next block, unless at least one step of the present one is left."""
        if self.position == len(self._slots):
            self._epochs, self.position = self.epoch, 0
            self._filled = False
        if not self._filled:
            self._fill()

    def set_batch_size(self, batch_size: int | None) -> None:
        """Change the batch size from the next step on; one of at least n is the full batch."""
        batch_size = mini_batch(batch_size, self._n)
        if batch_size == self._batch_size:
            return
        begun = -(-self.position // self._steps_per_epoch)
        epochs = self.epoch
        if self._filled and not self.full:
            # The permutations of this block that no step has used go back to the stream.
            self._rng.bit_generator.state = self._random
            self._permutations(begun)
        self._epochs, self.position = epochs, 0
        self._lay_out(batch_size)

    def state(self, position: int | None = None) -> BatchState:
        """Return the state, or the one at an earlier position of the same block."""
        random = self._random if self._filled else self._rng.bit_generator.state
        return BatchState(
            self._batch_size, self._epochs, self.position if position is None else position, random
        )

    def load_state(self, state: BatchState) -> None:
        """Continue from the state() of a Batches over the same points. Raises ValueError for any other."""
        if state.batch_size != self._batch_size:
            self._lay_out(state.batch_size)
        if state.position > len(self._slots):
            raise ValueError(f"a block of {len(self._slots)} batches has no position {state.position}.")
        self._rng.bit_generator.state = state.random
        self._epochs, self.position = state.epochs, state.position
        self._fill()

    def losses(self, start: int, stop: int) -> Array:
        """Return the batch losses (stop − start,) of these steps of the block, which have been made."""
        if self._short is None:
            return self._regular.losses(start, stop)
        a, b = start // self._steps_per_epoch, stop // self._steps_per_epoch
        losses = np.empty(stop - start)
        short = np.arange(start, stop) % self._steps_per_epoch == self._steps_per_epoch - 1
        losses[short] = self._short.losses(a, b)
        losses[~short] = self._regular.losses(start - a, stop - b)
        return losses

    def shares_right(self, start: int, stop: int) -> Array:
        """Return the accuracies of these steps of the block, for the full batch."""
        return self._regular.shares_right(start, stop)

    def _lay_out(self, batch_size: int | None) -> None:
        n = self._n
        self._batch_size = mini_batch(batch_size, n)
        self._short: _Pool | None = None
        self._filled = False
        size = self.batch_size
        if self.full:
            self._steps_per_epoch = 1
            steps = max(1, min(BLOCK_STEPS, BLOCK_SAMPLES // n))
            self._regular = _Pool(self._network, self._working, self._gradient_factory, steps, n, fixed=True)
            self._regular.fill(self._points, np.arange(n)[np.newaxis])
            self._slots = self._regular.slots
            return
        per_epoch, rest = divmod(n, size)
        self._steps_per_epoch = per_epoch + (rest > 0)
        self._block_epochs = max(1, min(BLOCK_STEPS // self._steps_per_epoch, BLOCK_SAMPLES // n))
        parts = (self._network, self._working, self._gradient_factory)
        self._regular = _Pool(*parts, self._block_epochs * per_epoch, size)
        self._slots = self._regular.slots
        if rest:
            self._short = _Pool(*parts, self._block_epochs, rest)
            self._slots = [
                slot
                for epoch, short in enumerate(self._short.slots)
                for slot in (*self._regular.slots[epoch * per_epoch : (epoch + 1) * per_epoch], short)
            ]

    def _fill(self) -> None:
        self._filled = True
        self._random = self._rng.bit_generator.state
        if self.full:
            return
        n, size = self._n, self.batch_size
        order = self._permutations(self._block_epochs)
        regular = n // size * size
        self._regular.fill(self._points, order[:, :regular].reshape(-1, size))
        if self._short is not None:
            self._short.fill(self._points, order[:, regular:])

    def _permutations(self, count: int) -> Array:
        """Return the next (count, n) of the stream; many at once are the same as one after the other."""
        rows = np.broadcast_to(np.arange(self._n), (count, self._n))
        return self._rng.permuted(rows, axis=1)
