"""One line under the controls: the newest notice, a remark about what the pointer is over, buttons to undo.

Its height does not change, so nothing below it moves. Without a notice it describes the experiment. In a
presentation it takes no space of its own: it floats over the title of the plot, and where it is higher than
the title the plot makes room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QWidget

from playground.ui.style import set_role
from playground.ui.widgets.card import ElidingLabel
from playground.ui.widgets.plain_label import PlainLabel

MARGINS = 12, 0, 4, 0
FLOATING_MARGIN = 14


class Offer(NamedTuple):
    """A button beside a sentence."""

    text: str
    act: Callable[[], object]


class Notice(NamedTuple):
    """A sentence, the same in fewer words, its buttons, and what happens where it is dismissed."""

    text: str
    shorter: tuple[str, ...]
    offers: tuple[Offer, ...]
    dismissed: Callable[[], object] | None


class NoticeBar(QWidget):
    """The line that shows the newest notice; without one a remark, else the description of the experiment."""

    notice_shown = Signal(str)
    covers = Signal(int, bool)
    """Emitted with the number of pixels that are covered below it (0: none), and whether the text is one
    line."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Notices")
        self._mark = PlainLabel("●")
        set_role(self._mark, "small")
        self._label = ElidingLabel()
        set_role(self._label, "dim")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(6)
        words = QHBoxLayout()
        words.setSpacing(8)
        words.addWidget(self._mark)
        words.addWidget(self._label)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(*MARGINS)
        self._row.setSpacing(8)
        self._row.addLayout(words)
        self._row.addLayout(self._buttons)
        self._row.setAlignment(self._buttons, Qt.AlignmentFlag.AlignLeft)
        self._row.addStretch(1)
        self._place: int | None = None
        self._column: QWidget | None = None
        self._description = ""
        self._hint = ""
        self._remark = ""
        self._text = ""
        self._shorter: tuple[str, ...] = ()
        self._presenting = False
        self._out = False
        self._shown_buttons: list[QPushButton] = []
        self._dismissed: Callable[[], object] | None = None
        self._staying: Notice | None = None
        """The notice that comes back after others."""
        self._expiry = QTimer(self, singleShot=True)
        self._expiry.timeout.connect(self.end)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            # The height is the same with buttons and without, so that nothing below it moves.
            self.setMinimumHeight(round(1.9 * self._label.fontMetrics().height()))

    @property
    def text(self) -> str:
        """The sentence on the screen."""
        return self._label.text()

    @property
    def shown_text(self) -> str:
        """The part of the sentence that is visible: a shorter form where there is no room for the whole."""
        return self._label.text() if self._label.wordWrap() else self._label.shown_text

    @property
    def offers(self) -> dict[str, QPushButton]:
        """The visible buttons, by their text."""
        return {button.text(): button for button in self._shown_buttons}

    def say(
        self,
        text: str,
        offers: Sequence[Offer] = (),
        seconds: float | None = 20.0,
        dismissed: Callable[[], object] | None = None,
        shorter: Sequence[str] = (),
    ) -> None:
        """Show a notice for this many seconds (None: until it is dismissed or another one comes).

        shorter: the same in fewer words, the longest first, for where there is no room beside the buttons.
        """
        # A new notice is shown also where the pointer rests on something with a hint.
        self._hint = ""
        self._put(Notice(text, tuple(shorter), tuple(offers), dismissed), seconds)
        self.notice_shown.emit(text)

    def keep_saying(self, text: str, offers: Sequence[Offer], shorter: Sequence[str] = ()) -> None:
        """Show a notice that comes back after others, until it is dismissed or taken back."""
        self._staying = Notice(text, tuple(shorter), tuple(offers), None)
        self.say(text, offers, None, shorter=shorter)

    def complete(self, before: str, text: str, shorter: Sequence[str] = ()) -> bool:
        """Give the notice that stays another text; return whether it is seen now.

        before: its text, without which nothing happens.
        """
        staying, seen = self._staying, self.shows(before)
        if staying is None or staying.text != before:
            return False
        self._staying = staying._replace(text=text, shorter=tuple(shorter))
        if seen:
            self.say(text, staying.offers, None, shorter=shorter)
        return seen

    def withdraw(self, name: str) -> None:
        """Remove the button of this name, and its notice, unless that one stays."""
        staying = self._staying
        if staying is not None:
            left = tuple(offer for offer in staying.offers if offer.text != name)
            self._staying = staying = staying._replace(offers=left)
        if name not in self.offers:
            return
        if staying is not None and self.shows(staying.text):
            self._put(staying, None)
        else:
            self.end()

    def _put(self, notice: Notice, seconds: float | None) -> None:
        self._text, self._shorter, offers, self._dismissed = notice
        self._set_offers(offers)
        self._expiry.stop()
        if seconds is not None:
            self._expiry.start(round(1000 * seconds))
        self._show()

    def end(self) -> None:
        """Remove the notice, and bring back the one that stays."""
        staying = self._staying
        if staying is None or self.shows(staying.text):
            self.clear()
        else:
            self._put(staying, None)

    def take_back(self, text: str) -> None:
        """Remove the notice, if this is its text, also where another one is shown in its place."""
        if self._staying is not None and self._staying.text == text:
            self._staying = None
        if self.shows(text):
            self.end()

    def shows(self, text: str) -> bool:
        """Return whether this is the text of the present notice."""
        return bool(text) and text == self._text

    @property
    def has_notice(self) -> bool:
        """Whether a notice is shown."""
        return bool(self._text)

    def follow_up(
        self,
        before: str,
        text: str,
        offers: Sequence[Offer] = (),
        seconds: float | None = 20.0,
        shorter: Sequence[str] = (),
    ) -> bool:
        """Replace the notice whose text is before, if that is still shown; return whether it was."""
        stands = self.shows(before)
        if stands:
            self.say(text, offers, seconds, shorter=shorter)
        return stands

    def clear(self) -> None:
        """Remove the notice, and one that stays."""
        self._staying = None
        self._put(Notice("", (), (), None), None)

    def hint(self, text: str) -> None:
        """Show a text about what the pointer is over; an empty text ends it."""
        self._hint = text
        self._show()

    def remark(self, text: str) -> None:
        """Describe what is on the screen. A notice takes precedence; an empty text ends it."""
        if text != self._remark:
            self._remark = text
            self._show()

    def describe(self, text: str) -> None:
        """Set the description that is shown where there is no notice and no remark."""
        self._description = text
        self._show()

    def set_presentation(self, on: bool) -> None:
        """Float over what lies below, and only while there is a notice; off: stand in a line again."""
        self._presenting = on
        self._float(on)
        self._show()

    def keep_to(self, column: QWidget) -> None:
        """Set the widget whose width the floating bar keeps to.

        It is wider only where the buttons need more room.
        """
        self._column = column
        column.installEventFilter(self)

    def _float(self, on: bool) -> None:
        parent = self.parentWidget()
        column = parent.layout() if parent is not None else None
        if parent is None or not isinstance(column, QBoxLayout) or on == (self._place is not None):
            return
        set_role(self, "floating" if on else "")
        if on:
            self._place = column.indexOf(self)
            column.removeWidget(self)
            parent.installEventFilter(self)
            self.raise_()
        else:
            parent.removeEventFilter(self)
            self._row.setContentsMargins(*MARGINS)
            self._row.setDirection(QBoxLayout.Direction.LeftToRight)
            self._label.setWordWrap(False)
            self._label.setMinimumSize(0, 0)
            column.insertWidget(self._place or 0, self)
            self._place = None
            self.covers.emit(0, True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._presenting and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            # The widget below is laid out after this.
            QTimer.singleShot(0, self, self.settle)
        return False

    def settle(self) -> None:
        """Place the floating bar over the upper edge of what is below it, the buttons under a long text.

        A short text stands at the right, so that the title of the plot is visible beside it.
        """
        parent = self.parentWidget()
        column = parent.layout() if parent is not None else None
        item = column.itemAt(self._place) if column is not None and self._place is not None else None
        if parent is None or item is None:
            return
        below = item.geometry()
        whole_buttons = self._buttons.sizeHint().width() + 2 * FLOATING_MARGIN + 24
        if self._column is not None and whole_buttons <= self._column.width():
            below.setLeft(self._column.mapTo(parent, QPoint()).x())
            below.setWidth(self._column.width())
        width = below.width() - 2 * FLOATING_MARGIN
        self._row.setContentsMargins(12, 6, 12, 6)
        buttons = self._buttons.sizeHint()
        needed = self._label.sizeHint().width() + buttons.width() + 70
        one_line = needed <= width
        # A long text stands beside the buttons where that is less high than above them.
        above, left_of_them = width - 70, width - buttons.width() - 70
        beside = one_line or self._lines(left_of_them) <= self._lines(above) + buttons.height()
        self._row.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
        if self._label.wordWrap() == one_line:
            # A label that is given the text it has asks for a new layout all the same, which leads here
            # again.
            self._label.setWordWrap(not one_line)
        room = left_of_them if beside else above
        self._label.setMinimumSize(0 if one_line else room, 0 if one_line else self._lines(room))
        right = below.left() + FLOATING_MARGIN + width
        width = min(needed, width)
        self.setGeometry(right - width, below.top(), width, self.sizeHint().height())
        self.raise_()
        self.covers.emit(0 if self._out else self.height(), one_line)

    def _lines(self, width: int) -> int:
        """Return the height of the text at this width, in pixels."""
        room = QRect(0, 0, max(width, 1), 9999)
        return (
            self._label.fontMetrics()
            .boundingRect(room, Qt.TextFlag.TextWordWrap, self._label.text())
            .height()
        )

    def _show(self) -> None:
        out = self._presenting and not self._text
        # A widget that is set visible before it has a parent opens a window of its own.
        if out != self._out:
            self._out = out
            self.setVisible(not out)
        text = self._hint or self._text or self._remark or self._description
        shorter = self._shorter if text == self._text else ()
        if text != self._label.text() or shorter != self._label.shorter:
            self._label.set_texts(text, *shorter)
            self._label.updateGeometry()
            self.setAccessibleDescription(text)
        important = bool(self._text) and not self._hint
        self._mark.setVisible(important)
        set_role(self._label, "" if important else "dim")
        for button in self.offers.values():
            button.setVisible(not self._hint)
        QTimer.singleShot(0, self, self.settle)

    def _set_offers(self, offers: tuple[Offer, ...]) -> None:
        for button in self._shown_buttons:
            self._buttons.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._shown_buttons = [self._button(offer.text, offer.act) for offer in offers]
        if self._text:
            close = self._button("✕", self._dismiss)
            close.setAccessibleName("Dismiss the notice")
            self._shown_buttons.append(close)
        for button in self._shown_buttons:
            self._buttons.addWidget(button)

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        set_role(button, "quiet" if text == "✕" else "")
        button.setAutoDefault(False)

        def clicked() -> None:
            act()

        button.clicked.connect(clicked)
        return button

    def _dismiss(self) -> None:
        dismissed = self._dismissed
        self.end()
        if dismissed is not None:
            dismissed()
