"""Marks over the steps of a run: a dotted line at every live change, with its name in a band above the plot.

The band keeps the names off the curves; where names would collide, the newer one stays.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QTransform

from playground.drawing.kit.axes import font
from playground.drawing.kit.geometry import Frame
from playground.drawing.kit.items import PixelItem, solid_pen
from playground.drawing.kit.labels import draw_text
from playground.drawing.kit.theme import Theme
from playground.engine.datasets import training_points
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.schedules import slider_name
from playground.engine.stepping.batches import mini_batch
from playground.experiment import Change, Experiment
from playground.experiment_strokes import stroke_mark
from playground.experiment_table import FIELD as POINTS
from playground.numerals import number_text, rate_text
from playground.value_names import PENALTY_NAMES, SCHEDULE_NAMES

RATE, SCHEDULE = "training.learning_rate", "training.schedule"
NEAR = 6.0
"""Marks closer than this in pixels share one name, the newest."""

AMBIGUOUS = 10.0
"""A name that begins within this many pixels after a mark seems to belong to that mark."""
BEHIND = 7.0
"""Pixels between the names of two changes in one place."""
CROWD = 9.0
"""Marks closer than this to a neighbour are a crowd, as after a drag of the slider."""
STROKE = 6.0
DOTS = (1.4, 2.6)


@dataclass(frozen=True)
class StepMark:
    """A change at a step, as it is written. is_rate: whether it is of the learning rate."""

    step: float
    text: str
    is_rate: bool


def step_marks(
    changes: Sequence[Change],
    first_rate: float | None,
    schedule: str = "constant",
    points: float = math.inf,
) -> list[StepMark]:
    """Return the marks of a log of changes, the learning rate of the first step first.

    first_rate: the slider's α at the start of the run; schedule: its schedule then; points: number of
    training points.
    """
    return MarkLog().follow(changes, first_rate, schedule, points)


class MarkLog:
    """The marks of a log of changes that grows: each change is written once.

    Dragging the slider leaves thousands of changes, and a frame comes sixty times a second.
    """

    def __init__(self) -> None:
        self._began: tuple[float | None, str, float] | None = None
        self._changes: Sequence[Change] = ()
        self._drag: int | None = None
        self._marks: list[StepMark] = []
        self._after: list[tuple[int, float | None, str]] = []
        """After each change: the number of marks, the slider's α, and its schedule."""

    def follow(
        self,
        changes: Sequence[Change],
        first_rate: float | None,
        schedule: str = "constant",
        points: float = math.inf,
    ) -> list[StepMark]:
        """Return the marks of a log that may continue the last one; see step_marks."""
        known = min(len(changes), len(self._changes))
        # A log only changes at its end, so if one entry is the same, all before it are.
        while known and changes[known - 1] is not self._changes[known - 1]:
            known -= 1
        if known < len(self._changes) and (cut := self._changes[known].drag) is not None:
            # What came before the drag that was cut has its marks still.
            while known and changes[known - 1].drag == cut:
                known -= 1
        if not known or changes[known - 1].step == 0 or self._began != (first_rate, schedule, points):
            known, self._drag = 0, None
            # The values that were set before the first step are those that the run began with.
            at_start = {change.field: change.value for change in takewhile(_at_start, changes)}
            schedule_now = at_start.get(SCHEDULE, schedule)
            rate = first_rate if first_rate is None else at_start.get(RATE, first_rate)
            self._marks = [] if rate is None else [StepMark(0.0, set_rate_text(schedule_now, rate), True)]
        else:
            count, rate, schedule_now = self._after[known - 1]
            self._drag = changes[known - 1].drag
            self._marks = self._marks[:count]
        del self._after[known:]
        for change in changes[known:]:
            if change.field == RATE:
                goes_on = change.drag is not None and change.drag == self._drag
                if goes_on and self._marks and self._marks[-1].step > 0:
                    # A drag is one mark, at its end; one that began before the first step keeps the first.
                    self._marks.pop()
                    rate = None
                if change.value != rate:
                    self._marks.append(StepMark(change.step, set_rate_text(schedule_now, change.value), True))
                rate = change.value
            else:
                if change.field == SCHEDULE:
                    schedule_now = change.value
                self._marks.append(StepMark(change.step, _change_text(change, points), False))
            self._drag = change.drag
            self._after.append((len(self._marks), rate, schedule_now))
        self._changes, self._began = changes, (first_rate, schedule, points)
        return list(self._marks)


def _at_start(change: Change) -> bool:
    return change.step == 0


def began_with(experiment: Experiment) -> tuple[float, str, int]:
    """Return α, schedule and the number of training points of the experiment, for step_marks."""
    training = experiment.training
    return training.learning_rate, training.schedule, training_points(experiment.data)


@lru_cache(maxsize=4096)
def set_rate_text(schedule: str, *rates: float) -> str:
    """Return the text of what was set by hand: one α, or one after the other."""
    return f"{slider_name(schedule)} {' → '.join(rate_text(rate) for rate in rates)}"


def _change_text(change: Change, points: float) -> str:
    if change.field == "parameters":
        return "set by hand"
    if change.field == POINTS:
        return stroke_mark(change.value)
    if change.field == "training.optimizer":
        return OPTIMIZERS[str(change.value)].title
    if change.field == "training.batch_size":
        size = mini_batch(change.value, points)
        return "full batch" if size is None else f"batch {size}"
    if change.field == SCHEDULE:
        return f"{SCHEDULE_NAMES.get(change.value, str(change.value))} α"
    name = PENALTY_NAMES.get(change.field, change.field.partition(".")[2].replace("_", " "))
    if change.value is None:
        return f"{name} default"
    return f"{name} {number_text(change.value)}"


def place_names(
    x: Sequence[float],
    widths: Sequence[float],
    left: float,
    right: float,
    near: float = NEAR,
    kinds: Sequence[bool] = (),
) -> list[tuple[int, float]]:
    """Return the marks that keep their names as (index, left edge of the name), the most important first.

    x: pixels of the marks, the most important last. A name is right of its mark. It is left of it where there
    is no room and no other mark lies under it or just before it, to which it would seem to belong. One that
    would touch another name, or whose mark is nearer than `near` to a more important one, is left out: unless
    that is of another of the kinds, and the name has room behind its name, over no further mark.
    """
    kept: list[tuple[int, float]] = []
    taken: list[tuple[float, float]] = []
    named: dict[bool, list[float]] = {True: [], False: []}
    for index in range(len(x) - 1, -1, -1):
        kind = bool(kinds[index]) if kinds else True
        places = named[kind]
        place = bisect_left(places, x[index])
        if any(abs(x[index] - other) < near for other in places[max(place - 1, 0) : place + 1]):
            continue
        if not left <= x[index] <= right:
            continue
        insort(places, x[index])
        starts = [x[index] + 3.0, x[index] - 3.0 - widths[index]]
        for other, start in kept:
            behind = start + widths[other] + BEHIND
            beneath = any(x[index] + near <= mark <= behind + AMBIGUOUS for mark in x)
            if abs(x[other] - x[index]) < near and start > x[other] and not beneath:
                starts.append(behind)
        for start in starts:
            stop = start + widths[index]
            if start < left or stop > right:
                continue
            if start < x[index] and any(start - AMBIGUOUS <= other <= x[index] - near for other in x):
                continue
            if all(stop + 5.0 <= begin or end + 5.0 <= start for begin, end in taken):
                kept.append((index, start))
                taken.append((start, stop))
                break
    return kept


class MarkBand(pg.AxisItem):
    """The band above a plot with the names of its marks, in place of the top axis."""

    def __init__(self, theme: Theme):
        self.marks: list[StepMark] = []
        self._steps, self._are_rates = np.empty(0), np.empty(0, bool)
        self._version = 0
        self._asked: tuple[Any, ...] | None = None
        self._names: list[tuple[StepMark, float]] = []
        self.theme = theme
        super().__init__("top")
        self.setStyle(showValues=False)
        self.restyle(theme)

    def restyle(self, theme: Theme) -> None:
        self.theme = theme
        self.setHeight(math.ceil(QFontMetricsF(font(theme)).height()) + 3)
        self.update()

    def set_marks(self, marks: list[StepMark]) -> None:
        self.marks = marks
        self._version += 1
        self._steps = np.array([mark.step for mark in marks])
        self._are_rates = np.array([mark.is_rate for mark in marks], bool)
        self.update()

    def within(self, low: float, high: float, left: float, right: float) -> list[tuple[StepMark, float]]:
        """Return the marks from step low to high at their pixels from left to right, oldest first.

        Of many in the same two pixels (of a long drag, for example) only the newest of the learning rate, and
        the newest of the rest.
        """
        if not len(self._steps):
            return []
        x = left + (self._steps - low) * ((right - left) / (high - low))
        columns = np.where((x >= left - 0.5) & (x <= right + 0.5), x // 2, np.nan)
        newest = np.zeros(len(x), bool)
        for kind in (self._are_rates, ~self._are_rates):
            (places,) = np.nonzero(kind)
            there = columns[places]
            newest[places] = np.r_[there[1:] != there[:-1], True][: len(there)] & np.isfinite(there)
        return [(self.marks[index], float(x[index])) for index in np.flatnonzero(newest)]

    def placed(self) -> list[tuple[StepMark, float]]:
        """Return the marks whose names are shown, and the left edges of the names in pixels of the band."""
        box = self.linkedView()
        if box is None or not self.marks:
            return []
        area = self.mapRectFromItem(box, box.rect())
        right = max(area.right(), self.boundingRect().right() - 2)
        # The learning rate is changed by hand most; the newest of its changes is the most important.
        low, high = box.viewRange()[0]
        # The band and the lines under it need the same in every frame.
        asked = (self._version, self.theme, low, high, area.left(), area.right(), right)
        if asked == self._asked:
            return self._names
        chosen = self.within(low, high, area.left(), area.right())
        chosen.sort(key=lambda pair: pair[0].is_rate)
        metrics = QFontMetricsF(font(self.theme))
        widths = [metrics.horizontalAdvance(mark.text) for mark, _ in chosen]
        kinds = [mark.is_rate for mark, _ in chosen]
        names = place_names([at for _, at in chosen], widths, area.left() - 1, right, kinds=kinds)
        self._asked, self._names = asked, [(chosen[index][0], start) for index, start in names]
        return self._names

    def paint(self, painter: QPainter, *_: object) -> None:
        text_font = font(self.theme)
        height = self.size().height()
        metrics = QFontMetricsF(text_font)
        for mark, start in self.placed():
            painter.setPen(solid_pen(self.theme.pink if mark.is_rate else self.theme.dim_text, 1.0))
            place = QRectF(start, 0.0, metrics.horizontalAdvance(mark.text), height - 2)
            draw_text(painter, place, mark.text, text_font, "left")


class MarkLines(PixelItem):
    """The dotted lines of a band's marks; of a crowd only those that are named, and strokes at the top."""

    def __init__(self, band: MarkBand):
        super().__init__()
        self._band = band

    def restyle(self, theme: Theme) -> None:
        self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        view, theme = self.viewRect(), self._band.theme
        marks = self._band.within(view.left(), view.right(), frame[0], frame[2])
        named = {id(mark) for mark, _ in self._band.placed()}
        places = [at for _, at in marks]
        gaps = np.diff(places, prepend=-math.inf, append=math.inf)
        width = theme.thin_width * 1.1
        pens = [
            (solid_pen(color, width), solid_pen(color, width, DOTS)) for color in (theme.dim_text, theme.pink)
        ]
        # In one place the dots of both kinds take turns.
        pens[0][1].setDashOffset(sum(DOTS) / 2)
        for (mark, at), nearest in zip(marks, np.minimum(gaps[:-1], gaps[1:]), strict=True):
            stroke, dotted = pens[mark.is_rate]
            if nearest >= CROWD or id(mark) in named:
                painter.setPen(dotted)
                painter.drawLine(QPointF(at, frame[3]), QPointF(at, frame[1]))
            else:
                painter.setPen(stroke)
                painter.drawLine(QPointF(at, frame[1] + STROKE), QPointF(at, frame[1]))
