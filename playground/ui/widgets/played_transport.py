"""Controls that step through something and play it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.ui.widgets.buttons import button_of
from playground.ui.widgets.choice_box import ChoiceBox
from playground.ui.widgets.step_transport import StepTransport

PLAY, STOP = "▶  Play", "❚❚  Stop"


class PlayedTransport(QWidget):
    """The usual controls of steps, and below them a button that plays them at a chosen speed.

    It plays from the present place to the last one; at the last one it begins again. name: of what is played,
    for screen readers; speeds: places in a second, with their titles; keys: of the button, for its tip.
    """

    step_chosen = Signal(int)
    """Emitted with the place to show."""

    def __init__(self, steps: StepTransport, name: str, speeds: dict[float, str], speed: float, keys: str):
        super().__init__()
        self.steps = steps
        self._name, self._first = name, steps.first
        self._at = self._last = self._first
        self.play_button = button_of(PLAY, f"Play {name} one after the other ({keys})", f"Play {name}")
        self.play_button.setMinimumWidth(self.play_button.sizeHint().width() + 6)
        self.speed_box = ChoiceBox(f"Speed of {name}", speeds)
        self.speed_box.setToolTip(f"How many of {name} are played in a second")
        self.speed_box.set_value(speed)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.addWidget(self.play_button)
        self.row.addWidget(self.speed_box)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)
        self.play_button.clicked.connect(self.play_or_stop)
        self.speed_box.chosen.connect(self._set_speed)
        steps.step_chosen.connect(self._choose)
        self._set_speed(speed)

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def play_or_stop(self) -> None:
        """Play, or stop where it plays."""
        if self.playing:
            self.stop()
        elif self._last > self._first:
            if self._at >= self._last:
                self.step_chosen.emit(self._first)
            self._timer.start()
            self._name_button()

    def stop(self) -> None:
        """Stop playing, at the present place."""
        self._timer.stop()
        self._name_button()

    def show_place(self, at: int, last: int) -> None:
        """Show the present place and the last one."""
        self._at, self._last = at, last
        self.steps.show_place(at, last)
        self.play_button.setEnabled(last > self._first)
        if self.playing and at >= last:
            self.stop()

    def _choose(self, at: int) -> None:
        """Go to a place by hand, which ends the playing."""
        self.stop()
        self.step_chosen.emit(at)

    def _go_on(self) -> None:
        self.step_chosen.emit(self._at + 1)

    def _set_speed(self, speed: float) -> None:
        self._timer.setInterval(round(1000 / speed))

    def _name_button(self) -> None:
        text, what = (STOP, "Stop") if self.playing else (PLAY, "Play")
        self.play_button.setText(text)
        self.play_button.setAccessibleName(f"{what} {self._name}")
