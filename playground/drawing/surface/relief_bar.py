"""The bar of the colours at the right of a surface in space, on the screen as in an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter

from playground.drawing.kit.color_bar import ColorBar

if TYPE_CHECKING:
    from playground.drawing.surface.relief import ReliefDrawing

HEIGHT_SHARE = 0.75
"""Height of the bar, as a share of the picture's."""


class ReliefBar(ColorBar):
    """A bar with the levels of a height field, whose pointer marks the true loss of now.

    In an export it is an item of the scene; on the screen, where there is no scene, the widget paints it.
    """

    def take(self, drawing: ReliefDrawing) -> None:
        """Show the levels of a drawing and its loss of now; without a surface there is no bar."""
        now, ends = drawing.picture.now, (drawing.beyond.below > 0, drawing.beyond.above > 0)
        self.show_levels(drawing.levels, drawing.table, ends, now.true_loss if now is not None else None)
        if (drawing.levels is not None) != self.isVisible():
            self.set_shown(drawing.levels is not None)

    def stand_in(self, size: QSizeF) -> QRectF:
        """Stand at the right edge of a picture of this size; return the room that is left beside it."""
        height = HEIGHT_SHARE * size.height()
        # The numbers follow the height, and the width follows the numbers.
        self.resize(self.maximumWidth(), height)
        self.resize(self.maximumWidth(), height)
        wide = self.maximumWidth()
        self.setPos(size.width() - wide, (size.height() - height) / 2)
        return QRectF(0.0, 0.0, size.width() - wide, size.height())

    def paint_in_place(self, painter: QPainter, pointer: bool) -> None:
        """Paint the bar where it stands, or its pointer alone, which moves with every step."""
        painter.save()
        painter.translate(self.pos())
        if pointer:
            self.paint_pointer(painter)
        else:
            self.paint(painter)
        painter.restore()
