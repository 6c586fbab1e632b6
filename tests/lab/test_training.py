"""Running, pausing, steering: a student at the transport and at the slider."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from small_runs import DIVERGING, SMALL

from playground.engine.run_view import RunView
from playground.engine.trainer import Trainer, replay
from playground.experiment import Change, Experiment, ExperimentError, ExperimentFile
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot


class Watcher:
    """Keeps the newest snapshot of a lab."""

    def __init__(self, lab: Lab, qtbot: Any):
        self.lab, self.qtbot = lab, qtbot
        self.snapshot: Snapshot | None = None

    def look(self) -> Snapshot | None:
        self.snapshot = self.lab.latest() or self.snapshot
        return self.snapshot

    def until(self, condition: Callable[[Snapshot], bool]) -> RunView:
        def seen() -> bool:
            snapshot = self.look()
            return snapshot is not None and condition(snapshot)

        self.qtbot.waitUntil(seen, timeout=20_000)
        assert self.snapshot is not None
        return self.snapshot.view

    def until_state(self, state: str) -> RunView:
        return self.until(lambda snapshot: snapshot.state == self.lab.state == state)


@pytest.fixture
def watcher(lab: Lab, qtbot: Any) -> Watcher:
    return Watcher(lab, qtbot)


def same_history(one: RunView, other: RunView) -> bool:
    """Whether two runs recorded the same numbers, bit by bit."""
    curves, others = one.history.curves, other.history.curves
    return (
        one.step == other.step
        and curves.keys() == others.keys()
        and all(
            np.array_equal(curves[name].steps, others[name].steps)
            and np.array_equal(curves[name].values, others[name].values, equal_nan=True)
            for name in curves
        )
        and np.array_equal(one.history.path, other.history.path)
        and np.array_equal(one.parameters, other.parameters)
        and one.history.changes == other.history.changes
    )


def test_a_new_lab_shows_the_first_moment_of_its_run(watcher: Watcher) -> None:
    view = watcher.until_state("ready")
    assert view.step == 0
    assert np.array_equal(view.parameters, Trainer(SMALL).parameters)
    assert watcher.lab.run_number == 1
    assert watcher.lab.experiment == SMALL


def test_a_snapshot_that_is_ahead_of_its_announcement_waits_for_it(watcher: Watcher, qtbot: Any) -> None:
    """The window looks while the signal of the new run is still on its way."""
    watcher.until_state("ready")
    lab = watcher.lab
    box: Any = lab._training.snapshots
    published, put = threading.Event(), box.put
    box.put = lambda snapshot: put(snapshot) or published.set()
    lab.same_weights_again()
    assert published.wait(20.0)
    assert lab.latest() is None
    assert lab.latest() is None
    assert watcher.until(lambda snapshot: snapshot.run == 2).step == 0


def test_run_and_pause(watcher: Watcher) -> None:
    watcher.lab.set_speed(None)
    watcher.lab.run()
    watcher.until(lambda snapshot: snapshot.view.step > 50 and snapshot.steps_per_second > 0)
    assert watcher.lab.state == "running"
    watcher.lab.pause()
    view = watcher.until_state("paused")
    assert watcher.snapshot is not None
    assert watcher.snapshot.steps_per_second == 0.0
    watcher.lab.step()
    assert watcher.until(lambda snapshot: snapshot.view.step > view.step).step == view.step + 1


def test_two_presses_of_run_and_pause_in_a_row_leave_it_standing(watcher: Watcher) -> None:
    watcher.lab.toggle()
    watcher.lab.toggle()
    watcher.until_state("paused")
    watcher.lab.toggle()
    watcher.until_state("running")


def test_run_exactly_stops_at_the_step(watcher: Watcher) -> None:
    watcher.lab.set_speed(None)
    watcher.lab.run_exactly(1234)
    assert watcher.until_state("paused").step == 1234
    watcher.lab.run_exactly(1)
    assert watcher.until(lambda snapshot: snapshot.view.step > 1234).step == 1235


def test_a_slow_run_pauses_at_once_and_steps_at_once(watcher: Watcher, qtbot: Any) -> None:
    watcher.lab.set_speed(0.001)
    watcher.lab.run()
    watcher.until(lambda snapshot: snapshot.view.step == 1)
    with qtbot.waitSignal(watcher.lab.state_changed, timeout=5000) as stopped:
        watcher.lab.pause()
    assert stopped.args == ["paused"]
    watcher.lab.step()
    watcher.until(lambda snapshot: snapshot.view.step == 2)


def test_a_faster_speed_acts_at_once(watcher: Watcher) -> None:
    watcher.lab.set_speed(0.001)
    watcher.lab.run()
    watcher.until(lambda snapshot: snapshot.view.step == 1)
    watcher.lab.set_speed(None)
    watcher.until(lambda snapshot: snapshot.view.step > 100)


def test_the_very_next_step_uses_the_new_learning_rate(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.set_speed(None)
    lab.run()
    watcher.until(lambda snapshot: snapshot.view.step > 20)
    assert lab._training.stage.run is not None
    begun = steps_begun(lab._training.stage.run.trainer)
    for rate in (0.2, 0.05, 0.15):
        watcher.until(lambda snapshot, step=watcher.snapshot.view.step: snapshot.view.step > step + 20)
        lab.set_learning_rate(rate)
        moved = len(begun)
        view = watcher.until(lambda snapshot, rate=rate: snapshot.view.settings.learning_rate == rate)
        change = view.history.changes[-1]
        assert (change.field, change.value) == ("training.learning_rate", rate)
        # The step that was under way when the slider moved may have been entered in the list only then.
        assert begun.index(rate, moved) <= moved + 1
    assert [change.value for change in view.history.changes] == [0.2, 0.05, 0.15]


def steps_begun(trainer: Any) -> list[float | None]:
    """A list that gets an entry before each step that begins, and the new value at each change."""
    begun: list[float | None] = []
    advance, change = trainer.advance, trainer.change

    def watched_advance(n: int, interrupted: Callable[[], bool]) -> int:
        return advance(n, lambda: interrupted() or begun.append(None))

    def watched_change(field: str, value: float) -> None:
        begun.append(value)
        change(field, value)

    trainer.advance, trainer.change = watched_advance, watched_change
    return begun


def test_dragging_while_it_stands_logs_where_the_slider_was_let_go(watcher: Watcher) -> None:
    watcher.lab.pause()
    watcher.lab.step()
    for rate in np.linspace(0.1, 0.4, 200):
        watcher.lab.set_learning_rate(float(rate))
    assert watcher.lab.experiment.training.learning_rate == pytest.approx(0.4)
    view = watcher.until(lambda snapshot: snapshot.view.settings.learning_rate == pytest.approx(0.4))
    watcher.lab.step()
    view = watcher.until(lambda snapshot: snapshot.view.step == 2)
    assert view.last_update is not None
    assert view.last_update.learning_rate == pytest.approx(0.4)


def test_a_value_that_no_experiment_may_have_is_refused_at_once(lab: Lab) -> None:
    with pytest.raises(ExperimentError, match="learning_rate"):
        lab.set_learning_rate(float("nan"))
    with pytest.raises(ExperimentError, match="points"):
        lab.change("data.points", 3)
    with pytest.raises(ValueError, match="steps_per_second"):
        lab.set_speed(0.0)
    assert lab.experiment == SMALL


def test_thrown_to_infinity_and_brought_back(make_lab: Callable[..., Lab], qtbot: Any) -> None:
    lab = make_lab(DIVERGING)
    watcher = Watcher(lab, qtbot)
    lab.set_speed(None)
    lab.set_learning_rate(5.0)
    with qtbot.waitSignal(lab.diverged, timeout=20_000) as thrown:
        lab.run()
    view = watcher.until_state("diverged")
    assert view.diverged
    assert np.isfinite(view.parameters).all()
    assert np.isfinite(view.train_loss)
    sentence = thrown.args[0]
    assert f"step {view.step + 1} at α = 5" in sentence
    assert f"step {view.step} are kept" in sentence

    with qtbot.waitSignal(lab.diverged, timeout=5000):
        lab.run()
    assert watcher.until_state("diverged").step == view.step

    lab.set_learning_rate(0.3)
    assert watcher.until_state("paused").step == view.step
    lab.run_exactly(500)
    calm = watcher.until(lambda snapshot: snapshot.view.step == view.step + 500)
    assert calm.train_loss < view.train_loss


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_however_the_run_was_cut_its_history_is_the_same(
    make_lab: Callable[..., Lab], qtbot: Any, seed: int
) -> None:
    """Pauses, speeds, single steps, slices of any length: only what was changed when matters."""
    chance = random.Random(seed)
    experiment = SMALL.with_value("training.batch_size", 7).with_value("data.points", 60)
    lab = make_lab(experiment)
    watcher = Watcher(lab, qtbot)
    wild = {
        "speed": lambda: lab.set_speed(chance.choice([None, None, 300.0, 2000.0, 60.0])),
        "run": lab.run,
        "pause": lab.pause,
        "step": lab.step,
        "exactly": lambda: lab.run_exactly(chance.randint(1, 40)),
        "α": lambda: lab.set_learning_rate(chance.choice([0.01, 0.1, 0.3])),
        "batch": lambda: lab.change("training.batch_size", chance.choice([None, 3, 10])),
        "l2": lambda: lab.change("training.l2", chance.choice([0.0, 0.01])),
        "momentum": lambda: lab.change("training.optimizer", chance.choice(["momentum", "adam"])),
        "slice": lambda: setattr(lab._training.stepper.pace, "SLICE", chance.choice([1e-4, 4e-3])),
    }
    for _ in range(60):
        wild[chance.choice(list(wild))]()
        before = watcher.snapshot
        if lab.state == "running":
            watcher.until(lambda snapshot, before=before: snapshot is not before or lab.state != "running")
    lab.set_speed(None)
    lab.pause()
    pauses = []
    lab._training.post(lambda: pauses.append(lab._training.stage.run.trainer.step))
    lab.run_exactly(200)
    ended = watcher.until(lambda snapshot: bool(pauses) and snapshot.view.step == pauses[0] + 200)
    alone = replay(ExperimentFile(experiment, ended.history.changes), ended.step)
    assert same_history(ended, alone.view())


def test_steps_that_were_interrupted_anywhere_are_the_same_steps() -> None:
    chance = random.Random(4)
    experiment = SMALL.with_value("training.batch_size", 7).with_value("training.optimizer", "adam")
    cut, alone = Trainer(experiment), Trainer(experiment)
    for _ in range(200):
        chances = iter([False] * chance.randint(0, 30))
        before = cut.step
        made = cut.advance(chance.randint(1, 300), lambda chances=chances: next(chances, True))
        assert made == cut.step - before <= 30
        if made:
            assert cut.last_update is not None
            assert cut.last_update.step == cut.step - 1
    update = cut.last_update
    alone.advance(cut.step)
    assert same_history(cut.view(), alone.view())
    assert update is not None
    assert alone.last_update is not None
    for array, other in zip(update, alone.last_update, strict=True):
        assert np.array_equal(array, other)


def test_an_opened_log_of_changes_is_followed(make_lab: Callable[..., Lab], qtbot: Any) -> None:
    changes = (
        Change(0, "training.l2", 0.01),
        Change(30, "training.learning_rate", 0.2),
        Change(50, "training.batch_size", 8),
    )
    lab = make_lab()
    watcher = Watcher(lab, qtbot)
    lab.set_experiment(SMALL, changes, steps=50)
    view = watcher.until(lambda snapshot: snapshot.view.step == 50 and snapshot.state == "paused")
    assert view.history.changes == changes
    assert same_history(view, replay(ExperimentFile(SMALL, changes), 50).view())
    assert lab.run_number == 2


def test_a_hand_on_the_slider_ends_the_log(make_lab: Callable[..., Lab], qtbot: Any) -> None:
    lab = make_lab()
    watcher = Watcher(lab, qtbot)
    lab.set_experiment(SMALL, [Change(30, "training.learning_rate", 0.2)])
    lab.run_exactly(10)
    watcher.until(lambda snapshot: snapshot.view.step == 10 and snapshot.state == "paused")
    with qtbot.waitSignal(lab.notice, timeout=5000) as said:
        lab.set_learning_rate(0.4)
    assert "step 10" in said.args[0]
    lab.run_exactly(30)
    view = watcher.until(lambda snapshot: snapshot.view.step == 40)
    assert view.settings.learning_rate == pytest.approx(0.4)


def test_a_fault_in_training_is_told_and_the_next_experiment_trains(
    make_lab: Callable[..., Lab], qtbot: Any
) -> None:
    lab = make_lab()
    watcher = Watcher(lab, qtbot)
    lab.run_exactly(5)
    watcher.until(lambda snapshot: snapshot.view.step == 5)

    with qtbot.waitSignal(lab.failed, timeout=5000) as told:
        lab._training.post(fault)
    assert "a fault between two steps" in told.args[0]
    qtbot.waitUntil(lambda: lab.state == "failed")
    lab.run()
    lab.step()
    lab.set_learning_rate(0.05)
    lab.same_weights_again()
    qtbot.waitUntil(lambda: lab.state == "ready")
    assert lab.experiment.training.learning_rate == pytest.approx(0.05)
    lab.run_exactly(3)
    watcher.until(lambda snapshot: snapshot.view.step == 3 and snapshot.state == "paused")


def together(lab: Lab, *post: Callable[[], None]) -> None:
    """Give commands while the thread is busy with another, so that it finds all of them at once."""
    begun, go_on = threading.Event(), threading.Event()
    lab._training.post(lambda: begun.set() or go_on.wait(20.0))
    assert begun.wait(20.0)
    for each in post:
        each()
    go_on.set()


def fault() -> None:
    raise RuntimeError("a fault between two steps")


def test_a_command_that_fails_takes_none_of_those_after_it_with_it(lab: Lab, qtbot: Any) -> None:
    watcher = Watcher(lab, qtbot)
    told: list[str] = []
    lab.failed.connect(told.append)
    watcher.until_state("ready")
    together(
        lab,
        lambda: lab._training.post(fault),
        lambda: lab.set_learning_rate(0.07),
        lambda: lab.run_exactly(5),
        lab.new_weights,
        lambda: lab.run_exactly(3),
    )
    view = watcher.until(lambda snapshot: snapshot.run == 2 and snapshot.state == "paused")
    # What came before the new run found none to act on; what came after it acts on that one.
    assert view.step == 3
    assert view.experiment.training.learning_rate == pytest.approx(0.07)
    assert view.experiment.network.seed == SMALL.network.seed + 1
    assert len(told) == 1


def test_a_run_that_cannot_be_made_leaves_room_for_the_one_asked_for_next(lab: Lab, qtbot: Any) -> None:
    watcher = Watcher(lab, qtbot)
    watcher.until_state("ready")
    together(
        lab,
        lambda: lab._training.post_restart(lab._order(), lambda present: 1 // 0),
        lambda: lab.set_experiment(SMALL.with_value("data.noise", 0.3)),
        lambda: lab.run_exactly(2),
    )
    view = watcher.until(lambda snapshot: snapshot.run == 2 and snapshot.state == "paused")
    assert (view.step, view.experiment.data.noise) == (2, 0.3)


def test_a_fault_at_an_earlier_moment_leaves_nothing_of_it_behind(lab: Lab, qtbot: Any) -> None:
    watcher = Watcher(lab, qtbot)
    told: list[str] = []
    lab.failed.connect(told.append)
    lab.run_exactly(20)
    watcher.until(lambda snapshot: snapshot.view.step == 20)
    lab.show_moment(7)
    watcher.until(lambda snapshot: snapshot.moment)
    lab._training.post(fault)
    lab.run()
    lab.step()
    lab.change("training.l2", 0.01)
    lab.same_weights_again()
    lab.step()
    view = watcher.until(lambda snapshot: snapshot.run == 2 and snapshot.view.step == 1)
    assert view.settings.l2 == pytest.approx(0.01)
    assert len(told) == 1


def test_the_switch_interval_is_short_only_while_it_trains_as_fast_as_it_goes(watcher: Watcher) -> None:
    usual = sys.getswitchinterval()
    watcher.lab.set_speed(None)
    watcher.lab.run()
    watcher.until(lambda snapshot: snapshot.view.step > 10)
    assert sys.getswitchinterval() < usual
    watcher.lab.pause()
    watcher.until_state("paused")
    assert sys.getswitchinterval() == pytest.approx(usual)


def test_an_idle_lab_never_wakes(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    watcher.lab.step()
    watcher.until_state("paused")
    assert watcher.lab._training.stepper.patience() is None
    assert not watcher.lab._analysis._desk.busy


def test_samples_are_the_same_object_for_a_whole_run(watcher: Watcher) -> None:
    watcher.until_state("ready")
    assert watcher.snapshot is not None
    samples = watcher.snapshot.samples
    watcher.lab.step()
    watcher.until(lambda snapshot: snapshot.view.step == 1)
    assert watcher.snapshot.samples is samples
    assert samples.X_train.shape == (32, 2)


def test_an_experiment_with_eight_layers_obeys_pause_after_the_present_step(
    make_lab: Callable[..., Lab], qtbot: Any
) -> None:
    large = Experiment().with_value("data.points", 2000).with_value("network.hidden_layers", (64,) * 8)
    lab = make_lab(large)
    watcher = Watcher(lab, qtbot)
    lab.set_speed(None)
    lab.run()
    watcher.until(lambda snapshot: snapshot.view.step >= 2)
    assert lab._training.stage.run is not None
    begun = steps_begun(lab._training.stage.run.trainer)
    watcher.until(lambda snapshot: len(begun) > 2)
    lab.pause()
    paused = len(begun)
    watcher.until_state("paused")
    assert len(begun) <= paused + 1
