"""Small pictures to choose from, one of which is in use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import _lru_cache_wrapper, lru_cache
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QToolButton, QWidget

from playground.drawing.kit.theme import Theme
from playground.ui.style import set_role

COLUMNS, SIDE = 4, 36
LOW_COLUMNS, LOW_SIDE = 8, 16
"""Number of columns and size of the pictures where there is little height."""
SPACE, LOW_SPACE = 3, 1
"""Pixels between two tiles."""


class Tile(NamedTuple):
    """One choice: its name, its title, and what is said of it."""

    name: str
    title: str
    sentence: str


MakePicture = Callable[[str, Theme, int, float], QImage]
"""name, theme, side in points, pixels per point -> the picture of a tile."""
Paint = Callable[[QPainter, str, Theme, int], None]
"""painter, name, theme, side in points: paints a tile that is clear."""


def picture_by(paint: Paint) -> _lru_cache_wrapper[QImage]:
    """Return the function that makes the pictures of tiles that are painted so; it keeps the last ones."""

    def picture_of(name: str, theme: Theme, side: int, pixel_ratio: float = 1.0) -> QImage:
        pixels = round(side * pixel_ratio)
        image = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(pixel_ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, name, theme, side)
        painter.end()
        return image

    # A window that starts styles its tiles several times, and they take long to draw.
    return lru_cache(maxsize=128)(picture_of)


class TileChooser(QWidget):
    """One checkable button for each tile; the arrow keys go from one to the next.

    For Tab it is one control, as a group of radio buttons: the tile in use takes the focus, or the first
    where none is.
    """

    chosen = Signal(str)
    columns, side = COLUMNS, SIDE
    """Number of columns and size of the pictures where there is the usual height."""

    def __init__(
        self,
        name: str,
        tiles: Iterable[Tile],
        picture_of: MakePicture,
        theme: Theme,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        self._picture_of = picture_of
        self._group = QButtonGroup(self)
        self._low = False
        self._drawn = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE)
        for tile in tiles:
            button = QToolButton()
            button.setCheckable(True)
            button.setAccessibleName(tile.title)
            button.setAccessibleDescription(tile.sentence)
            button.setToolTip(f"<b>{tile.title}</b><br>{tile.sentence}")
            button.setStatusTip(tile.sentence)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            set_role(button, "thumbnail")
            # clicked also comes from the arrow keys, toggled would come from set_value too.
            button.clicked.connect(lambda _checked=False, n=tile.name: self._choose(n))
            self._group.addButton(button)
            self.buttons[tile.name] = button
        self.setAccessibleName(name)
        self._place()
        self._take_focus_at_one()
        self.restyle(theme)

    def _choose(self, name: str) -> None:
        self._take_focus_at_one()
        self.chosen.emit(name)

    def _take_focus_at_one(self) -> None:
        stop = self._group.checkedButton() or next(iter(self.buttons.values()))
        for button in self.buttons.values():
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if button is stop else Qt.FocusPolicy.NoFocus)

    def set_value(self, name: str | None) -> None:
        """Show which tile is in use; None: what is in use is none of them."""
        if name is not None:
            self.buttons[name].setChecked(True)
        elif (checked := self._group.checkedButton()) is not None:
            self._group.setExclusive(False)
            checked.setChecked(False)
            self._group.setExclusive(True)
        self._take_focus_at_one()

    def set_low(self, low: bool) -> None:
        """Take less height, or the usual one."""
        if low != self._low:
            self._low = low
            self._place()
            self.restyle(self._theme)

    def _place(self) -> None:
        columns = LOW_COLUMNS if self._low else self.columns
        self._grid.setSpacing(LOW_SPACE if self._low else SPACE)
        for index, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, index // columns, index % columns)
        for column in (self.columns, LOW_COLUMNS):
            self._grid.setColumnStretch(column, int(column == columns))

    def restyle(self, theme: Theme) -> None:
        self._theme = theme
        self._drawn = False
        for button in self.buttons.values():
            button.setIconSize(QSize(self._side, self._side))
        if self.isVisible():
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Not before: a start with other tiles would wait for pictures that are not seen.
        if not self._drawn:
            self._draw()

    @property
    def _side(self) -> int:
        return round((LOW_SIDE if self._low else self.side) * self._theme.font_factor)

    def _draw(self) -> None:
        self._drawn = True
        for name, button in self.buttons.items():
            picture = self._picture_of(name, self._theme, self._side, self.devicePixelRatioF())
            button.setIcon(QIcon(QPixmap.fromImage(picture)))
