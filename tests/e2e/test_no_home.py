"""A user without a home folder, in a container say: the window opens, without a log and without a memory."""

from __future__ import annotations

import sys

import pytest

from tests.support.terminal import start

OPENS = """
import os, pwd, sys
os.chdir(sys.argv.pop(1))

def unknown(number):
    raise KeyError(number)

if sys.argv.pop(1) == "unknown":
    pwd.getpwuid = unknown
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog
from playground.app import main
from playground.ui.main_window import MainWindow

QFileDialog.getOpenFileName = lambda *asked: print("opens in", repr(asked[2])) or ("", "")
QFileDialog.getSaveFileName = lambda *asked: print("saves as", repr(asked[2])) or ("", "")

def look(window, event, shown=MainWindow.showEvent):
    shown(window, event)
    QTimer.singleShot(0, lambda: act(window))

def act(window):
    for name in ("open", "save_as", "theme_dark"):
        window.actions_by_name[name].trigger()
    print("theme", window.preferences.theme)
    window.close()
    QApplication.quit()

MainWindow.showEvent = look
sys.exit(main([]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a matter of Linux")
@pytest.mark.parametrize(
    ("home", "user"), [("", "known"), (None, "unknown"), ("/no/such/home", "known"), ("relative", "known")]
)
def test_the_window_opens_without_a_home(tmp_path, home, user):
    nothing = dict.fromkeys(("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"))
    environment = {**nothing, "HOME": home, "QT_QPA_PLATFORM": "offscreen"}
    done = start(tmp_path, user, code=OPENS, environment=environment)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["opens in ''", "saves as 'run.landscape'", "theme dark"]
    assert list(tmp_path.iterdir()) == []
