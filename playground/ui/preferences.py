"""What the window remembers between two starts: layout, theme, place on the screen, recent files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QSettings, QSize
from PySide6.QtWidgets import QApplication, QWidget

MAX_RECENT_FILES = 8
LAYOUTS = ("simple", "full")
THEMES = ("system", "light", "dark")
VISIBLE_ENOUGH = QSize(160, 60)
"""So much of a window, in logical pixels, must lie on some screen for the user to get hold of it."""
FRAME = QSize(4, 38)
"""So much of the screen is left to the title bar and the borders around a new window."""


class Preferences:
    """A typed door to QSettings; a value that makes no sense (an edited or older file) is the default."""

    def __init__(self, settings: QSettings | None = None):
        self.settings = settings or QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "loss-landscape-playground", "window"
        )

    @property
    def layout(self) -> str:
        """ "simple" or "full"."""
        return self._choice("layout", LAYOUTS)

    @layout.setter
    def layout(self, name: str) -> None:
        self.settings.setValue("layout", name)

    @property
    def theme(self) -> str:
        """ "system", "light" or "dark"."""
        return self._choice("theme", THEMES)

    @theme.setter
    def theme(self, name: str) -> None:
        self.settings.setValue("theme", name)

    @property
    def folder(self) -> str:
        """The folder that the last file was opened from or saved to."""
        folder = str(self.settings.value("folder", ""))
        return folder if folder and Path(folder).is_dir() else str(Path.home())

    @folder.setter
    def folder(self, path: str) -> None:
        self.settings.setValue("folder", path)

    @property
    def recent_files(self) -> list[str]:
        """Paths of experiments, the newest first."""
        value = self.settings.value("recent_files", [])
        # QSettings gives a list of one entry back as that entry.
        entries = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [entry for entry in entries if isinstance(entry, str) and entry][:MAX_RECENT_FILES]

    def remember_file(self, path: str | Path) -> None:
        """Put a file at the head of the recent ones."""
        path = str(Path(path).resolve())
        others = [entry for entry in self.recent_files if entry != path]
        self.settings.setValue("recent_files", [path, *others][:MAX_RECENT_FILES])
        self.folder = str(Path(path).parent)

    def forget_file(self, path: str | Path) -> None:
        """Take a file out of the recent ones."""
        self.settings.setValue("recent_files", [e for e in self.recent_files if e != str(path)])

    def switch(self, name: str, default: bool) -> bool:
        """A remembered yes or no."""
        return str(self.settings.value(name, default)).lower() in ("true", "1")

    def set_switch(self, name: str, value: bool) -> None:
        self.settings.setValue(name, bool(value))

    def text(self, name: str, default: str) -> str:
        value = self.settings.value(name, default)
        return value if isinstance(value, str) else default

    def set_text(self, name: str, value: str) -> None:
        self.settings.setValue(name, value)

    def state(self, name: str) -> QByteArray:
        """The remembered state of a splitter or window; empty where there is none."""
        value = self.settings.value(f"state/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_state(self, name: str, value: QByteArray) -> None:
        self.settings.setValue(f"state/{name}", value)

    def place(self, window: QWidget, size: QSize) -> None:
        """Put a window where it was, or, where that is on no screen of today, in the middle of the first."""
        restored = not self.state("geometry").isEmpty() and window.restoreGeometry(self.state("geometry"))
        if restored and can_be_reached(window.frameGeometry()):
            return
        screen = QApplication.primaryScreen().availableGeometry()
        # How large the frame is, nobody says before the window stands.
        window.resize(size.boundedTo(screen.size() - FRAME))
        outer = QRect(screen.topLeft(), window.size() + FRAME)
        outer.moveCenter(screen.center())
        window.move(outer.topLeft())

    def _choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.settings.value(name)
        return value if isinstance(value, str) and value in choices else choices[0]


def can_be_reached(frame: QRect) -> bool:
    """Whether enough of a window's upper edge lies on some screen."""
    top = QRect(frame.left(), frame.top(), frame.width(), VISIBLE_ENOUGH.height())
    for screen in QApplication.screens():
        part = top.intersected(screen.availableGeometry())
        if part.width() >= VISIBLE_ENOUGH.width() and part.height() >= VISIBLE_ENOUGH.height() // 2:
            return True
    return False
