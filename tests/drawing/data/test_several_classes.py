"""Three classes and more on the picture of the data: grounds, lines, marks, words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.drawing.data.class_regions import SHADES, lines_between, region_indices, region_table
from playground.drawing.data.drawing import BoundaryDrawing, BoundaryPicture
from playground.drawing.kit.theme import DARK, LIGHT, channels
from playground.engine.datasets import Samples
from playground.engine.network import Network
from playground.landscape.boundary import Boundary, boundary
from tests.support.sheet import Sheet, channels_of, close

CENTRES = np.array([[-1.0, -1.0], [1.0, -1.0], [0.0, 1.0]])
NAMES = ("setosa", "versicolor", "virginica")


def three_points() -> Samples:
    """One training point of each class, a test point of the third far above."""
    return Samples(
        CENTRES, np.eye(3), np.array([[0.0, 2.0]]), np.eye(3)[2:], np.zeros(2), np.ones(2), True,
        ("x₁", "x₂"), "class", class_names=NAMES,
    )  # fmt: skip


def nearest_centre(steep: float = 10.0) -> tuple[np.ndarray, Network]:
    """The network whose likeliest class is that of the nearest centre: z = steep·(c·x − ½‖c‖²)."""
    b = -0.5 * (CENTRES**2).sum(axis=1)
    theta = steep * np.concatenate([CENTRES.ravel(), b])
    return theta, Network((2, 3), loss="softmax_cross_entropy")


def answers(samples: Samples, steep: float = 10.0) -> Boundary:
    theta, network = nearest_centre(steep)
    return boundary(network, theta, samples)


def drawn(theme: Any = DARK, **parts: Any) -> BoundaryDrawing:
    samples = three_points()
    drawing = BoundaryDrawing(theme)
    picture = {"loss": "softmax_cross_entropy"} | parts
    drawing.show(BoundaryPicture(samples, picture.pop("boundary", answers(samples)), **picture))
    return drawing


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_ground_has_the_colour_of_the_likeliest_class(qtbot: Any, theme: Any) -> None:
    sheet = Sheet(qtbot, drawn(theme), theme)
    table = region_table(theme, 3)
    for label, (x, y) in enumerate(((-1.2, -0.7), (1.2, -0.7), (0.2, 1.4))):
        assert close(sheet.color(x, y), tuple(table[(label + 1) * SHADES - 1]), 3)


def test_a_ground_is_paler_where_the_class_is_less_certain() -> None:
    winner, strength = np.array([[0, 1, 2, 2, -1]]), np.array([[1 / 3, 2 / 3, 1.0, 1.7, np.nan]])
    rows = region_indices(winner, strength, 3)[0]
    card, table = np.array(channels(DARK.card)), region_table(DARK, 3).astype(float)
    assert (table[rows[0]] == card).all()
    assert (table[rows[4]] == card).all()
    half, full = table[rows[1]] - card, table[2 * SHADES - 1] - card
    assert np.allclose(half, full / 2, atol=1.5)
    # Half squared error gives values above 1.
    assert rows[2] == rows[3] == 3 * SHADES - 1


def test_lines_run_where_the_nearest_centre_changes_and_each_is_drawn_once() -> None:
    """The lines between the cells of a Voronoi diagram are computed from the centres alone."""
    shown = answers(three_points(), 1.0)
    x, y = lines_between(shown.x1, shown.x2, shown.outputs)
    finite = np.isfinite(x)
    apart = np.sort(np.hypot(x[finite, None] - CENTRES[:, 0], y[finite, None] - CENTRES[:, 1]), axis=1)
    assert finite.sum() > 100
    assert np.abs(apart[:, 1] - apart[:, 0]).max() < 0.03
    # Three rays from the point that is as far from all three, to the edge of the picture.
    corner = np.array([0.0, -0.25])
    left, right, bottom, top = shown.x1[0], shown.x1[-1], shown.x2[0], shown.x2[-1]
    ends = [(0.0, bottom), _leaves(corner, (2.0, 1.0), right, top), _leaves(corner, (-2.0, 1.0), left, top)]
    length = sum(float(np.hypot(*(np.array(end) - corner))) for end in ends)
    drawn_length = float(np.nansum(np.hypot(np.diff(x), np.diff(y))))
    assert drawn_length == pytest.approx(length, rel=0.03)


def _leaves(start: np.ndarray, way: tuple[float, float], side: float, top: float) -> tuple[float, float]:
    t = min(abs((side - start[0]) / way[0]), (top - start[1]) / way[1])
    return float(start[0] + t * way[0]), float(start[1] + t * way[1])


def test_a_class_that_wins_nowhere_and_values_that_are_not_finite_have_no_line() -> None:
    axis = np.linspace(0.0, 1.0, 9)
    outputs = np.stack([np.full((9, 9), value) for value in (0.2, 0.7, 0.1)])
    assert len(lines_between(axis, axis, outputs)[0]) == 0
    outputs[:, :, 5:] = np.nan
    assert len(lines_between(axis, axis, outputs)[0]) == 0


def test_points_have_the_colour_of_their_class_and_test_points_are_hollow(qtbot: Any) -> None:
    sheet = Sheet(qtbot, drawn(LIGHT, boundary=None), LIGHT)
    for label, (x, y) in enumerate(CENTRES.tolist()):
        assert close(sheet.color(x, y), channels(LIGHT.classes[label]), 3)
    assert close(sheet.color(0.0, 2.0), channels(LIGHT.card), 3)


def test_the_readout_names_the_likeliest_classes_first(qtbot: Any) -> None:
    drawing = drawn(boundary=answers(three_points(), 2.0))
    text = drawing.hover(0.9, -0.9)
    names = [text.index(name) for name in ("versicolor", "virginica", "setosa")]
    assert text.startswith("ŷ of class versicolor 0.")
    assert names[0] < names[2]
    shares = [float(part.split()[-1]) for part in text.split("   at ")[0].split(", ")]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1.0, abs=2e-3)


def test_the_summary_counts_every_class(qtbot: Any) -> None:
    text = drawn().summary()
    assert "1 of class setosa, 1 of class versicolor and 1 of class virginica" in text
    shares = [float(text.split(f"class {name} to ")[1].split()[0]) for name in NAMES]
    assert sum(shares) == pytest.approx(100.0, abs=1.0)


def test_what_other_weights_would_answer_is_dashed_and_named(qtbot: Any) -> None:
    drawing = drawn()
    assert (
        drawing.show_there(answers(three_points(), 1.0)) == "Dashed: the boundaries of the place pointed at"
    )
    assert np.isfinite(drawing.edge_there.x).sum() > 100
    network = nearest_centre()[1]
    one = boundary(network, np.array([0.0] * 6 + [0.0, 0.0, 3.0]), three_points())
    assert drawing.show_there(one).endswith("class virginica everywhere")


def test_blamed_points_keep_the_marks_of_their_classes(qtbot: Any) -> None:
    drawing = drawn(LIGHT, blame=np.array([0.1, 0.2, 3.0]))
    sheet = Sheet(qtbot, drawing, LIGHT)
    # The third class is a triangle: there is no colour at the upper corners of its box.
    column, row = sheet.pixel(0.0, 1.0)
    rim = channels(LIGHT.classes[2])
    near = {
        channels_of(sheet.image.pixelColor(column + dx, row + dy))
        for dx in range(-7, 8)
        for dy in range(-7, 8)
    }
    assert any(close(color, rim, 40) for color in near)


def test_one_input_has_a_curve_for_each_class_and_a_row_of_points_for_each(qtbot: Any) -> None:
    X = np.array([[-1.0], [0.0], [1.0]])
    samples = Samples(
        X, np.eye(3), np.empty((0, 1)), np.empty((0, 3)), np.zeros(1), np.ones(1), True, ("x₁",), "class",
        class_names=NAMES,
    )  # fmt: skip
    network = Network((1, 3), loss="softmax_cross_entropy")
    theta = np.array([-4.0, 0.0, 4.0, 0.0, 1.0, 0.0])
    drawing = BoundaryDrawing(DARK)
    drawing.show(BoundaryPicture(samples, boundary(network, theta, samples), loss="softmax_cross_entropy"))
    for label, curve in enumerate(drawing.curves):
        expected = network.predict(theta, curve.x[:, None])[:, label]
        assert np.allclose(curve.y, expected)
    heights = [float(drawing.points[label, "train"].y[0]) for label in range(3)]
    assert heights == sorted(set(heights))
    assert heights[0] > 1.0
    *_, bottom, top = drawing.whole_range() or (0.0, 0.0, 0.0, 0.0)
    assert bottom < 0.0
    assert top > heights[-1]
    assert "class versicolor 0." in drawing.hover(0.0, 0.5)


def test_items_of_more_classes_are_empty_when_fewer_come(qtbot: Any) -> None:
    drawing = drawn()
    two = Samples(
        CENTRES[:2], np.array([[0.0], [1.0]]), np.empty((0, 2)), np.empty((0, 1)), np.zeros(2), np.ones(2),
        True, ("x₁", "x₂"), "class",
    )  # fmt: skip
    drawing.show(BoundaryPicture(two, None))
    assert [len(drawing.points[label, "train"].x) for label in range(3)] == [1, 1, 0]
