"""One step of an optimiser for one parameter: its rule, and the rule with its numbers, part by part."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from playground.engine.optimizers import OPTIMIZERS
from playground.engine.update_parts import CORRECTION, FIRST, SECOND, SQUARES, STEP, VELOCITY, UpdateMade
from playground.numerals import number_text, rate_text, signed_text


class Piece(NamedTuple):
    """A part of one line. kind: "text", "dim", "bold", "rate" (pink) or "bold rate"."""

    text: str
    kind: str = "text"


Line = list[Piece]
LinesOfParts = dict[str, list[Line]]
"""The lines of an update by the names of its parts, in their order: see engine.update_parts."""

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def rule_lines(update: UpdateMade, index: int, symbol: str) -> list[Line]:
    """Return the lines of an optimiser with a state, for entry index of θ. symbol: "w" or "b".

    In them g is ∂J/∂w, v the velocity of momentum (torch.optim's momentum_buffer), s, m and v the averages of
    the papers.
    """
    return [line for lines in lines_of_parts(update, index, symbol).values() for line in lines]


def lines_of_parts(update: UpdateMade, index: int, symbol: str) -> LinesOfParts:
    """Return the same lines by the names of the parts; the gradient and other parts without a line lack."""
    return UPDATE_RULES[update.optimizer.name].lines(_Numbers(update, index, symbol))


class _Numbers:
    """The numbers of one parameter, and the lines made from them."""

    def __init__(self, update: UpdateMade, index: int, symbol: str):
        self.update, self.index, self.symbol = update, index, symbol
        self.name = update.optimizer.name
        self.hyper = update.optimizer.hyperparameters
        self.count = update.optimizer.count
        self.gradient = float(update.gradient[index])
        self.start, self.end = float(update.before[index]), float(update.after[index])

    def before(self, name: str) -> float | None:
        vector = self.update.optimizer.before.get(name)
        return None if vector is None else float(vector[self.index])

    def after(self, name: str) -> float:
        return float(self.update.optimizer.after[name][self.index])

    def memory(self, symbol: str, rule: str, worked: str, result: float) -> Line:
        return [Piece(f"{symbol} := {rule} = {worked} = "), Piece(short(result), "bold")]

    def moved(self, rule: str, worked: str) -> list[Line]:
        """Return the lines of the parameter itself. rule and worked: the term after α."""
        places = _places(self.end - self.start)
        start = signed_text(self.start, places)
        decay = self.hyper["weight_decay"] if OPTIMIZERS[self.name].kind.decays_weights_apart else 0.0
        shrunk = f"(1 − α·{decay:g})·" if decay else ""
        if decay and self.start < 0:
            start = f"({start})"
        left = [Piece(f"{self.symbol} := {shrunk}{self.symbol} − "), Piece("α", "rate"), Piece(f"·{rule}")]
        right = [
            Piece(f" = {shrunk}{start} − "),
            Piece(rate_text(self.update.learning_rate), "bold rate"),
            Piece(f"·{worked} = "),
            Piece(signed_text(self.end, places), "bold"),
        ]
        return [left, [Piece("   "), *right]] if decay else [[*left, *right]]


def _plain(n: _Numbers) -> LinesOfParts:
    return {STEP: n.moved("g", held(n.gradient))}


def _momentum(n: _Numbers) -> LinesOfParts:
    share, v = n.hyper["momentum"], "v"
    if not share:
        return _plain(n)
    before, after = n.before("momentum_buffer"), n.after("momentum_buffer")
    fresh = f"{1 - share:.3g}·" if n.hyper.get("average", False) else ""
    if before is None:
        first: Line = [Piece(f"{v} := {fresh}g = "), Piece(short(after), "bold"), Piece(" (its first step)")]
    else:
        worked = f"{share:g}·{held(before)} + {fresh}{held(n.gradient)}"
        first = n.memory(v, f"{share:g}·{v} + {fresh}g", worked, after)
    if n.name == "momentum":
        return {VELOCITY: [first], STEP: n.moved(v, held(after))}
    ahead = f"({short(n.gradient)} + {share:g}·{held(after)})"
    return {VELOCITY: [first], STEP: n.moved(f"(g + {share:g}·{v})", ahead)}


def _rmsprop(n: _Numbers) -> LinesOfParts:
    keep = n.hyper["alpha"]
    before, after = n.before("square_avg") or 0.0, n.after("square_avg")
    worked = f"{keep:g}·{short(before)} + {1 - keep:.3g}·{held(n.gradient)}²"
    second = n.memory("s", f"{keep:g}·s + {1 - keep:.3g}·g²", worked, after)
    quotient = f"{held(n.gradient)}/{held(math.sqrt(max(after, 0.0)) + n.hyper['eps'])}"
    share, v = n.hyper["momentum"], "v"
    if not share:
        return {SECOND: [second], STEP: n.moved("g/(√s + ε)", quotient)}
    kept, buffer = n.before("momentum_buffer") or 0.0, n.after("momentum_buffer")
    velocity = n.memory(v, f"{share:g}·{v} + g/(√s + ε)", f"{share:g}·{held(kept)} + {quotient}", buffer)
    return {SECOND: [second], VELOCITY: [velocity], STEP: n.moved(v, held(buffer))}


def _adagrad(n: _Numbers) -> LinesOfParts:
    before, after = n.before("sum"), n.after("sum")
    if before is None:
        before = n.hyper["initial_accumulator_value"]
    root = math.sqrt(max(after, 0.0)) + n.hyper["eps"]
    return {
        SQUARES: [n.memory("s", "s + g²", f"{short(before)} + {held(n.gradient)}²", after)],
        STEP: n.moved("g/(√s + ε)", f"{held(n.gradient)}/{held(root)}"),
    }


def _adam(n: _Numbers) -> LinesOfParts:
    keep1, keep2 = n.hyper["betas"]
    mean, square = n.after("exp_avg"), n.after("exp_avg_sq")
    fair_mean = mean / (1 - keep1**n.count)
    fair_square = square / (1 - keep2**n.count)
    power = str(n.count).translate(SUPERSCRIPTS)
    g = held(n.gradient)
    root = math.sqrt(max(fair_square, 0.0)) + n.hyper["eps"]
    first = n.memory(
        "m",
        f"{keep1:g}·m + {1 - keep1:.3g}·g",
        f"{keep1:g}·{held(n.before('exp_avg') or 0.0)} + {1 - keep1:.3g}·{g}",
        mean,
    )
    second = n.memory(
        "v",
        f"{keep2:g}·v + {1 - keep2:.3g}·g²",
        f"{keep2:g}·{short(n.before('exp_avg_sq') or 0.0)} + {1 - keep2:.3g}·{g}²",
        square,
    )
    corrected: Line = [
        Piece(f"m′ = m/(1 − {keep1:g}{power}) = "),
        Piece(short(fair_mean), "bold"),
        Piece(f",  v′ = v/(1 − {keep2:g}{power}) = "),
        Piece(short(fair_square), "bold"),
    ]
    moved = n.moved("m′/(√v′ + ε)", f"{held(fair_mean)}/{held(root)}")
    return {FIRST: [first], SECOND: [second], CORRECTION: [corrected], STEP: moved}


_VELOCITY = "w := w − α·v = −0.0000000 − 0.0001·(−0.000000) = −0.0000000"
_AHEAD = "w := w − α·(g + 0.9·v) = −0.0000 − 0.001·(−0.0000 + 0.9·(−0.00)) = −0.00000"
_FAIR = "w := w − α·m′/(√v′ + ε) = −0.00000 − 0.001·(−0.00·10⁻⁰)/(0.00·10⁻⁰) = −0.00000"
_QUOTIENT = "w := w − α·g/(√s + ε) = −0.000000 − 0.001·(−0.00·10⁻⁰)/(0.00·10⁻⁰) = −0.000000"


@dataclass(frozen=True)
class Recurrence:
    """The form in which an optimiser's last step is shown.

    lines: the rule with its numbers, by its parts. rows and widest: how many lines, the first included, and
    the widest of them, so that there is room for the longest numbers. one_line: the widest line that moves
    the parameter.
    """

    lines: Callable[[_Numbers], LinesOfParts]
    rows: int
    widest: str
    one_line: str


UPDATE_RULES: dict[str, Recurrence] = {
    "gradient_descent": Recurrence(
        _plain,
        3,
        "−0.00000000 = −0.00000000 − 0.0001 · (−0.0000)",
        "w = W[1]₁₁:  w := w − α · ∂J/∂w = −0.00000 − 0.0001 · (−0.00000) = −0.00000",
    ),
    "momentum": Recurrence(_momentum, 3, _VELOCITY, _VELOCITY),
    "nesterov": Recurrence(_momentum, 3, _AHEAD, _AHEAD),
    "rmsprop": Recurrence(_rmsprop, 3, _QUOTIENT, _QUOTIENT),
    "adagrad": Recurrence(_adagrad, 3, _QUOTIENT, _QUOTIENT),
    "adam": Recurrence(_adam, 5, _FAIR, _FAIR),
    "adamw": Recurrence(
        _adam,
        6,
        "v := 0.999·v + 0.001·g² = 0.999·0.00·10⁻⁰⁰ + 0.001·(−0.00·10⁻⁰⁰)² = 0.00·10⁻⁰⁰",
        "w := (1 − α·0.01)·w − α·m′/(√v′ + ε) = (1 − α·0.01)·(−0.00000) − 0.001·(−0.00)/(0.00) = −0.00000",
    ),
}
assert UPDATE_RULES.keys() == OPTIMIZERS.keys(), "each optimiser has lines for its last step"


def short(value: float) -> str:
    """Return three digits of a number, with a power of ten where it is small."""
    if value == 0:
        return "0"
    if not math.isfinite(value) or abs(value) >= 1e4 or abs(value) < 1e-3:
        return number_text(value)
    return signed_text(value, int(np.clip(2 - math.floor(math.log10(abs(value))), 0, 6)))


def held(value: float) -> str:
    """Return the same, in brackets where it has a minus sign or a power of ten."""
    text = short(value)
    return text if text.isascii() else f"({text})"


def _places(change: float) -> int:
    """Return the number of decimals with which a change shows three digits, from three to eight."""
    if change == 0 or not math.isfinite(change):
        return 3
    return int(np.clip(2 - math.floor(math.log10(abs(change))), 3, 8))
