"""A field for a number, with a sentence about what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QVBoxLayout, QWidget

from playground.experiment_checks import ExperimentError
from playground.number_reader import read_number, read_whole
from playground.numerals import rate_text
from playground.ui.style import set_role
from playground.ui.widgets.checked_line import CheckedLine

Number = float | int | None
Check = Callable[[Number], None]


class SentenceError(ValueError):
    """The refusal of a number by a whole sentence, in which its field is not the subject."""


def leaves_undo(event: QEvent, typing: bool) -> bool:
    """Return whether a field is to ignore this event: a key of Undo or Redo, with nothing typed in the field.

    A field that accepts the override of a shortcut keeps its key from the window.
    """
    if typing or event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    undo = any(event.matches(key) for key in (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo))
    again = event.key() == Qt.Key.Key_Y and event.modifiers() == Qt.KeyboardModifier.ControlModifier
    if undo or again:
        event.ignore()
    return undo or again


def _calls_a_command(event: QEvent) -> bool:
    """Return whether a key that a field leaves to the window may be that of a command."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    held = Qt.KeyboardModifier
    named = Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
    holds = bool(event.modifiers() & (held.ControlModifier | held.AltModifier | held.MetaModifier))
    bare = (Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_Shift, Qt.Key.Key_AltGr)
    return named or (holds and event.key() not in bare)


class NumberField(CheckedLine):
    """A number that is taken with Enter or when the focus leaves, if `check` finds nothing wrong with it.

    name: the number's name in the sentence ("Batch size"). check raises ValueError with the reason ("must be
    from 1 to 64, not 99."), or SentenceError. whole: integers only. Where `empty` is given, an empty field
    means None, and shows `empty` in grey. Until a wrong entry is corrected the old value stays in force;
    Escape brings it back. Up and Down change the number; nudging is true while `committed` tells of that.
    Space is left to the window; the key of a command, like F5, takes the number before the command begins.
    Enter moves the focus to `after`, where there is such a widget.
    """

    committed = Signal(object)

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
        self._check = check
        self._whole = whole
        self._empty = empty
        self.nudging = False
        self.after: QWidget | None = None
        self.setPlaceholderText(empty or "")
        self.setAccessibleName(name)
        self.returnPressed.connect(self._enter)
        self.textEdited.connect(self._mend)

    def event(self, event: QEvent) -> bool:
        """Leave Undo and Redo to the window while nothing has been typed here."""
        if leaves_undo(event, self.isModified()):
            return False
        done = super().event(event)
        if self.isModified() and not event.isAccepted() and _calls_a_command(event):
            self.commit()
        return done

    def set_value(self, value: Number) -> None:
        """Show a value from elsewhere. An entry that is being typed or corrected stays."""
        if value == self.value:
            return
        self.value = value
        if not (self.hasFocus() and self.isModified()):
            self._show_value()

    def number_in(self, text: str) -> Number:
        """Return the number in a text. Raises ValueError with the reason."""
        if not text.strip() and self._empty is not None:
            return None
        value = read_whole(text) if self._whole else read_number(text)
        self._check(value)
        return value

    def commit(self) -> bool:
        """Take the number in the field, or show what is wrong with it; return whether it was taken."""
        try:
            value = self._standing()
        except ValueError as error:
            reason = str(error)
            if isinstance(error, ExperimentError):
                reason = reason.removeprefix(f"{error.field}: ")
            self._set_problem(reason if isinstance(error, SentenceError) else f"{self.name} {reason}")
            return False
        self._set_problem("")
        changed = value != self.value
        self.value = value
        self._show_value()
        if changed:
            self.committed.emit(value)
        return True

    def _standing(self) -> Number:
        """Return the number in the field. Raises ValueError with the reason."""
        if self.value is None or self.isModified() or self.text() != self._shown_value:
            return self.number_in(self.text())
        # Nothing was typed: the text is the number in force, rounded.
        self._check(self.value)
        return self.value

    def give_up(self) -> None:
        """Show the value in force again, without the typed text."""
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
            # No number contains a space: the key runs and pauses here as everywhere.
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
        """Hide the sentence as soon as the entry is right, though not yet taken."""
        if self.problem:
            try:
                self.number_in(self.text())
            except ValueError:
                return
            self._set_problem("")

    def _nudge(self, direction: int) -> None:
        """Take the next whole number, or the next of the size of its last digit; nothing at the end."""
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
        self.nudging = True
        try:
            self._take_all()
        finally:
            self.nudging = False

    @property
    def _shown_value(self) -> str:
        value = self.value
        return "" if value is None else str(value) if self._whole else rate_text(value)

    def _show_value(self) -> None:
        self.setText(self._shown_value)
        self.setModified(False)
        self._set_problem("")


class Remark(QLabel):
    """A sentence that covers what lies below a widget, so that nothing moves."""

    def __init__(self, anchor: QWidget):
        super().__init__(anchor)
        self._anchor = anchor
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        set_role(self, "note")
        self.hide()
        anchor.installEventFilter(self)
        # It may have moved into another widget, which outlives the anchor.
        anchor.destroyed.connect(self.deleteLater)

    def say(self, sentence: str) -> None:
        """Show a sentence; hide it where it is empty."""
        if sentence == self.text() and self.isHidden() != bool(sentence):
            return
        self.setText(sentence)
        self.setVisible(bool(sentence))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place()
        elif event.type() == QEvent.Type.Hide:
            self.hide()
        elif event.type() == QEvent.Type.Show:
            # An entry that was wrong before the panel was closed is still wrong.
            self.say(self.text())
        return False

    def _place(self) -> None:
        """Place it under the widget, or over it where there is no room."""
        if self.isHidden():
            return
        anchor, host = self._anchor, self._host()
        self.setParent(host)
        width = min(max(anchor.width(), 180), host.width())
        height = self.heightForWidth(width)
        corner = anchor.mapTo(host, QPoint(0, anchor.height() + 2))
        y = corner.y() if corner.y() + height <= host.height() else corner.y() - anchor.height() - height - 4
        x = min(corner.x(), host.width() - width)
        self.setGeometry(max(x, 0), max(y, 0), width, height)
        self.show()
        self.raise_()

    def _host(self) -> QWidget:
        """Return the widget that scrolls with it and is larger: the content of its panel."""
        host = self._anchor
        while not host.isWindow() and (above := host.parentWidget()) is not None:
            host = above
            viewport = host.parentWidget()
            if viewport is not None and isinstance(viewport.parentWidget(), QAbstractScrollArea):
                break
        return host


class NumberEntry(QWidget):
    """A NumberField with its sentence below it."""

    def __init__(self, field: NumberField, parent: QWidget | None = None):
        super().__init__(parent)
        self.field = field
        self.sentence = Remark(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(field)
        self.setFocusProxy(field)
        field.problem_changed.connect(self.sentence.say)


def _decimals(value: float) -> int:
    text = rate_text(value)
    return len(text.partition(".")[2]) if "." in text else 0
