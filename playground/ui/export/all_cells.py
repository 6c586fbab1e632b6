"""Computing the cells that an export needs, with the progress and a way out where that takes long."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QProgressDialog, QWidget

SENTENCE = "An export has no predicted cells: all cells of the surface are computed first."
GIVEN_UP = "Nothing is exported: not all cells of the surface are computed."
PATIENCE = 0.4
"""Seconds after which the progress is shown."""
BREATH = 0.03
"""Seconds of work between two looks for the button."""
PARTS = 1000


def compute_all_cells(shares: Iterator[float], parent: QWidget | None) -> bool:
    """Do all pieces of work; return False where the user has given it up.

    shares: yields after each piece how much is done, from 0 to 1.
    """
    began = breath = time.perf_counter()
    dialog: QProgressDialog | None = None
    for share in shares:
        now = time.perf_counter()
        if dialog is None and now - began > PATIENCE:
            dialog = QProgressDialog(SENTENCE, "Cancel", 0, PARTS, parent)
            dialog.setWindowTitle("Export")
            dialog.setWindowModality(Qt.WindowModality.ApplicationModal)
            dialog.setMinimumDuration(0)
            dialog.setAutoClose(False)
            dialog.setAutoReset(False)
            dialog.show()
        if dialog is None or now - breath < BREATH:
            continue
        dialog.setValue(min(round(PARTS * share), PARTS))
        QApplication.processEvents()
        breath = time.perf_counter()
        if dialog.wasCanceled():
            dialog.deleteLater()
            return False
    if dialog is not None:
        dialog.close()
        dialog.deleteLater()
    return True
