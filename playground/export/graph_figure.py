"""A computation graph as a figure for paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtWidgets import QGraphicsWidget

from playground.drawing.chain_rule.drawing import GraphDrawing, GraphItem, GraphPicture
from playground.drawing.kit.theme import Theme
from playground.engine.chain_rule.steps import Known, value_text
from playground.export.figure import Figure

LONGEST_TITLE = 160


def graph_figure(
    picture: GraphPicture, text: str, values: Mapping[str, float]
) -> Callable[[Theme], QGraphicsWidget]:
    """Return the graph, and below it the expression and the values of its variables."""

    def make(theme: Theme) -> Figure:
        drawing = GraphDrawing(theme)
        shown = GraphPicture(picture.graph, picture.layout, _still(picture))
        words = " ".join(text.split())
        if len(words) > LONGEST_TITLE:
            words = words[: LONGEST_TITLE - 1] + "…"
        name = picture.graph.nodes[picture.graph.result].name
        at = ", ".join(
            f"{variable} = {value_text(value, 6)}" for variable, value in list(values.items())[:12]
        )
        at += ", …" if len(values) > 12 else ""
        caption = "Above each node its value; below it, light on dark, the derivative of "
        caption += f"{name} by it."
        title = f"{name} = {words}" + (f" at {at}." if at else ".")
        item = GraphItem(drawing, shown)
        return Figure(
            item, theme, title=title, caption=caption, owner=drawing, text_share=lambda: item.text_share
        )

    return make


def _still(picture: GraphPicture) -> Known:
    """Return the values and gradients; once all are there, no step stands out any more."""
    known, nodes = picture.known, picture.graph.nodes
    if all(known.complete[index] or not node.varies for index, node in enumerate(nodes)):
        return replace(known, node=None, source=None, slot=None)
    return known
