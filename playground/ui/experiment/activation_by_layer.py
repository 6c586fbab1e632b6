"""The activation of each hidden layer, one box a layer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from playground.engine.activations import ACTIVATIONS
from playground.experiment import MAX_HIDDEN_LAYERS
from playground.ui.widgets.choice_box import ChoiceBox


class ActivationByLayer(QWidget):
    """The boxes. `changed` is emitted with the name of every hidden layer's activation."""

    changed = Signal(tuple)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._shown: tuple[str, ...] = ()
        titles = {name: function.title for name, function in ACTIVATIONS.items()}
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setHorizontalSpacing(8)
        self.form.setVerticalSpacing(4)
        self.boxes: list[ChoiceBox] = []
        for layer in range(1, MAX_HIDDEN_LAYERS + 1):
            box = ChoiceBox(f"Activation of hidden layer {layer}", titles)
            box.setToolTip(f"The function g of hidden layer {layer}: a[{layer}] = g(z[{layer}])")
            box.chosen.connect(self._take)
            self.form.addRow(f"a[{layer}]", box)
            self.boxes.append(box)

    def set_value(self, activations: tuple[str, ...]) -> None:
        """Show the activation of each hidden layer."""
        self._shown = activations
        for row, box in enumerate(self.boxes):
            there = row < len(activations)
            self.form.setRowVisible(row, there)
            if there:
                box.set_value(activations[row])

    def controls(self) -> list[QWidget]:
        """Return the widgets that can have the focus, from top to bottom."""
        return list(self.boxes)

    def _take(self) -> None:
        self.changed.emit(tuple(str(box.value) for box in self.boxes[: len(self._shown)]))
