"""What is kept between two starts: layout, theme, place on the screen, recent files."""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QSettings, QSize
from PySide6.QtWidgets import QApplication, QWidget

from playground.drawing.kit.theme import LOSS_COLORMAPS
from playground.files.places import LONGEST_PATH, home, is_folder, resolved
from playground.ui.frame.settings_file import BYTES, SettingsFile

INI = QSettings.Format.IniFormat
ORGANIZATION, APPLICATION = "loss-landscape-playground", "window"
LONGEST_TEXT, LONGEST_STATE = 16_000_000, 4000
MAX_RECENT_FILES = 8
LAYOUTS = ("simple", "full")
THEMES = ("system", "light", "dark")
VISIBLE_ENOUGH = QSize(160, 60)
"""Minimum visible area of a restored window, in logical pixels."""
FRAME = QSize(4, 38)
"""Space of the screen that is left to the title bar and the borders of a new window."""


class Preferences:
    """Typed access to the settings.

    A value that is not valid (an edited or older file) counts as the default. settings: names the file, and
    may hold values that are not written to it yet. Qt does not read the file: see settings_file. None: the
    file of the program.
    """

    def __init__(self, settings: QSettings | None = None):
        self.settings = _settings_file(settings)

    @property
    def layout(self) -> str:
        """ "simple" or "full"."""
        return self.choice("layout", LAYOUTS)

    @layout.setter
    def layout(self, name: str) -> None:
        self.settings.setValue("layout", name)

    @property
    def theme(self) -> str:
        """ "system", "light" or "dark"."""
        return self.choice("theme", THEMES)

    @theme.setter
    def theme(self, name: str) -> None:
        self.settings.setValue("theme", name)

    @property
    def loss_colors(self) -> str:
        """ "viridis" or "cividis"."""
        return self.choice("loss_colors", LOSS_COLORMAPS)

    @loss_colors.setter
    def loss_colors(self, name: str) -> None:
        self.settings.setValue("loss_colors", name)

    @property
    def folder(self) -> str:
        """The folder of the last file that was opened or saved, if it is readable.

        Otherwise the user's home folder; without one, the folder in which the program was started.
        """
        folder = self.text("folder", "", LONGEST_PATH)
        return folder if is_folder(folder) else str(home() or "")

    @folder.setter
    def folder(self, path: str) -> None:
        self.settings.setValue("folder", path)

    @property
    def recent_files(self) -> list[str]:
        """Paths of experiments, the newest first."""
        value = self.settings.value("recent_files", [])
        # A list of one entry is read from the file as that entry.
        entries = [value] if isinstance(value, str) else value
        return [entry for entry in entries if 0 < len(entry) <= LONGEST_PATH][:MAX_RECENT_FILES]

    def add_recent_file(self, path: str | Path) -> None:
        """Put a file at the head of the recent ones."""
        path = str(resolved(path))
        others = [entry for entry in self.recent_files if entry != path]
        self.settings.setValue("recent_files", [path, *others][:MAX_RECENT_FILES])
        self.folder = str(Path(path).parent)

    def remove_recent_file(self, path: str | Path) -> None:
        """Remove a file from the recent ones."""
        self.settings.setValue("recent_files", [e for e in self.recent_files if e != str(path)])

    def clear_recent_files(self) -> None:
        """Clear the list of recent files."""
        self.settings.setValue("recent_files", [])

    def switch(self, name: str, default: bool) -> bool:
        """Return a saved yes or no."""
        return {"true": True, "1": True, "false": False, "0": False}.get(self.text(name, "").lower(), default)

    def set_switch(self, name: str, value: bool) -> None:
        self.settings.setValue(name, bool(value))

    def text(self, name: str, default: str, longest: int = LONGEST_TEXT) -> str:
        """Return a saved text; the default where it is longer than longest."""
        value = self.settings.value(name)
        return value if isinstance(value, str) and len(value) <= longest else default

    def set_text(self, name: str, value: str) -> None:
        self.settings.setValue(name, value)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return a saved text that is one of these choices; otherwise the first choice."""
        value = self.settings.value(name)
        return value if isinstance(value, str) and value in choices else choices[0]

    def state(self, name: str) -> QByteArray:
        """Return the saved state of a splitter or window; empty where there is none."""
        text = self.text(f"state/{name}", "", LONGEST_STATE)
        if not text.startswith(BYTES):
            return QByteArray()
        try:
            return QByteArray(base64.b64decode(text.removeprefix(BYTES), validate=True))
        except ValueError:
            return QByteArray()

    def set_state(self, name: str, value: QByteArray) -> None:
        self.settings.setValue(f"state/{name}", bytes(value.data()))

    def place(self, window: QWidget, size: QSize) -> None:
        """Restore the place of a window. Where it is on no present screen, centre it on the first."""
        restored = not self.state("geometry").isEmpty() and window.restoreGeometry(self.state("geometry"))
        if restored and can_be_reached(window.frameGeometry()):
            return
        screen = QApplication.primaryScreen().availableGeometry()
        # The size of the frame is not known before the window is on the screen.
        window.resize(size.boundedTo(screen.size() - FRAME))
        outer = QRect(screen.topLeft(), window.size() + FRAME)
        outer.moveCenter(screen.center())
        window.move(outer.topLeft())


def can_be_reached(frame: QRect) -> bool:
    """Return whether enough of a window's upper edge lies on some screen."""
    top = QRect(frame.left(), frame.top(), frame.width(), VISIBLE_ENOUGH.height())
    for screen in QApplication.screens():
        part = top.intersected(screen.availableGeometry())
        if part.width() >= VISIBLE_ENOUGH.width() and part.height() >= VISIBLE_ENOUGH.height() // 2:
            return True
    return False


def _settings_file(settings: QSettings | None) -> SettingsFile:
    """Return the file of these settings, with the values that were set and not written yet."""
    if settings is None:
        if home() is None and not os.environ.get("XDG_CONFIG_HOME"):
            return SettingsFile(None)
        settings = _ini(QSettings.Scope.UserScope, "", "")
    elif settings.format() != INI and sys.platform.startswith(("win", "darwin")):
        # A registry cannot be read as text: its values stay as they are, and a file of the same name is used.
        return SettingsFile(
            _ini(settings.scope(), settings.organizationName(), settings.applicationName()).fileName()
        )
    kept = SettingsFile(settings.fileName())
    # Qt reads the file when it writes what was set: allowed only where nothing in the file can run code.
    if kept.make_plain():
        settings.sync()
        kept.sync()
    return kept


def _ini(scope: QSettings.Scope, organization: str, application: str) -> QSettings:
    return QSettings(INI, scope, organization or ORGANIZATION, application or APPLICATION)
