"""The same digits everywhere, whatever the language of the desktop is."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from PySide6.QtCore import QLocale

from playground.ui.export.dialog import ExportDialog
from tests.support.visible_texts import visible_texts

EGYPT = QLocale(QLocale.Language.Arabic, QLocale.Country.Egypt)


@pytest.fixture
def in_egypt() -> Any:
    before = QLocale()
    QLocale.setDefault(EGYPT)
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("in_egypt")
def test_the_window_and_its_dialogs_write_one_kind_of_digits(qtbot: Any, open_window: Any) -> None:
    assert EGYPT.toString(7) == "\u0667", "a language with digits of its own"
    window = open_window()
    window.set_full(True)
    dialog = ExportDialog(window.exporter, window.preferences, "surface", window)
    qtbot.addWidget(dialog)
    boxes = (dialog.width_box, dialog.height_box, dialog.dpi_box)
    assert [box.text() for box in boxes] == ["1920 px", "1080 px", "144 dpi"]
    for text in (*visible_texts(window), *visible_texts(dialog)):
        assert all(digit.isascii() for digit in re.findall(r"\d", text)), text


def test_the_program_starts_with_digits_of_no_language() -> None:
    code = (
        "from playground.startup.qt_start import make_application; application = make_application(['x']);"
        "from PySide6.QtCore import QLocale; print(ascii(QLocale().toString(1234567)))"
    )
    environment = {"LC_ALL": "ar_EG.UTF-8", "LANG": "ar_EG.UTF-8", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=120, check=True
    )
    assert done.stdout.strip() == "'1234567'"
