"""Points edited in the data view while the network trains: painted, moved, erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent

from playground.drawing.data.brush import BrushItem
from playground.engine.datasets import Samples, samples_of
from playground.engine.painted_points import data_to_edit, painted
from playground.engine.problem_of_experiment import network_on_data
from playground.experiment import DataSettings, Experiment
from playground.experiment_checks import ExperimentError
from playground.experiment_table import MAX_ROWS
from playground.numerals import count_text
from playground.ui.data.paint_tools import TAKE, TAKE_TIP, PaintTools, class_keys
from playground.ui.data.stroke_in_hand import GRAB, POINT, StrokeInHand
from playground.ui.frame.feature import Feature
from playground.ui.widgets.fitting_button import FittingButton

if TYPE_CHECKING:
    from playground.drawing.kit.theme import Theme
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench

EDIT = "Edit points"
ON_THE_BUTTON = "Edit", "✎"
TIP = "Edit points: paint, move and erase points while the network trains"
Place = tuple[float, float]

STEP, SMALL_STEP = 0.04, 0.005
"""Shares of the view that an arrow key moves the cursor by, alone and with Shift."""
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
CLASS_KEYS = tuple(Qt.Key(Qt.Key.Key_0 + digit) for digit in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0))
HOW = "Drag on the picture. Keys: arrows move a cursor, Space adds, Delete removes, {} choose the class."
MOST = f"{count_text(MAX_ROWS)} points"
NO_MORE = f"No point is added: a table has {MOST} at most, and they are there. Erase some first."
NOT_ALL = f"Only a part is painted: there are {MOST} now, the most of a table."
HOW_VALUES = "Drag on the picture. Keys: arrows move a cursor, Space adds a point, Delete removes one."


def why_not(samples: Samples) -> str:
    """Return why points of these samples cannot be edited on a picture; empty where they can."""
    if samples.target_names:
        return f"Points are edited where there is one target: these have {len(samples.target_names)}."
    if samples.n_raw == 2 or (samples.n_raw == 1 and not samples.classification):
        return ""
    if samples.n_raw == 1:
        return "Points of one input are edited where their target is a number: here it is a class."
    return f"Points are edited on a picture of two inputs: these have {samples.n_raw}."


class PaintFeature(Feature):
    """The button "Edit points", its tools, and mouse and keys over the picture while it is on.

    A stroke, from press to release, is one change of the run. It is shown at once; the network sees it with
    its next step after the release.
    """

    needs_network = True

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._view = window.data_view
        self.tools = PaintTools()
        self.tools.hide()
        self._view.body.insertWidget(0, self.tools)
        self.button = FittingButton(EDIT, *ON_THE_BUTTON)
        self.button.setToolTip(TIP)
        self.button.setCheckable(True)
        self.button.clicked.connect(self._switch)
        self._view.tools.insertWidget(0, self.button)
        self._view.face_changed.connect(self._show_tools)
        self._brush = BrushItem(window.theme)
        self._brush.setZValue(1000.0)
        self._view.add_item(self._brush)
        self.tools.changed.connect(self._show_brush)
        self.tools.undo_wanted.connect(lambda: window.actions_by_name["undo"].trigger())
        self.tools.end_wanted.connect(self._end)
        self.tools.take_wanted.connect(self._take)
        self.take_action = QAction(TAKE, self._view)
        self.take_action.setStatusTip(TAKE_TIP)
        self.take_action.triggered.connect(self._take)
        self._view.addAction(self.take_action)
        self.edit_action = QAction(EDIT, self._view)
        self.edit_action.setStatusTip(TIP)
        self.edit_action.triggered.connect(self.button.click)
        self._view.addAction(self.edit_action)
        self._stroke: StrokeInHand | None = None
        self._begun_on: DataSettings | None = None
        self._pending: DataSettings | None = None
        self._order = 0
        self._said = ""
        self._to_edit: tuple[DataSettings, DataSettings] | None = None
        """Data, and the same with its points in a table: thousands of points are put there once."""
        self._cursor: tuple[float, float] | None = None
        self._pointer: tuple[float, float] | None = None
        self._seen: Samples | None = None
        self._edited: Experiment | None = None
        self._waits = self._presenting = False
        self._available = True
        canvas = self._view.canvas
        canvas.installEventFilter(self)
        canvas.viewport().installEventFilter(self)

    @property
    def on(self) -> bool:
        """Whether points are edited."""
        return self.button.isChecked()

    def set_full(self, full: bool) -> None:
        # There the card has more tools than room in a small window.
        self.button.let_vanish(full)

    # The run --------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self._pending is not None and snapshot.instruction >= self._order:
            self._pending = None
            if self._stroke is None:
                self._view.show_points(None)
        if self._stroke is not None and self._pending is None and snapshot.view.data != self._begun_on:
            # Undo, or a file's log, has changed the points: its rows would be others.
            self._drop()
        if snapshot.samples is self._seen:
            return
        self._seen = snapshot.samples
        reason = why_not(snapshot.samples)
        self.button.setToolTip(reason or TIP)
        if self.on and self._edited != snapshot.view.experiment:
            # Other points have another range.
            self._edited = snapshot.view.experiment
            self._drop()
            self._view.hold_window(True)
        if reason and self.on:
            self._end()
        is_table = snapshot.view.data is not None and snapshot.view.data.table is not None
        self.take_action.setEnabled(not is_table)
        if self.on or not reason:
            self.tools.show_samples(snapshot.samples, is_table)

    def frame(self) -> None:
        if self._waits:
            self._waits = False
            self._go_on()

    def set_available(self, on: bool) -> None:
        data = None if self.window.snapshot is None else self.window.snapshot.view.data
        self._available = on
        self.edit_action.setEnabled(on and not self._presenting)
        self.take_action.setEnabled(on and data is not None and data.table is None)
        if not on and self.on:
            self._end()

    def restyle(self, theme: Theme) -> None:
        self._brush.restyle(theme)
        self.tools.restyle(theme)

    def set_presentation(self, on: bool) -> None:
        # A hall sees the picture without the tools, and without them nothing is edited.
        self._presenting = on
        self.edit_action.setEnabled(self._available and not on)
        if on and self.on:
            self._end()

    def shutdown(self) -> None:
        canvas = self._view.canvas
        canvas.removeEventFilter(self)
        canvas.viewport().removeEventFilter(self)

    # On and off -----------------------------------------------------------------------------------------

    def _switch(self, on: bool) -> None:
        snapshot = self.window.snapshot
        there = snapshot is not None and network_on_data(snapshot.problem) is not None
        reason = why_not(snapshot.samples) if there and snapshot is not None else "There are no points here."
        if on and reason:
            self.button.setChecked(False)
            self.window.notices.say(reason)
            return
        if not on and self._view.has_face:
            # Points are edited, but the picture was not seen: it comes back first.
            self.button.setChecked(True)
            self._view.plot_wanted.emit()
            return
        if not on:
            self._end()
            return
        self._view.plot_wanted.emit()
        assert snapshot is not None
        self._edited = snapshot.view.experiment
        self._show_tools()
        self._view.take_in_hand(True)
        self._view.hold_window(True)
        samples = snapshot.samples
        keys = class_keys(len(samples.class_names))
        self.window.notices.say(HOW.format(keys) if samples.classification else HOW_VALUES)
        self._view.canvas.setFocus()

    def _show_tools(self) -> None:
        """Show the tools over the picture that they edit, and over no other."""
        self.tools.setVisible(self.on and not self._view.has_face)

    def _end(self) -> None:
        self.button.setChecked(False)
        self.tools.hide()
        self._view.take_in_hand(False)
        self._drop()
        self._cursor = self._pointer = None
        self._show_brush()
        self._view.hold_window(False)

    def _take(self) -> None:
        if self.window.snapshot is not None:
            self.window.lab.take_points(self.window.snapshot.run)

    # A stroke -------------------------------------------------------------------------------------------

    def draw_stroke(self, first: Place, *rest: Place, pixel: Place) -> None:
        """Begin a stroke with the present tool and draw it through these places of the plot.

        pixel: the size of a pixel there.
        """
        self._stroke = self._begin(self.tools.tool)
        if self._stroke is not None:
            self._stroke.press(*first, pixel)
            for place in rest:
                self._stroke.move(*place, pixel)
            self._go_on()

    def _begin(self, tool: str) -> StrokeInHand | None:
        """Return a stroke on the points that are there, those of a stroke on its way included."""
        data = self._data()
        if data is None:
            return None
        self._begun_on = data
        radius, tests = self.tools.radius, self._view.show_test
        return StrokeInHand(self._in_a_table(data).kept_table, tool, self.tools.target, radius, tests)

    def _in_a_table(self, data: DataSettings) -> DataSettings:
        if self._to_edit is None or self._to_edit[0] is not data:
            self._to_edit = data, data_to_edit(data)
        return self._to_edit[1]

    def _data(self) -> DataSettings | None:
        snapshot = self.window.snapshot
        return self._pending or (None if snapshot is None else snapshot.view.data)

    def _preview(self) -> DataSettings | None:
        """Show the points as the stroke leaves them; return their data, None where it changes nothing.

        Raises ExperimentError where it cannot be made.
        """
        data, snapshot = self._data(), self.window.snapshot
        value = None if self._stroke is None else self._stroke.value()
        if data is None or snapshot is None or value is None:
            return None
        start = snapshot.view.experiment.data
        assert start is not None
        after = painted(start, self._in_a_table(data), [value], snapshot.samples)
        self._view.show_points(samples_of(after))
        # While steps come fast the views take turns to be drawn; a stroke does not wait for its turn.
        self._view.frame()
        return after

    def _go_on(self) -> None:
        """Show the stroke so far; what cannot be made is said at its end."""
        try:
            self._preview()
        except ExperimentError:
            return

    def release(self) -> None:
        """Make the stroke in hand a change of the run."""
        stroke, snapshot = self._stroke, self.window.snapshot
        value = None if stroke is None else stroke.value()
        self.window.notices.take_back(self._said)
        if stroke is not None and stroke.is_full:
            self._say(NO_MORE if value is None else NOT_ALL)
        if value is None or snapshot is None:
            self._drop()
            return
        try:
            after = self._preview()
        except ExperimentError as error:
            self._drop()
            self._say(error.sentence)
            return
        self._stroke = None
        self._order = self.window.lab.change_points(value, snapshot.run, self._begun_on)
        self._pending = after

    def _say(self, sentence: str) -> None:
        """Say what was not made, until a stroke is made."""
        self._said = sentence
        self.window.notices.say(sentence)

    def _drop(self) -> None:
        """Give up the stroke in hand."""
        self._stroke = None
        if self._pending is None:
            self._view.show_points(None)

    # Mouse and keys -------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.on:
            return False
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if event.type() == QEvent.Type.Leave and self._pointer is not None:
            self._pointer = None
            self._show_brush()
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) and isinstance(
            event, QKeyEvent
        ):
            return self._key(event)
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        place = self._place(event.position())
        pressed = event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if pressed and event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._view.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
            self._cursor = None
            self.draw_stroke(place, pixel=self._view.pixel_size)
            return True
        if event.type() == QEvent.Type.MouseMove:
            self._pointer = place
            self._cursor = None
            self._show_brush()
            if self._stroke is None:
                return False
            if not event.buttons() & Qt.MouseButton.LeftButton:
                # The release went to something else, such as a dialog.
                self._drop()
                return True
            if place is not None:
                self._stroke.move(*place, self._view.pixel_size)
                # A pointer moves more often than there are frames.
                self._waits = True
            return True
        released = event.type() == QEvent.Type.MouseButtonRelease
        if released and event.button() == Qt.MouseButton.LeftButton and self._stroke is not None:
            self.release()
            return True
        return False

    def _place(self, position: QPointF) -> tuple[float, float] | None:
        """Return the numbers of the plot at a position of the canvas; None outside of it."""
        view = self._view
        scene = view.canvas.mapToScene(position.toPoint())
        if not view.drawing.box.sceneBoundingRect().contains(scene):
            return None
        point = view.drawing.box.mapSceneToView(scene)
        return float(point.x()), float(point.y())

    def _key(self, event: QKeyEvent) -> bool:
        key, modifiers = event.key(), event.modifiers()
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if modifiers & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        known = key in ARROWS or key in (
            Qt.Key.Key_Space,
            Qt.Key.Key_Delete,
            Qt.Key.Key_Backspace,
            *CLASS_KEYS[: self.tools.n_classes],
            Qt.Key.Key_Escape,
        )
        if not known:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            # These keys are commands of the window elsewhere.
            event.accept()
            return True
        if key in ARROWS:
            self._move_cursor(*ARROWS[Qt.Key(key)], SMALL_STEP if shift else STEP)
        elif key in CLASS_KEYS:
            self.tools.choose_class(CLASS_KEYS.index(Qt.Key(key)))
        elif key == Qt.Key.Key_Escape:
            if self._stroke is not None:
                self._drop()
            else:
                self._end()
        elif self._stroke is None:
            self._press_key(erase=key != Qt.Key.Key_Space)
        return True

    def _press_key(self, erase: bool) -> None:
        """Add a point at the cursor, or remove the one there."""
        if self._cursor is None:
            self._move_cursor(0, 0, STEP)
        place = self._cursor
        assert place is not None
        self._stroke = self._begin(POINT)
        if self._stroke is not None:
            change = self._stroke.erase_at if erase else self._stroke.add_at
            change(*place, self._view.pixel_size)
            self.release()

    def _move_cursor(self, across: int, up: int, step: float) -> None:
        (left, right), (bottom, top) = self._view.drawing.box.viewRange()
        x, y = self._cursor or self._pointer or ((left + right) / 2, (bottom + top) / 2)
        x = min(max(x + step * across * (right - left), left), right)
        y = min(max(y + step * up * (top - bottom), bottom), top)
        self._cursor = x, y
        self._show_brush()

    def _show_brush(self, *_: Any) -> None:
        if not self.on:
            self._brush.show_at(None, 0.0)
        elif self._cursor is not None:
            self._brush.show_at(self._cursor, GRAB, crossed=True)
        else:
            radius = GRAB if self.tools.tool == POINT else self.tools.radius
            self._brush.show_at(self._pointer, radius)
