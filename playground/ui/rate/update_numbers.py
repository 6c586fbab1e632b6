"""The update rule in the numbers of the last step, for one of the parameters."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.drawing.kit.axes import font
from playground.drawing.kit.theme import Theme
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.printed_equation import worked_out
from playground.numerals import rate_text, signed_text
from playground.ui.rate.update_rules import (
    UPDATE_RULES,
    Line,
    Piece,
    decimals_of,
    equals,
    lines_of_parts,
    more_decimals,
    rule_lines,
    short,
)
from playground.ui.widgets.throttle import Throttle

if TYPE_CHECKING:
    from playground.engine.problem import NamedParameters
    from playground.engine.recording.run_view import LastUpdate, RunView

READABLE_MS = 100
"""Shortest time between two changes of the numbers: faster ones cannot be read."""


def update_lines(view: RunView, named: NamedParameters, index: int) -> list[Line]:
    """Return the parameter, the rule, and the rule with the numbers of the last step and the optimiser."""
    update = view.last_update
    size, name = named.n_parameters, named.parameter_name(index)
    symbol = name[0].lower()
    called = name if name == symbol else f"{symbol} = {name}"
    n_free = size - len(named.frozen)
    if index in named.frozen:
        value = view.parameters[index] if update is None else update.after[index]
        return [[Piece(f"{called}:", "dim")], frozen_line(symbol, float(value)), []]
    if update is None:
        if view.settings.optimizer == "gradient_descent":
            rule = [Piece(f"{symbol} := {symbol} − "), Piece("α", "rate"), Piece(f" · ∂J/∂{symbol}")]
        else:
            rule = [Piece(f"by the rule of {OPTIMIZERS[view.settings.optimizer].title}")]
        which = {1: "the one number", 2: "both numbers"}.get(size, f"all {size} numbers")
        if n_free < size:
            which = f"{n_free} of {size} numbers"
        return [[Piece(f"each step changes {which}:", "dim")], rule, []]
    if update.optimizer.name == "gradient_descent":
        return [
            [Piece(f"last step, {called}" + one_of(size, n_free), "dim")],
            [Piece(f"{symbol} := {symbol} − "), Piece("α", "rate"), Piece(f" · ∂J/∂{symbol}")],
            _plain_numbers(update, index),
        ]
    optimizer = OPTIMIZERS[update.optimizer.name].title
    which = f"step {update.optimizer.count} of {optimizer}, {called}, "
    which += f"g = ∂J/∂{symbol} = {short(float(update.gradient[index]))}"
    return [[Piece(which, "dim")], *rule_lines(update, index, symbol)]


def frozen_line(symbol: str, value: float) -> Line:
    """Return the line of a parameter that no step changes."""
    return [
        Piece(f"{symbol} is frozen at "),
        Piece(signed_text(value, decimals_of(value)), "bold"),
        Piece(": no step changes it"),
    ]


def one_of(size: int, n_free: int) -> str:
    """Return how many numbers a step changes, the one that is shown among them."""
    if size == 1:
        return ""
    return f", one of {size} numbers" if n_free == size else f", one of {n_free} free numbers"


def one_line(view: RunView, named: NamedParameters, index: int) -> list[Line]:
    """Return the rule with the numbers of the last step in one line, and shorter forms of it.

    The longest comes first: what the symbol stands for and the rule, the name and the rule, the name and the
    numbers. Each says which parameter it is. Before the first step the rule stands there without numbers.
    """
    lines = update_lines(view, named, index)
    update, name = view.last_update, named.parameter_name(index)
    symbol = name[0].lower()
    first, brief = (
        ([Piece(f"{symbol} = {name}:  ", "dim")], [Piece(f"{name}:  ", "dim")])
        if name != symbol
        else ([], [])
    )
    if index in named.frozen:
        return [[*first, *lines[1]], [*brief, *lines[1]], [*brief, *lines[1][:2]]]
    if update is None:
        return [[*first, *lines[1]], [*brief, *lines[1]]]
    if update.optimizer.name == "gradient_descent":
        left, right = lines[1], _plain_sum(update, index)
    else:
        # The last part of a rule moves the parameter; weight decay makes two lines of it.
        *_, moved = lines_of_parts(update, index, symbol).values()
        pieces = [piece for line in moved for piece in line if piece.text.strip()]
        sign = next(place for place, piece in enumerate(pieces) if piece.text.startswith(" = "))
        left, right = pieces[:sign], pieces[sign:]
    rule = [*left, *right]
    numbers = [Piece(f"{name} :="), Piece(right[0].text.removeprefix(" =")), *right[1:]]
    return [[*first, *rule], [*brief, *rule], numbers]


def _plain_sum(update: LastUpdate, index: int) -> Line:
    """Return the same numbers with the result at the end: before − α · gradient = after."""
    after, first, *worked = _plain_numbers(update, index)
    sign = first.text.split()[0]
    before = first.text.removeprefix(f" {sign}")
    return [Piece(f" ={before}"), *worked, Piece(f" {sign} "), after]


def _plain_numbers(update: LastUpdate, index: int) -> Line:
    before, after = float(update.before[index]), float(update.after[index])
    gradient = float(update.gradient[index])
    least, rate = decimals_of(after - before), rate_text(update.learning_rate)

    def slope(more: int, digits: int) -> str:
        decimals = decimals_of(gradient) + digits
        if math.isclose(gradient, before, rel_tol=1e-12):
            # Of ½w² it is w itself: one number is not written with two roundings.
            decimals = least + more
        value = signed_text(gradient, decimals)
        return value if value.isascii() else f"({value})"

    def worked(more: int, digits: int) -> float:
        return worked_out(f"{signed_text(before, least + more)} − {rate}·{slope(more, digits)}")

    found = more_decimals(worked, after, least)
    more, digits = found or (0, 0)
    return [
        Piece(signed_text(after, least + more), "bold"),
        Piece(f" {equals(found)} {signed_text(before, least + more)} − "),
        Piece(rate, "bold rate"),
        Piece(f" · {slope(more, digits)}"),
    ]


class ExampleParameter:
    """The entry of θ whose update is shown while none is chosen: the first that the last step moved.

    Once found it stays, though a later step may not move it; a corner of an image, which is white in all of
    them, is never found. Nothing has moved before the first step: then it is entry 0.
    """

    def __init__(self) -> None:
        self._found: int | None = None

    def of(self, view: RunView) -> int:
        """Return the entry for this view of a run."""
        update = view.last_update
        if update is None or (self._found is not None and self._found >= view.parameters.size):
            self._found = None
        if update is not None and self._found is None and update.gradient.any():
            self._found = int(np.argmax(update.gradient != 0))
        return self._found or 0


class UpdateNumbers(QWidget):
    """The update of one parameter, painted: labels would lay the window out anew in each frame."""

    room_changed = Signal()
    """Another rule needs more or less room than the one before."""

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.index = 0
        self._view: RunView | None = None
        self._named: NamedParameters | None = None
        self._throttle = Throttle(READABLE_MS, self)
        self._throttle.due.connect(self._show_now)
        self._lines: list[Line] = []
        self._concealed = False
        self._optimizer = "gradient_descent"
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("The update in numbers")
        self.restyle(theme)

    @property
    def text(self) -> str:
        """The lines as plain text."""
        return "\n".join(_plain_text(line) for line in self._lines)

    def set_parameter(self, index: int) -> None:
        """Choose the entry of θ that is shown."""
        self.index = index
        if self._view is not None:
            self._show_now()

    def show_view(self, view: RunView, named: NamedParameters) -> None:
        """Show the last step of a run: at once, or after the numbers could be read."""
        if view is not self._view:
            self._view, self._named = view, named
            # The room follows the rule that is set, not the one of the last step: before the first step, too,
            # and after a reset it is the room that the run will need.
            if view.settings.optimizer != self._optimizer:
                self._optimizer = view.settings.optimizer
                self.updateGeometry()
                self.room_changed.emit()
            self._throttle.now_or_soon()

    def conceal(self, on: bool) -> None:
        """Show the rule alone, while its numbers would answer a question; or the numbers again."""
        if on != self._concealed:
            self._concealed = on
            self._show_now()

    def lines(self, view: RunView, named: NamedParameters, index: int) -> list[Line]:
        """Return the lines of this step."""
        return update_lines(view, named, index)

    def shown_lines(self) -> list[Line]:
        """Return the lines that are painted."""
        return self._lines

    def _show_now(self) -> None:
        view = self._view
        if view is None or self._named is None:
            return
        if self._concealed:
            view = replace(view, last_update=None)
        lines = self.lines(view, self._named, min(self.index, self._named.n_parameters - 1))
        if lines != self._lines:
            self._lines = lines
            self.setAccessibleDescription(self.text)
            self.update()

    def restyle(self, theme: Theme) -> None:
        """Apply the colours and fonts of a theme."""
        self._theme = theme
        size = theme.font_size + theme.font_factor
        self.fonts = {"text": font(theme, size), "bold": font(theme, size, bold=True)}
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.fonts["bold"])
        # Fixed, so that the track keeps its place while the numbers, or the optimiser, change.
        width = max(metrics.horizontalAdvance(rule.widest) for rule in UPDATE_RULES.values())
        rows = UPDATE_RULES[self._optimizer].rows
        return QSize(math.ceil(width), math.ceil(rows * self._line_height()))

    def minimumSizeHint(self) -> QSize:
        # The strip hides it where it has no room: it must not keep a window from getting narrower.
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        colors = {"dim": theme.dim_text, "rate": theme.pink, "bold rate": theme.pink}
        painter = QPainter(self)
        height, lines = self._line_height(), self.shown_lines()
        y = max(0.0, (self.height() - len(lines) * height) / 2)
        for line in lines:
            x = 0.0
            for piece in line:
                text_font = self._font_of(piece)
                painter.setFont(text_font)
                painter.setPen(QColor(colors.get(piece.kind, theme.text)))
                painter.drawText(QPointF(x, y + 0.78 * height), piece.text)
                x += QFontMetricsF(text_font).horizontalAdvance(piece.text)
            y += height

    def _font_of(self, piece: Piece) -> QFont:
        return self.fonts["bold" if "bold" in piece.kind else "text"]

    def _line_height(self) -> float:
        return QFontMetricsF(self.fonts["bold"]).height() + 3 * self._theme.font_factor


class UpdateLine(UpdateNumbers):
    """The same in one line: the longest form that fits its width."""

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(theme, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("The update in one line")

    @property
    def text(self) -> str:
        """The form that is shown, as plain text."""
        return "\n".join(_plain_text(line) for line in self.shown_lines())

    def lines(self, view: RunView, named: NamedParameters, index: int) -> list[Line]:
        return one_line(view, named, index)

    def shown_lines(self) -> list[Line]:
        fitting = [line for line in self._lines if self._width(line) <= self.width()]
        return fitting[:1] or self._lines[-1:]

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.fonts["bold"])
        sample = UPDATE_RULES[self._optimizer].one_line
        return QSize(math.ceil(metrics.horizontalAdvance(sample)), math.ceil(self._line_height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def _width(self, line: Line) -> float:
        return sum(QFontMetricsF(self._font_of(piece)).horizontalAdvance(piece.text) for piece in line)


def _plain_text(line: Line) -> str:
    return "".join(piece.text for piece in line)
