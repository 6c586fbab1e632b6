"""The switch between the flat surface and the one in space, and what each of them is drawn with."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QActionGroup, QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton

from playground.drawing.kit.theme import Theme
from playground.drawing.surface.camera import Camera
from playground.ui.frame.feature import Feature
from playground.ui.surface.relief_view import ReliefView

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

DRAWN_BY = (("auto", "&Automatic"), ("painted", "&Painted"), ("opengl", "Open&GL"))
PREFERENCE = "relief_drawn_by"


class ReliefFeature(Feature):
    """A button in the surface's bar and a command draw the surface as a height field."""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.view: ReliefView | None = None
        self._action = window.actions_by_name["surface_3d"]
        self._action.toggled.connect(self._toggle)
        self.button = QToolButton()
        self.button.setText("3-D")
        self.button.setCheckable(True)
        self.button.setToolTip(self._action.toolTip())
        self.button.clicked.connect(self._action.trigger)
        self._action.toggled.connect(self.button.setChecked)
        self.button.setAccessibleName("Surface in 3-D")
        surface = window.surface_view
        surface.tools.insertWidget(max(surface.tools.indexOf(surface.export_button), 0), self.button)
        window.menu("view").addAction(self._action)
        self._fill_menu()

    @property
    def drawn_by(self) -> str:
        """What is wanted: "auto", "painted" or "opengl"."""
        return self.window.preferences.choice(PREFERENCE, tuple(name for name, _ in DRAWN_BY))

    def restyle(self, theme: Theme) -> None:
        if self.view is not None:
            self.view.restyle(theme)

    def set_drawn_by(self, name: str) -> None:
        """Draw the surface in space automatically, with QPainter, or with OpenGL."""
        self.window.preferences.set_text(PREFERENCE, name)
        if self.view is not None:
            self._choose_canvas()

    def _fill_menu(self) -> None:
        menu = self.window.menu("view").addMenu("3-&D drawn by")
        group = QActionGroup(self)
        for name, text in DRAWN_BY:
            action = group.addAction(text)
            action.setCheckable(True)
            action.setChecked(name == self.drawn_by)
            action.setStatusTip(
                "What draws the loss surface in 3-D; automatic is painted unless there is a graphics card"
            )
            action.triggered.connect(lambda _=False, name=name: self.set_drawn_by(name))
            menu.addAction(action)

    def _toggle(self, on: bool) -> None:
        surface = self.window.surface_view
        if on and self.view is None:
            self.view = ReliefView(self.window.theme, surface)
            self.view.menu_wanted.connect(self._show_menu)
            self._choose_canvas()
        had_focus = surface.canvas.hasFocus() or (self.view is not None and self.view.hasFocus())
        surface.set_relief(self.view if on else None)
        if had_focus:
            (self.view if on and self.view is not None else surface.canvas).setFocus(
                Qt.FocusReason.OtherFocusReason
            )

    def _choose_canvas(self) -> None:
        assert self.view is not None
        try:
            self.view.use_canvas(maker_of(self.drawn_by))
        except Exception:
            self.view.use_canvas(None)
        if self.view.canvas is not None:
            # Not while it paints: it is to be thrown away.
            self.view.canvas.failed.connect(self._fall_back, Qt.ConnectionType.QueuedConnection)

    def _fall_back(self) -> None:
        if self.view is not None:
            self.view.use_canvas(None)

    def _show_menu(self, place: QPoint) -> None:
        surface, view = self.window.surface_view, self.view
        if view is None:
            return
        menu = QMenu(view)
        menu.addAction("Export…").triggered.connect(lambda: surface.export_wanted.emit(surface.name))
        menu.addAction("Copy to the clipboard").triggered.connect(
            lambda: surface.copy_wanted.emit(surface.name)
        )
        menu.addSeparator()
        surface.fill_menu(menu)
        menu.addAction("First view (Home)").triggered.connect(lambda: view.set_camera(Camera()))
        menu.addAction(self._action)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)


def maker_of(drawn_by: str) -> Callable[[ReliefView], Any] | None:
    """What makes the canvas that draws in place of QPainter, if that is wanted and there is any."""
    if drawn_by == "painted" or (drawn_by == "auto" and not worth_a_try()):
        return None
    try:
        from playground.ui.surface import relief_canvas

        return relief_canvas.made if drawn_by == "opengl" or relief_canvas.can_be_trusted() else None
    except Exception:
        # No PyOpenGL, or one that finds no library: the painted mesh shows the same.
        return None


def worth_a_try() -> bool:
    """Whether this is a platform where pyqtgraph's items of OpenGL are known to work.

    On Wayland PyOpenGL may load another library than Qt uses; on macOS the core profile lacks what they need.
    """
    return sys.platform != "darwin" and QGuiApplication.platformName() in ("xcb", "windows")
