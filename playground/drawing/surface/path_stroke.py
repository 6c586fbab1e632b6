"""The line of a path over a surface: white with a dark outline, fainter where it lies off the plane."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from playground.drawing.kit.geometry import Frame, clip_polyline, simplified
from playground.drawing.kit.items import (
    LONGEST_STROKE,
    draw_polyline,
    draw_quickly,
    hairline,
    line_length,
    solid_pen,
)
from playground.drawing.kit.theme import INK, OUTLINE

OUTLINE_WIDTH = 2.2
OUTLINE_OPACITY = 0.85
FADES = 6
FAINTEST = 0.25


def draw_path(
    painter: QPainter,
    x: np.ndarray,
    y: np.ndarray,
    opacity: np.ndarray,
    width: float,
    frame: Frame,
    exporting: bool,
) -> None:
    """Stroke a path in pixels; opacity of each point from FAINTEST to 1. exporting: quality before speed."""
    if len(x) < 2:
        return
    grade = np.rint((opacity - FAINTEST) / (1 - FAINTEST) * FADES).astype(int)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if exporting:
        _draw_finely(painter, x, y, grade, width, frame)
        return
    pieces = _pieces(x, y, grade, frame)
    if line_length(x, y) > LONGEST_STROKE:
        for grade_of, piece_x, piece_y in pieces:
            painter.setPen(hairline(solid_pen(_color(INK, grade_of), width), painter))
            draw_quickly(painter, piece_x, piece_y)
    elif all(grade_of == FADES for grade_of, _, _ in pieces):
        _stroke(painter, pieces, width)
    else:
        _draw_on_sheet(painter, pieces, width)


def _draw_finely(
    painter: QPainter, x: np.ndarray, y: np.ndarray, grade: np.ndarray, width: float, frame: Frame
) -> None:
    # A piece of one grade also holds the first point of the next, so that the line has no gap.
    cuts = np.flatnonzero(np.diff(grade)) + 1
    for base, wide in ((OUTLINE, width + OUTLINE_WIDTH), (INK, width)):
        for start, stop in zip(np.r_[0, cuts], np.r_[cuts, len(x)], strict=True):
            painter.setPen(solid_pen(_color(base, int(grade[start])), wide))
            part = slice(start, min(stop + 1, len(x)))
            draw_polyline(painter, *clip_polyline(x[part], y[part], frame))


Piece = tuple[int, np.ndarray, np.ndarray]
"""A grade, and all lines of that grade: x and y with NaN between them."""


def _pieces(x: np.ndarray, y: np.ndarray, grade: np.ndarray, frame: Frame) -> list[Piece]:
    found = []
    for grade_of in np.unique(grade[:-1]):
        chosen = np.r_[False, grade[:-1] == grade_of, False]
        touched = chosen[:-1] | chosen[1:]
        ends = np.flatnonzero((chosen[:-1] & ~chosen[1:])[touched])[:-1] + 1
        part_x, part_y = (np.insert(values[touched], ends, np.nan) for values in (x, y))
        part_x, part_y = simplified(*clip_polyline(part_x, part_y, frame))
        if len(part_x):
            found.append((int(grade_of), part_x, part_y))
    return found


def _stroke(painter: QPainter, pieces: list[Piece], width: float) -> None:
    for base, wide in ((OUTLINE, width + OUTLINE_WIDTH), (INK, width)):
        for grade_of, piece_x, piece_y in pieces:
            painter.setPen(solid_pen(_color(base, grade_of), wide))
            draw_quickly(painter, piece_x, piece_y)


def _draw_on_sheet(painter: QPainter, pieces: list[Piece], width: float) -> None:
    """Draw the pieces on a sheet of their own.

    Lines that are drawn one by one must not shine through each other where they meet: there the later one
    replaces the earlier.
    """
    x = np.concatenate([piece_x for _, piece_x, _ in pieces])
    y = np.concatenate([piece_y for _, _, piece_y in pieces])
    room = width + OUTLINE_WIDTH
    left, top = math.floor(np.nanmin(x) - room), math.floor(np.nanmin(y) - room)
    wide, high = math.ceil(np.nanmax(x) + room) - left, math.ceil(np.nanmax(y) + room) - top
    ratio = painter.device().devicePixelRatioF()
    sheet = QImage(
        math.ceil(wide * ratio), math.ceil(high * ratio), QImage.Format.Format_ARGB32_Premultiplied
    )
    sheet.setDevicePixelRatio(ratio)
    sheet.fill(Qt.GlobalColor.transparent)
    inner = QPainter(sheet)
    inner.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    inner.translate(-left, -top)
    _stroke(inner, pieces, width)
    inner.end()
    painter.drawImage(QPointF(left, top), sheet)


def _color(base: str, grade: int) -> QColor:
    color = QColor(base)
    share = FAINTEST + (1 - FAINTEST) * grade / FADES
    color.setAlphaF(share * (OUTLINE_OPACITY if base == OUTLINE else 1.0))
    return color
