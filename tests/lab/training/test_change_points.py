"""Points that are changed in the lab while it trains, with Undo, earlier moments and the helper's answers."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from playground.engine.network_on_data import NetworkOnData
from playground.engine.trainer import replay
from playground.experiment import ExperimentFile
from playground.lab.lab import Lab
from playground.lab.saved_lab import saved_lab_of, session_of
from playground.lab.snapshot import Snapshot
from playground.landscape.plane import Plane
from playground.landscape.questions.surface import SurfaceQuestion
from playground.sessions import load_session, save_session
from tests.support.strokes import small, stroke


@pytest.fixture
def lab(qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A lab that answers its questions itself, or with a helper where the test says so."""
    lab = Lab(small(7), use_process=getattr(request, "param", False))
    yield lab
    assert lab.shutdown(30.0)


class Watched:
    """The newest snapshot of a lab."""

    def __init__(self, lab: Lab, qtbot: QtBot):
        self.lab, self.qtbot = lab, qtbot
        self.newest: Snapshot | None = None

    def until(self, instruction: int) -> Snapshot:
        """Return the first snapshot after an instruction."""

        def there() -> bool:
            self.newest = self.lab.latest() or self.newest
            newest = self.newest
            return (
                newest is not None and newest.instruction >= instruction and newest.run == self.lab.run_number
            )

        self.qtbot.waitUntil(there, timeout=10_000)
        assert self.newest is not None
        return self.newest

    def until_step(self, step: int) -> Snapshot:
        """Return the first snapshot of a run that waits at this step."""

        def there() -> bool:
            self.newest = self.lab.latest() or self.newest
            newest = self.newest
            return newest is not None and newest.view.step == step and newest.state != "running"

        self.qtbot.waitUntil(there, timeout=20_000)
        assert self.newest is not None
        return self.newest


def n_training(snapshot: Snapshot) -> int:
    return len(snapshot.samples.X_train)


def test_a_stroke_acts_on_the_running_run_and_undo_takes_it_back(lab: Lab, qtbot: QtBot) -> None:
    watched = Watched(lab, qtbot)
    lab.set_speed(None)
    lab.run()
    before = watched.until(1)
    added = watched.until(lab.change_points(stroke(added=[[1, 2, 1], [2, 1, 0]]), before.run))
    assert added.state == "running"
    assert added.view.step >= before.view.step
    assert n_training(added) == 34
    assert lab.experiment.data is not None
    assert lab.experiment.data.points == 42
    with qtbot.waitSignal(lab.undo_named, timeout=10_000) as named:
        lab.change_points(stroke(removed=[0, 33]), added.run)
    assert named.args == ["2 points removed", ""]
    removed = watched.until(lab.newest_instruction)
    # One of them was a test point.
    assert (n_training(removed), len(removed.samples.X_test)) == (33, 7)
    lab.undo()
    back = watched.until(lab.newest_instruction)
    assert back.state == "running"
    assert back.samples.X_train.tolist() == added.samples.X_train.tolist()
    assert back.samples.X_test.tolist() == added.samples.X_test.tolist()
    lab.undo()
    first = watched.until(lab.newest_instruction)
    assert first.samples.X_train.tolist() == before.samples.X_train.tolist()
    lab.redo()
    again = watched.until(lab.newest_instruction)
    assert again.samples.X_train.tolist() == added.samples.X_train.tolist()
    lab.pause()
    end = _paused(watched)
    run = replay(ExperimentFile.from_json(end.view.experiment_file.to_json()), end.view.step)
    assert np.array_equal(run.parameters, end.view.parameters)
    assert run.train_loss() == end.view.train_loss


def _paused(watched: Watched) -> Snapshot:
    def there() -> bool:
        watched.newest = watched.lab.latest() or watched.newest
        return watched.newest is not None and watched.newest.state == "paused"

    watched.qtbot.waitUntil(there, timeout=10_000)
    assert watched.newest is not None
    return watched.newest


def test_a_stroke_that_cannot_be_is_refused_by_a_notice(lab: Lab, qtbot: QtBot) -> None:
    watched = Watched(lab, qtbot)
    before = watched.until(1)
    with qtbot.waitSignal(lab.notice, timeout=10_000) as notice:
        lab.change_points(stroke(removed=[99]), before.run)
    assert notice.args == ["The removed points hold row 99, and there are rows 0 to 39."]
    after = watched.until(lab.newest_instruction)
    assert after.run == before.run
    assert after.view.history.changes == ()
    assert not lab.can_undo


def test_an_earlier_moment_has_the_points_of_its_time(lab: Lab, qtbot: QtBot) -> None:
    watched = Watched(lab, qtbot)
    first = watched.until(1)
    lab.run_exactly(20)
    watched.until_step(20)
    lab.change_points(stroke(added=[[1, 2, 1]]), first.run)
    lab.run_exactly(20)
    now = watched.until_step(40)
    assert n_training(now) == 33
    lab.show_moment(10, now.run)
    earlier = watched.until_step(10)
    assert n_training(earlier) == 32
    assert earlier.run != now.run
    assert isinstance(earlier.problem, NetworkOnData)
    assert earlier.problem.loss(earlier.view.parameters) == pytest.approx(earlier.view.train_loss, rel=1e-12)
    assert earlier.now is not None
    assert earlier.now.step == 40
    lab.show_moment(30, earlier.run)
    later = watched.until_step(30)
    assert n_training(later) == 33
    # A stroke here goes on from there, on a branch.
    lab.show_moment(10, later.run)
    there = watched.until_step(10)
    branched = watched.until(lab.change_points(stroke(removed=[1]), there.run))
    assert (branched.view.step, n_training(branched)) == (10, 31)
    lab.undo()
    assert n_training(watched.until_step(40)) == 33


@pytest.mark.parametrize("lab", [False, pytest.param(True, marks=pytest.mark.slow)], indirect=True)
def test_the_answers_are_of_the_points_that_are_shown(lab: Lab, qtbot: QtBot) -> None:
    watched = Watched(lab, qtbot)

    def answered(shown: Snapshot) -> float:
        view = shown.view
        lab.ask(SurfaceQuestion(shown.run, view.step, view.parameters, view.history.path, resolution=11))
        found = []

        def there() -> bool:
            answer = lab.answer("surface")
            if answer is not None and answer.surface is not None:
                found.append(answer)
            return bool(found) and found[-1].complete

        qtbot.waitUntil(there, timeout=20_000)
        planes.append(found[-1].choice.plane)
        return float(found[-1].true_loss)

    planes: list[Plane] = []
    first = watched.until(1)
    lab.run_exactly(20)
    paused = watched.until_step(20)
    assert answered(paused) == pytest.approx(paused.view.train_loss, rel=1e-12)
    painted = watched.until(lab.change_points(stroke(added=[[9, 9, 0]] * 20), first.run))
    assert painted.view.train_loss != paused.view.train_loss
    assert answered(painted) == pytest.approx(painted.view.train_loss, rel=1e-12)
    lab.run_exactly(20)
    watched.until_step(40)
    lab.show_moment(15, lab.run_number)
    earlier = watched.until_step(15)
    assert answered(earlier) == pytest.approx(earlier.view.train_loss, rel=1e-12)
    # The plane of the rehearsal stays where it is, whatever is painted.
    assert all(np.array_equal(plane.u, planes[0].u) for plane in planes)


@pytest.mark.parametrize("running", [False, True])
def test_taken_points_are_a_table_and_the_run_goes_on(lab: Lab, qtbot: QtBot, running: bool) -> None:
    watched = Watched(lab, qtbot)
    first = watched.until(1)
    if running:
        lab.run()
    else:
        lab.run_exactly(30)
        first = watched.until_step(30)
    taken = watched.until(lab.take_points(first.run))
    assert taken.state == ("running" if running else "paused")
    assert lab.experiment.data is not None
    assert lab.experiment.data.table is not None
    assert taken.samples.X_train.tolist() == first.samples.X_train.tolist()
    assert taken.view.step >= first.view.step
    lab.pause()
    end = _paused(watched)
    run = replay(end.view.experiment_file, end.view.step)
    of_set = replay(ExperimentFile(first.view.experiment), end.view.step)
    assert np.array_equal(run.parameters, end.view.parameters)
    assert np.array_equal(of_set.parameters, end.view.parameters)
    lab.undo()
    back = watched.until(lab.newest_instruction)
    assert back.view.experiment == first.view.experiment


def test_a_session_takes_its_strokes_back(lab: Lab, qtbot: QtBot) -> None:
    watched = Watched(lab, qtbot)
    first = watched.until(1)
    lab.run_exactly(20)
    watched.until_step(20)
    added = watched.until(lab.change_points(stroke(added=[[1, 2, 1]]), first.run))
    watched.until(lab.change_points(stroke(removed=[3, 36]), added.run))
    file = io.BytesIO()
    save_session(file, session_of(lab.saved().result(timeout=10)))
    file.seek(0)
    other = Lab(small(), use_process=False)
    elsewhere = Watched(other, qtbot)
    elsewhere.until(1)
    opened = elsewhere.until(other.open_saved(saved_lab_of(load_session(file))))
    assert (n_training(opened), len(opened.samples.X_test)) == (32, 7)
    other.undo()
    back = elsewhere.until(other.newest_instruction)
    assert back.samples.X_train.tolist() == added.samples.X_train.tolist()
    other.redo()
    assert n_training(elsewhere.until(other.newest_instruction)) == 32
    other.undo()
    other.undo()
    assert (
        elsewhere.until(other.newest_instruction).samples.X_train.tolist() == first.samples.X_train.tolist()
    )
    assert other.shutdown(30.0)


def test_a_stroke_on_points_that_have_changed_meanwhile_is_left_out(lab: Lab, qtbot: QtBot) -> None:
    watched = Watched(lab, qtbot)
    before = watched.until(1)
    first = watched.until(lab.change_points(stroke(added=[[1, 2, 1]]), before.run, before.view.data))
    assert n_training(first) == n_training(before) + 1
    with qtbot.waitSignal(lab.notice, timeout=10_000) as notice:
        lab.change_points(stroke(removed=[0]), before.run, before.view.data)
    assert notice.args == ["The points have changed meanwhile: the stroke is left out."]
    assert n_training(watched.until(lab.newest_instruction)) == n_training(first)


def test_a_stroke_that_is_refused_at_an_earlier_moment_begins_no_branch(lab: Lab, qtbot: QtBot) -> None:
    watched = Watched(lab, qtbot)
    watched.until(1)
    lab.run_exactly(20)
    watched.until_step(20)
    lab.show_moment(5, lab.run_number)
    there = watched.until_step(5)
    with qtbot.waitSignal(lab.notice, timeout=10_000) as notice:
        lab.change_points(stroke(removed=[99]), there.run)
    assert notice.args == ["The removed points hold row 99, and there are rows 0 to 39."]
    assert watched.until(lab.newest_instruction).run == there.run
    assert not lab.can_undo


def test_taking_the_points_keeps_the_step_at_which_a_run_stops(lab: Lab, qtbot: QtBot) -> None:
    watched = Watched(lab, qtbot)
    watched.until(1)
    lab.set_speed(30)
    lab.run_exactly(25)
    lab.take_points()
    end = watched.until_step(25)
    assert end.state == "paused"
    assert end.begun_at == 0
    assert end.view.data is not None
    assert end.view.data.table is not None
