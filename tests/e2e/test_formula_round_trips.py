"""A run on a formula by every way out of a window and in again; and formulas that cannot begin anywhere."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from playground.app import main
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.problem_of_experiment import formula_of
from playground.engine.trainer import Trainer, replay
from playground.experiment import Change, ExperimentFile
from playground.experiment_files import FileError, read_experiment
from playground.experiment_formula import FormulaSettings
from playground.export.carried_run import carried_run
from playground.export.figures import curve_figure
from playground.export.page import Page
from playground.export.picture import picture_bytes
from playground.lab.saved_lab import saved_lab_of
from playground.lessons.format import LessonError, parse_lesson
from playground.sessions import SessionError, load_session
from playground.share_string import ShareStringError, read_share_string, share_string
from playground.ui.files.opener import OpenError, read_file
from playground.ui.hall.scene_feature import SceneFeature
from playground.ui.hall.scenes import SceneError, read_scenes, save_scenes, scene_of
from tests.support.carried_runs import changed
from tests.support.features import feature_of
from tests.support.saved_runs import csv
from tests.support.terminal import NO_DISPLAY, start

NOISY = FORMULA_PRESETS["noisy_bowl"].experiment
STEERED = ExperimentFile(
    NOISY, (Change(10, "training.learning_rate", 0.3), Change(20, "parameters", (1.0, -2.0))), 40
)
PARABOLA = ExperimentFile(FORMULA_PRESETS["parabola"].experiment, (), 12)
BAD = ExperimentFile(replace(NOISY, formula=FormulaSettings("log(w)", start=(-1.0,))))
WHY = "log of a negative number"


def test_a_session_goes_on_in_another_process_to_the_same_csv(open_window, qtbot, tmp_path: Path) -> None:
    window = open_window(STEERED)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 40)
    theta = window.snapshot.view.parameters
    session = tmp_path / "bowl.landscape"
    assert window.commands.save_to(session)
    done = start(
        "--headless", session, "--steps", "30", "--format", "svg", "--export-dir", tmp_path / "out",
        environment=NO_DISPLAY,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "history.csv").read_text(encoding="utf-8") == csv(replay(STEERED, 70))
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"surface.svg", "loss.svg", "sheet.svg", "surface.npz", "run.landscape"} <= files
    assert not {"boundary.svg", "curve.svg"} & files
    notes = json.loads((tmp_path / "out" / "history.notes.json").read_text(encoding="utf-8"))
    assert "of the formula" in notes["columns"]["training loss J"]["what"]
    # And back into a window.
    again = open_window(read_file(session))
    qtbot.waitUntil(lambda: again.snapshot.view.step == 40)
    assert (again.snapshot.view.parameters == theta).all()
    assert again.lab.experiment.formula == NOISY.formula


def test_a_session_and_scenes_of_one_variable_open_again(open_window, qtbot, tmp_path: Path) -> None:
    """Beside one parameter there is no pair of them for a plane, which is saved all the same."""
    window = open_window(PARABOLA)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 12)
    assert window.commands.save_to(tmp_path / "w.landscape")
    window.actions_by_name["keep_scene"].trigger()
    scenes = save_scenes(feature_of(window, SceneFeature).scenes, tmp_path / "scenes.json")
    assert read_scenes(scenes)[1].file.experiment == PARABOLA.experiment
    again = open_window(read_file(tmp_path / "w.landscape"))
    qtbot.waitUntil(lambda: again.snapshot.view.step == 12)
    assert again.lab.experiment.formula == PARABOLA.experiment.formula


def test_a_formula_of_one_variable_is_written_without_a_window(tmp_path: Path, capsys) -> None:
    (tmp_path / "formula.json").write_text(PARABOLA.to_json(), encoding="utf-8")
    out = tmp_path / "out"
    arguments = ["--headless", str(tmp_path / "formula.json"), "--steps", "12", "--format", "png,svg,pdf"]
    assert main([*arguments, "--export-dir", str(out)]) == 0
    assert "epochs" not in capsys.readouterr().out
    files = {path.name for path in out.iterdir()}
    pictures = {f"{name}.{end}" for name in ("curve", "loss", "sheet") for end in ("png", "svg", "pdf")}
    assert pictures <= files
    assert not {name for name in files if name.startswith(("boundary", "surface."))} - {"surface.npz"}
    for picture in ("curve.png", "curve.svg", "curve.pdf", "run.landscape"):
        content: Any = read_file(out / picture).content
        state = content.lab.run.state
        assert state.experiment == PARABOLA.experiment, picture
        assert state.checkpoint.step == 12, picture
    assert read_experiment(out / "experiment.json").experiment == PARABOLA.experiment


@pytest.mark.parametrize("format_", ["png", "svg", "pdf"])
def test_a_figure_of_a_curve_carries_its_run_into_a_window(open_window, qtbot, tmp_path, format_) -> None:
    trainer = Trainer(PARABOLA.experiment)
    trainer.advance(9)
    formula = formula_of(trainer.problem)
    assert formula is not None
    view = trainer.view()
    page = Page(60, 45, dpi=72, text_pt=5, caption=False, format=format_)
    figure = tmp_path / f"figure.{format_}"
    figure.write_bytes(picture_bytes(curve_figure(formula, view), page, carried_run(view)))
    window = open_window(read_file(figure))
    qtbot.waitUntil(lambda: window.snapshot.view.step == 9)
    assert (window.snapshot.view.parameters == trainer.parameters).all()
    assert window.lab.experiment == PARABOLA.experiment


def test_a_share_string_begins_the_same_run_in_another_window(open_window, qtbot) -> None:
    first = open_window(STEERED)
    qtbot.waitUntil(lambda: first.snapshot.view.step == 40)
    first.actions_by_name["copy_share_string"].trigger()
    text = QGuiApplication.clipboard().text()
    theta = first.snapshot.view.parameters
    second = open_window()
    assert second.commands.open_text(text)
    qtbot.waitUntil(lambda: second.snapshot.view.step == 40)
    assert (second.snapshot.view.parameters == theta).all()
    assert second.lab.experiment.formula == NOISY.formula


def test_a_formula_that_is_not_finite_at_its_start_is_refused_by_every_reader(tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text(BAD.to_json(), encoding="utf-8")
    with pytest.raises(FileError, match=WHY):
        read_experiment(file)
    with pytest.raises(OpenError, match=WHY):
        read_file(file)
    in_a_file = tmp_path / "bad.txt"
    in_a_file.write_text(share_string(BAD), encoding="utf-8")
    with pytest.raises(OpenError, match=WHY):
        read_file(in_a_file)
    with pytest.raises(SceneError, match=WHY):
        scene_of({"experiment": json.loads(BAD.to_json())})
    lesson = """
        title = "Bad"
        summary = "A formula without a start."
        topic = "optimisation"
        [[step]]
        title = "One"
        text = "Look."
        experiment = { formula = { expression = "log(w)", start = [-1.0] } }
    """
    with pytest.raises(LessonError, match=WHY):
        parse_lesson(dedent(lesson), "bad")
    text = share_string(BAD)
    with pytest.raises(ShareStringError, match=WHY):
        read_share_string(text)


@pytest.mark.parametrize("way", ["file", "share string"])
def test_a_run_without_a_window_refuses_it_in_one_sentence(tmp_path: Path, capsys, way: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(BAD.to_json(), encoding="utf-8")
    given = str(file) if way == "file" else share_string(BAD)
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(main(["--headless", given, "--export-dir", str(tmp_path / "out")]))
    said = capsys.readouterr().err
    assert ended.value.code not in (0, None)
    assert WHY in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_a_window_refuses_it_and_stays_as_it_is(open_window, qtbot, tmp_path: Path) -> None:
    window = open_window(PARABOLA)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 12)
    run = window.lab.run_number
    file = tmp_path / "bad.json"
    file.write_text(BAD.to_json(), encoding="utf-8")
    assert not window.commands.open_file(file)
    assert WHY in window.notices.text
    assert not window.commands.open_text(share_string(BAD))
    assert WHY in window.notices.text
    assert window.lab.run_number == run
    assert window.lab.experiment == PARABOLA.experiment


def test_a_session_of_a_formula_without_a_start_is_refused() -> None:
    trainer = Trainer(PARABOLA.experiment)
    trainer.advance(3)

    def without_start(value: dict[str, Any]) -> None:
        value["experiment"]["formula"] |= {"expression": "log(w)", "start": [-1.0]}

    session = load_session(io.BytesIO(changed(carried_run(trainer.view()), without_start)))
    with pytest.raises(SessionError, match=WHY):
        saved_lab_of(session)
