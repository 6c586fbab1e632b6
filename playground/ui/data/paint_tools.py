"""The row of tools that edit points: brush, points, eraser, the class or value of new points, the size."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QResizeEvent, QTransform
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from playground.drawing.kit.class_marks import CLASS_SHAPES, CLASS_SIGNS, mark_path
from playground.drawing.kit.theme import DARK, Theme
from playground.engine.datasets import Samples
from playground.numerals import number_text
from playground.ui.data.stroke_in_hand import BRUSH, DAB, ERASER, POINT
from playground.ui.style import NO_MAXIMUM
from playground.ui.widgets.buttons import quiet_button
from playground.ui.widgets.choice_box import ChoiceBox
from playground.ui.widgets.decimal_box import DecimalBox
from playground.ui.widgets.fitting_button import FittingButton
from playground.ui.widgets.plain_label import plain_tip

TOOLS = {
    BRUSH: (("Brush", "∴"), "Brush: paint points, press and drag"),
    POINT: (("Point", "+"), "Point: add one, or drag one to another place"),
    ERASER: (("Eraser", "−"), "Eraser: remove points, press and drag"),
}
"""The texts of each tool, in a wide card and in a narrow one, and its tip."""
SIZES = dict(zip(DAB, ("small", "medium", "large"), strict=True))
WIDEST_SIZE, NAMED_SIZE = 110, 40
"""Largest width of the box for it, and what a name needs there beside its arrow."""
TAKE, TAKE_TIP = (
    "Take these points",
    "Make a table of the points of this set; the run goes on, with its numbers",
)
CLOSE = "QToolButton { padding: 3px 2px; } QToolButton:focus { padding: 2px 1px; }"
"""All tools stand in one row of the narrowest card, which they do not widen."""
LONGEST_NUMBER = 10_000


class PaintTools(QWidget):
    """The tools: target is that of new points, radius the size of brush and eraser in pixels."""

    changed = Signal()
    undo_wanted = Signal()
    end_wanted = Signal()
    take_wanted = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName("Tools to edit points")
        self._of_classes, self._is_table = True, False
        self.tools = {name: _toggle(*texts, tip=tip) for name, (texts, tip) in TOOLS.items()}
        self.classes = tuple(_toggle(sign) for sign in CLASS_SIGNS[:2])
        self.several = ChoiceBox("Class of new points", {})
        self.several.setMinimumContentsLength(3)
        self.several.setMaximumWidth(WIDEST_SIZE)
        self._names: tuple[str, ...] = ()
        self._theme = DARK
        self.value = DecimalBox("Value of new points", -1.0, 1.0, 0.0, 2)
        self.sizes = ChoiceBox("Size of brush and eraser", SIZES)
        self.sizes.setToolTip("Size of brush and eraser")
        self.sizes.set_value(14)
        self.sizes.setMinimumContentsLength(1)
        self.sizes.setMaximumWidth(WIDEST_SIZE)
        self.undo_button = quiet_button("↶", "Take the last change back (Ctrl+Z)", "Undo")
        self.end_button = quiet_button("✕", "End editing (Esc)", "End editing")
        self.take_button = FittingButton(TAKE, TAKE)
        self.take_button.let_vanish(True)
        self.take_button.setToolTip(TAKE_TIP)
        self._groups = []
        for buttons in (tuple(self.tools.values()), self.classes):
            group = QButtonGroup(self)
            for button in buttons:
                group.addButton(button)
            buttons[0].setChecked(True)
            group.buttonClicked.connect(self.changed)
            self._groups.append(group)
        self.sizes.chosen.connect(self.changed)
        self.several.chosen.connect(self.changed)
        self.undo_button.clicked.connect(self.undo_wanted)
        self.end_button.clicked.connect(self.end_wanted)
        self.take_button.clicked.connect(self.take_wanted)
        self._row = row = QHBoxLayout()
        row.setSpacing(4)
        for widget in (*self.tools.values(), *self.classes, self.value):
            row.addWidget(widget)
        row.addWidget(self.several, 1)
        row.addWidget(self.sizes, 1)
        row.addWidget(self.take_button)
        row.addStretch(0)
        row.addWidget(self.undo_button)
        row.addWidget(self.end_button)
        row.setContentsMargins(0, 0, 0, 0)
        self.setLayout(row)
        self.setStyleSheet(CLOSE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the names of the tools where all have room, else their signs; what the menu has comes last."""
        widgets = [item.widget() for at in range(self._row.count()) if (item := self._row.itemAt(at))]
        gap, needed = self._row.spacing(), NAMED_SIZE
        for widget in widgets:
            if widget is not None and widget is not self.take_button and not widget.isHidden():
                needed += widget.sizeHint().width() + gap
        for button in self.tools.values():
            least = button.minimumSizeHint().width()
            button.setMaximumWidth(NO_MAXIMUM if needed <= self.width() else least)
        fits = needed + gap + self.take_button.sizeHint().width() <= self.width()
        self.take_button.setVisible(fits and not self._is_table)

    @property
    def tool(self) -> str:
        return next(name for name, button in self.tools.items() if button.isChecked())

    @property
    def radius(self) -> int:
        """The radius of brush and eraser in pixels."""
        return self.sizes.value if isinstance(self.sizes.value, int) else 14

    @property
    def target(self) -> float:
        """The target of the points that are added over two inputs."""
        if self._of_classes and self._names:
            return float(self.several.value) if isinstance(self.several.value, int) else 0.0
        if self._of_classes:
            return float(self.classes[1].isChecked())
        return self.value.number

    @property
    def n_classes(self) -> int:
        """How many classes new points can be of; 0 where they have values."""
        return max(2, len(self._names)) if self._of_classes else 0

    def choose_class(self, index: int) -> None:
        """Add points of this class from now on; of one that there is not, do nothing."""
        if self._of_classes and self._names:
            if index < len(self._names):
                self.several.set_value(index)
                self.changed.emit()
        elif self._of_classes and index < len(self.classes):
            self.classes[index].setChecked(True)
            self.changed.emit()

    def show_samples(self, samples: Samples, is_table: bool) -> None:
        """Offer the classes, or a value, of these samples."""
        self._of_classes = samples.classification
        over_two = samples.n_raw == 2
        several = samples.class_names if samples.has_several else ()
        for key, button, name in zip("12", self.classes, samples.class_names, strict=False):
            button.setToolTip(plain_tip(f"New points are of {name} (key {key})"))
            button.setAccessibleName(name)
            button.setVisible(self._of_classes and not several)
        if several != self._names:
            self._names = several
            self.several.set_choices(dict(enumerate(several)))
            self.several.set_value(0 if several else None)
            self.several.setToolTip(f"New points are of this class (keys {class_keys(len(several))})")
            self._color_classes()
        self.several.setVisible(bool(several))
        self.value.setVisible(over_two and not self._of_classes)
        self._is_table = is_table
        self._fit()
        if over_two and not self._of_classes and not self.value.hasFocus():
            self._fit_value(float(abs(samples.y_train).max()))

    def _fit_value(self, largest: float) -> None:
        """Let the value reach ten times the largest target, in hundredths of its size."""
        decimals = min(max(2 - math.floor(math.log10(largest)), 0), 6) if largest > 0.0 else 2
        most = min(10.0 * max(largest, 10.0**-decimals), LONGEST_NUMBER * 10.0 ** (5 - decimals))
        number = min(max(self.value.number, -most), most)
        self.value.set_decimals(decimals, -most, most, number)
        self.value.setToolTip(f"New points have this value, from {number_text(-most)} to {number_text(most)}")

    def restyle(self, theme: Theme) -> None:
        """Show the signs of the classes in their colours."""
        self._theme = theme
        for button, color in zip(self.classes, theme.classes, strict=False):
            button.setStyleSheet(f"QToolButton {{ color: {color}; }}")
        self._color_classes()

    def _color_classes(self) -> None:
        # Names stay in the colour of text: that of a mark is too pale for letters.
        side = self.several.iconSize().height()
        marks = zip(CLASS_SHAPES, self._theme.classes, strict=True)
        for index, (shape, color) in zip(range(len(self._names)), marks, strict=False):
            self.several.setItemIcon(index, _mark_icon(shape, color, side, self.devicePixelRatioF()))


def class_keys(count: int) -> str:
    """Return the keys that choose one of so many classes, in words."""
    if count == 2:
        return "1 and 2"
    return f"1 to {count}" if count < 10 else "1 to 9, and 0 for the tenth"


def _mark_icon(shape: str, color: str, side: int, ratio: float) -> QIcon:
    """Return the mark of a class on a clear ground, for a screen with this many pixels per unit."""
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    half, middle = 0.32 * side, 0.5 * side
    painter.drawPath(QTransform(half, 0.0, 0.0, half, middle, middle).map(mark_path(shape)))
    painter.end()
    return QIcon(picture)


def _toggle(*texts: str, tip: str = "") -> QToolButton:
    button = FittingButton(texts[0], *texts)
    button.setToolTip(tip)
    button.setCheckable(True)
    return button
