"""Errors that nobody expected end in a log and a dialog, wherever they happen; Ctrl+C ends calmly."""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from playground.startup import crash
from playground.startup.crash_dialog import CrashDialogs

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def dialogs(qtbot, tmp_path, monkeypatch):
    """The hooks of the program, with a log of their own, and put back afterwards."""
    monkeypatch.setattr(crash, "log_path", lambda: tmp_path / "logs" / "crash.log")
    for module, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    for name in ("log", "dialogs"):
        monkeypatch.setattr(crash, name, None)
    monkeypatch.setattr(crash, "_written", set())
    monkeypatch.setattr(faulthandler, "enable", lambda file: None)
    crash.install()
    crash.install_dialog()
    yield crash.dialogs
    if crash.dialogs.dialog is not None:
        crash.dialogs.dialog.reject()
    if crash.log is not None:
        crash.log.close()


def text_of(dialogs: CrashDialogs) -> str:
    return dialogs.dialog.traceback.toPlainText()


def raise_in(hook):
    try:
        raise RuntimeError("the sky is falling")
    except RuntimeError as error:
        hook(type(error), error, error.__traceback__)


def test_an_exception_in_a_slot_is_shown_with_its_traceback_and_the_log(dialogs, qtbot, tmp_path):
    """PySide hands what a slot raises to sys.excepthook."""
    raise_in(sys.excepthook)
    qtbot.waitUntil(lambda: dialogs.dialog is not None)
    log = tmp_path / "logs" / "crash.log"
    assert dialogs.dialog.isVisible()
    assert "RuntimeError: the sky is falling" in text_of(dialogs)
    assert "raise_in" in text_of(dialogs)
    assert str(log) in dialogs.dialog.message.text()
    assert "RuntimeError: the sky is falling" in log.read_text(encoding="utf-8")


def test_an_exception_in_a_thread_is_shown_too(dialogs, qtbot):
    thread = threading.Thread(target=lambda: [].pop(), name="a diligent thread")
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: dialogs.dialog is not None)
    assert "a diligent thread" in text_of(dialogs)
    assert "IndexError" in text_of(dialogs)


def test_many_errors_share_one_dialog_and_the_same_one_is_only_counted(dialogs, qtbot, tmp_path):
    for _ in range(50):
        crash.report("Traceback: the first kind\n")
    crash.report("Traceback: the second kind\n")
    qtbot.waitUntil(lambda: dialogs.dialog is not None and "51 errors" in dialogs.dialog.more.text())
    assert text_of(dialogs).count("first kind") == 1
    assert text_of(dialogs).count("second kind") == 1
    written = (tmp_path / "logs" / "crash.log").read_text(encoding="utf-8")
    assert written.count("first kind") == 1


def test_an_error_after_the_dialog_was_closed_opens_it_again(dialogs, qtbot):
    crash.report("one")
    qtbot.waitUntil(lambda: dialogs.dialog is not None)
    dialogs.dialog.reject()
    assert dialogs.dialog is None
    crash.report("two")
    qtbot.waitUntil(lambda: dialogs.dialog is not None)
    assert "two" in text_of(dialogs)


def test_an_error_in_the_dialog_itself_does_not_call_for_another_dialog(dialogs, qtbot, monkeypatch):
    seen = []

    def fail(_self, text):
        seen.append(text)
        crash.report("an error of the dialog")
        QApplication.processEvents()

    monkeypatch.setattr("playground.startup.crash_dialog.CrashDialog.add", fail)
    crash.report("an error of the program")
    qtbot.waitUntil(lambda: bool(seen))
    QApplication.processEvents()
    assert seen[0] == "an error of the program"
    assert len(seen) == 1


def test_the_traceback_can_be_copied(dialogs, qtbot):
    crash.report("Traceback to be pasted into a mail")
    qtbot.waitUntil(lambda: dialogs.dialog is not None)
    button = next(b for b in dialogs.dialog.findChildren(QPushButton) if b.text() == "Copy")
    button.click()
    assert "Traceback to be pasted into a mail" in QApplication.clipboard().text()


def test_a_log_that_cannot_be_written_keeps_nobody_from_working(
    qtbot, tmp_path, monkeypatch, capsys, dialogs
):
    (tmp_path / "a file").write_text("")
    monkeypatch.setattr(crash, "log_path", lambda: tmp_path / "a file" / "crash.log")
    crash.log.close()
    crash.install()
    crash.report("an error without a log")
    assert "an error without a log" in capsys.readouterr().err
    qtbot.waitUntil(lambda: dialogs.dialog is not None)
    assert "could not be written" in dialogs.dialog.message.text()


IN_A_PROCESS = """
import sys, threading
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication
from playground.startup import crash

application = QApplication([])
crash.install()
crash.install_dialog()

class Worker(QThread):
    def run(self):
        raise ValueError("from a QThread")

def slot():
    raise KeyError("from a slot")

def look():
    dialog = crash.dialogs.dialog
    text = dialog.traceback.toPlainText() if dialog is not None else ""
    if "from a slot" in text and "from a QThread" in text:
        print("shown:", text.count("Traceback"), "tracebacks")
        application.exit(0)

worker = Worker()
QTimer.singleShot(0, slot)
QTimer.singleShot(0, worker.start)
watch = QTimer()
watch.timeout.connect(look)
watch.start(20)
QTimer.singleShot(30000, lambda: application.exit(1))
status = application.exec()
worker.wait()
sys.exit(status)
"""


def test_slots_and_qthreads_of_a_real_process_reach_dialog_log_and_terminal(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS],
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "shown: 2 tracebacks" in done.stdout
    assert "from a QThread" in done.stderr
    if sys.platform.startswith("linux"):
        log = tmp_path / crash.APPLICATION / "log" / "crash.log"
        assert "from a slot" in log.read_text(encoding="utf-8")


WAYS = """
import sys
from PySide6.QtCore import QTimer
from playground import app
from playground.startup import crash
from playground.ui import main_window
from tests.support.questions_asked import Broken, LosesItsSlot

def slot():
    raise KeyError("from a slot")

def training():
    raise KeyError("from the training thread")

class Window(main_window.MainWindow):
    \"\"\"The window of the program, where something fails as soon as its run is there.\"\"\"

    def showEvent(self, event):
        super().showEvent(event)
        self.watch = QTimer(self)
        self.watch.timeout.connect(self.look)
        self.watch.start(20)
        self.failed = False

    def look(self):
        if self.snapshot is not None and not self.failed:
            self.failed = True
            if way == "slot":
                QTimer.singleShot(0, slot)
            elif way == "training":
                self.lab.training.post(training)
            elif way == "analysis":
                self.lab.ask(LosesItsSlot(self.snapshot.run))
            else:
                self.lab.ask(Broken(self.snapshot.run))
        if crash.dialogs.dialog is not None:
            print(crash.dialogs.dialog.isVisible(), crash.dialogs.dialog.traceback.toPlainText())
            crash.dialogs.dialog.reject()
            self.watch.stop()
            self.close()

if __name__ == "__main__":
    way = sys.argv[1]
    main_window.MainWindow = Window
    sys.exit(app.main([]))
"""


@pytest.mark.parametrize(
    ("way", "names"),
    [
        ("slot", ["KeyError: 'from a slot'", "in slot"]),
        ("training", ["KeyError: 'from the training thread'", "in training"]),
        ("analysis", ["IndexError: pop from empty list", "in _take_requests"]),
        ("helper", ["ZeroDivisionError", "in answers", "in _continue"]),
    ],
)
def test_whatever_fails_in_the_program_is_shown_and_written_down(tmp_path, way, names):
    script = tmp_path / "failing.py"
    script.write_text(WAYS, encoding="utf-8")
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "lab")])
    done = subprocess.run(
        [sys.executable, str(script), way],
        env={**os.environ, "PYTHONPATH": paths, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path),
             "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("True Traceback"), done.stdout
    assert all(name in done.stdout for name in names), done.stdout
    if sys.platform.startswith("linux"):
        log = (tmp_path / crash.APPLICATION / "log" / "crash.log").read_text(encoding="utf-8")
        assert all(name in log for name in names)


WINDOW = """
import gc
import sys
from playground import app
from playground.ui import main_window

class Telling(main_window.MainWindow):
    def showEvent(self, event):
        super().showEvent(event)
        print("shown, automatic collection", gc.isenabled(), flush=True)

main_window.MainWindow = Telling
sys.exit(app.main([]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_in_the_terminal_closes_the_window_cleanly(tmp_path):
    running = subprocess.Popen(
        [sys.executable, "-c", WINDOW],
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path),
             "XDG_CONFIG_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        # Cycles are collected by the window's thread: see tests/ui/test_garbage.py.
        assert running.stdout.readline() == "shown, automatic collection False\n"
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=30)
        assert running.returncode == 0, said
        assert said == ""
    finally:
        running.kill()
        running.communicate()
