"""What the stories of a window begin with, and what they look for in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.ui.main_window import MainWindow

LINE = Experiment(DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=0.1))


def step_of(window: MainWindow) -> int:
    assert window.snapshot is not None
    return window.snapshot.view.step


def train(window: MainWindow, qtbot: Any, steps: int) -> None:
    """Let the run make so many more steps, and wait until it pauses."""
    end = step_of(window) + steps
    window.lab.set_speed(None)
    window.lab.run_exactly(steps)
    qtbot.waitUntil(lambda: step_of(window) == end and window.snapshot.state == "paused")


def surface_is_there(window: MainWindow) -> bool:
    answer = window.surface_view.answer
    return answer is not None and answer.surface is not None and answer.surface.complete


def boundary_is_there(window: MainWindow) -> bool:
    return window.data_view.answer is not None


def helper_processes() -> list[int]:
    try:
        tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
        children = [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
        return [pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    except OSError:
        return []
