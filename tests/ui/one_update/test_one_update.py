"""The page of one update: its words, its parameter, its arrows on the curve, and what ends it."""

from __future__ import annotations

import numpy as np
import pytest

from playground.drawing.kit.theme import LIGHT
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.stepping.preview import next_step
from playground.engine.trainer import Trainer
from playground.engine.update_parts import GRADIENT, STEP
from playground.experiment import Experiment, ExperimentFile, TrainingSettings
from playground.export.page import Page
from playground.ui.curve.feature import CurveFeature
from playground.ui.one_update.feature import OneUpdateFeature
from playground.ui.one_update.view import OneUpdateView
from playground.ui.one_update.words import MEANINGS, gradient_of, part_words, symbol_of
from tests.support.features import feature_of


def opened(qtbot, window, step: int = 0) -> OneUpdateView:
    """The page on the screen, with the update after this step."""
    window.actions_by_name["one_update"].trigger()
    view = feature_of(window, OneUpdateFeature).view
    qtbot.waitUntil(lambda: view.shown is not None and view.answer.step == step)
    return view


def on(preset: str, optimizer: str = "adam", rate: float = 0.1) -> ExperimentFile:
    training = TrainingSettings(optimizer=optimizer, learning_rate=rate)
    return ExperimentFile(Experiment(formula=FORMULA_PRESETS[preset].formula, training=training))


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_every_part_of_every_optimiser_has_words_and_true_numbers(name: str) -> None:
    trainer = Trainer(Experiment().with_value("training.optimizer", name))
    trainer.advance(2)
    view = trainer.view()
    update = next_step(trainer.problem, view.checkpoint, view.settings)
    parts = OPTIMIZERS[name].parts(update)
    for at, part in enumerate(parts, start=1):
        words = part_words(update, at, 4, "W[1]₂₁")
        assert words.title == f"{at} of {len(parts)}: {part.name}"
        assert words.meaning == MEANINGS[part.name]
        assert words.rule == part.rule
        assert "length" in words.arrow
        if part.name == GRADIENT:
            shown = float(words.numbers.rpartition(" = ")[2].replace("−", "-"))
            assert shown == pytest.approx(update.gradient[4], rel=5e-3)
        if part.name == STEP:
            shown = float(words.numbers.rpartition(" = ")[2].replace("−", "-"))
            assert shown == pytest.approx(update.after[4], abs=1e-3)


def test_a_short_name_stands_in_its_formulas() -> None:
    assert [symbol_of(name) for name in ("w", "x1", "W[1]₂₁", "b[2]₁")] == ["w", "x1", "w", "b"]


def test_on_a_curve_the_parts_are_lines_and_the_landing_comes_last(qtbot, open_window) -> None:
    window = open_window(on("parabola", "momentum"))
    window.lab.run_exactly(2)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 2)
    view = opened(qtbot, window, 2)
    curve = feature_of(window, CurveFeature).view
    qtbot.waitUntil(lambda: curve.drawing.picture.update is view.shown)
    assert not view.parameter_box.isVisible()
    assert not view.name_box.isVisible()
    assert not view.shown.whole
    for _ in range(2):
        window.actions_by_name["update_forward"].trigger()
    assert view.shown.whole
    qtbot.waitUntil(lambda: curve.drawing.picture.update is view.shown)
    assert view.shown.parts[-1].made["θ"][0] == curve.drawing.picture.step.landing
    # Without the page the picture is as before.
    window.arrangement.hide_page("one_update")
    qtbot.waitUntil(lambda: curve.drawing.picture.update is None)
    assert not window.actions_by_name["update_forward"].isEnabled()


def test_alpha_dragged_keeps_the_place_and_the_numbers_follow(qtbot, open_window) -> None:
    window = open_window(on("rosenbrock"))
    view = opened(qtbot, window)
    view.step(2)
    before = view.shown.parts[2].move
    window.lab.set_learning_rate(0.2)
    qtbot.waitUntil(lambda: view.answer.settings.learning_rate == 0.2)
    assert view.at == 3
    np.testing.assert_allclose(view.shown.parts[2].move, 2 * before)
    # Another optimiser has other parts.
    window.lab.change("training.optimizer", "gradient_descent")
    qtbot.waitUntil(lambda: view.answer.settings.optimizer == "gradient_descent")
    assert view.words.title == "2 of 2: step"


def test_a_variable_of_a_formula_is_chosen_by_its_name(qtbot, open_window) -> None:
    window = open_window(on("rosenbrock"))
    view = opened(qtbot, window)
    assert view.name_box.isVisible()
    assert not view.parameter_box.isVisible()
    assert [view.name_box.itemText(index) for index in range(view.name_box.count())] == ["x", "y"]
    assert view.parameter_label.text() == "in"
    assert view.numbers.text().startswith("g = ")
    view.name_box.setCurrentIndex(1)
    view.step(4)
    assert view.numbers.text().startswith("y := y − α·m′/(√v′ + ε) = 1.0000 − 0.1·(−88.0)/88.0 = 1.1000")


def test_a_parameter_of_many_is_chosen_by_its_number_and_named(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(Experiment()))
    view = opened(qtbot, window)
    assert view.parameter_box.isVisible()
    assert not view.name_box.isVisible()
    assert view.parameter_box.maximum() == window.snapshot.view.parameters.size
    view.parameter_box.setValue(2)
    assert view.parameter_label.text() == f"in {window.snapshot.problem.parameter_name(1)}"


def test_a_step_that_leaves_the_numbers_is_not_taken_apart(qtbot, open_window) -> None:
    window = open_window(on("rosenbrock", "gradient_descent", 100.0))
    window.actions_by_name["one_update"].trigger()
    view = feature_of(window, OneUpdateFeature).view
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.diverged)
    qtbot.waitUntil(lambda: "not finite" in view.message.text())
    assert view.shown is None
    assert not view.transport.play_button.isEnabled()


def test_opened_after_a_run_has_left_the_numbers_it_says_so(qtbot, open_window) -> None:
    window = open_window(on("rosenbrock", "gradient_descent", 100.0))
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.diverged)
    window.actions_by_name["one_update"].trigger()
    qtbot.waitUntil(lambda: "not finite" in feature_of(window, OneUpdateFeature).view.message.text())


def test_its_picture_is_exported_with_the_run(qtbot, open_window, tmp_path) -> None:
    window = open_window(on("parabola"))
    view = opened(qtbot, window)
    view.step(4)
    assert ("one_update", "One update, with its parts") in window.exporter.choices
    path = tmp_path / "update.svg"
    window.exporter.save("one_update", path, Page(120.0, 90.0, format="svg"))
    assert "<session" in path.read_text(encoding="utf-8")
    figure = window.exporter.figure("one_update")(LIGHT)
    assert figure.owner.picture.update is view.shown


def test_a_presented_surface_keeps_the_arrows_and_the_keys(qtbot, open_window) -> None:
    window = open_window(on("rosenbrock"))
    view = opened(qtbot, window)
    qtbot.waitUntil(lambda: window.surface_view.plane is not None)
    window.present("surface")
    qtbot.waitUntil(lambda: not view.isVisible())
    window.actions_by_name["update_forward"].trigger()
    assert view.at == 2
    kinds = [arrow.kind for arrow in window.surface_view.picture().arrows]
    assert kinds == ["earlier", "part"]
    window.present("loss")
    qtbot.waitUntil(lambda: not window.actions_by_name["update_forward"].isEnabled())
    assert "part" not in [arrow.kind for arrow in window.surface_view.picture().arrows]


def test_what_the_gradient_holds_is_said() -> None:
    assert gradient_of(None, False) == ""
    assert gradient_of(16, True).endswith("16 points of the batch that is due. The penalty is part of J.")
    assert gradient_of(None, False, True) == " The noise of this step is in it."


def test_a_noisy_bowl_lands_where_its_last_part_does(qtbot, open_window) -> None:
    window = open_window(on("noisy_bowl", "momentum", 0.05))
    view = opened(qtbot, window)
    assert "The noise of this step is in it." in view.meaning.text()
    landing = view.shown.parts[-1].made["θ"]
    window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
    np.testing.assert_array_equal(window.snapshot.view.parameters, landing)


def test_a_glance_at_another_step_brings_the_update_back(qtbot, open_window) -> None:
    window = open_window(on("rosenbrock"))
    window.lab.run_exactly(1)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
    earlier = window.snapshot
    window.lab.run_exactly(1)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 2)
    view, feature = opened(qtbot, window, 2), feature_of(window, OneUpdateFeature)
    feature.show_snapshot(earlier)
    assert view.shown is None
    feature.show_snapshot(window.snapshot)
    qtbot.waitUntil(lambda: view.shown is not None)
    assert view.answer.step == 2
