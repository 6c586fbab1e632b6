"""A box to choose one of a few named values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPaintEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from playground.ui.widgets.plain_label import show_tip


class ChoiceBox(QComboBox):
    """A box that emits `chosen` with the value when the user takes another one; `set_value` emits nothing.

    The wheel changes it only while it has the focus, so that scrolling a panel changes no experiment.
    """

    chosen = Signal(object)

    def __init__(self, name: str, choices: Mapping[Any, str], parent: QWidget | None = None):
        super().__init__(parent)
        self.value: object = None
        self._extra = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # A long title must not widen the panel: the list shows it in full.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(5)
        self.set_choices(choices)
        self.activated.connect(self._take)

    def set_choices(self, choices: Mapping[Any, str]) -> None:
        """Offer other values; none of them is shown until set_value."""
        self.clear()
        self.value, self._extra = None, False
        for value, title in choices.items():
            self.addItem(title, value)
        # All of them at once: Qt shows ten, and hides that there are more.
        self.setMaxVisibleItems(max(len(choices), 10))

    def set_value(self, value: object, title: str = "") -> None:
        """Show a value. One that is no choice is shown under its own title."""
        index = self._index_of(value)
        if index < 0 or (self._extra and index == self.count() - 1):
            self._drop_extra()
            self.addItem(title or str(value), value)
            self._extra = True
            index = self.count() - 1
        elif self._extra:
            self._drop_extra()
        self.value = value
        self.setCurrentIndex(index)

    def set_possible(self, value: object, possible: bool, reason: str = "") -> None:
        """Set whether a choice can be taken. reason: why not, for its tooltip."""
        model = self.model()
        item = model.item(self._index_of(value)) if isinstance(model, QStandardItemModel) else None
        if isinstance(item, QStandardItem):
            item.setEnabled(possible)
            item.setToolTip("" if possible else reason)

    @property
    def shown_text(self) -> str:
        """The part of the title that has room."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        field = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self)
        # The style keeps a pixel at each side; the box is no wider than its longest title needs.
        room = field.width() - 2
        return option.fontMetrics.elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box as usual, but with "…" where the title has no room."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown_text
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            # The full title is used first: it may have been cut before.
            words = [self.currentText(), self.toolTip()]
            show_tip(event.globalPos(), "\n".join(word for word in words if word), self)
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _take(self, index: int) -> None:
        value = self.itemData(index)
        if value != self.value:
            self.value = value
            self.chosen.emit(value)

    def _index_of(self, value: object) -> int:
        return next((index for index in range(self.count()) if self.itemData(index) == value), -1)

    def _drop_extra(self) -> None:
        if self._extra:
            self.removeItem(self.count() - 1)
            self._extra = False
