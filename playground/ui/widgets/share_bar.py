"""A bar for the progress of a long computation."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget


class ShareBar(QProgressBar):
    """A bar without a number, of this width in pixels. name: for a screen reader."""

    def __init__(self, name: str, width: int, parent: QWidget | None = None):
        super().__init__(parent)
        self.setRange(0, 100)
        self.setTextVisible(False)
        self.setFixedWidth(width)
        self.setAccessibleName(name)

    def show_share(self, share: float) -> None:
        """Show the progress, from 0 to 1, with the next painting."""
        value = round(100 * share)
        if value != self.value():
            # Qt paints a bar at once for each new value, and with it the whole plot that it stands on.
            self.setUpdatesEnabled(False)
            self.setValue(value)
            self.setUpdatesEnabled(True)
