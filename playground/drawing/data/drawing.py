"""The data and the predictions over them: a decision boundary, a fitted curve, a field of values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtGui import QBrush, QColor

from playground.arrays import Floats
from playground.drawing.data.blame_points import BlamePointsItem
from playground.drawing.data.class_regions import lines_between, region_indices, region_table
from playground.drawing.data.value_points import ValuePointsItem
from playground.drawing.kit.axes import ValueAxis, round_up
from playground.drawing.kit.class_marks import CLASS_SHAPES
from playground.drawing.kit.color_maps import class_table, colormap, value_table
from playground.drawing.kit.contours import ContourItem, contour_lines
from playground.drawing.kit.items import FINE, CurveItem, FieldItem, PointsItem, solid_pen
from playground.drawing.kit.levels import Levels
from playground.drawing.kit.plot import ColorPlot
from playground.drawing.kit.theme import Theme
from playground.engine.datasets import Samples
from playground.engine.input_slice import ROW, ROWS_FROM, USUAL, InputSlice, SliceChoice, places_of, slice_of
from playground.files.foreign_names import shown_name
from playground.landscape.boundary import Boundary, input_window, shown_window
from playground.numerals import number_text, percent_text
from playground.output_words import OutputWords

LONGEST_NAME = 28
"""Characters that have room beside an axis."""
SHORT_NAME = 8
"""Characters that have room below the colour bar."""
MOST_NAMED = 3
"""Classes that the readout beside the pointer names."""


@dataclass(frozen=True, eq=False)
class BoundaryPicture:
    """Samples, and the network's predictions over their inputs where they are known.

    blame (n,): the loss of each training point by itself, where points have to be shown in its colour, NaN
    where it is not known. loss: the network's, as in an experiment; None: the one of this kind of data where
    none was chosen. choice: the slice that is shown where no predictions are known.
    """

    samples: Samples
    boundary: Boundary | None
    show_test: bool = True
    blame: np.ndarray | None = None
    loss: str | None = None
    choice: SliceChoice = USUAL

    @cached_property
    def slice(self) -> InputSlice:
        """The slice through the raw inputs over which predictions are shown."""
        return slice_of(self.samples, self.choice if self.boundary is None else self.boundary.choice)

    @cached_property
    def places(self) -> tuple[Floats, Floats]:
        """The places of the training points (n, 2) and test points (m, 2); one input has y beside it."""
        samples, shown = self.samples, self.slice
        train = places_of(samples, shown, samples.X_train, samples.y_train)
        return train, places_of(samples, shown, samples.X_test, samples.y_test)

    @property
    def shown_samples(self) -> Samples:
        """The samples with the target that is shown alone, where they have several."""
        return self.samples.of_target(self.slice.output)

    @property
    def words(self) -> OutputWords:
        """The words for ŷ and for the loss of a point."""
        return self.samples.output_words(self.loss)


class BoundaryDrawing(ColorPlot):
    """A BoundaryPicture; `.item` goes into a scene, on the screen or for an export.

    Training points are filled, test points hollow; class 0 orange squares, class 1 blue circles, each later
    class in its colour of the theme with its mark of class_marks.
    """

    def __init__(self, theme: Theme):
        super().__init__(theme, ValueAxis("left", theme), ValueAxis("bottom", theme), "y")
        self.picture: BoundaryPicture | None = None
        self._laid_out: tuple[Samples, bool, SliceChoice] | None = None
        self._unnamed = False
        self._window: tuple[float, ...] | None = None
        """The range of the inputs of these samples, once it was needed."""
        self.held: tuple[float, float, float, float] | None = None
        """The range that is shown whatever points there are; None: that of all points, with a margin."""
        self.equal_units = False
        """Whether the range grows with the size of the plot until both inputs have equal units."""
        self.field, self.edge, self.curve = FieldItem(), ContourItem(), CurveItem()
        self.half_line, self.values = CurveItem(), ValuePointsItem()
        self.edge_there, self.curve_there = ContourItem(), CurveItem()
        self.blame = BlamePointsItem(theme)
        self.themed.append(self.blame)
        self._loss_table = colormap(theme.loss_colors)
        self.points = {
            (label, part): PointsItem(CLASS_SHAPES[label]) for part in ("train", "test") for label in (0, 1)
        }
        self.curves: list[CurveItem] = []
        """Over one input, of three classes or more, the prediction for each."""
        parts = (
            self.field,
            self.edge,
            self.half_line,
            self.values,
            *self.points.values(),
            self.blame,
            self.curve,
            self.edge_there,
            self.curve_there,
            self.notice,
        )
        self.box.lay(parts)
        self.restyle(theme)

    def show(self, picture: BoundaryPicture) -> None:
        """Draw a picture; points are laid out again only when the samples changed."""
        self.picture = picture
        shown = picture.choice if picture.boundary is None else picture.boundary.choice
        laid_out = picture.samples, picture.show_test, shown._replace(point=None)
        if self._laid_out is None or laid_out[0] is not self._laid_out[0] or laid_out != self._laid_out:
            self._laid_out = laid_out
            self._window = None
            self._lay_out_points()
        self._tint()
        self._draw_answers()
        self.show_whole()

    def show_there(self, boundary: Boundary | None) -> str:
        """Draw the predictions with other weights, dashed; return the meaning of the dashes."""
        none = np.empty(0)
        self.edge_there.set_data(none, none)
        self.curve_there.set_data(none, none)
        if boundary is None or self.picture is None:
            return ""
        output, samples = boundary.output, self.picture.shown_samples
        if samples.has_several:
            return self._show_several_there(boundary)
        if output.ndim == 1:
            self.curve_there.set_data(boundary.x1, np.where(np.isfinite(output), output, np.nan))
            return "Dashed: the curve of the place pointed at"
        if not samples.classification:
            levels = self._value_levels().marks(8)
            self.edge_there.set_data(*contour_lines(boundary.x1, boundary.x2, output, levels))
            return "Dashed: lines of equal ŷ at the place pointed at"
        lines = contour_lines(boundary.x1, boundary.x2, output, np.array([0.5]))
        self.edge_there.set_data(*lines)
        if len(lines[0]):
            return "Dashed: the boundary of the place pointed at"
        side = samples.class_word(float(np.nanmean(output))) if np.isfinite(output).any() else "not a number"
        return f"The place pointed at has no boundary here: {side} everywhere"

    def _show_several_there(self, boundary: Boundary) -> str:
        assert self.picture is not None
        if boundary.output.ndim == 1:
            classes = len(boundary.outputs)
            outputs = np.where(np.isfinite(boundary.outputs), boundary.outputs, np.nan)
            # NaN between the curves.
            ys = np.pad(outputs, ((0, 0), (0, 1)), constant_values=np.nan)
            self.curve_there.set_data(np.tile(np.append(boundary.x1, np.nan), classes), ys.ravel())
            return "Dashed: the curves of the place pointed at"
        lines = lines_between(boundary.x1, boundary.x2, boundary.outputs)
        self.edge_there.set_data(*lines)
        if len(lines[0]):
            return "Dashed: the boundaries of the place pointed at"
        known = boundary.winner[boundary.winner >= 0]
        side = self.picture.shown_samples.class_word(float(known[0])) if len(known) else "not a number"
        return f"The place pointed at has no boundary here: {side} everywhere"

    def _have_classes(self, count: int) -> None:
        """Make the items of so many classes, in the place of those of the first two."""
        made = len(self.points) // 2
        for label in range(made, count):
            for part in ("train", "test"):
                item = PointsItem(CLASS_SHAPES[label])
                first = self.points[1, part]
                item.setZValue(first.zValue() + 0.01 * label)
                item.setCacheMode(first.cacheMode())
                self.box.addItem(item, ignoreBounds=True)
                self.points[label, part] = item
        for label in range(len(self.curves), count if count > 2 else 0):
            curve = CurveItem()
            curve.setZValue(self.curve.zValue() + 0.01 * label)
            self.box.addItem(curve, ignoreBounds=True)
            self.curves.append(curve)
        if count > made or len(self.curves) == count:
            self._style_classes()

    def _style_classes(self) -> None:
        theme = self.theme
        for label, curve in enumerate(self.curves):
            curve.set_pen(solid_pen(theme.classes[label], theme.curve_width * 1.2))
        for (label, part), item in self.points.items():
            color = theme.classes[label]
            if part == "train":
                item.set_style(theme.point_size, solid_pen(theme.marker_edge, 0.9), QBrush(QColor(color)))
            else:
                hollow = QColor(theme.card)
                hollow.setAlphaF(0.8)
                item.set_style(theme.point_size - 1.2, solid_pen(color, 1.6), QBrush(hollow))

    def restyle(self, theme: Theme) -> None:
        """Apply the colours, widths and font sizes of a theme."""
        super().restyle(theme)
        self._loss_table = colormap(theme.loss_colors)
        self.curve.set_pen(solid_pen(theme.text, theme.curve_width * 1.2))
        self.half_line.set_pen(solid_pen(theme.dim_text, theme.thin_width, (2.0, 4.0)))
        self.edge.set_pen(solid_pen(theme.text, theme.thin_width * 1.2))
        there = solid_pen(theme.text, theme.curve_width * 1.1, (6.0, 4.0))
        self.edge_there.set_pen(there)
        self.curve_there.set_pen(there)
        self._style_classes()
        if self.picture is not None:
            self._lay_out_points()
            self._tint()
            self._draw_answers()

    def hover(self, x1: float, x2: float) -> str:
        """Return the prediction at a place, from the cell around it."""
        if self.picture is None or self.picture.boundary is None:
            return ""
        boundary = self.picture.boundary
        column = int(np.argmin(np.abs(boundary.x1 - x1)))
        if boundary.output.ndim == 1:
            name = self.picture.slice.names[0]
            where = f"{name} {number_text(float(boundary.x1[column]))}"
            return f"{where}   {self._answer_text(boundary.outputs[:, column])}"
        row = int(np.argmin(np.abs(boundary.x2 - x2)))
        where = f"({number_text(float(boundary.x1[column]))}, {number_text(float(boundary.x2[row]))})"
        return f"{self._answer_text(boundary.outputs[:, row, column])}   at {where}"

    def _answer_text(self, outputs: Floats) -> str:
        """Return the predictions (k,) of one place, of several classes the largest ones."""
        assert self.picture is not None
        words, samples = self.picture.words, self.picture.samples
        if samples.target_names:
            named = zip(samples.target_names, outputs.tolist(), strict=True)
            return f"{words.symbol} of {', '.join(f'{name} {number_text(value)}' for name, value in named)}"
        if not samples.has_several:
            return f"{words.symbol} {number_text(float(outputs[0]))}"
        if np.isnan(outputs).any():
            return f"{words.symbol} is not a number"
        order = np.argsort(-outputs, kind="stable")[:MOST_NAMED].tolist()
        first = f"{samples.class_word(order[0])} {number_text(float(outputs[order[0]]))}"
        others = [f"{samples.class_names[k]} {number_text(float(outputs[k]))}" for k in order[1:]]
        more = ", …" if len(outputs) > MOST_NAMED else ""
        return f"ŷ of {', '.join([first, *others])}{more}"

    def summary(self) -> str:
        """Return one line for a screen reader."""
        if self.picture is None:
            return "Data: none yet."
        samples = self.picture.shown_samples
        train, test = len(samples.y_train), len(samples.y_test)
        text = f"Data: {train} training and {test} test points"
        if samples.has_several:
            counts = samples.y_train.sum(axis=0).astype(int)
            parts = [f"{count} of {samples.class_word(k)}" for k, count in enumerate(counts.tolist())]
            text += f"; of the training points {', '.join(parts[:-1])} and {parts[-1]}"
        elif samples.classification:
            ones = int(np.sum(samples.y_train > 0.5))
            zero, one = samples.class_word(0.0), samples.class_word(1.0)
            text += f"; of the training points {train - ones} are of {zero} and {ones} of {one}"
        boundary = self.picture.boundary
        if boundary is not None and np.isfinite(boundary.output).any():
            if samples.has_several:
                text += self._areas(boundary)
            elif samples.classification:
                share = float(np.mean(boundary.output > 0.5))
                one = samples.class_word(1.0)
                text += f"; the network gives {one} to {percent_text(share)} of the area shown"
            else:
                finite = boundary.output[np.isfinite(boundary.output)]
                text += f"; ŷ runs from {number_text(float(finite.min()))} "
                text += f"to {number_text(float(finite.max()))}"
        return f"{text}. {self.picture.slice.told}".rstrip()

    def _areas(self, boundary: Boundary) -> str:
        """Return to how much of the area the network gives each class that it gives at all."""
        assert self.picture is not None
        known = boundary.winner[boundary.winner >= 0]
        if not known.size:
            return ""
        samples = self.picture.shown_samples
        shares = np.bincount(known, minlength=len(samples.class_names)) / boundary.winner.size
        parts = [
            f"{samples.class_word(k)} to {percent_text(share)}"
            for k, share in enumerate(shares.tolist())
            if share
        ]
        listed = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
        return f"; the network gives {listed} of the area shown"

    def show_whole(self) -> None:
        """Show all inputs of the predictions."""
        if (window := self.shown_range()) is not None:
            self.box.place(*window)

    def fit(self) -> None:
        self.show_whole()

    def shown_range(self) -> tuple[float, float, float, float] | None:
        """Return left, right, bottom and top of the plot, in equal units where two inputs allow it."""
        window = self.held or self.whole_range()
        if not self.equal_units or window is None or self.picture is None or self.picture.slice.n_axes == 1:
            return window
        left, right, bottom, top = shown_window(window, self.box.width(), self.box.height())
        return left, right, bottom, top

    def whole_range(self) -> tuple[float, float, float, float] | None:
        """Return left, right, bottom and top of all points with a margin; None before the first picture."""
        if self.picture is None:
            return None
        samples = self.picture.shown_samples
        if self._window is None:
            self._window = input_window(samples, self.picture.slice)
        window = self._window
        if self.picture.slice.n_axes > 1:
            return window[0], window[1], window[2], window[3]
        targets = np.concatenate([samples.y_train, samples.y_test])[:, 0]
        low, high = (0.0, 1.0) if samples.classification else (float(targets.min()), float(targets.max()))
        if samples.has_several:
            high = ROWS_FROM + ROW * (len(samples.class_names) - 1)
        room = 0.12 * ((high - low) or 1.0)
        return window[0], window[1], low - room, high + room

    def leave_names_out(self, on: bool) -> None:
        """Leave the names of the axes to what chooses them beside the picture, or write them again."""
        if on != self._unnamed:
            self._unnamed = on
            self._name_axes()

    def _name_axes(self) -> None:
        if self.picture is None:
            return
        names = self.picture.slice.names
        second = names[1] if len(names) > 1 else self.picture.shown_samples.output_name
        for axis, name in ((self.bottom, names[0]), (self.left, second)):
            shown = "" if self._unnamed else shown_name(name, LONGEST_NAME)
            # Cut and laid out anew, a name takes as long as some hundred points.
            if axis.name != shown:
                axis.set_name(shown)

    def _lay_out_points(self) -> None:
        assert self.picture is not None
        samples, two = self.picture.shown_samples, self.picture.slice.n_axes > 1
        self._name_axes()
        train, test = self.picture.places
        parts = {
            "train": (train, samples.y_train),
            "test": (test, samples.y_test) if self.picture.show_test else None,
        }
        by_value = []
        self._have_classes(len(samples.class_names))
        for (label, part), item in self.points.items():
            places_and_targets = parts[part]
            if places_and_targets is None or not samples.classification:
                item.set_data(np.empty(0), np.empty(0))
                continue
            places, y = places_and_targets
            chosen = samples.labels(y) == label
            item.set_data(places[chosen, 0], places[chosen, 1])
        for part, places_and_targets in parts.items():
            if samples.classification or places_and_targets is None:
                continue
            places, y = places_and_targets
            by_value.append((places[:, 0], places[:, 1], y[:, 0], part == "train"))
        table = value_table(self.theme) if two else None
        self.values.show(by_value, self._value_levels(), table, self.theme)

    def _tint(self) -> None:
        """Show the colours of the losses on the training points, or remove them."""
        assert self.picture is not None
        samples, losses = self.picture.shown_samples, self.picture.blame
        if losses is None or len(losses) != len(samples.X_train):
            self.blame.clear()
            return
        places, labels = self.picture.places[0], np.full(len(samples.y_train), -1)
        if samples.classification:
            labels = samples.labels(samples.y_train).astype(int)
        self.blame.show(places[:, 0], places[:, 1], labels, losses, self._loss_table)

    def _value_levels(self) -> Levels:
        """Return values from −m to m, m the largest target rounded up: zero has the colour of the card."""
        assert self.picture is not None
        samples = self.picture.shown_samples
        targets = np.concatenate([samples.y_train, samples.y_test])
        most = float(np.max(np.abs(targets))) if targets.size else 1.0
        most = round_up(most) if most > 0 else 1.0
        return Levels(-most, most, False)

    def _draw_answers(self) -> None:
        assert self.picture is not None
        boundary, samples, theme = self.picture.boundary, self.picture.shown_samples, self.theme
        none = np.empty(0)
        for item in (self.curve, self.half_line, *self.curves):
            item.set_data(none, none)
        self.edge.set_data(none, none)
        two = self.picture.slice.n_axes > 1
        by_value = two and not samples.classification
        blamed = self.picture.blame is not None
        target = samples.output_name
        self.bar.name = "loss" if blamed else (target if len(target) <= SHORT_NAME else "target")
        if blamed:
            self.bar.show_levels(self.blame.levels, self._loss_table, (False, False))
        elif by_value:
            self.bar.show_levels(self._value_levels(), value_table(theme), (False, False))
        if self.bar.isVisible() != (by_value or blamed):
            self.bar.set_shown(by_value or blamed)
        if boundary is None:
            self.field.clear()
            return
        if not two:
            self.field.clear()
            several = zip(self.curves, boundary.outputs, strict=False)
            for curve, output in several if samples.has_several else [(self.curve, boundary.output)]:
                curve.set_data(boundary.x1, np.where(np.isfinite(output), output, np.nan))
            if samples.has_several:
                return
            if samples.classification:
                self.half_line.set_data(boundary.x1[[0, -1]], np.array([0.5, 0.5]))
            return
        self.field.smooth = min(boundary.output.shape) >= FINE
        if samples.has_several:
            classes = len(boundary.outputs)
            indices = region_indices(boundary.winner, boundary.strength, classes)
            self.field.set_field(boundary.x1, boundary.x2, indices, region_table(theme, classes))
            if self.field.smooth:
                self.edge.set_data(*lines_between(boundary.x1, boundary.x2, boundary.outputs))
            return
        levels = self._value_levels() if by_value else Levels(0.0, 1.0, False)
        table = value_table(theme) if by_value else class_table(theme)
        self.field.set_field(boundary.x1, boundary.x2, levels.indices(boundary.output), table)
        if samples.classification and self.field.smooth:
            self.edge.set_data(*contour_lines(boundary.x1, boundary.x2, boundary.output, np.array([0.5])))
