"""A lesson on a formula, played in the window: its experiment, its goal by hand, and its solution."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from playground.ui.curve.feature import CurveFeature
from playground.ui.lessons.feature import LessonFeature
from tests.support.features import feature_of

LESSON = """
title = "The first picture"
summary = "A ball on J = w²."
topic = "optimisation"

[[step]]
title = "Down"
text = "Let it roll."
experiment = { formula = { expression = "w^2", start = [2.0] }, training = { learning_rate = 0.1 } }
view = { parameters = [1.5] }
goal = { kind = "loss_below", value = 1e-4 }
hint = "Run it."
solution = [{ run = 60 }]

[[step]]
title = "Out"
text = "Now break it."
goal = { kind = "loss_above", value = 100.0 }
hint = "Past 1."
solution = [{ set = { "formula.start" = [1.0] } }, { learning_rate = 1.5 }, { run = 20 }]
"""


def test_a_lesson_on_a_formula_is_played_and_shown(open_window, qtbot, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(LESSON, encoding="utf-8")
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    lessons.load(tmp_path)
    lessons.open(0)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is not None)
    qtbot.waitUntil(feature_of(window, CurveFeature).view.isVisible)
    qtbot.waitUntil(lambda: window.snapshot.view.parameters[0] == 1.5)
    window.transport.choose_speed(None)
    qtbot.keyClick(window.transport.run_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: lessons.reached)
    assert "Reached" in lessons.panel.goal_label.text()
    window.lab.pause()
    qtbot.waitUntil(lambda: window.lab.state == "paused")
    lessons.walk(1)
    lessons.panel.show_button.click()
    qtbot.waitUntil(lambda: window.snapshot.view.train_loss > 100.0)
    assert window.snapshot.view.parameters[0] == pytest.approx((1.0 - 2 * 1.5) ** window.snapshot.view.step)
    assert window.lab.experiment.formula.first == (1.0,)
