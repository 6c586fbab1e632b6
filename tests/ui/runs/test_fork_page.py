"""A student forks a run: five learning rates side by side, and one of them goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.engine.branches.fork import Plan
from playground.engine.optimizers import OPTIMIZERS
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.landscape.race import BestRate
from playground.ui.loss.feature import LossFeature
from playground.ui.rate.feature import RateFeature
from playground.ui.runs.fork_feature import ForkFeature
from playground.ui.runs.fork_list import USUAL, ListError, common_rate, label_of, labels_of, plans_of, race_of
from playground.ui.runs.kept_runs import KeptRunsFeature
from playground.ui.runs.other_runs_feature import OtherRunsFeature
from playground.ui.surface.feature import SurfaceFeature
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of

SMALL = Experiment(DataSettings(points=40), NetworkSettings((2,)), TrainingSettings(learning_rate=0.3))
AT_03 = TrainingSettings(learning_rate=0.3)


open_fork = bench_with(
    SurfaceFeature, LossFeature, RateFeature, KeptRunsFeature, ForkFeature, OtherRunsFeature
)


def fork_of(window: FakeWorkbench) -> ForkFeature:
    return feature_of(window, ForkFeature)


def forked(window: FakeWorkbench, qtbot: Any, steps: int) -> ForkFeature:
    window.lab.set_speed(None)
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 30 and window.snapshot.state == "paused")
    window.actions_by_name["fork"].trigger()
    fork = fork_of(window)
    qtbot.waitUntil(lambda: fork.fork is not None and fork.fork.step > 30 + steps)
    window.lab.pause()
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    return fork


def test_five_branches_are_seen_in_every_plot_and_one_goes_on(qtbot, open_fork) -> None:
    window = open_fork(ExperimentFile(SMALL))
    feature = forked(window, qtbot, 100)
    loss, surface = window.loss_view.drawing, window.surface_view.drawing
    step = window.snapshot.fork.step
    qtbot.waitUntil(lambda: len(loss.others.runs) == 5 and loss.others.runs[0].steps[-1] == step)
    qtbot.waitUntil(lambda: len(surface.others.runs) == 5)
    labels = [run.label for run in loss.others.runs]
    assert labels == ["α 0.03", "α 0.1", "α 0.3", "α 0.9", "α 3"]
    theme = window.theme
    assert len({run.look.color(theme) for run in loss.others.runs}) == 5
    assert len({run.look.dashes for run in loss.others.runs}) == 5
    figures = [window.exporter.figure(what)(theme).owner for what in ("surface", "loss")]
    assert [[run.label for run in drawing.others.runs] for drawing in figures] == [labels, labels]
    page = feature.page_view
    assert page.isVisible()
    qtbot.waitUntil(lambda: len(page.rows) == 5 and "J" in page.rows[0].loss.text())
    assert sum("lowest" in row.loss.text() for row in page.rows) == 1
    qtbot.waitUntil(
        lambda: all(row.drawing.picture is not None and row.drawing.picture.boundary for row in page.rows),
    )
    branch = window.snapshot.fork.branches[3]
    qtbot.mouseClick(page.rows[3].keep_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.lab.run_number == 2 and window.snapshot.run == 2)
    np.testing.assert_array_equal(window.snapshot.view.parameters, branch.parameters)
    assert window.strip.learning_rate == pytest.approx(0.9)
    assert "α = 0.9" in window.notices.text
    qtbot.waitUntil(lambda: not loss.others.runs and not page.rows)
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 30)


def test_a_fork_is_dropped_by_a_command(qtbot, open_fork) -> None:
    window = open_fork(ExperimentFile(SMALL))
    feature = forked(window, qtbot, 20)
    drop = window.actions_by_name["drop_fork"]
    qtbot.waitUntil(drop.isEnabled)
    drop.trigger()
    qtbot.waitUntil(lambda: window.snapshot.fork is None and feature.fork is None)
    assert window.snapshot.view.step == 30
    qtbot.waitUntil(lambda: not window.surface_view.drawing.others.runs)


def test_a_list_that_makes_no_sense_is_said_where_it_stands(qtbot, open_fork) -> None:
    window = open_fork(ExperimentFile(SMALL))
    page = fork_of(window).page_view
    page.list_edit.setText("0.1, quickly")
    qtbot.keyClick(page.list_edit, Qt.Key.Key_Return)
    assert "quickly" in page.problem.text()
    assert window.snapshot.fork is None


def test_lists_are_read_as_they_are_typed() -> None:
    rates = [plan.learning_rate for plan in plans_of(USUAL, AT_03)]
    assert rates == pytest.approx([0.03, 0.1, 0.3, 0.9, 3.0])
    assert plans_of("0.5; 0.5, 1e-3", AT_03) == [Plan(0.5), Plan(0.001)]
    assert plans_of("1,5", AT_03) == [Plan(1.5)]
    assert plans_of(".5; ,25", AT_03) == [Plan(0.5), Plan(0.25)]
    assert plans_of("0.5 1 1,5", AT_03) == [Plan(0.5), Plan(1.0), Plan(1.5)]
    assert plans_of("2·10⁻⁵, 1e-4,", AT_03) == [Plan(2e-5), Plan(1e-4)]
    assert plans_of("×3,÷3", AT_03) == [Plan(0.3 * 3), Plan(0.3 / 3)]
    assert plans_of("Adam Nesterov 0,1 gradient descent x 2", AT_03) == [
        Plan(0.3, "adam"),
        Plan(0.1, "nesterov"),
        Plan(0.6, "gradient_descent"),
    ]
    assert plans_of("/3, x2, *4", AT_03) == [Plan(0.3 / 3), Plan(0.6), Plan(1.2)]
    assert plans_of("Adam 0.01, gradient descent, RMSProp ÷10", AT_03) == [
        Plan(0.01, "adam"),
        Plan(0.3, "gradient_descent"),
        Plan(0.03, "rmsprop"),
    ]
    assert plans_of(race_of(), AT_03) == [Plan(0.3, name) for name in OPTIMIZERS]
    best = [BestRate(name, 0.1 + 0.01 * at, 1.0, False) for at, name in enumerate(OPTIMIZERS)]
    assert plans_of(race_of(best), AT_03) == [Plan(one.learning_rate, one.optimizer) for one in best]
    assert label_of(Plan(0.01, "adam")) == "Adam, α 0.01"
    assert label_of(Plan(0.01, "adam"), "cosine") == "Adam, slider’s α 0.01"
    # Where all have one α, the names alone tell them apart, and leave the curves their room.
    race = plans_of(race_of(), AT_03)
    assert labels_of(race) == tuple(info.title for info in OPTIMIZERS.values())
    assert common_rate(race) == "α 0.3"
    assert labels_of([*race, Plan(0.1, "adam")])[-1] == "Adam, α 0.1"
    assert labels_of([Plan(0.3), Plan(0.3, "adam")]) == ("α 0.3", "Adam, α 0.3")
    assert labels_of(race[:1]) == ("gradient descent, α 0.3",)
    # Three digits, and as many more as tell two branches apart.
    assert labels_of([Plan(8.0 / 3.0), Plan(0.8)]) == ("α 2.67", "α 0.8")
    assert common_rate([Plan(8.0 / 3.0, "adam"), Plan(8.0 / 3.0, "rmsprop")]) == "α 2.67"
    assert labels_of([Plan(0.3001), Plan(0.3), Plan(1.0 / 3.0)]) == ("α 0.3001", "α 0.3", "α 0.3333")
    close = labels_of([Plan(0.3), Plan(0.3 * (1 + 1e-15))])
    assert len(set(close)) == 2
    with pytest.raises(ListError, match=r"^The slider’s α must be from"):
        plans_of("1000", replace(AT_03, schedule="cosine"))


def test_under_a_schedule_a_fork_is_of_the_sliders_alpha(qtbot, open_fork) -> None:
    window = open_fork(ExperimentFile(SMALL.with_value("training.schedule", "warm_up")))
    page = fork_of(window).page_view
    qtbot.waitUntil(lambda: "factors of the slider’s α" in page.words.text())
    forked(window, qtbot, 5)
    loss = window.loss_view.drawing
    qtbot.waitUntil(lambda: len(loss.others.runs) == 5)
    assert loss.others.runs[0].label == "slider’s α 0.03"
    qtbot.waitUntil(lambda: len(page.rows) == 5)
    assert page.rows[0].keep_button.toolTip() == "Continue with this one: slider’s α 0.03"
    window.lab.drop_fork()
    window.lab.change("training.schedule", "constant")
    qtbot.waitUntil(lambda: "factors of the present α" in page.words.text())
    assert "slider" not in page.list_edit.toolTip()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("fast", "no optimiser"),
        ("0.1, ×", "no number"),
        ("-3", "from 10⁻⁶ to 100"),
        ("?", "neither"),
        ("1000", "from 10⁻⁶ to 100"),
        ("÷0", "above 0"),
        ("÷ ×3", "no number"),
        ("1; 2; 3; 4; 5; 6; 7; 8; 9", "8 branches"),
        ("1,500", "may be 1.5 or 1500"),
        ("1,2,3", "semicolons"),
        ("1 ,5", "two ways"),
    ],
)
def test_lists_that_make_no_sense_are_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ListError, match=said):
        plans_of(text, AT_03)
