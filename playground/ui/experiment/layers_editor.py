"""The layers, one row each: hidden ones can be added, resized and removed, and each of them frozen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from playground.experiment import MAX_HIDDEN_LAYERS, Experiment
from playground.ui.widgets.buttons import quiet_button
from playground.ui.widgets.number_field import Number, NumberEntry, NumberField
from playground.ui.widgets.plain_label import Paragraph, PlainLabel


class LayersEditor(QWidget):
    """The rows of the layers. `changed` is emitted with the neurons of each hidden layer."""

    changed = Signal(tuple)
    freeze_changed = Signal(int, bool)
    """A layer, from 1, is to be frozen or freed."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.layers: tuple[int, ...] = ()
        self.fields: list[NumberField] = []
        self.removers: list[QToolButton] = []
        self.freezers: list[QToolButton] = []
        self.output_freezer = self._freezer("the output layer")
        self.output_freezer.setText("ŷ ❄")
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
        last = QHBoxLayout()
        last.setSpacing(4)
        last.addWidget(self.add_button, 1)
        last.addWidget(self.output_freezer)
        column.addLayout(last)

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

    def show_frozen(self, frozen: Sequence[bool]) -> None:
        """Show which layers are frozen, the output last."""
        for freezer, on in zip((*self.freezers, self.output_freezer), frozen, strict=True):
            freezer.setChecked(on)

    def controls(self) -> list[QWidget]:
        """Return the widgets that can have the focus, from top to bottom."""
        rows = zip(self.fields, self.removers, self.freezers, strict=True)
        return [control for row in rows for control in row] + [self.add_button, self.output_freezer]

    def _rebuild(self, count: int) -> None:
        for widget in self._rows:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._rows, self.fields, self.removers, self.freezers = [], [], [], []
        for index in range(count):
            field = NumberField(f"Neurons of hidden layer {index + 1}", _check_neurons, whole=True)
            field.committed.connect(lambda value, i=index: self._resize(i, value))
            label = PlainLabel(f"a[{index + 1}]")
            label.setBuddy(field)
            remover = quiet_button("−", "Remove this layer", f"Remove hidden layer {index + 1}")
            remover.clicked.connect(lambda _checked=False, i=index: self._remove(i))
            entry = NumberEntry(field)
            freezer = self._freezer(f"hidden layer {index + 1}")
            self.freezers.append(freezer)
            for column, widget in enumerate((label, entry, remover, freezer)):
                self._grid.addWidget(widget, index, column)
                self._rows.append(widget)
            self.fields.append(field)
            self.removers.append(remover)

    def _freezer(self, layer: str) -> QToolButton:
        button = quiet_button(
            "❄", f"Freeze the weights and biases of {layer}: no step changes them", f"Freeze {layer}"
        )
        button.setCheckable(True)
        button.clicked.connect(lambda on: self._freeze(button, on))
        return button

    def _freeze(self, button: QToolButton, on: bool) -> None:
        self.freeze_changed.emit([*self.freezers, self.output_freezer].index(button) + 1, on)

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
