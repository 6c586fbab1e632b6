"""The loss over the steps: training solid, test dashed, every change of the learning rate marked."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from playground.drawable import nice_step
from playground.drawing.kit.alternating_curves import split_alternating
from playground.drawing.kit.axes import floor_125, round_up
from playground.drawing.kit.breaks import broken
from playground.drawing.kit.furniture import Pointer, off_log_axis
from playground.drawing.kit.items import CurveItem, solid_pen
from playground.drawing.kit.marks import began_with
from playground.drawing.kit.steps_plot import DASHES, EMPTY_CURVE, MarkedStepsPlot, last_on_axis
from playground.drawing.kit.theme import Theme, mix
from playground.drawing.loss.rate_line import RateLine, RateLineItem
from playground.drawing.runs import OtherCurves, OtherRun
from playground.engine.formula import distances_to
from playground.engine.loss_scale import goes_below_zero
from playground.engine.loss_words import TRAINING, loss_name
from playground.engine.recording.gaps import Gap, lies_between, rows_after
from playground.engine.recording.history import HistoryView
from playground.engine.recording.series import Curve
from playground.experiment import Experiment
from playground.numerals import loss_text, number_text

LARGEST = 1e300
DOTS = (1.4, 2.6)
EMPTY = "No step yet: press Space"
ROOM_AHEAD = 1.25
"""Extra room to the right, as a factor, for a schedule's coming α."""
REACH = 100.0
"""Factor beyond the present run's own J up to which curves of other runs may widen the axis."""
NEW_LOSS = ("training.l1", "training.l2", "parameters", "data.table")
"""Changes after which an earlier J is not comparable with the present one."""


class Distances:
    """The distance of a recorded path to the nearest known minimum, computed once for each of its points."""

    def __init__(self) -> None:
        self._minima: tuple[tuple[float, ...], ...] = ()
        self._path = np.empty((0, 1))
        self._found = np.empty(0)

    def of(self, history: HistoryView, experiment: Experiment | None) -> Curve:
        """Return the distances over the steps; empty where no minimum is known."""
        formula = None if experiment is None else experiment.formula
        if formula is None or not formula.minima:
            return EMPTY_CURVE
        path, known = history.path, 0
        if self._minima == formula.minima:
            common = min(len(path), len(self._path))
            other = (path[:common] != self._path[:common]).any(axis=1)
            known = int(other.argmax()) if other.any() else common
        new = distances_to(np.array(formula.minima), path[known:])
        self._minima, self._path = formula.minima, path
        self._found = np.concatenate([self._found[:known], new])
        return Curve(history.path_steps, self._found)


class LossDrawing(MarkedStepsPlot):
    """A history; `.item` goes into a scene, on the screen or for an export.

    The view follows the run until the user zooms or pans; `.item.vb.autoRange()` follows it again.
    """

    def __init__(self, theme: Theme):
        super().__init__(theme, "J", logarithmic=True)
        self._name = TRAINING
        self._train = self._test = self._batch = self._rate = self._distance = EMPTY_CURVE
        self._distances = Distances()
        self._changes: tuple[Any, ...] = ()
        self._gaps: tuple[Gap, ...] = ()
        self._began: tuple[float | None, str, float] = (None, "constant", math.inf)
        self._rate_at: Callable[[int], float] | None = None
        self.moment, self.others, self.rates = Pointer(theme), OtherCurves(theme), RateLineItem(theme)
        self.batch_curve, self.test_curve, self.train_curve = CurveItem(), CurveItem(), CurveItem()
        self.distance_curve = CurveItem()
        self.test_alternating, self.train_alternating = (CurveItem(), CurveItem()), (CurveItem(), CurveItem())
        parts = (
            self.grid,
            self.batch_curve,
            self.lines,
            self.rates,
            self.others,
            self.distance_curve,
            self.test_curve,
            *self.test_alternating,
            *self.train_alternating,
            self.train_curve,
            self.moment,
            self.pointer,
            self.notice,
            self.footnote,
        )
        self.box.lay(parts)
        self.themed += (self.others, self.rates)
        self.notice.text = EMPTY
        self.restyle(theme)
        self.show_whole()

    def show(
        self,
        history: HistoryView,
        now: tuple[int, float, float] | None = None,
        rate_at: Callable[[int], float] | None = None,
        experiment: Experiment | None = None,
    ) -> None:
        """Draw a history; now is (step, training J, test J), measured since its last row.

        rate_at: the α of a step, where more is known than a history keeps. experiment: the start of the run,
        needed where its α may follow a schedule or its batch size may be changed.
        """
        curves = history.curves
        batch, train = curves.get("batch_loss", EMPTY_CURVE), curves.get("train_loss", EMPTY_CURVE)
        test = curves.get("test_loss", EMPTY_CURVE)
        if full_batch(batch, train):
            # The batch loss is then the training loss, and recorded more often.
            train, batch = union(train, batch), EMPTY_CURVE
        if now is not None:
            train, test = extended(train, now[0], now[1]), extended(test, now[0], now[2])
        self._train, self._test, self._batch = train, test, batch
        self._name = TRAINING if experiment is None else loss_name(experiment)
        self._distance = self._distances.of(history, experiment)
        self._gaps = history.gaps
        self._rate, self._rate_at = curves.get("learning_rate", EMPTY_CURVE), rate_at
        first = float(self._rate.values[0]) if len(self._rate.values) else None
        began: tuple[float | None, str, float] = first, "constant", math.inf
        if experiment is not None:
            began = began_with(experiment)
        if history.changes is not self._changes or began != self._began:
            self._changes, self._began = history.changes, began
            self.show_marks(self.mark_log.follow(history.changes, *began))
        self.draw_curves()
        self.show_whole()

    @property
    def shown(self) -> dict[str, Curve]:
        """The curves that are drawn: "train", "test", "batch" and "distance"; absent ones are empty.

        distance: of θ to the nearest known minimum of a formula.
        """
        return {"train": self._train, "test": self._test, "batch": self._batch, "distance": self._distance}

    def show_others(self, runs: Sequence[OtherRun]) -> None:
        """Draw other runs beside this one; an empty sequence for none."""
        self.others.show(runs)
        self.footnote.set_text(self._off_axis())
        self.show_whole()

    def show_rates(self, line: RateLine) -> None:
        """Draw the learning rate of a schedule; an empty line for none."""
        self.rates.show(line)

    def set_moment(self, step: int | None) -> None:
        """Mark the step of the viewed moment; None: there is none."""
        dots = []
        if step is not None:
            for curve in (self._train, self._test):
                if self._value_at(curve, step) is not None:
                    dots.append(self._height_at(curve, step))
        self.moment.point_at(step, dots)

    def set_log(self, logarithmic: bool) -> None:
        """Set a logarithmic axis of J, or a linear one."""
        self.others.logarithmic = logarithmic
        super().set_log(logarithmic)

    def restyle(self, theme: Theme) -> None:
        """Apply the colours, widths and font sizes of a theme."""
        super().restyle(theme)
        self.moment.restyle(replace(theme, border=theme.dim_text, thin_width=1.5 * theme.thin_width))
        for entry in (self.train_curve, *self.train_alternating):
            entry.set_pen(solid_pen(theme.text, theme.curve_width))
        for entry in (self.test_curve, *self.test_alternating):
            entry.set_pen(solid_pen(theme.dim_text, theme.curve_width * 0.85, DASHES))
        self.faint = mix(theme.card, theme.dim_text, 0.4)
        self.batch_curve.set_pen(solid_pen(self.faint, theme.thin_width))
        self.distance_curve.set_pen(solid_pen(theme.green, theme.curve_width * 0.85, DOTS))

    def limits(self) -> tuple[float, float, float]:
        """Return the last step on the axis, and the lowest and highest height, at which all is seen."""
        last = self._last_step()
        if len(self.rates.line.rates):
            last = round(ROOM_AHEAD * last)
        return last_on_axis(last), *self._loss_range()

    def show_whole(self) -> None:
        """Show all steps, unless the user chose a part."""
        self.place(*self.limits())
        self.notice.setVisible(self._last_step() == 0)

    def _last_step(self) -> int:
        curves = self._curves_of_all_points()
        return max((int(curve.steps[-1]) for curve in curves if len(curve.steps)), default=0)

    def _curves_of_all_points(self) -> list[Curve]:
        others = [Curve(run.steps, run.losses) for run in self.others.runs]
        return [self._train, self._test, *others]

    def _losses_of_others(self, own: np.ndarray) -> list[np.ndarray]:
        """Return the losses of other runs, as far as they may decide the axis of a run with these losses."""
        others = [np.asarray(run.losses, float) for run in self.others.runs]
        if not self.logarithmic and any(goes_below_zero(losses) for losses in (own, *others)):
            size = REACH * float(np.abs(own[np.isfinite(own)]).max(initial=0.0))
            return [np.clip(losses, -size, size) for losses in others] if size else others
        own = own[np.isfinite(own) & (own > 0)]
        if not own.size:
            return others
        others = [losses[np.isfinite(losses) & (losses > 0)] for losses in others]
        ends = [losses[-1] for losses in others if losses.size]
        with np.errstate(over="ignore"):
            # The branches of a run that has just begun may all end far below its only loss.
            low, high = min(own.min(), np.median(ends or [math.inf])) / REACH, own.max() * REACH
        return [np.clip(losses, low, high) for losses in others]

    def _loss_range(self) -> tuple[float, float]:
        parts = [np.asarray(curve.values, float) for curve in (self._train, self._test)]
        distance = np.asarray(self._distance.values, float)
        parts += self._losses_of_others(np.concatenate(parts))
        if len(self._batch.values) > 10:
            finite = self._batch.values[np.isfinite(self._batch.values)]
            if finite.size:
                # The luckiest and unluckiest batch must not set the scale of everything else.
                parts.append(np.quantile(finite, [0.02, 0.98]))
        values = np.concatenate([*parts, distance])
        # Beyond this a margin around the values, or a tick between them, would overflow.
        values = np.clip(values[np.isfinite(values)], -LARGEST, LARGEST)
        if self.logarithmic:
            values = values[values > 1 / LARGEST]
            if not values.size:
                return -1.0, 0.0
            low, high = floor_125(float(values.min())), nice_step(min(float(values.max()) * 1.02, 1e307))
            if high <= low:
                high = nice_step(low * 1.5)
            # Half a label's height above and below the outermost ticks.
            room = 0.04 * math.log10(high / low)
            return math.log10(low) - room, math.log10(high) + room
        if not values.size:
            return 0.0, 1.0
        low, high = min(float(values.min()), 0.0), max(float(values.max()), 1e-300)
        return -round_up(-low * 1.02) if low < 0.0 else low, round_up(high * 1.02)

    def draw_curves(self) -> None:
        """Put the losses of training, test and batches at their heights on the axis."""
        batch, distance = self._in_pieces(self._batch), self._in_pieces(self._distance)
        self.batch_curve.set_data(batch.steps, self.height(batch.values))
        self.distance_curve.set_data(distance.steps, self.height(distance.values))
        for items, curve in (
            ((self.train_curve, *self.train_alternating), self._train),
            ((self.test_curve, *self.test_alternating), self._test),
        ):
            for item, part in zip(items, self._parts(curve), strict=True):
                item.set_data(part.steps, self.height(part.values))
        self.footnote.set_text(self._off_axis())

    def _off_axis(self) -> str:
        """Return how many values of J, of its distances and of other runs a logarithmic axis cannot show."""
        if not self.logarithmic:
            return ""
        own = [curve.values for curve in (self._train, self._test, self._batch)]
        beside = [np.asarray(run.losses, float) for run in self.others.runs]
        sentences = (
            off_log_axis("J", own),
            off_log_axis("distance", [self._distance.values]),
            off_log_axis("J of other runs", beside),
        )
        return "; ".join(sentence for sentence in sentences if sentence)

    def _parts(self, curve: Curve) -> tuple[Curve, Curve, Curve]:
        """Return a curve as it is drawn: see split_alternating.

        A curve with a value at every step is joined, but for the gaps of the record.
        """
        dense = curve is self._train and not len(self._batch.steps)
        pieces = self._in_pieces(curve)
        return (pieces, EMPTY_CURVE, EMPTY_CURVE) if dense else split_alternating(pieces)

    def _in_pieces(self, curve: Curve) -> Curve:
        """Return a curve with NaN where the record has a gap."""
        return broken(curve, rows_after(self._gaps, curve.steps))

    def hover(self, step: float) -> str:
        """Mark the recorded step nearest to this one, and return its numbers; empty far from any."""
        if not len(self._train.steps):
            self.unhover()
            return ""
        nearest = int(self._train.steps[_nearest(self._train.steps, step)])
        if step < -1 or step > self._train.steps[-1] + 0.1 * self.box.viewRect().width():
            self.unhover()
            return ""
        parts, dots = [f"step {number_text(nearest, 9)}"], []
        for name, curve in ((self._name, self._train), ("test J", self._test), ("batch J", self._batch)):
            found = self._value_at(curve, nearest)
            if found is not None:
                recorded, value = found
                at = "" if recorded == nearest else f" at step {number_text(recorded, 9)}"
                parts.append(f"{name} {loss_text(value)}{at}")
                if name != "batch J":
                    dots.append(self._height_at(curve, nearest))
        if (near := self._value_at(self._distance, nearest)) is not None:
            parts.append(f"distance {number_text(near[1])}")
        rate = self._rate_at(nearest) if self._rate_at else _last_value(self._rate, nearest)
        if rate is not None:
            parts.append(f"α {number_text(rate)}")
        self.pointer.point_at(nearest, dots)
        return "   ".join(parts)

    def _value_at(self, curve: Curve, step: int) -> tuple[int, float] | None:
        """Return the last recorded (step, value) at or before a step.

        It is of the same J, and within the curve's pace.
        """
        row = int(np.searchsorted(curve.steps, step, side="right")) - 1
        if row < 0 or math.isnan(curve.values[row]):
            return None
        recorded = int(curve.steps[row])
        paces = np.delete(np.diff(curve.steps), rows_after(self._gaps, curve.steps) - 1)
        if step - recorded > int(paces.max(initial=1)) or lies_between(self._gaps, recorded, step):
            return None
        if any(recorded < change.step <= step and change.field in NEW_LOSS for change in self._changes):
            return None
        return recorded, float(curve.values[row])

    def _height_at(self, curve: Curve, step: int) -> float:
        """Return the height of the drawn line at a step."""
        joined, even, odd = self._parts(curve)
        own = odd if step % 2 else even
        heights = (np.interp(step, c.steps, self.height(c.values)) for c in (joined, own) if len(c.steps))
        return float(next((height for height in heights if math.isfinite(height)), math.nan))

    def summary(self) -> str:
        """Return one line for a screen reader."""
        if not len(self._train.steps) or self._train.steps[-1] == 0:
            return "Loss over the steps: no step yet."
        last = int(self._train.steps[-1])
        text = (
            f"Loss over the steps, {'logarithmic' if self.logarithmic else 'linear'} axis: {last} steps, "
            f"{self._name} from {loss_text(float(self._train.values[0]))} "
            f"to {loss_text(float(self._train.values[-1]))}"
        )
        if len(self._test.values) and math.isfinite(self._test.values[-1]):
            text += f", test J {loss_text(float(self._test.values[-1]))}"
        rates = [mark.text for mark in self.band.marks if mark.is_rate]
        if len(rates) > 1:
            times = "once" if len(rates) == 2 else f"{len(rates) - 1} times"
            text += f"; the learning rate changed {times}, now {rates[-1]}"
        if self._off_axis():
            text += f"; {self._off_axis()}"
        return text + "."


def full_batch(batch: Curve, train: Curve) -> bool:
    """Return whether every batch was all training points: both losses agree wherever both were recorded."""
    if not len(batch.steps) or not len(train.steps):
        return False
    rows = np.searchsorted(batch.steps, train.steps)
    rows[rows == len(batch.steps)] = 0
    common = batch.steps[rows] == train.steps
    if not common.any():
        return False
    pairs = batch.values[rows[common]], train.values[common]
    return bool(np.allclose(*pairs, rtol=1e-9, atol=0.0, equal_nan=True))


def union(first: Curve, second: Curve) -> Curve:
    """Return both curves in one, by step; where both have a value, the first one's."""
    steps = np.concatenate([first.steps, second.steps])
    values = np.concatenate([first.values, second.values])
    steps, rows = np.unique(steps, return_index=True)
    return Curve(steps, values[rows])


def extended(curve: Curve, step: int, value: float) -> Curve:
    """Return the curve with one more value at its end, if it is newer."""
    if math.isnan(value) or (len(curve.steps) and step <= curve.steps[-1]):
        return curve
    return Curve(np.append(curve.steps, step), np.append(curve.values, value))


def _nearest(steps: np.ndarray, step: float) -> int:
    right = int(np.clip(np.searchsorted(steps, step), 0, len(steps) - 1))
    left = max(right - 1, 0)
    return left if abs(steps[left] - step) <= abs(steps[right] - step) else right


def _last_value(curve: Curve, step: int) -> float | None:
    index = int(np.searchsorted(curve.steps, step, side="right")) - 1
    return float(curve.values[index]) if index >= 0 else None
