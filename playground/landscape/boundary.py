"""The predictions of the network over its input plane, and the activations of each neuron there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from playground.arrays import Array, Floats
from playground.engine.backprop.layer_statistics import is_flat, silent
from playground.engine.datasets import Samples
from playground.engine.input_slice import USUAL, InputSlice, SliceChoice, slice_of
from playground.engine.network import Network
from playground.landscape.directions import in_equal_units
from playground.landscape.pieces import Pieces, finish
from playground.landscape.plane import Window

MARGIN = 0.15
THUMBNAIL = 25
MOST_GROWN = 2.0
"""Ratio by which a window of inputs may grow for equal units."""
WORK = 30_000_000
"""Points × parameters of one piece of work."""


@dataclass(frozen=True, eq=False)
class Boundary:
    """Predictions over a grid of the slice through the raw inputs that choice names.

    Two inputs: x1 (n,), x2 (m,), outputs (k, m, n). One input: x1 (n,), x2 (0,), outputs (k, n). k is 1, or
    the number of classes or values where there are more; of values, choice.output is shown. neurons holds for
    each layer, the output last, an array (neurons, g, g) (one input: (neurons, g)) of activations a[l] on a
    coarse grid around the samples; the last layer holds predictions. dead: for each hidden layer of an
    activation that can die, (neurons,) bool, those that no training point activates; else empty.
    """

    x1: Floats
    x2: Floats
    outputs: Floats
    neurons: tuple[Floats, ...]
    dead: tuple[Array, ...] = ()
    choice: SliceChoice = USUAL

    def __post_init__(self) -> None:
        for array in (self.x1, self.x2, self.outputs, *self.neurons, *self.dead):
            array.setflags(write=False)

    @property
    def output(self) -> Floats:
        """The prediction that is shown (m, n); of two classes or one value it is the only one."""
        result: Floats = self.outputs[self.choice.output]
        return result

    @cached_property
    def winner(self) -> Array:
        """Where there is a prediction for each class, the class with the largest (m, n); −1 where NaN is."""
        return np.where(np.isnan(self.outputs).any(axis=0), -1, self.outputs.argmax(axis=0))

    @cached_property
    def strength(self) -> Floats:
        """The prediction for the winner (m, n).

        A share from 1/k to 1 with softmax cross-entropy; any number where half squared error has a linear
        output.
        """
        result: Floats = self.outputs.max(axis=0)
        return result


def input_window(samples: Samples, shown: InputSlice | None = None) -> tuple[float, ...]:
    """Return the range of all points with a margin, in raw units: (x1_min, x1_max[, x2_min, x2_max]).

    It is that of the axes of a slice; without one of the usual slice.
    """
    shown = slice_of(samples) if shown is None else shown
    points = shown.places(samples.raw(np.vstack([samples.X_train, samples.X_test])))
    low, high = points.min(axis=0), points.max(axis=0)
    room = MARGIN * np.where(high > low, high - low, 1.0)
    return tuple(float(edge) for pair in zip(low - room, high + room, strict=True) for edge in pair)


def shown_window(window: tuple[float, ...], width: float, height: float) -> tuple[float, ...]:
    """Return a window of two inputs, grown so that a picture of this size in pixels has equal units.

    So circles are round, and the boundary has its true slope. A window that would have to grow by more than
    MOST_GROWN, so that its points were crowded, stays as it is; as does that of a single input.
    """
    if len(window) != 4:
        return window
    grown = in_equal_units(Window(*window), width, height)
    wide, high = grown.a_max - grown.a_min, grown.b_max - grown.b_min
    crowded = wide > MOST_GROWN * (window[1] - window[0]) or high > MOST_GROWN * (window[3] - window[2])
    return window if crowded else tuple(grown)


def boundary(
    network: Network,
    theta: Floats,
    samples: Samples,
    window: tuple[float, ...] | None = None,
    resolution: int = 101,
    choice: SliceChoice = USUAL,
) -> Boundary:
    """Return predictions on a grid of resolution points a side (float64) over a window of raw inputs.

    window: as returned by input_window, which is the default. choice: the slice with more than two inputs.
    """
    return finish(boundary_in_pieces(network, theta, samples, window, resolution, choice))


def boundary_in_pieces(
    network: Network,
    theta: Floats,
    samples: Samples,
    window: tuple[float, ...] | None = None,
    resolution: int = 101,
    choice: SliceChoice = USUAL,
) -> Pieces[Boundary]:
    """Compute boundary in pieces."""
    shown = slice_of(samples, choice)
    around = input_window(samples, shown)
    axes, coarse = _axes(window or around, resolution), _axes(around, THUMBNAIL)
    inputs = _inputs(axes, samples, shown)
    outputs = np.empty((network.layer_sizes[-1], len(inputs)))
    together = max(64, WORK // network.n_parameters)
    # Never around a yield: the caller must not inherit the setting, nor end it elsewhere.
    for start in range(0, len(inputs), together):
        part = slice(start, start + together)
        with np.errstate(all="ignore"):
            outputs[:, part] = network.predict(theta, inputs[part]).T
        yield None
    with np.errstate(all="ignore"):
        forward = network.forward(theta, _inputs(coarse, samples, shown))
    shape = tuple(axis.size for axis in reversed(coarse))
    neurons = tuple(np.ascontiguousarray(a.T).reshape(-1, *shape) for a in forward.a[1:])
    x2 = axes[1] if len(axes) > 1 else np.empty(0)
    shaped = outputs.reshape(-1, *[axis.size for axis in reversed(axes)])
    return Boundary(axes[0], x2, shaped, neurons, _dead(network, theta, samples), choice)


def _dead(network: Network, theta: Floats, samples: Samples) -> tuple[Array, ...]:
    """Return which neurons of each hidden layer no training point activates, empty where none can die."""
    if not any(g.can_die for g in network.g.values()):
        return ()
    with np.errstate(all="ignore"):
        hidden = network.forward(theta, samples.X_train).z[:-1]
    return tuple(
        silent(is_flat(g, z)) if g.can_die else np.zeros(z.shape[1], dtype=bool)
        for g, z in zip(network.g.values(), hidden, strict=True)
    )


def _axes(window: tuple[float, ...], resolution: int) -> list[Floats]:
    pairs = zip(window[::2], window[1::2], strict=True)
    return [np.linspace(low, high, resolution) for low, high in pairs]


def _inputs(axes: list[Floats], samples: Samples, shown: InputSlice) -> Floats:
    """Return the network inputs (n, d) of all grid points, x1 running fastest."""
    places = np.stack([grid.ravel() for grid in np.meshgrid(*axes)], axis=1)
    return samples.inputs_of(shown.raw(places) if samples.n_raw > len(axes) else places)
