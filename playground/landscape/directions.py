"""The ways to choose a plane, each with a sentence about what it shows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from playground.arrays import Array, Floats
from playground.engine.lengths import length
from playground.engine.problem import NamedParameters
from playground.landscape.components import aligned, any_across, first_signs, principal_components
from playground.landscape.plane import Plane, PlaneError, Window
from playground.landscape.random_walk import random_walk_share
from playground.numerals import number_text

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
NORMALIZATIONS = ("filter", "layer", "none")


@dataclass(frozen=True, kw_only=True)
class PlaneKind:
    """One way to choose a plane: its texts and properties, without the computation.

    title           in the window's list
    tip             what it shows, in a phrase
    follows         it goes through the parameters of a moment, and is chosen again once the run has left it
    fitted          it is fitted to the path again and again while the run goes on
    of_the_moment   its directions belong to one moment, and are out of date a while after it
    needs           what the user chooses for it: "seed", "pair" (two parameters), "third" (kept parameters)
    ways_out        offers where it cannot be drawn, the best first: names of other kinds, or "plain" (plain
                    random directions), "first pair", "keep" (the present parameters)
    """

    title: str
    tip: str
    follows: bool = True
    fitted: bool = False
    of_the_moment: bool = False
    needs: str = ""
    ways_out: tuple[str, ...] = ("plain", "path")


PLANE_KINDS: dict[str, PlaneKind] = {
    "rehearsal": PlaneKind(
        title="rehearsal",
        tip="Where this run travels, computed ahead",
        follows=False,
        ways_out=("path", "plain"),
    ),
    "path": PlaneKind(
        title="path",
        tip="Where this run has travelled so far, fitted again as it goes on",
        fitted=True,
        ways_out=("rehearsal", "plain"),
    ),
    "random": PlaneKind(
        title="random",
        tip="Two random directions through the present parameters",
        needs="seed",
    ),
    "parameters": PlaneKind(
        title="two parameters",
        tip="Two parameters across and up, all others held",
        needs="pair",
        ways_out=("first pair", "path"),
    ),
    "gradient": PlaneKind(
        title="downhill and sharpest",
        tip="The negative gradient across, the sharpest direction of the Hessian up",
        of_the_moment=True,
        ways_out=("eigen", "plain"),
    ),
    "eigen": PlaneKind(
        title="largest and smallest λ",
        tip="Where J curves up most and where least, or down: this shows a saddle if there is one",
        of_the_moment=True,
    ),
    "three_points": PlaneKind(
        title="start, now, kept",
        tip="Through the start, where the run is now, and what was kept",
        needs="third",
        ways_out=("keep", "path", "rehearsal"),
    ),
}

STRAIGHT = 1e-9
"""A path counts as a straight line where its spread across is below this share of the spread along it."""

LONG = 6.0
"""Ratio of the sides of a view from which on it is stretched."""

MOST_PIECES = 400
"""Widened so often, a view is as large as numbers go."""

FAR_LOWEST = 4.0
"""Share of a view's reach beyond which a lowest point is left out of it."""

WAY, SMALLEST = 0.75, 0.25
"""Reach of a view from the middle of the way to the lowest point: as a share of that way, and at least."""

ALIKE = 1e-6
"""Directions count as one where the sine of their angle is smaller: eigenvectors are not more exact."""

ROUNDING = 4 * float(np.finfo(float).eps)
"""Movement, as a share of the parameters, that is no more than rounding."""
NO_PATH = "There is no path yet; take a few steps, or choose random directions."
NOT_MOVED = "The run does not move by more than rounding; choose random directions."


@dataclass(frozen=True, eq=False)
class PlaneChoice:
    """A plane with its sentence, labels and view.

    variance_shares: the parts of the path's variance along u and along v, where the plane was fitted to a
    path. walk_share: what two directions hold of a random walk of as many numbers and points. The default
    view holds at least the square around centre (a, b) that extends by reach to every side; reach is 0 where
    a path sets the scale. home: the default view, where the plane brings its own. steps: number of steps that
    were computed ahead for it. equal_units: its units are equal distances at right angles (nearly, where
    both directions are random), and are to be drawn so: see wants_equal_units.
    limits_chosen: whether home holds limits that a formula was given. n_frozen: the number of parameters that
    no step changes.
    """

    kind: str
    plane: Plane
    sentence: str
    a_label: str
    b_label: str
    variance_shares: tuple[float, float] | None = None
    note: str = ""
    centre: tuple[float, float] = (0.0, 0.0)
    reach: float = 0.0
    home: Window | None = None
    steps: int = 0
    walk_share: float | None = None
    equal_units: bool = False
    limits_chosen: bool = False
    n_frozen: int = 0


def counting_frozen(choice: PlaneChoice, n_frozen: int, n_points: int) -> PlaneChoice:
    """Return a choice whose words are of the free parameters, where some are frozen.

    n_points: of the path that the plane was fitted to, which walks in the free ones alone.
    """
    if not n_frozen:
        return choice
    size = choice.plane.size
    walk = None if choice.walk_share is None else random_walk_share(n_points, size - n_frozen)
    sentence = choice.sentence.replace(_numbers(size), _numbers(size, n_frozen), 1)
    return replace(choice, sentence=sentence, walk_share=walk, n_frozen=n_frozen)


def path_plane(path: Floats, previous: Plane | None = None) -> PlaneChoice:
    """Return the plane of the two principal components of a path (n, P), centred on its mean.

    u and v are orthonormal. With a previous plane they are turned within the new plane to lie as close to the
    old directions as they can (orthogonal Procrustes; Schönemann 1966), so neither turns by more than the
    plane itself does. Raises PlaneError where the path has not moved.
    """
    plane, shares, note = _principal_plane(path, previous)
    sentence = f"{_numbers(plane.size)}, 2 directions shown: where this run has travelled."
    labels, walk = ("along direction 1", "along direction 2"), random_walk_share(len(path), plane.size)
    return PlaneChoice("path", plane, sentence, *labels, shares, note, walk_share=walk, equal_units=True)


def rehearsal_plane(path: Floats, stride: int = 1) -> PlaneChoice:
    """Return the plane of a rehearsed path (n, P): the same run computed ahead, stride steps from row to row.

    Raises PlaneError as path_plane does.
    """
    plane, shares, note = _principal_plane(path, None)
    steps = stride * (len(path) - 1)
    sentence = rehearsal_sentence(plane.size, steps)
    labels, home = ("along direction 1", "along direction 2"), window_for(plane, path)
    walk = random_walk_share(len(path), plane.size)
    return PlaneChoice(
        "rehearsal",
        plane,
        sentence,
        *labels,
        shares,
        note,
        home=home,
        steps=steps,
        walk_share=walk,
        equal_units=True,
    )


def rehearsal_sentence(size: int, steps: int, unless: str = "", n_frozen: int = 0) -> str:
    """Return what the plane of a rehearsed run of `size` numbers, some of them frozen, shows.

    unless: " at α = 0.3", where the run may have left the rehearsed path.
    """
    travels = "would have travelled" if unless else "travels"
    first = f"in its first {steps} steps" if steps != 1 else "in its first step"
    numbers = _numbers(size, n_frozen)
    return f"{numbers}, 2 directions shown: where this run {travels} {first}{unless}, computed ahead."


def random_plane(
    named: NamedParameters, theta: Floats, seed: int, normalization: str = "filter"
) -> PlaneChoice:
    """Return the plane of two random directions through theta (P,). named: a problem, or a network.

    filter: the weights into each neuron are scaled to the length of that neuron's weights, biases held (Li et
    al., Visualizing the Loss Landscape of Neural Nets, 2018). layer: the same for the weights of a layer.
    none: biases too, each direction of unit length. Raises PlaneError where the weights that set the scale
    leave no plane, ValueError for another normalization.
    """
    if normalization not in NORMALIZATIONS:
        raise ValueError(f"normalization must be one of {', '.join(NORMALIZATIONS)}, not {normalization!r}.")
    theta = np.asarray(theta, dtype=np.float64)
    draws = np.random.default_rng(seed).standard_normal((2, theta.size))
    # No step moves a frozen entry, nor does the plane.
    draws[:, named.frozen] = 0.0
    directions = [_normalized(named.weight_blocks, theta, draw, normalization) for draw in draws]
    if not directions[0].any():
        raise PlaneError(
            "All weights are zero, so directions of their own size have no length; "
            "choose the plane of the path or plain random directions."
        )
    try:
        plane = Plane(theta, *directions)
    except PlaneError:
        raise PlaneError(
            "So few weights leave no two random directions of their own size; "
            "choose two parameters or the plane of the path."
        ) from None
    scale, note = {
        "filter": (
            "in proportion to each neuron's weights",
            "One unit along an axis is as long, for each neuron, as its weights; biases are held.",
        ),
        "layer": (
            "in proportion to each layer's weights",
            "One unit along an axis is as long, for each layer, as its weights; biases are held.",
        ),
        "none": (
            "all parameters alike",
            "One unit along an axis is a distance of one; biases move too.",
        ),
    }[normalization]
    sentence = f"{_numbers(theta.size)}, 2 random directions shown: {scale}."
    reach = 1.0 if normalization != "none" else max(1.0, length(theta))
    labels = "random direction 1", "random direction 2"
    return PlaneChoice("random", plane, sentence, *labels, note=note, reach=reach, equal_units=True)


def parameter_plane(named: NamedParameters, theta: Floats, i: int, j: int) -> PlaneChoice:
    """Return the plane of two parameters, θ_i across and θ_j up; all others are held as in theta (P,).

    The axes show their values. named: a problem, or a network. Raises PlaneError where i is j.
    """
    if i == j:
        raise PlaneError("Twice the same parameter spans no plane; choose two different ones.")
    theta = np.asarray(theta, dtype=np.float64)
    unit_i, unit_j, origin = np.zeros(theta.size), np.zeros(theta.size), theta.copy()
    unit_i[i] = unit_j[j] = 1.0
    origin[[i, j]] = 0.0
    names = named.parameter_name(i), named.parameter_name(j)
    if theta.size == 2:
        sentence = f"2 numbers, both shown: {names[0]} and {names[1]} are the whole landscape."
    else:
        sentence = (
            f"{_numbers(theta.size)}, 2 shown: {names[0]} and {names[1]}, all others held as they were."
        )
    held = [names[place] for place, index in enumerate((i, j)) if index in named.frozen]
    note = (
        f"{' and '.join(held)} {'is' if len(held) == 1 else 'are'} frozen: no step moves there."
        if held
        else ""
    )
    centre = float(theta[i]), float(theta[j])
    reach = max(4.0, *(1.5 * abs(value) for value in centre))
    plane = Plane(origin, unit_i, unit_j)
    return PlaneChoice(
        "parameters", plane, sentence, *names, note=note, centre=centre, reach=reach, equal_units=True
    )


def gradient_plane(theta: Floats, gradient: Floats, sharpest: Floats, reach: float = 1.0) -> PlaneChoice:
    """Return the plane of the negative gradient (across) and the sharpest eigenvector (up), made orthonormal.

    gradient, sharpest: (P,). Raises PlaneError where the gradient is zero or runs along the eigenvector.
    """
    if not np.any(gradient):
        raise PlaneError("The gradient is zero here; choose the plane of the largest and smallest λ.")
    plane = _through(
        theta,
        -np.asarray(gradient),
        sharpest,
        "The gradient runs along the sharpest direction here; choose that of the largest and smallest λ.",
    )
    sentence = f"{_numbers(plane.size)}, 2 directions shown: straight downhill, and the sharpest one."
    note = "What the sharpest direction shares with downhill is taken out of it; a unit is a distance of one."
    labels = "downhill, −∂J/∂θ", "sharpest"
    return PlaneChoice("gradient", plane, sentence, *labels, note=note, reach=reach, equal_units=True)


def eigen_plane(
    theta: Floats, sharpest: Floats, least: Floats, largest: float, smallest: float, reach: float = 1.0
) -> PlaneChoice:
    """Return the plane of the eigenvectors of the largest and of the smallest (most negative) eigenvalue.

    Both are (P,). The names of the axes say both eigenvalues. Raises PlaneError where they span no plane.
    """
    plane = _through(
        theta,
        np.asarray(sharpest),
        least,
        "The Hessian has no two different directions here; choose random directions.",
    )
    sentence = f"{_numbers(plane.size)}, 2 directions shown: where J curves up most, and where least or down."
    note = "A unit along an axis is a distance of one."
    labels = (
        _curvature("sharpest", largest),
        _curvature("most downward" if smallest < 0 else "flattest", smallest),
    )
    return PlaneChoice("eigen", plane, sentence, *labels, note=note, reach=reach, equal_units=True)


def _curvature(word: str, eigenvalue: float) -> str:
    return f"{word}, λ = {number_text(eigenvalue, 2)}"


def through_three_points(first: Floats, second: Floats, third: Floats) -> PlaneChoice:
    """Return the plane through three sets of parameters (P,); the second lies across from the first.

    Directions are orthonormal, so that distances in the picture are distances. Raises PlaneError where the
    three lie on a line.
    """
    second, third = np.asarray(second) - first, np.asarray(third) - first
    problem = "The three sets of parameters lie on a line; choose a third one off it."
    if not np.any(second):
        raise PlaneError(problem)
    plane = _through(first, second, third, problem)
    sentence = f"{_numbers(plane.size)}, 2 directions shown: through three sets of parameters."
    labels = "from the first to the second", "towards the third"
    return PlaneChoice("three_points", plane, sentence, *labels, equal_units=True)


def whole_landscape(choice: PlaneChoice, start: Floats, lowest: Floats | None) -> PlaneChoice:
    """Return the plane of a network of two numbers, in equal units, filled by the way from start to lowest.

    start, lowest: (2,). lowest None: none is known. One so far away that the parameters could no longer be
    seen beside it is left out.
    """
    choice = replace(choice, equal_units=True)
    if lowest is None:
        return choice
    a, b = choice.plane.project(np.stack([start, lowest]))
    apart = float(max(np.ptp(a), np.ptp(b)))
    if not apart <= FAR_LOWEST * choice.reach:
        return choice
    return replace(choice, centre=(float(a.mean()), float(b.mean())), reach=max(WAY * apart, SMALLEST))


def window_for(plane: Plane, path: Floats, margin: float = 0.35) -> Window:
    """Return the view of a path (n, P): its extent on the plane, with that share of it on every side.

    Where a path spreads little in one direction, the view extends there by 0.6 of the other direction,
    measured in parameter space: a valley is recognised by its walls. Around a single point it is one unit to
    every side.
    """
    a, b = plane.project(np.atleast_2d(path))
    lengths = np.array([length(plane.u), length(plane.v)])
    low, high = np.array([a.min(), b.min()]), np.array([a.max(), b.max()])
    extent = (high - low) * lengths
    extent = np.maximum(extent, 0.6 * extent.max()) / lengths
    half = extent * (0.5 + margin) if extent.any() else np.ones(2)
    (a_min, b_min), (a_max, b_max) = (low + high) / 2 - half, (low + high) / 2 + half
    return Window(float(a_min), float(a_max), float(b_min), float(b_max))


def default_window(choice: PlaneChoice, path: Floats) -> Window:
    """Return the default view of a plane: its own, the square around its centre, or that of the path."""
    if choice.home is not None:
        return choice.home
    if not choice.reach:
        return window_for(choice.plane, path)
    (a, b), reach = choice.centre, choice.reach
    return Window(a - reach, a + reach, b - reach, b + reach)


def wants_equal_units(choice: PlaneChoice, window: Window) -> bool:
    """Return whether a view of a plane is to be drawn in equal units.

    So −∂J/∂θ is at right angles to the contours. A view that is LONG times as long as wide would be a thin
    strip, and is stretched; not that of two numbers, unless its limits were chosen.
    """
    wide, high = window.a_max - window.a_min, window.b_max - window.b_min
    always = choice.plane.size == 2 and not choice.limits_chosen
    return choice.equal_units and (always or max(wide, high) < LONG * min(wide, high))


def grows(choice: PlaneChoice, window: Window) -> bool:
    """Return whether a view grows until it has equal units; one with chosen limits has margins instead.

    Beyond its limits a formula may rise so far that no colour would be left for what they show.
    """
    return not choice.limits_chosen and wants_equal_units(choice, window)


def has_margins(choice: PlaneChoice, window: Window) -> bool:
    """Return whether a view has equal units by empty margins beside its limits."""
    return choice.limits_chosen and wants_equal_units(choice, window)


def in_equal_units(window: Window, width: float, height: float) -> Window:
    """Return the window, grown in one direction until a picture of this width and height has equal units."""
    wide, high = window.a_max - window.a_min, window.b_max - window.b_min
    if not (width > 0 and height > 0 and math.isfinite(wide) and math.isfinite(high)):
        return window
    more_a = max(0.0, (high * width / height - wide) / 2)
    more_b = max(0.0, (wide * height / width - high) / 2)
    return Window(window.a_min - more_a, window.a_max + more_a, window.b_min - more_b, window.b_max + more_b)


def widened(window: Window, a: Floats, b: Floats) -> Window:
    """Return the window, grown until it holds the points (a, b), (n,) each.

    It grows by half its first size at a time, so that it stays as it is while a path goes on within it. It
    grows by four times that size at most: a path that is thrown farther leaves the picture.
    """
    edges = []
    for low, high, values in ((window.a_min, window.a_max, a), (window.b_min, window.b_max, b)):
        piece = (high - low) / 2
        values = values[np.isfinite(values)]
        if not math.isfinite(piece):
            edges += [low, high]
            continue
        below = np.ceil((low - values.min(initial=low)) / piece)
        above = np.ceil((values.max(initial=high) - high) / piece)
        edges += [float(low - piece * min(below, 8)), float(high + piece * min(above, 8))]
    return Window(*edges)


def widened_far(window: Window, a: Floats, b: Floats) -> Window:
    """Return the window, widened until it holds the points (a, b), however far out they were thrown."""
    for _ in range(MOST_PIECES):
        wider = widened(window, a, b)
        if wider == window or not np.isfinite(wider).all():
            break
        window = wider
    return window


def _normalized(blocks: tuple[Array, ...], theta: Floats, direction: Floats, normalization: str) -> Floats:
    if normalization == "none":
        return direction / np.linalg.norm(direction)
    result = np.zeros_like(direction)
    axis = 1 if normalization == "filter" else None
    for block in blocks:
        W, D = theta[block], direction[block]
        # Where nothing moves, as at frozen weights, they have no part in the size.
        W = np.where(D != 0.0, W, 0.0)
        lengths = np.linalg.norm(D, axis=axis, keepdims=True)
        sizes = np.linalg.norm(W, axis=axis, keepdims=True) / np.where(lengths > 0.0, lengths, 1.0)
        result[block] = D * sizes
    return result


def _principal_plane(path: Floats, previous: Plane | None) -> tuple[Plane, tuple[float, float], str]:
    """Return the plane, the shares of variance along u and v, and a note where the path fills no plane."""
    path = np.asarray(path, dtype=np.float64)
    mean = path.mean(axis=0)
    centred = path - mean
    moved = np.abs(centred).max(initial=0.0)
    if not np.isfinite(moved):
        raise PlaneError("The path is no longer finite; choose random directions.")
    # A mean is rounded: the rest that equal points leave is no movement. Weights of zero have no size: beside
    # them a gradient that is rounding is measured against numbers of size one.
    size = np.abs(path).max(initial=0.0)
    size = 1.0 if size <= ROUNDING else np.abs(mean).max(initial=0.0)
    if not moved > ROUNDING * size:
        raise PlaneError(NOT_MOVED if np.ptp(path, axis=0).any() else NO_PATH)
    if path.shape[1] < 2:
        raise PlaneError("One parameter spans no plane.")
    note = ""
    spread, basis = principal_components(centred / moved)
    if spread[1] <= STRAIGHT * spread[0]:
        basis = np.column_stack([basis[:, 0], any_across(basis[:, 0], previous)])
        note = "The path is a straight line; the second direction is any one across it."
    basis = basis * first_signs(centred @ basis) if previous is None else aligned(basis, previous)
    variance = np.sum(np.square(centred / moved @ basis), axis=0)
    shares = variance / np.sum(np.square(centred / moved))
    return Plane(mean, basis[:, 0], basis[:, 1]), (float(shares[0]), float(shares[1])), note


def _through(origin: Floats, across: Floats, up: Floats, problem: str) -> Plane:
    """Return the plane of two directions, made orthonormal.

    Raises PlaneError(problem) where they are parallel.
    """
    u = across / length(across)
    height = length(up)
    v = up / height if height else np.zeros_like(u)
    for _ in range(2):
        v = v - (v @ u) * u
    if np.linalg.norm(v) < ALIKE:
        raise PlaneError(problem)
    return Plane(origin, u, v / np.linalg.norm(v))


def _numbers(count: int, n_frozen: int = 0) -> str:
    numbers = f"{count} numbers" if count != 1 else "1 number"
    return f"{numbers}, {count - n_frozen} of them free" if n_frozen else numbers
