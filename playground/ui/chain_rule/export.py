"""Exports of the chain-rule lab: its graph as a picture, its nodes as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QGraphicsWidget, QMenu, QWidget

from playground.drawing.chain_rule.drawing import GraphPicture
from playground.drawing.kit.theme import Theme
from playground.engine.chain_rule.worksheet import Worksheet
from playground.export.graph_csv import save_graph
from playground.export.graph_figure import figure_size, graph_figure
from playground.export.picture import copy_to_clipboard, save_png, save_svg
from playground.files.atomic import ExportError
from playground.ui.frame.saving import ask_where_to_save

KINDS = {".png": "Picture, PNG (*.png)", ".svg": "Picture, SVG (*.svg)", ".csv": "Table, CSV (*.csv)"}
PICTURE_DPI = 192


class ChainRuleExport:
    """Saves and copies of what a worksheet shows.

    picture       returns the picture of its graph
    differences   returns the finite differences of all its nodes
    say           takes a sentence where something failed, an empty one where nothing did
    folder        where the dialog opens
    """

    def __init__(
        self,
        sheet: Worksheet,
        picture: Callable[[], GraphPicture],
        differences: Callable[[], Mapping[int, float]],
        say: Callable[[str], None],
    ):
        self.folder = ""
        self._sheet, self._picture, self._differences, self._say = sheet, picture, differences, say

    def save_to(self, path: str | Path) -> bool:
        """Write a picture (.png, .svg) or the table (.csv).

        Return False, with a sentence, where that fails.
        """
        path = Path(path)
        try:
            if path.suffix.lower() == ".csv":
                save_graph(self._sheet.graph, self._differences(), path)
            elif path.suffix.lower() == ".svg":
                save_svg(self._figure(), path, *figure_size(self._picture()))
            else:
                save_png(self._figure(), path, *figure_size(self._picture()), PICTURE_DPI)
        except ExportError as error:
            self._say(str(error))
            return False
        self._say("")
        return True

    def copy(self) -> None:
        """Copy a picture of the graph to the clipboard."""
        try:
            copy_to_clipboard(self._figure(), *figure_size(self._picture()), PICTURE_DPI)
        except ExportError as error:
            self._say(str(error))

    def menu(self, parent: QWidget) -> QMenu:
        """Return a menu of all exports."""
        menu = QMenu(parent)
        for suffix, kind in KINDS.items():
            text = kind.partition(" (")[0]
            menu.addAction(f"{text}…").triggered.connect(
                lambda _=False, suffix=suffix: self._ask_where(suffix, parent)
            )
        menu.addAction("Copy the picture").triggered.connect(self.copy)
        return menu

    def _ask_where(self, suffix: str, parent: QWidget) -> None:
        start = Path(self.folder) / f"chain-rule{suffix}"
        path = ask_where_to_save(parent.window(), "Export", start, KINDS[suffix], suffix, say=self._say)
        if path is not None and self.save_to(path):
            self.folder = str(path.parent)

    def _figure(self) -> Callable[[Theme], QGraphicsWidget]:
        sheet = self._sheet.sheet
        values = {node.name: node.value for node in sheet.graph.nodes if node.kind == "variable"}
        return graph_figure(self._picture(), sheet.expression.text, values)
