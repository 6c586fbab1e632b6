"""The bar at the top: run and pause, step, start again, speed; and the numbers of the run."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from playground.ui.actions import Actions
from playground.ui.numbers import NO_VALUE, count_text, loss_text, percent_text
from playground.ui.style import set_role

SPEEDS: tuple[tuple[str, float | None], ...] = (
    ("1 step/s", 1.0),
    ("5 steps/s", 5.0),
    ("20 steps/s", 20.0),
    ("60 steps/s", 60.0),
    ("250 steps/s", 250.0),
    ("1000 steps/s", 1000.0),
    ("full speed", None),
)
USUAL_SPEED = 60.0
MAX_EXACT_STEPS = 1_000_000
ALARMS = ("thrown out", "diverged")
MARGIN, SPACING, GAP = 10, 8, 10


class ActionButton(QPushButton):
    """A push button that is one action: its words (without an ampersand), its tooltip, its state."""

    def __init__(self, action: QAction, parent: QWidget | None = None):
        super().__init__(parent)
        self._action = action
        self.setAutoDefault(False)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setText(self._action.text().replace("&", "").rstrip("…"))
        self.setToolTip(self._action.toolTip())
        self.setStatusTip(self._action.statusTip())
        self.setEnabled(self._action.isEnabled())


class RunButton(ActionButton):
    """Run and Pause, wide enough for both, so that nothing beside it moves."""

    def __init__(self, action: QAction, parent: QWidget | None = None):
        super().__init__(action, parent)
        set_role(self, "run")

    def _follow(self) -> None:
        super()._follow()
        self.setText(f"❚❚  {self.text()}" if self.text() == "Pause" else f"▶  {self.text()}")

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        bold = self.font()
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        widest = max(metrics.horizontalAdvance(text) for text in ("❚❚  Pause", "▶  Run"))
        return QSize(hint.width() - metrics.horizontalAdvance(self.text()) + widest, hint.height())


class Readout(QWidget):
    """A name over its number; wide enough for the usual ones, so that it does not jump."""

    def __init__(self, name: str, sample: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._sample = sample
        self._name = QLabel(name)
        set_role(self._name, "small")
        self._value = QLabel(NO_VALUE)
        set_role(self._value, "value")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(0)
        column.addWidget(self._name)
        column.addWidget(self._value)

    def show_value(self, text: str, name: str = "") -> None:
        if name and name != self._name.text():
            self._name.setText(name)
        if text != self._value.text():
            self._value.setText(text)
            self.setAccessibleName(f"{self._name.text()}: {text}")

    def show_color(self, color: str) -> None:
        """Write the value in this colour; empty: as everything."""
        sheet = f"color: {color}" if color else ""
        if sheet != self._value.styleSheet():
            self._value.setStyleSheet(sheet)

    @property
    def value(self) -> str:
        return self._value.text()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        room = self._value.fontMetrics().horizontalAdvance(self._sample) + 6
        return QSize(max(hint.width(), room), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class TransportBar(QWidget):
    """Controls left, numbers beside them, the layout and the export at the right.

    What does not fit is left out from the least important on; all of it stands in the menus too.
    """

    def __init__(self, lab: Lab, actions: Actions, parent: QWidget | None = None):
        super().__init__(parent)
        self._lab = lab
        self._actions = actions
        self._full = self._presenting = False
        self.alarm_color = ""
        self._classes = True
        self.run_button = RunButton(actions["run"])
        self.step_button = ActionButton(actions["step"])
        self.exact_button = ActionButton(actions["run_exactly"])
        self.exact_button.setText("Run")
        self.exact_box = QSpinBox()
        self.exact_box.setRange(1, MAX_EXACT_STEPS)
        self.exact_box.setValue(100)
        self.exact_box.setSuffix(" steps")
        self.exact_box.setMaximumWidth(self.exact_box.fontMetrics().horizontalAdvance("100 000 steps") + 44)
        self.exact_box.setGroupSeparatorShown(True)
        self.exact_box.lineEdit().setTextMargins(6, 0, 0, 0)
        self.exact_box.setAccessibleName("How many steps to run exactly")
        self.exact_box.setToolTip("Run so many steps, then pause")
        self.same_button = ActionButton(actions["same_weights"])
        self.new_button = ActionButton(actions["new_weights"])
        self.speed_box = self._make_speed_box()
        self.readouts = {
            "phase": Readout("phase", "thrown out"),
            "step": Readout("step", "000 000"),
            "epoch": Readout("epoch", "00 000"),
            "train_loss": Readout("training loss J", "0.0000"),
            "test_loss": Readout("test loss", "0.0000"),
            "accuracy": Readout("accuracy of test points", "100 %"),
            "rate": Readout("steps/s", "00 000"),
        }
        self.layout_button = QToolButton()
        self.layout_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.layout_button.setMenu(self._make_layout_menu())
        self.layout_button.setToolTip("Simple layout for a first hour, full layout for everything")
        self.layout_button.setAccessibleName("Layout")
        self.export_button = ActionButton(actions["export"])
        self._arrange()
        self.set_full(False)
        actions["run_exactly"].triggered.connect(self._run_exactly)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Write the numbers of a snapshot (called about ten times a second, so that they can be read)."""
        view = snapshot.view
        show = self.readouts
        show["step"].show_value(count_text(view.step))
        show["epoch"].show_value(count_text(math.floor(view.epoch)))
        show["train_loss"].show_value(loss_text(view.train_loss))
        show["test_loss"].show_value(loss_text(view.test_loss))
        tested = not math.isnan(view.test_accuracy)
        show["accuracy"].show_value(
            percent_text(view.test_accuracy if tested else view.train_accuracy),
            f"accuracy of {'test' if tested else 'training'} points",
        )
        self._classes = snapshot.samples.classification
        running = snapshot.state == "running"
        show["rate"].show_value(count_text(snapshot.steps_per_second) if running else NO_VALUE)
        self._fit()

    def show_phase(self, phase: str, where: str, explained: str) -> None:
        """Write what the run is doing; where stands beside the name, explained is the tooltip."""
        readout = self.readouts["phase"]
        readout.show_value(phase or NO_VALUE, f"phase · {where}" if where else "phase")
        readout.show_color(self.alarm_color if phase in ALARMS else "")
        readout.setToolTip(explained)

    def set_full(self, full: bool) -> None:
        """Everything, or what a first hour needs."""
        self._full = full
        self.layout_button.setText("Full" if full else "Simple")
        self._fit()

    def choose_speed(self, steps_per_second: float | None) -> None:
        """Choose a speed of the list, the nearest to this one; None: as fast as it goes."""
        speeds = [speed for _, speed in SPEEDS]
        if steps_per_second is None:
            self.speed_box.setCurrentIndex(speeds.index(None))
            return
        known = [speed for speed in speeds if speed is not None]
        nearest = min(known, key=lambda speed: abs(speed - steps_per_second))
        self.speed_box.setCurrentIndex(speeds.index(nearest))

    def _run_exactly(self) -> None:
        self.exact_box.interpretText()
        self._lab.run_exactly(self.exact_box.value())

    def _make_speed_box(self) -> QComboBox:
        box = QComboBox()
        for text, speed in SPEEDS:
            box.addItem(text, speed)
        box.setCurrentIndex([speed for _, speed in SPEEDS].index(USUAL_SPEED))
        box.setAccessibleName("Speed of the training")
        box.setToolTip("How many steps a second the training makes")
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show what there is room for, the most important first."""
        view = self.readouts
        controls: list[QWidget] = [
            self.run_button,
            self.step_button,
            self.same_button,
            self.new_button,
            self.speed_box,
        ]
        numbers: list[QWidget] = [view["step"], view["train_loss"], view["phase"], view["test_loss"]]
        if self._classes:
            numbers.append(view["accuracy"])
        if self._presenting:
            wanted = [*numbers, view["rate"], view["epoch"]]
        elif self._full:
            wanted = [*controls, self.exact_box, self.exact_button, *numbers]
            wanted += [view["rate"], self.layout_button, view["epoch"], self.export_button]
        else:
            wanted = [*controls, *numbers, self.layout_button, self.export_button]
            wanted += [view["rate"], view["epoch"]]
        room = self.width() - 2 * MARGIN - GAP
        shown = set()
        for widget in wanted:
            room -= min(widget.sizeHint().width(), widget.maximumWidth()) + SPACING
            if room < -SPACING:
                break
            shown.add(widget)
        for widget in self._everything:
            widget.setVisible(widget in shown)

    def minimumSizeHint(self) -> QSize:
        return QSize(640, super().minimumSizeHint().height())
