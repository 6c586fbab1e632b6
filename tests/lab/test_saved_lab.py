"""A lab is saved while it trains, and what was saved is gone on with in another lab, as it was."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any

import numpy as np
import pytest

from playground.engine.branches.fork import Plan
from playground.engine.branches.stopping import Stop
from playground.engine.recording.saved_run import SavedRun
from playground.engine.trainer import Trainer, replay
from playground.experiment import Change, ExperimentFile
from playground.lab import saved_lab, words
from playground.lab.lab import Lab
from playground.lab.pacing import USUAL_SPEED
from playground.lab.saved_lab import SavedLab, saved_lab_of, session_of
from playground.lab.training.runs import LeftRun
from playground.lab.training.undo_stack import ChangeEntry, RunEntry, ViewEntry
from playground.sessions import Session, SessionError
from tests.support.saved_runs import csv, leaves, with_other
from tests.support.sessions import read, same, written
from tests.support.small_runs import DIVERGING, SMALL
from tests.support.watching import Watcher, same_history

BATCHES = SMALL.with_value("training.batch_size", 7).with_value("training.optimizer", "adam")


def saved(lab: Lab) -> SavedLab:
    result = lab.saved().result(timeout=60.0)
    assert result is not None
    return result


def through_a_file(lab: Lab, window: Any = None) -> SavedLab:
    return saved_lab_of(read(written(session_of(saved(lab), window))))


@pytest.fixture
def opened(make_lab: Callable[..., Lab], qtbot: Any) -> Callable[[SavedLab], Watcher]:
    """Opens what was saved in a lab of its own."""

    def open_it(what: SavedLab) -> Watcher:
        lab = make_lab()
        watcher = Watcher(lab, qtbot)
        instruction = lab.open_saved(what)
        qtbot.waitUntil(lambda: lab.reached(instruction))
        watcher.until(lambda snapshot: snapshot.instruction >= instruction)
        return watcher

    return open_it


def run_to(watcher: Watcher, step: int) -> None:
    watcher.lab.set_speed(None)
    here = watcher.snapshot.whole.step if watcher.snapshot is not None else 0
    watcher.lab.run_exactly(step - here)
    watcher.until(lambda snapshot: snapshot.view.step == step and snapshot.state == "paused")


def test_it_is_saved_while_it_trains_and_goes_on_meanwhile(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.set_speed(None)
    lab.run()
    watcher.until(lambda snapshot: snapshot.view.step > 100)
    first = saved(lab)
    assert lab.state == "running"
    watcher.until(lambda snapshot: snapshot.view.step > first.step + 100)
    assert saved(lab).step > first.step
    run = Trainer.resumed(first.run)
    run.advance(50)
    assert csv(run) == csv(replay(ExperimentFile(SMALL), first.step + 50))


@pytest.mark.parametrize("experiment", [SMALL, BATCHES], ids=["full batch", "mini-batches and Adam"])
def test_a_run_goes_on_bit_by_bit_in_another_lab(
    experiment: Any, make_lab: Callable[..., Lab], opened: Any, qtbot: Any
) -> None:
    lab = make_lab(experiment)
    watcher = Watcher(lab, qtbot)
    run_to(watcher, 301)
    lab.set_learning_rate(0.07)
    other = opened(through_a_file(lab))
    assert other.snapshot is not None
    assert other.snapshot.state == "paused"
    assert other.lab.experiment == lab.experiment
    for each in (watcher, other):
        run_to(each, 700)
    assert watcher.snapshot is not None
    assert same_history(watcher.snapshot.view, other.snapshot.view)


def test_undo_and_redo_bring_back_the_runs_of_the_session(watcher: Watcher, opened: Any) -> None:
    lab = watcher.lab
    run_to(watcher, 40)
    lab.name_run(lab.run_number, "circles")
    lab.new_weights()
    watcher.until(lambda snapshot: snapshot.view.experiment.network.seed == 1)
    run_to(watcher, 60)
    lab.set_parameters(np.zeros(SMALL.n_parameters) + 0.5)
    lab.undo()
    watcher.until(lambda snapshot: snapshot.view.step == 60 and lab.can_redo)
    kept = through_a_file(lab)
    assert (len(kept.past), len(kept.future)) == (1, 1)
    other = opened(kept)
    assert (other.lab.can_undo, other.lab.can_redo) == (True, True)
    other.lab.redo()
    other.until(lambda snapshot: bool(snapshot.view.history.changes))
    other.lab.undo()
    other.lab.undo()
    view = other.until(lambda snapshot: snapshot.view.step == 40)
    assert view.experiment.network.seed == SMALL.network.seed
    assert other.lab.name_of(other.lab.run_number) == "circles"


def test_undo_and_redo_of_changes_come_back_with_their_names(watcher: Watcher, opened: Any) -> None:
    lab = watcher.lab
    run_to(watcher, 20)
    lab.change("training.l2", 0.5)
    lab.new_weights()
    watcher.until(lambda snapshot: snapshot.view.experiment.network.seed == 1)
    lab.set_learning_rate(0.25, gesture=7)
    lab.remember_view("plane", object(), object(), "plane")
    lab.undo()
    lab.undo()
    watcher.until(lambda snapshot: snapshot.view.settings.learning_rate == SMALL.training.learning_rate)
    kept = saved(lab)
    texts = [
        [entry.text for entry in part if not isinstance(entry, ViewEntry)]
        for part in (kept.past, kept.future)
    ]
    what = through_a_file(lab)
    assert [[entry.text for entry in part] for part in (what.past, what.future)] == texts
    assert (len(what.past), len(what.future)) == (2, 1)
    other = opened(what)
    other.lab.redo()
    other.until(lambda snapshot: snapshot.view.settings.learning_rate == 0.25)
    for _ in range(3):
        other.lab.undo()
    view = other.until(
        lambda snapshot: snapshot.view.experiment.network.seed == 0 and not snapshot.view.settings.l2
    )
    assert view.step == 20


def test_what_stood_there_before_a_session_was_opened_comes_back_first(watcher: Watcher) -> None:
    lab = watcher.lab
    run_to(watcher, 40)
    what = through_a_file(lab)
    lab.new_weights()
    watcher.until(lambda snapshot: snapshot.view.experiment.network.seed == 1)
    run_to(watcher, 25)
    before = lab.run_number
    instruction = lab.open_saved(what)
    watcher.until(lambda snapshot: snapshot.instruction == instruction)
    assert watcher.snapshot is not None
    assert watcher.snapshot.view.step == 40
    assert lab.run_number - what.number == before
    lab.undo()
    assert watcher.until(lambda snapshot: snapshot.view.step == 25).experiment.network.seed == 1


def test_runs_that_were_left_before_a_session_was_opened_come_back_too(watcher: Watcher) -> None:
    lab = watcher.lab
    run_to(watcher, 40)
    lab.change("training.l2", 0.25)
    watcher.until(lambda snapshot: snapshot.view.settings.l2 == 0.25)
    what = through_a_file(lab)
    assert len(what.past) == 1
    lab.new_weights()
    watcher.until(lambda snapshot: snapshot.view.experiment.network.seed == 1)
    run_to(watcher, 25)
    lab.new_weights()
    watcher.until(lambda snapshot: snapshot.view.experiment.network.seed == 2)
    instruction = lab.open_saved(what)
    watcher.until(lambda snapshot: snapshot.instruction == instruction)
    for seed, step in ((2, 0), (1, 25), (0, 40)):
        lab.undo()
        watcher.until(lambda snapshot: snapshot.view.experiment.network.seed == seed)  # noqa: B023
        assert watcher.snapshot is not None
        assert watcher.snapshot.view.step == step
    assert watcher.snapshot is not None
    assert watcher.snapshot.view.settings.l2 == 0.25
    # A change of the session's run would act on another one here.
    assert [entry.text for entry in saved(lab).past] == ["L2 0 → 0.25"]


def test_the_moment_that_was_looked_at_is_looked_at_again(watcher: Watcher, opened: Any) -> None:
    run_to(watcher, 300)
    watcher.lab.show_moment(120)
    watcher.until(lambda snapshot: snapshot.moment)
    what = through_a_file(watcher.lab)
    assert (what.step, what.moment) == (300, 120)
    other = opened(what)
    other.until(lambda snapshot: snapshot.moment)
    assert other.snapshot is not None
    assert (other.snapshot.view.step, other.snapshot.whole.step) == (120, 300)
    for each in (watcher, other):
        each.lab.run_exactly(40)
        each.until(lambda snapshot: snapshot.view.step == 160 and not snapshot.moment)
        each.until_state("paused")
    assert watcher.snapshot is not None
    assert same_history(watcher.snapshot.view, other.snapshot.view)


def test_a_fork_goes_on_where_it_was(watcher: Watcher, opened: Any) -> None:
    run_to(watcher, 30)
    watcher.lab.fork([Plan(0.05), Plan(0.5), Plan(0.1, "adam")])
    watcher.until(lambda snapshot: snapshot.fork is not None and snapshot.fork.step > 100)
    watcher.lab.pause()
    watcher.until_state("paused")
    other = opened(through_a_file(watcher.lab))
    assert watcher.snapshot is not None
    assert other.snapshot is not None
    assert other.snapshot.state == "paused"
    step = watcher.snapshot.fork.step + 50
    for each in (watcher, other):
        each.lab.run_exactly(50)
        each.until(lambda snapshot: snapshot.fork.step == step)
        each.until_state("paused")
    for mine, theirs in zip(watcher.snapshot.fork.branches, other.snapshot.fork.branches, strict=True):
        np.testing.assert_array_equal(mine.parameters, theirs.parameters)
        np.testing.assert_array_equal(mine.losses, theirs.losses)
    for each in (watcher, other):
        each.lab.keep_branch(2)
        each.until(lambda snapshot: snapshot.fork is None)
    assert same_history(watcher.snapshot.view, other.snapshot.view)


def test_a_log_that_is_still_followed_is_followed_on(watcher: Watcher, opened: Any) -> None:
    changes = (Change(20, "training.learning_rate", 0.5), Change(200, "training.l2", 0.01))
    watcher.lab.set_speed(None)
    watcher.lab.set_experiment(SMALL, changes, steps=100)
    watcher.until(lambda snapshot: snapshot.view.step == 100 and snapshot.state == "paused")
    what = through_a_file(watcher.lab)
    assert what.run.following == changes[1:]
    other = opened(what)
    run_to(other, 300)
    assert other.snapshot is not None
    assert same_history(other.snapshot.view, replay(ExperimentFile(SMALL, changes), 300).view())


def test_a_diverged_run_says_again_that_it_is_and_how_it_goes_on(
    make_lab: Callable[..., Lab], qtbot: Any, opened: Any
) -> None:
    lab = make_lab(DIVERGING.with_value("training.learning_rate", 100.0))
    lab.set_speed(None)
    lab.run()
    qtbot.waitUntil(lambda: lab.state == "diverged")
    what = through_a_file(lab)
    other = make_lab()
    with qtbot.waitSignal(other.diverged) as told:
        other.open_saved(what)
    sentence, way = told.args
    assert "no longer finite" in sentence
    assert way is not None
    qtbot.waitUntil(lambda: other.state == "diverged")


def test_speed_and_conditions_to_stop_at_come_back(watcher: Watcher, opened: Any) -> None:
    watcher.lab.set_speed(None)
    watcher.lab.set_stop(Stop(steps=50, loss_above=100.0))
    watcher.lab.run()
    watcher.until(lambda snapshot: bool(snapshot.finished))
    watcher.lab.set_speed(7.0)
    other = opened(through_a_file(watcher.lab))
    assert other.lab.speed == 7.0
    assert other.snapshot is not None
    assert "50 steps" in other.snapshot.finished
    what = saved(other.lab)
    assert (what.speed, what.stop) == (7.0, Stop(steps=50, loss_above=100.0))
    # The condition that was met is not met again.
    other.lab.step()
    other.until(lambda snapshot: snapshot.view.step == 51)
    assert other.snapshot.finished == ""


def test_a_lab_that_was_opened_is_saved_as_it_was(watcher: Watcher, opened: Any) -> None:
    run_to(watcher, 40)
    watcher.lab.new_weights()
    watcher.until(lambda snapshot: snapshot.view.experiment.network.seed == 1)
    run_to(watcher, 50)
    window = {"plane": {"origin": np.arange(3.0)}, "guess": [1, None, "x"]}
    session = session_of(saved(watcher.lab), window)
    other = opened(saved_lab_of(read(written(session))))
    again = session_of(saved(other.lab), window)
    # The new lab had used one number.
    for lab in (session.lab, again.lab):
        for each in (lab, *lab["past"]):
            del each["numbers"]
        del lab["number"]
    assert same(read(written(again)), read(written(session)))


def test_what_does_not_fit_is_told_and_changes_nothing(watcher: Watcher, qtbot: Any) -> None:
    run_to(watcher, 40)
    lab, what = watcher.lab, saved(watcher.lab)
    checkpoint = what.run.state.checkpoint
    wrong = checkpoint._replace(batches=checkpoint.batches._replace(position=10**6))
    state = type(what.run.state)(**{**vars(what.run.state), "checkpoint": wrong})
    with qtbot.waitSignal(lab.notice):
        instruction = lab.open_saved(SavedLab(SavedRun(state)))
    watcher.until(lambda snapshot: snapshot.instruction == instruction)
    assert watcher.snapshot is not None
    assert (watcher.snapshot.view.step, lab.run_number, lab.state) == (40, what.number, "paused")


def test_what_is_asked_for_at_the_end_is_answered_or_cancelled(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab()
    asked: list[Future[SavedLab | None]] = [lab.saved() for _ in range(20)]
    assert lab.shutdown(60.0)
    asked.append(lab.saved())
    for future in asked:
        assert future.done()
    with pytest.raises(CancelledError):
        asked[-1].result()


def test_whoever_no_longer_waits_is_not_answered(lab: Lab) -> None:
    future = lab.saved()
    future.cancel()
    assert saved(lab).step == 0


def test_where_no_run_is_there_nothing_is_saved(lab: Lab, qtbot: Any) -> None:
    def broken() -> None:
        raise RuntimeError("on purpose")

    with qtbot.waitSignal(lab.failed):
        lab.training.post(broken)
    assert lab.saved().result(timeout=60.0) is None


def test_a_session_of_a_run_alone_is_a_lab_with_that_run(opened: Any) -> None:
    run = replay(ExperimentFile(BATCHES), 30)
    what = saved_lab_of(Session(run=session_of(SavedLab(run.saved())).run))
    other = opened(what)
    assert other.snapshot.view.step == 30
    assert other.lab.speed == USUAL_SPEED
    assert not other.lab.can_undo


def seeds(what: SavedLab) -> list[int]:
    """Of the runs that Undo brings back, the next one last."""
    return [entry.run.state.experiment.network.seed for entry in what.past if isinstance(entry, RunEntry)]


def test_of_too_many_runs_the_nearest_are_saved(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = watcher.lab
    for _ in range(3):
        lab.new_weights()
        lab.step()
    watcher.until(lambda snapshot: snapshot.view.experiment.network.seed == 3 and snapshot.view.step == 1)
    what = saved(lab)
    assert seeds(what)[-2:] == [1, 2]
    value = session_of(what).lab["past"][-1]
    monkeypatch.setattr(saved_lab, "MOST_BYTES_OF_LEFT_RUNS", int(1.5 * saved_lab.bytes_in(value)))
    kept = saved_lab_of(read(written(session_of(what))))
    assert seeds(kept) == [2]


def test_values_that_no_lab_has_are_refused(watcher: Watcher) -> None:
    run_to(watcher, 20)
    watcher.lab.new_weights()
    watcher.until(lambda snapshot: snapshot.view.experiment.network.seed == 1)
    session, rng = session_of(saved(watcher.lab)), random.Random(4)
    wrong: tuple[Any, ...] = (-1, 10**400, 0.5, "x" * 3000, [], {}, np.zeros(3), True)
    lab = {**session.lab, "past": []}
    ways = [way for way in leaves(lab) if way]
    refused = 0
    for _ in range(60):
        changed = with_other(lab, rng.choice(ways), rng.choice(wrong))
        try:
            saved_lab_of(Session(session.run, changed))
        except SessionError as error:
            assert str(error).startswith("The session was not opened: lab.")
            refused += 1
    assert refused > 40
    change = {"field": "training.l2", "before": 0.0, "after": 0.1, "text": "L2"}
    assert saved_lab_of(Session(session.run, {**session.lab, "past": [change]})).past
    lefts: tuple[Any, ...] = (
        session.lab["past"][0]["run"], {}, None, {**change, "field": "data.seed"}, {**change, "after": -1.0},
    )  # fmt: skip
    for left in lefts:
        with pytest.raises(SessionError):
            saved_lab_of(Session(session.run, {**session.lab, "past": [left]}))


def test_a_run_of_undo_that_does_not_fit_its_experiment_is_refused(watcher: Watcher) -> None:
    run_to(watcher, 20)
    watcher.lab.new_weights()
    watcher.until(lambda snapshot: snapshot.view.experiment.network.seed == 1)
    session = session_of(saved(watcher.lab))
    (left,) = session.lab["past"]
    for row in left["run"]["checkpoints"]:
        row["batches"][2] = 10**6
    with pytest.raises(SessionError, match=r"lab\.past\[0\]\.run does not fit its experiment"):
        saved_lab_of(read(written(session)))


def test_it_says_that_a_session_was_opened(lab: Lab, qtbot: Any) -> None:
    what = saved(lab)
    with qtbot.waitSignal(lab.experiment_replaced) as told:
        lab.open_saved(what)
    assert told.args[1] == words.SESSION_OPENED


@pytest.mark.parametrize(("field", "value"), [("speed", 1e-10), ("number", 2**40), ("numbers", [2**40])])
def test_a_number_that_no_lab_can_use_is_refused(lab: Lab, field: str, value: Any) -> None:
    session = session_of(saved(lab))
    assert isinstance(session.lab, dict)
    session.lab[field] = value
    with pytest.raises(SessionError, match=field):
        saved_lab_of(session)


def test_no_session_is_written_that_could_not_be_opened() -> None:
    trainer = Trainer(SMALL)
    trainer.advance(3)
    long, many = "ab" * 1500, frozenset(range(100_050))
    left = RunEntry(LeftRun(trainer.snapshot(), (), long, many), long)
    changes = tuple(ChangeEntry("training.l2", 0.0, 0.1, None, f"{long} {i}") for i in range(510))
    lab = SavedLab(
        trainer.saved(), 7, many, long, past=(*changes, left), future=changes, speed=1e-9, finished=long
    )
    again = saved_lab_of(read(written(session_of(lab))))
    assert again.name == ""
    assert again.numbers == frozenset(range(50, 100_050)), "the newest"
    assert again.speed == saved_lab.SLOWEST
    assert again.finished == long[:2000]
    assert len(again.past) == len(again.future) == 500
    assert isinstance(again.past[-1], RunEntry)
    assert again.past[-1].run.name == ""
    assert again.past[-1].text == long[:2000]
    assert again.future[-1].text == long[:2000]
