"""The update rule in the numbers of the last step, for one of the parameters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.drawing.kit.axes import font
from playground.drawing.kit.theme import Theme
from playground.engine.optimizers import OPTIMIZERS
from playground.numerals import rate_text, signed_text
from playground.ui.rate.update_rules import UPDATE_RULES, Line, Piece, rule_lines, short
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
    if update is None:
        if view.settings.optimizer == "gradient_descent":
            rule = [Piece(f"{symbol} := {symbol} − "), Piece("α", "rate"), Piece(f" · ∂J/∂{symbol}")]
        else:
            rule = [Piece(f"by the rule of {OPTIMIZERS[view.settings.optimizer].title}")]
        which = {1: "the one number", 2: "both numbers"}.get(size, f"all {size} numbers")
        return [[Piece(f"each step changes {which}:", "dim")], rule, []]
    if update.optimizer.name == "gradient_descent":
        return [
            [Piece(f"last step, {called}, one of {size} numbers", "dim")],
            [Piece(f"{symbol} := {symbol} − "), Piece("α", "rate"), Piece(f" · ∂J/∂{symbol}")],
            _plain_numbers(update, index),
        ]
    optimizer = OPTIMIZERS[update.optimizer.name].title
    which = f"step {update.optimizer.count} of {optimizer}, {called}, "
    which += f"g = ∂J/∂{symbol} = {short(float(update.gradient[index]))}"
    return [[Piece(which, "dim")], *rule_lines(update, index, symbol)]


def _plain_numbers(update: LastUpdate, index: int) -> Line:
    before, after = float(update.before[index]), float(update.after[index])
    gradient = float(update.gradient[index])
    decimals = _decimals(after - before)
    value = signed_text(gradient, _decimals(gradient))
    value = f"({value})" if value.startswith("−") else value
    return [
        Piece(signed_text(after, decimals), "bold"),
        Piece(f" = {signed_text(before, decimals)} − "),
        Piece(rate_text(update.learning_rate), "bold rate"),
        Piece(f" · {value}"),
    ]


class UpdateNumbers(QWidget):
    """The lines of `update_lines`, painted: labels would lay the window out anew in each frame."""

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
        self._optimizer = "gradient_descent"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("The update in numbers")
        self.restyle(theme)

    @property
    def text(self) -> str:
        """The lines as plain text."""
        return "\n".join("".join(piece.text for piece in line) for line in self._lines)

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

    def _show_now(self) -> None:
        view = self._view
        if view is None or self._named is None:
            return
        lines = update_lines(view, self._named, min(self.index, self._named.n_parameters - 1))
        if lines != self._lines:
            self._lines = lines
            self.setAccessibleDescription(self.text)
            self.update()

    def restyle(self, theme: Theme) -> None:
        self._theme = theme
        size = theme.font_size + theme.font_factor
        self._fonts = {"text": font(theme, size), "bold": font(theme, size, bold=True)}
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._fonts["bold"])
        # Fixed for each rule, so that the strip keeps its layout while the numbers change.
        rule = UPDATE_RULES[self._optimizer]
        rows, sample = rule.rows, rule.widest
        return QSize(math.ceil(metrics.horizontalAdvance(sample)), math.ceil(rows * self._line_height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        colors = {"dim": theme.dim_text, "rate": theme.pink, "bold rate": theme.pink}
        painter = QPainter(self)
        height = self._line_height()
        y = max(0.0, (self.height() - len(self._lines) * height) / 2)
        for line in self._lines:
            x = 0.0
            for piece in line:
                text_font = self._fonts["bold" if "bold" in piece.kind else "text"]
                painter.setFont(text_font)
                painter.setPen(QColor(colors.get(piece.kind, theme.text)))
                painter.drawText(QPointF(x, y + 0.78 * height), piece.text)
                x += QFontMetricsF(text_font).horizontalAdvance(piece.text)
            y += height

    def _line_height(self) -> float:
        return QFontMetricsF(self._fonts["bold"]).height() + 3 * self._theme.font_factor


def _decimals(value: float) -> int:
    """Return the number of decimals with which a value shows three digits, from three to eight."""
    if value == 0 or not math.isfinite(value):
        return 3
    return int(np.clip(2 - math.floor(math.log10(abs(value))), 3, 8))
