"""Lines broken where the steps between two values are unknown."""

from __future__ import annotations

import numpy as np

from playground.engine.recording.series import Curve


def broken(curve: Curve, rows: np.ndarray) -> Curve:
    """Return a curve with NaN before the values of these rows (k,), ascending: no line leads to them."""
    if not rows.size:
        return curve
    # At the steps of these rows themselves: a height read off between two values is NaN too.
    return Curve(np.insert(curve.steps, rows, curve.steps[rows]), np.insert(curve.values, rows, np.nan))
