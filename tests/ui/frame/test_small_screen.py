"""A screen of 960×540 logical pixels, as 1920×1080 at 200 %: everything is on it or can be scrolled to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("ratio", [1, 1.5, 2])
def test_everything_is_in_reach_on_a_small_screen(tmp_path: Path, ratio: float) -> None:
    screen = {"name": "small", "x": 0, "y": 0, "width": 960, "height": 540, "dpr": ratio}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96}
    file = tmp_path / "screens.json"
    file.write_text(json.dumps({"windowFrameMargins": True, "screens": [screen]}))
    environment = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={file}"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.small_screen"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found.pop("screen"), found.pop("ratio")) == ([960, 540], ratio)
    assert found.pop("inside"), "title bar and edges are on the screen"
    assert found.pop("still inside")
    assert found == {name: [] for name in ("simple", "simple, lesson", "full", "full, lesson")}
