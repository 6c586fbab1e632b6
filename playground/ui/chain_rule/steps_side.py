"""The side of the graph: every step so far, and every node as a row of a table."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QListView, QTableView, QTabWidget, QWidget

from playground.engine.chain_rule.steps import ChainRuleSteps, Known
from playground.ui.chain_rule.models import NodesModel, StepsModel
from playground.ui.widgets.throttle import Throttle

READ_MS = 120
"""Time between two updates of the lists while numbers change: they are read more slowly than the graph."""
MOST_WRAPPED = 300
"""Maximum number of steps that may wrap: measuring more lines would take too long."""


class StepsSide(QTabWidget):
    """The list of steps and the table. Both read only while they are visible."""

    chosen = Signal(int)
    """A step was clicked: emitted with the number of steps to show."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.steps_model, self.nodes_model = StepsModel(), NodesModel()
        self._at = 0
        self.steps_list = QListView()
        self.steps_list.setModel(self.steps_model)
        self.steps_list.setWordWrap(True)
        self.steps_list.setResizeMode(QListView.ResizeMode.Adjust)
        self.steps_list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.steps_list.setSpacing(2)
        self.steps_list.setAccessibleName("Steps so far")
        self.steps_list.setToolTip("Click a step to go back to it")
        self.table = QTableView()
        self.table.setModel(self.nodes_model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAccessibleName("Nodes of the graph")
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        self.addTab(self.steps_list, "Steps")
        self.addTab(self.table, "Table")
        self._throttle = Throttle(READ_MS, self)
        self._throttle.due.connect(self.read)
        self.steps_list.clicked.connect(lambda index: self.chosen.emit(index.row() + 1))

    def show_steps(self, steps: ChainRuleSteps, at: int, at_once: bool) -> None:
        """Take the first `at` steps; the view reads them at once, or soon."""
        self._at = at
        self.steps_list.setUniformItemSizes(len(steps) > MOST_WRAPPED)
        self.steps_model.show_steps(steps, at)
        if at_once:
            self.read()
        else:
            self.read_soon()

    def show_nodes(self, steps: ChainRuleSteps, known: Known, differences: Mapping[int, float]) -> None:
        """Take the content of the table; it is read with the steps."""
        self.nodes_model.show_nodes(steps, known, differences)

    def read_soon(self) -> None:
        self._throttle.soon()

    def read(self) -> None:
        """Let the views read their models again."""
        if self.isHidden():
            return
        self.steps_model.announce()
        self.nodes_model.announce()
        if self._at:
            now = self.steps_model.index(self._at - 1)
            select = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.steps_list.selectionModel().setCurrentIndex(now, select)
            self.steps_list.scrollTo(now)
