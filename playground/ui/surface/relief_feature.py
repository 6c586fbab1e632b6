"""The switch between the flat surface and the one in space, and the button for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton

from playground.drawing.kit.theme import Theme
from playground.drawing.surface.camera import Camera
from playground.ui.frame.feature import Feature
from playground.ui.surface.relief_view import ReliefView
from playground.ui.widgets.plot import plot_menu

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench


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

    def restyle(self, theme: Theme) -> None:
        if self.view is not None:
            self.view.restyle(theme)

    def _toggle(self, on: bool) -> None:
        surface = self.window.surface_view
        if on and self.view is None:
            self.view = ReliefView(self.window.theme, surface)
            self.view.menu_wanted.connect(self._show_menu)
        had_focus = surface.canvas.hasFocus() or (self.view is not None and self.view.hasFocus())
        surface.set_relief(self.view if on else None)
        if had_focus:
            (self.view if on and self.view is not None else surface.canvas).setFocus(
                Qt.FocusReason.OtherFocusReason
            )

    def _show_menu(self, place: QPoint) -> None:
        surface, view = self.window.surface_view, self.view
        if view is None:
            return
        menu = plot_menu(surface, view)
        menu.addSeparator()
        surface.fill_menu(menu)
        menu.addAction("First view (Home)").triggered.connect(lambda: view.set_camera(Camera()))
        menu.addAction(self._action)
        menu.popup(place)
