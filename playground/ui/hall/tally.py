"""A tally for a show of hands: a question, its choices with counts and bars, and the answer on a key."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QRectF, QRegularExpression, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegularExpressionValidator,
    QShortcut,
)
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from playground.drawing.kit.theme import DARK, Theme, mix
from playground.number_reader import NumberError, read_whole, shown
from playground.ui.style import set_role
from playground.ui.widgets.buttons import quiet_button
from playground.ui.widgets.card import Card
from playground.ui.widgets.number_field import Remark
from playground.ui.widgets.plain_label import Paragraph, RichParagraph

LETTERS = "ABCDEFGH"
FEWEST, USUAL = 2, 3
MOST_HANDS = 9999
REVEAL_KEY = "R"


class Tally(Card):
    """The numbers of hands for each choice. The keys A, B, C … add one, with Shift they take one away.

    A click on a bar adds one too, and counts can be typed. Where the answer is known, R or the button reveals
    it.
    """

    closed = Signal()

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None):
        super().__init__("Show of hands", parent=parent)
        self._theme = theme
        self._answer: int | None = None
        self._explanation = ""
        self._free = True
        self.rows: list[_Row] = []
        self.question = Paragraph()
        self.answer_label = RichParagraph()
        self.reveal_button = _button(f"Reveal ({REVEAL_KEY})", self.reveal)
        self.clear_button = _button("Clear", self.clear)
        self.fewer_button = _button("− choice", lambda: self._set_count(len(self.rows) - 1))
        self.more_button = _button("+ choice", lambda: self._set_count(len(self.rows) + 1))
        close = quiet_button("✕", "", "Close the show of hands")
        close.clicked.connect(self.closed)
        self.add_tool(close)
        self._arrange()
        self._make_keys()
        self.ask("", [""] * USUAL)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def _arrange(self) -> None:
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        inside = QWidget()
        set_role(inside, "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.addWidget(self.question)
        column.addLayout(self._grid)
        column.addWidget(self.answer_label)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inside)
        self.set_body(self._area)
        buttons = QVBoxLayout()
        for pair in ((self.reveal_button, self.clear_button), (self.fewer_button, self.more_button)):
            line = QHBoxLayout()
            for button in pair:
                line.addWidget(button)
            buttons.addLayout(line)
        self.body.addLayout(buttons)

    def _make_keys(self) -> None:
        for index, letter in enumerate(LETTERS):
            for keys, by in ((letter, 1), (f"Shift+{letter}", -1)):
                shortcut = QShortcut(QKeySequence(keys), self)
                shortcut.activated.connect(lambda index=index, by=by: self.add(index, by))
        QShortcut(QKeySequence(REVEAL_KEY), self).activated.connect(self.reveal)

    # What is asked --------------------------------------------------------------------------------------

    def ask(
        self, question: str, choices: Sequence[str], answer: int | None = None, explanation: str = ""
    ) -> None:
        """Begin a count. answer: the index of the right choice, None where it is not known."""
        self._answer, self._explanation = answer, explanation
        self._free = not question
        self.question.setText(question or "Say the question, then count the hands.")
        self._fill(list(choices))
        self.answer_label.hide()
        self.reveal_button.setVisible(answer is not None)
        self.fewer_button.setVisible(self._free)
        self.more_button.setVisible(self._free)

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of hands for each choice."""
        return tuple(row.box.value() for row in self.rows)

    @property
    def is_revealed(self) -> bool:
        return not self.answer_label.isHidden()

    def add(self, index: int, by: int = 1) -> None:
        """Add one hand for a choice, or this many."""
        if 0 <= index < len(self.rows):
            self.rows[index].box.set_value(self.rows[index].box.value() + by)

    def clear(self) -> None:
        """Begin the count again."""
        for row in self.rows:
            row.box.set_value(0)
        self.answer_label.hide()
        self._draw()

    def reveal(self) -> None:
        """Show the right choice, in words and in green."""
        if self._answer is None:
            return
        self._write_answer()
        self.answer_label.show()
        self._draw()
        QTimer.singleShot(0, self, self._show_answer)

    def _write_answer(self) -> None:
        assert self._answer is not None
        letter = LETTERS[self._answer]
        right, total = self.counts[self._answer], sum(self.counts)
        share = f" {right} of {total} said so." if total else ""
        self.answer_label.setText(
            f"<b style='color:{self._theme.green}'>{letter} is right.</b>{share} {escape(self._explanation)}"
        )

    def _show_answer(self) -> None:
        """Show the answer; where there is little room, the answer alone."""
        self._area.ensureWidgetVisible(self.answer_label)

    def restyle(self, theme: Theme) -> None:
        self._theme = theme
        width = round(300 * min(theme.font_factor, 1.5))
        self.setFixedWidth(width)
        if self._answer is not None and not self.answer_label.isHidden():
            self._write_answer()
        self._draw()

    # Rows -----------------------------------------------------------------------------------------------

    def _set_count(self, count: int) -> None:
        if FEWEST <= count <= len(LETTERS):
            counts = self.counts
            self._fill([""] * count)
            for row, value in zip(self.rows, counts, strict=False):
                row.box.set_value(value)

    def _fill(self, choices: list[str]) -> None:
        for row in self.rows:
            for widget in (row.name, row.bar, row.box):
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self.rows = []
        for index, choice in enumerate(choices):
            row = _Row(index, choice)
            row.bar.clicked.connect(lambda index=index: self.add(index))
            row.box.changed.connect(lambda count, index=index: self._count(index, count))
            # A choice in words is written above its bar, however long it is; a mere letter beside it.
            over = bool(choice)
            line = 2 * index + 1
            self._grid.addWidget(row.name, line - over, 0, 1, 3 if over else 1)
            self._grid.addWidget(row.bar, line, 0 if over else 1, 1, 2 if over else 1)
            self._grid.addWidget(row.box, line, 2)
            self.rows.append(row)
        self._draw()

    def _count(self, index: int, count: int) -> None:
        self._draw()

    def _draw(self) -> None:
        most = max((*self.counts, 1))
        theme = self._theme
        for index, row in enumerate(self.rows):
            right = self.is_revealed and index == self._answer
            strong = theme.green if right else mix(theme.card, theme.text, 0.55)
            row.box.setFixedWidth(row.box.fontMetrics().horizontalAdvance("0000") + 24)
            row.bar.show_share(row.box.value() / most, strong, mix(theme.card, theme.text, 0.10))
            row.bar.setAccessibleName(f"{LETTERS[index]}: {row.box.value()} hands")


class _Row:
    """One choice: its words, its bar, its count."""

    def __init__(self, index: int, choice: str):
        letter = LETTERS[index]
        self.name = Paragraph(f"{letter}   {choice}".rstrip())
        self.bar = _Bar()
        self.bar.setToolTip(f"Click or press {letter} for one hand more, Shift+{letter} for one less")
        self.box = _Count(f"Hands for {letter}")


class _Count(QLineEdit):
    """A number of hands that can be typed; an empty field is none.

    It counts while it is typed. Where the text is no count, the last one remains in force, and the sentence
    explains why.
    """

    changed = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__("0")
        self._name, self._count = name, 0
        self.remark = Remark(self)
        self.setAccessibleName(name)
        # Letters are keys of the tally, also while a count is typed.
        self.setValidator(QRegularExpressionValidator(QRegularExpression(r"[\d\s.,'’+−-]{0,20}"), self))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.textChanged.connect(self._read)

    def value(self) -> int:
        return self._count

    def set_value(self, count: int) -> None:
        """Set the number, clamped to the possible range."""
        self.setText(str(min(max(count, 0), MOST_HANDS)))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setText(str(self._count))

    def _read(self, text: str) -> None:
        try:
            count = read_whole(text) if text.strip() else 0
            if not 0 <= count <= MOST_HANDS:
                raise NumberError(f"must be from 0 to {MOST_HANDS}, not {shown(text)}.")
        except NumberError as error:
            self.remark.say(f"{self._name} {error}")
            return
        self.remark.say("")
        if count != self._count:
            self._count = count
            self.changed.emit(count)


class _Bar(QWidget):
    """A bar from the left; its length is its share."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._share, self._colors = 0.0, ("#888888", "#888888")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float, color: str, ground: str) -> None:
        self._share, self._colors = share, (color, ground)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, round(1.5 * self.fontMetrics().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        for color, share in zip(reversed(self._colors), (1.0, self._share), strict=True):
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(QRectF(0, 0, share * whole.width(), whole.height()), 4, 4)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()


def _button(text: str, act: object) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _checked=False: act())  # type: ignore[operator]
    return button
