"""What the lists of the dialog for a table show: its first rows, and its columns."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor

from playground.drawing.kit.theme import Theme
from playground.files.foreign_names import shown_name
from playground.lab.tables.work import FirstRows
from playground.table_proposal import Wish
from playground.ui.widgets.plain_label import plain_tip

LONGEST_HEADING = 28
Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class RowsModel(QAbstractTableModel):
    """The first rows; columns that are not chosen are dim, cells that hold no number stand out."""

    def __init__(self, theme: Theme):
        super().__init__()
        self._rows: FirstRows | None = None
        self._wish: Wish | None = None
        self._dim, self._odd = QColor(theme.dim_text), QColor(theme.amber)

    def show_rows(self, rows: FirstRows | None) -> None:
        self.beginResetModel()
        self._rows, self._wish = rows, None if rows is None else rows.proposal
        self.endResetModel()

    def show_wish(self, wish: Wish) -> None:
        """Show which columns are chosen."""
        self._wish = wish
        last = self.columnCount() - 1
        if last >= 0:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, last))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if self._rows is None or (parent is not None and parent.isValid()) else len(self._rows.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        if self._rows is None or not self._rows.rows or (parent is not None and parent.isValid()):
            return 0
        return len(self._rows.rows[0])

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if self._rows is None:
            return None
        cell, column = self._rows.rows[index.row()][index.column()], index.column()
        if role == Role.DisplayRole:
            return cell.text or "–"
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self._rows.numeric[column] else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Role.ForegroundRole:
            if not self.role_of(column):
                return self._dim
            return self._odd if cell.odd else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if self._rows is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(self._rows.numbers[section]) if role == Role.DisplayRole else None
        name = self._rows.names[section]
        if role == Role.DisplayRole:
            return f"{shown_name(name, LONGEST_HEADING)}\n{self.role_of(section) or '–'}"
        return plain_tip(name) if role == Role.ToolTipRole else None

    def role_of(self, column: int) -> str:
        """Return "input", "target", or "" for a column that is neither."""
        if self._rows is None or self._wish is None:
            return ""
        name = self._rows.names[column]
        return "target" if name in self._wish.targets else "input" if name in self._wish.inputs else ""


class ColumnsModel(QAbstractListModel):
    """The columns of numbers, each to be an input or not; the target is none."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[str, ...] = ()
        self._chosen: set[str] = set()
        self._targets: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The chosen columns in the order of the table."""
        return tuple(name for name in self.names if name in self._chosen and name not in self._targets)

    def show_columns(self, names: tuple[str, ...], wish: Wish) -> None:
        self.beginResetModel()
        self.names, self._chosen, self._targets = names, set(wish.inputs), wish.targets
        self.endResetModel()

    def set_targets(self, targets: tuple[str, ...]) -> None:
        """Set the columns that can be no inputs."""
        self._targets = targets
        self._tell()

    def choose(self, names: tuple[str, ...]) -> None:
        """Choose these columns and no others."""
        self._chosen = set(names)
        self._tell()
        self.changed.emit()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.names)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        name = self.names[index.row()]
        if role == Role.DisplayRole:
            return shown_name(name)
        if role == Role.CheckStateRole:
            on = name in self._chosen and name not in self._targets
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.CheckStateRole:
            return False
        name = self.names[index.row()]
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._chosen.add(name)
        else:
            self._chosen.discard(name)
        self.dataChanged.emit(index, index)
        self.changed.emit()
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.names[index.row()] in self._targets:
            return Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable

    def _tell(self) -> None:
        if self.names:
            self.dataChanged.emit(self.index(0), self.index(len(self.names) - 1))
