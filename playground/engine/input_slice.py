"""A plane, or a line, through the raw inputs, over which predictions are drawn.

With more than two inputs a picture shows two of them, or the first two principal components of the
standardised training points; the others stay at their means, or as at a point that the user picked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from playground.arrays import Floats
from playground.engine.input_image import image_shape
from playground.numerals import percent_text

if TYPE_CHECKING:
    from playground.engine.datasets import Samples

MOST_SHOWN = 2
ROWS_FROM, ROW = 1.06, 0.06
"""Of points of one input and several classes: the height of the first row, and from one to the next."""


class SliceChoice(NamedTuple):
    """What a picture is drawn over; the choice is the user's only where there are more than two raw inputs.

    first, second  the raw inputs of the axes
    components     the first two principal components in their place
    point          the point at which the others stay, counted through training and then test points; None:
                   at their means
    output         the output that is drawn, of several targets; the user's choice for any number of inputs
    """

    first: int = 0
    second: int = 1
    components: bool = False
    point: int | None = None
    output: int = 0


USUAL = SliceChoice()


@dataclass(frozen=True, eq=False)
class InputSlice:
    """Where points lie in the picture, and which raw inputs a place of the picture has.

    origin (d,), directions (k, d)  places (n, k) are at origin + places @ directions
    center (d,), readings (d, k)    raw inputs (n, d) lie at (raw − center) @ readings
    names                           of the k axes
    sentence                        what the picture leaves out; empty where it shows all inputs
    output, output_sentence         the output that is drawn, and which it is; empty where there is no other
    """

    origin: Floats
    directions: Floats
    center: Floats
    readings: Floats
    names: tuple[str, ...]
    sentence: str
    output: int = 0
    output_sentence: str = ""

    @property
    def told(self) -> str:
        """Which output the picture shows, and what it leaves out."""
        return " ".join(filter(None, (self.output_sentence, self.sentence)))

    @property
    def n_axes(self) -> int:
        """The number of inputs of the picture, 1 or 2."""
        return len(self.names)

    def places(self, raw: Floats) -> Floats:
        """Return the places (n, k) of points with these raw inputs (n, d)."""
        result: Floats = (raw - self.center) @ self.readings
        return result

    def raw(self, places: Floats) -> Floats:
        """Return the raw inputs (n, d) at these places (n, k)."""
        result: Floats = self.origin + places @ self.directions
        return result


def places_of(samples: Samples, shown: InputSlice, X: Floats, y: Floats) -> Floats:
    """Return where points X (n, d), y (n, n_out) lie in the picture (n, 2).

    One input has y beside it, of several targets the one that is shown. Of three classes or more each has a
    row of its own above a probability of 1, the first the lowest.
    """
    places = shown.places(samples.raw(X))
    if shown.n_axes > 1:
        return places
    beside = ROWS_FROM + ROW * samples.labels(y) if samples.has_several else y[:, shown.output]
    return np.column_stack([places, beside])


def may_choose(samples: Samples) -> bool:
    """Return whether these samples have more inputs than a picture shows."""
    return samples.n_raw > MOST_SHOWN


def has_choice(samples: Samples) -> bool:
    """Return whether a picture of these samples leaves inputs out, or outputs."""
    return may_choose(samples) or bool(samples.target_names)


def slice_of(samples: Samples, choice: SliceChoice = USUAL) -> InputSlice:
    """Return the slice of a choice; of one or two inputs there is one slice alone, all of them."""
    choice = choice_within(samples, choice)
    shown = _slice_of_inputs(samples, choice)
    if not samples.target_names:
        return shown
    names = samples.target_names
    sentence = f"Shown is the output {names[choice.output]}, one of {len(names)}."
    return replace(shown, output=choice.output, output_sentence=sentence)


def _slice_of_inputs(samples: Samples, choice: SliceChoice) -> InputSlice:
    if not may_choose(samples):
        return _of_inputs(samples, tuple(range(samples.n_raw)), samples.center, "")
    at = samples.center if choice.point is None else samples.raw_point(choice.point)
    if choice.components:
        return _of_components(samples, at, _others(samples, choice, samples.n_raw))
    rest = _others(samples, choice, samples.n_raw - MOST_SHOWN)
    sentence = f"Shows {MOST_SHOWN} of {samples.n_raw} inputs, {rest}."
    return _of_inputs(samples, (choice.first, choice.second), at, sentence)


def usual_choice(samples: Samples) -> SliceChoice:
    """Return what a picture begins with: the first two inputs, where these tell something.

    Two pixels of an image, or inputs of which one is the same for all points, show next to nothing: there it
    is the first two principal components.
    """
    if not may_choose(samples):
        return USUAL
    first = samples.X_train[:, :MOST_SHOWN]
    constant = bool((first.max(axis=0) == first.min(axis=0)).any())
    is_image = image_shape(samples.input_names[: samples.n_raw]) is not None
    return USUAL._replace(components=constant or is_image)


def choice_within(samples: Samples, choice: SliceChoice) -> SliceChoice:
    """Return a choice that these samples have: what is usual in place of what is not there."""
    if not 0 <= choice.output < max(1, len(samples.target_names)):
        choice = choice._replace(output=0)
    if not may_choose(samples):
        return USUAL._replace(output=choice.output)
    if not 0 <= max(choice.first, choice.second) < samples.n_raw or choice.first == choice.second:
        choice = choice._replace(first=0, second=1)
    if choice.point is not None and not 0 <= choice.point < samples.n_points:
        choice = choice._replace(point=None)
    return choice


def point_words(samples: Samples, point: int) -> str:
    """Return the name of a point, counted through training and then test points: "training point 7"."""
    n_train = len(samples.X_train)
    return f"training point {point + 1}" if point < n_train else f"test point {point - n_train + 1}"


def principal_directions(standardized: Floats) -> tuple[Floats, Floats]:
    """Return the first two principal directions (2, d) of points (n, d) of mean 0, and their shares (2,).

    A share is that of the variance. The largest entry of a direction is positive.
    """
    values, vectors = np.linalg.eigh(standardized.T @ standardized)
    directions = np.ascontiguousarray(vectors[:, ::-1][:, :MOST_SHOWN].T)
    largest = directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)]
    directions *= np.where(largest < 0, -1.0, 1.0)[:, None]
    total = float(values.clip(0.0).sum())
    shares = values[::-1][:MOST_SHOWN].clip(0.0) / (total or 1.0)
    return directions, shares


def _of_inputs(samples: Samples, shown: tuple[int, ...], at: Floats, sentence: str) -> InputSlice:
    d = samples.n_raw
    directions = np.zeros((len(shown), d))
    directions[np.arange(len(shown)), list(shown)] = 1.0
    origin = np.array(at)
    origin[list(shown)] = 0.0
    names = tuple(samples.raw_names[index] for index in shown)
    return InputSlice(origin, directions, np.zeros(d), directions.T, names, sentence)


def _of_components(samples: Samples, at: Floats, rest: str) -> InputSlice:
    directions, shares = samples.principal
    center, scale = samples.center, samples.spread
    z = (at - center) / scale
    origin = center + (z - directions.T @ (directions @ z)) * scale
    sentence = (
        f"Shows 2 principal components of {samples.n_raw} inputs, {percent_text(float(shares.sum()))} of "
        f"their variance. The inputs are standardised, and {rest}."
    )
    names = ("component 1", "component 2")
    return InputSlice(origin, directions * scale, center, (directions / scale).T, names, sentence)


def _others(samples: Samples, choice: SliceChoice, count: int) -> str:
    """Return at what the others stay. count: how many they are."""
    noun = "what is not shown is" if choice.components else "the other" if count == 1 else "the others"
    if choice.point is None:
        if choice.components:
            return f"{noun} at its mean"
        return f"{noun} at its mean" if count == 1 else f"{noun} at their means"
    return f"{noun} as at {point_words(samples, choice.point)}"
