"""The surface in space drawn by OpenGL, where there is one that can be trusted.

Imported only when 3-D is wanted: pyqtgraph.opengl and PyOpenGL are an optional extra. OpenGL draws the mesh
and its lines; box, path and marks are painted over it with the same camera as everywhere.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph.opengl as gl
from OpenGL import GL
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QOffscreenSurface, QOpenGLContext, QPainter, QVector3D
from PySide6.QtWidgets import QWidget

from playground.drawing.kit.colors import COLORS
from playground.drawing.kit.contours import contour_lines
from playground.drawing.surface.camera import CENTRE, EYE_DISTANCE
from playground.drawing.surface.height_field import HEIGHT, LIFT, HeightField
from playground.drawing.surface.mesh_painting import WIRES
from playground.drawing.surface.relief import FINEST

SOFTWARE = ("llvmpipe", "softpipe", "swiftshader", "software", "gdi generic")


def can_be_trusted() -> bool:
    """Whether there is a context of a graphics card: in software it would take the time of the training."""
    context, surface = QOpenGLContext(), QOffscreenSurface()
    surface.create()
    if not context.create() or not context.makeCurrent(surface):
        return False
    try:
        renderer = GL.glGetString(GL.GL_RENDERER)
    finally:
        context.doneCurrent()
    name = (renderer or b"").decode(errors="replace").lower()
    return bool(name) and not any(word in name for word in SOFTWARE)


class ReliefCanvas(gl.GLViewWidget):
    """Lies over a ReliefView and draws what that one knows; failed: it could not, and never will."""

    failed = Signal()

    def __init__(self, view: Any):
        super().__init__(view)
        self._view = view
        self._broken = False
        self._drawn: tuple = ()
        self._mesh: Any = None
        self._lines: Any = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def initializeGL(self) -> None:
        try:
            super().initializeGL()
        except Exception:
            self._give_up()

    def paintGL(self) -> None:
        if self._broken:
            return
        try:
            self._paint()
        except Exception:
            self._give_up()

    def _give_up(self) -> None:
        # Whatever is wrong with this OpenGL, the painted mesh shows the same: no reason to stop anybody.
        self._broken = True
        self.failed.emit()

    def _paint(self) -> None:
        drawing, rect = self._view.drawing, self._view.scene_rect()
        card = QColor(drawing.theme.card)
        GL.glClearColor(card.redF(), card.greenF(), card.blueF(), 1.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        self._painted(lambda painter: drawing.paint_ground(painter, rect))
        field = drawing.field(FINEST)
        if field is None:
            return
        self._take(field)
        camera = drawing.camera
        half = 0.5 * rect.width() / (camera.scale(rect) * EYE_DISTANCE)
        self.opts.update(
            center=QVector3D(*(float(value) for value in CENTRE)),
            distance=EYE_DISTANCE,
            fov=2 * math.degrees(math.atan(half)),
            azimuth=camera.azimuth,
            elevation=camera.elevation,
        )
        region = self.getViewport()
        self.setProjection(region, region)
        self.setModelview()
        GL.glClear(GL.GL_DEPTH_BUFFER_BIT)
        for item in (self._mesh, self._lines):
            if item is not None:
                if self.default_vao.isCreated():
                    self.default_vao.bind()
                item.paint()
        GL.glDisable(GL.GL_DEPTH_TEST)
        self._painted(lambda painter: drawing.paint_path(painter, rect, FINEST))

    def _painted(self, paint: Any) -> None:
        painter = QPainter(self)
        try:
            paint(painter)
        finally:
            painter.end()

    def _take(self, field: HeightField) -> None:
        """Hand a field over to OpenGL, if it is another than the last."""
        drawing = self._view.drawing
        wanted = (field, drawing.table, drawing.picture.contours)
        if len(self._drawn) == 3 and all(a is b for a, b in zip(wanted, self._drawn, strict=True)):
            return
        self._drawn = wanted
        self.clear()
        self._mesh = self._lines = None
        vertexes, faces, colors = mesh_of(field, drawing.table)
        if len(faces):
            data = gl.MeshData(vertexes=vertexes, faces=faces, vertexColors=colors)
            self._mesh = gl.GLMeshItem(meshdata=data, smooth=False, computeNormals=False, shader=None)
            self.addItem(self._mesh)
        contours = drawing.picture.contours
        segments = level_lines(field) if contours else wire_lines(field)
        if len(segments):
            ink = (1.0, 1.0, 1.0, 0.5) if contours else (0.04, 0.06, 0.08, 0.35)
            self._lines = gl.GLLinePlotItem(
                pos=segments.astype(np.float32), color=ink, mode="lines", antialias=True, width=1.0
            )
            self._lines.setGLOptions("translucent")
            self.addItem(self._lines)


def mesh_of(field: HeightField, table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices (n, 3), triangles (m, 3) of finite corners, a colour (n, 4) from 0 to 1 for each vertex."""
    x, y = np.meshgrid(field.x, field.y)
    vertexes = np.stack([x, y, np.nan_to_num(field.z)], axis=-1).reshape(-1, 3).astype(np.float32)
    index = np.arange(field.z.size).reshape(field.z.shape)
    corners = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], axis=-1)
    finite = np.isfinite(field.z).ravel()[corners].all(axis=-1)
    quads = corners[finite]
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.uint32)
    rows = np.clip(vertexes[:, 2] / HEIGHT * COLORS, 0, COLORS - 1).astype(int)
    colors = np.column_stack([table[rows] / 255.0, np.ones(len(rows))]).astype(np.float32)
    return vertexes, faces, colors


def level_lines(field: HeightField) -> np.ndarray:
    """Lines of equal loss on a field as pairs of points: (2n, 3)."""
    low, high = field.levels.transform(np.array([field.levels.low, field.levels.high]))
    x, y = contour_lines(field.x, field.y, field.z, (field.levels.marks() - low) / (high - low) * HEIGHT)
    return _pairs(np.column_stack([x, y, field.height(x, y) + LIFT]))


def wire_lines(field: HeightField) -> np.ndarray:
    """A dozen lines over a field each way as pairs of points: (2n, 3)."""
    x, y = np.meshgrid(field.x, field.y)
    points = np.stack([x, y, field.z + LIFT], axis=-1)
    parts = []
    for grid in (points, points.transpose(1, 0, 2)):
        every = max(1, round((len(grid) - 1) / WIRES))
        for row in (*range(0, len(grid) - 1, every), len(grid) - 1):
            parts.append(_pairs(grid[row]))
    return np.concatenate(parts)


def _pairs(points: np.ndarray) -> np.ndarray:
    if len(points) < 2:
        return np.empty((0, 3))
    pairs = np.stack([points[:-1], points[1:]], axis=1)
    return pairs[np.isfinite(pairs).all(axis=(1, 2))].reshape(-1, 3)


def made(view: QWidget) -> ReliefCanvas:
    """A canvas over a view."""
    return ReliefCanvas(view)
