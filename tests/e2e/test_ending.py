"""The end of the program from outside: it comes soon, whatever is locked, open or stuck."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.experiment import Experiment
from playground.lab.lab import Lab
from playground.startup.ending import ends_when_asked
from tests.support.questions_asked import FillsThePipe

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
"""Seconds that a busy machine may take for what takes half a second on an idle one."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")

WINDOW = """
import os
import signal
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from playground import app
from playground.ui import main_window
from tests.support.questions_asked import FillsThePipe


class Telling(main_window.MainWindow):
    def showEvent(self, event):
        super().showEvent(event)
        self.preferences.set_text("kept", "yes")
        self.resize(1111, 700)
        QTimer.singleShot(0, self.be)

    def be(self):
        if self.lab.helper_pid is None or self.snapshot is None:
            QTimer.singleShot(20, self.be)
            return
        state = sys.argv[1]
        if state == "locked":
            self.actions_by_name["lock"].trigger()
        elif state in ("hurry", "stopped"):
            self.lab.set_speed(None)
            self.lab.run()
        elif state == "dialog":
            QTimer.singleShot(0, self.actions_by_name["export"].trigger)
        if state == "stopped":
            os.kill(self.lab.helper_pid, signal.SIGSTOP)
            self.question = FillsThePipe(self.lab.run_number)
            self.lab.ask(self.question)
        self.tell()

    def is_there(self, state):
        if state == "hurry":
            return self.lab.state == "running"
        if state == "dialog":
            return QApplication.activeModalWidget() is not None
        return self.question.sent if state == "stopped" else True

    def tell(self):
        if self.is_there(sys.argv[1]):
            print(self.lab.helper_pid, flush=True)
        else:
            QTimer.singleShot(20, self.tell)


main_window.MainWindow = Telling
sys.exit(app.main([]))
"""


class Program:
    """The program in a process of its own, with settings of its own."""

    def __init__(self, home: Path, state: str):
        self.home = home
        places = {name: str(home) for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WINDOW, state],
            env={**os.environ, "PYTHONPATH": str(ROOT), **places},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.helper = int(self.process.stdout.readline())

    def end_by(self, number: int) -> float:
        """Seconds that it took to end."""
        began = time.monotonic()
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=PATIENCE)
        lines = [line for line in said.splitlines() if not line.startswith("This plugin does not support")]
        assert (self.process.returncode, lines) == (0, [])
        return time.monotonic() - began

    @property
    def settings(self) -> str:
        return "".join(path.read_text() for path in self.home.rglob("window.ini"))


@pytest.fixture
def programs() -> Iterator[list[Program]]:
    started: list[Program] = []
    yield started
    for program in started:
        program.process.kill()
        program.process.communicate()


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


STATES = [
    ("locked", "SIGTERM"),
    pytest.param("hurry", "SIGHUP", marks=pytest.mark.slow),
    pytest.param("dialog", "SIGTERM", marks=pytest.mark.slow),
    pytest.param("idle", "SIGINT", marks=pytest.mark.slow),
    pytest.param("locked", "SIGHUP", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("state", "name"), STATES)
def test_a_signal_ends_it_and_its_place_is_kept(
    tmp_path: Path, programs: list[Program], state: str, name: str
) -> None:
    program = Program(tmp_path, state)
    programs.append(program)
    seconds = program.end_by(getattr(signal, name))
    print(f"ended by {name} after {seconds:.2f} s")
    assert seconds < PATIENCE
    assert "kept=yes" in program.settings
    assert "geometry" in program.settings
    assert not is_there(program.helper)


@pytest.mark.slow
def test_a_helper_that_is_stopped_keeps_nothing_alive(tmp_path: Path, programs: list[Program]) -> None:
    program = Program(tmp_path, "stopped")
    programs.append(program)
    program.end_by(signal.SIGTERM)
    assert not is_there(program.helper)


def test_a_signal_that_nohup_switched_off_does_not_close_the_window(qapp: Any) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ends_when_asked(qapp):
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
            assert callable(signal.getsignal(signal.SIGTERM))
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_lab_whose_helper_does_not_read_closes(qtbot: Any) -> None:
    lab = Lab(Experiment())
    qtbot.waitUntil(lambda: lab.helper_pid is not None and lab.run_number == 1)
    helper = lab.helper_pid
    assert helper is not None
    os.kill(helper, signal.SIGSTOP)
    question = FillsThePipe(1)
    lab.ask(question)
    qtbot.waitUntil(lambda: question.sent)
    assert lab.shutdown(PATIENCE)
    assert not is_there(helper)


@pytest.mark.parametrize("arguments", [[], ["--headless", "--steps", "1", "--export-dir", "out"]])
def test_too_few_open_files_are_told_in_one_sentence(tmp_path: Path, arguments: list[str]) -> None:
    line = f"ulimit -n 12; exec {sys.executable} {ROOT / 'main.py'} {' '.join(arguments)}"
    said = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert said.stderr.count("\n") == 1
    assert "allows 12 open files" in said.stderr
