"""Points that are painted, moved and removed while a run trains."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
import pytest

from playground.engine.branches.fork import Fork, Plan
from playground.engine.branches.moments import Moments, branch_at
from playground.engine.datasets import samples_of
from playground.engine.network_on_data import NetworkOnData
from playground.engine.painted_points import painted, parts_of, stroke_back, table_to_edit, with_its_points
from playground.engine.recording.saved_run import run_value, saved_run_of
from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.experiment_checks import ExperimentError
from playground.experiment_formula import FormulaSettings
from playground.experiment_rule import RuleSettings
from playground.export.history_csv import history_text
from playground.lab.training.runs import Run
from playground.landscape.loss_jump import other_points, past_step
from playground.sessions import Session, load_session, save_session
from tests.support.strokes import TABLE, painted_run, small, stroke, strokes_of
from tests.support.tables import FOUR_POINTS


def same_run(one: Trainer, other: Trainer) -> bool:
    return np.array_equal(one.parameters, other.parameters) and csv_of(one) == csv_of(other)


def csv_of(trainer: Trainer) -> str:
    view = trainer.view()
    return history_text(view.history, view.experiment.training)


def test_points_are_added_moved_and_removed_at_once_while_it_trains() -> None:
    experiment = Experiment(DataSettings.of_table(FOUR_POINTS, test_share=0.0))
    trainer = Trainer(experiment)
    trainer.advance(5)
    trainer.change(TABLE, {"added": [[2, 2, 1]], "removed": [0], "moved": [[3, [5.0, 6.0, 0.0]]]})
    assert trainer.samples.X_train.tolist() == [[0, 1], [1, 0], [5, 6], [2, 2]]
    assert trainer.samples.y_train.tolist() == [[1], [1], [0], [1]]
    on_points = trainer.network.loss(trainer.parameters, trainer.samples.X_train, trainer.samples.y_train)
    assert trainer.train_loss() == pytest.approx(on_points, rel=1e-12)
    assert trainer.view().train_loss == trainer.train_loss()
    before = trainer.parameters
    _, gradient = trainer.network.loss_and_gradient(before, trainer.samples.X_train, trainer.samples.y_train)
    trainer.advance(1)
    assert trainer.parameters == pytest.approx(before - trainer.learning_rate * gradient, abs=1e-15)
    assert not trainer.samples.X_train.flags.writeable
    assert trainer.experiment == experiment
    assert trainer.data is not None
    assert trainer.data.points == 4


@pytest.mark.parametrize("batch_size", [None, 7])
@pytest.mark.parametrize("dataset", ["two_circles", "tilted_plane"])
def test_a_painted_run_replays_from_its_file(batch_size: int | None, dataset: str) -> None:
    run = painted_run(batch_size, dataset=dataset)
    text = run.view().experiment_file.to_json()
    file = ExperimentFile.from_json(text)
    assert '"version": 3' in text
    assert file.changes == run.history.changes
    assert file.to_json() == text
    assert same_run(replay(file, run.step), run)


def test_a_painted_run_in_steps_of_one_is_the_same() -> None:
    run, slow = painted_run(), Trainer(small(7))
    for change in run.history.changes:
        while slow.step < change.step:
            slow.advance(1)
        slow.make(change)
    while slow.step < run.step:
        slow.advance(1)
    assert same_run(slow, run)


def test_going_back_before_a_stroke_brings_its_points_back() -> None:
    run = painted_run()
    states = {0: 32, 12: 32, 13: 35, 200: 35, 312: 35, 313: 34, 363: 34}
    for step, training in states.items():
        changes = tuple(change for change in run.history.changes if change.step <= step)
        again = replay(ExperimentFile(run.experiment, changes), step)
        branch = branch_at(run, step)
        assert branch is not None
        assert len(branch.samples.X_train) == training
        assert np.array_equal(branch.samples.X_train, again.samples.X_train)
        assert same_run(branch, again)
        view = Moments().view_at(run, run.view().history, step)
        assert view is not None
        assert view.train_loss == again.train_loss()
        assert view.data == again.data
    first = branch_at(run, 5)
    assert first is not None
    assert first.samples.X_train.tolist() == Trainer(run.experiment).samples.X_train.tolist()
    for other in (first, branch_at(run, 100)):
        assert other is not None
        other.advance(40)
        same = replay(other.view().experiment_file, other.step)
        assert same_run(same, other)


def test_one_trainer_looks_at_moments_of_many_states_of_the_data() -> None:
    run, moments = painted_run(), Moments()
    for step in (363, 5, 320, 100, 313, 13, 12):
        view = moments.view_at(run, run.view().history, step)
        assert view is not None
        assert isinstance(moments.problem, NetworkOnData)
        branch = branch_at(run, step)
        assert branch is not None
        assert np.array_equal(moments.problem.samples.X_train, branch.samples.X_train)
        assert np.array_equal(view.parameters, branch.parameters)
        assert view.train_loss == branch.train_loss()


def test_the_order_of_the_batches_comes_from_the_seed_and_the_number_of_changes() -> None:
    def first_step(run: Trainer) -> list[float]:
        run.set_parameters(np.linspace(-1.0, 1.0, 13))
        run.advance(1)
        update = run.last_update
        assert update is not None
        return (update.before - update.after).tolist()

    def with_changes(count: int, steps: int) -> Trainer:
        run = Trainer(small(7))
        run.advance(steps)
        for change in range(count):
            run.change(TABLE, stroke(moved=[[3, [1.0, 2.0, change % 2]]]))
        run.change(TABLE, stroke(moved=[[3, [4.0, 4.0, 1]]]))
        return run

    # The order does not depend on how far the run had come, but on how often its data were changed.
    assert first_step(with_changes(0, 3)) == first_step(with_changes(0, 40))
    assert first_step(with_changes(1, 3)) == first_step(with_changes(1, 11))
    assert first_step(with_changes(0, 3)) != first_step(with_changes(1, 3))


def test_a_change_of_the_points_begins_an_epoch() -> None:
    run = Trainer(small(8))
    run.advance(6)
    assert run.epoch == 1
    run.change(TABLE, stroke(added=[[0, 0, 1]] * 8))
    run.advance(4)
    assert run.epoch == 1
    run.advance(1)
    assert run.epoch == 2


def test_a_batch_that_holds_all_points_no_longer_does_after_more_are_painted() -> None:
    run = Trainer(small(32))
    assert run.view().mini_batch is None
    run.advance(10)
    run.change(TABLE, stroke(added=[[0, 0, 1]]))
    run.advance(10)
    assert run.view().mini_batch == 32
    assert [run.view().mini_batch_at(32, step) for step in (9, 10)] == [None, 32]
    assert same_run(replay(run.view().experiment_file, 20), run)


def test_standardisation_keeps_its_constants_until_a_run_starts_again() -> None:
    run = Trainer(small())
    mean, scale = run.samples.mean, run.samples.scale
    run.change(TABLE, stroke(added=[[40.0, 40.0, 1]]))
    assert run.samples.mean.tolist() == mean.tolist()
    assert run.samples.scale.tolist() == scale.tolist()
    assert run.samples.raw(run.samples.X_train)[-1] == pytest.approx([40.0, 40.0])
    run.advance(5)
    run.change(TABLE, stroke(added=[[-40.0, 40.0, 1]]))
    assert run.samples.mean.tolist() == mean.tolist()
    again = Trainer(Run(run, 1).experiment)
    raw = again.samples.raw(again.samples.X_train)
    assert again.samples.mean == pytest.approx(raw.mean(axis=0))
    assert len(again.samples.X_train) == 34
    assert len(again.samples.X_test) == 8


def test_painted_points_are_training_points_and_test_points_stay_test_points() -> None:
    run = painted_run()
    assert (len(run.samples.X_train), len(run.samples.X_test)) == (34, 7)
    first = samples_of(run.experiment.data)
    kept = np.delete(first.raw(first.X_test), 3, axis=0)
    assert run.samples.raw(run.samples.X_test) == pytest.approx(kept)


def test_without_a_test_point_the_test_loss_is_not_a_number() -> None:
    run = Trainer(small())
    run.advance(5)
    run.change(TABLE, stroke(removed=list(range(32, 40))))
    run.advance(5)
    assert math.isnan(run.test_loss())
    assert same_run(replay(run.view().experiment_file, 10), run)


@pytest.mark.parametrize(
    "value",
    [
        stroke(added=[[9, 9, 1], [8, 8, 0]]),
        stroke(removed=[0, 3, 33, 39]),
        stroke(moved=[[1, [5, 5, 0]], [36, [6, 6, 1]]]),
        stroke(added=[[9, 9, 1]], removed=[39, 2, 1], moved=[[38, [1, 1, 1]], [0, [2, 2, 0]]]),
        stroke(added=[[9, 9, 1]], removed=[5], put_back=[[0, [1, 1, 0], True], [38, [2, 2, 1], False]]),
    ],
)
def test_a_change_is_taken_back_and_made_again_exactly(value: dict[str, Any]) -> None:
    start = small().data
    assert start is not None
    before = painted(start, start, [stroke(moved=[[4, [0, 0, 1]]])])
    after = painted(start, before, [value])
    back = stroke_back(before, value)
    assert painted(start, after, [back]) == before
    assert painted(start, after, [back, value]) == after
    assert painted(start, after, [back, value, stroke_back(before, value)]) == before


@pytest.mark.parametrize(
    "data",
    [
        DataSettings(points=40, standardize=True, derived_inputs=("x1*x2",)),
        DataSettings("rule", 40, rule=RuleSettings("x1 - x2")),
        DataSettings("sine", points=40),
        DataSettings.of_table(FOUR_POINTS, test_share=0.25, seed=3),
    ],
)
def test_what_undo_brings_back_of_the_points_of_the_start_is_the_start(data: DataSettings) -> None:
    trainer = Trainer(Experiment(data, NetworkSettings((3,)), TrainingSettings(batch_size=7)))
    first = table_to_edit(data)
    width = first.n_inputs + 1
    there = [*([0.5] * (width - 1)), 1]
    values = [stroke(added=[[1.0] * width]), stroke(removed=[0]), stroke(moved=[[1, there]])]
    backs = []
    for value in values:
        trainer.advance(5)
        assert trainer.data is not None
        backs.append(stroke_back(trainer.data, value))
        trainer.change(TABLE, value)
        assert trainer.data != data
    for back in reversed(backs):
        trainer.advance(5)
        trainer.change(TABLE, back)
    assert trainer.data == data
    assert trainer.samples.X_train.tolist() == samples_of(data).X_train.tolist()
    trainer.advance(11)
    # Bit by bit the same from the log, from a file, and after another stroke.
    assert same_run(replay(trainer.view().experiment_file, trainer.step), trainer)
    back_again = Trainer.resumed(saved_run_of(run_value(trainer.saved())))
    assert back_again.data == data
    trainer.change(TABLE, values[0])
    trainer.advance(11)
    assert same_run(replay(trainer.view().experiment_file, trainer.step), trainer)


def test_points_that_are_taken_after_an_undo_are_those_of_the_set() -> None:
    trainer = painted_run()
    twin = Trainer(trainer.experiment)
    twin.change(TABLE, stroke(added=[[1.0, 2.0, 1]]))
    twin.advance(3)
    twin.change(TABLE, stroke(removed=[40]))
    twin.advance(4)
    taken = twin.with_its_points()
    assert taken.data == taken.experiment.data == with_its_points(trainer.experiment).data
    taken.advance(5)
    twin.advance(5)
    assert same_run(taken, twin)
    assert same_run(replay(taken.view().experiment_file, taken.step), taken)


def test_a_fork_and_a_session_go_on_from_the_painted_points() -> None:
    run = painted_run()
    fork = Fork(run, [Plan(0.05), Plan(0.3, "adam")])
    fork.advance(30)
    kept = fork.kept(1)
    assert kept is not None
    assert kept.step == run.step + 30
    assert same_run(replay(kept.view().experiment_file, kept.step), kept)
    file = io.BytesIO()
    save_session(file, Session(run=run_value(run.saved())))
    file.seek(0)
    resumed = Trainer.resumed(saved_run_of(load_session(file).run))
    assert resumed.data == run.data
    for one in (resumed, run):
        one.advance(33)
    assert same_run(resumed, run)
    earlier = branch_at(resumed, 12)
    assert earlier is not None
    assert len(earlier.samples.X_train) == 32


def test_taken_points_give_the_same_run() -> None:
    of_a_rule = small(7).with_value("data.rule", RuleSettings())
    for experiment in (small(7), small(dataset="sine"), small(7, derived_inputs=("x1*x2", "x1²")), of_a_rule):
        taken = with_its_points(experiment)
        assert taken.data is not None
        assert taken.data.table is not None
        one, other = Trainer(experiment), Trainer(taken)
        for run in (one, other):
            run.advance(200)
        assert same_run(one, other)
        assert Experiment.from_json(taken.to_json()) == taken
        assert with_its_points(taken) == taken
    table = Experiment(DataSettings.of_table(FOUR_POINTS, test_share=0.25, standardize=True))
    one, other = Trainer(table), Trainer(with_its_points(table))
    for run in (one, other):
        run.advance(50)
    assert same_run(one, other)


def refusal(value: Any, experiment: Experiment | None = None) -> str:
    run = Trainer(experiment or small())
    run.advance(3)
    before = csv_of(run), run.history.changes
    with pytest.raises(ExperimentError) as error:
        run.change(TABLE, value)
    assert (csv_of(run), run.history.changes) == before
    return error.value.sentence


def test_what_cannot_be_is_refused_with_a_sentence() -> None:
    assert refusal(stroke(removed=[40])) == "The removed points hold row 40, and there are rows 0 to 39."
    assert refusal(stroke(removed=[2, 2])) == "The removed points hold row 2 twice."
    assert refusal(stroke(removed=list(range(40)))) == (
        "The removed points cannot be taken: no points are left."
    )
    assert refusal(stroke(removed=list(range(32)))) == (
        "The removed points cannot be taken: no training points are left."
    )
    assert refusal(stroke(added=[[1, 2]])) == (
        "The added points must be rows of numbers; one has 2 numbers in place of 3, inputs and target."
    )
    assert "no finite number" in refusal(stroke(added=[[math.nan, 2, 1]]))
    assert "no finite number" in refusal(stroke(moved=[[0, [math.inf, 2, 1]]]))
    assert "larger than 1e+150" in refusal(stroke(added=[[1e200, 2, 1]]))
    assert refusal(stroke(added=[[1, 2, 0.5]])) == "The added points must have 0 or 1 as the class, not 0.5."
    assert refusal(stroke(added=[[1, 2, 1]] * 19_961)) == (
        "The added points cannot be taken: there would be 20001 points, and 20000 are the most."
    )
    assert "removed too" in refusal(stroke(removed=[1], moved=[[1, [0, 0, 1]]]))
    assert "change of no point" in refusal(stroke())
    assert "unknown field" in refusal({"painted": []})
    assert "which is no number" in refusal(stroke(added=[[True, 1, 1]]))
    assert "must change by an object" in refusal([1])
    of_hours = small(dataset="hours_of_study", derived_inputs=("1/x",))
    assert "which is not finite in row 41" in refusal(stroke(added=[[0.0, 1]]), of_hours)


def test_a_formula_has_no_points_to_change() -> None:
    assert refusal(stroke(added=[[1, 2, 1]]), Experiment(formula=FormulaSettings())) == (
        "table in data cannot change: a formula has no points."
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ([stroke(removed=[39]), stroke(removed=[39])], "row 39, and there are rows 0 to 38"),
        ([stroke(added=[[1, 2]])], "one has 2 numbers in place of 3"),
        ([stroke(removed=list(range(40)))], "no points are left"),
    ],
)
def test_a_file_with_a_change_that_cannot_be_is_refused(changes: list[Any], sentence: str) -> None:
    with pytest.raises(ExperimentError, match=sentence):
        ExperimentFile(small(), tuple(Change(3, TABLE, value) for value in changes))


def test_a_jump_of_the_loss_across_a_stroke_is_not_laid_to_a_step() -> None:
    run = painted_run()
    view = run.view()
    assert past_step(view, (312, 313)) is None
    assert other_points(view, (312, 313)) == (
        "Points were changed at step 313: J before it and from there on is of other points."
    )
    assert other_points(view, (50, 51)) == (
        "Points were changed at step 313: this step was made on those before. "
        "Go back to it on the time line to see it."
    )
    assert past_step(view, (50, 51)) is None
    assert other_points(view, (340, 341)) is None
    assert past_step(view, (340, 341)) is not None


def test_several_changes_at_one_step_all_count() -> None:
    run = Trainer(small())
    for place in range(3):
        run.change(TABLE, stroke(added=[[place, place, 1]]))
    assert [change.step for change in strokes_of(run)] == [0, 0, 0]
    assert len(run.samples.X_train) == 35
    assert same_run(replay(run.view().experiment_file, 0), run)


def test_the_table_of_a_set_holds_its_training_points_first() -> None:
    data = small().data
    assert data is not None
    table = table_to_edit(data)
    assert parts_of(table).tolist() == [False] * 32 + [True] * 8
    assert table.inputs == ("x₁", "x₂")
