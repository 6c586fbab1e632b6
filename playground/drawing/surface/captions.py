"""Sentences under pictures: the content of a surface, and its errors."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from playground.drawing.kit.hatching import count_hatched, hatched
from playground.drawing.kit.levels import Levels
from playground.drawing.kit.marks import RATE
from playground.drawing.surface.arrows import LEAST_SHARE
from playground.drawing.surface.picture import Now, SurfacePicture
from playground.engine.lengths import length
from playground.engine.recording.run_view import RunView
from playground.engine.schedules import slider_name
from playground.landscape.colour_scale import Ends
from playground.landscape.directions import PlaneChoice, rehearsal_sentence
from playground.landscape.plane import Plane
from playground.landscape.surface import Surface
from playground.numerals import count_text, loss_text, number_text, percent_text, rate_text
from playground.theta_words import BALL, WEIGHTS, ThetaName

COMPUTING = "The surface is being computed."
VISIBLE = 0.02
"""Losses that differ by this share of the larger look different in the picture."""


def picture_caption(
    picture: SurfacePicture, levels: Levels | None = None, in_space: bool = False, plane: str = ""
) -> str:
    """Return the sentences under a picture.

    levels: the limits of its colours. plane: what its plane shows.
    """
    surface = picture.surface
    if surface is None:
        return picture.problem or COMPUTING
    parts = [
        # First: a caption that has no room for all is cut at its end.
        predicted_sentence(picture, levels),
        plane,
        fewer_points_sentence(surface, picture.finer),
        variance_sentence(picture.choice),
        position_sentence(picture.now, surface.plane.size, size_of_surface(surface), picture.theta)
        if picture.now is not None
        else "",
        age_sentence(picture.age),
        left_out_sentence(picture, levels, in_space),
        picture.choice.note if picture.choice is not None else "",
        coarse_sentence(surface) if surface.exact else "",
    ]
    return " ".join(part for part in parts if part)


def window_caption(
    picture: SurfacePicture, levels: Levels | None, in_space: bool, arrow_scale: float, plane: str = ""
) -> str:
    """Return the caption of a picture in the window: with its figures, which may be newer than the picture.

    arrow_scale: factor by which the arrows that are compared are drawn longer. plane: what its plane shows.
    """
    figures = picture.figures
    if figures is None:
        return picture_caption(picture, levels, in_space, plane)
    text = picture_caption(replace(picture, now=figures.now, age=figures.age), levels, in_space, plane)
    if picture.surface is not None and picture.surface.exact and picture.surface.complete:
        text = f"{all_cells_sentence(picture.surface)} {text}".strip()
    blame, step = figures.blame, figures.next_step
    sentence = ""
    if blame is not None:
        sentence = blame_sentence(arrow_scale, blame.visible) if picture.arrows else ""
    elif step is not None and not step.visible:
        sentence = NO_VISIBLE_STEP
    elif step is not None and picture.arrows:
        sentence = arrows_sentence(figures.plane, step.update, step.gradient)
    return f"{text} {sentence}".rstrip()


def plane_sentence(choice: PlaneChoice, view: RunView) -> str:
    """Return what a plane shows; for a rehearsed one also whether the run was changed before its end."""
    early = [change for change in view.history.changes if change.step < choice.steps]
    if not early:
        return choice.sentence
    unless = " without what was changed by hand"
    if all(change.field == RATE for change in early):
        began = view.experiment.training
        unless = f" at {slider_name(began.schedule)} = {rate_text(began.learning_rate)}"
    return rehearsal_sentence(choice.plane.size, choice.steps, unless, choice.n_frozen)


def variance_sentence(choice: PlaneChoice | None) -> str:
    """Return how much of a path's variance a plane holds, where it was fitted to one."""
    if choice is None or choice.variance_shares is None:
        return ""
    held = percent_text(sum(choice.variance_shares))
    whose = "the rehearsed path's" if choice.steps else "the path's"
    walk = "" if choice.walk_share is None else f" (a random walk: {percent_text(choice.walk_share)})"
    return f"These two directions hold {held} of {whose} variance{walk}."


def position_sentence(now: Now, n_parameters: int, size: float, theta: ThetaName = WEIGHTS) -> str:
    """Return where the parameters lie, and both losses where they look different.

    size: the size of the picture. theta: what they are called.
    """
    if math.isnan(now.distance):
        return f"True J {loss_text(now.true_loss)}."
    differ = _look_different(now.true_loss, now.plane_loss)
    lie = f"{theta} {theta.does('lie')}"
    if not differ and now.distance <= 1e-3 * size:
        if theta is BALL and n_parameters == 2:
            return f"J at the ball is {loss_text(now.true_loss)}."
        return f"The {lie} in this plane: true J {loss_text(now.true_loss)}."
    text = f"The {lie} {distance_text(now.distance)} off this plane: true J {loss_text(now.true_loss)}"
    if differ:
        text += f", at their place in the plane {loss_text(now.plane_loss)}"
    return text + "."


def age_sentence(age: int) -> str:
    """Return how many steps a surface is older than the present parameters; empty where it is not."""
    return f"The surface is {number_text(age, 9)} step{'s' * (age != 1)} old." if age > 0 else ""


def fewer_points_sentence(surface: Surface, finer: Surface | None = None) -> str:
    """Return which training points a surface is of, and J of these and of all; empty where it is of all.

    finer: the cells that are drawn over it.
    """
    fewer = surface.fewer
    if fewer is not None:
        points = f"{count_text(fewer.kept)} of {count_text(fewer.of)} points"
        return (
            f"While it trains: J of {points}, {loss_text(fewer.loss)} at step {count_text(fewer.step)}; "
            f"of all {loss_text(fewer.loss_of_all)}."
        )
    if finer is not None and (fewer := finer.fewer) is not None:
        count, of = count_text(fewer.kept), count_text(fewer.of)
        return f"Until it is complete, its finer cells are J of {count} of {of} points."
    return ""


def all_cells_sentence(surface: Surface) -> str:
    """Return that every cell is computed, where some were predicted before; empty where none ever was."""
    return f"All {count_text(surface.values.size)} cells computed." if surface.computed is not None else ""


def predicted_sentence(picture: SurfacePicture, levels: Levels | None = None) -> str:
    """Return how many cells are computed, where others are predicted; empty where none is.

    levels: the limits of the colours that are drawn. The others are as near as was meant only where these
    tell no more apart than the scale for which they were predicted.
    """
    surface = picture.surface
    if surface is None or surface.exact:
        return ""
    if not surface.complete:
        return coarse_sentence(surface)
    drawn, step = levels or picture.color_levels(surface), surface.predicted_for
    others = "the others predicted"
    if step is not None and step.holds_on(Ends(drawn.logarithmic, drawn.low, drawn.high)):
        checked = f"; {count_text(surface.checked)} checked" if surface.checked else ""
        others = f"the others within a quarter of a colour step{checked}"
    return f"{_count_of_computed(surface)}, {others}."


def short_predicted_sentence(surface: Surface | None) -> str:
    """Return the same in few words."""
    return "" if surface is None or surface.exact else f"{_count_of_computed(surface)}."


def _count_of_computed(surface: Surface) -> str:
    return f"{count_text(surface.n_computed)} of {count_text(surface.values.size)} cells computed"


def coarse_sentence(surface: Surface) -> str:
    """Return how large the cells are for now; empty where they stay so."""
    if surface.complete:
        return ""
    computed = "" if surface.exact else f", {count_text(surface.n_computed)} of them computed"
    return f"Coarse for now: {len(surface.a)} × {len(surface.b)} cells{computed}."


NO_VISIBLE_MEAN = "The mean of all is not visible: a step along it changes J by less than rounding."
NO_VISIBLE_STEP = "The next step is not visible: it changes J by less than rounding."


def blame_sentence(scale: float, mean_shown: bool) -> str:
    """Return the factor by which the arrows of one training point and of the mean of all are drawn longer."""
    enlarged = f"{'Both arrows are' if mean_shown else 'The arrow is'} drawn ×{number_text(scale)}."
    sentences = ("" if mean_shown else NO_VISIBLE_MEAN), ("" if scale == 1 else enlarged)
    return " ".join(sentence for sentence in sentences if sentence)


def arrows_sentence(plane: Plane, update: np.ndarray, gradient: np.ndarray) -> str:
    """Return how much of the next update (P,) and of the gradient (P,) the arrows in a plane can show."""
    if plane.size == 2:
        # All of them.
        return ""
    shares = [plane.share_within(vector) for vector in (update, gradient)]
    if any(math.isnan(share) for share in shares):
        return ""
    step, downhill = (percent_text(share) for share in shares)
    text = f"In this plane lie {step} of the length of the next step and {downhill} of the gradient's"
    left_out = f": no arrow below {percent_text(LEAST_SHARE)}" if min(shares) < LEAST_SHARE else ""
    return f"{text}{left_out}."


def left_out_sentence(picture: SurfacePicture, levels: Levels | None, in_space: bool = False) -> str:
    """Return how many cells are hatched, and why; in space: cut off at floor and top, or left out.

    levels None: count only cells that no levels could show. While the surface is coarse the number is
    provisional. There is no number where finer cells of an older surface lie over it: cells of two sizes
    cannot be added.
    """
    surface = picture.surface
    if surface is None:
        return ""
    # In space no finer cells of an older surface are drawn over those of the new one.
    finer = None if in_space else picture.finer
    anything = Levels(-math.inf, math.inf, False)
    count = count_hatched(hatched(surface, finer, levels or anything))
    words = _cells if finer is None else lambda _: "cells"
    parts, missing = [], []
    if levels is not None and count.above:
        parts.append(f"{words(count.above)} above {number_text(levels.high)}")
    if levels is not None and count.below:
        parts.append(f"{words(count.below)} below {number_text(levels.low)}")
    if count.not_finite > count.not_numbers:
        missing.append(f"{words(count.not_finite - count.not_numbers)} infinite")
    if count.not_numbers:
        missing.append(f"{words(count.not_numbers)} not a number")
    groups = (("Cut off", parts), ("Left out", missing)) if in_space else (("Hatched", parts + missing),)
    so_far = "" if surface.complete and finer is None else " so far"
    return " ".join(f"{word}{so_far}: {', '.join(entries)}." for word, entries in groups if entries)


def _look_different(true_loss: float, plane_loss: float) -> bool:
    if math.isnan(plane_loss):
        return False
    if math.isfinite(plane_loss) and math.isfinite(true_loss):
        return abs(plane_loss - true_loss) > VISIBLE * max(abs(true_loss), abs(plane_loss))
    return plane_loss != true_loss


def size_of_surface(surface: Surface) -> float:
    """Return the diagonal of a surface in parameter space."""
    wide = float(surface.a[-1] - surface.a[0]) * length(surface.plane.u)
    high = float(surface.b[-1] - surface.b[0]) * length(surface.plane.v)
    return math.hypot(wide, high)


def distance_text(value: float) -> str:
    """Return a distance from a plane in two digits."""
    # A distance of 1.0 is not one of about 1; from 100 on, which 99.6 rounds to, two digits need no zeros.
    return f"{value:#.2g}".rstrip(".") if 1e-3 <= value < 99.5 else number_text(value, 2)


def _cells(count: int) -> str:
    return f"{count} cell{'s' * (count != 1)}"
