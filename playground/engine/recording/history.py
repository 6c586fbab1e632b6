"""The record of a run: curves, path and log of changes, bounded in memory however long the run.

The row of step s is measured at θ_s, the parameters after s updates; row 0 is the start. Curves are

    batch_loss, gradient_norm     of the step made from θ_s: J and ‖∂J/∂θ‖ over its batch, penalties included
    learning_rate                 of that step; only where it changes, an entry before and one at the change
    train_loss, test_loss         J over all training and all test points
    train_accuracy, test_accuracy the share of points whose class is predicted right

The first three have a row once the step is made; the others have the row of the present step too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.recording.gaps import Gap, gaps_until
from playground.engine.recording.series import Curve, Path, PathState, Series, SeriesState, up_to
from playground.experiment import Change
from playground.experiment_table import FIELD as POINTS

MADE = ("batch_loss", "gradient_norm", "learning_rate")
MEASURED = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
CURVES = (*MADE, *MEASURED)


class Measured(NamedTuple):
    """Losses and accuracies over all points at one θ; None where the run has no such thing."""

    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None


class Present(NamedTuple):
    """The present row of a run: θ is (P,) in public order, before (P,) the θ before the last step."""

    step: int
    theta: Array
    learning_rate: float
    measured: Measured
    before: Array | None = None


@dataclass(frozen=True)
class HistoryView:
    """A history at one step; every array is a read-only copy.

    curves       by the names in CURVES; a curve is empty where the run has no such values
    path_steps   (m,) the steps of the points of the path, the first 0 and the last the present; the one
                 before it is among them
    path         (m, P) the parameters there
    changes      the log of changes
    gaps         parts of the run of which curves and path hold nothing; the log holds their changes
    """

    curves: Mapping[str, Curve]
    path_steps: Array
    path: Array
    changes: tuple[Change, ...]
    gaps: tuple[Gap, ...] = ()


class HistoryState(NamedTuple):
    """The whole state of a history: the series by the names in CURVES, path, log of changes, gaps."""

    series: Mapping[str, SeriesState]
    path: PathState
    changes: tuple[Change, ...]
    gaps: tuple[Gap, ...] = ()


class History:
    """The record that a trainer writes. The trainer sets `present` before it is read."""

    def __init__(self, theta: Array):
        self._series = {name: Series() for name in CURVES}
        self._path = Path(theta)
        self._changes: list[Change] = []
        self._frozen_changes: tuple[Change, ...] | None = ()
        self._gaps: tuple[Gap, ...] = ()
        self.present: Present | None = None

    def view(self) -> HistoryView:
        """Return everything, as of the present step."""
        curves = MappingProxyType({name: self.curve(name) for name in CURVES})
        return HistoryView(curves, *self._points(), self.changes, self._gaps)

    def curve(self, name: str) -> Curve:
        """Return one curve, read-only. Raises KeyError for a name that is not in CURVES."""
        series, now = self._series[name], self.present
        if now is None or name in ("batch_loss", "gradient_norm"):
            return series.curve(0, None)
        if name == "learning_rate":
            return _staircase(series, now.step, now.learning_rate)
        return series.curve(now.step, getattr(now.measured, name))

    @property
    def path(self) -> Array:
        """The path (m, P), the start first and the present parameters last."""
        return self._points()[1]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Parts of the run of which nothing was recorded."""
        return self._gaps

    @property
    def changes(self) -> tuple[Change, ...]:
        """The log of changes."""
        if self._frozen_changes is None:
            self._frozen_changes = tuple(self._changes)
        return self._frozen_changes

    def points_to_keep(self, after: int, last: int) -> list[int]:
        """Return the steps from after + 1 to last at which the path needs the parameters."""
        return self._path.points_to_keep(after, last)

    def add_steps(
        self, first_step: int, losses: Array, norms: Array, learning_rates: float | Sequence[float]
    ) -> None:
        """Record n steps made in a row: losses (n,) and norms (n,) of ∂J/∂θ over their batches.

        learning_rates: the α of each, or the one of all.
        """
        self._series["batch_loss"].extend(first_step, losses)
        self._series["gradient_norm"].extend(first_step, norms)
        rates = learning_rates if isinstance(learning_rates, Sequence) else (learning_rates,)
        for step, rate in enumerate(rates, start=first_step):
            _climb(self._series["learning_rate"], step, rate)

    def add_train_rows(self, first_step: int, losses: Array, accuracies: Array | None) -> None:
        """Record the training loss, and the accuracy where there are classes, at n successive steps."""
        newer = max(0, self._series["train_loss"].last_step + 1 - first_step)
        self._series["train_loss"].extend(first_step + newer, losses[newer:])
        if accuracies is not None:
            self._series["train_accuracy"].extend(first_step + newer, accuracies[newer:])

    def add_measured(self, step: int, measured: Measured) -> None:
        """Record losses and accuracies at θ_step."""
        for name, value in zip(MEASURED, measured, strict=True):
            if value is not None:
                self._series[name].add(step, value)

    def add_points(self, steps: Array, thetas: Array) -> None:
        """Add the parameters thetas (m, P) at these steps to the path.

        The steps are those that points_to_keep has just returned.
        """
        self._path.extend(steps, thetas, all_due=True)

    def mark_point(self, step: int, theta: Array) -> None:
        """Add the point of the path at which something was changed."""
        self._path.mark(step, theta)

    def log(self, change: Change, value_before: object) -> None:
        """Log a change.

        Of several changes of one field at a step the last one counts. A change back to value_before, the
        value before that step, is not logged. A change of the points is one of those before it: all count.
        """
        kept = [c for c in self._at(change.step) if c.field != change.field or c.field == POINTS]
        del self._changes[len(self._changes) - len(self._at(change.step)) :]
        self._changes.extend(kept)
        if change.value != value_before:
            self._changes.append(change)
        self._frozen_changes = None

    def value_before(self, step: int, field: str, at_start: object) -> object:
        """Return the value that a field had before step; at_start: that of the experiment."""
        for change in reversed(self._changes):
            if change.field == field and change.step < step:
                return change.value
        return at_start

    def changed_at(self, step: int) -> bool:
        return bool(self._at(step))

    def cut(self, step: int) -> None:
        """Drop everything after θ_step: the steps made from it on, and rows and points of later steps."""
        for name in CURVES:
            self._series[name].cut(step - 1 if name in MADE else step)
        self._path.cut(step)
        self._gaps = gaps_until(self._gaps, step)

    def drop_measured(self, step: int) -> None:
        """Drop what was measured at θ_step and later, because θ or J has changed since."""
        for name in MEASURED:
            self._series[name].cut(step - 1)

    def drop_unthinned(self) -> None:
        """Drop what only cut would need: nothing up to now will be undone."""
        for series in self._series.values():
            series.drop_unthinned()
        self._path.drop_unthinned()

    def copy(self) -> History:
        twin = object.__new__(History)
        twin._series = {name: series.copy() for name, series in self._series.items()}
        twin._path = self._path.copy()
        twin._changes = list(self._changes)
        twin._frozen_changes = self._frozen_changes
        twin._gaps = self._gaps
        twin.present = None
        return twin

    def state(self, back_to: int) -> HistoryState:
        """Return copies of the whole state, for of_state.

        back_to is the earliest step that cut will be called with: what only an earlier one needs is left out.
        """
        # For some curves cut drops entries from one step before on.
        series = {name: series.state(back_to - 1) for name, series in self._series.items()}
        return HistoryState(series, self._path.state(back_to), self.changes, self._gaps)

    @staticmethod
    def of_state(state: HistoryState) -> History:
        """Return the history that continues from a state. Raises ValueError where it holds too much."""
        history = object.__new__(History)
        history._series = {name: Series.of_state(state.series[name]) for name in CURVES}
        history._path = Path.of_state(state.path)
        history._changes = list(state.changes)
        history._frozen_changes = tuple(state.changes)
        history._gaps = tuple(state.gaps)
        history.present = None
        return history

    def _at(self, step: int) -> list[Change]:
        """Return the changes of this step, which can only be the newest."""
        n = len(self._changes)
        while n and self._changes[n - 1].step >= step:
            n -= 1
        return self._changes[n:]

    def _points(self) -> tuple[Array, Array]:
        assert self.present is not None  # the trainer sets it
        return self._path.points(self.present.step, self.present.theta, self.present.before)


def until(history: HistoryView, present: Present) -> HistoryView:
    """Return what a history held at an earlier step, as far as it is still recorded.

    The present row is the given one.
    """
    step, rate, measured = present.step, present.learning_rate, present.measured
    curves = {}
    for name, curve in history.curves.items():
        now = dict(zip(MEASURED, measured, strict=True), learning_rate=rate).get(name)
        n = int(np.searchsorted(curve.steps, step))
        steps, values = curve.steps[:n], curve.values[:n]
        if now is not None:
            steps, values = np.append(steps, step), np.append(values, now)
        steps.setflags(write=False)
        values.setflags(write=False)
        curves[name] = Curve(steps, values)
    path_steps, path = up_to(history.path_steps, history.path, step, present.theta, present.before)
    changes = tuple(change for change in history.changes if change.step <= step)
    gaps = gaps_until(history.gaps, step)
    return HistoryView(MappingProxyType(curves), path_steps, path, changes, gaps)


def _climb(series: Series, step: int, value: float) -> None:
    """Add value from step on, so that a straight line between entries is exact everywhere."""
    if len(series):
        if series.last_value == value:
            return
        if series.last_step < step - 1:
            series.add(step - 1, series.last_value)
    series.add(step, value)


def _staircase(series: Series, step: int, value: float) -> Curve:
    curve = series.curve(step, None)
    steps, values = curve.steps, curve.values
    if len(steps) and values[-1] != value and steps[-1] < step - 1:
        steps, values = np.append(steps, step - 1), np.append(values, values[-1])
    steps, values = np.append(steps, step), np.append(values, value)
    steps.setflags(write=False)
    values.setflags(write=False)
    return Curve(steps, values)
