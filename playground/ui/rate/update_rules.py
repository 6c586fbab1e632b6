"""One step of an optimiser for one parameter: its rule, and the rule with its numbers, part by part."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from playground.engine.optimizers import OPTIMIZERS
from playground.engine.printed_equation import digits_that_hold, worked_out
from playground.engine.update_parts import CORRECTION, FIRST, SECOND, SQUARES, STEP, VELOCITY, UpdateMade
from playground.numerals import number_text, rate_text, signed_text


class Piece(NamedTuple):
    """A part of one line. kind: "text", "dim", "bold", "rate" (pink) or "bold rate"."""

    text: str
    kind: str = "text"


Line = list[Piece]
LinesOfParts = dict[str, list[Line]]
"""The lines of an update by the names of its parts, in their order: see engine.update_parts."""

Worked = Callable[[int], str]
"""The terms of an equation in numbers, with so many digits."""
MOST_DECIMALS = 10
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

    def memory(self, symbol: str, rule: str, worked: Worked, result: float) -> Line:
        """Return the line of a state. worked: the terms in numbers, with the digits that they get."""
        count = digits_that_hold(lambda digits: worked_out(worked(digits)), result, short)
        text = worked(count or 3)
        return [Piece(f"{symbol} := {rule} = {text} {equals(count)} "), Piece(short(result), "bold")]

    def moved(self, rule: str, worked: Worked) -> list[Line]:
        """Return the lines of the parameter itself. rule and worked: the term after α."""
        least = decimals_of(self.end - self.start)
        decay = self.hyper["weight_decay"] if OPTIMIZERS[self.name].kind.decays_weights_apart else 0.0
        shrunk = f"(1 − α·{decay:g})·" if decay else ""
        rate = rate_text(self.update.learning_rate)

        def start(more: int) -> str:
            text = signed_text(self.start, least + more)
            return f"({text})" if decay and self.start < 0 else text

        def value(more: int, digits: int) -> float:
            factor = shrunk.replace("α", rate)
            return worked_out(f"{factor}{start(more)} − {rate}·{worked(3 + digits)}")

        found = more_decimals(value, self.end, least)
        more, digits = found or (0, 0)
        left = [Piece(f"{self.symbol} := {shrunk}{self.symbol} − "), Piece("α", "rate"), Piece(f"·{rule}")]
        right = [
            Piece(f" = {shrunk}{start(more)} − "),
            Piece(rate, "bold rate"),
            Piece(f"·{worked(3 + digits)} {equals(found)} "),
            Piece(signed_text(self.end, least + more), "bold"),
        ]
        return [left, [Piece("   "), *right]] if decay else [[*left, *right]]


def _plain(n: _Numbers) -> LinesOfParts:
    return {STEP: n.moved("g", lambda digits: held(n.gradient, digits))}


def _momentum(n: _Numbers) -> LinesOfParts:
    share, v = n.hyper["momentum"], "v"
    if not share:
        return _plain(n)
    before, after = n.before("momentum_buffer"), n.after("momentum_buffer")
    fresh = f"{1 - share:.3g}·" if n.hyper.get("average", False) else ""
    if before is None:
        first: Line = [Piece(f"{v} := {fresh}g = "), Piece(short(after), "bold"), Piece(" (its first step)")]
    else:
        kept = before
        first = n.memory(
            v,
            f"{share:g}·{v} + {fresh}g",
            lambda digits: f"{share:g}·{held(kept, digits)} + {fresh}{held(n.gradient, digits)}",
            after,
        )
    if n.name == "momentum":
        return {VELOCITY: [first], STEP: n.moved(v, lambda digits: held(after, digits))}

    def ahead(digits: int) -> str:
        return f"({short(n.gradient, digits)} + {share:g}·{held(after, digits)})"

    return {VELOCITY: [first], STEP: n.moved(f"(g + {share:g}·{v})", ahead)}


def _rmsprop(n: _Numbers) -> LinesOfParts:
    keep = n.hyper["alpha"]
    before, after = n.before("square_avg") or 0.0, n.after("square_avg")

    def worked(digits: int) -> str:
        return f"{keep:g}·{short(before, digits)} + {1 - keep:.3g}·{held(n.gradient, digits)}²"

    second = n.memory("s", f"{keep:g}·s + {1 - keep:.3g}·g²", worked, after)
    root = math.sqrt(max(after, 0.0)) + n.hyper["eps"]

    def quotient(digits: int) -> str:
        return f"{held(n.gradient, digits)}/{held(root, digits)}"

    share, v = n.hyper["momentum"], "v"
    if not share:
        return {SECOND: [second], STEP: n.moved("g/(√s + ε)", quotient)}
    kept, buffer = n.before("momentum_buffer") or 0.0, n.after("momentum_buffer")
    velocity = n.memory(
        v,
        f"{share:g}·{v} + g/(√s + ε)",
        lambda digits: f"{share:g}·{held(kept, digits)} + {quotient(digits)}",
        buffer,
    )
    return {SECOND: [second], VELOCITY: [velocity], STEP: n.moved(v, lambda digits: held(buffer, digits))}


def _adagrad(n: _Numbers) -> LinesOfParts:
    kept, after = n.before("sum"), n.after("sum")
    before = n.hyper["initial_accumulator_value"] if kept is None else kept
    root = math.sqrt(max(after, 0.0)) + n.hyper["eps"]
    squares = n.memory(
        "s", "s + g²", lambda digits: f"{short(before, digits)} + {held(n.gradient, digits)}²", after
    )
    moved = n.moved("g/(√s + ε)", lambda digits: f"{held(n.gradient, digits)}/{held(root, digits)}")
    return {SQUARES: [squares], STEP: moved}


def _adam(n: _Numbers) -> LinesOfParts:
    keep1, keep2 = n.hyper["betas"]
    mean, square = n.after("exp_avg"), n.after("exp_avg_sq")
    fair_mean = mean / (1 - keep1**n.count)
    fair_square = square / (1 - keep2**n.count)
    power = str(n.count).translate(SUPERSCRIPTS)
    root = math.sqrt(max(fair_square, 0.0)) + n.hyper["eps"]
    mean_before, square_before = n.before("exp_avg") or 0.0, n.before("exp_avg_sq") or 0.0
    first = n.memory(
        "m",
        f"{keep1:g}·m + {1 - keep1:.3g}·g",
        lambda digits: f"{keep1:g}·{held(mean_before, digits)} + {1 - keep1:.3g}·{held(n.gradient, digits)}",
        mean,
    )
    second = n.memory(
        "v",
        f"{keep2:g}·v + {1 - keep2:.3g}·g²",
        lambda digits: (
            f"{keep2:g}·{short(square_before, digits)} + {1 - keep2:.3g}·{held(n.gradient, digits)}²"
        ),
        square,
    )
    corrected: Line = [
        Piece(f"m′ = m/(1 − {keep1:g}{power}) = "),
        Piece(short(fair_mean), "bold"),
        Piece(f",  v′ = v/(1 − {keep2:g}{power}) = "),
        Piece(short(fair_square), "bold"),
    ]
    moved = n.moved("m′/(√v′ + ε)", lambda digits: f"{held(fair_mean, digits)}/{held(root, digits)}")
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


def short(value: float, digits: int = 3) -> str:
    """Return three digits of a number, with a power of ten where it is small; or so many digits."""
    if value == 0:
        return "0"
    if not math.isfinite(value) or abs(value) >= 1e4 or abs(value) < 1e-3:
        return number_text(value, digits)
    return signed_text(value, int(np.clip(digits - 1 - math.floor(math.log10(abs(value))), 0, 3 + digits)))


def held(value: float, digits: int = 3) -> str:
    """Return the same, in brackets where it has a minus sign or a power of ten."""
    text = short(value, digits)
    return text if text.isascii() else f"({text})"


def equals(found: object) -> str:
    """Return the sign between terms and result; found: the digits that make them equal, or None."""
    return "≈" if found is None else "="


def decimals_of(change: float) -> int:
    """Return the number of decimals with which a change shows three digits, from three to eight."""
    if change == 0 or not math.isfinite(change):
        return 3
    return int(np.clip(2 - math.floor(math.log10(abs(change))), 3, 8))


def more_decimals(value: Callable[[int, int], float], end: float, least: int) -> tuple[int, int] | None:
    """Return how many decimals more than `least`, and digits of the terms more than three, make the end true.

    value: what the printed terms give with so many more of both. None: with none up to MOST_DECIMALS. The
    digits of the terms grow first: the numbers before and after keep theirs where that is enough.
    """
    if not math.isfinite(end):
        return 0, 0
    for more in range(max(MOST_DECIMALS - least, 0) + 1):
        for digits in range(more, more + 3):
            if signed_text(value(more, digits), least + more) == signed_text(end, least + more):
                return more, digits
    return None
