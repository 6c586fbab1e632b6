"""A fully connected network: forward propagation, backward propagation, and its exact curvature.

This file is the definition; everything faster in this program is tested against it. It follows the lecture:
a sample is a column, a[0] = x, and for each layer l = 1 … L

    z[l] = W[l]·a[l−1] + b[l],    a[l] = g(z[l])   in the hidden layers,

where each hidden layer may have a g of its own, while the output is linear: ŷ is z[L] itself, or σ(z[L])
where the loss is a binary cross-entropy or the output is said to be a sigmoid, or softmax(z[L]) where the
loss is the cross-entropy of several classes. m samples stand side by side as the m columns of a matrix, and
b[l] is added to each of them. The loss of θ is

    J(θ) = 1/m · Σ loss(z[L], y)  +  l1·Σ|w| + ½·l2·Σw²,

the first sum over the samples, the others over all weights w, never over biases.
"""

# ruff: noqa: E741 (l is the lecture's name of a layer)

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from playground.arrays import Array, ByLayer
from playground.engine.activations import ACTIVATIONS
from playground.engine.batched import BatchedLosses
from playground.engine.hessian import HessianOperator
from playground.engine.losses import is_one_hot, loss_with_output, one_over, overflow_is_an_answer
from playground.experiment import Experiment, by_hidden_layer
from playground.numerals import subscript


@dataclass(frozen=True)
class Forward:
    """The results of forward propagation for n samples.

    z   per layer 1 … L an array (n, n_l)
    a   per layer 0 … L an array (n, n_l): a[0] is X, the last entry the prediction ŷ
    """

    z: tuple[Array, ...]
    a: tuple[Array, ...]


class Network:
    """The architecture, loss and penalties of a network; immutable, equal to another with equal arguments.

    It holds no parameters: θ comes as an argument, one flat vector (P,) laid out W[1] row by row, b[1], W[2]
    row by row, b[2], and so on. Row i of W[l] holds the weights into neuron i of layer l. X is (n, n_in), one
    sample a row as in a table, and y is (n, n_out). Arrays of other shapes, and sizes, names or penalties
    that no network has, raise ValueError.

    frozen holds the indices of entries of θ that no step changes: the gradient and the Hessian of J are 0
    there, and the penalties are of the others.

    activation is the name of the activation of all hidden layers, or one name per hidden layer.

    g               the activation function of each hidden layer l, g[l], with its derivatives
    loss_function   the loss of one prediction with its derivatives
    """

    def __init__(
        self,
        layer_sizes: Sequence[int],
        activation: str | Sequence[str] = "tanh",
        loss: str = "binary_cross_entropy",
        l1: float = 0.0,
        l2: float = 0.0,
        output: str | None = None,
        frozen: Sequence[int] = (),
    ):
        sizes = tuple(int(size) for size in layer_sizes)
        if len(sizes) < 2 or min(sizes) < 1:
            raise ValueError(
                f"layer_sizes must name at least inputs and outputs, each at least 1, not {layer_sizes!r}."
            )
        activation = _checked_activation(activation, len(sizes) - 2)
        loss_function = loss_with_output(loss, output)
        if loss_function.output == "softmax" and sizes[-1] < 2:
            raise ValueError("a softmax needs at least 2 outputs.")
        for name, value in (("l1", l1), ("l2", l2)):
            if not (math.isfinite(value) and value >= 0.0):
                raise ValueError(f"{name} must be a finite number from 0, not {value!r}.")
        held = tuple(int(index) for index in frozen)
        self._key = (sizes, activation, loss, float(l1), float(l2), loss_function.output, held)
        names = by_hidden_layer(activation, len(sizes) - 2)
        self.g = {l: ACTIVATIONS[name] for l, name in enumerate(names, start=1)}
        self.loss_function = loss_function
        layers = []
        end = 0
        for n_in, n_out in pairwise(sizes):
            weights = slice(end, end + n_out * n_in)
            biases = slice(weights.stop, weights.stop + n_out)
            layers.append((weights, biases))
            end = biases.stop
        self._layers = tuple(layers)
        if held and not 0 <= min(held) <= max(held) < end:
            raise ValueError(f"frozen must hold indices of the {end} parameters, not {frozen!r}.")

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Inputs, hidden layers, outputs."""
        return self._key[0]

    @property
    def activation(self) -> str | tuple[str, ...]:
        """One name, or one per hidden layer where they differ."""
        return self._key[1]

    @property
    def activations(self) -> tuple[str, ...]:
        """The name of the activation of each hidden layer."""
        return tuple(g.name for g in self.g.values())

    @property
    def loss_name(self) -> str:
        return self._key[2]

    @property
    def output(self) -> str:
        """The activation of the output, "linear", "sigmoid" or "softmax"."""
        return self._key[5]

    @property
    def loss_kind(self) -> str:
        """The name of loss and output together: see engine.losses."""
        return self.loss_function.kind

    @property
    def l1(self) -> float:
        return self._key[3]

    @property
    def l2(self) -> float:
        return self._key[4]

    @property
    def n_parameters(self) -> int:
        """P, the length of θ."""
        return self._layers[-1][1].stop

    @property
    def layers(self) -> tuple[tuple[slice, slice], ...]:
        """For each layer the slice of θ that holds its weights, and the one that holds its biases."""
        return self._layers

    @cached_property
    def is_weight(self) -> Array:
        """(P,) bool, read-only: True where θ holds a weight, False where it holds a bias."""
        mask = np.zeros(self.n_parameters, dtype=bool)
        for weights, _ in self._layers:
            mask[weights] = True
        mask.setflags(write=False)
        return mask

    @cached_property
    def frozen(self) -> Array:
        """The indices of the frozen entries of θ, in rising order, read-only; often empty."""
        indices = np.array(sorted(set(self._key[6])), dtype=np.intp)
        indices.setflags(write=False)
        return indices

    @cached_property
    def is_penalized(self) -> Array:
        """(P,) bool, read-only: True where l1 and l2 act, on weights that are not frozen."""
        mask = self.is_weight.copy()
        mask[self.frozen] = False
        mask.setflags(write=False)
        return mask

    @cached_property
    def weight_blocks(self) -> tuple[Array, ...]:
        """For each layer the indices (n_l, n_l−1) of its weights in θ: a row holds those into one neuron."""
        blocks = []
        for (weights, _), (n_in, n_out) in zip(self._layers, pairwise(self.layer_sizes), strict=True):
            block = np.arange(weights.start, weights.stop).reshape(n_out, n_in)
            block.setflags(write=False)
            blocks.append(block)
        return tuple(blocks)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Network) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        sizes, activation, loss, l1, l2, output, held = self._key
        text = f"{sizes}, activation={activation!r}, loss={loss!r}, l1={l1:g}, l2={l2:g}"
        if output != loss_with_output(loss, None).output:
            text += f", output={output!r}"
        if held:
            text += f", frozen={held}"
        return f"Network({text})"

    def with_penalties(self, l1: float, l2: float) -> Network:
        """Return the same network with other penalties."""
        return Network(self.layer_sizes, self.activation, self.loss_name, l1, l2, self.output, self._key[6])

    def initial_parameters(self, rng: np.random.Generator, initialization: str = "xavier_normal") -> Array:
        """Return random parameters θ (P,) to start from: weights as named, biases zero.

        With n_in neurons before a layer and n_out in it, its weights are drawn from

            xavier_normal    N(0, 2/(n_in + n_out))         xavier_uniform   U(±√(6/(n_in + n_out)))
            he_normal        N(0, 2/n_in)                   he_uniform       U(±√(6/n_in))
            uniform          U(±1/√n_in)                    zeros            0

        Xavier (Glorot and Bengio 2010) keeps the spread of activations and gradients alike from layer to
        layer where g is close to the identity at zero, He (He et al. 2015) where g is a relu. With zeros all
        neurons of a layer stay copies of each other, since each receives the same gradient. Raises ValueError
        for another name.
        """
        theta = np.zeros(self.n_parameters)
        sizes = self.layer_sizes
        for (weights, _), (n_in, n_out) in zip(self._layers, pairwise(sizes), strict=True):
            theta[weights] = _random_weights(rng, initialization, n_in, n_out)
        return theta

    @property
    def has_kinks(self) -> bool:
        """Whether J has kinks in θ by the activation: a hidden layer whose g has no slope at z = 0."""
        return any(g.has_kink for g in self.g.values())

    def unpack(self, theta: Array) -> list[tuple[Array, Array]]:
        """Return [(W[1], b[1]), …] as views into theta: W[l] (n_l, n_l−1), b[l] (n_l,).

        Stacked vectors (…, P) give stacked matrices (…, n_l, n_l−1) and biases (…, n_l).
        """
        sizes = self.layer_sizes
        before = theta.shape[:-1]
        return [
            (theta[..., weights].reshape(*before, n_out, n_in), theta[..., biases])
            for (weights, biases), (n_in, n_out) in zip(self._layers, pairwise(sizes), strict=True)
        ]

    @overflow_is_an_answer
    def forward(self, theta: Array, X: Array) -> Forward:
        """Propagate X (n, n_in) forward and keep every layer."""
        theta, x = self.checked(theta, X)
        z, a = self.propagate(self.matrices(theta), x)
        a[self.depth] = self.loss_function.prediction(z[self.depth])
        return Forward(tuple(layer.T for layer in z.values()), tuple(layer.T for layer in a.values()))

    @overflow_is_an_answer
    def predict(self, theta: Array, X: Array) -> Array:
        """Return ŷ (n, n_out): z[L] itself, or σ or softmax of it, by the output."""
        return self.forward(theta, X).a[-1]

    @overflow_is_an_answer
    def penalty(self, theta: Array) -> float:
        """Return l1·Σ|w| + ½·l2·Σw² at θ (P,), over weights only, frozen ones left out."""
        value = 0.0
        if self.l1 or self.l2:
            w = np.asarray(theta, dtype=np.float64)[self.is_penalized]
            squares = float(np.square(w).sum())
            quadratic = 0.5 * self.l2 * squares
            if math.isinf(squares):
                # The penalty can be finite where the sum of the squares is not.
                quadratic = float((0.5 * self.l2 * w * w).sum())
            value = self.l1 * float(np.abs(w).sum()) + quadratic
        return value

    @overflow_is_an_answer
    def loss(self, theta: Array, X: Array, y: Array) -> float:
        """Return J(θ) over the samples X (n, n_in), y (n, n_out), penalties included; NaN where n = 0."""
        theta, x = self.checked(theta, X)
        y = self.checked_targets(x, y)
        z, _ = self.propagate(self.matrices(theta), x)
        return self._mean_loss(z[self.depth], y) + self.penalty(theta)

    @overflow_is_an_answer
    def loss_and_gradient(self, theta: Array, X: Array, y: Array) -> tuple[float, Array]:
        """Return J(θ) and ∂J/∂θ (P,) by backward propagation.

        δ[l] = ∂loss/∂z[l] is the derivative of the loss of a sample by the pre-activations of layer l. It is
        known at the output, and the chain rule carries it back through the layers:

            δ[L]      = ∂loss/∂z[L]      (ŷ − y, or (ŷ − y)·σ'(z[L]) for half squared error of a sigmoid)
            ∂J/∂W[l]  = 1/m · δ[l]·a[l−1]ᵀ,    ∂J/∂b[l] = 1/m · Σ δ[l]   (over the m columns)
            δ[l−1]    = W[l]ᵀ·δ[l] ∘ g'(z[l−1])

        Penalties add l1·sign(w) + l2·w, where sign(0) = 0.
        """
        theta, x = self.checked(theta, X)
        y = self.checked_targets(x, y)
        W, b = self.matrices(theta)
        z, a = self.propagate((W, b), x)
        L, m = self.depth, x.shape[1]

        gradient = np.empty(self.n_parameters)
        dW, db = self.matrices(gradient)
        delta = self.loss_function.first(z[L], y)
        for l in range(L, 0, -1):
            np.matmul(delta, a[l - 1].T, out=dW[l])
            np.sum(delta, axis=1, keepdims=True, out=db[l])
            if l > 1:
                delta = W[l].T @ delta
                delta *= self.g[l - 1].first(z[l - 1], a[l - 1])
        gradient *= one_over(m)

        if self.l1 or self.l2:
            w = theta[self.is_penalized]
            gradient[self.is_penalized] += self.l1 * np.sign(w) + self.l2 * w
        gradient[self.frozen] = 0.0
        return self._mean_loss(z[L], y) + self.penalty(theta), gradient

    def hessian_vector_product(self, theta: Array, v: Array, X: Array, y: Array) -> Array:
        """Return H·v (P,), exact, where H is the Hessian of J at θ and v is (P,); see engine.hessian."""
        return HessianOperator(self, theta, X, y)(v)

    def hessian_operator(self, theta: Array, X: Array, y: Array) -> HessianOperator:
        """Return the Hessian of J at one θ as a function v -> H·v.

        Work that does not depend on v is done once.
        """
        return HessianOperator(self, theta, X, y)

    def losses(self, thetas: Array, X: Array, y: Array) -> Array:
        """Return J (K,) of many parameter vectors thetas (K, P), to 1e-5 relative; see engine.batched."""
        return BatchedLosses(self, X, y, most=len(thetas))(thetas)

    def parameter_name(self, index: int) -> str:
        """Return the lecture's name of θ[index]; see parameter_name."""
        return parameter_name(self.layer_sizes, index)

    @property
    def depth(self) -> int:
        """L, the number of layers with weights."""
        return len(self._layers)

    def matrices(self, theta: Array) -> tuple[ByLayer, ByLayer]:
        """Return W and b by the lecture's numbers, l = 1 … L: W[l] (n_l, n_l−1), b[l] (n_l, 1), as views."""
        W, b = {}, {}
        for l, (weights, biases) in enumerate(self.unpack(theta), start=1):
            W[l], b[l] = weights, biases[..., np.newaxis]
        return W, b

    def propagate(self, matrices: tuple[ByLayer, ByLayer], x: Array) -> tuple[ByLayer, ByLayer]:
        """Propagate the columns x (n_in, m) forward: return z[1] … z[L] and a[0] … a[L−1]."""
        W, b = matrices
        z: ByLayer = {}
        a: ByLayer = {0: x}
        for l in range(1, self.depth + 1):
            z[l] = W[l] @ a[l - 1]
            z[l] += b[l]
            if l < self.depth:
                a[l] = self.g[l].value(z[l])
        return z, a

    def checked(self, theta: Array, X: Array) -> tuple[Array, Array]:
        """Return theta (P,) and the samples as columns (n_in, m), both float64.

        Raises ValueError for another shape.
        """
        theta, X = np.asarray(theta, dtype=np.float64), np.asarray(X, dtype=np.float64)
        if theta.shape != (self.n_parameters,):
            raise ValueError(f"theta must have shape ({self.n_parameters},), not {theta.shape}.")
        if X.ndim != 2 or X.shape[1] != self.layer_sizes[0]:
            raise ValueError(f"X must have shape (n, {self.layer_sizes[0]}), not {X.shape}.")
        return theta, X.T

    def checked_targets(self, x: Array, y: Array) -> Array:
        """Return the targets as columns (n_out, m), float64.

        Raises ValueError where they do not fit the columns x, or are no classes for a softmax.
        """
        y = np.asarray(y, dtype=np.float64)
        if y.shape != (x.shape[1], self.layer_sizes[-1]):
            raise ValueError(f"y must have shape ({x.shape[1]}, {self.layer_sizes[-1]}), not {y.shape}.")
        if self.output == "softmax" and not is_one_hot(y.T):
            raise ValueError("y must hold one 1 in each row, for the class, and otherwise 0.")
        return y.T

    def _mean_loss(self, output: Array, y: Array) -> float:
        return float(self.loss_function.value(output, y).sum()) * one_over(output.shape[1])


def parameter_name(layer_sizes: Sequence[int], index: int) -> str:
    """Return the lecture's name of θ[index]: W[1]₂₃ (to neuron 2 from input 3), b[2]₁; w and b alone.

    It is the only name of a parameter in the program, and follows the layout of θ. Raises IndexError where θ
    has no such entry.
    """
    if index >= 0:
        for layer, (n_in, n_out) in enumerate(pairwise(layer_sizes), start=1):
            if index < n_in * n_out:
                return entry_name(layer_sizes, layer, *divmod(index, n_in))
            index -= n_in * n_out
            if index < n_out:
                return entry_name(layer_sizes, layer, index)
            index -= n_out
    raise IndexError("the network has no such parameter.")


def entry_name(layer_sizes: Sequence[int], layer: int, row: int, column: int | None = None) -> str:
    """Return the name of W[layer][row, column], or of b[layer][row] without a column; rows from 0.

    A comma stands between the indices of a layer in which one may have two digits. The weight and the bias
    of a network that has no others are w and b.
    """
    if tuple(layer_sizes) == (1, 1):
        return "b" if column is None else "w"
    if column is None:
        return f"b[{layer}]{subscript(row + 1)}"
    comma = "," if max(layer_sizes[layer - 1 : layer + 1]) > 9 else ""
    return f"W[{layer}]{subscript(row + 1)}{comma}{subscript(column + 1)}"


def network_of(experiment: Experiment) -> Network:
    """Return the network of an experiment on data, with the penalties it starts with."""
    settings, training = experiment.network, experiment.training
    assert settings is not None
    loss = settings.loss
    assert loss is not None  # an experiment fills it in when it is created
    penalties = training.l1, training.l2
    return Network(
        experiment.layer_sizes,
        settings.activation,
        loss,
        *penalties,
        settings.output,
        experiment.frozen_entries,
    )


def _checked_activation(activation: str | Sequence[str], layers: int) -> str | tuple[str, ...]:
    """Return one name, or one per hidden layer where they differ. Raises ValueError."""
    names = (activation,) if isinstance(activation, str) else tuple(activation)
    if not isinstance(activation, str) and len(names) != layers:
        raise ValueError(f"activation must be one name, or one for each of {layers} hidden layers.")
    for name in names:
        if name not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, not {name!r}.")
    if not names:
        raise ValueError("activation must be a name where there is no hidden layer.")
    return names[0] if len(set(names)) == 1 else names


def _random_weights(rng: np.random.Generator, initialization: str, n_in: int, n_out: int) -> Array:
    count = n_in * n_out
    match initialization:
        case "xavier_normal":
            return rng.normal(0.0, math.sqrt(2.0 / (n_in + n_out)), count)
        case "xavier_uniform":
            bound = math.sqrt(6.0 / (n_in + n_out))
        case "he_normal":
            return rng.normal(0.0, math.sqrt(2.0 / n_in), count)
        case "he_uniform":
            bound = math.sqrt(6.0 / n_in)
        case "uniform":
            bound = 1.0 / math.sqrt(n_in)
        case "zeros":
            return np.zeros(count)
        case _:
            raise ValueError(f"initialization is unknown: {initialization!r}.")
    return rng.uniform(-bound, bound, count)
