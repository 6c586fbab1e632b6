"""What the surface view says about how far its picture can be trusted. No word more than was computed."""

from __future__ import annotations

import math

from playground.landscape.questions import SurfaceAnswer
from playground.ui.numbers import count_text, loss_text, percent_text

RANDOM_WALK_SHARE = 0.76
"""Two principal components hold this much of a long random walk in many dimensions."""
VISIBLE_DIFFERENCE = 0.01
IN_THE_PLANE = 1e-9


def shares_sentence(answer: SurfaceAnswer) -> str:
    """How much of the path's variance lies in the plane, beside what a random walk would give."""
    choice = answer.choice
    if choice is None or choice.variance_shares is None:
        return ""
    whose = "the rehearsed path" if choice.kind == "rehearsal" else "the path"
    held = f"<b>{percent_text(sum(choice.variance_shares))}</b> of {whose}'s variance"
    return f"These two directions hold {held} (a random walk: {percent_text(RANDOM_WALK_SHARE)})."


def position_sentence(distance: float, size: float, true_loss: float, plane_loss: float) -> str:
    """How far the weights lie off the plane, and both losses where they differ visibly.

    size is the length of what is looked at, against which a distance is nothing or much.
    """
    if distance <= IN_THE_PLANE * max(size, 1e-300):
        return f"The weights lie in this plane: J <b>{loss_text(true_loss)}</b>."
    where = f"The weights lie <b>{distance:.2g}</b> off this plane: true J <b>{loss_text(true_loss)}</b>"
    if differs_visibly(true_loss, plane_loss):
        return f"{where}, on the plane below them J {loss_text(plane_loss)}."
    return f"{where}."


def differs_visibly(true_loss: float, plane_loss: float) -> bool:
    """Whether two losses would be told apart in the picture."""
    if not (math.isfinite(true_loss) and math.isfinite(plane_loss)):
        return math.isfinite(true_loss) != math.isfinite(plane_loss) and not math.isnan(plane_loss)
    return abs(true_loss - plane_loss) > VISIBLE_DIFFERENCE * max(abs(true_loss), abs(plane_loss), 1e-12)


def age_sentence(answer: SurfaceAnswer, step: int) -> str:
    """How old a slice is that was fitted to a run which has gone on; the rehearsal's plane does not age."""
    if answer.choice is None or answer.choice.kind == "rehearsal" or answer.step == step:
        return ""
    steps = step - answer.step
    return f"Plane {count_text(steps)} step{'s' if steps != 1 else ''} old."
