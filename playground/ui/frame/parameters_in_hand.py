"""Parameters that the user moves: a value or a place goes to the run for as long as it is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from playground.arrays import Array
from playground.lab.snapshot import RUNNING, Snapshot

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

Move = Callable[[Array], Array | None]
"""θ before it was taken hold of -> θ with what was moved; None: this run has no such parameter."""


class _Request(NamedTuple):
    move: Move
    sentence: str
    dragging: bool
    gesture: int | None


class ParametersInHand:
    """The setting of parameters by hand, the newest request only.

    A run that goes on would have moved on by the time they are set: it waits while they are held, and goes on
    from there. Tell it of each snapshot and of each run that begins.
    """

    def __init__(self, window: Workbench):
        self._window = window
        self._pending: _Request | None = None
        self._base: Array | None = None
        self._resume = False
        self._seen_running: Snapshot | None = None
        # The snapshot of the pause may come before its signal, and no other follows it.
        window.lab.state_changed.connect(self._state_changed)

    def request(self, move: Move, sentence: str, dragging: bool, gesture: int | None = None) -> None:
        """Set θ to what move makes of it.

        sentence announces it where nothing follows; dragging and gesture: see Lab.set_parameters.
        """
        snapshot = self._window.snapshot
        if snapshot is None:
            return
        self._pending = _Request(move, sentence, dragging, gesture)
        if self._window.lab.state == RUNNING:
            self._halt(snapshot)
        self.show_snapshot(snapshot)

    def _halt(self, snapshot: Snapshot) -> None:
        """Let the run wait, and go on once what is held is let go."""
        self._resume = True
        self._seen_running = snapshot
        self._window.lab.pause()

    def run_replaced(self) -> None:
        """Drop what belongs to the run before."""
        self._pending = self._base = None
        self._resume = False

    def _state_changed(self) -> None:
        if self._window.snapshot is not None:
            self.show_snapshot(self._window.snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Set what was requested, where the run waits."""
        lab = self._window.lab
        if self._pending is None:
            return
        if lab.state == RUNNING and not self._resume:
            # It was asked for as the run began, of which the snapshot came before the signal.
            self._halt(snapshot)
        if RUNNING in (lab.state, snapshot.state):
            return
        if snapshot is self._seen_running:
            # It may be from before the run, which has begun and paused since.
            return
        move, sentence, dragging, gesture = self._pending
        base = snapshot.view.parameters if self._base is None else self._base
        if snapshot.run != lab.run_number or (theta := move(base)) is None:
            return
        self._pending = None
        if dragging:
            self._base = base
            lab.set_parameters(theta, dragging=True, run=snapshot.run)
            return
        self._base = None
        lab.set_parameters(theta, sentence, run=snapshot.run, gesture=gesture)
        if self._resume:
            self._resume = False
            lab.run()
