"""Looking at the newest snapshot of a lab, and comparing what two runs recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from playground.engine.recording.run_view import RunView
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot


class Watcher:
    """Keeps the newest snapshot of a lab."""

    def __init__(self, lab: Lab, qtbot: Any):
        self.lab, self.qtbot = lab, qtbot
        self.snapshot: Snapshot | None = None

    def look(self) -> Snapshot | None:
        self.snapshot = self.lab.latest() or self.snapshot
        return self.snapshot

    def until(self, condition: Callable[[Snapshot], bool]) -> RunView:
        def seen() -> bool:
            snapshot = self.look()
            return snapshot is not None and condition(snapshot)

        self.qtbot.waitUntil(seen)
        assert self.snapshot is not None
        return self.snapshot.view

    def until_state(self, state: str) -> RunView:
        return self.until(lambda snapshot: snapshot.state == self.lab.state == state)


def same_history(one: RunView, other: RunView) -> bool:
    """Whether two runs recorded the same numbers, bit by bit."""
    curves, others = one.history.curves, other.history.curves
    return (
        one.step == other.step
        and curves.keys() == others.keys()
        and all(
            np.array_equal(curves[name].steps, others[name].steps)
            and np.array_equal(curves[name].values, others[name].values, equal_nan=True)
            for name in curves
        )
        and np.array_equal(one.history.path, other.history.path)
        and np.array_equal(one.parameters, other.parameters)
        and one.history.changes == other.history.changes
    )
