"""Colours that can be read and told apart."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from playground import drawing
from playground.drawing.kit.color_maps import class_table, colormap, loss_color, value_table
from playground.drawing.kit.labels import BOX_GROUND, BOX_OPACITY, BOX_TEXT
from playground.drawing.kit.theme import DARK, LIGHT, LOSS_COLORMAPS, PRINT, Theme, contrast, mix
from tests.support.sheet import channels_of

EVERY_THEME = pytest.mark.parametrize("theme", [DARK, LIGHT, PRINT], ids=lambda theme: theme.name)
READABLE = 4.5


def test_contrast_is_that_of_the_guidelines() -> None:
    """WCAG 2.2 gives 21 for black on white, 1 for a colour on itself, and 4.54 for #767676 on white."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#c2186b", "#c2186b") == 1.0
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@EVERY_THEME
@pytest.mark.parametrize(
    "name", ["text", "dim_text", "pink", "positive_weight", "negative_weight", "green", "amber"]
)
def test_all_text_can_be_read_on_cards_and_on_the_window(theme: Theme, name: str) -> None:
    color = getattr(theme, name)
    assert contrast(color, theme.card) >= READABLE
    assert contrast(color, theme.window) >= READABLE


@EVERY_THEME
def test_text_on_pink_can_be_read(theme: Theme) -> None:
    assert contrast(theme.pink_text, theme.pink) >= READABLE


@EVERY_THEME
def test_points_stand_out_from_the_ground_of_their_class(theme: Theme) -> None:
    """3 to 1 is what the guidelines want of signs; points have an edge besides, in the marker_edge colour."""
    assert contrast(theme.class0, theme.card) >= 3.0
    assert contrast(theme.class1, theme.card) >= 3.0
    for color in (theme.class0, theme.class1):
        ground = mix(theme.card, color, theme.ground_strength)
        assert max(contrast(color, ground), contrast(theme.marker_edge, color)) >= 3.0


@pytest.mark.parametrize("name", LOSS_COLORMAPS)
def test_labels_can_be_read_over_every_colour_of_the_loss(name: str) -> None:
    for red, green, blue in colormap(name)[::16]:
        ground = mix(f"#{red:02x}{green:02x}{blue:02x}", BOX_GROUND, BOX_OPACITY)
        assert contrast(BOX_TEXT, ground) >= READABLE


@pytest.mark.parametrize("name", LOSS_COLORMAPS)
def test_a_higher_loss_is_always_brighter(name: str) -> None:
    brightness = colormap(name).astype(float) @ [0.2126, 0.7152, 0.0722]
    assert np.all(np.diff(brightness[::32]) > 0)


def test_viridis_has_its_published_ends() -> None:
    assert colormap("viridis")[0].tolist() == [68, 1, 84]
    assert colormap("viridis")[-1].tolist() == [253, 231, 37]


def test_a_colour_outside_the_range_is_that_of_its_end() -> None:
    table = colormap("viridis")
    assert channels_of(loss_color(table, -3.0)) == tuple(table[0])
    assert channels_of(loss_color(table, 7.0)) == tuple(table[-1])


@EVERY_THEME
def test_grounds_run_from_orange_over_the_card_to_blue(theme: Theme) -> None:
    table = class_table(theme)
    middle = [int(theme.card[place : place + 2], 16) for place in (1, 3, 5)]
    assert np.abs(table[len(table) // 2].astype(int) - middle).max() <= 1
    assert table[0][0] > table[0][2]
    assert table[-1][2] > table[-1][0]
    assert len(value_table(theme)) == len(table)


def test_an_unknown_colour_map_is_refused() -> None:
    with pytest.raises(ValueError, match="viridis"):
        colormap("jet")


def test_every_colour_of_a_drawing_has_its_name_in_the_theme() -> None:
    """A colour is changed in one place: theme.py, or colors.py for the maps of the loss."""
    rooms = Path(drawing.__file__).parent, Path(drawing.__file__).parents[1] / "export"
    files = [file for room in rooms for file in room.rglob("*.py")]
    assert len(files) > 40
    written = {
        file.name
        for file in files
        if re.search(r"""["']#[0-9a-fA-F]{3,8}["']""", file.read_text(encoding="utf-8"))
    }
    assert written <= {"theme.py", "colors.py"}
