"""The program from the terminal: what it writes, what it says, and with which exit status it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from pyqtgraph import AxisItem
from PySide6.QtGui import QImage

from playground import headless
from playground.app import main
from playground.engine.trainer import replay
from playground.experiment import (
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.export.history_csv import read_history

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "main.py"
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a matter of Linux")

STEERED = ExperimentFile(
    Experiment(training=TrainingSettings(batch_size=16)),
    (Change(40, "training.learning_rate", 1.0), Change(90, "training.l2", 0.01)),
    150,
)
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
    return text.endswith((".\n", "\n")) and text.count("\n") == 1 and "Traceback" not in text


WITHOUT_QT = f"""
import runpy, sys
for name in ("PySide6", "shiboken6", "pyqtgraph"):
    sys.modules[name] = None
sys.path.insert(0, {str(ROOT)!r})
sys.argv[0] = {str(MAIN)!r}
runpy.run_path({str(MAIN)!r}, run_name="__main__")
"""


@pytest.mark.parametrize(
    ("option", "expected"), [("--version", "Loss Landscape Playground 0."), ("--help", "--export-dir DIR")]
)
def test_version_and_help_work_without_qt(option, expected):
    done = start(option, code=WITHOUT_QT)
    assert done.returncode == 0
    assert expected in done.stdout
    assert done.stderr == ""


def test_importing_main_loads_no_qt():
    """The helper process is spawned, and spawning imports main.py again."""
    code = "import main, sys; print(sorted(m for m in sys.modules if 'PySide' in m or 'pyqtgraph' in m))"
    assert start(code=code).stdout.strip() == "[]"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A steered run in mini-batches, replayed and exported from a terminal without a display."""
    folder = tmp_path_factory.mktemp("steered")
    (folder / "mine.json").write_text(STEERED.to_json(), encoding="utf-8")
    done = start(
        "--headless", folder / "mine.json", "--export-dir", folder / "new" / "out",
        environment=NO_DISPLAY,
    )  # fmt: skip
    return done, folder / "new" / "out"


def test_a_headless_run_returns_0_and_prints_the_final_losses(exported):
    done, folder = exported
    assert done.returncode == 0, done.stderr
    trainer = replay(STEERED, 150)
    assert "150 steps" in done.stdout
    assert f"training loss J {trainer.train_loss():.6g}" in done.stdout
    assert f"test loss J {trainer.test_loss():.6g}" in done.stdout
    assert str(folder) in done.stdout


def test_its_progress_is_plain_where_no_terminal_is(exported):
    done, _ = exported
    assert "\r" not in done.stderr
    assert "step 150 of 150" in done.stderr


def test_it_writes_its_files_and_nothing_else(exported):
    _, folder = exported
    assert sorted(path.name for path in folder.iterdir()) == sorted(headless.FILES)


@pytest.mark.parametrize("name", ["loss", "surface", "boundary"])
def test_its_pictures_have_their_size_and_their_axes(exported, name):
    _, folder = exported
    image = QImage(str(folder / f"{name}.png"))
    assert (image.width(), image.height()) == headless.PNG_PIXELS
    colours = {image.pixel(x, y) for x in range(0, image.width(), 16) for y in range(0, image.height(), 16)}
    assert len(colours) > 2
    texts = "".join(ElementTree.parse(folder / f"{name}.svg").getroot().itertext())
    assert any(character.isdigit() for character in texts)
    assert {"loss": "step", "surface": "direction", "boundary": "x"}[name] in texts


def test_its_table_reads_back_to_the_numbers_of_the_run(exported):
    _, folder = exported
    expected = replay(STEERED, 150).view().history
    read = read_history(folder / "history.csv")
    for name, curve in expected.curves.items():
        if len(curve.steps):
            # The table has α in every row; a history keeps it where it changes.
            rows = np.isin(read[name].steps, curve.steps) if name == "learning_rate" else slice(None)
            assert np.array_equal(read[name].steps[rows], curve.steps)
            assert np.array_equal(read[name].values[rows], curve.values)


def test_its_experiment_replays_to_the_same_history(exported):
    _, folder = exported
    file = ExperimentFile.from_json((folder / "experiment.json").read_text(encoding="utf-8"))
    assert file == STEERED
    again, once = replay(file, file.steps), replay(STEERED, 150)
    assert again.parameters.tobytes() == once.parameters.tobytes()


def test_steps_and_learning_rate_of_the_command_line_win_and_files_are_replaced(tmp_path, capsys):
    (tmp_path / "loss.png").write_text("old")
    status = main(["--headless", "--steps", "20", "--learning-rate", "1", "--export-dir", str(tmp_path)])
    assert status == 0
    file = ExperimentFile.from_json((tmp_path / "experiment.json").read_text(encoding="utf-8"))
    assert file == ExperimentFile(Experiment(training=TrainingSettings(learning_rate=1.0)), (), 20)
    assert not QImage(str(tmp_path / "loss.png")).isNull()
    assert "20 steps" in capsys.readouterr().out


def test_the_learning_rate_of_the_command_line_wins_over_one_that_was_set_before_the_first_step(tmp_path):
    source = tmp_path / "saved.json"
    changes = (Change(0, "training.learning_rate", 0.1), Change(6, "training.learning_rate", 0.2))
    source.write_text(ExperimentFile(Experiment(), changes, 10).to_json(), encoding="utf-8")
    assert main(["--headless", str(source), "--learning-rate", "0.7", "--export-dir", str(tmp_path)]) == 0
    rates = read_history(tmp_path / "history.csv")["learning_rate"]
    assert rates.values[[0, 5, 6]].tolist() == [0.7, 0.7, 0.2]


def test_a_run_that_diverges_is_no_failure(tmp_path, capsys):
    """The noisy line, far above its stability limit."""
    experiment = Experiment(
        DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=100.0)
    )
    (tmp_path / "line.json").write_text(experiment.to_json())
    out = tmp_path / "out"
    assert main(["--headless", str(tmp_path / "line.json"), "--export-dir", str(out)]) == 0
    assert "not finite" in capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == sorted(headless.FILES)
    file = ExperimentFile.from_json((out / "experiment.json").read_text(encoding="utf-8"))
    assert 0 < file.steps < 1000
    assert not replay(file, file.steps).diverged


@pytest.mark.parametrize("initialization", ["xavier_normal", "zeros"])
def test_a_run_of_no_steps_at_all_is_exported(tmp_path, initialization):
    """Without a path there is no plane of the path; with all weights zero there is not even a direction."""
    experiment = Experiment(network=NetworkSettings(initialization=initialization))
    (tmp_path / "start.json").write_text(experiment.to_json())
    out = tmp_path / "out"
    arguments = ["--headless", str(tmp_path / "start.json"), "--steps", "0", "--export-dir", str(out)]
    assert main(arguments) == 0
    assert sorted(path.name for path in out.iterdir()) == sorted(headless.FILES)


BAD_FILES = {
    "broken": ("{", "not JSON"),
    "foreign": ('{"format": "notebook"}', "format"),
    "newer": ('{"version": 99}', "version"),
    "unknown": ('{"training": {"lr": 1}}', "lr in training is an unknown field"),
    "absurd": ('{"data": {"points": 1e9}}', "points in data must be a whole number"),
    "nan": ('{"training": {"learning_rate": NaN}}', "learning_rate in training must be"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
@pytest.mark.parametrize("window", [True, False])
def test_a_bad_experiment_file_is_one_sentence_and_status_2(tmp_path, capsys, kind, window):
    text, named = BAD_FILES[kind]
    path = tmp_path / f"{kind}.json"
    path.write_text(text)
    out = tmp_path / "out"
    arguments = [str(path)] if window else ["--headless", str(path), "--export-dir", str(out)]
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert one_sentence(said.err)
    assert path.name in said.err
    assert named in said.err
    assert said.out == ""
    assert not out.exists()


@pytest.mark.parametrize("content", [None, "folder", b"\xff\xfe\x00bad"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, capsys, content):
    path = tmp_path / "experiment.json"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    assert main(["--headless", str(path), "--export-dir", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert one_sentence(said)
    assert str(path) in said


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--headless", "--learning-rate", "nan"], "--learning-rate"),
        (["--headless", "--learning-rate", "inf"], "--learning-rate"),
        (["--headless", "--learning-rate", "fast"], "--learning-rate"),
        (["--headless", "--learning-rate", "-1"], "--learning-rate"),
        (["--headless", "--learning-rate", "1000"], "--learning-rate"),
        (["--headless", "--steps", "-1"], "--steps"),
        (["--headless", "--steps", "1.5"], "--steps"),
        (["--headless", "--steps", "many"], "--steps"),
        (["--headless", "--steps", "99999999999"], "--steps"),
        (["--headless"], "--export-dir"),
        (["--steps", "5"], "--headless"),
        (["--export-dir", "here"], "--headless"),
        (["--fast"], "--fast"),
        (["one.json", "two.json"], "two.json"),
    ],
)
def test_a_bad_argument_is_named_in_one_sentence(arguments, named, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert one_sentence(said)
    assert named in said


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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_in_a_long_run_leaves_the_folder_empty(tmp_path):
    running = subprocess.Popen(
        [sys.executable, str(MAIN), "--headless", "--steps", "10000000", "--export-dir", str(tmp_path)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert running.stderr.readline().startswith("step 0 of 10000000")
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    finally:
        running.kill()
        running.communicate()
    assert running.returncode == 130
    assert "nothing was written" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


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


@pytest.mark.parametrize("owner", [AxisItem, headless.Context], ids=["painting", "computing"])
def test_ctrl_c_while_the_pictures_are_made_leaves_the_folder_as_it_was(tmp_path, monkeypatch, capsys, owner):
    (tmp_path / "loss.png").write_bytes(b"old")
    name = "paint" if owner is AxisItem else "__init__"
    act, told = getattr(owner, name), []

    def interrupted(*arguments):
        if not told:
            told.append(signal.raise_signal(signal.SIGINT))
        return act(*arguments)

    monkeypatch.setattr(owner, name, interrupted)
    assert main(["--headless", "--steps", "3", "--export-dir", str(tmp_path)]) == 130
    assert told
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
    assert f"{tmp_path / headless.FILES[2]} could not be written: No space left on device." in said
    assert f"Written before it: {', '.join(headless.FILES[:2])}." in said
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(headless.FILES[:2])


@LINUX
def test_no_display_is_one_sentence_that_names_headless():
    done = start(environment=NO_DISPLAY)
    assert done.returncode == 2
    assert one_sentence(done.stderr)
    assert "no display" in done.stderr
    assert "--headless" in done.stderr


@LINUX
def test_a_display_that_does_not_answer_ends_without_a_core_dump(tmp_path):
    done = start(environment={**NO_DISPLAY, "DISPLAY": ":4711", "XDG_STATE_HOME": str(tmp_path)})
    assert done.returncode == 2
    assert one_sentence(done.stderr)
    assert "4711" in done.stderr or "cannot start" in done.stderr


@LINUX
def test_libraries_that_the_window_needs_are_named_with_their_packages(tmp_path):
    """An ldd of our own says what a bare system's ldd says."""
    ldd = tmp_path / "ldd"
    ldd.write_text(
        "#!/bin/sh\n"
        "echo '\tlibxcb-icccm.so.4 => not found'\n"
        "echo '\tlibxcb-keysyms.so.1 => not found'\n"
        "echo '\tlibc.so.6 => /lib/libc.so.6 (0x00007f)'\n"
    )
    ldd.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = start(
        environment={**NO_DISPLAY, "DISPLAY": ":4711", "PATH": path, "XDG_STATE_HOME": str(tmp_path)}
    )
    assert done.returncode == 2
    assert one_sentence(done.stderr)
    assert "libxcb-icccm.so.4 and libxcb-keysyms.so.1 are missing" in done.stderr
    assert "apt-get install libxcb-icccm4 libxcb-keysyms1" in done.stderr


@LINUX
@pytest.mark.parametrize("headless_run", [True, False])
def test_a_pyside_that_misses_a_library_names_it(tmp_path, headless_run):
    broken = tmp_path / "PySide6"
    broken.mkdir()
    (broken / "__init__.py").write_text(
        "raise ImportError('libEGL.so.1: cannot open shared object file: No such file or directory')"
    )
    arguments = ["--headless", "--steps", "2", "--export-dir", str(tmp_path / "out")] if headless_run else []
    environment = {"PYTHONPATH": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = start(*arguments, environment=environment)
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert "libEGL.so.1 is missing" in last
    assert "libegl1" in last
    assert "Traceback" not in done.stderr


def test_the_exported_experiment_is_plain_json_with_every_field(exported):
    _, folder = exported
    content = json.loads((folder / "experiment.json").read_text(encoding="utf-8"))
    assert content["steps"] == 150
    assert [change["field"] for change in content["changes"]] == ["training.learning_rate", "training.l2"]
