"""The sheet on which a pass through the network is written, operation under operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QToolTip, QWidget

from playground.drawing.inspector import Entry, MatrixDrawing, Placed
from playground.drawing.kit.theme import DARK, Theme, mix
from playground.engine.backprop.operation import Matrix, Operation
from playground.engine.backprop.signs import signs_in
from playground.ui.style import set_role
from playground.ui.widgets.plain_label import show_tip

MARGIN = 10.0
LARGE, LARGE_ROOM = 1.25, (620, 600)
"""Factor of the type where the sheet has much room, and the least width and height for it in pixels."""
TIP_BELOW = 14.0
"""A tip begins at least this far below its place, in pixels."""
EARLIER = 0.72
"""Opacity of operations before the present one."""
PHASE_TITLES = {
    "forward": "Forward",
    "loss": "Loss",
    "backward": "Backward: it measures",
    "update": "Update: it moves",
}


class Line(NamedTuple):
    """The place of an operation: the top of its block, its parts, where they begin, its whole height."""

    top: float
    parts_at: float
    placed: list[Placed]
    height: float


class Board(QWidget):
    """The operations that were done so far; the last of them stands out.

    Arrow keys go from entry to entry of the last operation.
    """

    pointed = Signal(str)
    """Emitted with the arithmetic of the entry under the pointer, or under the keys; empty for none."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None):
        super().__init__(parent)
        self.drawing = MatrixDrawing(theme)
        self._theme, self._large = theme, False
        self.operations: tuple[Operation, ...] = ()
        self.at = 0
        self.more: Callable[[Operation, Entry], str] = lambda operation, entry: ""
        self._lines: list[Line] = []
        self._chosen: tuple[int, Entry] | None = None
        self._text = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Operations")

    def show_operations(self, operations: tuple[Operation, ...], at: int) -> None:
        """Write the first `at` operations."""
        same = len(operations) == len(self.operations) and at == self.at
        self.operations, self.at = operations, at
        if self._chosen is not None and not (same and self._is_there(*self._chosen)):
            self._chosen = None
        self._lay_out()
        self._show_readout(with_tip=False)

    def restyle(self, theme: Theme) -> None:
        self._theme = theme
        factor = theme.font_factor * (LARGE if self._large and theme.font_factor == 1.0 else 1.0)
        self.drawing.restyle(theme.with_font_factor(factor))
        self._lay_out()

    def set_large(self, large: bool) -> None:
        """Write larger, where there is much room; in a hall the type is large already."""
        if large != self._large:
            self._large = large
            self.restyle(self._theme)

    def now(self) -> QRect:
        """Return the rectangle of the last operation."""
        if not self._lines:
            return QRect()
        line = self._lines[-1]
        return QRect(0, int(line.top), self.width(), int(line.height))

    def lay_out_for(self, width: int) -> None:
        """Fit the sheet into this width."""
        if width != self.width():
            self.resize(width, self.height())
            self._lay_out()

    def sizeHint(self) -> QSize:
        height = self._lines[-1].top + self._lines[-1].height if self._lines else 40.0
        return QSize(300, int(height + MARGIN))

    def entry_place(self, operation: int, entry: Entry) -> QPointF:
        """Return the middle of an entry, on this sheet."""
        line = self._lines[operation]
        placed = next(spot for spot in line.placed if spot.part == entry.part)
        matrix = self.operations[operation].parts[entry.part]
        assert isinstance(matrix, Matrix)
        rows, columns = matrix.values.shape
        x = placed.place.left() + (entry.column + 0.5) * placed.place.width() / columns
        y = placed.place.top() + (entry.row + 0.5) * placed.place.height() / rows
        return QPointF(MARGIN + x, line.parts_at + y)

    # Painting -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        theme = self.drawing.theme
        for index, line in enumerate(self._lines):
            block = QRectF(0, line.top, self.width(), line.height)
            if not block.toAlignedRect().intersects(event.rect()):
                continue
            operation, last = self.operations[index], index == len(self._lines) - 1
            top = line.top
            if self._begins_phase(index):
                painter.setFont(self._font(bold=True, factor=1.08))
                painter.setPen(QColor(theme.text if last else mix(theme.card, theme.text, EARLIER)))
                head = QRectF(MARGIN, top, self.width() - 2 * MARGIN, self._phase_height())
                painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, PHASE_TITLES[operation.phase])
                top += self._phase_height()
            if last:
                lit = QRectF(0, top, self.width(), line.top + line.height - top - 4)
                painter.fillRect(lit, QColor(mix(theme.card, theme.text, 0.07)))
                painter.fillRect(QRectF(0, top, 3, lit.height()), QColor(theme.text))
            painter.setFont(self._font(bold=last))
            painter.setPen(QColor(theme.text if last else mix(theme.card, theme.text, EARLIER)))
            place = QRectF(MARGIN, top, self.width() - 2 * MARGIN, line.parts_at - top)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, operation.formula)
            chosen = self._chosen[1] if self._chosen is not None and self._chosen[0] == index else None
            strength = 1.0 if last else EARLIER
            origin = QPointF(MARGIN, line.parts_at)
            self.drawing.paint(painter, origin, operation, line.placed, chosen, strength)
        if self.hasFocus():
            painter.setPen(QColor(theme.dim_text))
            painter.drawRect(self.visibleRegion().boundingRect().adjusted(0, 0, -1, -1))

    # Pointing -------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._chosen = self._entry_at(event.position())
        self._show_readout(event.position())
        self._explain_signs(event.position())
        self.update()

    def _explain_signs(self, point: QPointF) -> None:
        """Show what the signs mean where the pointer is on the formula of an operation."""
        formula = self.formula_at(point)
        if formula is not None and (signs := signs_in(self.operations[formula].formula)):
            show_tip(self.mapToGlobal(point.toPoint()), "\n".join(signs), self)

    def formula_at(self, point: QPointF) -> int | None:
        """Return the operation whose formula is at a point of this sheet; None for no formula."""
        for index, line in enumerate(self._lines):
            top = line.top + (self._phase_height() if self._begins_phase(index) else 0.0)
            if top <= point.y() < line.parts_at:
                return index
        return None

    def formula_place(self, operation: int) -> QPointF:
        """Return a place on the formula of an operation, on this sheet."""
        return QPointF(MARGIN + 12, self._lines[operation].parts_at - 4)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._chosen = None
        self._show_readout(with_tip=False)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._lines or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
            return
        self._move(*step)

    def _move(self, down: int, right: int) -> None:
        index = len(self._lines) - 1
        operation = self.operations[index]
        matrices = [i for i, part in enumerate(operation.parts) if isinstance(part, Matrix)]
        if self._chosen is None or self._chosen[0] != index:
            result = operation.parts.index(operation.result)
            self._chosen = (index, Entry(result, 0, 0))
        else:
            part, row, column = self._chosen[1]
            row, column = row + down, column + right
            rows, columns = self._shape(operation, part)
            # The next matrix begins after the edge of one.
            if not 0 <= column < columns:
                at = matrices.index(part) + (1 if right > 0 else -1)
                part = matrices[at % len(matrices)]
                rows, columns = self._shape(operation, part)
                column = 0 if right > 0 else columns - 1
            self._chosen = (index, Entry(part, min(max(row, 0), rows - 1), column))
        self._show_readout(self.entry_place(*self._chosen))
        self.update()

    def _is_there(self, index: int, entry: Entry) -> bool:
        """Return whether an operation that is written has this entry."""
        parts = self.operations[index].parts if index < self.at else ()
        matrix = parts[entry.part] if entry.part < len(parts) else None
        if not isinstance(matrix, Matrix):
            return False
        rows, columns = matrix.values.shape
        result: bool = entry.row < rows and entry.column < columns
        return result

    def _shape(self, operation: Operation, part: int) -> tuple[int, int]:
        matrix = operation.parts[part]
        assert isinstance(matrix, Matrix)
        rows, columns = matrix.values.shape
        return rows, columns

    def _entry_at(self, point: QPointF) -> tuple[int, Entry] | None:
        for index, line in enumerate(self._lines):
            if line.top <= point.y() < line.top + line.height:
                inside = point - QPointF(MARGIN, line.parts_at)
                entry = self.drawing.hit(self.operations[index], line.placed, inside)
                return None if entry is None else (index, entry)
        return None

    def _show_readout(self, place: QPointF | None = None, with_tip: bool = True) -> None:
        text = ""
        if self._chosen is not None:
            index, entry = self._chosen
            operation = self.operations[index]
            matrix = operation.parts[entry.part]
            assert isinstance(matrix, Matrix)
            text = matrix.explain(entry.row, entry.column) + self.more(operation, entry)
        if text != self._text:
            self._text = text
            self.pointed.emit(text)
        if with_tip and text and place is not None and self._chosen is not None:
            show_tip(self.mapToGlobal(self._tip_place(self._chosen[0], place)), text, self)
        elif not text:
            QToolTip.hideText()

    def _tip_place(self, operation: int, place: QPointF) -> QPoint:
        """Return where a tip is shown: below what is seen of the operation, so that it covers no entry."""
        line = self._lines[operation]
        end = line.parts_at + max(spot.place.bottom() for spot in line.placed)
        end = min(end, float(self.visibleRegion().boundingRect().bottom()))
        return QPointF(place.x(), max(place.y(), end + 4 - TIP_BELOW)).toPoint()

    # Layout ---------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        room = self.width() - 2 * MARGIN
        self._lines, top = [], 2.0
        for index, operation in enumerate(self.operations[: self.at]):
            head = self._phase_height() if self._begins_phase(index) else 0.0
            formula = QFontMetricsF(self._font()).height() + 4
            placed, high = self.drawing.lay_out(operation, room)
            height = head + formula + high + 8
            self._lines.append(Line(top, top + head + formula, placed, height))
            top += height
        size = self.sizeHint()
        self.setMinimumHeight(size.height())
        self.resize(self.width(), size.height())
        self.update()

    def _begins_phase(self, index: int) -> bool:
        return index == 0 or self.operations[index].phase != self.operations[index - 1].phase

    def _phase_height(self) -> float:
        return QFontMetricsF(self._font(bold=True, factor=1.08)).height() + 8

    def _font(self, bold: bool = False, factor: float = 1.0) -> QFont:
        theme = self.drawing.theme
        font = QFont(self.font())
        font.setPixelSize(round(factor * (theme.font_size + theme.font_factor)))
        font.setBold(bold)
        return font


class BoardArea(QScrollArea):
    """A board as wide as its room, scrolled to the last operation."""

    def __init__(self, board: Board, parent: QWidget | None = None):
        super().__init__(parent)
        self.board = board
        self.setWidget(board)
        self.setWidgetResizable(False)
        self.setFrameStyle(0)
        set_role(board, "scrolled")
        board.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            room, (wide, high) = self.viewport().size(), LARGE_ROOM
            self.board.set_large(room.width() >= wide and room.height() >= high)
            self.board.lay_out_for(self.viewport().width())
            done = super().viewportEvent(event)
            self.show_now()
            return done
        return super().viewportEvent(event)

    def show_now(self) -> None:
        """Scroll to the last operation, its whole block where it fits."""
        now, bar = self.board.now(), self.verticalScrollBar()
        height = self.viewport().height()
        if now.height() >= height or now.top() < bar.value():
            bar.setValue(now.top())
        elif now.bottom() + 6 > bar.value() + height:
            bar.setValue(now.bottom() + 6 - height)
