"""Graphics items with data coordinates that paint in pixels: the parts of all drawings.

Qt never scales a cosmetic pen, not for a screen of 200 % nor for a large picture. So no item here uses one:
each maps its data to pixels by itself and paints there, and lines, markers and text keep their sizes on every
screen and in every export alike.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsSceneResizeEvent

from playground.drawable import can_be_drawn, drawable_range
from playground.drawing.kit.class_marks import mark_path, mark_reach
from playground.drawing.kit.color_maps import packed
from playground.drawing.kit.geometry import Frame, clip_polyline, dashes, simplified, thin_curve
from playground.drawing.kit.kept_layer import MANY, KeptLayer
from playground.drawing.kit.stamps import copy_stamps, half_of_stamp, stamp_of, topmost
from playground.drawing.kit.theme import Theme

LONGEST_STROKE = 25_000.0
"""A line longer than this in pixels is noise, and on the screen too slow to draw in its full width."""
SHORT_PIECES = 4.0
"""A line counts as smooth where its pieces are shorter than this many of its widths, in the mean."""


FINE = 41
"""Number of cells a side from which on fields are drawn smoothly; coarser ones show their cells."""
FARTHEST = 1e9
"""Largest pixel coordinate that is given to a painter: larger ones cannot be computed."""


class PlotBox(pg.ViewBox):
    """A view that shows what its drawing sets, until the user zooms or pans it.

    touched: whether it shows a part that the user chose. whole: called to show everything again. resized:
    called once it has another size.
    """

    def __init__(self, whole: Callable[[], None], resized: Callable[[], None]):
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.touched = False
        self._whole: weakref.WeakMethod[Callable[[], None]] | Callable[[], Callable[[], None]] = (
            weakref.WeakMethod(whole)
        )
        self._resized = weakref.WeakMethod(resized)
        self.disableAutoRange()
        self.sigRangeChangedManually.connect(self._touch)

    def _touch(self, *_: object) -> None:
        self.touched = True

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        super().resizeEvent(event)
        # pyqtgraph sizes a view while it creates it.
        resized = self._resized() if hasattr(self, "_resized") else None
        if resized is not None:
            resized()

    def autoRange(self, *_: object, **__: object) -> None:
        """Show everything again, and follow the data."""
        self.touched = False
        whole = self._whole()
        if whole is not None:
            whole()

    def place(self, left: float, right: float, bottom: float, top: float) -> None:
        """Show this part, unless the user chose another or it is shown already."""
        ranges = [[left, right], [bottom, top]]
        if not self.touched and not np.allclose(self.state["targetRange"], ranges, rtol=1e-12, atol=0.0):
            across, up = drawable_range(left, right), drawable_range(bottom, top)
            super().setRange(xRange=across, yRange=up, padding=0, disableAutoRange=True)
            # Done while painting, it would have everything painted twice.
            self.updateMatrix()

    def setRange(
        self, rect: QRectF | None = None, xRange: Any = None, yRange: Any = None, *rest: Any, **named: Any
    ) -> None:
        """Show a part chosen by the user; do nothing where it cannot be drawn."""
        ranges = [edges for edges in (xRange, yRange) if edges is not None]
        if rect is not None:
            ranges += [(rect.left(), rect.right()), (rect.top(), rect.bottom())]
        if all(can_be_drawn(float(low), float(high)) for low, high in ranges):
            super().setRange(rect, xRange, yRange, *rest, **named)

    def lay(self, items: Iterable[pg.GraphicsObject], apart: float = 1.0) -> None:
        """Put the items over each other, the first lowest, this far apart in z; none moves the view."""
        for order, item in enumerate(items):
            item.setZValue(apart * order)
            self.addItem(item, ignoreBounds=True)


def plot_of(box: PlotBox, *axes: pg.AxisItem) -> pg.PlotItem:
    """Return a plot of this view with these axes, each at its side, without buttons or menus of its own."""
    item = pg.PlotItem(viewBox=box, axisItems={axis.orientation: axis for axis in axes})
    for axis in axes:
        item.showAxis(axis.orientation)
    item.hideButtons()
    item.setMenuEnabled(False)
    return item


class PixelItem(pg.GraphicsObject):
    """An item of a plot that paints in pixels of the scene over the whole view."""

    def __init__(self) -> None:
        super().__init__()
        self._exporting = self._vector = False

    def boundingRect(self) -> QRectF:
        result: QRectF = self.viewRect()
        return result

    def viewTransformChanged(self) -> None:
        self.prepareGeometryChange()
        super().viewTransformChanged()  # clears the rectangle that viewRect() caches
        self.update()

    def setExportMode(self, export: bool, opts: dict[str, Any] | None = None) -> None:
        """Set whether quality comes before speed, for an export.

        opts["vector"]: to a format of lines and text.
        """
        super().setExportMode(export, opts)
        self._exporting = export
        self._vector = export and bool((opts or {}).get("vector"))
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        box = self.getViewBox()
        if box is None:
            return
        transform = self.sceneTransform()
        frame = transform.mapRect(box.viewRect())
        if frame.isEmpty():
            return
        painter.save()
        painter.setTransform(_between(transform, painter.transform()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, transform, (frame.left(), frame.top(), frame.right(), frame.bottom()))
        painter.restore()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        """Paint in pixels; `transform` maps data to pixels, `frame` is the visible rectangle."""
        raise NotImplementedError


class ThemedItem(PixelItem):
    """An item in the colours, widths and font sizes of a theme."""

    def __init__(self, theme: Theme):
        super().__init__()
        self.theme = theme

    def restyle(self, theme: Theme) -> None:
        self.theme = theme
        self.update()


def _between(to_scene: QTransform, to_device: QTransform) -> QTransform:
    """Return the transform from the scene to the device; neither turned nor sheared.

    An inverted matrix would do the same, but at scales of 1e-150, of a run that diverged, Qt inverts none.
    """
    wide, high = to_device.m11() / to_scene.m11(), to_device.m22() / to_scene.m22()
    # Qt's fast paths need exactly one.
    wide, high = (1.0 if abs(scale - 1.0) < 1e-9 else scale for scale in (wide, high))
    dx, dy = to_device.dx() - wide * to_scene.dx(), to_device.dy() - high * to_scene.dy()
    return QTransform(wide, 0.0, 0.0, high, dx, dy)


def map_points(transform: QTransform, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return data coordinates as pixels; the transform of a plot neither turns nor shears.

    A point beyond everything that a painter can draw is moved to the border of that, in its direction.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        across, up = x * transform.m11() + transform.dx(), y * transform.m22() + transform.dy()
    return np.clip(across, -FARTHEST, FARTHEST), np.clip(up, -FARTHEST, FARTHEST)


def solid_pen(color: str | QColor, width: float, dashes: tuple[float, ...] = ()) -> QPen:
    """Return a pen whose width and dashes are pixels of the picture."""
    pen = QPen(QColor(color), width)
    pen.setCosmetic(False)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if dashes:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([dash / width for dash in dashes])
    return pen


def draw_polyline(painter: QPainter, x: np.ndarray, y: np.ndarray, crossing: bool = True) -> None:
    """Stroke a polyline in pixels; NaN separates pieces. crossing: whether it may cross itself often."""
    if len(x) < 2:
        return
    # Qt's time for one antialiased stroke grows with the crossings of its outline, so a line that may cross
    # itself is stroked in parts; dashes must not begin anew.
    part = len(x)
    if crossing and painter.pen().style() == Qt.PenStyle.SolidLine:
        part = 8 if line_length(x, y) > 12.0 * len(x) else 100
    for start in range(0, len(x) - 1, part):
        piece_x, piece_y = x[start : start + part + 1], y[start : start + part + 1]
        finite = np.isfinite(piece_x).all() and np.isfinite(piece_y).all()
        connect = "all" if finite else "finite"
        painter.drawPath(pg.functions.arrayToQPath(piece_x, piece_y, connect=connect, finiteCheck=False))


def draw_quickly(painter: QPainter, x: np.ndarray, y: np.ndarray) -> None:
    """Stroke a polyline in pixels for the screen; NaN separates pieces.

    Qt draws separate lines ten times as fast as a path of them, if they have no round ends. Many short ones
    on top of each other would fray, so only a wild line is drawn so.
    """
    pen = painter.pen()
    if len(x) < 2:
        return
    dashed = pen.style() != Qt.PenStyle.SolidLine
    smooth = line_length(x, y) < SHORT_PIECES * pen.widthF() * len(x)
    if len(pen.dashPattern()) > 2 or (smooth and not dashed):
        draw_polyline(painter, x, y)
        return
    segments = np.column_stack([x[:-1], y[:-1], x[1:], y[1:]])
    # A gap, or a step of no length, needs no line.
    segments = segments[np.abs(segments[:, 2:] - segments[:, :2]).sum(axis=1) > 0.0]
    pen = QPen(pen)
    if dashed:
        segments = dashes(segments, *(pen.widthF() * length for length in pen.dashPattern()[:2]))
        pen.setStyle(Qt.PenStyle.SolidLine)
    else:
        # Square ends close the joints.
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    if len(segments):
        painter.setPen(pen)
        lines = PrimitiveArray(QLineF, 4)
        lines.resize(len(segments))
        lines.ndarray()[:] = segments
        painter.drawLines(*lines.drawargs())


def stroke(painter: QPainter, x: np.ndarray, y: np.ndarray, exporting: bool) -> None:
    """Stroke a polyline in pixels: finely for an export, as quickly as looks the same on the screen."""
    if exporting:
        draw_polyline(painter, x, y)
        return
    x, y = simplified(x, y)
    if line_length(x, y) > LONGEST_STROKE:
        painter.setPen(hairline(painter.pen(), painter))
    draw_quickly(painter, x, y)


def line_length(x: np.ndarray, y: np.ndarray) -> float:
    """Return the length of a polyline in pixels, without gaps."""
    return float(np.nansum(np.hypot(np.diff(x), np.diff(y))))


def hairline(pen: QPen, painter: QPainter) -> QPen:
    """Return a pen one pixel of the screen wide, which Qt draws fifty times as fast."""
    thin = QPen(pen)
    thin.setWidthF(min(pen.widthF(), 1.0 / painter.device().devicePixelRatioF()))
    return thin


def draw_segments(painter: QPainter, segments: np.ndarray) -> None:
    """Stroke separate lines in pixels: (n, 4) x0, y0, x1, y1."""
    if len(segments):
        painter.drawLines([QLineF(*segment) for segment in segments.tolist()])


class LineItem(PixelItem):
    """Points x (n,), y (n,) that one pen joins; non-finite values leave gaps."""

    def __init__(self) -> None:
        super().__init__()
        self.x = self.y = np.empty(0)
        self.pen = QPen()

    def set_data(self, x: np.ndarray, y: np.ndarray) -> None:
        nothing_new = not len(x) and not len(self.x)
        self.x, self.y = np.asarray(x, float), np.asarray(y, float)
        if not nothing_new:
            self.update()

    def set_pen(self, pen: QPen) -> None:
        self.pen = pen
        self.update()


class CurveItem(LineItem):
    """A line over rising x, of which no extreme is lost by thinning."""

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if not len(self.x):
            return
        box = self.viewRect()
        first = max(int(np.searchsorted(self.x, box.left())) - 1, 0)
        last = int(np.searchsorted(self.x, box.right())) + 2
        x, y = map_points(transform, self.x[first:last], self.y[first:last])
        painter.setPen(self.pen)
        self._draw_lone_points(painter, x, y, frame)
        x, y = clip_polyline(*thin_curve(x, y), frame)
        stroke(painter, x, y, self._exporting)

    def _draw_lone_points(self, painter: QPainter, x: np.ndarray, y: np.ndarray, frame: Frame) -> None:
        # A value between two gaps (or the very first) has no line that shows it: a dot wider than one does.
        finite = np.isfinite(y)
        lone = finite & ~np.r_[False, finite[:-1]] & ~np.r_[finite[1:], False]
        for index in np.flatnonzero(lone)[:1000]:
            if frame[0] <= x[index] <= frame[2] and frame[1] <= y[index] <= frame[3]:
                painter.setBrush(self.pen.color())
                painter.drawEllipse(QPointF(x[index], y[index]), self.pen.widthF(), self.pen.widthF())
        painter.setBrush(Qt.BrushStyle.NoBrush)


class FieldItem(PixelItem):
    """A field of colours on a grid of cells, each cell drawn around its centre.

    smooth: colours run from centre to centre (bilinear), for grids so fine that no cell would be visible;
    else every cell is a rectangle of one colour.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rect = QRectF()
        self._pixels = np.empty((0, 0), np.uint32)
        self._image = QImage()
        self.smooth = False

    def set_field(self, x: np.ndarray, y: np.ndarray, indices: np.ndarray, table: np.ndarray) -> None:
        """Set the cells.

        x (nx,), y (ny,): centres, ascending; indices (ny, nx) into table (n, 3) uint8.
        """
        self.rect = cell_rect(x, y)
        # Images run downwards, y upwards. The image refers to the array's memory, so the array is kept.
        self._pixels = packed(table).take(indices[::-1])
        rows, columns = self._pixels.shape
        self._image = QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        self.update()

    def clear(self) -> None:
        self._image = QImage()
        self.update()

    @property
    def is_empty(self) -> bool:
        return self._image.isNull()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if self._image.isNull():
            return
        target = transform.mapRect(self.rect)
        shown = target.intersected(QRectF(frame[0], frame[1], frame[2] - frame[0], frame[3] - frame[1]))
        if shown.isEmpty():
            return
        wide, high = self._image.width() / target.width(), self._image.height() / target.height()
        source = QRectF(
            (shown.left() - target.left()) * wide,
            (shown.top() - target.top()) * high,
            shown.width() * wide,
            shown.height() * high,
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooth)
        if not self._vector:
            painter.drawImage(shown, self._image, source)
            return
        # The SVG writer ignores the source rectangle, and viewers differ in how they enlarge an image.
        finer = QImage(int(2 * shown.width()), int(2 * shown.height()), QImage.Format.Format_RGB32)
        inner = QPainter(finer)
        inner.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooth)
        inner.drawImage(QRectF(finer.rect()), self._image, source)
        inner.end()
        painter.drawImage(shown, finer)


def cell_rect(x: np.ndarray, y: np.ndarray) -> QRectF:
    """Return the rectangle of cells around ascending centres: half a cell beyond the outermost ones."""
    half_x = (x[-1] - x[0]) / (len(x) - 1) / 2 if len(x) > 1 else 0.5
    half_y = (y[-1] - y[0]) / (len(y) - 1) / 2 if len(y) > 1 else 0.5
    return QRectF(QPointF(x[0] - half_x, y[0] - half_y), QPointF(x[-1] + half_x, y[-1] + half_y))


class PointsItem(PixelItem):
    """Points of one shape, a mark of class_marks, filled or hollow, of one size in pixels."""

    def __init__(self, shape: str) -> None:
        super().__init__()
        self.shape_name = shape
        self.x = self.y = np.empty(0)
        self.size, self.pen, self.brush = 8.0, QPen(), QBrush()
        self._stamp: QPixmap | None = None
        self._layer = KeptLayer()

    def set_data(self, x: np.ndarray, y: np.ndarray) -> None:
        """Show these points. What was painted of the first ones stays where these are the old points."""
        x, y = np.asarray(x, float), np.asarray(y, float)
        old = len(self.x)
        goes_on = np.array_equal(x[:old], self.x) and np.array_equal(y[:old], self.y)
        self.x, self.y = x, y
        if not goes_on:
            self._layer.forget()
        if not goes_on or len(x) > old:
            self.update()

    def set_style(self, size: float, pen: QPen, brush: QBrush) -> None:
        self.size, self.pen, self.brush = size, pen, brush
        self._stamp = None
        self._layer.forget()
        self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if not len(self.x):
            return
        if len(self.x) < MANY or self._exporting:
            self._draw_all(painter, transform, frame)
            return

        def paint(inner: QPainter, first: int) -> None:
            self._draw_all(inner, transform, frame, first)

        self._layer.draw(painter, transform, frame, len(self.x), paint)

    def _draw_all(self, painter: QPainter, transform: QTransform, frame: Frame, first: int = 0) -> None:
        """Paint the points from the first on."""
        x, y = map_points(transform, self.x[first:], self.y[first:])
        inside = (x >= frame[0]) & (x <= frame[2]) & (y >= frame[1]) & (y <= frame[3])
        places = zip(x[inside].tolist(), y[inside].tolist(), strict=True)
        many = len(self.x) >= MANY and not self._exporting
        if self._vector or (inside.sum() < 50 and not many):
            for at_x, at_y in places:
                self._draw_one(painter, at_x, at_y)
            return
        ratio = painter.device().devicePixelRatioF()
        half = half_of_stamp(self.size * mark_reach(self.shape_name), self.pen.widthF())
        if self._stamp is None or self._stamp.devicePixelRatioF() != ratio:
            self._stamp = stamp_of(half, ratio, lambda inner: self._draw_one(inner, half, half))
        if many:
            x, y = x[inside], y[inside]
            kept = topmost(x, y)
            copy_stamps(painter, x[kept], y[kept], half, [self._stamp], np.zeros(len(kept)))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for at_x, at_y in places:
            painter.drawPixmap(QPointF(at_x - half, at_y - half), self._stamp)

    def _draw_one(self, painter: QPainter, x: float, y: float) -> None:
        painter.setPen(self.pen)
        painter.setBrush(self.brush)
        half = self.size / 2
        if self.shape_name == "circle":
            painter.drawEllipse(QPointF(x, y), half, half)
        elif self.shape_name == "square":
            # A square of the same area as the circle.
            half *= 0.886
            painter.drawRect(QRectF(x - half, y - half, 2 * half, 2 * half))
        else:
            painter.drawPath(QTransform(half, 0.0, 0.0, half, x, y).map(mark_path(self.shape_name)))
