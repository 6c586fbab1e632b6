"""Exports of the chain-rule lab: its graph as a figure, its nodes as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGraphicsWidget, QMenu, QWidget

from playground.drawing.chain_rule.drawing import GraphPicture
from playground.drawing.kit.theme import Theme
from playground.engine.chain_rule.worksheet import Worksheet
from playground.export.graph_csv import save_graph
from playground.export.graph_figure import graph_figure
from playground.files.atomic import ExportError
from playground.ui.frame.saving import ask_where_to_save

SUFFIX, KIND = ".csv", "Table, CSV (*.csv)"


class ChainRuleExport(QObject):
    """Saves of what a worksheet shows. A picture goes through the export dialog of the window.

    picture       returns the picture of its graph
    differences   returns the finite differences of all its nodes
    say           takes a sentence where something failed, an empty one where nothing did
    folder        where the dialog opens
    """

    picture_requested, copy_requested = Signal(), Signal()

    def __init__(
        self,
        sheet: Worksheet,
        picture: Callable[[], GraphPicture],
        differences: Callable[[], Mapping[int, float]],
        say: Callable[[str], None],
        parent: QObject | None = None,
    ):
        super().__init__(parent)
        self.folder = ""
        self._sheet, self._picture, self._differences, self._say = sheet, picture, differences, say

    def save_to(self, path: str | Path) -> bool:
        """Write the table. Return False, with a sentence, where that fails."""
        try:
            save_graph(self._sheet.graph, self._differences(), Path(path))
        except ExportError as error:
            self._say(str(error))
            return False
        self._say("")
        return True

    def menu(self, parent: QWidget) -> QMenu:
        """Return a menu of all exports."""
        menu = QMenu(parent)
        menu.addAction("Picture…").triggered.connect(self.picture_requested)
        menu.addAction(f"{KIND.partition(' (')[0]}…").triggered.connect(lambda: self._ask_where(parent))
        menu.addAction("Copy the picture").triggered.connect(self.copy_requested)
        return menu

    def figure(self) -> Callable[[Theme], QGraphicsWidget]:
        """Return what makes the figure of the graph at the step that is shown."""
        sheet = self._sheet.sheet
        values = {node.name: node.value for node in sheet.graph.nodes if node.kind == "variable"}
        return graph_figure(self._picture(), sheet.expression.text, values)

    def _ask_where(self, parent: QWidget) -> None:
        start = Path(self.folder) / f"chain-rule{SUFFIX}"
        path = ask_where_to_save(parent.window(), "Export", start, KIND, SUFFIX, say=self._say)
        if path is not None and self.save_to(path):
            self.folder = str(path.parent)
