"""How running numbers are written in the window: as wide as before, so that nothing jumps."""

from __future__ import annotations

import math

from playground.drawing.axes import number_text
from playground.numerals import grouped

NO_VALUE = "–"


def loss_text(value: float) -> str:
    """A loss (0.3712, 12.34, 7.1·10⁷); a dash where there is none."""
    if math.isnan(value):
        return NO_VALUE
    size = abs(value)
    if math.isinf(value) or size >= 1e5 or 0 < size < 1e-4:
        return number_text(value, 3)
    decimals = 4 if size >= 1 or size == 0 else 3 - math.floor(math.log10(size))
    if size >= 10:
        decimals = max(0, 5 - len(str(int(size))))
    return f"{value:.{decimals}f}".replace("-", "−")


def rate_text(value: float) -> str:
    """A learning rate as one would write it: 0.3, 1, 0.0025."""
    return number_text(value, 3)


def count_text(value: float) -> str:
    """A count, thousands apart from five digits on: 12 000."""
    return grouped(f"{value:,.0f}")


def percent_text(share: float) -> str:
    """A share as a whole percentage; a dash where there is none."""
    return NO_VALUE if math.isnan(share) else f"{100 * share:.0f} %"
