"""The end: at any moment, of any state, with nothing left behind."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from playground.lab.lab import Lab
from tests.support.questions_asked import Countdown
from tests.support.small_runs import DIVERGING, SMALL

ROOT = Path(__file__).resolve().parents[2]

PATIENCE = 60.0
"""Seconds within which everything closes, however busy the machine is: far less than what is under way would
take."""

PARENT = """
import sys

from PySide6.QtCore import QCoreApplication, QTimer

from playground.lab.lab import Lab
from tests.support.questions_asked import Countdown, OtherCountdown
from tests.support.small_runs import SMALL


def look():
    lab.ask(Countdown(1, 0, 1))
    if lab.answer("countdown") is not None:
        timer.stop()
        lab.ask(OtherCountdown(1, 0, 1, float(sys.argv[1])))
        print(lab.helper_pid, flush=True)


if __name__ == "__main__":
    app = QCoreApplication([])
    lab = Lab(SMALL)
    lab.set_speed(None)
    lab.run()
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    app.exec()
"""


def test_closing_twice_and_commands_after_it_do_nothing(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab()
    assert lab.shutdown(PATIENCE)
    assert lab.shutdown(PATIENCE)
    lab.run()
    lab.set_learning_rate(0.2)
    lab.same_weights_again()
    lab.ask(Countdown(1, 0, 1))
    assert lab.answer("countdown") is None


def fault() -> None:
    raise RuntimeError("a fault between two steps")


@pytest.mark.parametrize("moment", ["first", "ready", "slow", "running", "asked", "diverged", "failed"])
def test_it_closes_in_any_state_without_waiting_for_what_is_under_way(
    make_lab: Callable[..., Lab], qtbot: Any, moment: str
) -> None:
    lab = make_lab(DIVERGING if moment == "diverged" else SMALL, wait=moment != "first")
    if moment == "slow":
        lab.set_speed(0.001)
        lab.run()
    elif moment == "running":
        lab.set_speed(None)
        lab.run()
        qtbot.waitUntil(lambda: lab.state == "running")
    elif moment == "asked":
        lab.ask(Countdown(1, 0, 100_000, 0.002))
        qtbot.waitUntil(lambda: lab.answer("countdown") is not None)
    elif moment == "diverged":
        lab.set_learning_rate(50.0)
        lab.set_speed(None)
        lab.run()
        qtbot.waitUntil(lambda: lab.state == "diverged")
    elif moment == "failed":
        with qtbot.waitSignal(lab.failed):
            lab.training.post(fault)
    assert lab.shutdown(PATIENCE)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


def threads_of_the_system() -> int:
    """Not what threading counts: that keeps an entry for a QThread that has ended."""
    return len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 0


def children() -> set[str]:
    """Process numbers of what this process has started and not yet buried."""
    found: set[str] = set()
    for task in Path("/proc/self/task").glob("*/children"):
        found.update(task.read_text().split())
    return found


def test_fifty_times_opened_and_closed_while_it_trains(qtbot: Any) -> None:
    """Every fifth time with a helper: starting one costs the time of an interpreter."""

    def open_and_close(use_process: bool) -> None:
        lab = Lab(SMALL, use_process=use_process)
        lab.set_speed(None)
        lab.run()
        qtbot.waitUntil(lambda: lab.state == "running")
        if use_process:
            lab.ask(Countdown(1, 0, 100_000, 0.002))
        assert lab.shutdown(PATIENCE)
        lab.deleteLater()
        QCoreApplication.processEvents()

    open_and_close(True)
    gc.collect()
    files, threads, processes = open_files(), threads_of_the_system(), children()
    for number in range(50):
        open_and_close(number % 5 == 0)
    gc.collect()
    # A thread is told to have ended a moment before the system has buried it.
    qtbot.waitUntil(lambda: threads_of_the_system() <= threads)
    assert children() == processes
    assert open_files() <= files


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
@pytest.mark.parametrize("seconds", [0.0, 60.0], ids=["idle", "computing"])
def test_no_helper_survives_a_killed_parent(tmp_path: Path, qtbot: Any, seconds: float) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "lab")])
    environment["QT_QPA_PLATFORM"] = "offscreen"
    parent = subprocess.Popen(
        [sys.executable, str(script), str(seconds)], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert parent.stdout is not None
        helper = int(parent.stdout.readline())
        assert is_alive(helper)
    finally:
        parent.kill()
        parent.wait()
        assert parent.stdout is not None
        parent.stdout.close()
    qtbot.waitUntil(lambda: not is_alive(helper), timeout=30_000)


@pytest.mark.parametrize("end", ["", "lab.shutdown(60.0)\napp.shutdown()\n"], ids=["forgets", "ends Qt"])
def test_a_program_that_forgets_to_close_or_ends_qt_first_ends_in_peace(tmp_path: Path, end: str) -> None:
    script = tmp_path / "forgetful.py"
    script.write_text(
        "from PySide6.QtCore import QCoreApplication\n"
        "from playground.lab.lab import Lab\n"
        "from playground.experiment import Experiment\n"
        "app = QCoreApplication([])\n"
        "lab = Lab(Experiment(), use_process=False)\n"
        "lab.run()\n" + end
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
