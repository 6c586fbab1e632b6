"""The network of a trace as a diagram in which one part is lit."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.drawing.kit.theme import DARK, Theme
from playground.drawing.network.drawing import NetworkDrawing, NetworkPicture
from playground.engine.backprop.operation import Lit
from playground.engine.backprop.trace import Trace


class LitDiagram(QWidget):
    """A diagram without mouse and keys."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None):
        super().__init__(parent)
        self.drawing = NetworkDrawing(theme)
        self.picture: NetworkPicture | None = None
        self.lit: Lit | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Network diagram of the inspector")

    def show_trace(self, trace: Trace, lit: Lit | None, targets: tuple[str, ...] = ()) -> None:
        """Show the weights of a trace. targets: the names of the outputs where several values are learned."""
        sizes = (len(trace.x), *(len(layer.b) for layer in trace.layers))
        theta = np.concatenate([part for layer in trace.layers for part in (layer.W.ravel(), layer.b)])
        self.picture = NetworkPicture(sizes, theta, activations=trace.activations, target_names=targets)
        self.lit = lit
        self.update()

    def restyle(self, theme: Theme) -> None:
        self.drawing.restyle(theme)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture is not None:
            names = self.drawing.room_for_names(self.picture)
            room = QRectF(self.rect()).adjusted(16, 6, -6 - names, -6)
            self.drawing.paint(QPainter(self), room, self.picture, lit=self.lit)
