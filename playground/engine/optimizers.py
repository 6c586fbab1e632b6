"""The update rules: gradient descent, momentum, Nesterov, RMSProp, AdaGrad, Adam and AdamW.

Definitions, defaults and names of hyperparameters are those of torch.optim (2.x); the papers are named with
each class. All of them act on every entry of θ by itself, so the order of θ does not matter.

Every step works in place on arrays that were made at the first one. Numbers that enter a NumPy call are
kept as arrays of no dimension, which NumPy takes in faster than Python floats. Overflow and division by
zero follow NumPy's own error state: who trains silences them once, not once a step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from playground.engine.hyperparameters import DECAY, Decays, Hyperparameters, Number, Rules, Switch
from playground.engine.update_parts import (
    Parts,
    adagrad_parts,
    adam_parts,
    adamw_parts,
    momentum_parts,
    nesterov_parts,
    plain_parts,
    rmsprop_parts,
)
from playground.experiment import OPTIMIZERS as NAMES

Vector = NDArray[np.float64]
Hyper = Mapping[str, Any]

_add, _subtract, _multiply, _divide = np.add, np.subtract, np.multiply, np.divide
_maximum, _sqrt = np.maximum, np.sqrt


_WEIGHT_DECAY = Number(0.0)


class Optimizer:
    """One update rule with its state between steps; make_optimizer creates it.

    `hyperparameters` may be set at any time: `optimizer.hyperparameters["momentum"] = 0.5`.
    """

    name: str
    rules: ClassVar[Rules] = {}
    decays_weights_apart = False
    """Whether weight_decay shrinks θ before the update, instead of being added to the gradient."""
    _state_vectors: tuple[str, ...] = ()

    def __init__(self, **hyperparameters: Any):
        self.hyperparameters = Hyperparameters(self.name, self.rules, hyperparameters, self.prepare)
        self._steps = 0
        self._memory: dict[str, Vector] = {}
        self._scratch: Vector | None = None
        self._rate: NDArray[np.float64] = np.zeros(())
        self._decay: NDArray[np.float64] = np.zeros(())
        self.prepare()

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.name, dict(self.hyperparameters), self.state())

    def step(self, theta: Vector, gradient: Vector, learning_rate: float | Vector) -> None:
        """Update theta (P,) in place from the gradient (P,) of J at theta; the gradient is left as it is.

        All calls must bring float64 vectors of one length.
        """
        raise NotImplementedError

    def expect_rates(self, size: int) -> None:
        """Give each entry of θ (size,) a learning rate of its own: step then takes them as a vector."""
        self._rate, self._decay = np.zeros(size), np.zeros(size)
        self.prepare()

    def prepare(self) -> None:
        """Apply the hyperparameters. Called whenever one was set."""

    def state(self) -> dict[str, Any]:
        """Return copies of its state: "step", the number of steps made, and its vectors (P,) by name."""
        return {"step": self._steps, **{name: vector.copy() for name, vector in self._memory.items()}}

    @property
    def memory(self) -> Mapping[str, Vector]:
        """Its vectors (P,) by name, not copied: they change with the next step."""
        return self._memory

    def keep_memory(self, kept: dict[str, Vector]) -> None:
        """Copy its vectors into those of kept, which are created where they are missing."""
        if kept.keys() != self._memory.keys():
            kept.clear()
        for name, vector in self._memory.items():
            if name in kept:
                kept[name][:] = vector
            else:
                kept[name] = vector.copy()

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Continue from the state() of an optimiser of the same name.

        Raises ValueError for the state of another kind of optimiser.
        """
        if "step" not in state or not set(state) <= {"step", *self._state_vectors}:
            raise ValueError(f"{self.name}: a state with {', '.join(state) or 'nothing'} is not its own.")
        self._steps = int(state["step"])
        self._memory = {name: np.array(state[name], dtype=np.float64) for name in state if name != "step"}
        self._scratch = None

    def _begin(self, size: int) -> Vector:
        """Create the arrays that the first step needs, and the first step after a state was loaded."""
        for name, value in self._first_memory().items():
            self._memory.setdefault(name, np.full(size, value))
        self._part, self._scratch = np.empty(size), np.empty(size)
        return self._scratch

    def _first_memory(self) -> dict[str, float]:
        """Return what its vectors hold before the first step, but for those that the first step makes."""
        return {}

    def _decayed(self, theta: Vector, gradient: Vector, scratch: Vector) -> Vector:
        """Return the gradient of J with the optimiser's own weight decay: gradient + weight_decay·θ."""
        if not self.hyperparameters["weight_decay"]:
            return gradient
        _multiply(theta, self._decay, scratch)
        _add(scratch, gradient, scratch)
        return scratch


class GradientDescent(Optimizer):
    """θ := θ − α·g: Cauchy, "Méthode générale pour la résolution des systèmes d'équations" (1847)."""

    name = "gradient_descent"
    rules: ClassVar[Rules] = {"weight_decay": _WEIGHT_DECAY}

    def prepare(self) -> None:
        self._decay[()] = self.hyperparameters["weight_decay"]

    def step(self, theta: Vector, gradient: Vector, learning_rate: float | Vector) -> None:
        scratch = self._scratch
        if scratch is None:
            scratch = self._begin(theta.size)
        self._rate[()] = learning_rate
        _multiply(self._decayed(theta, gradient, scratch), self._rate, scratch)
        _subtract(theta, scratch, theta)
        self._steps += 1


class Momentum(Optimizer):
    """b := µ·b + (1 − dampening)·g, θ := θ − α·b; the first b is g itself.

    average: the form of courses, b := µ·b + (1 − µ)·g from b = 0 on, an exponential average of the gradients;
    dampening then has no effect.

    Polyak, "Some methods of speeding up the convergence of iteration methods" (1964), in the form of
    Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013), with α
    outside b as in torch.optim.SGD.
    """

    name = "momentum"
    rules: ClassVar[Rules] = {
        "momentum": DECAY,
        "dampening": Number(0.0, 0.0, 1.0),
        "weight_decay": _WEIGHT_DECAY,
        "average": Switch(False),
    }
    _state_vectors = ("momentum_buffer",)
    _nesterov = False

    def prepare(self) -> None:
        self._decay[()] = self.hyperparameters["weight_decay"]
        self._momentum = np.array(self.hyperparameters["momentum"])
        self._fresh = np.array(fresh_share(self.hyperparameters))

    def step(self, theta: Vector, gradient: Vector, learning_rate: float | Vector) -> None:
        scratch = self._scratch
        if scratch is None:
            scratch = self._begin(theta.size)
        gradient = self._decayed(theta, gradient, scratch)
        if self.hyperparameters["momentum"]:
            gradient = self._smoothed(gradient)
        self._rate[()] = learning_rate
        _multiply(gradient, self._rate, scratch)
        _subtract(theta, scratch, theta)
        self._steps += 1

    def _smoothed(self, gradient: Vector) -> Vector:
        buffer = self._memory.get("momentum_buffer")
        if buffer is None:
            buffer = self._memory["momentum_buffer"] = gradient.copy()
            if is_average(self.hyperparameters):
                _multiply(buffer, self._fresh, buffer)
        else:
            part = self._part
            _multiply(buffer, self._momentum, buffer)
            _multiply(gradient, self._fresh, part)
            _add(buffer, part, buffer)
        if not self._nesterov:
            return buffer
        _multiply(buffer, self._momentum, self._part)
        _add(self._part, gradient, self._part)
        return self._part


class Nesterov(Momentum):
    """b := µ·b + g, θ := θ − α·(g + µ·b): Nesterov (1983), in the form of Sutskever et al. (2013)."""

    name = "nesterov"
    rules: ClassVar[Rules] = {"momentum": DECAY, "weight_decay": _WEIGHT_DECAY}
    _nesterov = True


class RMSProp(Optimizer):
    """s := ρ·s + (1 − ρ)·g², θ := θ − α·g/(√s + ε): Tieleman and Hinton, lecture 6.5 of
    "Neural Networks for Machine Learning" (2012), with ρ named alpha.

    centered subtracts the square of the mean gradient under the root (Graves, "Generating sequences with
    recurrent neural networks", 2013); momentum smooths the quotient.
    """

    name = "rmsprop"
    rules: ClassVar[Rules] = {
        "alpha": Number(0.99, 0.0, 1.0),
        "eps": Number(1e-8),
        "weight_decay": _WEIGHT_DECAY,
        "momentum": DECAY._replace(default=0.0),
        "centered": Switch(False),
    }
    _state_vectors = ("square_avg", "grad_avg", "momentum_buffer")

    def prepare(self) -> None:
        hyper = self.hyperparameters
        self._decay[()] = hyper["weight_decay"]
        self._alpha, self._fresh = np.array(hyper["alpha"]), np.array(1.0 - hyper["alpha"])
        self._eps, self._momentum = np.array(hyper["eps"]), np.array(hyper["momentum"])

    def _begin(self, size: int) -> Vector:
        self._root = np.empty(size)
        return super()._begin(size)

    def _first_memory(self) -> dict[str, float]:
        return dict.fromkeys(self._state_vectors, 0.0)

    def step(self, theta: Vector, gradient: Vector, learning_rate: float | Vector) -> None:
        scratch = self._scratch
        if scratch is None:
            scratch = self._begin(theta.size)
        memory, root, part = self._memory, self._root, self._part
        gradient = self._decayed(theta, gradient, scratch)
        square = memory["square_avg"]
        _multiply(square, self._alpha, square)
        _multiply(gradient, gradient, part)
        _multiply(part, self._fresh, part)
        _add(square, part, square)
        if self.hyperparameters["centered"]:
            mean = memory["grad_avg"]
            _multiply(mean, self._alpha, mean)
            _multiply(gradient, self._fresh, part)
            _add(mean, part, mean)
            _multiply(mean, mean, part)
            _subtract(square, part, root)
            # A variance that is zero can come out just below it.
            _maximum(root, 0.0, out=root)
            _sqrt(root, root)
        else:
            _sqrt(square, root)
        _add(root, self._eps, root)
        _divide(gradient, root, scratch)
        if self.hyperparameters["momentum"]:
            buffer = memory["momentum_buffer"]
            _multiply(buffer, self._momentum, buffer)
            _add(buffer, scratch, buffer)
            gradient = buffer
        else:
            gradient = scratch
        self._rate[()] = learning_rate
        _multiply(gradient, self._rate, scratch)
        _subtract(theta, scratch, theta)
        self._steps += 1


class AdaGrad(Optimizer):
    """s := s + g², θ := θ − α·g/(√s + ε): Duchi, Hazan and Singer, "Adaptive subgradient methods for online
    learning and stochastic optimization" (2011). lr_decay divides α by 1 + (t − 1)·lr_decay at step t.
    """

    name = "adagrad"
    rules: ClassVar[Rules] = {
        "lr_decay": Number(0.0),
        "weight_decay": _WEIGHT_DECAY,
        "initial_accumulator_value": Number(0.0),
        "eps": Number(1e-10),
    }
    _state_vectors = ("sum",)

    def prepare(self) -> None:
        self._decay[()] = self.hyperparameters["weight_decay"]
        self._eps = np.array(self.hyperparameters["eps"])
        self._rate_decay = self.hyperparameters["lr_decay"]

    def _first_memory(self) -> dict[str, float]:
        return {"sum": self.hyperparameters["initial_accumulator_value"]}

    def step(self, theta: Vector, gradient: Vector, learning_rate: float | Vector) -> None:
        scratch = self._scratch
        if scratch is None:
            scratch = self._begin(theta.size)
        total, part = self._memory["sum"], self._part
        gradient = self._decayed(theta, gradient, scratch)
        _multiply(gradient, gradient, part)
        _add(total, part, total)
        _sqrt(total, part)
        _add(part, self._eps, part)
        _divide(gradient, part, scratch)
        self._rate[()] = learning_rate / (1.0 + self._steps * self._rate_decay)
        _multiply(scratch, self._rate, scratch)
        _subtract(theta, scratch, theta)
        self._steps += 1


class Adam(Optimizer):
    """m := β₁·m + (1 − β₁)·g, v := β₂·v + (1 − β₂)·g², θ := θ − α·m̂/(√v̂ + ε), where
    m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ): Kingma and Ba, "Adam: a method for stochastic optimization" (2015).

    weight_decay is added to the gradient.
    """

    name = "adam"
    rules: ClassVar[Rules] = {
        "betas": Decays((0.9, 0.999)),
        "eps": Number(1e-8),
        "weight_decay": _WEIGHT_DECAY,
    }
    _state_vectors = ("exp_avg", "exp_avg_sq")

    def prepare(self) -> None:
        self._beta1, self._beta2 = self.hyperparameters["betas"]
        self._keep1, self._keep2 = np.array(self._beta1), np.array(self._beta2)
        self._fresh1, self._fresh2 = np.array(1.0 - self._beta1), np.array(1.0 - self._beta2)
        self._eps, self._root_correction = np.array(self.hyperparameters["eps"]), np.zeros(())
        self._decay[()] = self.hyperparameters["weight_decay"]

    def _first_memory(self) -> dict[str, float]:
        return dict.fromkeys(self._state_vectors, 0.0)

    def step(self, theta: Vector, gradient: Vector, learning_rate: float | Vector) -> None:
        scratch = self._scratch
        if scratch is None:
            scratch = self._begin(theta.size)
        self._steps += 1
        gradient = self._with_weight_decay(theta, gradient, scratch, learning_rate)
        mean, square, part = self._memory["exp_avg"], self._memory["exp_avg_sq"], self._part
        _multiply(mean, self._keep1, mean)
        _multiply(gradient, self._fresh1, part)
        _add(mean, part, mean)
        _multiply(square, self._keep2, square)
        _multiply(gradient, gradient, part)
        _multiply(part, self._fresh2, part)
        _add(square, part, square)
        self._root_correction[()] = math.sqrt(1.0 - self._beta2**self._steps)
        _sqrt(square, part)
        _divide(part, self._root_correction, part)
        _add(part, self._eps, part)
        _divide(mean, part, scratch)
        self._rate[()] = learning_rate / (1.0 - self._beta1**self._steps)
        _multiply(scratch, self._rate, scratch)
        _subtract(theta, scratch, theta)

    def _with_weight_decay(
        self, theta: Vector, gradient: Vector, scratch: Vector, learning_rate: float | Vector
    ) -> Vector:
        return self._decayed(theta, gradient, scratch)


class AdamW(Adam):
    """Adam with θ := (1 − α·weight_decay)·θ before each update: Loshchilov and Hutter, "Decoupled weight
    decay regularization" (2019). Biases decay too, as in torch.optim.
    """

    name = "adamw"
    decays_weights_apart = True
    rules: ClassVar[Rules] = {**Adam.rules, "weight_decay": Number(1e-2)}

    def _with_weight_decay(
        self, theta: Vector, gradient: Vector, scratch: Vector, learning_rate: float | Vector
    ) -> Vector:
        self._decay[()] = 1.0 - learning_rate * self.hyperparameters["weight_decay"]
        _multiply(theta, self._decay, theta)
        return gradient


# What an optimiser does on a quadratic, where a step is linear and its largest stable α has a closed form.


def is_average(hyper: Hyper) -> bool:
    """Return whether momentum is an exponential average of the gradients."""
    return bool(hyper.get("average", False))


def fresh_share(hyper: Hyper) -> float:
    """Return the share of the newest gradient in the velocity of momentum."""
    dampening = hyper["momentum"] if is_average(hyper) else hyper.get("dampening", 0.0)
    return 1.0 - float(dampening)


def _rmsprop_divisor(hyper: Hyper, state: Mapping[str, Any], gradient: Vector) -> Vector:
    zero = np.zeros_like(gradient)
    keep = float(hyper["alpha"])
    variance = keep * state.get("square_avg", zero) + (1 - keep) * gradient**2
    if hyper["centered"]:
        mean = keep * state.get("grad_avg", zero) + (1 - keep) * gradient
        variance = np.maximum(variance - mean**2, 0.0)
    return np.asarray(np.sqrt(variance) + float(hyper["eps"]))


def _adam_divisor(hyper: Hyper, state: Mapping[str, Any], gradient: Vector) -> Vector:
    first, second = hyper["betas"]
    step = int(state.get("step", 0)) + 1
    zero = np.zeros_like(gradient)
    variance = (second * state.get("exp_avg_sq", zero) + (1 - second) * gradient**2) / (1 - second**step)
    return np.asarray((1 - first**step) * (np.sqrt(variance) + float(hyper["eps"])))


def _adam_level(hyper: Hyper) -> float:
    beta = float(hyper["betas"][0])
    return 2.0 * (1.0 + beta) / (1.0 - beta)


@dataclass(frozen=True, kw_only=True)
class OptimizerInfo:
    """One optimiser with all its properties, except for the sentences about its last step.

    kind            the update rule
    title           as in the window's menus
    parts           takes one of its updates apart
    level           hyperparameters -> α·λ at which it leaves stability on a quadratic, λ an eigenvalue of H,
                    or of P⁻¹H where it divides by P; None where it has no such limit
    limit_formula   the limit in symbols; limit_formula_of_average where it averages the gradients
    no_limit        one sentence that explains why it has none
    divisor         (hyperparameters, state, gradient) -> P (P,): what the next step divides by, to be held
                    fixed for the limit; None where it divides by nothing
    carries         it averages gradients, whatever is set, so that a step may go on in an old direction
    """

    kind: type[Optimizer]
    title: str
    parts: Parts
    level: Callable[[Hyper], float] | None = None
    limit_formula: str = ""
    limit_formula_of_average: str = ""
    no_limit: str = ""
    divisor: Callable[[Hyper, Mapping[str, Any], Vector], Vector] | None = None
    carries: bool = False

    @property
    def name(self) -> str:
        return self.kind.name

    def limit_in_symbols(self, hyper: Hyper) -> str:
        """Return the limit in symbols for these hyperparameters."""
        return self.limit_formula_of_average if is_average(hyper) else self.limit_formula

    @property
    def momentum(self) -> float | None:
        """The default momentum; None where there is none."""
        rule = self.kind.rules.get("momentum")
        return rule.default if isinstance(rule, Number) else None


OPTIMIZERS: dict[str, OptimizerInfo] = {
    info.name: info
    for info in (
        OptimizerInfo(
            kind=GradientDescent,
            title="gradient descent",
            parts=plain_parts,
            level=lambda hyper: 2.0,
            limit_formula="2/λmax",
        ),
        OptimizerInfo(
            kind=Momentum,
            title="momentum",
            parts=momentum_parts,
            level=lambda hyper: 2.0 * (1.0 + hyper["momentum"]) / fresh_share(hyper),
            limit_formula="2(1 + β)/λmax",
            limit_formula_of_average="2(1 + β)/((1 − β)·λmax)",
        ),
        OptimizerInfo(
            kind=Nesterov,
            title="Nesterov",
            parts=nesterov_parts,
            level=lambda hyper: (2.0 + 2.0 * hyper["momentum"]) / (1.0 + 2.0 * hyper["momentum"]),
            limit_formula="(2 + 2β)/((1 + 2β)·λmax)",
        ),
        OptimizerInfo(
            kind=RMSProp,
            title="RMSProp",
            parts=rmsprop_parts,
            level=lambda hyper: 2.0 * (1.0 + hyper["momentum"]),
            limit_formula="2(1 + momentum)/λmax(P⁻¹H)",
            divisor=_rmsprop_divisor,
        ),
        OptimizerInfo(
            kind=AdaGrad,
            title="AdaGrad",
            parts=adagrad_parts,
            no_limit="AdaGrad has no limit: its steps shrink by themselves as long as they are too large.",
        ),
        OptimizerInfo(
            kind=Adam,
            title="Adam",
            parts=adam_parts,
            level=_adam_level,
            limit_formula="2(1 + β₁)/((1 − β₁)·λmax(P⁻¹H))",
            divisor=_adam_divisor,
            carries=True,
        ),
        OptimizerInfo(
            kind=AdamW,
            title="AdamW",
            parts=adamw_parts,
            level=_adam_level,
            limit_formula="2(1 + β₁)/((1 − β₁)·λmax(P⁻¹H)), weight decay counted",
            divisor=_adam_divisor,
            carries=True,
        ),
    )
}
assert tuple(OPTIMIZERS) == NAMES, "each optimiser of an experiment has a record here, in the same order"
assert all(
    (info.level is None) == bool(info.no_limit) != bool(info.limit_formula) for info in OPTIMIZERS.values()
), "an optimiser has a limit and its formula, or a sentence why it has none"


def make_optimizer(name: str, **hyperparameters: Any) -> Optimizer:
    """Return the optimiser of this name, its hyperparameters named as in torch.optim; α is none of them.

    Raises ValueError for an unknown name, an unknown hyperparameter or a value that it cannot have.
    """
    info = OPTIMIZERS.get(name) if isinstance(name, str) else None
    if info is None:
        raise ValueError(f"There is no optimiser {name!r}; there are {', '.join(OPTIMIZERS)}.")
    return info.kind(**hyperparameters)


def _rebuilt(name: str, hyperparameters: dict[str, Any], state: dict[str, Any]) -> Optimizer:
    optimizer = make_optimizer(name, **hyperparameters)
    optimizer.load_state(state)
    return optimizer
