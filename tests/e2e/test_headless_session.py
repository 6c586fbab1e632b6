"""A session is gone on with from the command line, bit by bit, in a process of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground import headless
from playground.app import main
from playground.drawing.surface.picture import SurfacePicture
from playground.engine.branches.fork import Fork, Plan
from playground.engine.recording.gaps import Gap
from playground.engine.recording.run_view import RunView
from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.export import figures
from playground.lab.saved_lab import SavedLab, saved_lab_of, session_of
from playground.lab.training.runs import LeftRun
from playground.lab.training.undo_stack import RunEntry
from playground.sessions import Session, load_session, save_session
from playground.share_string import share_string
from tests.support.carried_runs import figure_file, steered
from tests.support.saved_runs import csv, reopened
from tests.support.sessions import same
from tests.support.terminal import NO_DISPLAY, one_sentence, start

CHANGES = (Change(40, "training.learning_rate", 0.05), Change(170, "training.l2", 0.01))
EXPERIMENT = Experiment(
    DataSettings(points=60), NetworkSettings((3,)), TrainingSettings("adam", 0.02, batch_size=7)
)
WINDOW = {"plane": {"origin": np.arange(3.0)}, "guess": ["x", None]}


def session() -> Session:
    """A run at step 120 that still follows a log, with all that a lab and a window may hold besides."""
    run = replay(ExperimentFile(EXPERIMENT, CHANGES), 120)
    other = Trainer(Experiment())
    other.advance(5)
    fork = Fork(run, [Plan(0.1), Plan(0.2)])
    fork.advance(10)
    whole = replace(run.saved(), following=CHANGES[1:])
    left = (RunEntry(LeftRun(other.snapshot(), (), "before"), "new weights"),)
    lab = SavedLab(whole, 3, frozenset({2, 3}), "circles", None, fork.state(), left, speed=7.0)
    return session_of(lab, WINDOW)


@pytest.fixture(scope="module")
def continued(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("session")
    save_session(folder / "circles.landscape", session())
    out = folder / "out"
    done = start(
        "--headless", folder / "circles.landscape", "--steps", 100, "--export-dir", out,
        environment=NO_DISPLAY,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout, out


def test_it_makes_so_many_further_steps_and_follows_the_log_on(continued: tuple[str, Path]) -> None:
    said, out = continued
    once = replay(ExperimentFile(EXPERIMENT, CHANGES), 220)
    assert "220 steps" in said
    assert sorted(path.name for path in out.iterdir()) == sorted(headless.FILES)
    assert (out / "history.csv").read_text(encoding="utf-8") == csv(once)
    file = ExperimentFile.from_json((out / "experiment.json").read_text(encoding="utf-8"))
    assert file == ExperimentFile(EXPERIMENT, CHANGES, 220)


def test_its_session_goes_on_bit_by_bit_with_the_rest_of_what_was_there(continued: tuple[str, Path]) -> None:
    written = load_session(continued[1] / "run.landscape")
    lab = saved_lab_of(written)
    again, once = Trainer.resumed(lab.run), replay(ExperimentFile(EXPERIMENT, CHANGES), 220)
    for run in (again, once):
        run.advance(300)
    assert csv(again) == csv(once)
    assert (lab.name, lab.number, lab.speed, lab.fork, lab.run.following) == ("circles", 3, 7.0, None, ())
    assert [entry.run.name for entry in lab.past if isinstance(entry, RunEntry)] == ["before"]
    assert same(written.window, WINDOW)


def test_without_steps_it_stays_where_it_is_and_another_learning_rate_acts_from_there_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "circles.session"
    save_session(path, session())
    arguments = ["--headless", str(path), "--learning-rate", "0.7", "--export-dir", str(tmp_path)]
    assert main(arguments) == 0
    assert "120 steps, " in capsys.readouterr().out
    lab = saved_lab_of(load_session(tmp_path / "run.landscape"))
    assert lab.step == 120
    assert lab.run.following == ()
    assert lab.run.state.history.changes[-1] == Change(120, "training.learning_rate", 0.7)


@pytest.mark.parametrize("arguments", [["--headless", "--export-dir", "out"], []], ids=["headless", "window"])
def test_a_file_that_is_no_session_is_refused_in_one_sentence(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISPLAY", ":0")
    save_session("whole.landscape", session())
    data = Path("whole.landscape").read_bytes()
    save_session("empty.landscape", Session(window=WINDOW))
    Path("cut.json").write_bytes(data[:-9])
    Path("text.landscape").write_text("hello")
    for name, reason in {
        "cut.json": "“cut.json” was not opened: it is cut off, or something was added to it.",
        "text.landscape": "“text.landscape” was not opened: it is no zip file.",
        "empty.landscape": "The session was not opened: run must have a field experiment.",
        "gone.landscape": "“gone.landscape” could not be read: ",
    }.items():
        assert main([name, *arguments]) == 2
        said = capsys.readouterr().err
        assert one_sentence(said)
        assert reason in said
    assert not Path("out").exists()


@pytest.mark.slow
def test_a_run_of_a_session_that_has_diverged_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    training = TrainingSettings(learning_rate=100.0)
    run = Trainer(Experiment(DataSettings("noisy_line"), NetworkSettings(()), training))
    run.advance(1000)
    assert run.diverged
    path = tmp_path / "line.landscape"
    save_session(path, session_of(SavedLab(reopened(run).saved())))
    assert main(["--headless", str(path), "--steps", "10", "--export-dir", str(tmp_path)]) == 0
    assert f"The run stopped after step {run.step}:" in capsys.readouterr().out


def test_what_a_file_holds_decides_and_not_what_it_is_called(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begun = ExperimentFile(EXPERIMENT, (), 7)
    Path("experiment.landscape").write_text(begun.to_json(), encoding="utf-8")
    Path("text").write_text(f"> “{share_string(begun)}”\n", encoding="utf-8")
    small = ["--format", "pdf", "--size", "30x30mm", "--export-dir"]
    save_session("session.json", session())
    for name, steps in {"text": 7, "experiment.landscape": 7, "session.json": 120}.items():
        assert main(["--headless", name, *small, f"{name}-out"]) == 0
        assert f"{steps} steps, " in capsys.readouterr().out
    # A figure carries its run.
    figure = Path("session.json-out", "loss.pdf").rename("figure")
    assert main(["--headless", str(figure), "--steps", "5", *small, "out"]) == 0
    assert "125 steps, " in capsys.readouterr().out


def test_what_holds_no_run_is_refused_without_a_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("scenes.json").write_text('{"format": "loss-landscape-scenes"}')
    Path("a.landscape").write_text('title = "One"\n[[step]]\ntext = "?"\n')
    Path("notes").write_text("notes")
    Path("points.csv").write_text("x,y\n1,2\n")
    Path("plain.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    Path("foreign.pdf").write_bytes(b"%PDF-1.7\n")
    for name, reason in {
        "scenes.json": "“scenes.json” was not opened: it holds scenes, no run to train.",
        "a.landscape": "“a.landscape” was not opened: it holds a lesson, no run to train.",
        "notes": "“notes” was not opened: it is no session, experiment, scenes, lesson or picture",
        "points.csv": "“points.csv” was not opened: it holds no run; a table is given with --data.",
        "plain.svg": "“plain.svg” was not opened: the picture carries no run.",
        "foreign.pdf": "“foreign.pdf” was not opened: the picture is cut off, or was written by another",
    }.items():
        assert main(["--headless", name, "--export-dir", "out"]) == 2
        said = capsys.readouterr().err
        assert one_sentence(said)
        assert reason in said
    assert not Path("out").exists()


def test_the_run_of_a_figure_is_written_with_its_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object
) -> None:
    drawn, make = [], figures.surface_figure

    def noted(picture: SurfacePicture, view: RunView) -> figures.MakeFigure:
        drawn.append(picture)
        return make(picture, view)

    monkeypatch.setattr(figures, "surface_figure", noted)
    path, out = tmp_path / "a.png", tmp_path / "out"
    path.write_bytes(figure_file(steered(60).view()))
    arguments = ["--headless", str(path), "--steps", "9", "--format", "svg", "--export-dir", str(out)]
    assert main(arguments) == 0
    assert np.flatnonzero(np.isnan(drawn[0].path_ab[:, 0])).tolist() == [1]
    with np.load(out / "surface.npz", allow_pickle=False) as numbers:
        assert numbers["path_gaps"].tolist() == [[0, 60]]
        assert len(numbers["path_a"]) == len(numbers["path_steps"]) == 11
    notes = json.loads((out / "history.notes.json").read_text(encoding="utf-8"))
    assert notes["rows"]["not recorded"] == [{"after step": 0, "before step": 60}]
    saved = saved_lab_of(load_session(out / "run.landscape"))
    assert saved.run.state.history.gaps == (Gap(0, 60),)
