"""A run without a window that is interrupted, or whose files cannot be written: the folder stays whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pyqtgraph import AxisItem

from playground import headless
from playground.app import main
from playground.experiment import Experiment
from playground.landscape.questions.context import Context
from tests.support.terminal import MAIN, ROOT, one_sentence, start


@pytest.mark.parametrize("kind", ["file", "below a file", "a file's name taken by a folder"])
def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_left_behind(tmp_path, capsys, kind):
    taken = tmp_path / "taken"
    if kind == "a file's name taken by a folder":
        (taken / "loss.svg").mkdir(parents=True)
        target = taken
    else:
        taken.write_text("mine")
        target = taken if kind == "file" else taken / "out"
    before = sorted(tmp_path.rglob("*"))
    assert main(["--headless", "--steps", "5", "--export-dir", str(target)]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert "taken" in said
    assert said.endswith(".")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_named(tmp_path, capsys):
    target = tmp_path / "locked"
    target.mkdir(mode=0o500)
    assert main(["--headless", "--export-dir", str(target)]) == 2
    assert "locked" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes of this kind")
def test_a_reader_that_stops_reading_costs_no_file(tmp_path):
    command = [sys.executable, str(MAIN), "--headless", "--steps", "3", "--export-dir", str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as running:
        running.stdout.close()
        said = running.stderr.read()
    assert running.returncode == 0
    assert b"Error" not in said
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(headless.FILES)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals for one process")
@pytest.mark.parametrize(
    ("number", "said"),
    [
        (signal.SIGINT, "Interrupted; nothing was written"),
        (signal.SIGTERM, "Ended by SIGTERM; nothing was written"),
        (signal.SIGHUP, "Ended by SIGHUP; nothing was written"),
    ],
)
def test_a_signal_in_a_long_run_leaves_the_folder_empty(tmp_path, number, said):
    running = subprocess.Popen(
        [sys.executable, str(MAIN), "--headless", "--steps", "10000000", "--export-dir", str(tmp_path)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert running.stderr.readline().startswith("step 0 of 10000000")
        running.send_signal(number)
        _, last = running.communicate(timeout=60)
    finally:
        running.kill()
        running.communicate()
    assert running.returncode == 128 + number
    assert said in last
    assert "Traceback" not in last
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals for one process")
def test_a_signal_that_nohup_switched_off_does_not_end_a_run(tmp_path):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with headless.Signals() as signals:
            signal.raise_signal(signal.SIGHUP)
            signals.check()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


NO_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{0}/fonts</dir><cachedir>{0}/cache</cachedir></fontconfig>"""


@pytest.fixture
def without_fonts(tmp_path):
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts.conf").write_text(NO_FONTS.format(tmp_path))
    return {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "QT_QPA_PLATFORM": "offscreen"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have fonts")
def test_without_a_font_the_numbers_are_written_and_the_pictures_refused(tmp_path, without_fonts):
    out = tmp_path / "out"
    out.mkdir()
    (out / "loss.svg").write_text("of an earlier run")
    source = tmp_path / "momentum.json"
    source.write_text(Experiment().with_value("training.optimizer", "momentum").to_json(), encoding="utf-8")
    arguments = ["--headless", source, "--steps", "5", "--overwrite", "--momentum-map"]
    done = start(*arguments, "--export-dir", out, environment=without_fonts)
    assert done.returncode == 2
    tables = (*headless.MAP_TABLES, *headless.TABLES)
    assert sorted(path.name for path in out.iterdir()) == sorted((*tables, "loss.svg"))
    last, left = done.stderr.splitlines()[-2:]
    assert all(name in last for name in tables)
    assert left == "Not of this run, and still in the folder: loss.svg."
    assert "without pictures: There is no font with letters" in last
    assert "fonts-dejavu-core" in last
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have fonts")
def test_without_a_font_no_window_of_boxes_opens(without_fonts):
    done = start(environment=without_fonts)
    assert done.returncode == 2
    assert one_sentence(done.stderr)
    assert "There is no font with letters" in done.stderr


def test_where_qt_gives_up_the_numbers_are_written_and_nothing_is_left_behind(tmp_path):
    code = (
        "import sys; from PySide6.QtCore import QCoreApplication; from playground.app import main\n"
        "QCoreApplication.setLibraryPaths(['/nowhere']); sys.exit(main())"
    )
    out = tmp_path / "out"
    done = start("--headless", "--steps", "5", "--export-dir", out, code=code)
    assert done.returncode == 2
    assert sorted(path.name for path in out.iterdir()) == sorted(headless.TABLES)
    assert "without pictures: Qt cannot" in done.stderr.splitlines()[-1]


def test_a_write_protected_file_is_named_before_the_training(tmp_path, capsys):
    kept = tmp_path / "history.csv"
    kept.write_text("precious")
    kept.chmod(0o444)
    assert main(["--headless", "--steps", "5", "--export-dir", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "history.csv could not be written: it is write-protected." in said
    assert kept.read_text() == "precious"
    assert [path.name for path in tmp_path.iterdir()] == ["history.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks for a privilege to make links")
def test_a_link_in_the_folder_stays_one(tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "out" / "history.csv").symlink_to(tmp_path / "real.csv")
    assert main(["--headless", "--steps", "3", "--overwrite", "--export-dir", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "history.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("step,")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(headless.FILES)


@pytest.mark.parametrize("name", [headless.FILES[0], headless.FILES[3], headless.FILES[-1]])
def test_ctrl_c_while_the_files_take_their_places_comes_too_late(tmp_path, monkeypatch, capsys, name):
    replace, handler = os.replace, signal.getsignal(signal.SIGINT)

    def interrupted(old, new):
        if Path(new) == tmp_path / name:
            signal.raise_signal(signal.SIGINT)
        replace(old, new)

    monkeypatch.setattr(os, "replace", interrupted)
    assert main(["--headless", "--steps", "3", "--export-dir", str(tmp_path)]) == 0
    assert signal.getsignal(signal.SIGINT) is handler
    said = capsys.readouterr()
    assert "Written to" in said.out
    assert "nothing was written" not in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(headless.FILES)


@pytest.mark.parametrize("owner", [AxisItem, Context], ids=["painting", "computing"])
def test_ctrl_c_while_the_pictures_are_made_leaves_the_folder_as_it_was(tmp_path, monkeypatch, capsys, owner):
    (tmp_path / "loss.png").write_bytes(b"old")
    name = "paint" if owner is AxisItem else "__init__"
    act, told = getattr(owner, name), threading.Event()

    def interrupted(*arguments):
        if not told.is_set():
            told.set()
            signal.raise_signal(signal.SIGINT)
        return act(*arguments)

    monkeypatch.setattr(owner, name, interrupted)
    assert main(["--headless", "--steps", "3", "--overwrite", "--export-dir", str(tmp_path)]) == 130
    assert told.is_set()
    assert "nothing was written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["loss.png"]
    assert (tmp_path / "loss.png").read_bytes() == b"old"


def test_a_file_that_cannot_take_its_place_is_named_with_those_before_it(tmp_path, monkeypatch, capsys):
    replace = os.replace

    def full(old, new):
        if Path(new) == tmp_path / headless.FILES[2]:
            raise OSError(28, "No space left on device")
        replace(old, new)

    monkeypatch.setattr(os, "replace", full)
    assert main(["--headless", "--steps", "3", "--export-dir", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert f"{tmp_path / headless.FILES[2]} could not be written: no space left on device." in said
    assert f"Written before it: {', '.join(headless.FILES[:2])}." in said
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(headless.FILES[:2])
