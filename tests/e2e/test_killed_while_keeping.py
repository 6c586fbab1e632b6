"""A process that is killed while it keeps its work aside loses nothing written, and is gone on with."""

from __future__ import annotations

import multiprocessing
import os
import random
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playground.engine.trainer import Trainer, replay
from playground.experiment import ExperimentFile
from playground.lab.saved_lab import saved_lab_of
from playground.numerals import count_text
from playground.sessions import load_session
from playground.ui.files.kept_work import newest_left, work_folder
from tests.support.killed_work import keep_with_a_window, keep_without_a_window
from tests.support.saved_runs import csv
from tests.support.small_runs import SMALL

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL and no fork server")
LONGEST = 0.06
"""Seconds: a few sessions are written meanwhile."""
Keep = Callable[[str, str, Any], None]


def kill_while_keeping(keep: Keep, folder: Path, times: int, seed: int) -> list[int]:
    """Kill processes of which each goes on with the work of the one before; the steps that were left."""
    preferences = str(folder / "window.ini")
    works = work_folder(preferences)
    assert works is not None
    # A server forks in milliseconds what a new process would import in seconds.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.killed_work"])
    rng = random.Random(seed)
    steps: list[int] = []
    for _ in range(times):
        ready = context.Event()
        process = context.Process(target=keep, args=(preferences, str(works), ready))
        process.start()
        assert ready.wait(60.0)
        # No event tells of a random moment.
        time.sleep(rng.uniform(0.0, LONGEST))
        process.kill()
        process.join(60.0)
        process.close()
        for path in works.glob("*.landscape"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            load_session(path)
        left = newest_left(works)
        assert left is not None
        lab = saved_lab_of(load_session(left.path))
        assert left.words == f"two circles, step {count_text(lab.step)}"
        steps.append(lab.step)
    again, once = Trainer.resumed(lab.run), replay(ExperimentFile(SMALL), lab.step)
    for run in (again, once):
        run.advance(100)
    assert csv(again) == csv(once)
    return steps


def test_killed_processes_lose_nothing_that_was_written(tmp_path: Path) -> None:
    steps = kill_while_keeping(keep_without_a_window, tmp_path, 20, seed=3)
    assert steps == sorted(steps)
    assert steps[-1] > 0


@pytest.mark.slow
@pytest.mark.parametrize(("keep", "times"), [(keep_without_a_window, 200), (keep_with_a_window, 20)])
def test_processes_killed_at_many_moments_lose_nothing_that_was_written(
    tmp_path: Path, keep: Keep, times: int
) -> None:
    steps = kill_while_keeping(keep, tmp_path, times, seed=4)
    assert steps == sorted(steps)
    assert len(set(steps)) > times / 10
