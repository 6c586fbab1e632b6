"""What was recognised of a table's text, each part to be chosen otherwise."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from playground.tables import Format
from playground.tables.text_source import ENCODINGS
from playground.ui.style import set_role
from playground.ui.widgets.choice_box import ChoiceBox
from playground.ui.widgets.plain_label import PlainLabel

PARTS: dict[str, tuple[str, dict[Any, str]]] = {
    "separator": (
        "&Between cells",
        {"\t": "tab", ";": "semicolon ;", ",": "comma ,", "|": "bar |", " ": "spaces", "": "one column"},
    ),
    "decimal": ("&Decimal sign", {".": "point: 1.5", ",": "comma: 1,5"}),
    "thousands": (
        "T&housands",
        {"": "none: 1000", ",": "comma: 1,000", ".": "point: 1.000", " ": "space: 1 000", "'": "1'000"},
    ),
    "quote": ("&Quotes", {'"': 'double: "', "'": "single: '", "": "none"}),
    "encoding": ("&Encoding", dict(ENCODINGS)),
}
"""Parts of a Format in boxes: the title, and the names of its values."""


class FormatRow(QWidget):
    """Boxes for the parts of a Format; changed is emitted when the user takes another value of one.

    choices holds what the user has chosen; the rest is recognised.
    """

    changed = Signal()

    def __init__(self, of_file: bool, parent: QWidget | None = None):
        super().__init__(parent)
        self.choices: dict[str, Any] = {}
        self.boxes: dict[str, ChoiceBox] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        for name, (title, values) in PARTS.items():
            if name == "encoding" and not of_file:
                continue
            box = ChoiceBox(title.replace("&", ""), values)
            box.setCurrentIndex(-1)
            box.chosen.connect(lambda value, name=name: self._take(name, value))
            label = PlainLabel(title)
            label.setBuddy(box)
            set_role(label, "small")
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(label)
            column.addWidget(box)
            line.addLayout(column, 1)
            self.boxes[name] = box
        self.header = QCheckBox("&First row: names")
        self.header.setToolTip("The first row has the names of the columns")
        self.header.clicked.connect(lambda on: self._take("header", on))
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(PlainLabel())
        column.addWidget(self.header)
        line.addLayout(column)

    def show_format(self, format_: Format) -> None:
        """Show what was recognised, or chosen."""
        for name, box in self.boxes.items():
            box.set_value(getattr(format_, name))
        self.header.setChecked(format_.header)

    def _take(self, name: str, value: Any) -> None:
        self.choices[name] = value
        if name == "decimal" and self.choices.get("thousands") == value:
            # One sign cannot be both.
            del self.choices["thousands"]
        elif name == "thousands" and self.choices.get("decimal") == value:
            del self.choices["decimal"]
        self.changed.emit()
