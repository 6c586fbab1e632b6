"""The bar at the top: run and pause, step, start again, speed; and the numbers of the run."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QSize, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QWidget,
)

from playground.drawing.kit.theme import Theme
from playground.engine.loss_words import TRAINING_LOSS, loss_name, parts_sentence
from playground.engine.problem import Problem
from playground.engine.problem_of_experiment import network_on_data
from playground.engine.recording.run_view import RunView
from playground.lab.lab import Lab
from playground.lab.pacing import USUAL_SPEED
from playground.lab.snapshot import Snapshot
from playground.numerals import NO_VALUE, count_text, running_loss_text, shorter_texts
from playground.ui.frame.actions import Actions
from playground.ui.transport.accuracy_words import ACCURACIES, accuracy_words
from playground.ui.transport.buttons import (
    LEAST_ROOM,
    ActionButton,
    AgainButton,
    ExactBox,
    RunButton,
    RunTheseButton,
)
from playground.ui.widgets.readout import Readout
from playground.ui.widgets.whole_box import ask_whole

SPEEDS: tuple[tuple[str, float | None], ...] = (
    ("1 step/s", 1.0),
    ("5 steps/s", 5.0),
    ("20 steps/s", 20.0),
    ("60 steps/s", 60.0),
    ("250 steps/s", 250.0),
    ("1000 steps/s", 1000.0),
    ("full speed", None),
)
MAX_EXACT_STEPS = 1_000_000
ALARMS = ("thrown out", "diverged")
OF_A_NETWORK, OF_A_FORMULA = "0.00000", "−7.656·10⁻²⁴"
"""The longest usual J: on a formula J comes as near to 0 as numbers go, and other numbers leave it room."""
MARGIN, SPACING, GAP = 10, 8, 10


class TransportBar(QWidget):
    """Controls at the left, numbers beside them, the layout and the export at the right.

    Parts without room are left out, the least important first; all of them are in the menus too.
    """

    def __init__(self, lab: Lab, actions: Actions, parent: QWidget | None = None):
        super().__init__(parent)
        self._lab = lab
        self._actions = actions
        self._full = self._presenting = False
        self.may_run: Callable[[], bool] = lambda: True
        """Asked before steps are made by a command; whoever answers no says why."""
        self._alarm_color = ""
        self._classes, self._samples, self._penalised = True, True, False
        self._parts, self._loss_name = "", TRAINING_LOSS
        self.run_button = RunButton(actions["run"])
        self.step_button = ActionButton(actions["step"])
        self.exact_button = RunTheseButton(actions["run_exactly"])
        self.exact_box = ExactBox("The number of steps", 1, MAX_EXACT_STEPS, 100)
        self.exact_box.setSuffix(" steps")
        self.exact_box.setMaximumWidth(self.exact_box.fontMetrics().horizontalAdvance("100 000 steps") + 44)
        self.exact_box.lineEdit().setTextMargins(6, 0, 0, 0)
        self.exact_box.setAccessibleName("How many steps to run exactly")
        self.exact_box.setToolTip("Run so many steps, then pause")
        self.same_button = AgainButton(actions["same_weights"])
        self.new_button = AgainButton(actions["new_weights"])
        self.speed_box = self._make_speed_box()
        self.readouts = {
            "state": Readout("run", "running"),
            "phase": Readout("phase", "thrown out", "phase · above limit"),
            "step": Readout("step", "000 000"),
            "epoch": Readout("epoch", "00 000"),
            "train_loss": Readout(TRAINING_LOSS, OF_A_NETWORK),
            "points_loss": Readout("without penalty", OF_A_NETWORK),
            "test_loss": Readout("test loss", OF_A_NETWORK),
            "accuracy": Readout(ACCURACIES, "98 % · 98.5 %"),
            "rate": Readout("steps/s", "00 000"),
        }
        self.layout_button = QToolButton()
        self.layout_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.layout_button.setMenu(self._make_layout_menu())
        self.layout_button.setToolTip("Simple layout for a first hour, full layout for everything")
        self.layout_button.setAccessibleName("Layout")
        self.export_button = ActionButton(actions["export"], "Export", "⤓")
        self._arrange()
        self.set_full(False)
        actions["run_exactly"].triggered.connect(self._run_exactly)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Write the numbers of a snapshot (called about ten times a second, so that they can be read)."""
        view = snapshot.view
        self._show_kind(snapshot.problem, loss_name(view.experiment, TRAINING_LOSS))
        show = self.readouts
        show["state"].show_value(snapshot.state)
        show["step"].show_value(count_text(view.step))
        show["epoch"].show_value(count_text(math.floor(view.epoch)))
        for name, loss in (("train_loss", view.train_loss), ("test_loss", view.test_loss)):
            show[name].show_value(running_loss_text(loss), shorter=shorter_texts(loss))
        self._show_penalty(view)
        text, shorter, name, spoken = accuracy_words(view.test_accuracy, view.train_accuracy)
        show["accuracy"].show_value(text, name, spoken, (shorter,))
        running = snapshot.state == "running"
        show["rate"].show_value(count_text(snapshot.steps_per_second) if running else NO_VALUE)
        self._show_left_out()

    def _show_left_out(self) -> None:
        """Write the numbers that have no room into the tooltips of their neighbours."""
        show = self.readouts
        names = ["phase", "test_loss", "accuracy", "rate", "epoch", "points_loss"]
        names = [name for name in names if name not in self._not_of_the_run]
        left_out = "\n".join(f"{show[n].name}: {show[n].value}" for n in names if show[n].isHidden())
        for name in ("step", "train_loss", "test_loss", "points_loss"):
            of_loss = self._parts if name != "step" else ""
            show[name].setToolTip("\n".join(text for text in (of_loss, left_out) if text))

    def _show_kind(self, problem: Problem, loss: str) -> None:
        """Leave out the numbers that this problem has none of. loss: the name of its J."""
        samples, self._loss_name = network_on_data(problem) is not None, loss
        if (problem.has_accuracy, samples) != (self._classes, self._samples):
            self._classes, self._samples = problem.has_accuracy, samples
            self.readouts["train_loss"].set_sample(OF_A_NETWORK if samples else OF_A_FORMULA)
            self._name_losses()
            self._fit()

    @property
    def _not_of_the_run(self) -> set[str]:
        """The numbers that the problem of the run, or its loss, has none of."""
        none = set() if self._penalised else {"points_loss"}
        none |= set() if self._classes else {"accuracy"}
        return none if self._samples else none | {"test_loss", "epoch"}

    def _name_losses(self) -> None:
        show = self.readouts
        for name, with_it, without in (
            ("train_loss", "J with penalty", self._loss_name),
            ("test_loss", "test with penalty", "test loss"),
        ):
            show[name].show_value(show[name].value, with_it if self._penalised else without)

    def _show_penalty(self, view: RunView) -> None:
        """Show that J has a penalty, and J without it, where L1 or L2 is on."""
        show, self._parts = self.readouts, parts_sentence(view)
        loss = view.train_points_loss
        show["points_loss"].show_value(running_loss_text(loss), shorter=shorter_texts(loss))
        if bool(self._parts) != self._penalised:
            self._penalised = bool(self._parts)
            self._name_losses()
            self._fit()

    def show_phase(self, phase: str, where: str, explained: str) -> None:
        """Write the phase of the run. where: text beside the name; explained: the tooltip."""
        readout = self.readouts["phase"]
        readout.show_value(phase or NO_VALUE, f"phase · {where}" if where else "phase")
        readout.show_color(self._alarm_color if phase in ALARMS else "")
        readout.setToolTip(explained)

    def set_full(self, full: bool) -> None:
        """Show everything, or only what a first hour needs."""
        self._full = full
        self.layout_button.setText("Full" if full else "Simple")
        self._fit()

    @property
    def chosen_speed(self) -> float | None:
        """The speed that is chosen in the list; None: no limit of speed."""
        speed: float | None = self.speed_box.currentData()
        return speed

    def restyle(self, theme: Theme) -> None:
        """Apply the theme's colour of an alarm."""
        self._alarm_color = theme.amber

    def choose_speed(self, steps_per_second: float | None) -> None:
        """Choose the speed of the list that is nearest to this one; None: no limit of speed."""
        speeds = [speed for _, speed in SPEEDS]
        if steps_per_second is None:
            self.speed_box.setCurrentIndex(speeds.index(None))
            return
        known = [speed for speed in speeds if speed is not None]
        nearest = min(known, key=lambda speed: abs(speed - steps_per_second))
        self.speed_box.setCurrentIndex(speeds.index(nearest))

    def _run_exactly(self) -> None:
        if not self.may_run():
            return
        self.exact_box.interpretText()
        if self.exact_box.problem:
            return
        if not self.exact_box.isVisible():
            box = ExactBox("The number of steps", 1, MAX_EXACT_STEPS, self.exact_box.value())
            if not ask_whole(self, "Run exactly", "So many steps, then pause:", box):
                return
            self.exact_box.setValue(box.value())
        self._lab.run_exactly(self.exact_box.value())

    def _make_speed_box(self) -> QComboBox:
        box = QComboBox()
        for text, speed in SPEEDS:
            box.addItem(text, speed)
        box.setCurrentIndex([speed for _, speed in SPEEDS].index(USUAL_SPEED))
        box.setAccessibleName("Speed of the run")
        box.setToolTip("How many steps a second the run makes")
        box.setStatusTip(box.toolTip())
        box.currentIndexChanged.connect(lambda index: self._lab.set_speed(SPEEDS[index][1]))
        return box

    def _make_layout_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(self._actions["simple"])
        menu.addAction(self._actions["full"])
        menu.addSeparator()
        for name in self._actions.names():
            if name.startswith("panel_"):
                menu.addAction(self._actions[name])
        menu.addSeparator()
        menu.addAction(self._actions["presentation"])
        return menu

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 8, MARGIN, 2)
        row.setSpacing(SPACING)
        controls: tuple[QWidget, ...] = (
            self.run_button,
            self.step_button,
            self.exact_box,
            self.exact_button,
            self.same_button,
            self.new_button,
            self.speed_box,
        )
        for widget in controls:
            row.addWidget(widget)
        self._everything = (*controls, *self.readouts.values(), self.layout_button, self.export_button)
        row.addSpacing(GAP)
        for readout in self.readouts.values():
            row.addWidget(readout)
        row.addStretch(1)
        row.addWidget(self.layout_button)
        row.addWidget(self.export_button)

    def set_presentation(self, on: bool) -> None:
        """Hide the controls; the numbers stay."""
        self._presenting = on
        self._fit()

    def set_low(self, low: bool) -> None:
        """Write each number in one line with its name, or under it."""
        for readout in self.readouts.values():
            readout.set_beside(low)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            # The parts receive the new font after this.
            QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        """Show the parts that have room, the most important first, with shorter words where they are needed.

        Room is counted for the usual numbers, not for the present ones: nothing moves while they grow.
        """
        view = self.readouts
        controls: list[QWidget] = [
            self.run_button,
            self.step_button,
            self.same_button,
            self.new_button,
            self.speed_box,
        ]
        order = ["step", "train_loss", "points_loss", "phase", "test_loss", "accuracy"]
        none = self._not_of_the_run
        numbers: list[QWidget] = [view[name] for name in order if name not in none]
        exact: list[QWidget] = [self.exact_box, self.exact_button] if self._full else []
        always: list[QWidget] = [*controls, self.layout_button, self.export_button]
        if self._presenting:
            always, exact = [], []
            numbers.insert(0, view["state"])
        # Show as many numbers as the shortest words leave room for; then words as long as these allow.
        needed = [*always, *numbers, *exact]
        ordered = [*needed, view["rate"], *([] if "epoch" in none else [view["epoch"]])]
        room = self.width() - 2 * MARGIN - GAP
        fitting = max(self._fitting(needed, room, LEAST_ROOM), len(always))
        if len(needed) - len(exact) < fitting < len(needed):
            # The field is of no use without its button.
            fitting = len(needed) - len(exact)
        tightness = next(
            (t for t in range(LEAST_ROOM) if self._fitting(needed, room, t) >= fitting), LEAST_ROOM
        )
        shown = set(ordered[: max(self._fitting(ordered, room, tightness), fitting)])
        if self.exact_button not in shown:
            shown.discard(self.exact_box)
        for widget in self._everything:
            if isinstance(widget, ActionButton):
                widget.tighten(tightness)
            widget.setVisible(widget in shown)
        self._show_left_out()

    def _fitting(self, widgets: Sequence[QWidget], room: int, tightness: int) -> int:
        """Return how many of these widgets, from the first on, fit beside each other."""
        for number, widget in enumerate(widgets):
            hint = widget.reserved if isinstance(widget, Readout) else widget.sizeHint().width()
            width = widget.width_at(tightness) if isinstance(widget, ActionButton) else hint
            room -= min(width, widget.maximumWidth()) + SPACING
            if room < -SPACING:
                return number
        return len(widgets)

    def minimumSizeHint(self) -> QSize:
        return QSize(640, super().minimumSizeHint().height())
