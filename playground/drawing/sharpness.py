"""Sharpness over the steps against the limit at each moment's learning rate, pink and dashed.

λmax of H is solid, λmax of P⁻¹H (preconditioned sharpness) dotted; where a run goes from one to the other,
all lines break. The sharpness is measured at some steps only: a dot shows each, and a line joins those that
are near to each other. The newest value, its limit, and the end of the other line where the values lie on
two, stand as numbers beside their ends.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTransform

from playground.drawable import nice_step
from playground.drawing.kit.alternating_curves import split_alternating
from playground.drawing.kit.axes import floor_125, font, round_up
from playground.drawing.kit.breaks import SampleDots, broken, rows_far
from playground.drawing.kit.furniture import off_log_axis
from playground.drawing.kit.geometry import Frame
from playground.drawing.kit.items import CurveItem, ThemedItem, map_points, solid_pen
from playground.drawing.kit.labels import draw_text, place_labels, sampled, text_size
from playground.drawing.kit.marks import began_with
from playground.drawing.kit.steps_plot import DASHES, EMPTY_CURVE, NO_STEPS, MarkedStepsPlot, last_on_axis
from playground.drawing.kit.theme import Theme
from playground.engine.recording.run_view import RunView
from playground.engine.recording.series import Curve
from playground.landscape.sharpness import Stretch, eigenvalue_name
from playground.numerals import number_text

DOTS = (1.4, 2.6)
EMPTY = "Sharpness is measured while this page is seen"
BOTH, ANY = "largest eigenvalue", "λ"
"""Names of the axis where there are two quantities, and where there is no room for a name."""
PLAIN = eigenvalue_name("gradient_descent")
ROOM = 1.015
"""The steps shown as a multiple of the axis."""
FARTHEST = 8.0
"""On a linear axis the limit is drawn up to this many times the largest sharpness."""
NEW = 0.9
"""The end of the other of two lines is written from this share of the newest step on."""
DIGITS = 3
"""Number of digits of the newest value and its limit."""


class NewestNumbers(ThemedItem):
    """The newest sharpness and its limit as numbers beside them."""

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.numbers: list[tuple[str, float, float, bool]] = []
        """Text, step, height on the axis, and whether it is the limit."""
        self.line = np.empty((0, 2))
        """The curve beside them, as steps and heights."""

    def show(self, numbers: list[tuple[str, float, float, bool]], line: np.ndarray) -> None:
        """Write these numbers, away from the line (n, 2)."""
        self.numbers, self.line = numbers, line
        self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if not self.numbers:
            return
        text_font = font(self.theme, self.theme.small_font_size)
        steps, heights = (np.array([number[place] for number in self.numbers]) for place in (1, 2))
        anchors = list(zip(*(a.tolist() for a in map_points(transform, steps, heights)), strict=True))
        sizes = [text_size(text, text_font) for text, *_ in self.numbers]
        seen = self.line[np.isfinite(self.line).all(axis=1)]
        line = sampled(*map_points(transform, seen[:, 0], seen[:, 1]))
        boxes = place_labels(anchors, sizes, frame, line=line, distance=7.0)
        ground = QColor(self.theme.card)
        ground.setAlphaF(0.8)
        for box, (text, _, _, of_limit) in zip(boxes, self.numbers, strict=True):
            if box is None:
                continue
            rect = QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3]))
            painter.fillRect(rect, ground)
            painter.setPen(solid_pen(self.theme.pink if of_limit else self.theme.text, 1.0))
            draw_text(painter, rect, text, text_font)


class SharpnessDrawing(MarkedStepsPlot):
    """Sharpness and its limit; `.item` goes into a scene, on the screen or for an export."""

    def __init__(self, theme: Theme):
        self.name = PLAIN
        super().__init__(theme, self.name, logarithmic=False)
        self._stretches: tuple[Stretch, ...] = ()
        self._sharpness = self._limit = EMPTY_CURVE
        self._last_step = 0
        self.limit_curve, self.sharpness_curve, self.divided_curve = CurveItem(), CurveItem(), CurveItem()
        self.alternating = [(CurveItem(), CurveItem()) for _ in range(2)]
        self.dots, self.newest = SampleDots(), NewestNumbers(theme)
        self.themed += (self.newest,)
        curves = (
            self.sharpness_curve,
            self.divided_curve,
            *chain(*self.alternating),
            self.dots,
            self.limit_curve,
        )
        self.box.lay((self.grid, self.lines, *curves, self.newest, self.pointer, self.notice, self.footnote))
        self.notice.text = EMPTY
        self.restyle(theme)
        self.show_whole()

    def show(self, stretches: Sequence[Stretch], view: RunView) -> None:
        """Draw the sharpness of a run with its limits."""
        step = view.step
        self._stretches, self._last_step = tuple(stretches), step
        self._sharpness = _joined([stretch.sharpness for stretch in stretches])
        limits = [stretch.limit for stretch in stretches]
        if limits and len(limits[-1].steps) and limits[-1].steps[-1] < step:
            last = limits[-1]
            limits[-1] = Curve(np.append(last.steps, step), np.append(last.values, last.values[-1]))
        self._limit = _joined(limits)
        if len(self._limit.steps) == 1 and view.rate_at(int(NO_STEPS)) == view.rate_at(step):
            # Before the first step: a line, up to which the sharpness may climb, and no dot.
            self._limit = Curve(np.array([0.0, NO_STEPS]), np.repeat(self._limit.values, 2))
        self.name = BOTH if len(self.names) > 1 else "".join(self.names) or PLAIN
        self.show_marks(self.mark_log.follow(view.history.changes, *began_with(view.experiment)))
        self.draw_curves()
        self.show_whole()

    @property
    def names(self) -> tuple[str, ...]:
        """The quantities that have values: λmax, λmax(P⁻¹H) or both."""
        measured = [stretch.name for stretch in self._stretches if len(stretch.sharpness.steps)]
        return tuple(dict.fromkeys(measured))

    @property
    def limit_is_above(self) -> bool:
        """Whether the present limit lies above the picture."""
        values = self._limit.values
        return bool(len(values)) and bool(self.height(values[-1:])[0] > self.box.viewRange()[1][1])

    def restyle(self, theme: Theme) -> None:
        """Apply the colours, widths and font sizes of a theme."""
        super().restyle(theme)
        for entry in (self.sharpness_curve, *self.alternating[0]):
            entry.set_pen(solid_pen(theme.text, theme.curve_width))
        for entry in (self.divided_curve, *self.alternating[1]):
            entry.set_pen(solid_pen(theme.text, theme.curve_width, DOTS))
        self.dots.set_pen(solid_pen(theme.text, theme.curve_width))
        self.limit_curve.set_pen(solid_pen(theme.pink, theme.thin_width * 1.3, DASHES))

    def show_whole(self) -> None:
        """Show all steps, unless the user chose a part."""
        self._name_axis()
        # A little room, in which the newest dot is whole.
        self.place(ROOM * last_on_axis(self._last_step), *self._range())
        self.notice.setVisible(not len(self._sharpness.steps))

    def fit(self) -> None:
        self._name_axis()

    def _name_axis(self) -> None:
        """Write the whole name where the axis is long enough for it, or a shorter one."""
        metrics = QFontMetricsF(font(self.theme, self.theme.font_size))
        long = metrics.horizontalAdvance(self.name) <= self.box.height()
        name = self.name if long else ANY
        if name != self.left.name:
            self.left.set_name(name)

    def _range(self) -> tuple[float, float]:
        values, limits = self._sharpness.values, self._limit.values
        values, limits = values[np.isfinite(values)], limits[np.isfinite(limits)]
        if self.logarithmic:
            both = np.concatenate([values[values > 0], limits[limits > 0]])
            if not both.size:
                return -1.0, 1.0
            low, high = floor_125(float(both.min())), nice_step(1.05 * float(both.max()))
            return float(np.log10(low)) - 0.02, float(np.log10(max(high, 2 * low))) + 0.02
        if not values.size:
            return 0.0, 1.0
        high = max(float(values.max()), 1e-12)
        near = limits[limits <= FARTHEST * high]
        high = max(high, float(near.max(initial=0.0)))
        return min(float(values.min()), 0.0), round_up(1.05 * high)

    def draw_curves(self) -> None:
        """Put the sharpness and its limit at their heights on the axis."""
        ends: list[tuple[float, float] | None] = []
        for curve, divided in ((self.sharpness_curve, False), (self.divided_curve, True)):
            mine = [
                broken(s.sharpness, rows_far(s.sharpness.steps, self._last_step))
                for s in self._stretches
                if (s.name != PLAIN) == divided
            ]
            parts = (
                zip(*(split_alternating(sharpness) for sharpness in mine), strict=True)
                if mine
                else ((), (), ())
            )
            for item, part in zip((curve, *self.alternating[divided]), parts, strict=True):
                drawn = _joined(list(part))
                item.set_data(drawn.steps, self.height(drawn.values))
                if item is not curve:
                    ends.append(_end_of(drawn))
        self.dots.set_data(self._sharpness.steps, self.height(self._sharpness.values))
        self.limit_curve.set_data(self._limit.steps, self.height(self._limit.values))
        self.newest.show(
            self._newest([end for end in ends if end is not None]),
            np.column_stack([self._sharpness.steps, self.height(self._sharpness.values)]),
        )
        self.footnote.set_text(self._off_axis())

    def _newest(self, ends: Sequence[tuple[float, float]]) -> list[tuple[str, float, float, bool]]:
        """Return the newest sharpness and limit: text, step, height on the axis, whether it is the limit.

        ends: those of two lines, as step and value; one that is new, and not the newest of all, is there too.
        """
        found = []
        sharpness, limit = (_end_of(curve) for curve in (self._sharpness, self._limit))
        others = [
            end for end in ends if sharpness is not None and NEW * sharpness[0] <= end[0] < sharpness[0]
        ]
        for end, words, of_limit in (
            (sharpness, "", False),
            *((other, "", False) for other in others),
            (limit, "limit ", True),
        ):
            if end is not None:
                height = float(self.height(np.array([end[1]]))[0])
                found.append((f"{words}{number_text(end[1], DIGITS)}", end[0], height, of_limit))
        return [number for number in found if math.isfinite(number[2])]

    def _off_axis(self) -> str:
        """Return how many values of which sharpness the logarithmic axis cannot show."""
        return (
            off_log_axis(self.name, [s.sharpness.values for s in self._stretches]) if self.logarithmic else ""
        )

    def hover(self, step: float) -> str:
        """Mark the sample nearest to a step, and return its numbers."""
        measured = [stretch for stretch in self._stretches if len(stretch.sharpness.steps)]
        if not measured:
            self.unhover()
            return ""
        nearest = min(measured, key=lambda stretch: np.abs(stretch.sharpness.steps - step).min())
        steps, values = nearest.sharpness
        index = int(np.argmin(np.abs(steps - step)))
        at, value = int(steps[index]), values[index : index + 1]
        self.pointer.point_at(at, [float(self.height(value)[0])])
        text = f"step {number_text(at, 9)}   {nearest.name} {number_text(float(value[0]), 4)}"
        if len(nearest.limit.steps):
            limit = float(np.interp(at, nearest.limit.steps, nearest.limit.values))
            if np.isfinite(limit):
                text += f"   limit {number_text(limit, 4)}"
        return text

    def summary(self) -> str:
        """Return one line for a screen reader."""
        measured = [stretch for stretch in self._stretches if len(stretch.sharpness.steps)]
        if not measured:
            return "Sharpness over the steps: nothing measured yet."
        last = measured[-1]
        text = (
            f"Sharpness {last.name} over the steps: {number_text(float(last.sharpness.values[-1]), 4)} "
            f"at step {int(last.sharpness.steps[-1])}"
        )
        values = last.limit.values
        if len(values) and np.isfinite(values[-1]):
            text += f", limit {number_text(float(values[-1]), 4)}"
        if self._off_axis():
            text += f"; {self._off_axis()}"
        return text + "."


def _end_of(curve: Curve) -> tuple[float, float] | None:
    """Return the last step of a curve and its value; None where that is no number, or there is none."""
    if not len(curve.steps) or not math.isfinite(curve.values[-1]):
        return None
    return float(curve.steps[-1]), float(curve.values[-1])


def _joined(curves: Sequence[Curve]) -> Curve:
    """Return curves one after another, with a gap between two of them."""
    steps: list[np.ndarray] = []
    values: list[np.ndarray] = []
    for curve in curves:
        if len(curve.steps):
            if steps:
                steps.append(curve.steps[:1])
                values.append(np.array([np.nan]))
            steps.append(curve.steps)
            values.append(curve.values)
    return Curve(np.concatenate(steps), np.concatenate(values)) if steps else EMPTY_CURVE
