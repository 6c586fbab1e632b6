"""One run: an experiment trained step by step, with changes of the user while it runs.

A run is a function of its experiment and its log of changes. Nothing in it depends on time: `advance(1000)`
and a thousand times `advance(1)` give the same parameters and the same history, bit by bit.

engine.recording.recorded_descent makes, checks and records the steps; this file applies changes and keeps
what is needed to go back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from playground.arrays import Array
from playground.engine.datasets import Samples, samples_of
from playground.engine.painted_points import NO_POINTS, painted, painted_by_log, with_its_points
from playground.engine.problem import Problem
from playground.engine.problem_of_experiment import network_on_data, problem_of
from playground.engine.recording.checkpoints import (
    MOST_RECORDS,
    RECORD_STRIDE,
    Thinned,
    first_stride,
    most_checkpoints,
)
from playground.engine.recording.followed_log import FollowedLog
from playground.engine.recording.history import History, Present
from playground.engine.recording.recorded_descent import RecordedDescent
from playground.engine.recording.run_state import RunState
from playground.engine.recording.run_view import LastUpdate, RunView
from playground.engine.recording.saved_run import SavedRun
from playground.engine.schedules import schedule_of
from playground.engine.stepping.descent import Checkpoint, Interrupted
from playground.experiment import (
    LIVE_FIELDS,
    Change,
    DataSettings,
    DraggedChange,
    Experiment,
    ExperimentFile,
    TrainingSettings,
)
from playground.experiment_checks import ExperimentError
from playground.experiment_strokes import plain_value
from playground.experiment_table import FIELD as POINTS


class Trainer:
    """The training of an experiment's problem.

    experiment   as the run was started; .settings holds the live values
    problem      what is minimised, with the present penalties; that of the experiment unless another is given
    checkpoints  at many steps: see engine.branches.moments
    records      the same with the history, at a few
    """

    def __init__(self, experiment: Experiment, problem: Problem | None = None):
        self.experiment = experiment
        if problem is None:
            problem = problem_of(experiment)
        problem = problem.with_penalties(experiment.training.l1, experiment.training.l2)
        self.problem = self._first_problem = problem
        order = np.random.default_rng([experiment.training.seed, 3])
        self._run = RecordedDescent(problem, problem.start(), order, experiment.training)
        self._descent, self._gauge = self._run.descent, self._run.gauge
        self._live = experiment
        self._diverged = False
        self._settled = True
        self._drag: tuple[str, int, int] | None = None
        """Field, gesture and number of the drag that the newest change belongs to; None where it has none."""
        stride = first_stride(problem.step_cost(self._descent.batches.batch_size))
        self.checkpoints = Thinned(self._run.last_finite, stride, most_checkpoints(problem.n_parameters))
        self.records = Thinned(self._record(), RECORD_STRIDE, MOST_RECORDS)

    @property
    def network(self) -> Any:
        """The Network with the present penalties; None where the problem is no network on data."""
        on_data = network_on_data(self.problem)
        return None if on_data is None else on_data.network

    @property
    def samples(self) -> Any:
        """The Samples of the network; None where the problem is no network on data."""
        on_data = network_on_data(self.problem)
        return None if on_data is None else on_data.samples

    @property
    def settings(self) -> TrainingSettings:
        """The live values, which the next step uses."""
        return self._live.training

    @property
    def data(self) -> DataSettings | None:
        """The present points: those of the experiment, or a table after a change; None with a formula."""
        return self._live.data

    @property
    def step(self) -> int:
        """Steps made."""
        return self._descent.step

    @property
    def epoch(self) -> int:
        """Completed passes over the training points."""
        return self._descent.batches.epoch

    @property
    def parameters(self) -> Array:
        """θ (P,), a copy in public order."""
        return self._descent.parameters

    @property
    def diverged(self) -> bool:
        """Whether the next step has a loss or a gradient that is not finite: see overflows.

        A change clears it.
        """
        return self._diverged

    @property
    def learning_rate(self) -> float:
        """α before any schedule. Setting it is logged and acts from the very next step."""
        return self._live.training.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self.change("training.learning_rate", value)

    @property
    def rate(self) -> float:
        """The α of the next step: learning_rate times the factor of the schedule."""
        schedule = schedule_of(self.settings)
        return self.learning_rate if schedule is None else self.learning_rate * schedule.factor_at(self.step)

    @property
    def history(self) -> History:
        """The record up to the present step."""
        update = self._descent.last_update
        before = None if update is None else self._descent.working.public(update.theta)
        measured = self._gauge.everything()
        self._run.history.present = Present(self.step, self.parameters, self.rate, measured, before)
        return self._run.history

    @property
    def last_update(self) -> LastUpdate | None:
        """The update that led here; None at the start and right after other parameters or other points."""
        update = self._descent.last_update
        if update is None:
            return None
        public = self._descent.working.public
        before, gradient, after = public(update.theta), public(update.gradient), self.parameters
        for array in (before, gradient, after):
            array.setflags(write=False)
        optimizer = update.optimizer.reordered(public)
        return LastUpdate(before, gradient, after, update.learning_rate, update.step, optimizer)

    def overflows(self) -> str:
        """Return what is not finite after the step that a diverged run cannot make: "J" or "gradient".

        Return "here" where J is not finite at the present θ already, "no gradient" where J is finite there
        and ∂J/∂θ is not.
        """
        if not math.isfinite(self.train_loss()):
            return "here"
        with np.errstate(all="ignore"):
            if not np.isfinite(self.problem.loss_and_gradient(self.parameters)[1]).all():
                return "no gradient"
        here, last_update = self._descent.checkpoint(), self._descent.last_update
        with np.errstate(all="ignore"):
            self._descent.settle(self.settings)
            self._descent.replay_to(self.step + 1)
            self._gauge.invalidate()
            loss = self.train_loss()
        self._descent.return_to(here)
        self._descent.last_update = last_update
        self._gauge.invalidate()
        return "gradient" if math.isfinite(loss) else "J"

    def train_loss(self) -> float:
        """Return J at the present θ over all training points."""
        return _or_nan(self._gauge.read("train")[0])

    def test_loss(self) -> float:
        """Return J over all test points; NaN where there are none."""
        return _or_nan(self._gauge.read("test")[0])

    def train_accuracy(self) -> float:
        """Return the share of training points whose class is predicted right; NaN without classes."""
        return _or_nan(self._gauge.read("train")[1])

    def test_accuracy(self) -> float:
        """Return the same for the test points."""
        return _or_nan(self._gauge.read("test")[1])

    def view(self) -> RunView:
        """Return an immutable view of the run at its present step."""
        parameters = self.parameters
        parameters.setflags(write=False)
        return RunView(
            experiment=self.experiment,
            settings=self.settings,
            step=self.step,
            epoch=self.epoch,
            parameters=parameters,
            train_loss=self.train_loss(),
            test_loss=self.test_loss(),
            train_accuracy=self.train_accuracy(),
            test_accuracy=self.test_accuracy(),
            history=self.history.view(),
            last_update=self.last_update,
            diverged=self._diverged,
            checkpoint=self._coming_checkpoint(),
            train_points_loss=self._gauge.points_loss("train"),
            test_points_loss=self._gauge.points_loss("test"),
            penalty=self._gauge.penalty(),
            data=self.data,
        )

    def change(self, field: str, value: Any) -> None:
        """Set one of LIVE_FIELDS, or change the points by "data.table"; logged, and used from the next step.

        A new optimiser starts with an empty state; a new batch size, and other points, start a new epoch. For
        a change of the points see experiment_strokes. Raises ExperimentError for a value that the field may
        not have, and for any other field.
        """
        if field == POINTS:
            self._change_points(value)
        else:
            self._log_and_take(field, self._checked(field, value))

    def _change_points(self, value: Any) -> None:
        """Add, move and remove points; nothing is changed where it cannot be done."""
        on_data, data = network_on_data(self._first_problem), self._live.data
        start = self.experiment.data
        if on_data is None or data is None or start is None:
            raise ExperimentError(POINTS, NO_POINTS)
        painted_data = painted(start, data, [value], on_data.samples)
        samples = samples_of(painted_data)
        self._leave_what_is_not_finite()
        self._run.history.log(Change(self.step, POINTS, plain_value(value)), None)
        self._drag = None
        self._take_live(replace(self._live, data=painted_data), samples)
        self._diverged = False

    def _checked(self, field: str, value: Any) -> Experiment:
        """Return the live experiment with another value. Raises ExperimentError."""
        if field not in LIVE_FIELDS:
            raise ExperimentError(field, "cannot change during a run.")
        return self._live.with_value(field, value)

    def change_to_accepted(self, field: str, value: Any, gesture: int | None = None) -> None:
        """Make a change as `change` does, with a value that an Experiment has accepted.

        The value is not checked again. gesture: the same for the changes of one drag, which the log numbers.
        """
        live = self._live.with_accepted(field, value)
        if gesture is None:
            self._log_and_take(field, live)
            return
        goes_on = self._drag is not None and self._drag[:2] == (field, gesture)
        drag = self._drag[2] if self._drag is not None and goes_on else self._next_drag()
        self._log_and_take(field, live, drag)
        self._drag = field, gesture, drag

    def _next_drag(self) -> int:
        changes = self._run.history.changes
        return 1 + next((change.drag for change in reversed(changes) if change.drag is not None), 0)

    def _log_and_take(self, field: str, live: Experiment, drag: int | None = None) -> None:
        self._leave_what_is_not_finite()
        name = field.partition(".")[2]
        before = self._run.history.value_before(self.step, field, getattr(self.experiment.training, name))
        change = Change(self.step, field, getattr(live.training, name))
        self._run.history.log(change if drag is None else DraggedChange.of(change, drag), before)
        self._drag = None
        self._take_live(live)
        self._diverged = False

    def _leave_what_is_not_finite(self) -> None:
        """Go back where J is not finite over all training points.

        Mini-batches can pass such a θ; it must not become the start of what follows.
        """
        if self._settled and not self._diverged and not self._is_finite():
            self._go_back(self.step)

    def set_parameters(self, theta: Array) -> None:
        """Set other parameters θ (P,); logged. The optimiser keeps its state.

        Raises ValueError for another shape or values that are not finite.
        """
        theta = np.array(theta, dtype=np.float64)
        if theta.shape != (self.problem.n_parameters,):
            raise ValueError(f"theta must have shape ({self.problem.n_parameters},), not {theta.shape}.")
        if not np.isfinite(theta).all():
            raise ValueError("theta must be finite.")
        self._run.history.log(Change(self.step, "parameters", tuple(theta.tolist())), None)
        self._drag = None
        self._descent.set_parameters(theta)
        self._settled = False
        self._gauge.invalidate()
        self._diverged = False

    def make(self, change: Change) -> None:
        """Make a change of a log at the present step, whichever step it names.

        Raises as change and set_parameters do.
        """
        if change.field == "parameters":
            self.set_parameters(np.array(change.value))
        elif change.field == POINTS:
            self._change_points(change.value)
        else:
            self._log_and_take(change.field, self._checked(change.field, change.value), change.drag)

    def advance(self, n_steps: int, interrupted: Interrupted | None = None) -> int:
        """Make n steps; return by how many steps the run has advanced, which can be fewer.

        interrupted is asked before every step and ends the call where it is true, so that a change need not
        wait for the end of a block.

        It stops before a step whose batch loss or gradient is not finite. `diverged` is True then, and the
        run is at its last parameters whose loss over all training points is finite. With mini-batches those
        may be older than this call, and the number negative. Lower α and go on.
        """
        start = self.step
        if self._diverged or n_steps <= 0:
            return 0
        with np.errstate(all="ignore"):
            self._settle()
            while self.step < start + n_steps and not self._diverged:
                if interrupted is not None and interrupted():
                    break
                # A block ends where a checkpoint is due: everything before it is known to be finite.
                furthest = self.checkpoints.next_due(self.step)
                if self._run.advance_in_block(start + n_steps, furthest, interrupted):
                    self._keep()
                else:
                    self._stop_here()
            if self._descent.batches.full and not self._diverged and not math.isfinite(self.train_loss()):
                # The next step would find it. Found now, no loss that is not finite is ever published.
                self._go_back(self.step)
        return self.step - start

    def anew(self) -> Trainer:
        """Return another run of the same experiment and problem, at step 0."""
        return Trainer(self.experiment, self._first_problem)

    def with_its_points(self) -> Trainer:
        """Return the same run with the points of its experiment in a table: the same numbers, bit by bit."""
        experiment = with_its_points(self.experiment)

        def moved(state: RunState) -> RunState:
            as_begun = state.live.data == self.experiment.data
            data = experiment.data if as_begun else state.live.data
            return replace(state, experiment=experiment, live=replace(state.live, data=data))

        twin = Trainer(experiment)
        twin.restore(moved(self.snapshot()))
        state = self.records.state()
        newest = None if state.newest is None else moved(state.newest)
        entries = [moved(record) for record in state.entries]
        twin.records = Thinned.of_state(
            state._replace(start=moved(state.start), entries=entries, newest=newest)
        )
        twin._gauge.load_state(self._gauge.state())
        return twin

    def checkpoint(self) -> Checkpoint:
        """Return what is needed to continue from here, without the history: small, immutable."""
        self._settle()
        return self._descent.checkpoint()

    def snapshot(self) -> RunState:
        """Return the run as it is now.

        It can be restored later, here or in another Trainer of the same experiment.
        """
        descent = self._descent
        return RunState(
            self.experiment,
            self._live,
            descent.checkpoint(),
            self._run.last_finite,
            descent.last_update,
            self._run.history.copy(),
            self._diverged,
            self.checkpoints.copy(),
            self._settled,
        )

    def restore(self, snapshot: RunState) -> None:
        """Continue from a snapshot as if nothing had happened since.

        Raises ValueError for a snapshot of another experiment.
        """
        if snapshot.experiment != self.experiment:
            raise ValueError("The snapshot belongs to another experiment.")
        self._take_live(snapshot.live)
        self._descent.return_to(snapshot.checkpoint)
        self._gauge.invalidate()
        self._descent.last_update = snapshot.last_update
        self._run.last_finite = snapshot.last_finite
        self._run.history = snapshot.history.copy()
        self._drag = None
        self._diverged = snapshot.diverged
        self.checkpoints = snapshot.checkpoints.copy()
        self.records.cut(0)
        if snapshot.settled:
            self._run.take_over(self.settings)
            self._settled = True

    def saved(self) -> SavedRun:
        """Return the run now with all that it can go back to, to be written to a file: see resumed."""
        return SavedRun(self.snapshot(), self.records.copy(), self._gauge.state())

    @staticmethod
    def resumed(saved: SavedRun) -> Trainer:
        """Return a trainer that goes on from a saved run as if it had never been put away.

        Raises ValueError for a run that does not fit its experiment.
        """
        trainer = Trainer(saved.state.experiment)
        trainer.restore(saved.state)
        if saved.records is not None:
            trainer.records = saved.records.copy()
        if saved.readings is not None:
            trainer._gauge.load_state(saved.readings)
        return trainer

    def stand_at(self, checkpoint: Checkpoint, changes: Sequence[Change]) -> None:
        """Continue from a checkpoint of a run of the same experiment with these changes.

        The history of that run is left out: it begins here.
        """
        live, earlier = self.experiment, [change for change in changes if change.step < checkpoint.step]
        for change in earlier:
            if change.field in LIVE_FIELDS:
                live = live.with_value(change.field, change.value)
        self._take_live(replace(live, data=painted_by_log(self.experiment.data, earlier)))
        self._descent.return_to(checkpoint)
        self._gauge.invalidate()
        self._run.last_finite = checkpoint
        self._run.history = History(self.parameters)
        for change in earlier:
            self._run.history.log(change, None)
        self._diverged = False

    def _record(self) -> RunState:
        """Return the state of the run, to continue from."""
        here, update = self._descent.checkpoint(), self._descent.last_update
        history, checkpoints = self._run.history.copy(), self.checkpoints.copy()
        history.drop_unthinned()
        return RunState(self.experiment, self._live, here, here, update, history, False, checkpoints, True)

    def _keep(self) -> None:
        """Add a checkpoint and a record of the present step, where they are due."""
        if self.checkpoints.is_due(self.step):
            self.checkpoints.add(self._descent.checkpoint())
        if self.records.is_due(self.step) and math.isfinite(self.train_loss()):
            self.records.add(self._record())

    def _is_finite(self) -> bool:
        """Return whether J is finite over all training points; computed only where θ does not decide it."""
        largest = float(np.abs(self._descent.working.theta).max(initial=0.0))
        return self.problem.is_surely_finite(largest) or math.isfinite(self.train_loss())

    def _take_live(self, live: Experiment, samples: Samples | None = None) -> None:
        """Apply live values. Of J they change the penalties and the points at most.

        samples: those of the points, where they are made already.
        """
        before, penalties = self._live.training, (live.training.l1, live.training.l2)
        other_points = live.data != self._live.data
        self._live = live
        self._settled = False
        if other_points:
            self._take_points(live, samples)
        if penalties != (before.l1, before.l2):
            self.problem = self.problem.with_penalties(*penalties)
            self._descent.set_penalty(*penalties)
            self._gauge.invalidate()

    def _take_points(self, live: Experiment, samples: Samples | None) -> None:
        """Go on with the points of live; the order of the samples comes from the number of data changes."""
        present, first = network_on_data(self.problem), network_on_data(self._first_problem)
        assert present is not None
        assert first is not None
        assert live.data is not None
        if samples is None:
            samples = first.samples if live.data == self.experiment.data else samples_of(live.data)
        self.problem = present.on_samples(samples)
        count = sum(change.field == POINTS for change in self._run.history.changes)
        order = np.random.default_rng([live.training.seed, 3, count])
        self._run.take_points(self.problem, order, live.training)
        self._gauge = self._run.gauge

    def _coming_checkpoint(self) -> Checkpoint:
        """Return the checkpoint of the next step, with the live values applied.

        The run itself applies them only with that step: a change that is undone before it leaves no trace.
        """
        descent = self._descent
        here, last_update = descent.checkpoint(), descent.last_update
        if self._settled:
            return here
        descent.settle(self.settings)
        coming = descent.checkpoint()
        descent.return_to(here)
        descent.last_update = last_update
        return coming

    def _settle(self) -> None:
        """Apply the live values to the next step."""
        if not self._settled:
            self._settled = True
            self._run.settle(self.settings)

    def _go_back(self, step: int) -> None:
        """Return to the last parameters up to step whose loss over all training points is finite."""
        self._run.go_back(step)
        self._stop_here()

    def _stop_here(self) -> None:
        """Stop until something is changed, and drop what was kept of later steps."""
        self.checkpoints.cut(self.step)
        self.records.cut(self.step)
        self._diverged = True


def replay(file: ExperimentFile, n_steps: int) -> Trainer:
    """Return the run of a saved file at step n_steps, its log of changes applied.

    Where it diverges, it stops.
    """
    trainer, log = Trainer(file.experiment), FollowedLog(file.changes)
    log.apply(trainer)
    while trainer.step < n_steps and not trainer.diverged:
        trainer.advance(int(min(n_steps - trainer.step, log.steps_to_next(trainer))))
        log.apply(trainer)
    return trainer


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
