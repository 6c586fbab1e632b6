"""The derived inputs: five switches, and a field for expressions of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QToolButton, QVBoxLayout, QWidget

from playground.experiment_derived import plain_form
from playground.ui.experiment.words import HINTS
from playground.ui.widgets.list_field import ListEntry, ListField
from playground.ui.widgets.plain_label import plain_tip

SWITCHES = ("x₁²", "x₂²", "x₁·x₂", "sin x₁", "sin x₂")
"""The expressions of the switches; those with x₂ need two raw inputs."""
PER_ROW = 3


class DerivedEditor(QWidget):
    """The expressions that the network sees beside the raw inputs. `changed` has all of them.

    check raises ExperimentError where an experiment may not have these expressions.
    """

    changed = Signal(tuple)

    def __init__(self, check: Callable[[tuple[str, ...]], None], parent: QWidget | None = None):
        super().__init__(parent)
        self.value: tuple[str, ...] = ()
        self.switches: dict[str, QToolButton] = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for index, text in enumerate(SWITCHES):
            button = QToolButton()
            button.setText(text)
            button.setCheckable(True)
            button.setAccessibleName(f"Derived input {text}")
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            button.clicked.connect(lambda on, text=text: self._switch(text, on))
            self.switches[text] = button
            grid.addWidget(button, index // PER_ROW, index % PER_ROW)
        self.own = ListField("Derived inputs", lambda own: check(self._with_own(own)))
        self.own.setAccessibleName("Derived inputs of your own")
        self.own.setPlaceholderText("own: x1^3; exp(-x2)")
        self.own.set_hint(HINTS["data.derived_inputs"])
        self.own.committed.connect(lambda own: self._emit(self._with_own(own)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(grid)
        column.addWidget(ListEntry(self.own))

    def show_value(self, expressions: Sequence[str], raw_names: Sequence[str]) -> None:
        """Show the expressions of an experiment with these raw inputs."""
        self.value = tuple(expressions)
        present = set(map(plain_form, self.value))
        for text, button in self.switches.items():
            button.setChecked(plain_form(text) in present)
            possible = len(raw_names) > 1 or "x₂" not in text
            button.setEnabled(possible)
            button.setToolTip(plain_tip(_hint(text, raw_names) if possible else "Needs a second input"))
        self.own.set_value([text for text in self.value if not _has_switch(text)])

    def controls(self) -> list[QWidget]:
        """Return the widgets that can have the focus, from top to bottom."""
        return [*self.switches.values(), self.own]

    def _switch(self, text: str, on: bool) -> None:
        others = tuple(other for other in self.value if plain_form(other) != plain_form(text))
        self._emit((*others, text) if on else others)

    def _with_own(self, own: Sequence[str]) -> tuple[str, ...]:
        return (*(text for text in self.value if _has_switch(text)), *own)

    def _emit(self, expressions: tuple[str, ...]) -> None:
        self.changed.emit(expressions)


def _has_switch(text: str) -> bool:
    return plain_form(text) in {plain_form(switch) for switch in SWITCHES}


def _hint(text: str, raw_names: Sequence[str]) -> str:
    """Return what a switch does, and what x₁ and x₂ are where a table names them otherwise."""
    hint = f"Give the network {text} as an input of its own"
    places = {"x₁": raw_names[0], **({"x₂": raw_names[1]} if len(raw_names) > 1 else {})}
    named = [f"{place} is {name}" for place, name in places.items() if place in text]
    plain = all(name in ("x", "x1", "x2") for name in raw_names[:2])
    return hint if plain else f"{hint}; {', '.join(named)}"
