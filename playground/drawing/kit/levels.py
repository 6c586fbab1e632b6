"""From losses to colours: fixed levels in units of J, logarithmic or linear, and what lies beyond them."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass

import numpy as np
from PySide6.QtGui import QColor

from playground.drawable import nice_step
from playground.drawing.kit.axes import linear_ticks
from playground.drawing.kit.color_maps import COLORS, loss_color
from playground.landscape.colour_scale import DECADES, range_of

FITTING = 0.9
"""A scale does not change while a surface gets finer if it shows this share of the cells in their own
colours."""


@dataclass(frozen=True)
class Levels:
    """The losses of the darkest and of the brightest colour, 0 < low < high where logarithmic."""

    low: float
    high: float
    logarithmic: bool

    def share(self, loss: float) -> float:
        """Return where a loss lies from low (0) to high (1); below 0 and above 1 beyond them."""
        if not self.logarithmic:
            return (loss - self.low) / (self.high - self.low)
        if loss <= 0:
            return -math.inf
        return math.log(loss / self.low) / math.log(self.high / self.low)

    def indices(self, losses: np.ndarray) -> np.ndarray:
        """Return rows of a table of COLORS colours, in the losses' shape; a non-finite loss gets any."""
        low, high = self._transformed(self.low), self._transformed(self.high)
        with np.errstate(all="ignore"):
            scaled = self.transform(losses) * (COLORS / (high - low))
            scaled -= low * (COLORS / (high - low))
            # Unlike maximum and minimum these return 0 in place of NaN.
            np.fmin(np.fmax(scaled, 0.0, out=scaled), COLORS - 1, out=scaled)
        return scaled.astype(np.intp)

    def transform(self, losses: np.ndarray) -> np.ndarray:
        """Return log₁₀ of the losses (−∞ where they are not above zero), or the losses."""
        if not self.logarithmic:
            return losses.astype(float)
        with np.errstate(all="ignore"):
            result: np.ndarray = np.log10(losses)
        result[losses <= 0] = -np.inf
        return result

    def _transformed(self, loss: float) -> float:
        return math.log10(loss) if self.logarithmic else loss

    def marks(self, about: int = 14) -> np.ndarray:
        """Return the levels of contours, evenly spaced.

        In log₁₀ J where logarithmic (as `transform` gives it).
        """
        low, high = self._transformed(self.low), self._transformed(self.high)
        step = nice_step((high - low) / about)
        return linear_ticks(low, high, math.ceil((high - low) / step))[1]

    def below(self, losses: np.ndarray) -> np.ndarray:
        """Return which finite losses lie below the levels, rounding aside."""
        result: np.ndarray = np.isfinite(losses) & (losses < self.low - 1e-9 * abs(self.low))
        return result

    def above(self, losses: np.ndarray) -> np.ndarray:
        """Return which finite losses lie above the levels, rounding aside."""
        result: np.ndarray = np.isfinite(losses) & (losses > self.high + 1e-9 * abs(self.high))
        return result

    def suit(self, losses: np.ndarray) -> bool:
        """Return whether at least FITTING of the finite losses lie within the levels."""
        finite = np.count_nonzero(np.isfinite(losses))
        outside = np.count_nonzero(self.below(losses)) + np.count_nonzero(self.above(losses))
        return bool(outside <= (1 - FITTING) * finite)

    def color(self, table: np.ndarray, loss: float) -> QColor | None:
        """Return the colour of a loss in a table; None where it is not finite."""
        return loss_color(table, self.share(loss)) if math.isfinite(loss) else None


@dataclass(frozen=True)
class Beyond:
    """Number of cells of a surface that are not shown in their own colour.

    not_finite: cells with no finite loss.
    """

    below: int
    above: int
    not_finite: int
    not_numbers: int = 0

    def __add__(self, other: Beyond) -> Beyond:
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Beyond(*(one + another for one, another in pairs))


def levels_of(values: np.ndarray, logarithmic: bool, decades: float = DECADES) -> Levels:
    """Return levels for the losses of a surface; extremes far from all others are left beyond them."""
    return Levels(*range_of(values, logarithmic, decades), logarithmic)


@dataclass(frozen=True, eq=False)
class Outside:
    """The cells of a surface that are not shown in their own colour: masks of its values' shape."""

    below: np.ndarray
    above: np.ndarray
    infinite: np.ndarray
    not_numbers: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, levels: Levels, seen: np.ndarray | None = None) -> Outside:
        """Return the masks; every cell has one reason at most. seen: which cells count; None: all."""
        masks = levels.below(values), levels.above(values), np.isinf(values), np.isnan(values)
        return cls(*(mask if seen is None else mask & seen for mask in masks))

    @property
    def not_finite(self) -> np.ndarray:
        result: np.ndarray = self.infinite | self.not_numbers
        return result

    @property
    def count(self) -> Beyond:
        below, above, infinite, not_numbers = (
            int(np.count_nonzero(mask)) for mask in (self.below, self.above, self.infinite, self.not_numbers)
        )
        return Beyond(below, above, infinite + not_numbers, not_numbers)


def beyond(values: np.ndarray, levels: Levels) -> Beyond:
    """Count the cells below and above the levels and those that are not finite."""
    return Outside.of(values, levels).count
