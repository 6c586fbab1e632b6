"""The versions for a report about the program: its own, and those of its libraries."""

from __future__ import annotations

import platform

from playground import __version__

LIBRARIES = {"NumPy": "numpy", "pyqtgraph": "pyqtgraph", "contourpy": "contourpy"}
"""Names of libraries for people, and those of their packages."""

SYSTEM = "System"


def versions() -> dict[str, str]:
    """Return name and version of the program, of Python, of Qt and of the libraries, and the system's name.

    Nothing is imported for it: Qt is named by the version of its package.
    """
    # It takes long to import, and most starts need no versions.
    from importlib.metadata import PackageNotFoundError, version

    found = {"Loss Landscape Playground": __version__, "Python": platform.python_version()}
    for name, package in {"Qt (PySide6)": "PySide6-Essentials", **LIBRARIES}.items():
        try:
            found[name] = version(package)
        except PackageNotFoundError:
            found[name] = "unknown"
    found[SYSTEM] = platform.platform()
    return found


def library_versions() -> dict[str, str]:
    """Return versions() without the system's name, for a file: it says what a run was computed with."""
    return {name: number for name, number in versions().items() if name != SYSTEM}


def versions_text() -> str:
    """Return versions() as lines of text."""
    return "\n".join(f"{name} {number}" for name, number in versions().items())
