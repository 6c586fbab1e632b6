"""The hidden layers, one row each, to be added, resized and removed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from playground.experiment import MAX_HIDDEN_LAYERS, Experiment
from playground.ui.widgets.buttons import quiet_button
from playground.ui.widgets.number_field import Number, NumberEntry, NumberField
from playground.ui.widgets.plain_label import Paragraph, PlainLabel


class LayersEditor(QWidget):
    """The rows of the layers. `changed` is emitted with the neurons of each hidden layer."""

    changed = Signal(tuple)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.layers: tuple[int, ...] = ()
        self.fields: list[NumberField] = []
        self.removers: list[QToolButton] = []
        self._rows: list[QWidget] = []
        self._none = Paragraph("none: the output is linear in the inputs", "small")
        self.add_button = QPushButton("Add a layer")
        self.add_button.setToolTip("Add a hidden layer before the output")
        self.add_button.clicked.connect(self._add)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._none)
        column.addLayout(self._grid)
        column.addWidget(self.add_button)

    def set_layers(self, layers: tuple[int, ...]) -> None:
        """Show the neurons of each hidden layer."""
        if len(layers) != len(self.fields):
            had_focus = next((i for i, field in enumerate(self.fields) if field.hasFocus()), None)
            self._rebuild(len(layers))
            if had_focus is not None and self.fields:
                self.fields[min(had_focus, len(self.fields) - 1)].setFocus()
        self.layers = layers
        for field, neurons in zip(self.fields, layers, strict=True):
            field.set_value(neurons)
        self._none.setVisible(not layers)
        self.add_button.setEnabled(len(layers) < MAX_HIDDEN_LAYERS)

    def controls(self) -> list[QWidget]:
        """Return the widgets that can have the focus, from top to bottom."""
        rows = zip(self.fields, self.removers, strict=True)
        return [control for row in rows for control in row] + [self.add_button]

    def _rebuild(self, count: int) -> None:
        for widget in self._rows:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._rows, self.fields, self.removers = [], [], []
        for index in range(count):
            field = NumberField(f"Neurons of hidden layer {index + 1}", _check_neurons, whole=True)
            field.committed.connect(lambda value, i=index: self._resize(i, value))
            label = PlainLabel(f"a[{index + 1}]")
            label.setBuddy(field)
            remover = quiet_button("−", "Remove this layer", f"Remove hidden layer {index + 1}")
            remover.clicked.connect(lambda _checked=False, i=index: self._remove(i))
            entry = NumberEntry(field)
            for column, widget in enumerate((label, entry, remover)):
                self._grid.addWidget(widget, index, column)
                self._rows.append(widget)
            self.fields.append(field)
            self.removers.append(remover)

    def _resize(self, index: int, neurons: int) -> None:
        self._emit((*self.layers[:index], neurons, *self.layers[index + 1 :]))

    def _remove(self, index: int) -> None:
        self._emit(self.layers[:index] + self.layers[index + 1 :])

    def _add(self) -> None:
        self._emit((*self.layers, self.layers[-1] if self.layers else 4))

    def _emit(self, layers: tuple[int, ...]) -> None:
        self.set_layers(layers)
        self.changed.emit(layers)


def _check_neurons(value: Number) -> None:
    Experiment().with_value("network.hidden_layers", (value,))
