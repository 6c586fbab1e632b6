"""The loss on a plane through parameter space, with the path of the run on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PySide6.QtGui import QColor, QFontMetricsF

from playground.drawing.kit.axes import LONGEST_IN_CORNER, ValueAxis, font
from playground.drawing.kit.color_maps import colormap
from playground.drawing.kit.contours import BEAD, ContourItem, contour_lines
from playground.drawing.kit.hatching import HatchItem, hatched
from playground.drawing.kit.items import FINE, FieldItem, solid_pen
from playground.drawing.kit.levels import Beyond, Levels
from playground.drawing.kit.plot import ColorPlot
from playground.drawing.kit.theme import INK, Theme
from playground.drawing.runs import OtherPaths, OtherRun
from playground.drawing.surface.arrows import CursorItem
from playground.drawing.surface.computed_cells import ComputedCellsItem
from playground.drawing.surface.overlay import PathOverlay
from playground.drawing.surface.picture import SurfacePicture, window_of
from playground.drawing.surface.units import stretched_names
from playground.landscape.directions import in_equal_units
from playground.landscape.plane import Window
from playground.landscape.surface import Surface
from playground.numerals import loss_text, number_text

EMPTY = "The surface is being computed"
LOW = 13.0
"""Height of the plot with its axes, in font sizes, below which there is no line for a long name."""


class SurfaceDrawing(ColorPlot):
    """A SurfacePicture; `.item` goes into a scene, on the screen or for an export.

    view_changed: called with the Window that the user zoomed or panned to, and with None when the whole view
    is requested again.
    """

    def __init__(self, theme: Theme):
        super().__init__(theme, ValueAxis("left", theme), ValueAxis("bottom", theme))
        self.view_changed: Callable[[Window | None], None] | None = None
        self.picture = SurfacePicture(None)
        self.levels: Levels | None = None
        self._table = colormap(theme.loss_colors)
        self._drawn: tuple[Any, ...] = ()
        self.field, self.hatching, self.contour_item = FieldItem(), HatchItem(theme), ContourItem()
        self.finer_field, self.cursor = FieldItem(), CursorItem(theme)
        self.computed_cells = ComputedCellsItem()
        self.overlay, self.others = PathOverlay(theme), OtherPaths(theme)
        self.themed += (self.hatching, self.others, self.overlay, self.cursor)
        self.overlay.beneath = lambda: self.others.beneath
        self.others.kept_free = lambda: self.overlay.kept_free
        self.others.line = lambda: self.overlay.line
        parts = (
            self.field,
            self.finer_field,
            self.hatching,
            self.contour_item,
            self.computed_cells,
            self.others,
            self.overlay,
            self.others.names,
            self.cursor,
            self.notice,
        )
        self.box.lay(parts)
        self.box.sigRangeChangedManually.connect(self._moved)
        self.box.sigRangeChanged.connect(self._name_axes)
        self.box.sigResized.connect(self._place)
        self.box.sigResized.connect(self._name_axes)
        self.notice.set_text(EMPTY)
        self.restyle(theme)

    @property
    def beyond(self) -> Beyond:
        """Number of hatched cells, by their reasons; where finer cells lie over others, of both."""
        return self.hatching.count

    def show(self, picture: SurfacePicture) -> None:
        """Draw a picture; parts that have not changed since the last one cost nothing."""
        self.picture = picture
        surface = picture.surface
        if surface is None:
            self._clear(picture.problem or EMPTY)
            return
        self._show_axes(True)
        finer = picture.finer
        parts = (
            surface.values,
            picture.log_scale,
            picture.contours,
            picture.levels,
            self._table,
            finer.values if finer is not None else None,
            picture.cells_told,
        )
        if len(self._drawn) != len(parts) or any(
            new is not old for new, old in zip(parts, self._drawn, strict=True)
        ):
            self._draw_surface()
            self._drawn = parts
        self._place()
        self._name_axes()
        self._draw_overlay()

    def _place(self, *_: object) -> None:
        """Show the whole surface, with the margins that give it equal units where it has any."""
        surface = self.picture.surface
        if surface is None:
            return
        window = window_of(surface)
        if self.picture.margins:
            window = in_equal_units(window, self.box.width(), self.box.height())
        self.box.place(*window)

    def _name_axes(self, *_: object) -> None:
        """Name the axes; the one whose units are drawn longer says so."""
        picture = self.picture
        if picture.surface is None:
            return
        (left, right), (bottom, top) = self.box.viewRange()
        window, size = Window(left, right, bottom, top), (self.box.width(), self.box.height())
        names = stretched_names(picture.axis_names, picture.surface.plane, window, *size)
        metrics = QFontMetricsF(font(self.theme))
        low = 0 < self.item.size().height() < LOW * self.theme.font_size
        for axis, name, room in zip((self.bottom, self.left), names, size, strict=True):
            if low and len(name) > LONGEST_IN_CORNER:
                name = ""
            if metrics.horizontalAdvance(name) > room:
                name = name.replace(", drawn ×", " ×")
            if axis.name != name:
                axis.set_name(name)

    def set_log(self, logarithmic: bool) -> None:
        """Use a logarithmic scale of colours, or a linear one."""
        self._show_with(log_scale=logarithmic, levels=None)

    def show_others(self, runs: Sequence[OtherRun]) -> None:
        """Draw the paths of other runs beside this one; an empty sequence for none."""
        self.others.show(runs)

    def restyle(self, theme: Theme) -> None:
        """Apply the colours, widths and font sizes of a theme."""
        super().restyle(theme)
        if self._table is not colormap(theme.loss_colors):
            self._table = colormap(theme.loss_colors)
            self._show_with()
        line = QColor(INK)
        line.setAlphaF(0.34)
        self.contour_item.set_pen(solid_pen(line, theme.thin_width * 0.9))

    def hover(self, a: float, b: float) -> str:
        """Return the numbers of the cell at (a, b); empty outside the surface."""
        surface = self.surface_at(a, b)
        if surface is None:
            return ""
        column, row = int(np.argmin(np.abs(surface.a - a))), int(np.argmin(np.abs(surface.b - b)))
        value, computed = float(surface.values[row, column]), surface.is_computed(row, column)
        place = f"({number_text(float(surface.a[column]))}, {number_text(float(surface.b[row]))})"
        about = "" if computed else "≈ "
        loss = f"J {about}{loss_text(value)}" if math.isfinite(value) else "J is not finite"
        return f"{loss}   at {place}"

    def surface_at(self, a: float, b: float) -> Surface | None:
        """Return the surface whose cells are visible at (a, b); None where none is."""
        if self.picture.finer is not None and self.finer_field.rect.contains(a, b):
            return self.picture.finer
        return self.picture.surface if self.field.rect.contains(a, b) else None

    def look_at(self, window: Window) -> None:
        """Show this part, as if the user had chosen it."""
        self.box.touched = False
        self.box.place(*window)
        self.box.touched = True

    @property
    def arrow_scale(self) -> float:
        """Factor by which the arrows that are compared are drawn longer."""
        return self.overlay.arrow_scale

    def summary(self) -> str:
        """Return one line for a screen reader."""
        surface = self.picture.surface
        if surface is None:
            return f"Loss surface: {self.picture.problem or 'none yet.'}"
        ends = surface.lowest_and_highest
        if ends is None:
            return "Loss surface: no cell has a finite loss."
        low, high = (loss_text(end) for end in ends)
        text = f"Loss surface, {len(surface.a)} by {len(surface.b)} cells, "
        text += f"J from {low} (lowest cell of this slice) to {high}"
        text += self.picture.place_words
        if self.beyond.not_finite:
            # Cells of two sizes cannot be added.
            count = "some" if self.picture.finer is not None else str(self.beyond.not_finite)
            text += f"; {count} cells are not finite"
        return text + "."

    def _show_with(self, **changes: object) -> None:
        values = {name: getattr(self.picture, name) for name in self.picture.__dataclass_fields__}
        self.show(SurfacePicture(**{**values, **changes}))

    def _clear(self, sentence: str) -> None:
        self._drawn = ()
        self.levels = None
        self.field.clear()
        self.finer_field.clear()
        self.cursor.point_at(None)
        self.hatching.clear()
        self.contour_item.set_data(np.empty(0), np.empty(0))
        self.computed_cells.show_cells(None)
        self.overlay.clear()
        self.bar.show_levels(None, self._table, (False, False))
        self.notice.set_text(sentence)
        self._show_axes(False)

    def _show_axes(self, shown: bool) -> None:
        """Show axes and bar for a surface, or hide them: without one their numbers would mean nothing."""
        self.notice.setVisible(not shown)
        if self.left.isVisible() != shown:
            for axis in (self.left, self.bottom):
                axis.setVisible(shown)
            self.bar.set_shown(shown)

    def _draw_surface(self) -> None:
        picture, surface = self.picture, self.picture.surface
        assert surface is not None
        self.levels = levels = picture.color_levels(surface)
        self.field.smooth = min(surface.values.shape) >= FINE
        self.field.set_field(surface.a, surface.b, levels.indices(surface.values), self._table)
        self.hatching.show(hatched(surface, picture.finer, levels))
        self._draw_finer(levels)
        self.computed_cells.show_cells(surface if picture.cells_told and picture.finer is None else None)
        lined = picture.finer or surface
        lines = np.empty(0), np.empty(0)
        if picture.contours and min(lined.values.shape) >= FINE:
            lines = contour_lines(lined.a, lined.b, levels.transform(lined.values), levels.marks(), BEAD)
        self.contour_item.set_data(*lines)

    def _draw_finer(self, levels: Levels) -> None:
        """Draw the finer cells of an older surface over one that is still coarse, where they are."""
        finer = self.picture.finer
        if finer is None:
            self.finer_field.clear()
            return
        self.finer_field.smooth = min(finer.values.shape) >= FINE
        self.finer_field.set_field(finer.a, finer.b, levels.indices(finer.values), self._table)

    def _draw_overlay(self) -> None:
        picture = self.picture
        assert self.levels is not None
        now_color = None
        if picture.now is not None:
            now_color = self.levels.color(self._table, picture.now.true_loss)
        self.overlay.show(
            picture.path_ab, picture.path_off, picture.marks, picture.now, now_color, picture.arrows
        )
        beyond_ends = (self.beyond.below > 0, self.beyond.above > 0)
        true_loss = picture.now.true_loss if picture.now is not None else None
        self.bar.show_levels(self.levels, self._table, beyond_ends, true_loss)

    def _moved(self, *_: object) -> None:
        if self.view_changed is not None:
            (left, right), (bottom, top) = self.box.viewRange()
            self.view_changed(Window(left, right, bottom, top))

    def show_whole(self) -> None:
        self._place()
        if self.view_changed is not None:
            self.view_changed(None)
