"""Sentences under pictures: what a surface shows, and how far it can be trusted."""

from __future__ import annotations

import math

import numpy as np

from playground.drawing.axes import loss_text, number_text
from playground.drawing.levels import Levels, beyond
from playground.drawing.surface_picture import Now
from playground.landscape.questions import SurfaceAnswer

RANDOM_WALK = "76 %"
"""The share of variance that two principal components hold of a long random walk in many dimensions."""
VISIBLE = 0.02
"""Losses that differ by this share of the larger look different in the picture."""


def surface_caption(
    answer: SurfaceAnswer | None,
    now: Now | None = None,
    step: int | None = None,
    levels: Levels | None = None,
) -> str:
    """What is to be said of a surface: variance held, distance of the weights, age, cells left out.

    now, step: the present parameters, where they are newer than the answer; levels: those it is drawn with.
    """
    if answer is None:
        return "The surface is being computed."
    if answer.problem or answer.surface is None:
        return answer.problem or "The surface is being computed."
    parts = [_variance(answer), _place(answer, now), _age(answer, step), _left_out(answer, levels)]
    if answer.choice is not None and answer.choice.note:
        parts.append(answer.choice.note)
    if not answer.surface.complete:
        parts.append(f"Coarse for now: {len(answer.surface.a)} × {len(answer.surface.b)} cells.")
    return " ".join(part for part in parts if part)


def lowest_cell(answer: SurfaceAnswer) -> tuple[float, float, float] | None:
    """(a, b, J) of the lowest cell of this slice; None where no cell is finite."""
    if answer.surface is None or not np.isfinite(answer.surface.values).any():
        return None
    values = np.where(np.isfinite(answer.surface.values), answer.surface.values, np.inf)
    row, column = np.unravel_index(int(np.argmin(values)), values.shape)
    return float(answer.surface.a[column]), float(answer.surface.b[row]), float(values[row, column])


def lowest_sentence(answer: SurfaceAnswer) -> str:
    """The lowest cell of the slice in words."""
    lowest = lowest_cell(answer)
    if lowest is None:
        return "No cell of this slice has a finite loss."
    a, b, loss = lowest
    return f"Lowest cell of this slice: J {loss_text(loss)} at ({number_text(a)}, {number_text(b)})."


def _variance(answer: SurfaceAnswer) -> str:
    shares = answer.choice.variance_shares if answer.choice is not None else None
    if shares is None:
        return ""
    held = _percent(sum(shares))
    whose = "the rehearsed path's" if answer.choice and answer.choice.kind == "rehearsal" else "the path's"
    return f"These two directions hold {held} of {whose} variance (a random walk: {RANDOM_WALK})."


def _percent(share: float) -> str:
    # 99.97 % is not all of it.
    if share < 1 and round(100 * share) == 100:
        return "more than 99 %"
    return f"{100 * share:.0f} %"


def _place(answer: SurfaceAnswer, now: Now | None) -> str:
    if now is None:
        true_loss, plane_loss, distance = answer.true_loss, answer.plane_loss, answer.distance
    else:
        true_loss, plane_loss, distance = now.true_loss, now.plane_loss, now.distance
    if math.isnan(distance):
        return f"True J {loss_text(true_loss)}."
    if not math.isfinite(plane_loss) or not math.isfinite(true_loss):
        differ = math.isfinite(plane_loss) != math.isfinite(true_loss) and not math.isnan(plane_loss)
    else:
        differ = abs(plane_loss - true_loss) > VISIBLE * max(abs(true_loss), abs(plane_loss))
    size = _window_size(answer)
    if not differ and distance <= 1e-3 * size:
        return f"The weights lie in this plane: true J {loss_text(true_loss)}."
    text = f"The weights lie {number_text(distance, 2)} off this plane: true J {loss_text(true_loss)}"
    if differ:
        text += f", at their place in the plane {loss_text(plane_loss)}"
    return text + "."


def _window_size(answer: SurfaceAnswer) -> float:
    surface = answer.surface
    assert surface is not None
    plane = surface.plane
    wide = float(surface.a[-1] - surface.a[0]) * float(np.linalg.norm(plane.u))
    high = float(surface.b[-1] - surface.b[0]) * float(np.linalg.norm(plane.v))
    return math.hypot(wide, high)


def _age(answer: SurfaceAnswer, step: int | None) -> str:
    if step is None or step <= answer.step:
        return ""
    age = step - answer.step
    return f"The surface is {number_text(age, 9)} step{'s' * (age != 1)} old."


def _left_out(answer: SurfaceAnswer, levels: Levels | None) -> str:
    assert answer.surface is not None
    values = answer.surface.values
    parts = []
    if levels is not None:
        count = beyond(values, levels)
        if count.above:
            parts.append(f"{_cells(count.above)} above {loss_text(levels.high)}")
        if count.below:
            parts.append(f"{_cells(count.below)} below {loss_text(levels.low)}")
    nan = int(np.count_nonzero(np.isnan(values)))
    infinite = int(np.count_nonzero(np.isinf(values)))
    if infinite:
        parts.append(f"{_cells(infinite)} infinite")
    if nan:
        parts.append(f"{_cells(nan)} not a number")
    return f"Hatched: {', '.join(parts)}." if parts else ""


def _cells(count: int) -> str:
    return f"{count} cell{'s' * (count != 1)}"
