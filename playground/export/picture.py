"""A drawing as a picture: PNG, SVG or PDF.

A picture is laid out to a width at which its text has the height of its page, and then enlarged as a whole,
so that one of 600 dpi looks like one of 200, only sharper. Where only pixels are given, it is laid out 800
pixels wide. Everything here belongs to the thread of the window.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
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

from playground.drawing.kit.theme import DARK, PRINT, Theme
from playground.export.carried_run import ATTACHMENT, png_with, svg_with
from playground.export.figure import Figure
from playground.export.page import MAX_PIXELS, MIN_PIXELS, MOST_ASPECT, POINTS_PER_INCH, UNITS, Page
from playground.files.atomic import ExportError, write_atomically
from playground.files.foreign_names import shown_path
from playground.landscape.pieces import Pieces, finish
from playground.numerals import number_text

MakeItem = Callable[[Theme], QGraphicsWidget]


@runtime_checkable
class MadeInPieces(Protocol):
    """A MakeItem that can also make its drawing piece by piece."""

    def __call__(self, theme: Theme) -> QGraphicsWidget: ...

    def in_pieces(self, theme: Theme) -> Pieces[QGraphicsWidget]: ...


PROGRAM = "Loss Landscape Playground"
LAYOUT_WIDTH = 800.0
NO_ROOM = "The caption finds no room at this size: it stands in the file's description alone."
LEAST_SHARE_OF_PLOT = 0.5
"""Smallest share of the height for the plot; a caption that would leave less is not drawn."""
UNIT_OF_SVG = "mm"
METRE_PER_INCH = 0.0254


def save_picture(make_item: MakeItem, page: Page, path: str | Path, run: bytes | None = None) -> None:
    """Write a picture of a page. Raises ExportError, naming the path where it could not be written."""
    write_atomically(path, picture_bytes(make_item, page, run))


class Fit(NamedTuple):
    """What of a page a picture has: whether its caption found no room, and the height of its text in pt."""

    caption_left_out: bool
    text_pt: float


class Made(NamedTuple):
    """The file of a picture, and what of its page it has."""

    content: bytes
    fit: Fit


class Shown(NamedTuple):
    """A picture for the screen: an image, or the SVG that its page is about; and what of its page it has."""

    image: QImage | None
    svg: bytes
    fit: Fit


def picture_bytes(make_item: MakeItem, page: Page, run: bytes | None = None) -> bytes:
    """Return the file of a picture: see made_picture."""
    return made_picture(make_item, page, run).content


def made_picture(make_item: MakeItem, page: Page, run: bytes | None = None) -> Made:
    """Make the file of a picture, in the format of its page.

    make_item(theme) creates the drawing. run: what carried_run has made, which the picture carries where its
    page says so. Raises ExportError where the picture cannot be made.
    """
    run = run if page.run else None
    stage = _staged(make_item, page)
    if page.format == "png":
        content = png_with(_png(_image(stage, *page.pixels, page.dpi)), stage.words, run)
    elif page.format == "svg":
        content = _svg_of_page(stage, page, run)
    else:
        content = _pdf(stage, page.inches, stage.words, run)
    return Made(content, _fit_of(stage, page))


def shown_in_pieces(make_item: MakeItem, page: Page, width_px: int, height_px: int) -> Pieces[Shown]:
    """Yield after each piece of work, and return the picture of a page as it is shown on a screen.

    It is made as its file is: an SVG is the file itself, every other format an image of at most so many
    pixels. Raises ExportError, as made_picture does.
    """
    stage = yield from _staged_in_pieces(make_item, page)
    fit = _fit_of(stage, page)
    if page.format == "svg":
        return Shown(None, _svg_of_page(stage, page, None), fit)
    # A PDF is laid out like the PNG.
    small = replace(page, format="png").within(width_px, height_px)
    return Shown(_image(stage, *small.pixels, small.dpi), b"", fit)


def shortcomings(fit: Fit, page: Page) -> str:
    """Return what of a page its picture had no room for, as sentences; empty where nothing is missing."""
    sentences = []
    if fit.caption_left_out:
        sentences.append(NO_ROOM)
    if fit.text_pt < 0.99 * page.text_pt:
        sentences.append(
            f"The graph is too large for text of {page.text_pt:g} pt here: its text is "
            f"{number_text(fit.text_pt, 2)} pt high."
        )
    return " ".join(sentences)


def image_of_page(make_item: MakeItem, page: Page) -> QImage:
    """Return a picture as an image of the page's pixels. Raises ExportError."""
    return _image(_staged(make_item, page), *page.pixels, page.dpi)


def _fit_of(stage: _Stage, page: Page) -> Fit:
    figure = stage.item if isinstance(stage.item, Figure) else None
    left_out = page.caption and figure is not None and not figure.captioned
    return Fit(left_out, page.text_pt * (figure.text_share() if figure is not None else 1.0))


def _svg_of_page(stage: _Stage, page: Page, run: bytes | None) -> bytes:
    width, height = (f"{number * UNITS[UNIT_OF_SVG]:.10g}{UNIT_OF_SVG}" for number in page.inches)
    return _svg(stage, width, height, stage.words, run)


def theme_of(page: Page) -> Theme:
    """Return the colours of a page; lines and text are as thick and as high in each."""
    theme = PRINT
    if page.look == "dark":
        names = ("curve_width", "thin_width", "path_width", "font_px")
        theme = replace(DARK, **{name: getattr(PRINT, name) for name in names})
    return theme.with_loss_colors(page.colors)


def _staged(make_item: MakeItem, page: Page) -> _Stage:
    """Return the drawing of a page in its scene, laid out."""
    return finish(_staged_in_pieces(make_item, page))


def _staged_in_pieces(make_item: MakeItem, page: Page) -> Pieces[_Stage]:
    """Yield after each piece of work, and return the same."""
    theme = theme_of(page)
    if isinstance(make_item, MadeInPieces):
        item = yield from make_item.in_pieces(theme)
    else:
        item = make_item(theme)
    yield None
    width = page.layout_width(PRINT.font_px)
    size = QSizeF(width, width * page.height / page.width)
    if isinstance(item, Figure):
        _choose_caption(item, size, page)
    stage = _Stage(item, size, None if page.look == "transparent" else theme.card)
    yield from stage.settle()
    return stage


def _choose_caption(figure: Figure, size: QSizeF, page: Page) -> None:
    """Leave out a caption that would leave the plot too little room.

    Raises ExportError where there is none without it.
    """
    width, height = size.width(), size.height()
    has_room = figure.room_for_plot(width, height) >= LEAST_SHARE_OF_PLOT
    has_room = has_room and figure.least_height(width, captioned=True) <= height
    figure.show_caption(page.caption and has_room)
    least = figure.least_height(width, captioned=False)
    if least > height:
        needed = number_text(math.ceil(10 * least / width * page.width) / 10, 5)
        raise ExportError(
            f"{figure.name} finds no room in {page.size_text} with text of "
            f"{number_text(page.text_pt, 3)} pt: at this width it is at least {needed} {page.unit} high."
        )


def save_png(
    make_item: MakeItem,
    path: str | Path,
    width_px: int,
    height_px: int,
    dpi: int = 150,
    theme: Theme = PRINT,
) -> None:
    """Write a PNG of exactly this size; dpi only sets its size on paper.

    make_item(theme) creates the drawing. Raises ExportError, naming the path.
    """
    image = image_of(make_item, width_px, height_px, dpi, theme)
    try:
        content = _png(image)
    except ExportError as error:
        raise ExportError(f"{shown_path(path)} could not be written: {error}") from None
    write_atomically(path, content)


def save_svg(
    make_item: MakeItem, path: str | Path, width_px: int, height_px: int, theme: Theme = PRINT
) -> None:
    """Write an SVG with text as text and lines as lines; the surface itself is an image in it.

    Raises ExportError, naming the path.
    """
    _check_size(width_px, height_px)
    stage = _usual_stage(make_item(theme), width_px / height_px, theme)
    write_atomically(path, _svg(stage, str(width_px), str(height_px)))


def image_of(
    make_item: MakeItem, width_px: int, height_px: int, dpi: int = 150, theme: Theme = PRINT
) -> QImage:
    """Return the drawing as an image of exactly this size. Raises ExportError for an impossible one."""
    _check_size(width_px, height_px)
    if not 1 <= dpi <= 10_000:
        raise ExportError(f"A picture needs from 1 to 10000 dots per inch, not {dpi}.")
    return _image(_usual_stage(make_item(theme), width_px / height_px, theme), width_px, height_px, dpi)


def _usual_stage(item: QGraphicsWidget, aspect: float, theme: Theme) -> _Stage:
    stage = _Stage(item, QSizeF(LAYOUT_WIDTH, LAYOUT_WIDTH / aspect), theme.card)
    finish(stage.settle())
    return stage


def _image(stage: _Stage, width_px: int, height_px: int, dpi: int) -> QImage:
    format_ = QImage.Format.Format_RGB32 if stage.ground else QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(width_px, height_px, format_)
    if image.isNull():
        raise ExportError(f"There is not enough memory for a picture of {width_px} × {height_px} pixels.")
    image.fill(Qt.GlobalColor.transparent)
    image.setDevicePixelRatio(width_px / stage.size.width())
    stage.paint(image, vector=False)
    image.setDevicePixelRatio(1.0)
    # Set only now: while painting, the DPI would scale the recordings of the axes.
    image.setDotsPerMeterX(round(dpi / METRE_PER_INCH))
    image.setDotsPerMeterY(round(dpi / METRE_PER_INCH))
    return image


def _png(image: QImage) -> bytes:
    content, buffer = _written()
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise ExportError(f"no PNG could be made of {image.width()} × {image.height()} pixels.")
    return bytes(content.data())


def _svg(stage: _Stage, width: str, height: str, words: str = "", run: bytes | None = None) -> bytes:
    """Return an SVG with this width and height."""
    content, buffer = _written()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    # Axes are kept as recordings of the screen's DPI, which would be scaled to any other.
    generator.setResolution(QPicture().logicalDpiX())
    generator.setSize(QSize(round(stage.size.width()), round(stage.size.height())))
    generator.setViewBox(QRectF(0, 0, stage.size.width(), stage.size.height()))
    generator.setTitle(PROGRAM)
    generator.setDescription(words or "A picture of a network in training")
    stage.paint(generator, vector=True)
    buffer.close()
    svg = _with_families(bytes(content.data()).decode("utf-8"))
    svg = _sized(svg, width, height)
    return (svg if run is None else svg_with(svg, run)).encode("utf-8")


def _pdf(stage: _Stage, inches: tuple[float, float], words: str, run: bytes | None) -> bytes:
    """Return a PDF of one page of this size."""
    content, buffer = _written()
    writer = QPdfWriter(buffer)
    points = QSizeF(*(POINTS_PER_INCH * side for side in inches))
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    dpi = QPicture().logicalDpiX()
    writer.setResolution(dpi)
    writer.setTitle(words or PROGRAM)
    writer.setCreator(PROGRAM)
    if run is not None:
        writer.addFileAttachment(ATTACHMENT, QByteArray(run), "application/octet-stream")
    stage.paint(writer, vector=True, scale=inches[0] * dpi / stage.size.width())
    buffer.close()
    return bytes(content.data())


def _written() -> tuple[QByteArray, QBuffer]:
    """Return bytes, and a device that is open to write them."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return content, buffer


class _Stage:
    """A scene of its own for one drawing, laid out to its final size once it is settled."""

    def __init__(self, item: QGraphicsWidget, size: QSizeF, ground: str | None):
        self.item, self.size, self.ground = item, size, ground
        self._scene = pg.GraphicsScene()
        self._scene.addItem(item)
        item.setGeometry(QRectF(0.0, 0.0, self.size.width(), self.size.height()))
        self._scene.setSceneRect(item.geometry())
        # Axes are measured in pixels of a view; this one is never shown.
        self._view = QGraphicsView(self._scene)

    @property
    def words(self) -> str:
        """Title and caption of a figure."""
        return self.item.words if isinstance(self.item, Figure) else ""

    def settle(self) -> Pieces[None]:
        """Give every axis the room that its labels need; yield after each piece of work."""
        # An axis measures its labels when it is painted, and requests room only then.
        axes = [part for part in self._scene.items() if isinstance(part, pg.AxisItem)]
        for _ in range(3 if axes else 0):
            self._draft(axes)
            yield None

    def _draft(self, axes: list[pg.AxisItem]) -> None:
        """Paint the axes alone, and keep nothing of it."""
        _lay_out(self.item)
        self._scene.prepareForPaint()
        paper = QImage(self.size.toSize(), QImage.Format.Format_RGB32)
        painter = QPainter(paper)
        try:
            for axis in axes:
                axis.paint(painter, None, None)
        finally:
            painter.end()

    def paint(self, device: QPaintDevice, vector: bool, scale: float = 1.0) -> None:
        """Paint the drawing over its ground, where it has one."""
        _lay_out(self.item)
        self._scene.prepareForPaint()
        self._set_export_mode(True, vector)
        painter = QPainter(device)
        try:
            area = QRectF(0.0, 0.0, self.size.width(), self.size.height())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(scale, scale)
            if self.ground is not None:
                painter.fillRect(area, QColor(self.ground))
            self._scene.render(painter, area, area, Qt.AspectRatioMode.IgnoreAspectRatio)
        finally:
            painter.end()
            self._set_export_mode(False, vector)

    def _set_export_mode(self, on: bool, vector: bool) -> None:
        for item in self._scene.items():
            if hasattr(item, "setExportMode"):
                item.setExportMode(on, {"antialias": True, "vector": vector})


def _lay_out(item: QGraphicsItem) -> None:
    """Lay out every part now instead of in the next turn of the event loop."""
    layout = QGraphicsWidget.layout(item) if isinstance(item, QGraphicsWidget) else None
    if layout is not None:
        layout.activate()
    for child in item.childItems():
        _lay_out(child)


def _with_families(svg: str) -> str:
    """Replace the requested font families by the used ones, with a generic one after each.

    Qt writes the requested name ("Sans Serif"), which other programs do not know as a font.
    """

    def named(match: re.Match[str]) -> str:
        used = QFontInfo(QFont(html.unescape(match[1])))
        generic = "monospace" if used.fixedPitch() else "sans-serif"
        family = used.family().replace("\\", "").replace("'", "")
        families = html.escape(f"'{family}', {generic}", quote=False)
        return f'font-family="{families}"'

    return re.sub(r'font-family="([^"]*)"', named, svg)


def _sized(svg: str, width: str, height: str) -> str:
    """Return the SVG with the requested size in place of the millimetres of the layout."""
    head, mark, rest = svg.partition("<svg ")
    _, view_box, rest = rest.partition("viewBox=")
    return f'{head}{mark}width="{width}" height="{height}"\n {view_box}{rest}'


def _check_size(width_px: int, height_px: int) -> None:
    for value in (width_px, height_px):
        if not MIN_PIXELS <= value <= MAX_PIXELS:
            raise ExportError(
                f"A picture must be from {MIN_PIXELS} to {MAX_PIXELS} pixels wide and high, "
                f"not {width_px} × {height_px}."
            )
    if not 1 / MOST_ASPECT <= width_px / height_px <= MOST_ASPECT:
        raise ExportError(f"A picture of {width_px} × {height_px} pixels is too narrow for a plot.")
