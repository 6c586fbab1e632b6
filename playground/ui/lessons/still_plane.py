"""A plane that keeps its place while a lesson asks for it."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox


class StillPlane:
    """Holds the plane of the surface still, and gives the user's own choice back."""

    def __init__(self, follow_box: QCheckBox):
        self._follow_box = follow_box
        self._held = False

    def ask_for(self, still: bool) -> None:
        """Hold the plane still, or let it follow as the user chose."""
        if not still:
            self.give_back()
        elif self._follow_box.isChecked():
            self._held = True
            self._follow_box.setChecked(False)

    def give_back(self) -> None:
        """Let the plane follow again, where a lesson held it."""
        if self._held:
            self._held = False
            self._follow_box.setChecked(True)
