"""What is said of the parts of an update."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from playground.engine.lengths import length
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.update_parts import (
    AHEAD,
    CORRECTION,
    DECAY,
    FIRST,
    GRADIENT,
    RATE_DECAY,
    SECOND,
    SQUARES,
    STEP,
    VELOCITY,
    Part,
    UpdateMade,
)
from playground.landscape.plane import Plane
from playground.numerals import count_text, losses_apart, number_text, percent_text
from playground.ui.rate.update_rules import lines_of_parts, short

MEANINGS = {
    GRADIENT: "Plain gradient descent would go along its arrow.",
    DECAY: "It pulls every parameter towards 0.",
    VELOCITY: "Earlier gradients go on in it, weaker with each step.",
    AHEAD: "The velocity that the next step would have at the same gradient.",
    FIRST: "A mean of the gradients; older ones count less.",
    SECOND: "A mean of the squared gradients. Its root divides, so that large gradients mean no large moves.",
    SQUARES: "All squared gradients so far. Their root divides, so that steps shrink.",
    CORRECTION: "Both means began at 0 and are too small at first; this makes up for it.",
    RATE_DECAY: "α shrinks with the steps made.",
    STEP: "This is where the run goes.",
}
FEW = 3
"""Number of parameters up to which all numbers of an arrow are written."""
NOT_FINITE = "The next step leads to numbers that are not finite, so it cannot be taken apart."
WAITING = "The next update is being computed."
RUNNING = "The run goes on. Pause it (F5) to take its next update apart."


class PartWords(NamedTuple):
    """What is said of one part.

    title    its place and name
    rule     its line of the rule, in symbols
    numbers  the same for one parameter, in numbers
    meaning  a sentence about it
    arrow    its arrow in numbers
    """

    title: str
    rule: str
    numbers: str
    meaning: str
    arrow: str

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return ". ".join(line.rstrip(".") for line in self if line) + "."


def update_title(update: UpdateMade, step: int) -> str:
    """Return which update it is."""
    title = OPTIMIZERS[update.optimizer.name].title
    return f"{title}, step {count_text(step)} → {count_text(step + 1)}"


def gradient_of(points: int | None, penalties: bool, noisy: bool = False) -> str:
    """Return what the gradient is of and holds, to follow a sentence.

    points: of a mini-batch; None: of all, or of a formula. noisy: a formula adds noise to its gradient.
    """
    words = ""
    if points is not None:
        words += f" Here J is the mean over the {points} points of the batch that is due."
    if penalties:
        words += " The penalty is part of J."
    return words + (" The noise of this step is in it." if noisy else "")


def part_words(
    update: UpdateMade,
    at: int,
    index: int,
    name: str,
    plane: Plane | None = None,
    losses: tuple[float, float] | None = None,
    loss_name: str = "J",
    about_gradient: str = "",
    frozen: bool = False,
) -> PartWords:
    """Return the words about part `at`, from 1 on, for entry `index` of θ with this name.

    plane: that of the surface on the screen; None: none. losses: J before and after the step, named by
    loss_name. about_gradient: of which J it is. frozen: no step changes this entry.
    """
    parts = OPTIMIZERS[update.optimizer.name].parts(update)
    part = parts[at - 1]
    meaning = MEANINGS.get(part.name, "")
    if part.name == GRADIENT:
        meaning += about_gradient
    if part.name == STEP and losses is not None:
        before, after = losses_apart(*losses)
        moves = "stays" if losses[0] == losses[1] else "rises" if losses[1] > losses[0] else "falls"
        to = f"at {after}" if moves == "stays" else f"from {before} to {after}"
        if all(math.isfinite(loss) for loss in losses):
            meaning += f" {loss_name} {moves} {to}."
    return PartWords(
        f"{at} of {len(parts)}: {part.name}",
        part.rule,
        _frozen(update, index, name) if frozen else _numbers(update, part, index, name),
        meaning,
        _arrow(part, plane),
    )


def symbol_of(name: str) -> str:
    """Return the letter of a parameter in its formulas: W[1]₁₂ is w there; a short name is its own."""
    return name if len(name) <= FEW else name[0].lower()


def _numbers(update: UpdateMade, part: Part, index: int, name: str) -> str:
    symbol = symbol_of(name)
    lines = lines_of_parts(update, index, symbol).get(part.name)
    if lines is None:
        made = [
            f"{key.replace('θ', symbol)} = {short(float(vector[index]))}" for key, vector in part.made.items()
        ]
        text = ",  ".join(made)
    else:
        text = "\n".join("".join(piece.text for piece in line).strip() for line in lines)
    return text if symbol == name else f"{symbol} = {name}:  {text}"


def _frozen(update: UpdateMade, index: int, name: str) -> str:
    value = number_text(float(update.before[index]), 4)
    return f"{name} is frozen at {value}: no step changes it"


def _arrow(part: Part, plane: Plane | None) -> str:
    """Return the arrow in numbers, and how much of it the plane can show."""
    move = part.move
    if not np.isfinite(move).all():
        return f"Arrow {part.arrow}: not finite."
    if move.size <= FEW:
        numbers = ", ".join(number_text(float(value), 3) for value in move)
        return f"Arrow {part.arrow} = {numbers if move.size == 1 else f'({numbers})'}."
    text = f"Arrow {part.arrow}: its length is {number_text(float(length(move)), 3)}"
    share = math.nan if plane is None else plane.share_within(move)
    return f"{text}." if math.isnan(share) else f"{text}, of which {percent_text(share)} lies in this plane."
