"""A window on a formula: how one is begun, and that no word on the screen is of networks and data."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QLabel

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import Experiment, ExperimentFile, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.ui.experiment.formula_chooser import picture_of
from playground.ui.features import FEATURES
from playground.ui.lessons.cards import LessonCard
from playground.ui.main_window import MainWindow
from tests.support.visible_texts import shown_texts

OF_NETWORKS = re.compile(
    r"\b(network|weights?\b|neuron|training (point|loss|J)|test (loss|point|J)|epoch|bias|boundary)",
    re.IGNORECASE,
)
ELSEWHERE = {"new", "two_numbers", "lessons", "LessonText", "LessonCard"}
"""Commands that lead to a network, and the contents of the course, which names what it teaches."""
NAMES = ("Training Recurrent Networks", "One neuron", "A sigmoid neuron")
"""In the title of a source, and of an example of the chain-rule lab."""
THREE = ExperimentFile(
    Experiment(
        formula=FormulaSettings("x^2 + 3*y^2 + z^4", start=(1.0, 1.0, 1.0)),
        training=TrainingSettings(learning_rate=0.1),
    )
)


def without_names(text: str) -> str:
    for name in NAMES:
        text = text.replace(name, "")
    return text


def of_networks(window: MainWindow) -> set[tuple[str, str]]:
    """What is on the screen and speaks of a network."""
    on_cards = {
        label.text() for card in window.findChildren(LessonCard) for label in card.findChildren(QLabel)
    }
    return {
        (bearer, text)
        for bearer, text in shown_texts(window)
        if bearer not in ELSEWHERE and text not in on_cards and OF_NETWORKS.search(without_names(text))
    }


@pytest.mark.parametrize("name", ["parabola", "rosenbrock", "three variables"])
def test_no_word_is_of_networks(open_window, qtbot, name: str) -> None:
    file = THREE if name == "three variables" else ExperimentFile(FORMULA_PRESETS[name].experiment)
    window = open_window(file)
    found = of_networks(window)
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 20)
    qtbot.waitUntil(lambda: "20 steps" in window.loss_view.canvas.accessibleDescription())
    if window.surface_view.isVisible():
        qtbot.waitUntil(lambda: "J " in window.surface_view.caption.text())
    found |= of_networks(window)
    window.set_full(True)
    found |= of_networks(window)
    for kind in FEATURES:
        page = kind.page
        if page is not None and window.actions_by_name[page.command_name].isEnabled():
            window.actions_by_name[page.command_name].trigger()
            qtbot.waitUntil(lambda page=page: window.arrangement.page_is_open(page.name))
            found |= of_networks(window)
    for again in ("same_weights", "new_weights"):
        run = window.lab.run_number
        window.actions_by_name[again].trigger()
        qtbot.waitUntil(lambda run=run: window.lab.run_number > run)
        found |= of_networks(window)
    assert found == set()


def test_the_numbers_of_a_network_come_back_with_it(open_window, qtbot) -> None:
    window = open_window(ExperimentFile(FORMULA_PRESETS["rosenbrock"].experiment))
    bar = window.transport
    qtbot.waitUntil(lambda: bar.readouts["train_loss"].name == "J")
    assert not bar.readouts["test_loss"].isVisible()
    assert window.surface_view.title_label.text() == "The whole landscape"
    assert bar.same_button.text() == "Same start again"
    window.actions_by_name["new"].trigger()
    qtbot.waitUntil(lambda: bar.readouts["train_loss"].name == "training loss J")
    assert bar.readouts["test_loss"].isVisible()
    assert window.surface_view.title_label.text() == "Loss around the weights"
    assert bar.same_button.text() == "Same weights"
    assert bar.same_button.accessibleName() == "Same weights again"


def test_a_formula_is_begun_from_the_menu_and_undo_brings_the_network_back(open_window, qtbot) -> None:
    window = open_window()
    window.lab.run_exactly(7)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 7)
    before = window.snapshot.view.parameters
    window.actions_by_name["new_formula"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is not None)
    assert window.lab.experiment == FORMULA_PRESETS["parabola"].experiment
    assert window.panel.formula.chooser.buttons["parabola"].isChecked()
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is None)
    assert window.snapshot.view.step == 7
    assert (window.snapshot.view.parameters == before).all()
    assert window.panel.diagram.isVisible()


def test_undo_after_every_tile_brings_the_network_run_back(open_window, qtbot) -> None:
    window = open_window()
    window.lab.run_exactly(7)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 7)
    window.actions_by_name["new_formula"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is not None)
    for name, button in window.panel.formula.chooser.buttons.items():
        run = window.lab.run_number
        button.click()
        qtbot.waitUntil(lambda run=run: window.lab.run_number > run)
        assert window.lab.experiment.formula == FORMULA_PRESETS[name].formula
    said, offers = window.notices.text, [*window.notices.offers]
    for _ in range(len(FORMULA_PRESETS) + 1):
        if window.lab.can_undo:
            run = window.lab.run_number
            window.actions_by_name["undo"].trigger()
            qtbot.waitUntil(lambda run=run: window.lab.run_number > run)
    assert window.lab.experiment.formula is None
    qtbot.waitUntil(lambda: window.snapshot.view.step == 7)
    assert said == "Started with Bowl with noise. Undo brings the old run back."
    assert "Undo" in offers


def test_a_start_with_a_network_draws_no_tile_of_a_formula(open_window, qtbot) -> None:
    picture_of.cache_clear()
    window = open_window()
    assert all(not button.icon().isNull() for button in window.panel.datasets.buttons.values())
    assert picture_of.cache_info().misses == 0
    buttons = window.panel.formula.chooser.buttons.values()
    assert all(button.icon().isNull() for button in buttons)
    window.actions_by_name["new_formula"].trigger()
    qtbot.waitUntil(lambda: window.panel.formula.chooser.isVisible())
    assert all(not button.icon().isNull() for button in buttons)
    assert picture_of.cache_info().misses == len(FORMULA_PRESETS)


def test_new_formula_pressed_again_is_one_entry_of_undo(open_window, qtbot) -> None:
    window = open_window()
    for _ in range(3):
        run = window.lab.run_number
        window.actions_by_name["new_formula"].trigger()
        qtbot.waitUntil(lambda run=run: window.lab.run_number > run)
    undo = window.actions_by_name["undo"]
    assert undo.text() == "&Undo another experiment"
    undo.trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is None)
    qtbot.waitUntil(lambda: not undo.isEnabled())
