"""A run without a window: its files, its progress, its losses."""

from __future__ import annotations

import csv as read_csv
import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage

from playground import headless
from playground.app import main
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.recording.saved_run import saved_run_of
from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.export.carried_run import read_carried_run
from playground.export.history_csv import read_history
from playground.export.page import USUAL
from playground.lab.saved_lab import saved_lab_of
from playground.sessions import load_session
from tests.support.saved_runs import csv
from tests.support.terminal import NO_DISPLAY, start

STEERED = ExperimentFile(
    Experiment(training=TrainingSettings(batch_size=16)),
    (Change(40, "training.learning_rate", 1.0), Change(90, "training.l2", 0.01)),
    150,
)


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
    assert "still in the folder" not in done.stderr


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


def test_its_session_goes_on_bit_by_bit(exported):
    _, folder = exported
    again = Trainer.resumed(saved_lab_of(load_session(folder / "run.landscape")).run)
    once = replay(STEERED, 150)
    for run in (again, once):
        run.advance(200)
    assert csv(again) == csv(once)


def test_pictures_have_the_formats_and_the_size_that_were_asked_for(tmp_path):
    out = tmp_path / "out"
    size = ["--size", "85x60mm", "--format", "pdf,svg,png"]
    assert main(["--headless", "--steps", "20", *size, "--export-dir", str(out)]) == 0
    names = {f"{name}.{kind}" for name in headless.PICTURES for kind in ("png", "svg", "pdf")}
    assert {path.name for path in out.iterdir()} == names | set(headless.TABLES)
    image, sheet = QImage(str(out / "surface.png")), QImage(str(out / "sheet.png"))
    assert (image.width(), image.height()) == (1004, 709)
    assert (sheet.width(), sheet.height()) == (2008, 1417), "each panel has the room of a picture"
    assert image.dotsPerMeterX() == 11811
    root = ElementTree.parse(out / "surface.svg").getroot()
    assert (root.get("width"), root.get("height")) == ("85mm", "60mm")
    assert (out / "surface.pdf").read_bytes().startswith(b"%PDF")
    written = saved_lab_of(load_session(out / "run.landscape")).run.state
    for name in ("loss.png", "boundary.svg"):
        carried = saved_run_of(read_carried_run((out / name).read_bytes()).run).state
        assert carried.step == 20
        assert carried.checkpoint.theta.tobytes() == written.checkpoint.theta.tobytes()


def test_its_sheet_shows_what_the_pictures_show_and_is_no_larger_than_they_are(exported):
    _, folder = exported
    image = QImage(str(folder / "sheet.png"))
    assert (image.width(), image.height()) == headless.PNG_PIXELS
    texts = "".join(ElementTree.parse(folder / "sheet.svg").getroot().itertext())
    for panel in ("(a) Loss around the weights.", "(b) Loss.", "(c) Data and decision boundary."):
        assert panel in texts


def test_the_numbers_of_its_surface_are_losses_of_the_run_on_a_plane(exported):
    _, folder = exported
    trainer = replay(STEERED, 150)
    with np.load(folder / "surface.npz", allow_pickle=False) as file:
        numbers = {name: file[name] for name in file.files}
    about = json.loads(str(numbers["about"]))
    assert (about["step"], about["plane"], about["problem"]) == (150, "path", None)
    assert ExperimentFile.from_json(json.dumps(about["experiment"])) == STEERED
    np.testing.assert_array_equal(numbers["parameters"], trainer.parameters)
    X, y, network = trainer.samples.X_train, trainer.samples.y_train, trainer.network
    for row, column in ((0, 0), (40, 97), (150, 3)):
        theta = numbers["origin"] + numbers["a"][column] * numbers["u"] + numbers["b"][row] * numbers["v"]
        loss = network.loss(theta, X, y)
        assert numbers["values"][row, column] == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize("name", ["surface.npz", "sheet.svg"])
def test_numbers_and_sheets_that_are_there_are_not_replaced_unasked(tmp_path, capsys, name):
    (tmp_path / name).write_bytes(b"old")
    assert main(["--headless", "--steps", "5", "--export-dir", str(tmp_path)]) == 2
    assert f"{tmp_path} holds {name}: choose another folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.slow
def test_the_history_of_a_long_run_is_that_of_the_window(qtbot, open_window, tmp_path, capsys):
    """Long enough that both have thinned it."""
    assert main(["--headless", "--steps", "5000", "--export-dir", str(tmp_path)]) == 0
    window = open_window()
    window.lab.set_speed(None)
    window.lab.run_exactly(5000)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 5000, timeout=60_000)
    window.exporter.save_history(tmp_path / "window.csv")
    here, there = ((tmp_path / name).read_bytes() for name in ("window.csv", "history.csv"))
    assert here == there
    assert [int(row.split(b",")[0]) for row in here.splitlines()[1:1002]] == list(range(1001))


def test_without_a_size_a_picture_is_laid_out_as_ever():
    assert USUAL.layout_width(13.0) == pytest.approx(800.0, abs=1e-9)
    assert headless.PNG_PIXELS == (1600, 1200)


def test_steps_and_learning_rate_of_the_command_line_win_and_files_are_replaced(tmp_path, capsys):
    (tmp_path / "loss.png").write_text("old")
    arguments = ["--headless", "--steps", "20", "--learning-rate", "1", "--export-dir", str(tmp_path)]
    assert main(arguments) == 2
    assert f"{tmp_path} holds loss.png: choose another folder, or add --overwrite." in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["loss.png"]
    assert (tmp_path / "loss.png").read_text() == "old"
    for other in ("sheet.pdf", "loss.pdf", "mine.pdf", "sheet.txt"):
        (tmp_path / other).write_text("old")
    assert main([*arguments, "--overwrite"]) == 0
    file = ExperimentFile.from_json((tmp_path / "experiment.json").read_text(encoding="utf-8"))
    assert file == ExperimentFile(Experiment(training=TrainingSettings(learning_rate=1.0)), (), 20)
    assert not QImage(str(tmp_path / "loss.png")).isNull()
    told = capsys.readouterr()
    assert "20 steps" in told.out
    assert told.err.endswith("\nNot of this run, and still in the folder: loss.pdf, sheet.pdf.\n")


def test_the_learning_rate_of_the_command_line_wins_over_one_that_was_set_before_the_first_step(tmp_path):
    source = tmp_path / "saved.json"
    changes = (Change(0, "training.learning_rate", 0.1), Change(6, "training.learning_rate", 0.2))
    source.write_text(ExperimentFile(Experiment(), changes, 10).to_json(), encoding="utf-8")
    assert main(["--headless", str(source), "--learning-rate", "0.7", "--export-dir", str(tmp_path)]) == 0
    rates = read_history(tmp_path / "history.csv")["learning_rate"]
    assert rates.values[[0, 5, 6]].tolist() == [0.7, 0.7, 0.2]


def test_a_run_with_thousands_of_changes_is_replayed(tmp_path, capsys):
    """A slider that was dragged for a minute: a change at every second step."""
    rates = (0.1 + 0.05 * np.sin(np.arange(1, 1301))).tolist()
    changes = tuple(Change(2 * n, "training.learning_rate", rate) for n, rate in enumerate(rates, start=1))
    file = ExperimentFile(Experiment(), changes, 2700)
    (tmp_path / "dragged.json").write_text(file.to_json(), encoding="utf-8")
    out = tmp_path / "out"
    assert main(["--headless", str(tmp_path / "dragged.json"), "--export-dir", str(out)]) == 0
    assert "2700 steps" in capsys.readouterr().out
    assert ExperimentFile.from_json((out / "experiment.json").read_text(encoding="utf-8")) == file


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


def test_weights_too_large_for_any_loss_are_told_without_a_promise(tmp_path):
    """A file may put θ anywhere: J is not finite before the first step, and α has no part in that."""
    theta = (1e308,) * Experiment().n_parameters
    file = ExperimentFile(Experiment(), (Change(0, "parameters", theta),), 5)
    (tmp_path / "huge.json").write_text(file.to_json())
    done = start(
        "--headless", tmp_path / "huge.json", "--export-dir", tmp_path / "out", environment=NO_DISPLAY
    )  # fmt: skip
    assert done.returncode == 0
    assert "J is not finite there, so the run cannot go on at any learning rate." in done.stdout
    assert "Warning" not in done.stderr


@pytest.mark.parametrize("initialization", ["xavier_normal", "zeros"])
def test_a_run_of_no_steps_at_all_is_exported(tmp_path, initialization):
    """Without a path there is no plane of the path; with all weights zero there is not even a direction."""
    experiment = Experiment(network=NetworkSettings(initialization=initialization))
    (tmp_path / "start.json").write_text(experiment.to_json())
    out = tmp_path / "out"
    arguments = ["--headless", str(tmp_path / "start.json"), "--steps", "0", "--export-dir", str(out)]
    assert main(arguments) == 0
    assert sorted(path.name for path in out.iterdir()) == sorted(headless.FILES)
    with np.load(out / "surface.npz", allow_pickle=False) as numbers:
        problem = json.loads(str(numbers["about"]))["problem"]
        assert ("values" in numbers.files) == (problem is None)


def test_the_surface_of_a_run_that_was_thrown_far_holds_its_ball(tmp_path):
    """Steps of 1 − 0.25·10 along y: after 12 of them the ball is 200 away from a window of ±3."""
    experiment = FORMULA_PRESETS["bowl"].experiment.with_value("training.learning_rate", 0.25)
    (tmp_path / "bowl.json").write_text(experiment.to_json(), encoding="utf-8")
    out = tmp_path / "out"
    assert main(["--headless", str(tmp_path / "bowl.json"), "--steps", "12", "--export-dir", str(out)]) == 0
    with np.load(out / "surface.npz", allow_pickle=False) as numbers:
        x, y = numbers["parameters"]
        assert abs(y) > 200.0
        assert numbers["a"][0] <= x <= numbers["a"][-1]
        assert numbers["b"][0] <= y <= numbers["b"][-1]


def test_the_exported_experiment_is_plain_json_with_every_field(exported):
    _, folder = exported
    content = json.loads((folder / "experiment.json").read_text(encoding="utf-8"))
    assert content["steps"] == 150
    assert [change["field"] for change in content["changes"]] == ["training.learning_rate", "training.l2"]


@pytest.mark.parametrize("largest", [1e308, 1e200])
def test_weights_of_the_largest_numbers_are_drawn_in_silence(tmp_path, largest):
    experiment = Experiment(DataSettings("noisy_line"), NetworkSettings(()))
    file = ExperimentFile(experiment, (Change(5, "parameters", (largest, largest)),), 10)
    (tmp_path / "mine.json").write_text(file.to_json(), encoding="utf-8")
    done = start(
        "--headless", tmp_path / "mine.json", "--export-dir", tmp_path / "out", environment=NO_DISPLAY
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(headless.FILES)


def test_the_map_of_momenta_is_written_where_it_is_asked_for(tmp_path, capsys):
    source = tmp_path / "bowl.json"
    bowl = Experiment(formula=FORMULA_PRESETS["bowl"].formula, training=TrainingSettings(learning_rate=0.15))
    source.write_text(bowl.to_json(), encoding="utf-8")
    out = tmp_path / "out"
    trained = Trainer(bowl)
    trained.advance(5)
    arguments = ["--headless", str(source), "--steps", "5", "--format", "png", "--momentum-map"]
    assert main([*arguments, "--export-dir", str(out)]) == 0
    # A formula has no training points.
    lines = capsys.readouterr().out.splitlines()
    assert f"J {trained.train_loss():.6g}" in lines
    assert not any("training" in line for line in lines)
    assert not QImage(str(out / "momentum-map.png")).isNull()
    assert json.loads((out / "momentum-map.notes.json").read_text(encoding="utf-8"))["steps"] == 100
    rows = read_csv.DictReader((out / "momentum-map.csv").read_text(encoding="utf-8").splitlines())
    some = list(rows)[7 * 48 + 20]
    rate, momentum = float(some["learning rate α"]), float(some["momentum β"])
    assert float(some["limit of α"]) == pytest.approx(2.0 * (1.0 + momentum) / 10.0)
    alone = Trainer(replace(bowl, training=TrainingSettings("momentum", rate, momentum)))
    alone.advance(100)
    assert float(some["training loss J reached"]) == alone.train_loss()

    source.write_text(bowl.with_value("training.optimizer", "adam").to_json(), encoding="utf-8")
    other = tmp_path / "other"
    assert main([*arguments, "--export-dir", str(other)]) == 2
    assert "Adam has no momentum β" in capsys.readouterr().err
    assert not other.exists()


def test_the_pictures_of_a_saddle_have_a_linear_scale(tmp_path):
    saddle = ExperimentFile(FORMULA_PRESETS["saddle"].experiment)
    path = tmp_path / "saddle.json"
    path.write_text(saddle.to_json(), encoding="utf-8")
    out = tmp_path / "out"
    export = ["--export-dir", str(out), "--format", "svg"]
    assert main(["--headless", str(path), "--steps", "60", *export]) == 0
    for name in ("surface", "loss"):
        labels = [text.strip() for text in ElementTree.parse(out / f"{name}.svg").getroot().itertext()]
        # On a logarithmic scale no label of J is below 0; these are beyond all labels of x and y.
        assert any(label[:1] == "−" and len(label) > 3 and label[1:].isdigit() for label in labels), labels
