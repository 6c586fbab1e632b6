"""The description of the program, and the versions of its libraries, to be copied into a report."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from playground import __version__
from playground.ui.frame.words import ABOUT
from playground.versions import versions, versions_text

COPY = "&Copy versions"


class AboutDialog(QMessageBox):
    """A message with one button that copies the versions, and one that closes it."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setWindowTitle("About")
        self.setText(ABOUT.format(version=__version__))
        self.setInformativeText("<br>".join(f"{name} {number}" for name, number in versions().items()))
        self.copy_button = self.addButton(COPY, QMessageBox.ButtonRole.ActionRole)
        # A button of a message box closes it; this one leaves it open.
        self.copy_button.clicked.disconnect()
        self.copy_button.clicked.connect(self._copy)
        self.setDefaultButton(self.addButton(QMessageBox.StandardButton.Close))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(versions_text())
        self.copy_button.setText("Copied")
