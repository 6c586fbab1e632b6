"""What the training thread hands to the window, about sixty times a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playground.engine.datasets import Samples
    from playground.engine.run_view import RunView

READY: Final = "ready"
RUNNING: Final = "running"
PAUSED: Final = "paused"
DIVERGED: Final = "diverged"
FAILED: Final = "failed"


@dataclass(frozen=True)
class Snapshot:
    """One moment of one run; nothing in it changes afterwards.

    run is the number of the run, state the state of the lab at that moment, steps_per_second what was
    measured over the last half second (0 while nothing runs), samples the same object for a whole run.
    """

    run: int
    view: RunView
    state: str
    steps_per_second: float
    samples: Samples
