"""A drag of the slider in the log: every value stays, and the plots mark it once, at its end."""

from __future__ import annotations

from playground.drawing.kit.marks import RATE, MarkLog, began_with, step_marks
from playground.drawing.surface.picture import marks_of, project_path
from playground.engine.recording.saved_run import log_of, log_value
from playground.engine.trainer import Trainer, replay
from playground.experiment import Change, DraggedChange, Experiment
from playground.landscape.plane import Plane
from playground.session_values import Reader

DRAGS = ((0.4, 7), (0.5, 7), (0.6, 7), (0.2, 8), (0.1, 8))


def dragged() -> Trainer:
    """Return a run with two drags of α: from 0.3 over three values to 0.6, and over two to 0.1."""
    trainer = Trainer(Experiment())
    for rate, gesture in DRAGS:
        trainer.advance(5)
        trainer.change_to_accepted(RATE, rate, gesture)
    trainer.advance(5)
    return trainer


def marks(changes: tuple[Change, ...]) -> list[tuple[float, str]]:
    return [(mark.step, mark.text) for mark in step_marks(changes, *began_with(Experiment()))]


ONE_EACH = [(0, "α 0.3"), (15, "α 0.6"), (25, "α 0.1")]


def test_a_drag_is_one_mark_with_its_last_value_in_both_plots() -> None:
    trainer = dragged()
    view = trainer.view()
    assert [change.value for change in view.history.changes] == [rate for rate, _ in DRAGS]
    assert marks(view.history.changes) == ONE_EACH
    theta = view.history.path
    plane = Plane(theta[0], theta[-1] - theta[0], theta[5] - theta[0])
    path, _ = project_path(plane, view.history)
    found = [mark.label for mark in marks_of(view.history, path, 0.3) if mark.kind == "learning_rate"]
    assert found == ["α 0.3 → 0.6", "α 0.6 → 0.1"]


def test_a_log_that_grows_and_is_cut_has_the_same_marks() -> None:
    changes, log = dragged().view().history.changes, MarkLog()
    for end in (1, 2, 3, 5, 2, 4, 1, 5):
        grown = log.follow(changes[:end], *began_with(Experiment()))
        assert grown == step_marks(changes[:end], *began_with(Experiment()))


def test_a_drag_that_passes_the_value_it_began_with_stays_apart_from_the_drag_before() -> None:
    trainer = dragged()
    for rate in (0.2, 0.1, 0.05):
        trainer.change_to_accepted(RATE, rate, 9)
    assert marks(trainer.view().history.changes) == [*ONE_EACH, (30, "α 0.05")]


def test_a_drag_after_a_step_back_stays_apart_from_the_drag_before() -> None:
    trainer = dragged()
    before = trainer.snapshot()
    trainer.change_to_accepted(RATE, 0.2, 9)
    trainer.restore(before)
    trainer.change_to_accepted(RATE, 0.05, 9)
    assert marks(trainer.view().history.changes) == [*ONE_EACH, (30, "α 0.05")]


def test_a_drag_over_the_first_step_leaves_the_mark_of_what_the_run_began_with() -> None:
    trainer = Trainer(Experiment())
    for rate in (0.4, 0.6, 0.7):
        trainer.change_to_accepted(RATE, rate, 1)
        trainer.advance(5)
    changes, log = trainer.view().history.changes, MarkLog()
    assert marks(changes) == [(0, "α 0.4"), (10, "α 0.7")]
    for end in (1, 2, 3, 2, 3):
        assert log.follow(changes[:end], *began_with(Experiment())) == step_marks(
            changes[:end], *began_with(Experiment())
        )


def test_drags_are_saved_and_a_log_without_them_has_a_mark_for_each_change() -> None:
    changes = dragged().view().history.changes
    value = log_value(changes)
    opened = log_of(Reader(value, "log"), Experiment())
    assert opened == changes
    assert marks(opened) == ONE_EACH
    old = {name: part for name, part in value.items() if name != "drags"}
    assert len(marks(log_of(Reader(old, "log"), Experiment()))) == 1 + len(DRAGS)


def test_a_replay_keeps_drags_and_a_new_one_has_a_number_of_its_own() -> None:
    trainer = dragged()
    again = Trainer(Experiment())
    for change in trainer.history.changes:
        again.advance(change.step - again.step)
        again.make(change)
    assert marks(again.history.changes) == ONE_EACH
    again.advance(5)
    again.change_to_accepted(RATE, 1.0, 8)
    assert len(marks(again.history.changes)) == len(ONE_EACH) + 1, "a gesture is known to its own run alone"
    assert replay(trainer.view().experiment_file, 30).train_loss() == trainer.train_loss()


def test_a_copy_with_another_step_still_belongs_to_its_drag() -> None:
    dragged = DraggedChange.of(Change(3, "training.learning_rate", 0.2), 7)
    moved = dragged._replace(step=5)
    assert moved.drag == 7
    assert moved == (5, "training.learning_rate", 0.2)
    assert DraggedChange._make(dragged).drag is None
