"""The update rule with its numbers: on the screen at each size, in both layouts, on data and on formulas."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetricsF

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import Experiment, ExperimentFile, NetworkSettings
from playground.known_tables import data_at_hand
from playground.ui.rate.limit_feature import LimitFeature
from playground.ui.rate.update_numbers import one_line
from tests.support.features import feature_of
from tests.support.widget_stage import snapshot_of

NUMBERS = re.compile(r"(?:∂J/∂\w+|:) ?= (\S+) − (\S+) · \(?([^)\s]+)\)? = (\S+)$")


def numbers_of(line: str) -> list[float]:
    """Return before, α, gradient and after of a line of gradient descent."""
    found = NUMBERS.search(line)
    assert found is not None, line
    return [float(text.replace("−", "-")) for text in found.groups()]


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1000, 620)])
def test_the_update_is_on_the_screen_with_its_numbers(
    open_window: Any, qtbot: Any, size: tuple[int, int]
) -> None:
    window = open_window()
    window.resize(*size)
    strip = window.strip
    line = strip.update_line
    for formula in (None, next(iter(FORMULA_PRESETS.values()))):
        if formula is not None:
            window.lab.set_experiment(formula.experiment)
            qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is not None)
        first = window.snapshot.view.step
        window.lab.run_exactly(3)
        qtbot.waitUntil(lambda first=first: window.snapshot.view.step == first + 3)
        for full in (False, True):
            window.set_full(full)
            qtbot.waitUntil(lambda: line.isVisible() != strip.numbers.isVisible())
            if not line.isVisible():
                continue
            view = window.snapshot.view
            update = view.last_update
            # Until its numbers are there, the rule stands alone.
            qtbot.waitUntil(lambda: NUMBERS.search(line.text) is not None)
            before, rate, gradient, after = numbers_of(line.text)
            assert after == pytest.approx(view.parameters[line.index], abs=1e-3)
            assert before == pytest.approx(update.before[line.index], abs=1e-3)
            assert rate == view.settings.learning_rate
            assert gradient == pytest.approx(update.gradient[line.index], rel=6e-3)
            assert QFontMetricsF(line.fonts["text"]).horizontalAdvance(line.text) <= line.width() * 1.02
            assert strip.rect().contains(line.geometry())
            assert not line.geometry().intersects(strip.field.geometry())


def test_the_update_of_digits_is_not_that_of_a_corner_that_is_white_in_all_of_them(
    open_window: Any, qtbot: Any
) -> None:
    window = open_window(ExperimentFile(Experiment(data_at_hand("digits"), NetworkSettings((4,)))))
    strip = window.strip
    line, numbers = strip.update_line, strip.numbers
    window.lab.run_exactly(1)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
    update = window.snapshot.view.last_update
    assert update.gradient[0] == 0
    first = next(index for index, slope in enumerate(update.gradient) if slope)
    qtbot.waitUntil(lambda: line.index == numbers.index == first)
    qtbot.waitUntil(lambda: numbers_of(line.text)[2] != 0)
    window.lab.run_exactly(5)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 6)
    assert line.index == first
    # One that the user chose is shown, whether it moves or not.
    window.panel.diagram.parameter_chosen.emit(0)
    qtbot.waitUntil(lambda: line.index == 0 and numbers_of(line.text)[2] == 0)


def test_the_update_stands_beside_the_track_or_beside_the_title(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    strip = window.strip
    for width, beside in ((1280, False), (1900, True), (1366, False)):
        window.resize(width, 768)
        qtbot.waitUntil(lambda beside=beside: strip.numbers.isVisible() == beside)
        assert strip.update_line.isVisible() != beside


@pytest.mark.parametrize("size", [(1280, 720), pytest.param((1366, 768), marks=pytest.mark.slow)])
def test_the_sentence_of_the_limit_is_whole_beside_the_update(
    open_window: Any, qtbot: Any, size: tuple[int, int]
) -> None:
    window = open_window()
    window.resize(*size)
    window.actions_by_name["full"].trigger()
    strip = window.strip
    label = strip.subtitle_label
    for field, value, said in (
        ("optimizer", "adam", "while the valley keeps this shape and the preconditioner stays frozen"),
        ("batch_size", 10, "No limit is told for mini-batches"),
    ):
        run = window.lab.run_number
        window.lab.set_experiment(Experiment().with_value(f"training.{field}", value))
        qtbot.waitUntil(lambda run=run: window.snapshot.run > run)
        window.actions_by_name["step"].trigger()
        qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
        qtbot.waitUntil(lambda said=said: said in label.text())
        # The room of both follows with the next pass of the layout.
        qtbot.waitUntil(lambda: label.shown_text in (label.text(), *label.shorter))
        assert "…" not in label.shown_text
        assert strip.update_line.isVisible()
        assert " := " in strip.update_line.text


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "name", ["gradient_descent", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw"]
)
def test_each_rule_has_one_line_that_ends_at_the_parameter(name: str) -> None:
    snapshot = snapshot_of(Experiment().with_value("training.optimizer", name), 5)
    lines = one_line(snapshot.view, snapshot.problem, 12)
    texts = ["".join(piece.text for piece in line) for line in lines]
    assert len(texts[0]) > len(texts[1]) > len(texts[2])
    assert texts[0].startswith("w = W[2]₁₁:  w := ")
    assert all("W[2]₁₁" in text for text in texts), "each form says which parameter it is"
    for text in texts:
        end = float(text.rsplit(" = ")[-1].replace("−", "-"))
        assert end == pytest.approx(snapshot.view.last_update.after[12], rel=1e-2)
        assert ("decay" in text or "(1 − α" in text) == (name == "adamw")


@pytest.mark.usefixtures("qapp")
def test_before_the_first_step_the_rule_stands_there() -> None:
    snapshot = snapshot_of(Experiment(), 0)
    line, shorter = one_line(snapshot.view, snapshot.problem, 0)
    assert "".join(piece.text for piece in line) == "w = W[1]₁₁:  w := w − α · ∂J/∂w"
    assert "".join(piece.text for piece in shorter) == "W[1]₁₁:  w := w − α · ∂J/∂w"


def test_a_narrow_strip_gives_the_update_a_line_of_its_own_and_the_sentence_is_whole(
    open_window: Any, qtbot: Any
) -> None:
    window = open_window()
    window.resize(1000, 700)
    window.set_full(True)
    strip, line = window.strip, window.strip.update_line
    feature_of(window, LimitFeature).show_it(True)
    sentence = strip.subtitle_label
    qtbot.waitUntil(lambda: sentence.shown_text.endswith("while the valley keeps this shape"))
    assert line.isVisible()
    assert line.y() > strip.field.y()
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: line.geometry().intersects(QRect(0, strip.field.y(), 1366, strip.field.height())))
    assert sentence.shown_text.endswith("while the valley keeps this shape")


@pytest.mark.parametrize("height", [720, pytest.param(900, marks=pytest.mark.slow)])
def test_a_presentation_on_a_low_screen_shows_the_update_too(
    open_window: Any, qtbot: Any, height: int
) -> None:
    window = open_window()
    window.lab.run_exactly(2)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 2)
    window.present("surface")
    line = window.strip.update_line

    def shown() -> bool:
        # The size of the screen, which the full screen brings, may come after this one.
        window.resize(1280, height)
        return line.isVisible() and " = " in line.text and window.height() == height

    qtbot.waitUntil(shown)
    qtbot.waitUntil(lambda: line.height() >= QFontMetricsF(line.fonts["bold"]).height())
    assert window.surface_view.height() >= 0.45 * height
