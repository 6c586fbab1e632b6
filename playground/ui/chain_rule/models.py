"""The steps so far as a list, and the nodes of the graph as a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from playground.engine.chain_rule.differences import confirms, largest_value
from playground.engine.chain_rule.steps import ChainRuleSteps, Known, name_text, value_text
from playground.numerals import number_text

Index = QModelIndex | QPersistentModelIndex
NOT_YET = ""
COLUMNS = ("Name", "Expression", "Value", "Gradient", "Finite difference")


class StepsModel(QAbstractListModel):
    """The arithmetic of the first `at` steps, one line each; written only for lines that are visible."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: ChainRuleSteps | None = None
        self._at = 0
        self._texts: dict[int, str] = {}

    def show_steps(self, steps: ChainRuleSteps, at: int) -> None:
        same = self._steps is not None and self._steps.course is steps.course
        if not same:
            self.beginResetModel()
            self._steps, self._at, self._texts = steps, at, {}
            self.endResetModel()
            return
        if steps is not self._steps:
            self._steps, self._texts = steps, {}
        if at > self._at:
            self.beginInsertRows(QModelIndex(), self._at, at - 1)
            self._at = at
            self.endInsertRows()
        elif at < self._at:
            self.beginRemoveRows(QModelIndex(), at, self._at - 1)
            self._at = at
            self.endRemoveRows()

    def announce(self) -> None:
        """Let the view read all lines again: their numbers have changed."""
        if self._at:
            self.dataChanged.emit(self.index(0), self.index(self._at - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._at

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._steps is None or not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            row = index.row()
            if row not in self._texts:
                self._texts[row] = self._steps.step(row).text
            return self._texts[row]
        if role == Qt.ItemDataRole.ToolTipRole:
            step = self._steps.step(index.row())
            return f"{step.text}\n{step.note}"
        return None


class NodesModel(QAbstractTableModel):
    """Every node with its values after the steps so far, and its finite difference beside them."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: ChainRuleSteps | None = None
        self._known: Known | None = None
        self._differences: Mapping[int, float] = {}

    def show_nodes(self, steps: ChainRuleSteps, known: Known, differences: Mapping[int, float]) -> None:
        same = self._steps is not None and self._steps.course is steps.course
        if not same:
            self.beginResetModel()
        self._steps, self._known, self._differences = steps, known, differences
        if not same:
            self.endResetModel()

    def announce(self) -> None:
        """Let the view read all cells again."""
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        if self._steps is None or (parent is not None and parent.isValid()):
            return 0
        return len(self._steps.graph.nodes)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() >= 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) or not index.isValid():
            return None
        return self.text(index.row(), index.column())

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        if self._steps is None or self._known is None:
            return NOT_YET
        node, known = self._steps.graph.nodes[row], self._known
        if column == 0:
            return name_text(node).strip("()") if node.kind == "number" else node.name
        if column == 1:
            return node.label
        if column == 2:
            return value_text(node.value, 6) if known.values[row] else NOT_YET
        gradient = known.gradients[row]
        if gradient is None:
            return NOT_YET
        if column == 3:
            return value_text(gradient, 6) + ("" if known.complete[row] else " + …")
        return difference_text(self._differences.get(row)) if known.complete[row] else NOT_YET


def difference_text(difference: float | None, decimals: int = 6) -> str:
    """Return a finite difference with its significant digits: 9.000000. None: not computed yet."""
    if difference is None:
        return "…"
    if math.isnan(difference):
        return "none"
    if difference != 0 and not 1e-2 <= abs(difference) < 1e6:
        return number_text(difference, decimals)
    return f"{difference:.{decimals}f}".replace("-", "−")


def verdict(steps: ChainRuleSteps, differences: Mapping[int, float]) -> str:
    """Return a sentence: whether all finite differences agree with the gradients.

    Empty until they are there.
    """
    nodes = steps.graph.nodes
    varying = [index for index, node in enumerate(nodes) if node.varies]
    if not varying or any(index not in differences for index in varying):
        return ""
    scale = largest_value(steps.graph)
    unlike = [
        nodes[index].name
        for index in varying
        if not confirms(differences[index], nodes[index].gradient, scale)
    ]
    if not unlike:
        return f"Finite differences confirm all {len(varying)} gradients."
    names = ", ".join(unlike[:4]) + (", …" if len(unlike) > 4 else "")
    return f"Finite differences do not agree at {names}: a kink, an edge, or a bend too sharp for them."
