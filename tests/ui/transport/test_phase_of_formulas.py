"""The phase in the window, and the ways back, for a formula whose J may be negative or huge."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import Experiment, ExperimentFile, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.ui.runs.fork_feature import ForkFeature
from playground.ui.transport.phase_feature import PhaseFeature
from tests.support.features import feature_of

CUBE = FormulaSettings("w^3", ("w",), (-0.5,), ((-2.0, 2.0),))
BELOW = FormulaSettings("w^2 - 10", ("w",), (0.1,), ((-3.0, 3.0),))
VALLEY = FormulaSettings("log(1 + w^2) + 0.01", ("w",), (0.5,), ((-3.0, 3.0),))


def file_of(formula: FormulaSettings, rate: float) -> ExperimentFile:
    return ExperimentFile(Experiment(formula=formula, training=TrainingSettings(learning_rate=rate)))


def run_until_it_stops(window, qtbot) -> None:
    window.lab.set_speed(None)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.diverged and window.snapshot.state != "running")


@pytest.mark.parametrize(
    ("formula", "rate", "offer"),
    [
        (BELOW, 1.5, "Back to step 3 with α = 0.75"),
    ],
)
def test_a_run_that_leaves_the_finite_numbers_with_a_negative_j_behind_it_offers_ways_on(
    qtbot, open_window, formula: FormulaSettings, rate: float, offer: str
) -> None:
    window = open_window(file_of(formula, rate))
    run_until_it_stops(window, qtbot)
    phase = feature_of(window, PhaseFeature)
    qtbot.waitUntil(lambda: phase.phase == "diverged")
    qtbot.waitUntil(lambda: "Back to the start" in window.notices.offers)
    chosen = next(text for text in window.notices.offers if text.startswith(offer))
    qtbot.mouseClick(window.notices.offers[chosen], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.view.settings.learning_rate < rate)


@pytest.mark.parametrize(("formula", "rate"), [(FORMULA_PRESETS["saddle"].formula, 1.2), (CUBE, 0.3)])
def test_after_a_fall_without_bound_no_alpha_is_offered(
    qtbot, open_window, formula: FormulaSettings, rate: float
) -> None:
    window = open_window(file_of(formula, 0.1))
    window.lab.run_exactly(3)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 3)
    window.lab.set_learning_rate(rate)
    run_until_it_stops(window, qtbot)
    qtbot.waitUntil(lambda: "no α ends the fall" in window.notices.text)
    qtbot.waitUntil(lambda: feature_of(window, PhaseFeature).phase == "diverged")
    assert not any("α" in text for text in window.notices.offers)
    back = next(text for text in window.notices.offers if text.startswith("Back to step"))
    assert any("start" in text.lower() for text in window.notices.offers)
    qtbot.mouseClick(window.notices.offers[back], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.view.step == int(back.split()[-1]))
    assert window.snapshot.state != "running"


def test_a_j_too_steep_for_any_alpha_offers_another_start_not_the_same(qtbot, open_window) -> None:
    steep = FormulaSettings("1e300*w^2", ("w",), (1.0,), ((-3.0, 3.0),))
    window = open_window(file_of(steep, 0.1))
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: "too steep here for any α" in window.notices.text)
    assert "choose another start or another formula" in window.notices.text
    assert not any("ame start" in text for text in window.notices.offers)
    assert "New start" in window.notices.offers


def test_the_phase_of_a_run_that_undo_brings_back_is_not_of_its_last_steps_alone(qtbot, open_window) -> None:
    window = open_window(file_of(VALLEY, 0.2))
    phase = feature_of(window, PhaseFeature)
    window.lab.set_speed(None)
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 30)
    window.lab.set_learning_rate(1.9)
    window.lab.run_exactly(600)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 630)
    qtbot.waitUntil(lambda: phase.phase == "thrown out" and len(window.notices.offers) > 2)
    back = next(text for text in window.notices.offers if text.startswith("Back to step"))
    qtbot.mouseClick(window.notices.offers[back], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.run == 2 and window.snapshot.view.step > 60)
    window.lab.pause()
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 630)
    qtbot.waitUntil(lambda: window.transport.readouts["phase"].value == "thrown out")
    assert "counts as back" in window.transport.readouts["phase"].toolTip()


def test_a_run_that_waits_for_its_race_does_not_fall(qtbot, open_window) -> None:
    window = open_window(file_of(FORMULA_PRESETS["saddle"].formula, 0.1))
    phase = feature_of(window, PhaseFeature)
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 20 and phase.phase == "falling")
    qtbot.mouseClick(feature_of(window, ForkFeature).page_view.race_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.fork is not None and window.snapshot.fork.step > 30)
    qtbot.waitUntil(lambda: phase.phase == "")
    assert window.transport.readouts["phase"].value == "–"
    assert "waits at step 20" in window.transport.readouts["phase"].toolTip()
    window.lab.pause()
    qtbot.mouseClick(feature_of(window, ForkFeature).page_view.drop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: phase.phase == "falling")
