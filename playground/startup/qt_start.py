"""The start of Qt, with one sentence about why it cannot start, where Qt itself would abort.

No Qt is imported at module level: whatever can be reported without it is reported without it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

NO_LETTERS = (
    "There is no font with letters on this system, so nothing could be read; "
    "on Debian or Ubuntu: sudo apt-get install fonts-dejavu-core."
)
WITHOUT_A_WINDOW = "--headless --export-dir DIR runs without a window"


class QtStartError(Exception):
    """Qt cannot open a window; the message is one sentence for the terminal."""


def check_display(environment: Mapping[str, str], platform: str = sys.platform) -> None:
    """Raise QtStartError on a Linux without any display, before Qt is loaded."""
    named = any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if platform.startswith("linux") and not named:
        raise QtStartError(f"There is no display to open a window on; {WITHOUT_A_WINDOW}.")


def make_application(arguments: list[str], give_up: Callable[[str], object] | None = None) -> QApplication:
    """Return the QApplication, created where there is none.

    Raises QtStartError where PySide6 cannot be loaded. Where Qt fails, which it does by aborting, the process
    ends instead with exit status 2, after give_up(sentence), which reports the reason (None: the sentence on
    stderr).
    """
    try:
        from PySide6.QtCore import QLocale, QtMsgType, qInstallMessageHandler
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        raise QtStartError(_import_failed(error)) from None

    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    lines: list[str] = []

    def listen(kind: QtMsgType, _context: Any, message: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            _give_up(_start_failed(lines), give_up)
        lines.append(message)

    # All numbers are written with the same digits, including those that Qt writes.
    QLocale.setDefault(QLocale.c())
    before = qInstallMessageHandler(listen)
    try:
        application = QApplication(arguments)
    except UnicodeEncodeError:
        raise QtStartError("Qt cannot start in a folder whose name is not UTF-8.") from None
    finally:
        qInstallMessageHandler(before)
    return application


def missing_libraries(files: Iterable[Path]) -> list[str]:
    """Return the system libraries that these shared objects need and the loader does not find, from ldd."""
    ldd = shutil.which("ldd")
    missing: set[str] = set()
    for file in files:
        if ldd is None or not file.exists():
            continue
        answer = subprocess.run([ldd, str(file)], capture_output=True, text=True, timeout=20, check=False)
        for line in answer.stdout.splitlines():
            name, found, place = line.strip().partition(" => ")
            if found and place.startswith("not found"):
                missing.add(name)
    return sorted(missing)


def debian_package(library: str) -> str:
    """Return the Debian package of a library, by Debian's naming rule: libX11.so.6 is in libx11-6."""
    if library.startswith(("libglib-2.0", "libgthread-2.0")):
        return "libglib2.0-0"
    stem, _, version = library.partition(".so.")
    hyphen = "-" if stem[-1:].isdigit() else ""
    return f"{stem}{hyphen}{version}".lower().replace("_", "-")


def _missing_sentence(missing: list[str]) -> str:
    packages = sorted({debian_package(library) for library in missing})
    if len(missing) == 1:
        what = f"the system library {missing[0]} is missing"
    else:
        what = f"the system libraries {', '.join(missing[:-1])} and {missing[-1]} are missing"
    return f"Qt cannot start because {what}; on Debian or Ubuntu: sudo apt-get install {' '.join(packages)}"


def _import_failed(error: ImportError) -> str:
    text = str(error)
    folder = _pyside_folder()
    missing = missing_libraries(sorted(folder.glob("Qt[GWC]*.abi3.so"))) if folder else []
    if not missing and "cannot open shared object file" in text:
        missing = [text.partition(":")[0].strip()]
    if missing:
        return _missing_sentence(missing)
    return f"PySide6, the window's toolkit, cannot be loaded ({text}); {WITHOUT_A_WINDOW}."


def _start_failed(lines: list[str]) -> str:
    folder = _pyside_folder()
    plugins = folder / "Qt" / "plugins" / "platforms" if folder else Path()
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] or "xcb"
    missing = missing_libraries(sorted(plugins.glob(f"libq{platform}*.so")))
    if missing:
        return _missing_sentence(missing)
    # Qt's further messages suggest libraries that are there.
    lines = sorted((line.strip() for line in lines if line.strip()), key=lambda line: "display" not in line)
    reason = lines[0].rstrip(".") if lines else "no reason given"
    return f"Qt cannot open a window ({reason}); {WITHOUT_A_WINDOW}."


def _pyside_folder() -> Path | None:
    spec = find_spec("PySide6")
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def check_letters() -> None:
    """Raise QtStartError where no installed font has letters: each would be drawn as a box.

    Call it with a QApplication.
    """
    from PySide6.QtGui import QFont, QFontMetricsF

    # Qt returns names of fonts even where there is no font.
    if not QFontMetricsF(QFont()).inFont("a"):
        raise QtStartError(NO_LETTERS)


def _give_up(sentence: str, act: Callable[[str], object] | None) -> NoReturn:
    if act is None:
        print(sentence, file=sys.stderr, flush=True)
    else:
        with suppress(Exception):
            act(sentence)
    sys.stdout.flush()
    # Qt aborts, with a core dump, as soon as its message handler returns.
    os._exit(2)
