"""A drawing as a picture: PNG, SVG, PDF, or on the clipboard.

A picture is laid out as if it were 800 pixels wide and then enlarged as a whole, so that one of 2400 pixels
looks like one of 800, only sharper. Everything here belongs to the thread of the window.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPdfWriter,
    QPicture,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QGraphicsWidget

from playground.drawing.kit.theme import PRINT, Theme
from playground.files.atomic import ExportError, write_atomically
from playground.files.foreign_names import shown_path

MakeItem = Callable[[Theme], QGraphicsWidget]

LAYOUT_WIDTH = 800.0
MAX_PIXELS = 20_000
MIN_PIXELS = 64
METRE_PER_INCH = 0.0254


def save_png(
    make_item: MakeItem,
    path: str | Path,
    width_px: int,
    height_px: int,
    dpi: int = 150,
    theme: Theme = PRINT,
) -> None:
    """Write a PNG of exactly this size; dpi only says how large it is meant on paper.

    make_item(theme) builds the drawing. Raises ExportError, naming the path.
    """
    image = image_of(make_item, width_px, height_px, dpi, theme)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        said = f"no PNG could be made of {width_px} × {height_px}"
        raise ExportError(f"{shown_path(path)} could not be written: {said}.")
    write_atomically(path, bytes(content.data()))


def save_svg(
    make_item: MakeItem, path: str | Path, width_px: int, height_px: int, theme: Theme = PRINT
) -> None:
    """Write an SVG with text as text and lines as lines; the surface itself is an image in it.

    Raises ExportError, naming the path.
    """
    _check_size(width_px, height_px)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    scene = _Stage(make_item(theme), width_px / height_px)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    # Axes are kept as recordings of the screen's DPI, which would be scaled to any other.
    generator.setResolution(QPicture().logicalDpiX())
    generator.setSize(QSize(round(scene.size.width()), round(scene.size.height())))
    generator.setViewBox(QRectF(0, 0, scene.size.width(), scene.size.height()))
    generator.setTitle("Loss Landscape Playground")
    generator.setDescription("A picture of a network in training")
    scene.paint(generator, theme.card, vector=True)
    buffer.close()
    svg = _with_families(bytes(content.data()).decode("utf-8"))
    write_atomically(path, _sized(svg, width_px, height_px))


def save_pdf(
    make_item: MakeItem, path: str | Path, width_px: int, height_px: int, theme: Theme = PRINT
) -> None:
    """Write a PDF of one page, 96 pixels to the inch. Raises ExportError, naming the path."""
    _check_size(width_px, height_px)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    scene = _Stage(make_item(theme), width_px / height_px)
    writer = QPdfWriter(buffer)
    dpi = QPicture().logicalDpiX()
    points = QSizeF(scene.size.width() * 72 / dpi, scene.size.height() * 72 / dpi)
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(dpi)
    writer.setTitle("Loss Landscape Playground")
    scene.paint(writer, theme.card, vector=True)
    buffer.close()
    write_atomically(path, bytes(content.data()))


def copy_to_clipboard(
    make_item: MakeItem, width_px: int, height_px: int, dpi: int = 150, theme: Theme = PRINT
) -> None:
    """Put a picture of this size on the clipboard. Raises ExportError where it cannot be made."""
    QGuiApplication.clipboard().setImage(image_of(make_item, width_px, height_px, dpi, theme))


def image_of(
    make_item: MakeItem, width_px: int, height_px: int, dpi: int = 150, theme: Theme = PRINT
) -> QImage:
    """The drawing as an image of exactly this size. Raises ExportError for an impossible one."""
    _check_size(width_px, height_px)
    if not 1 <= dpi <= 10_000:
        raise ExportError(f"A picture needs from 1 to 10000 dots per inch, not {dpi}.")
    image = QImage(width_px, height_px, QImage.Format.Format_RGB32)
    if image.isNull():
        raise ExportError(f"There is not enough memory for a picture of {width_px} × {height_px} pixels.")
    scene = _Stage(make_item(theme), width_px / height_px)
    image.setDevicePixelRatio(width_px / scene.size.width())
    scene.paint(image, theme.card, vector=False)
    image.setDevicePixelRatio(1.0)
    # Only now: while painting, the DPI would scale the recordings of the axes.
    image.setDotsPerMeterX(round(dpi / METRE_PER_INCH))
    image.setDotsPerMeterY(round(dpi / METRE_PER_INCH))
    return image


class _Stage:
    """A scene of its own for one drawing, laid out to its final size."""

    def __init__(self, item: QGraphicsWidget, aspect: float):
        self.size = QSizeF(LAYOUT_WIDTH, LAYOUT_WIDTH / aspect)
        self._scene = pg.GraphicsScene()
        self._item = item
        self._scene.addItem(item)
        item.setGeometry(QRectF(0.0, 0.0, self.size.width(), self.size.height()))
        self._scene.setSceneRect(item.geometry())
        # Axes measure themselves in pixels of a view; this one is never shown.
        self._view = QGraphicsView(self._scene)
        # An axis learns the width of its labels when it is painted, and asks for room only then.
        for _ in range(3):
            draft = QImage(self.size.toSize(), QImage.Format.Format_RGB32)
            self.paint(draft, PRINT.card, vector=False)

    def paint(self, device: QPaintDevice, ground: str, vector: bool) -> None:
        """Paint the drawing over its ground."""
        _lay_out(self._item)
        self._scene.prepareForPaint()
        self._set_export_mode(True, vector)
        painter = QPainter(device)
        try:
            area = QRectF(0.0, 0.0, self.size.width(), self.size.height())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(area, QColor(ground))
            self._scene.render(painter, area, area, Qt.AspectRatioMode.IgnoreAspectRatio)
        finally:
            painter.end()
            self._set_export_mode(False, vector)

    def _set_export_mode(self, on: bool, vector: bool) -> None:
        for item in self._scene.items():
            if hasattr(item, "setExportMode"):
                item.setExportMode(on, {"antialias": True, "vector": vector})


def _lay_out(item: QGraphicsItem) -> None:
    """Give every part its place now instead of at the next turn of the event loop."""
    layout = QGraphicsWidget.layout(item) if isinstance(item, QGraphicsWidget) else None
    if layout is not None:
        layout.activate()
    for child in item.childItems():
        _lay_out(child)


def _with_families(svg: str) -> str:
    """Name the font families that were used, with a generic one after each, in place of the asked-for ones.

    Qt writes what was asked for ("Sans Serif"), which no other program knows as a font.
    """

    def named(match: re.Match[str]) -> str:
        used = QFontInfo(QFont(html.unescape(match[1])))
        generic = "monospace" if used.fixedPitch() else "sans-serif"
        family = used.family().replace("\\", "").replace("'", "")
        families = html.escape(f"'{family}', {generic}", quote=False)
        return f'font-family="{families}"'

    return re.sub(r'font-family="([^"]*)"', named, svg)


def _sized(svg: str, width_px: int, height_px: int) -> str:
    """The size in pixels that was asked for, in place of the millimetres of the layout."""
    head, mark, rest = svg.partition("<svg ")
    _, view_box, rest = rest.partition("viewBox=")
    return f'{head}{mark}width="{width_px}" height="{height_px}"\n {view_box}{rest}'


def _check_size(width_px: int, height_px: int) -> None:
    for value in (width_px, height_px):
        if not MIN_PIXELS <= value <= MAX_PIXELS:
            raise ExportError(
                f"A picture must be from {MIN_PIXELS} to {MAX_PIXELS} pixels wide and high, "
                f"not {width_px} × {height_px}."
            )
    if not 0.2 <= width_px / height_px <= 5:
        raise ExportError(f"A picture of {width_px} × {height_px} pixels is too narrow for a plot.")
