"""The gradient norms of the layers: what is rounding is told in a word and is not drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.drawing.activations.layer_norms import LayerNormDrawing
from playground.drawing.kit.theme import LIGHT


def test_layers_without_a_gradient_are_named_together(qtbot: Any) -> None:
    drawing = LayerNormDrawing(LIGHT)
    norms = np.zeros((4, 7))
    norms[:, 6] = [0.0, 2e-17, 3e-17, 1e-17]
    drawing.show(np.arange(4), norms)
    assert "[1] to [6]: 0 at every step; [7]: 0 but for rounding at every step" in drawing.summary()
    low, _ = drawing.box.viewRange()[1]
    assert low > -15, "no axis of rounding"


def test_a_gradient_that_was_lost_on_the_way_is_counted(qtbot: Any) -> None:
    drawing = LayerNormDrawing(LIGHT)
    drawing.show(np.arange(4), np.array([[1.0, 0.5], [0.0, 0.4], [0.0, 0.3], [0.0, 0.2]]))
    assert "[1]: 0 at 3 of 4 steps." in drawing.summary()
    assert not np.isfinite(drawing.curves[0].y[-1])
    assert np.isfinite(drawing.curves[1].y).all()
