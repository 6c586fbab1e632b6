"""Computation graphs laid out: left to right, nothing on top of anything, seen as it was painted."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from playground.drawing.chain_rule import layout as graph_layout
from playground.drawing.chain_rule.drawing import GraphDrawing, GraphPicture
from playground.drawing.chain_rule.layout import LANE, LARGE_GRAPH, GraphLayout, layout_of, spread
from playground.drawing.kit.theme import DARK, LIGHT, PRINT, Theme
from playground.engine.chain_rule.steps import ChainRuleSteps
from playground.engine.chain_rule.worksheet import EXAMPLES
from playground.engine.expression import Expression, Graph

NEURONS = "+".join(f"tanh(w{i}*x{i} + b{i})*v{i}" for i in range(6))
SAME_VARIABLES = " + ".join(f"sin(a*{i}) * (b - c)^{i}" for i in range(1, 9))


def graph_of(text: str) -> Graph:
    expression = Expression(text)
    return expression.evaluate(**dict.fromkeys(expression.variables, 0.5))


def texts() -> list[str]:
    return [*(example.expression for example in EXAMPLES), NEURONS, SAME_VARIABLES, "a", "2*3", "a*a*a"]


@pytest.mark.parametrize("text", texts(), ids=lambda text: text[:20])
def test_every_edge_runs_to_the_right(text):
    graph = graph_of(text)
    layout = layout_of(graph.nodes)
    for index, node in enumerate(graph.nodes):
        for source in node.inputs:
            assert layout.centres[source][0] < layout.centres[index][0]
            columns = [column for column, _ in layout.way(source, index)]
            between = range(int(layout.centres[source][0]) + 1, int(layout.centres[index][0]))
            assert columns == [float(column) for column in between], "a lane in every column between"


@pytest.mark.parametrize("text", texts(), ids=lambda text: text[:20])
def test_no_two_nodes_touch_with_their_values_and_gradients(text):
    graph = graph_of(text)
    layout = layout_of(graph.nodes)
    drawing = GraphDrawing(LIGHT)
    boxes = []
    for index in range(len(graph.nodes)):
        above, below = drawing.label_rects(layout, index)
        boxes.append(drawing.node_rect(layout, index).united(above).united(below))
    for first, second in combinations(boxes, 2):
        assert not first.intersects(second)
    natural = drawing.natural_size(layout)
    whole = QRectF(-40, 0, natural.width() + 80, natural.height())
    assert all(whole.contains(box) for box in boxes)


@pytest.mark.parametrize("text", texts(), ids=lambda text: text[:20])
def test_no_edge_passes_through_a_node(text):
    graph = graph_of(text)
    layout = layout_of(graph.nodes)
    for column in range(layout.n_columns):
        rows = [row for place, row in layout.centres if place == column]
        lanes = [ways[column] for ways in layout.lanes if column in ways]
        for lane in lanes:
            assert all(abs(lane - row) >= (1 + LANE) / 2 - 1e-9 for row in rows)


def test_a_tree_is_drawn_without_crossings():
    graph = graph_of("(a*b + c*d) * (e*f + g*h)")
    layout = layout_of(graph.nodes)
    edges = [
        (layout.centres[source], layout.centres[index])
        for index, node in enumerate(graph.nodes)
        for source in node.inputs
    ]
    for (start, end), (other_start, other_end) in combinations(edges, 2):
        if start[0] == other_start[0]:
            assert (start[1] - other_start[1]) * (end[1] - other_end[1]) >= 0


def crossings(graph: Graph, layout: GraphLayout) -> int:
    """Pairs of stretches between the same two columns that cross."""
    stretches: set[tuple[tuple[float, float], tuple[float, float]]] = set()
    for index, node in enumerate(graph.nodes):
        for source in node.inputs:
            points = [layout.centres[source], *layout.way(source, index), layout.centres[index]]
            stretches.update(pairwise(points))
    return sum(
        (first[0][1] - second[0][1]) * (first[1][1] - second[1][1]) < -1e-12
        for first, second in combinations(stretches, 2)
        if first[0][0] == second[0][0]
    )


def test_sweeping_the_columns_leaves_fewer_crossings(monkeypatch):
    entangled = ["(a*d + b*e + c*f) * (a*f + b*d + c*e)", "sin(a*c + b) * tanh(b*d + a) + max(c, d, a*b)"]
    swept = [crossings(graph_of(text), layout_of(graph_of(text).nodes)) for text in entangled]
    monkeypatch.setattr(graph_layout, "SWEEPS", 0)
    before = [crossings(graph_of(text), layout_of(graph_of(text).nodes)) for text in entangled]
    assert all(after < first for after, first in zip(swept, before, strict=True)), (swept, before)


def test_the_lecture_has_its_variables_at_the_left():
    graph = graph_of("3*(a + b*c)")
    layout = layout_of(graph.nodes)
    columns = {node.name: layout.centres[index][0] for index, node in enumerate(graph.nodes)}
    assert [columns[name] for name in ("a", "b", "c", "u", "v", "j")] == [0, 0, 0, 1, 2, 3]


def test_a_graph_of_two_thousand_nodes_is_laid_out_too():
    text = "+".join(f"a*{i}" for i in range(1, 700))
    graph = graph_of(text)
    assert len(graph.nodes) > 2_000 > LARGE_GRAPH
    layout = layout_of(graph.nodes)
    places = {(column, round(row, 6)) for column, row in layout.centres}
    assert len(places) == len(graph.nodes)


@given(
    st.lists(st.floats(-10, 10), min_size=1, max_size=8),
    st.lists(st.floats(0.1, 2), min_size=7, max_size=7),
)
def test_spreading_keeps_the_gaps_and_cannot_be_bettered(wanted, gaps):
    gaps = gaps[: len(wanted) - 1]
    places = spread(wanted, gaps)
    for first, second, gap in zip(places, places[1:], gaps, strict=False):
        assert second - first >= gap - 1e-9

    def cost(rows):
        return sum((row - goal) ** 2 for row, goal in zip(rows, wanted, strict=True))

    # A convex problem: whoever moves everything from some place on a little gets no nearer.
    for start in range(len(places)):
        for end in range(start + 1, len(places) + 1):
            for move in (-1e-4, 1e-4):
                moved = [row + move * (start <= place < end) for place, row in enumerate(places)]
                if all(b - a >= gap for a, b, gap in zip(moved, moved[1:], gaps, strict=False)):
                    assert cost(moved) >= cost(places) - 1e-7


def painted(graph: Graph, layout: GraphLayout, theme: Theme, at: int, dimmed: bool = False) -> QImage:
    image = QImage(900, 400, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.card))
    painter = QPainter(image)
    known = ChainRuleSteps(graph).known(at)
    GraphDrawing(theme).paint(painter, QRectF(0, 0, 900, 400), GraphPicture(graph, layout, known, dimmed))
    painter.end()
    return image


def ink(image: QImage, theme: Theme, box: QRectF) -> float:
    """The share of pixels in a box that are not ground."""
    ground, count, marked = QColor(theme.card).rgb(), 0, 0
    for x in range(int(box.left()), int(box.right())):
        for y in range(int(box.top()), int(box.bottom())):
            count += 1
            marked += image.pixel(x, y) != ground
    return marked / count


def contrast_in(image: QImage, theme: Theme, box: QRectF) -> float:
    """The mean distance of the pixels in a box from the ground, 0 to 255."""
    ground = QColor(theme.card).lightness()
    lightness = [
        image.pixelColor(x, y).lightness()
        for x in range(int(box.left()), int(box.right()))
        for y in range(int(box.top()), int(box.bottom()))
    ]
    return sum(abs(value - ground) for value in lightness) / len(lightness)


@pytest.mark.parametrize("theme", [DARK, LIGHT, PRINT], ids=lambda theme: theme.name)
def test_a_gradient_appears_below_its_node_with_its_step(qtbot, theme):
    graph = graph_of("3*(a + b*c)")
    layout = layout_of(graph.nodes)
    drawing = GraphDrawing(theme)
    b = next(index for index, node in enumerate(graph.nodes) if node.name == "b")
    offset, scale = drawing.placing(QRectF(0, 0, 900, 400), layout)
    _, below = drawing.label_rects(layout, b)
    middle = below.center() * scale + offset
    box = QRectF(middle.x() - 15, middle.y() - 4, 30, 8)
    steps = ChainRuleSteps(graph)
    assert ink(painted(graph, layout, theme, steps.n_forward), theme, box) == 0
    assert ink(painted(graph, layout, theme, len(steps)), theme, box) > 0.5, "on a ground of its own"
    strong = contrast_in(painted(graph, layout, theme, len(steps)), theme, box)
    faint = contrast_in(painted(graph, layout, theme, len(steps), dimmed=True), theme, box)
    assert faint < strong / 2, "what stood here before is dimmed"


def test_the_pointer_finds_a_node_and_its_labels(qtbot):
    graph = graph_of("3*(a + b*c)")
    layout = layout_of(graph.nodes)
    drawing = GraphDrawing(LIGHT)
    rect = QRectF(10, 20, 700, 500)
    offset, scale = drawing.placing(rect, layout)
    for index in range(len(graph.nodes)):
        above, below = drawing.label_rects(layout, index)
        for place in (drawing.node_rect(layout, index).center(), above.center(), below.center()):
            assert drawing.node_at(rect, layout, place * scale + offset) == index
    assert drawing.node_at(rect, layout, QPointF(11, 21)) is None
