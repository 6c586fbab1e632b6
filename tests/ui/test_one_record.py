"""One record is enough: a new activation, optimiser, data set, plane, page or command is in the window."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu

from playground import experiment_settings as ground
from playground.engine import optimizers
from playground.engine.activations import ACTIVATIONS, Activation
from playground.engine.datasets import DATASET_INFO
from playground.engine.update_parts import plain_parts
from playground.experiment import DatasetKind
from playground.export.history_csv import history_text
from playground.landscape.directions import PLANE_KINDS, PlaneChoice, PlaneKind
from playground.landscape.plane import Plane
from playground.landscape.questions import surface as surface_question
from playground.ui import features
from playground.ui.frame import actions
from playground.ui.frame.actions import Command
from playground.ui.frame.feature import Feature, Page
from playground.ui.main_window import MainWindow
from playground.ui.rate.update_rules import UPDATE_RULES


def rows_of(window: MainWindow) -> list[dict[str, str]]:
    """The history of the run as its CSV has it."""
    view = window.snapshot.view
    text = history_text(view.history, view.experiment.training)
    return list(csv.DictReader(io.StringIO(text)))


def trained(window: MainWindow, qtbot: Any, steps: int) -> None:
    window.lab.run_exactly(steps)
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.view.step == steps)


def choose(qtbot: Any, box: Any, value: str) -> None:
    """Choose an entry as a user does: by its title, with the keys."""
    box.setFocus()
    index = box.findData(value)
    assert index >= 0, "the menu has it"
    for _ in range(box.count()):
        if box.currentIndex() != index:
            qtbot.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < index else Qt.Key.Key_Up)
    assert box.currentIndex() == index


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions()]


def _arctan_in_place(z: np.ndarray) -> None:
    np.arctan(z, out=z)


ARCTAN = Activation(
    name="arctan",
    title="Arctan",
    symbol="arctan",
    formula="━ arctan(z)   ╍ arctan' = 1 / (1 + z²)",
    value=np.arctan,
    first=lambda z, a: 1.0 / (1.0 + z * z),
    second=lambda z, a: -2.0 * z / (1.0 + z * z) ** 2,
    in_place=_arctan_in_place,
    write=np.arctan,
    write_slopes=lambda a, slopes: np.square(np.cos(a), out=slopes),
    bounds=(-1.6, 1.6),
)


def test_a_new_activation_is_in_the_menu_trains_and_is_drawn(qtbot, open_window, monkeypatch) -> None:
    monkeypatch.setattr(ground, "ACTIVATIONS", (*ground.ACTIVATIONS, "arctan"))
    monkeypatch.setitem(ACTIVATIONS, "arctan", ARCTAN)
    window = open_window()
    choose(qtbot, window.panel.choosers["network.activation"], "arctan")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.network.activation == "arctan")
    trained(window, qtbot, 50)
    assert "activation Arctan" in window.notices.text
    window.notices.clear()
    assert "2-4-1 Arctan network" in window.notices.text
    losses = [float(row["training loss J"]) for row in rows_of(window)]
    assert losses[-1] < losses[0]
    qtbot.waitUntil(lambda: window.surface_view.answer is not None)
    window.actions_by_name["activations"].trigger()
    (explorer,) = [f for f in window.features if f.page is not None and f.page.name == "activations"]
    assert explorer.view.formula.text() == ARCTAN.formula


class SignDescent(optimizers.Optimizer):
    """θ := θ − α·sign(g)."""

    name = "sign_descent"

    def step(self, theta: np.ndarray, gradient: np.ndarray, learning_rate: float | np.ndarray) -> None:
        theta -= learning_rate * np.sign(gradient)
        self._steps += 1


def test_a_new_optimiser_is_in_the_menu_and_tells_its_last_step(qtbot, open_window, monkeypatch) -> None:
    info = optimizers.OptimizerInfo(
        kind=SignDescent, title="Sign descent", parts=plain_parts, no_limit="It has no limit."
    )
    monkeypatch.setattr(ground, "OPTIMIZERS", (*ground.OPTIMIZERS, "sign_descent"))
    monkeypatch.setitem(optimizers.OPTIMIZERS, "sign_descent", info)
    monkeypatch.setitem(UPDATE_RULES, "sign_descent", UPDATE_RULES["gradient_descent"])
    window = open_window()
    window.set_full(True)
    choose(qtbot, window.panel.choosers["training.optimizer"], "sign_descent")
    qtbot.waitUntil(lambda: window.snapshot.view.settings.optimizer == "sign_descent")
    window.lab.set_learning_rate(0.01)
    start = window.snapshot.view.parameters
    trained(window, qtbot, 1)
    moved = np.abs(window.snapshot.view.parameters - start)
    np.testing.assert_allclose(moved[moved > 0], 0.01)
    assert len(rows_of(window)) == 2
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 31)
    qtbot.waitUntil(lambda: "step 31 of Sign descent" in window.strip.numbers.text)


def test_a_new_data_set_is_a_tile_and_can_be_trained_on(qtbot, open_window, monkeypatch) -> None:
    stripes = replace(
        DATASET_INFO["xor"],
        title="Stripes",
        of_classes=lambda rng, n, label: np.c_[rng.uniform(-1, 1, n), rng.uniform(0, 1, n) - label],
        straight=True,
    )
    monkeypatch.setattr(ground, "DATASETS", {**ground.DATASETS, "stripes": DatasetKind(2, True)})
    monkeypatch.setitem(DATASET_INFO, "stripes", stripes)
    window = open_window()
    tile = window.panel.datasets.buttons["stripes"]
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "stripes")
    assert window.panel.dataset_title.text() == "Stripes"
    trained(window, qtbot, 50)
    losses = [float(row["training loss J"]) for row in rows_of(window)]
    assert losses[-1] < losses[0]


def test_a_new_kind_of_plane_is_in_the_bar_and_is_drawn(qtbot, open_window, monkeypatch) -> None:
    def lay(question: Any, context: Any, problem: Any) -> Any:
        yield from ()
        axes = np.eye(question.parameters.size)
        plane = Plane(question.parameters, axes[-1], axes[-2])
        return PlaneChoice(
            "last_two", plane, "The last two.", "last", "last but one", reach=1.0
        ), question.path

    monkeypatch.setitem(
        PLANE_KINDS, "last_two", PlaneKind(title="the last two", tip="The last two parameters")
    )
    monkeypatch.setitem(surface_question.LAID, "last_two", lay)
    window = open_window()
    bar = window.surface_view.bar
    choose(qtbot, bar.kind_box, "last_two")
    view = window.surface_view
    qtbot.waitUntil(lambda: view.answer is not None and view.answer.choice.kind == "last_two")
    qtbot.waitUntil(lambda: view.answer.surface is not None and view.answer.surface.complete)
    qtbot.waitUntil(lambda: "The last two" in view.subtitle_label.text() + bar.sentence.text())


class NotesFeature(Feature):
    """A page with a line of text."""

    page = Page(
        name="notes",
        title="Notes",
        place="right",
        command=Command("No&tes", "Ctrl+Alt+N", "Open the notes"),
    )

    def __init__(self, window: Any):
        super().__init__(window)
        self.add_page(QLabel("Nothing yet.")).triggered.connect(lambda _=False: self.show_page())


def test_a_new_page_is_in_the_menu_opens_and_can_be_named_by_a_lesson(
    qtbot, open_window, monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr(features, "FEATURES", (*features.FEATURES, NotesFeature))
    window = open_window()
    assert "No&tes" in texts(window.menu("learn"))
    window.actions_by_name["notes"].trigger()
    assert window.arrangement.page_on_screen("notes")
    step = '[[step]]\ntitle = "One"\ntext = "?"\nview = { page = "notes" }\n'
    (tmp_path / "mine.toml").write_text(f'title = "Mine"\n{step}', encoding="utf-8")
    (lessons,) = [f for f in window.features if f.page is not None and f.page.name == "lessons"]
    lessons.load(tmp_path)
    assert [lesson.title for lesson in lessons.lessons] == ["Mine"]


def test_a_new_command_is_in_its_menu_and_has_its_key(qtbot, open_window, monkeypatch) -> None:
    command = Command("&Wave", "Ctrl+Alt+W", "Wave", menu="view")
    monkeypatch.setitem(actions.COMMANDS, "wave", command)
    window = open_window()
    assert "&Wave" in texts(window.menu("view"))
    waved: list[bool] = []
    window.actions_by_name["wave"].triggered.connect(lambda _=False: waved.append(True))
    window.activateWindow()
    qtbot.keyClick(
        window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )
    assert len(waved) == 1


def test_a_name_without_a_record_is_told_at_import() -> None:
    code = "from playground import experiment_settings; experiment_settings.ACTIVATIONS += ('arctan',)\n"
    code += "import playground.engine.network"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "AssertionError: each activation of an experiment has a record here" in done.stderr
