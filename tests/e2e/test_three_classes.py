"""Three classes and several targets from end to end: without a window, and from every kind of file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.app import main
from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.export.history_csv import read_history
from playground.export.points_csv import points_table
from playground.known_tables import data_at_hand
from playground.lab.saved_lab import SavedLab, saved_lab_of
from playground.lab.session_writer import session_to_write
from playground.landscape.plane import Plane
from playground.landscape.surface import evaluate
from playground.resources import resource
from playground.sessions import load_session, save_session
from playground.share_string import share_string
from playground.table_data import data_of_table
from playground.tables import parse_table
from playground.ui.files.opener import OpenedSession, read_file
from playground.ui.hall.scenes import Scene, scenes_text
from tests.support.tables import a_table

THREE = Experiment(
    data_at_hand("iris_three"), NetworkSettings((5,)), TrainingSettings(learning_rate=0.1, batch_size=16)
)
STEERED = ExperimentFile(THREE, (Change(60, "training.learning_rate", 0.4),), 200)
PAIR = Experiment(
    DataSettings.of_table(
        a_table(("x",), ("u", "v"), (), [[x, x * x, 2.0 - x] for x in np.linspace(0.0, 1.0, 30)])
    )
)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: Any) -> Path:
    folder: Path = tmp_path_factory.mktemp("three")
    (folder / "iris.json").write_text(STEERED.to_json(), encoding="utf-8")
    assert main(["--headless", str(folder / "iris.json"), "--export-dir", str(folder / "out")]) == 0
    return folder / "out"


def test_a_run_of_three_classes_is_written_and_replays(exported: Path) -> None:
    run = replay(STEERED, 200)
    written = ExperimentFile.from_json((exported / "experiment.json").read_text(encoding="utf-8"))
    assert written == STEERED
    again = Trainer.resumed(saved_lab_of(load_session(exported / "run.landscape")).run)
    assert again.parameters.tobytes() == run.parameters.tobytes()
    names = {path.name for path in exported.iterdir()}
    assert {"loss.png", "surface.svg", "sheet.png", "history.csv"} <= names
    assert {"boundary.png", "boundary.svg"} <= names


def test_its_table_holds_the_accuracies_of_three_classes(exported: Path) -> None:
    history = read_history(exported / "history.csv")
    run = replay(STEERED, 200)
    samples = run.samples
    sets = {
        "train_accuracy": (samples.X_train, samples.y_train),
        "test_accuracy": (samples.X_test, samples.y_test),
    }
    for name, (X, y) in sets.items():
        predicted = run.network.predict(run.parameters, X).argmax(axis=1)
        assert history[name].steps[-1] == 200
        assert history[name].values[-1] == np.mean(predicted == y.argmax(axis=1))


def test_its_surface_is_that_of_the_definition(exported: Path) -> None:
    content = np.load(exported / "surface.npz")
    run = replay(STEERED, 200)
    X, y = run.samples.X_train, run.samples.y_train
    plane = Plane(content["origin"], content["u"], content["v"])
    a, b = content["a"][::50], content["b"][::50]
    expected = [[run.network.loss(plane.at(one, other), X, y) for one in a] for other in b]
    np.testing.assert_allclose(evaluate(run.network, plane, a, b, X, y), expected, rtol=1e-5)
    np.testing.assert_allclose(content["values"][::50, ::50], expected, rtol=1e-4)


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_text(THREE.to_json()),
        lambda path: path.write_text(share_string(STEERED)),
        lambda path: path.write_text(scenes_text({1: Scene(STEERED)})),
    ],
)
def test_files_on_three_classes_are_opened(tmp_path: Path, write: Any) -> None:
    path = tmp_path / "some.file"
    write(path)
    assert read_file(path).path == path


def test_a_table_with_three_classes_is_given_at_the_command_line(tmp_path: Path, capsys: Any) -> None:
    arguments = ["--data", str(resource("tables", "iris.csv")), "--target", "species"]
    for name in ("setosa", "versicolor", "virginica"):
        arguments += ["--class", name]
    without = ["--headless", "--steps", "20", "--export-dir", str(tmp_path / "out")]
    assert main([*arguments, *without]) == 0
    assert "class 0 is setosa, class 1 is versicolor and class 2 is virginica" in capsys.readouterr().out
    written = json.loads((tmp_path / "out" / "experiment.json").read_text(encoding="utf-8"))
    assert written["data"]["table"]["classes"] == ["setosa", "versicolor", "virginica"]
    assert written["network"]["loss"] == "softmax_cross_entropy"


def test_points_of_three_classes_are_written_with_the_names_of_their_classes() -> None:
    text = points_table(THREE.data).text
    again = parse_table(text)
    inputs = [name for name in again.numeric if name != "species"]
    classes = ("setosa", "versicolor", "virginica")
    chosen = again.chosen(inputs, "species", classes=classes)
    assert data_of_table(chosen, test_share=THREE.data.test_share).data.table == THREE.data.table
    header, first, *_ = points_table(PAIR.data).text.splitlines()
    assert header == '"x","u","v"'
    assert first == "0,0,2"


def _session(path: Path) -> None:
    trainer = Trainer(PAIR)
    trainer.advance(5)
    save_session(path, session_to_write(SavedLab(trainer.saved())))


def _experiments(content: Any) -> set[Experiment]:
    if isinstance(content, ExperimentFile):
        return {content.experiment}
    if isinstance(content, OpenedSession):
        return {content.lab.run.state.experiment}
    return {scene.file.experiment for scene in content.values()}


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_text(PAIR.to_json()),
        lambda path: path.write_text(share_string(ExperimentFile(PAIR))),
        _session,
        lambda path: path.write_text(scenes_text({1: Scene(ExperimentFile(PAIR))})),
    ],
    ids=["experiment", "share string", "session", "scenes"],
)
def test_two_targets_come_out_of_every_kind_of_file(tmp_path: Path, write: Any) -> None:
    path = tmp_path / "some.file"
    write(path)
    assert _experiments(read_file(path).content) == {PAIR}


def test_a_lesson_on_three_classes_is_opened(tmp_path: Path) -> None:
    lesson = resource("lessons", "02-too-small-right-too-large.toml").read_text(encoding="utf-8")
    before = lesson.partition('dataset = "')[2].partition('"')[0]
    path = tmp_path / "three.toml"
    path.write_text(lesson.replace(f'dataset = "{before}"', 'dataset = "three_blobs"'), encoding="utf-8")
    assert read_file(path).path == path
