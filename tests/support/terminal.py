"""The program as a process of its own, as it is started from a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "main.py"
NO_DISPLAY = dict.fromkeys(("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def start(*arguments, environment=None, code=None, **more):
    """The program as a process of its own; code runs in place of main.py."""
    begin = ["-c", code] if code else [str(MAIN)]
    around = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
    return subprocess.run(
        [sys.executable, *begin, *map(str, arguments)],
        env={name: value for name, value in around.items() if value is not None},
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        **more,
    )


def one_sentence(text):
    return text.endswith("\n") and text.count("\n") == 1 and "Traceback" not in text
