"""Hatched cells: what is painted is what is counted, and that is every cell without a colour of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.drawing.kit.levels import Levels, levels_of
from playground.drawing.kit.theme import DARK
from playground.drawing.surface.captions import picture_caption
from playground.drawing.surface.drawing import SurfaceDrawing
from playground.drawing.surface.picture import SurfacePicture
from playground.landscape.surface import Surface
from tests.support.plain_data import PLANE, choice_of, surface_of

KINDS = {"above": "above", "below": "below", "infinite": "infinite", "not_numbers": "not a number"}


def bowl(cells: int, scale: float = 1.0) -> np.ndarray:
    a = np.linspace(-1, 1, cells) * scale
    with np.errstate(over="ignore"):
        return 1e-7 + a[None, :] ** 2 + a[:, None] ** 2


def told(caption: str) -> dict[str, int]:
    """The numbers of cells in a caption, by their reasons."""
    found = {kind: re.search(rf"(\d+) cells? {word}", caption) for kind, word in KINDS.items()}
    return {kind: int(match[1]) if match else 0 for kind, match in found.items()}


def painted(drawing: SurfaceDrawing) -> dict[str, int]:
    """How many cells have their middle under the lines of each kind, the finer cells over the others."""
    picture, counts = drawing.picture, {"above": 0, "below": 0, "not_finite": 0}
    for cells in (picture.surface, picture.finer):
        for b in cells.b if cells is not None else ():
            for a in cells.a:
                if drawing.surface_at(a, b) is cells:
                    for kind in counts:
                        counts[kind] += lined(drawing, kind, a, b)
    return counts


def lined(drawing: SurfaceDrawing, kind: str, a: float, b: float) -> bool:
    """Whether lines of this kind are painted around (a, b)."""
    boxes = drawing.hatching.boxes.get(kind, np.empty((0, 4)))
    left, bottom, right, top = boxes.T
    return bool(((left < a) & (a < right) & (bottom < b) & (b < top)).any())


@pytest.mark.parametrize("logarithmic", [True, False], ids=["log", "linear"])
@pytest.mark.parametrize("levels", [None, Levels(0.2, 0.9, True), (0.1, 1e6)], ids=["own", "held", "typed"])
@pytest.mark.parametrize("scale", [1.0, 1e6, 2e154], ids=["usual", "a million times", "beyond float64"])
def test_every_hatched_cell_is_told(qtbot, scale: float, levels: Any, logarithmic: bool) -> None:
    values = bowl(31, scale)
    values[3, 4:7] = np.nan
    values[9, 9] = np.inf
    values[20, 20] = -1.0
    if isinstance(levels, Levels):
        levels = Levels(levels.low, levels.high, logarithmic)
    picture = SurfacePicture(surface_of(values), choice_of(), log_scale=logarithmic, levels=levels)
    drawing = SurfaceDrawing(DARK)
    drawing.show(picture)
    counts, words = painted(drawing), told(picture_caption(picture, drawing.levels))
    assert words["above"] == counts["above"]
    assert words["below"] == counts["below"]
    assert words["infinite"] + words["not_numbers"] == counts["not_finite"]
    assert words["infinite"] == np.count_nonzero(np.isinf(values))
    assert words["not_numbers"] == 3
    # Whatever is not hatched has a colour of its own.
    low, high = drawing.levels.low, drawing.levels.high
    low, high = low - 1e-9 * abs(low), high + 1e-9 * abs(high)
    colored = np.count_nonzero((values >= low) & (values <= high))
    assert sum(counts.values()) + colored == values.size


def test_cells_that_finer_ones_lie_over_are_not_hatched_and_no_sum_is_told(qtbot) -> None:
    """While a wider view is still coarse, the old cells lie in its middle."""
    wide = surface_of(bowl(13, 8.0), -8.0, 8.0)
    a = np.linspace(-1.2, 1.2, 41)
    inner = bowl(41, 1.2)
    inner[:10, :10] = np.inf
    finer = Surface(PLANE, a, a, inner, 41, True, 1.0)
    levels = Levels(0.1, 1.0, True)
    picture = SurfacePicture(wide, choice_of(), levels=levels, finer=finer)
    drawing = SurfaceDrawing(DARK)
    drawing.show(picture)
    counts, beyond = painted(drawing), drawing.beyond
    assert beyond.not_finite == counts["not_finite"] == 100
    assert beyond.below == counts["below"] == np.count_nonzero(inner < 0.1)
    above = np.count_nonzero((inner > 1.0) & np.isfinite(inner))
    # One coarse cell lies under the finer ones; its neighbours stand out from under them.
    assert beyond.above == above + wide.values.size - 1
    # The sum of large and small cells would be told beside a number of cells that it is no part of.
    text = picture_caption(picture, drawing.levels)
    assert "Hatched so far: cells above 1, cells below 0.1, cells infinite." in text
    assert not any(told(text).values())
    assert "some cells are not finite" in drawing.summary()
    # No line of a coarse cell runs over the finer ones, and none of its own is missing beside them.
    edge = 1.2 + 0.03
    for x in (-0.8, 0.0, 0.8):
        assert not lined(drawing, "above", x, 0.0)
        assert lined(drawing, "above", edge + 1e-6, x)
        assert lined(drawing, "above", x, -edge - 1e-6)


def test_a_coarse_surface_says_that_its_count_is_one_so_far() -> None:
    coarse = replace(surface_of(bowl(13, 8.0)), complete=False, resolution=401)
    text = picture_caption(SurfacePicture(coarse, choice_of()), Levels(0.1, 1.0, True))
    assert 0 < told(text)["above"] < 13 * 13
    assert "Hatched so far: " in text
    assert text.endswith("Coarse for now: 13 × 13 cells.")


def test_a_scale_is_held_only_where_it_shows_most_of_the_cells() -> None:
    levels = Levels(1e-3, 2.0, True)
    assert levels.suit(bowl(25))
    assert not levels.suit(bowl(25, 100.0))
    assert levels.suit(np.full((3, 3), np.nan))


@pytest.mark.parametrize("logarithmic", [True, False])
@pytest.mark.parametrize("values", [[1e300, 1.79e308], [1e-3, 1.7e308], [1.79e308, 1.79e308]])
def test_levels_end_where_float64_ends(values: list[float], logarithmic: bool) -> None:
    levels = levels_of(np.array([values]), logarithmic)
    assert 0 <= levels.low < levels.high < np.inf
