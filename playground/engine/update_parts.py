"""One update taken apart: gradient, velocity or averages, bias correction, step.

Each part is a line of the optimiser's rule, with the vectors that it makes and an arrow: the move that θ
would make if the update ended with this part. The arrow of the last part is the step itself. Vectors of the
optimiser and both ends of the step are those that the step made, bit by bit; only the arrows between and the
corrected averages of Adam are computed here.

Notation is that of the window: g the gradient, v the velocity of momentum, s a sum or average of g², m and v
the averages of Adam, m′ and v′ the corrected ones. Sources of the rules: engine.optimizers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from playground.arrays import Array
from playground.engine.stepping.optimizer_step import OptimizerStep

GRADIENT, DECAY, VELOCITY, AHEAD = "gradient", "weight decay", "velocity", "gradient and velocity"
FIRST, SECOND, SQUARES = "first moment", "second moment", "sum of squares"
CORRECTION, RATE_DECAY, STEP = "bias correction", "decay of α", "step"


class UpdateMade(Protocol):
    """What is known of one update; arrays (P,) in public order. LastUpdate and NextStep are of this form.

    before, after  θ before and after it
    gradient       the gradient that it takes, penalties included
    learning_rate  its α, the schedule taken in
    """

    @property
    def before(self) -> Array: ...

    @property
    def gradient(self) -> Array: ...

    @property
    def after(self) -> Array: ...

    @property
    def learning_rate(self) -> float: ...

    @property
    def optimizer(self) -> OptimizerStep: ...


@dataclass(frozen=True, eq=False)
class Part:
    """One part of an update.

    name     in words
    rule     its line of the rule, in symbols; θ stands for every parameter
    made     the vectors (P,) that it makes, by their symbols
    before   what those of them were that existed before the update
    arrow    the arrow in symbols
    move     (P,) the arrow: the move of θ, if the update ended with this part
    """

    name: str
    rule: str
    made: Mapping[str, Array]
    before: Mapping[str, Array]
    arrow: str
    move: Array


Parts = Callable[[UpdateMade], tuple[Part, ...]]

_quiet = np.errstate(all="ignore")
"""A run that leaves the finite numbers has its parts too: they then hold infinities."""


@_quiet
def plain_parts(update: UpdateMade) -> tuple[Part, ...]:
    """Return the parts of gradient descent: θ := θ − α·g."""
    work = _Work(update)
    work.gradient()
    return work.step("α·g")


@_quiet
def momentum_parts(update: UpdateMade) -> tuple[Part, ...]:
    """Return the parts of momentum: v := β·v + (1 − dampening)·g, θ := θ − α·v."""
    work = _Work(update)
    work.gradient()
    if not work.hyper["momentum"]:
        return work.step("α·g")
    work.velocity()
    return work.step("α·v")


@_quiet
def nesterov_parts(update: UpdateMade) -> tuple[Part, ...]:
    """Return the parts of Nesterov: v := β·v + g, θ := θ − α·(g + β·v)."""
    work = _Work(update)
    g = work.gradient()
    if not work.hyper["momentum"]:
        return work.step("α·g")
    v = work.velocity()
    ahead = g + work.hyper["momentum"] * v
    work.add(AHEAD, "g + β·v", {"g + β·v": ahead}, {}, "−α·(g + β·v)", ahead)
    return work.step("α·(g + β·v)")


@_quiet
def rmsprop_parts(update: UpdateMade) -> tuple[Part, ...]:
    """Return the parts of RMSProp: s := ρ·s + (1 − ρ)·g², θ := θ − α·g/(√s + ε)."""
    work = _Work(update)
    g, eps = work.gradient(), work.hyper["eps"]
    s, before = work.memory("square_avg", "s")
    quotient, root = g / (np.sqrt(s) + eps), "√s"
    work.add(SECOND, "s := ρ·s + (1 − ρ)·g²", {"s": s}, before, "−α·g/(√s + ε)", quotient)
    if work.hyper["centered"]:
        mean, before = work.memory("grad_avg", "ḡ")
        root = "√(s − ḡ²)"
        quotient = g / (np.sqrt(np.maximum(s - mean**2, 0.0)) + eps)
        work.add(FIRST, "ḡ := ρ·ḡ + (1 − ρ)·g", {"ḡ": mean}, before, f"−α·g/({root} + ε)", quotient)
    if not work.hyper["momentum"]:
        return work.step(f"α·g/({root} + ε)")
    v, before = work.memory("momentum_buffer", "v")
    work.add(VELOCITY, f"v := β·v + g/({root} + ε)", {"v": v}, before, "−α·v", v)
    return work.step("α·v")


@_quiet
def adagrad_parts(update: UpdateMade) -> tuple[Part, ...]:
    """Return the parts of AdaGrad: s := s + g², θ := θ − α·g/(√s + ε)."""
    work = _Work(update)
    g = work.gradient()
    s, before = work.memory("sum", "s", work.hyper["initial_accumulator_value"])
    quotient = g / (np.sqrt(s) + work.hyper["eps"])
    work.add(SQUARES, "s := s + g²", {"s": s}, before, "−α·g/(√s + ε)", quotient)
    slower = 1.0 + (update.optimizer.count - 1) * work.hyper["lr_decay"]
    if slower == 1.0:
        return work.step("α·g/(√s + ε)")
    decayed = np.full_like(g, update.learning_rate / slower)
    rule = "α′ := α/(1 + (t − 1)·decay)"
    work.add(RATE_DECAY, rule, {"α′": decayed}, {}, "−α′·g/(√s + ε)", quotient / slower)
    return work.step("α′·g/(√s + ε)")


@_quiet
def adam_parts(update: UpdateMade) -> tuple[Part, ...]:
    """Return the parts of Adam (Kingma and Ba, 2015, Algorithm 1), m′ and v′ the corrected averages."""
    work = _Work(update)
    _averages(work, work.gradient())
    return work.step("α·m′/(√v′ + ε)")


@_quiet
def adamw_parts(update: UpdateMade) -> tuple[Part, ...]:
    """Return the parts of AdamW (Loshchilov and Hutter, 2019): Adam, and weights that shrink beside it."""
    work = _Work(update)
    g, decay = work.gradient(coupled=False), work.hyper["weight_decay"]
    _averages(work, g)
    if not decay:
        return work.step("α·m′/(√v′ + ε)")
    left = (1.0 - update.learning_rate * decay) * update.before
    # λ is an eigenvalue everywhere in the window.
    work.add(DECAY, "θ′ := (1 − α·decay)·θ", {"θ′": left}, {}, "−α·decay·θ", decay * update.before)
    return work.step("α·m′/(√v′ + ε)", "θ′")


def _averages(work: _Work, g: Array) -> None:
    """Add both averages of Adam and their correction."""
    (beta1, beta2), eps, count = work.hyper["betas"], work.hyper["eps"], work.update.optimizer.count
    m, before = work.memory("exp_avg", "m")
    work.add(FIRST, "m := β₁·m + (1 − β₁)·g", {"m": m}, before, "−α·m", m)
    v, before = work.memory("exp_avg_sq", "v")
    arrow = "−α·m/(√v + ε)"
    work.add(SECOND, "v := β₂·v + (1 − β₂)·g²", {"v": v}, before, arrow, m / (np.sqrt(v) + eps))
    fair_m, fair_v = m / (1.0 - beta1**count), v / (1.0 - beta2**count)
    rule = "m′ := m/(1 − β₁ᵗ),  v′ := v/(1 − β₂ᵗ)"
    quotient = fair_m / (np.sqrt(fair_v) + eps)
    work.add(CORRECTION, rule, {"m′": fair_m, "v′": fair_v}, {}, "−α·m′/(√v′ + ε)", quotient)


class _Work:
    """The parts of one update as they are put together, in their order."""

    def __init__(self, update: UpdateMade):
        self.update = update
        self.hyper: Mapping[str, Any] = update.optimizer.hyperparameters
        self._parts: list[Part] = []

    def add(
        self,
        name: str,
        rule: str,
        made: Mapping[str, Array],
        before: Mapping[str, Array],
        arrow: str,
        against: Array,
    ) -> None:
        """Add a part whose arrow is −α times a vector."""
        move = -self.update.learning_rate * against
        self._parts.append(Part(name, rule, made, before, arrow, move))

    def gradient(self, coupled: bool = True) -> Array:
        """Add the gradient, and the weight decay where the optimiser adds that to it; return their sum."""
        g, theta = self.update.gradient, self.update.before
        self.add(GRADIENT, "g := ∂J/∂θ", {"g": g}, {}, "−α·g", g)
        decay = self.hyper.get("weight_decay", 0.0) if coupled else 0.0
        if not decay:
            return g
        pulled = g + decay * theta
        self.add(DECAY, "g := g + decay·θ", {"g": pulled}, {"g": g}, "−α·g", pulled)
        return pulled

    def memory(self, name: str, symbol: str, first: float = 0.0) -> tuple[Array, dict[str, Array]]:
        """Return a vector of the optimiser after the update, and under its symbol what it was before.

        first: what its entries are before the first step, when the array need not exist yet.
        """
        step = self.update.optimizer
        after = step.after[name]
        return after, {symbol: step.before.get(name, np.full_like(after, first))}

    def velocity(self) -> Array:
        """Add the velocity of momentum, and return it."""
        v = self.update.optimizer.after["momentum_buffer"]
        average = self.hyper.get("average", False)
        if "momentum_buffer" not in self.update.optimizer.before:
            rule = "v := (1 − β)·g, the first time" if average else "v := g, the first time"
            self.add(VELOCITY, rule, {"v": v}, {}, "−α·v", v)
            return v
        share = "(1 − dampening)·g" if self.hyper.get("dampening", 0.0) else "g"
        share = "(1 − β)·g" if average else share
        before = {"v": self.update.optimizer.before["momentum_buffer"]}
        self.add(VELOCITY, f"v := β·v + {share}", {"v": v}, before, "−α·v", v)
        return v

    def step(self, term: str, left: str = "θ") -> tuple[Part, ...]:
        """Return the parts with the step itself: θ := θ − term, as it was made."""
        before, after = self.update.before, self.update.after
        move = after - before
        rule = f"θ := {left} − {term}"
        last = Part(STEP, rule, {"θ": after}, {"θ": before}, f"−{term}" if left == "θ" else "the step", move)
        return (*self._parts, last)
