"""Running, pausing, steering: a student at the transport and at the slider."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.experiment_checks import ExperimentError
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from tests.support.small_runs import DIVERGING, SMALL
from tests.support.steps_begun import steps_begun
from tests.support.watching import Watcher


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
    box: Any = lab.training.snapshots
    published, put = threading.Event(), box.put

    def put_and_tell(snapshot: Snapshot) -> None:
        put(snapshot)
        published.set()

    box.put = put_and_tell
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
    with qtbot.waitSignal(watcher.lab.state_changed) as stopped:
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


def beyond(step: int) -> Callable[[Snapshot], bool]:
    return lambda snapshot: snapshot.view.step > step


def of_rate(rate: float) -> Callable[[Snapshot], bool]:
    return lambda snapshot: snapshot.view.settings.learning_rate == rate


def test_the_very_next_step_uses_the_new_learning_rate(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.set_speed(None)
    lab.run()
    watcher.until(lambda snapshot: snapshot.view.step > 20)
    assert lab.training.current.run is not None
    begun = steps_begun(lab.training.current.run.trainer)
    for rate in (0.2, 0.05, 0.15):
        watcher.until(beyond(watcher.snapshot.view.step + 20))
        lab.set_learning_rate(rate)
        moved = len(begun)
        view = watcher.until(of_rate(rate))
        change = view.history.changes[-1]
        assert (change.field, change.value) == ("training.learning_rate", rate)
        # The step that was under way when the slider moved may have been entered in the list only then.
        assert begun.index(rate, moved) <= moved + 1
    assert [change.value for change in view.history.changes] == [0.2, 0.05, 0.15]


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
    with qtbot.waitSignal(lab.diverged) as thrown:
        lab.run()
    view = watcher.until_state("diverged")
    assert view.diverged
    assert np.isfinite(view.parameters).all()
    assert np.isfinite(view.train_loss)
    sentence = thrown.args[0]
    assert f"step {view.step + 1} at α = 5" in sentence
    assert f"step {view.step} are kept" in sentence

    with qtbot.waitSignal(lab.diverged):
        lab.run()
    assert watcher.until_state("diverged").step == view.step

    lab.set_learning_rate(0.3)
    assert watcher.until_state("paused").step == view.step
    lab.run_exactly(500)
    calm = watcher.until(lambda snapshot: snapshot.view.step == view.step + 500)
    assert calm.train_loss < view.train_loss


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
    assert watcher.lab.training.stepper.patience() is None
    assert not watcher.lab.analysis.busy


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
    assert lab.training.current.run is not None
    begun = steps_begun(lab.training.current.run.trainer)
    watcher.until(lambda snapshot: len(begun) > 2)
    lab.pause()
    paused = len(begun)
    watcher.until_state("paused")
    assert len(begun) <= paused + 1
