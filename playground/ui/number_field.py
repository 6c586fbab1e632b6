"""A line to type a number in, which says in one sentence what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QLineEdit, QVBoxLayout, QWidget

from playground.experiment import ExperimentError
from playground.numerals import rate_text
from playground.ui.style import set_role

Number = float | int | None
Check = Callable[[Number], None]


class NumberField(QLineEdit):
    """A number that is taken with Enter or on leaving, once `check` finds nothing wrong with it.

    name: how the sentence calls the number ("Batch size"). check raises ValueError with the reason ("must
    be from 1 to 64, not 99."). whole: integers only. Where `empty` is given, an empty line means None, and
    `empty` stands there in grey. Until a wrong entry is mended the old value stays in force; Escape brings
    it back. Up and Down change the number. Space is left to the window. Enter hands the focus to `after`,
    where there is such a widget.
    """

    committed = Signal(object)
    problem_changed = Signal(str)

    def __init__(
        self,
        name: str,
        check: Check,
        whole: bool = False,
        empty: str | None = None,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.name = name
        self.value: Number = None
        self.problem = self._hint = ""
        self._check = check
        self._whole = whole
        self._empty = empty
        self.after: QWidget | None = None
        self.setPlaceholderText(empty or "")
        self.setAccessibleName(name)
        self.returnPressed.connect(self._enter)
        self.textEdited.connect(self._mend)

    def set_value(self, value: Number) -> None:
        """Show a value from elsewhere. An entry that is being typed or mended stays."""
        if value == self.value:
            return
        self.value = value
        if not (self.hasFocus() and self.isModified()):
            self._show_value()

    def set_hint(self, hint: str) -> None:
        """What the tooltip tells where nothing is wrong."""
        self._hint = hint
        self._show_tip()

    def number_in(self, text: str) -> Number:
        """The number that a text means. Raises ValueError with the reason."""
        text = text.strip().replace("−", "-")
        if not text and self._empty is not None:
            return None
        if text.count(",") == 1 and "." not in text:
            text = text.replace(",", ".")
        kind = "a whole number" if self._whole else "a number"
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f"must be {kind}, not {_shown(text)}.") from None
        if not math.isfinite(value):
            raise ValueError(f"must be a finite number, not {_shown(text)}.")
        if not self._whole:
            self._check(value)
            return value
        if value != int(value):
            raise ValueError(f"must be a whole number, not {_shown(text)}.")
        self._check(int(value))
        return int(value)

    def commit(self) -> bool:
        """Take what stands in the line, or say what is wrong with it."""
        try:
            value = self._standing()
        except ValueError as error:
            reason = str(error)
            if isinstance(error, ExperimentError):
                reason = reason.removeprefix(f"{error.field}: ")
            self._set_problem(f"{self.name} {reason}")
            return False
        self._set_problem("")
        changed = value != self.value
        self.value = value
        self._show_value()
        if changed:
            self.committed.emit(value)
        return True

    def _standing(self) -> Number:
        """The number that stands in the line. Raises ValueError with the reason."""
        if self.value is None or self.isModified() or self.text() != self._shown_value:
            return self.number_in(self.text())
        # Nothing was typed: the text is the number in force, rounded.
        self._check(self.value)
        return self.value

    def give_up(self) -> None:
        """Show the value in force again, without what was typed."""
        self._set_problem("")
        self._show_value()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isModified():
            self.commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self.isModified() or self.problem):
            self.give_up()
            self.selectAll()
            if self.window().isFullScreen():
                event.ignore()
        elif event.key() == Qt.Key.Key_Space:
            # No number has a space in it: the key runs and pauses here as everywhere.
            if self.isModified():
                self.commit()
            event.ignore()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._nudge(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        self._take_all()
        if self.after is not None and not self.problem:
            self.after.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_all(self) -> None:
        if self.commit():
            self.selectAll()

    def _mend(self) -> None:
        """Take a complaint back as soon as the entry is right, though not yet taken."""
        if self.problem:
            try:
                self.number_in(self.text())
            except ValueError:
                return
            self._set_problem("")

    def _nudge(self, direction: int) -> None:
        """The next whole number, or the next number of the size of its last digit; nothing at the end."""
        try:
            value = self.number_in(self.text())
            if value is None:
                return
            step = 1.0 if self._whole else 10.0 ** -_decimals(value)
            self.number_in(repr(value + direction * step))
        except ValueError:
            return
        new = value + direction * step
        self.setText(str(int(new)) if self._whole else rate_text(new))
        self.setModified(True)
        self._take_all()

    @property
    def _shown_value(self) -> str:
        value = self.value
        return "" if value is None else str(value) if self._whole else rate_text(value)

    def _show_value(self) -> None:
        self.setText(self._shown_value)
        self.setModified(False)
        self._set_problem("")

    def _set_problem(self, problem: str) -> None:
        if problem == self.problem:
            return
        self.problem = problem
        self.setProperty("wrong", bool(problem))
        self.style().unpolish(self)
        self.style().polish(self)
        self._show_tip()
        self.setAccessibleDescription(problem)
        self.problem_changed.emit(problem)

    def _show_tip(self) -> None:
        self.setToolTip(self.problem or self._hint)


class NumberEntry(QWidget):
    """A NumberField whose sentence lies over what stands below it, so that nothing moves away."""

    def __init__(self, field: NumberField, parent: QWidget | None = None):
        super().__init__(parent)
        self.field = field
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.sentence.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        set_role(self.sentence, "note")
        self.sentence.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(field)
        self.setFocusProxy(field)
        field.problem_changed.connect(self._show_problem)

    def _show_problem(self, problem: str) -> None:
        self.sentence.setText(problem)
        self.sentence.setVisible(bool(problem))
        self._place()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.sentence.hide()

    def _place(self) -> None:
        """Under the field; over it where there is no room."""
        if self.sentence.isHidden():
            return
        host = self._host()
        self.sentence.setParent(host)
        width = min(max(self.width(), 180), host.width())
        height = self.sentence.heightForWidth(width)
        corner = self.mapTo(host, QPoint(0, self.height() + 2))
        y = corner.y() if corner.y() + height <= host.height() else corner.y() - self.height() - height - 4
        x = min(corner.x(), host.width() - width)
        self.sentence.setGeometry(max(x, 0), max(y, 0), width, height)
        self.sentence.show()
        self.sentence.raise_()

    def _host(self) -> QWidget:
        """What scrolls with the field and is larger than it: the content of its panel."""
        host: QWidget = self
        while (above := host.parentWidget()) is not None:
            host = above
            viewport = host.parentWidget()
            if viewport is not None and isinstance(viewport.parentWidget(), QAbstractScrollArea):
                break
        return host


def _decimals(value: float) -> int:
    text = rate_text(value)
    return len(text.partition(".")[2]) if "." in text else 0


def _shown(text: str) -> str:
    return f"“{text}”" if len(text) <= 24 else f"“{text[:23]}…”"
