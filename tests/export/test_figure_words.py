"""Names of axes and signs in figures, which stand without the window and often without a caption."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from playground.export.page import COLUMN, SLIDE
from playground.export.picture import picture_bytes
from tests.support.every_figure import figure_of, texts_of_svg

AXES = {
    "loss": ("J", "step"),
    "surface": ("along direction 1", "along direction 2", "J"),
    "relief": ("along direction 1", "along direction 2", "J (log)"),
    "boundary": ("x₁", "x₂"),
    "blame": ("x₁", "x₂", "loss"),
    "curve": ("x", "y"),
    "activation": ("z",),
    "layer_norms": ("step", "gradient norm"),
    "sharpness": ("step",),
    "rate_map": ("learning rate α", "network seed", "J"),
}


def texts(name: str, slide: bool = False) -> list[str]:
    page = SLIDE if slide else COLUMN
    content = picture_bytes(figure_of(name), replace(page, format="svg"))
    return [text.strip() for text, _ in texts_of_svg(content, page.width)]


def joined(name: str) -> str:
    """All texts without spaces: a picture may hold each script of a text on its own."""
    return "".join(texts(name)).replace(" ", "")


@pytest.mark.parametrize("name", AXES)
def test_every_axis_has_its_name_in_a_column(qtbot: Any, name: str) -> None:
    for axis in AXES[name]:
        assert axis in texts(name) or (len(axis) > 3 and axis.replace(" ", "") in joined(name)), axis


def test_the_axis_of_sharpness_has_its_whole_name_where_it_is_long_enough(qtbot: Any) -> None:
    assert joined("sharpness").count("λmax") == 2, "in the sign and at the axis"


def test_the_run_on_a_map_is_named_where_there_is_no_caption(qtbot: Any) -> None:
    assert "thisrun:α0.4,seed3" in joined("rate_map")
    assert "caption" not in joined("rate_map")


def test_curves_of_the_gradient_norms_reach_near_to_their_names(qtbot: Any) -> None:
    """The room for the names is measured at the size of the figure, not at that of a view without one."""
    steps = [int(text) for text in texts("layer_norms", slide=True) if text.isdecimal()]
    assert max(steps) == 200
