"""A student races all optimisers from one point of a saddle, and sees which is where."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.lab.analysis.question_queue import Question, QuestionQueue, Report
from playground.landscape.lookahead import rates_on
from playground.landscape.questions.context import Context
from playground.landscape.questions.race import NoRace, RaceQuestion
from playground.landscape.race import best_rates_on
from playground.number_reader import read_number
from playground.ui.curve.feature import CurveFeature
from playground.ui.runs.fork_feature import ForkFeature
from playground.ui.runs.fork_page import EACH_ITS_BEST, ONE_FOR_ALL, RACES
from playground.ui.runs.race_feature import RaceFeature
from tests.support.features import feature_of
from tests.support.stories import surface_is_there

TITLES = [info.title for info in OPTIMIZERS.values()]


def of_preset(name: str) -> Experiment:
    preset = FORMULA_PRESETS[name]
    return Experiment(formula=preset.formula, training=TrainingSettings(learning_rate=preset.learning_rate))


def raced(window, qtbot, choice: str, steps: int) -> ForkFeature:
    """Race with the widgets of the page, and pause after at least this many steps."""
    feature = feature_of(window, ForkFeature)
    window.arrangement.show_page("fork")
    page = feature.page_view
    page.race_box.setCurrentIndex(RACES.index(choice))
    window.lab.set_speed(60)
    qtbot.mouseClick(page.race_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.fork is not None)
    first = window.snapshot.fork.first_step
    qtbot.waitUntil(lambda: window.snapshot.fork.step >= first + steps)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    return feature


def alone(experiment: Experiment, optimizer: str, rate: float, steps: int) -> Trainer:
    training = replace(experiment.training, optimizer=optimizer, learning_rate=rate)
    trainer = Trainer(replace(experiment, training=training))
    trainer.advance(steps)
    return trainer


def test_seven_optimisers_race_on_a_saddle_as_each_would_run_alone(qtbot, open_window) -> None:
    experiment = of_preset("saddle")
    window = open_window(ExperimentFile(experiment))
    qtbot.waitUntil(lambda: surface_is_there(window))
    feature = raced(window, qtbot, ONE_FOR_ALL, 20)
    fork = window.snapshot.fork
    assert [branch.plan.optimizer for branch in fork.branches] == list(OPTIMIZERS)
    for branch in fork.branches:
        run = alone(experiment, branch.plan.optimizer, experiment.training.learning_rate, fork.step)
        np.testing.assert_array_equal(run.parameters, branch.parameters)
        loss = run.train_loss()
        assert branch.loss == loss or (math.isnan(branch.loss) and not math.isfinite(loss))
    loss, surface = window.loss_view.drawing, window.surface_view.drawing
    for drawing in (loss, surface):
        qtbot.waitUntil(lambda drawing=drawing: len(drawing.others.runs) == 7)
        looks = [run.look for run in drawing.others.runs]
        assert len({look.color(window.theme, drawing is surface) for look in looks}) == 7
        assert len({look.dashes for look in looks}) == 7
        assert [run.label for run in drawing.others.runs] == TITLES
    page = feature.page_view
    qtbot.waitUntil(lambda: len(page.rows) == 7 and all(row.loss.text() for row in page.rows))
    # J has no lower bound: once one of them shows it, none is praised as the lowest.
    falls = [branch.falls_without_bound for branch in fork.branches]
    assert ["falls without bound" in row.distance.text() for row in page.rows] == falls
    assert sum("lowest" in row.loss.text() for row in page.rows) == (0 if any(falls) else 1)
    # A formula has no boundary, and this one no minimum.
    assert not any(row.canvas.isVisibleTo(page) for row in page.rows)
    assert [row.distance.isVisibleTo(page) for row in page.rows] == falls
    window.actions_by_name["drop_fork"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.fork is None)
    assert window.snapshot.view.step == 0


@pytest.mark.parametrize(
    "experiment",
    [of_preset("two_minima"), Experiment(DataSettings(points=40), NetworkSettings((2,)))],
    ids=["one variable", "network"],
)
def test_each_races_with_the_rate_whose_look_ahead_ends_lowest(qtbot, open_window, experiment) -> None:
    window = open_window(ExperimentFile(experiment))
    window.lab.run_exactly(3)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 3 and window.snapshot.state == "paused")
    run = Trainer(experiment)
    run.advance(3)
    rates = rates_on(window.strip.scale)
    found = best_rates_on(run.problem, run.view().checkpoint, run.settings, rates, 100)
    best = {one.optimizer: one.learning_rate for one in found if one is not None}
    feature = raced(window, qtbot, EACH_ITS_BEST, 5)
    fork, page = window.snapshot.fork, feature.page_view
    assert {branch.plan.optimizer: branch.plan.learning_rate for branch in fork.branches} == best
    assert fork.first_step == 3
    assert len(set(best.values())) > 1
    qtbot.waitUntil(lambda: len(page.rows) == 7 and all(row.loss.text() for row in page.rows))
    assert f"of the {len(rates)} from" in page.race_words.text()
    assert "lowest J after 100 steps" in page.race_words.text()
    if experiment.formula is None:
        assert all(row.canvas.isVisibleTo(page) for row in page.rows)
    else:
        far = [
            min(abs(branch.parameters[0] - w) for w in (-1.0355787, 0.9601496)) for branch in fork.branches
        ]
        for row, distance in zip(page.rows, far, strict=True):
            qtbot.waitUntil(lambda row=row: "from the nearest known minimum" in row.distance.text())
            assert float(read_number(row.distance.text().split()[0])) == pytest.approx(
                distance, rel=0.01, abs=1e-6
            )
        balls = feature_of(window, CurveFeature).view.drawing.others
        qtbot.waitUntil(lambda: len(balls.runs) == 7)
        places = [branch.parameters[0] for branch in fork.branches]
        qtbot.waitUntil(lambda: [run.path_ab[-1, 0] for run in balls.runs] == places)
    window.actions_by_name["drop_fork"].trigger()
    qtbot.waitUntil(lambda: not page.race_words.isVisibleTo(page))
    assert window.snapshot.view.step == 3


def test_a_run_that_goes_on_ends_the_search_for_its_race(qtbot, open_window, monkeypatch) -> None:
    data = DataSettings(points=2000)
    window = open_window(ExperimentFile(Experiment(data, NetworkSettings((32, 32)))))
    asked: list[Question] = []
    ask = window.lab.ask

    def heard(question: Question) -> None:
        asked.append(question)
        ask(question)

    monkeypatch.setattr(window.lab, "ask", heard)
    window.arrangement.show_page("fork")
    page = feature_of(window, ForkFeature).page_view
    page.race_box.setCurrentIndex(RACES.index(EACH_ITS_BEST))
    qtbot.mouseClick(page.race_button, Qt.MouseButton.LeftButton)
    assert f"0 of {len(OPTIMIZERS)}" in page.race_words.text()

    def of_race() -> list[type]:
        return [type(question) for question in asked if question.slot == RaceQuestion.slot]

    qtbot.waitUntil(lambda: of_race() == [RaceQuestion])
    qtbot.keyClick(window.transport.run_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: of_race() == [RaceQuestion, NoRace])
    assert not page.race_words.isVisibleTo(page)
    assert window.snapshot.fork is None


def test_an_answer_that_is_not_wanted_any_more_is_not_computed() -> None:
    experiment = Experiment()
    view = Trainer(experiment).view()
    reports: list[Report] = []
    queue = QuestionQueue(reports.append, chunk=0.0)
    queue.begin(1, experiment)
    queue.ask(RaceQuestion(1, 0, view.checkpoint, view.settings, np.geomspace(0.01, 1.0, 48), 100))
    queue.work()
    assert queue.busy
    queue.ask(NoRace(1, 0))
    queue.work()
    assert not queue.busy
    assert not any(report.kind == "failed" for report in reports)


def test_a_moved_ball_is_raced_from_its_new_place(qtbot, open_window) -> None:
    experiment = of_preset("two_minima")
    window = open_window(ExperimentFile(experiment))
    window.arrangement.show_page("fork")
    feature, page = feature_of(window, RaceFeature), feature_of(window, ForkFeature).page_view
    page.race_box.setCurrentIndex(RACES.index(EACH_ITS_BEST))
    qtbot.mouseClick(page.race_button, Qt.MouseButton.LeftButton)
    question = feature.question(RaceQuestion.slot)
    window.lab.set_parameters(np.array([-0.4]), dragging=True)
    qtbot.waitUntil(lambda: window.snapshot.view.parameters[0] == -0.4)
    assert (window.snapshot.run, window.snapshot.view.step) == (question.run, question.step)
    *_, stale = (answer for answer in question.answers(Context(experiment)) if answer is not None)
    feature.take_answer(RaceQuestion.slot, stale)
    qtbot.waitUntil(lambda: window.snapshot.fork is not None)
    again = best_rates_on(
        Trainer(experiment).problem,
        window.lab.training.current.run.trainer.view().checkpoint,
        window.snapshot.view.settings,
        question.learning_rates,
        question.n_steps,
    )
    best = {one.optimizer: one.learning_rate for one in again if one is not None}
    old = {one.optimizer: one.learning_rate for one in stale.best}
    assert best != old
    assert {b.plan.optimizer: b.plan.learning_rate for b in window.snapshot.fork.branches} == best
