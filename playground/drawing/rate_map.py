"""The map of learning rates: log α across, the loss after N steps as a colour; seeds down, or momenta up."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QTransform

from playground.drawing.kit.axes import ValueAxis
from playground.drawing.kit.color_maps import colormap
from playground.drawing.kit.geometry import Frame, clip_polyline
from playground.drawing.kit.hatching import Cells, HatchItem
from playground.drawing.kit.items import FieldItem, ThemedItem, draw_polyline, map_points, solid_pen
from playground.drawing.kit.levels import Beyond, Levels, Outside, beyond, levels_of
from playground.drawing.kit.plot import ColorPlot
from playground.drawing.kit.theme import INK, OUTLINE, Theme
from playground.drawing.momentum_map import boundary_line, cell_words, momentum_sentence
from playground.engine.loss_scale import suits_log, times
from playground.engine.schedules import slider_name
from playground.landscape.rate_map import SAME, RateMap
from playground.landscape.rate_words import BELOW_ALL, NO_BOUND
from playground.landscape.stability_region import StabilityRegion
from playground.numerals import loss_text, number_text

AXIS_NAME = "learning rate α"
EMPTY = "The map is being computed"
MEDIAN_DASHES = (5.0, 3.5)
MOMENTUM_DECADES = 16.0
HIGHER = 4.0
"""The colours end at this many times the highest J at the start, however high some runs end."""
"""Marks on the colours of the loss, which are the same in every theme."""


@dataclass(frozen=True, eq=False)
class MapPicture:
    """The content of the map: computed rows, all seeds that it will have, and its marks.

    now: (α, seed) of the run on the screen, or (α, momentum); no seed where it began at that of no row.
    cell: (row, column) under the pointer. schedule: the one that scales the α of every run. momenta: all that
    a map of momenta will have; region: the stable ones in theory, or why_no_region. has_weights: whether a
    seed is of first weights.
    """

    rows: RateMap | None
    seeds: tuple[int, ...]
    now: tuple[float, float | None] | None = None
    cell: tuple[int, int] | None = None
    schedule: str = "constant"
    momenta: tuple[float, ...] = ()
    region: StabilityRegion | None = None
    why_no_region: str = ""
    has_weights: bool = True

    @property
    def row_name(self) -> str:
        """The name of the axis of the rows."""
        if self.momenta:
            return "momentum β"
        return "network seed" if self.has_weights else "seed of the start"

    @property
    def heights(self) -> np.ndarray:
        """Where all rows will stand, upwards, the computed ones first."""
        return np.array(self.momenta) if self.momenta else -np.array(self.seeds, float)

    @property
    def row_height(self) -> float:
        return float(np.ptp(self.momenta)) / (len(self.momenta) - 1) if len(self.momenta) > 1 else 1.0

    @property
    def words(self) -> str:
        """What the computed rows mean, in plain words."""
        if self.rows is None or not self.rows.seeds:
            return ""
        if self.rows.momenta:
            return momentum_sentence(self.rows, self.region, self.why_no_region, self.rate_name)
        return sentence(self.rows, self.rate_name)

    @property
    def now_words(self) -> str:
        """What the pink line marks."""
        if self.now is not None and self.now[1] is None:
            return "α of the run on the screen, which comes from another start than these"
        return "the run on the screen"

    @property
    def ring_words(self) -> str:
        return ring_text(self.rows, self.rate_name, "momentum" if self.momenta else "seed")

    @property
    def rate_name(self) -> str:
        """The name of the learning rates of the map."""
        return slider_name(self.schedule)


class MapDrawing(ColorPlot):
    """A MapPicture; `.item` goes into a scene, on the screen or for an export."""

    def __init__(self, theme: Theme):
        super().__init__(theme, RowAxis(theme), ValueAxis("bottom", theme, AXIS_NAME))
        self.picture = MapPicture(None, ())
        self.levels: Levels | None = None
        self.beyond = Beyond(0, 0, 0)
        self._table = colormap(theme.loss_colors)
        self._drawn: RateMap | None = None
        self.bottom.logarithmic = True
        self.box.setMouseEnabled(False, False)
        self.field, self.hatching = FieldItem(), HatchItem(theme)
        self.field.smooth = False
        self.marks = MapMarks(theme)
        self.themed += (self.hatching, self.marks)
        self.box.lay((self.field, self.hatching, self.marks, self.notice))
        self.notice.set_text(EMPTY)
        self.restyle(theme)

    def show(self, picture: MapPicture) -> None:
        """Draw a picture; parts that have not changed since the last one cost nothing."""
        self.picture = picture
        rows = picture.rows
        scheduled = picture.schedule != "constant"
        axis_name = f"learning rate, {picture.rate_name}" if scheduled else AXIS_NAME
        if self.bottom.name != axis_name:
            self.bottom.set_name(axis_name)
        if self.left.name != picture.row_name:
            self.left.set_name(picture.row_name)
        assert isinstance(self.left, RowAxis)
        self.left.of_seeds = not picture.momenta
        empty = rows is None or not rows.seeds
        self.notice.setVisible(empty)
        for axis in (self.left, self.bottom):
            axis.setVisible(not empty)
        self.bar.set_shown(not empty)
        if empty:
            self._drawn = None
            self.field.clear()
            self.hatching.clear()
            self.marks.show(picture)
            return
        assert rows is not None
        if rows is not self._drawn:
            self._draw(rows)
            self._drawn = rows
        self.show_whole()
        self.marks.show(picture)

    def set_text(self, text: str) -> None:
        """Set the text in place of a map that is not there."""
        self.notice.set_text(text)

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return (row, column) of the cell at this place of the view; None beside the computed ones."""
        rows = self.picture.rows
        if rows is None or not rows.seeds or not self.field.rect.contains(x, y):
            return None
        powers = np.log10(rows.learning_rates)
        return int(np.argmin(np.abs(rows.heights - y))), int(np.argmin(np.abs(powers - x)))

    def place_of(self, cell: tuple[int, int]) -> tuple[float, float]:
        """Return the middle of a cell in the view."""
        rows = self.picture.rows
        assert rows is not None
        return float(np.log10(rows.learning_rates[cell[1]])), float(rows.heights[cell[0]])

    def cell_text(self, cell: tuple[int, int]) -> str:
        """Return the numbers of a cell as text."""
        rows = self.picture.rows
        assert rows is not None
        row, column = cell
        loss, rank = float(rows.losses[row, column]), rows.rank(row, column)
        value = f"J {loss_text(loss)}" if math.isfinite(loss) else "J is not finite"
        if loss == -math.inf:
            value = f"J has fallen {BELOW_ALL}"
        rate = f"{self.picture.rate_name} {number_text(float(rows.learning_rates[column]), 3)}"
        if rows.momenta:
            return f"{value}   {rate}   {cell_words(rows, row, self.picture.region, column)}"
        text = f"{value}   {rate}   seed {rows.seeds[row]}"
        as_good = rows.as_good[row]
        if as_good[column] and np.count_nonzero(as_good) > 1:
            return f"{text}   as good as the best for this seed"
        return f"{text}   rank {rank} of {len(rows.learning_rates)} for this seed" if rank else text

    def summary(self) -> str:
        """Return one line for a screen reader."""
        rows = self.picture.rows
        if rows is None or not rows.seeds:
            return f"Map of learning rates: {self.notice.text}."
        return (
            f"Map of learning rates, {len(rows.learning_rates)} by {len(rows.seeds)} runs. "
            f"{self.picture.words}"
        )

    def restyle(self, theme: Theme) -> None:
        """Apply the colours, widths and font sizes of a theme."""
        super().restyle(theme)
        if self._table is not colormap(theme.loss_colors):
            self._table = colormap(theme.loss_colors)
            if self._drawn is not None:
                self._draw(self._drawn)

    def _draw(self, rows: RateMap) -> None:
        self.levels = levels_of_map(rows)
        across = np.log10(rows.learning_rates)
        # Cells are drawn from below, where the last seed is, or the first momentum.
        order = np.argsort(rows.heights)
        values, up = rows.losses[order], rows.heights[order]
        self.field.set_field(across, up, self.levels.indices(values), self._table)
        self.hatching.show([Cells(across, up, Outside.of(values, self.levels))])
        self.beyond = self.hatching.count
        ends = (self.beyond.below > 0, self.beyond.above > 0)
        self.bar.show_levels(self.levels, self._table, ends)

    def show_whole(self) -> None:
        """Show the cells of all seeds."""
        rows, heights = self.picture.rows, self.picture.heights
        if rows is None or not heights.size:
            return
        powers = np.log10(rows.learning_rates)
        half = (powers[-1] - powers[0]) / (len(powers) - 1) / 2 if len(powers) > 1 else 0.5
        high = 0.5 * self.picture.row_height
        self.box.place(powers[0] - half, powers[-1] + half, heights.min() - high, heights.max() + high)


class RowAxis(ValueAxis):
    """Seeds as whole numbers, growing downwards: the view holds their negatives. Or momenta, as they are."""

    of_seeds = True

    def __init__(self, theme: Theme):
        super().__init__("left", theme, "network seed")

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, np.ndarray]]:
        if not self.of_seeds:
            found: list[tuple[float, np.ndarray]] = super().tickValues(low, high, size)
            return found
        seeds = np.arange(math.ceil(low), math.floor(high) + 1)
        most = max(2, int(size / (1.15 * self.theme.small_font_size)))
        step = next(s for s in (1, 2, 5, 10, 20, 50) if s == 50 or len(seeds) / s <= most)
        return [(1.0, seeds[seeds % step == 0].astype(float))]

    def tickStrings(self, values: np.ndarray, scale: float, spacing: float) -> list[str]:
        if not self.of_seeds:
            texts: list[str] = super().tickStrings(values, scale, spacing)
            return texts
        return [f"{round(-value)}" for value in values]


class MapMarks(ThemedItem):
    """The best cell of each row (a ring) or cells (a bar), the present run (pink).

    Of seeds the median of the best too (dashed); of momenta the limit of theory (a line).
    """

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.picture = MapPicture(None, ())

    def show(self, picture: MapPicture) -> None:
        self.picture = picture
        self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        rows = self.picture.rows
        if rows is None or not rows.seeds:
            return
        width = self.theme.thin_width
        across, down = abs(transform.m11()), abs(transform.m22()) * self.picture.row_height
        step = float(np.diff(np.log10(rows.learning_rates[:2]))[0]) if len(rows.learning_rates) > 1 else 1.0
        cell = QRectF(0, 0, across * step, down)
        size = max(3.0, min(0.62 * min(cell.width(), cell.height()), self.theme.point_size))
        if rows.momenta:
            self._draw_limit(painter, transform, frame)
        else:
            self._draw_median(painter, transform, frame, rows)
        there = rows.best >= 0
        ends, down_there = (
            np.log10(rows.learning_rates[rows.best_spans[there]]),
            rows.heights[there],
        )
        left, y = map_points(transform, ends[:, 0], down_there)
        right, _ = map_points(transform, ends[:, 1], down_there)
        painter.setBrush(QColor(INK))
        painter.setPen(solid_pen(OUTLINE, 1.2 * width))
        for start, end, middle in zip(left, right, y, strict=True):
            # A bar is thin: the colours of its cells are visible above and below it.
            high = size if start == end else 0.45 * size
            ring = QRectF(start - size / 2, middle - high / 2, end - start + size, high)
            painter.drawRoundedRect(ring, high / 2, high / 2)
        if self.picture.cell is not None:
            row, column = self.picture.cell
            (x0,), (y0,) = map_points(
                transform,
                np.log10(rows.learning_rates[column : column + 1]),
                rows.heights[row : row + 1],
            )
            self._outline(painter, QRectF(x0 - cell.width() / 2, y0 - down / 2, cell.width(), down), INK)
        self._draw_now(painter, transform, frame)

    def _draw_median(self, painter: QPainter, transform: QTransform, frame: Frame, rows: RateMap) -> None:
        median = rows.median_best
        if not math.isfinite(median):
            return
        x = math.log10(median) * transform.m11() + transform.dx()
        for color, width in ((OUTLINE, 3.2), (INK, 1.6)):
            dashes = MEDIAN_DASHES if color == INK else ()
            painter.setPen(solid_pen(color, width * self.theme.thin_width, dashes))
            painter.drawLine(QPointF(x, frame[1]), QPointF(x, frame[3]))

    def _draw_limit(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        region, heights = self.picture.region, self.picture.heights
        if region is None:
            return
        half = 0.5 * self.picture.row_height
        rates, momenta = boundary_line(region, heights.min() - half, heights.max() + half)
        x, y = clip_polyline(*map_points(transform, np.log10(rates), momenta), frame)
        for color, width in ((OUTLINE, 4.2), (INK, 2.2)):
            painter.setPen(solid_pen(color, width * self.theme.thin_width))
            draw_polyline(painter, x, y, crossing=False)

    def _draw_now(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        now = self.picture.now
        if now is None:
            return
        rate, place = now
        x = math.log10(rate) * transform.m11() + transform.dx()
        if not frame[0] <= x <= frame[2]:
            return
        pen = solid_pen(self.theme.pink, 1.6 * self.theme.thin_width)
        painter.setPen(pen)
        painter.drawLine(QPointF(x, frame[1]), QPointF(x, frame[3]))
        if place is None:
            return
        height = place if self.picture.momenta else -place
        (_,), (y,) = map_points(transform, np.array([0.0]), np.array([height]))
        if frame[1] <= y <= frame[3]:
            radius = 0.5 * self.theme.marker_size
            painter.setPen(solid_pen(INK, 2.0 * self.theme.thin_width))
            painter.setBrush(QColor(self.theme.pink))
            painter.drawEllipse(QPointF(x, y), radius, radius)

    def _outline(self, painter: QPainter, rect: QRectF, color: str) -> None:
        painter.setBrush(QColor(0, 0, 0, 0))
        for shade, width in ((OUTLINE, 4.0), (color, 2.0)):
            painter.setPen(solid_pen(shade, width * self.theme.thin_width))
            painter.drawRect(rect)


def levels_of_map(rows: RateMap) -> Levels:
    """Return levels for the runs that do not end far above their start; for all, where every run does."""
    finite = rows.losses[np.isfinite(rows.losses)]
    starts = rows.starts[np.isfinite(rows.starts)]
    if starts.size:
        # A run that diverges ends so high that all others would share the darkest colour.
        near = finite[finite <= times(HIGHER, float(starts.max()))]
        finite = near if near.size else finite
    logarithmic = suits_log(finite)
    if rows.momenta and logarithmic:
        # Of a quadratic most runs come nearer to its minimum than usual, and must not decide the upper end.
        ends = np.array([finite[finite > 0].min(), finite.max()])
        return levels_of(ends, True, MOMENTUM_DECADES)
    return levels_of(finite, logarithmic)


def sentence(rows: RateMap, rate_name: str = "α") -> str:
    """Return the meaning of a map in plain words. rate_name: the name of its learning rates."""
    steps = number_text(rows.n_steps, 9)
    if rows.falls_without_bound:
        lowest, fell = float(np.nanmin(rows.losses)), int(np.count_nonzero(rows.escaped))
        reached = loss_text(lowest) if math.isfinite(lowest) else BELOW_ALL
        whose = "" if fell == len(rows.seeds) else f" for {fell} of {len(rows.seeds)} seeds"
        return f"After {steps} steps {NO_BOUND}{whose}: {reached}."
    shared = rows.shared
    if shared is None:
        return "No run reached a finite J."
    first, last = (float(rows.learning_rates[index]) for index in shared)
    low, high = (_best_text(rate, rows.learning_rates) for rate in (min(first, last), max(first, last)))
    count = np.count_nonzero(rows.best >= 0)
    alone = len(rows.seeds) == 1
    several = (np.count_nonzero(rows.as_good, axis=1) > 1).any()
    equal = f"J within {number_text(100 * SAME)} % counts as equal" if several else ""
    if first < last:
        whom = f"seed {rows.seeds[0]}" if alone else f"all {count} seeds"
        text = (
            f"After {steps} steps every {rate_name} tried from {number_text(first, 2)} to "
            f"{number_text(last, 2)} is as good as the best for {whom} ({equal})."
        )
    elif alone:
        text = f"After {steps} steps seed {rows.seeds[0]} is lowest with {rate_name} = {low}."
    elif low == high:
        best, addition = ("as good as the best", f" ({equal})") if equal else ("the best", "")
        text = f"After {steps} steps {rate_name} = {low} is {best} for all {count} seeds{addition}."
    else:
        median = _best_text(rows.median_best, rows.learning_rates)
        addition = f"; {equal}" if equal else ""
        text = (
            f"After {steps} steps the best {rate_name} lies between {low} and {high}, depending on the seed "
            f"(median {median}{addition})."
        )
    with np.errstate(invalid="ignore"):
        higher = ~(rows.losses <= rows.starts[:, np.newaxis])
    share = higher.mean(axis=0)
    worse = np.flatnonzero(share >= 0.5)
    if worse.size and (share[worse[0] :] >= 0.5).all():
        rate = number_text(float(rows.learning_rates[worse[0]]), 2)
        text += f" From {rate_name} = {rate} on, at least half of the runs end above their start."
    elif not higher.any():
        text += " Every run ends below its start."
    return text


def ring_text(rows: RateMap | None, rate_name: str, row: str = "seed") -> str:
    """Return the meaning of the rings of a map; empty where it has none. row: what its rows are."""
    if rows is not None and rows.escaped.size and rows.escaped.all():
        return ""
    text = f"the best {rate_name} of a {row}"
    bars = rows is not None and np.diff(rows.best_spans).any()
    return f"{text}, a bar where several are as good" if bars else text


def _best_text(rate: float, rates: np.ndarray) -> str:
    """Return a best learning rate; at an end of the map, that values beyond were not tried."""
    text = number_text(rate, 2)
    if len(rates) > 1 and math.isclose(rate, rates[-1], rel_tol=1e-9):
        return f"{text} or more"
    return f"{text} or less" if len(rates) > 1 and math.isclose(rate, rates[0], rel_tol=1e-9) else text


def counts_sentence(rows: RateMap, levels: Levels | None) -> str:
    """Return how many cells are not in a colour of their own, and what their J is."""
    parts = []
    if levels is not None:
        count = beyond(rows.losses, levels)
        if count.above:
            worse = (rows.losses > rows.starts[:, np.newaxis])[levels.above(rows.losses)].all()
            addition = " (higher than at the start)" if worse else ""
            parts.append(f"{count.above} with J above {number_text(levels.high)}{addition}")
        if count.below:
            parts.append(f"{count.below} with J below {number_text(levels.low)}")
    if rows.below_all:
        parts.append(f"{rows.below_all} with J fallen {BELOW_ALL}")
    if rows.not_finite:
        parts.append(f"{rows.not_finite} with J not finite")
    if not parts:
        return ""
    return f"Hatched, beyond the colours, of {rows.losses.size} runs: {', '.join(parts)}."
