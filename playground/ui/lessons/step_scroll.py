"""The scrolled part of the lesson's page: whole lines of text and whole controls, never half of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QRegion, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from playground.ui.style import set_role

GAP = 6
MORE = "▾ more below"
TALLEST = 120
"""Pixels. What is higher, like a picture, may be cut by the edge."""


class Span(NamedTuple):
    """The upper and lower edge of a line or a control, in pixels from the top of the content."""

    top: int
    bottom: int


class StepScroll(QScrollArea):
    """One column that is scrolled as a whole. What does not fit at an edge is not painted.

    Where the column is higher than the page, a line below it says that there is more, and goes on to it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = QWidget()
        set_role(self._content, "scrolled")
        self.column = QVBoxLayout(self._content)
        self.column.setContentsMargins(0, 0, 2, 0)
        self.column.setSpacing(GAP)
        self.setWidget(self._content)
        self._content.installEventFilter(self)
        self.more = QPushButton(MORE, self)
        set_role(self.more, "more")
        self.more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.more.setToolTip("Scroll down")
        self.more.clicked.connect(self._go_on)
        self.more.hide()
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._show_whole())
        self.verticalScrollBar().rangeChanged.connect(lambda _low, _high: self._show_whole_soon())
        self._due = False
        self._looked_at: QWidget | None = None
        self._first = False
        # By hand: wheel, scroll bar and its keys.
        self.verticalScrollBar().actionTriggered.connect(lambda _action: self._look_at(None))
        # Arrow keys and setFocus do not scroll by themselves, the Tab key does.
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)

    def add(self, *widgets: QWidget) -> None:
        """Add widgets below the others."""
        for widget in widgets:
            self.column.addWidget(widget)

    def to_top(self) -> None:
        """Scroll to the beginning, now and after the layout that is due."""
        self._see(None)

    def see(self, widget: QWidget) -> None:
        """Scroll to a widget: its end, or its beginning where it is higher than the room.

        It stays in sight where the room changes afterwards, until the page is scrolled by hand.
        """
        self._see(widget)

    def see_first(self, widget: QWidget) -> None:
        """Scroll to a widget's beginning, with what follows it below.

        It stays in sight where the room changes afterwards, until the page is scrolled by hand.
        """
        self._see(widget, first=True)

    def shows(self, control: QWidget) -> bool:
        """Return whether a control of the content is seen whole."""
        top = control.mapTo(self._content, QPoint(0, 0)).y()
        return self.seen.top <= top and top + control.height() <= self.seen.bottom

    def see_control(self, control: QWidget) -> None:
        """Scroll as little as shows a control of the content; what is higher than the room stays."""
        if self.isAncestorOf(control) and control.height() <= self.viewport().height():
            # Not ensureWidgetVisible, which shows only the cursor of a field.
            self.see_part(control, control.rect())

    def see_part(self, widget: QWidget, part: QRect) -> None:
        """Scroll as little as shows a rectangle of a widget, with a gap around it."""
        top = widget.mapTo(self._content, part.topLeft()).y()
        bar = self.verticalScrollBar()
        least = top + part.height() + GAP - self.viewport().height()
        bar.setValue(min(max(bar.value(), least), max(top - GAP, 0)))

    def spans(self) -> list[Span]:
        """Return all lines and controls that are shown in the content, from the top down."""
        return sorted(_spans(self._content, self._content))

    @property
    def seen(self) -> Span:
        """The part of the content that is on the screen, without lines that do not fit."""
        top = self.verticalScrollBar().value()
        bottom = top + self.viewport().height()
        spans = [span for span in self.spans() if span.bottom - span.top <= min(TALLEST, bottom - top)]
        first, last = _outside(spans, top, 1), _outside(spans, bottom, -1)
        return Span(first, last) if first < last else Span(top, bottom)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._show_whole_soon()
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move the focus. Where it leaves the scrolled part, what is seen of that stays."""
        bar = self.verticalScrollBar()
        place = bar.value()
        moved = super().focusNextPrevChild(forward)
        now = self.window().focusWidget()
        if now is None or not self.isAncestorOf(now):
            # Qt scrolls to the widget that had the focus here last.
            bar.setValue(place)
        return moved

    def _follow_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None:
            self.see_control(now)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_whole_soon()
        if self._looked_at is not None:
            self._see(self._looked_at, self._first)

    def _look_at(self, widget: QWidget | None) -> None:
        self._looked_at = widget

    def _see(self, widget: QWidget | None, first: bool = False) -> None:
        self._looked_at, self._first = widget, first

        def go() -> None:
            if self._looked_at is not widget:
                return
            bar = self.verticalScrollBar()
            if widget is None:
                bar.setValue(0)
            elif widget.isVisible():
                top = widget.mapTo(self._content, QPoint(0, 0)).y()
                room = self.viewport().height()
                low = top + widget.height() - room
                bar.setValue(top if first or widget.height() > room else min(max(bar.value(), low), top))

        self.column.activate()
        go()
        # The height of a wrapped text is known after its layout.
        QTimer.singleShot(0, self, go)

    def _go_on(self) -> None:
        """Scroll down by what is seen, to the first line that is not."""
        self._look_at(None)
        bar = self.verticalScrollBar()
        bar.setValue(max(self.seen.bottom - GAP, bar.value() + 1))

    def _keep_room_for_more(self) -> None:
        """Keep a line below a column that is higher than the page, and say there whether more follows."""
        higher = self._content.height() > max(self.height(), self.viewport().height())
        height = self.more.sizeHint().height() if higher else 0
        if self.viewportMargins().bottom() != height:
            self.setViewportMargins(0, 0, 0, height)
        bar = self.verticalScrollBar()
        self.more.setGeometry(0, self.height() - height, self.width(), height)
        self.more.setVisible(higher and bar.value() < bar.maximum())

    def _show_whole_soon(self) -> None:
        if not self._due:
            self._due = True
            QTimer.singleShot(0, self, self._show_whole)

    def _show_whole(self) -> None:
        self._due = False
        self._keep_room_for_more()
        seen, content = self.seen, self._content
        part = QRect(0, seen.top, content.width(), seen.bottom - seen.top)
        if QRegion(part) != content.mask():
            content.setMask(part)


def _outside(spans: Sequence[Span], edge: int, way: int) -> int:
    """Return the next place in a direction, down (1) or up (−1), that cuts none of the spans."""
    while (cut := next((span for span in spans if span.top < edge < span.bottom), None)) is not None:
        edge = cut.bottom if way > 0 else cut.top
    return edge


def _spans(widget: QWidget, content: QWidget) -> Iterator[Span]:
    """Return the lines and controls of a widget, in the coordinates of the content."""
    for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if child.isHidden():
            continue
        top = child.mapTo(content, QPoint(0, 0)).y()
        if isinstance(child, QTextEdit):
            yield from _lines_of_document(child, top)
        elif isinstance(child, QLabel):
            yield from _lines_of_label(child, top)
        elif isinstance(child, QAbstractButton | QLineEdit | QAbstractSlider):
            yield Span(top, top + child.height())
            yield from _spans(child, content)
        else:
            yield from _spans(child, content)


def _lines_of_document(text: QTextEdit, top: int) -> Iterator[Span]:
    document = text.document()
    places, block = document.documentLayout(), document.begin()
    while block.isValid():
        start = top + places.blockBoundingRect(block).top()
        for number in range(block.layout().lineCount()):
            line = block.layout().lineAt(number)
            upper = start + line.y()
            yield Span(round(upper), round(upper + line.height()))
        block = block.next()


def _lines_of_label(label: QLabel, top: int) -> Iterator[Span]:
    inside = label.contentsRect()
    if not label.wordWrap():
        yield Span(top, top + label.height())
        return
    count = max(1, round(inside.height() / label.fontMetrics().lineSpacing()))
    pitch = inside.height() / count
    for number in range(count):
        upper = top + inside.top() + number * pitch
        yield Span(round(upper), round(upper + pitch))
