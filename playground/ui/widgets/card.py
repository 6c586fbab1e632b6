"""A card: the rounded sheet of every view, with a title, a sub-title, tools and a body."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from playground.output_words import SHORT_BOUNDARIES
from playground.theta_words import SHORT_LANDSCAPES
from playground.ui.style import set_role
from playground.ui.widgets.plain_label import plain_tip

SHORT_TITLES = {**SHORT_LANDSCAPES, **SHORT_BOUNDARIES}


class ElidingLabel(QLabel):
    """A line of plain text that may be cut: without room it ends in "…", and its tooltip has all of it.

    Where it has shorter texts too, it shows the longest that fits.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None):
        super().__init__(text, parent)
        self._told = ""
        self._shorter: tuple[str, ...] = ()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self.advance(self.text()) + 2, super().sizeHint().height())

    def advance(self, text: str) -> int:
        """Return the width of a text in its font."""
        return self.fontMetrics().horizontalAdvance(text)

    def set_texts(self, text: str, *shorter: str) -> None:
        """Set the texts, the longest first."""
        self._shorter = shorter
        self.setText(text)
        self.update()

    def set_told(self, told: str) -> None:
        """Set what is said of the text: in its tooltip, and to a screen reader."""
        self._told = told
        self.setAccessibleDescription(told)
        self._set_tip()

    def _set_tip(self) -> None:
        cut = self.shown_text != self.text()
        self.setToolTip(plain_tip("\n".join(filter(None, (self.text() if cut else "", self._told)))))

    @property
    def shorter(self) -> tuple[str, ...]:
        """The shorter texts."""
        return self._shorter

    @property
    def shown_text(self) -> str:
        """The text that it shows at its present width."""
        room = self.contentsRect().width()
        fitting = (text for text in (self.text(), *self._shorter) if self.advance(text) <= room)
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        return next(fitting, cut)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.wordWrap():
            super().paintEvent(event)
            return
        room, shown = self.contentsRect(), self.shown_text
        self._set_tip()
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)


class FittingLabel(QLabel):
    """A label that shows the longest of its texts that fits; the tooltip has what is left out.

    Its smallest width is that of the shortest text; text() is the longest.
    """

    def __init__(self, *texts: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._texts: tuple[str, ...] = ("",)
        self._widths: tuple[int, ...] = (0,)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.set_texts(*texts)

    def set_texts(self, *texts: str) -> None:
        """Set the texts, the longest first; rich text where the label's format is that."""
        texts = texts or ("",)
        if texts != self._texts:
            self._texts = texts
            self._measure()

    def text(self) -> str:
        return self._texts[0]

    @property
    def shown_text(self) -> str:
        """The text that it shows at its present width."""
        return super().text()

    def sizeHint(self) -> QSize:
        return QSize(self._widths[0], super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._widths[-1], super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()

    def _measure(self) -> None:
        widths = []
        for text in self._texts:
            super().setText(text)
            widths.append(super().sizeHint().width() if text else 0)
        self._widths = tuple(widths)
        self._choose()
        self.updateGeometry()

    def _choose(self) -> None:
        fitting = (t for t, width in zip(self._texts, self._widths, strict=True) if width <= self.width())
        text = next(fitting, self._texts[-1])
        if text != super().text():
            super().setText(text)
        rich = self.textFormat() == Qt.TextFormat.RichText
        self.setToolTip(plain_tip(self._texts[0]) if text != self._texts[0] and not rich else "")


class Card(QFrame):
    """Title and sub-title at the left of one line, tools at its right, the body below.

    The sub-title is shortened first when the card gets narrow.
    """

    def __init__(self, title: str = "", subtitle: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        set_role(self, "card")
        self.title_label = FittingLabel(title)
        set_role(self.title_label, "title")
        self.subtitle_label = ElidingLabel(subtitle)
        set_role(self.subtitle_label, "dim")
        # It has the room that the others leave.
        self.subtitle_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(4)
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
        self._headed = True
        self.set_title(title)

    def show_header(self, on: bool) -> None:
        """Show title and sub-title, or give their line to the body."""
        self._headed = on
        self._show_words()

    def _show_words(self) -> None:
        title, subtitle = bool(self.title_label.text()), bool(self.subtitle_label.text())
        self.title_label.setVisible(self._headed and title)
        self.subtitle_label.setVisible(self._headed and (title or subtitle))

    def set_title(self, title: str) -> None:
        """Change the title, which also names the card to a screen reader."""
        self.title_label.set_texts(title, *SHORT_TITLES.get(title, ()))
        self._show_words()
        self.setAccessibleName(title)

    def set_subtitle(self, subtitle: str, *shorter: str) -> None:
        """Change the dim text beside the title. The shorter ones are used where there is no room."""
        if (subtitle, *shorter) == (self.subtitle_label.text(), *self.subtitle_label.shorter):
            return
        self.subtitle_label.set_texts(subtitle, *shorter)
        self._show_words()
        self.subtitle_label.updateGeometry()

    def add_tool(self, widget: QWidget) -> None:
        """Add a control at the right end of the title line."""
        self.tools.addWidget(widget)

    def set_body(self, widget: QWidget) -> None:
        """Put a widget into the body, where it fills all the room."""
        self.body.addWidget(widget, 1)
