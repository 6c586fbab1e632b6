"""A card: the rounded sheet on which every view lies, with a title, a sub-title, tools and a body."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from playground.ui.style import set_role


class ElidingLabel(QLabel):
    """A line of plain text that gives way: ends in "…" where there is no room, its tooltip tells all."""

    def __init__(self, text: str = "", parent: QWidget | None = None):
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)


class Card(QFrame):
    """Title and sub-title at the left of one line, tools at its right, the body below.

    The sub-title gives way first when the card gets narrow.
    """

    def __init__(self, title: str = "", subtitle: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        set_role(self, "card")
        self.title_label = QLabel(title)
        set_role(self.title_label, "title")
        self.subtitle_label = ElidingLabel(subtitle)
        set_role(self.subtitle_label, "dim")
        self.tools = QHBoxLayout()
        self.tools.setSpacing(6)
        self.header = QHBoxLayout()
        self.header.setSpacing(6)
        self.header.addWidget(self.title_label)
        self.header.addWidget(self.subtitle_label, 1)
        self.header.addLayout(self.tools)
        self.body = QVBoxLayout()
        self.body.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 7, 10, 8)
        column.setSpacing(4)
        column.addLayout(self.header)
        column.addLayout(self.body, 1)
        self.set_title(title)

    def set_title(self, title: str) -> None:
        """Change the title, which also names the card to a screen reader."""
        self.title_label.setText(title)
        self.title_label.setVisible(bool(title))
        self.subtitle_label.setVisible(bool(title or self.subtitle_label.text()))
        self.setAccessibleName(title)

    def set_subtitle(self, subtitle: str) -> None:
        """Change the dim words beside the title."""
        self.subtitle_label.setText(subtitle)
        self.subtitle_label.setVisible(bool(subtitle or self.title_label.text()))
        self.subtitle_label.updateGeometry()

    def add_tool(self, widget: QWidget) -> None:
        """Add a control at the right end of the title line."""
        self.tools.addWidget(widget)

    def set_body(self, widget: QWidget) -> None:
        """Put a widget into the body, where it takes all the room."""
        self.body.addWidget(widget, 1)
