"""When to ask for a surface, and for which: the rules of the surface view, without its widgets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.lab.snapshot import RUNNING, Snapshot
from playground.landscape.plane import Window
from playground.landscape.questions import SurfaceAnswer, SurfaceQuestion

KINDS: tuple[tuple[str, str], ...] = (
    ("rehearsal", "plane of the rehearsal"),
    ("path", "plane of the path"),
    ("random", "random directions"),
)
MOVES_WITH_THE_RUN = ("path", "random")
MAX_PATH_ROWS = 256
RESOLUTION_WHILE_RUNNING = 51


@dataclass(frozen=True)
class Wish:
    """What the surface on the screen should depend on; step only where the plane moves with the run."""

    run: int
    kind: str
    seed: int
    window: Window | None
    l1: float
    l2: float
    resolution: int
    step: int | None

    def same_picture(self, other: Wish) -> bool:
        """Whether only the step or the resolution differ: then an answer on its way is worth waiting for."""
        return (self.run, self.kind, self.seed, self.window, self.l1, self.l2) == (
            other.run, other.kind, other.seed, other.window, other.l1, other.l2
        )  # fmt: skip


class SurfaceAsker:
    """Turns snapshots into questions, one at a time, and sorts the answers."""

    def __init__(self) -> None:
        self.kind = "rehearsal"
        self.seed = 0
        self.window: Window | None = None
        self.resolution_at_rest = 101
        self.answer: SurfaceAnswer | None = None
        self._asked: tuple[Wish, SurfaceQuestion] | None = None
        self._granted: Wish | None = None

    def choose(self, kind: str, seed: int = 0) -> None:
        """Another plane: its own window, its own picture."""
        self.kind, self.seed = kind, seed
        self.window = None

    def new_run(self) -> None:
        """Another run has begun: what was computed for the old one does not belong to it."""
        self.answer = None
        self.window = None
        self.forget_question()

    def forget_question(self) -> None:
        """What was asked will not be answered."""
        self._asked = None

    @property
    def waiting(self) -> bool:
        return self._asked is not None

    def wish(self, snapshot: Snapshot) -> Wish:
        """What should be on the screen now."""
        view = snapshot.view
        moves = self.kind in MOVES_WITH_THE_RUN
        quick = moves and snapshot.state == RUNNING
        return Wish(
            run=snapshot.run,
            kind=self.kind,
            seed=self.seed,
            window=self.window,
            l1=view.settings.l1,
            l2=view.settings.l2,
            resolution=RESOLUTION_WHILE_RUNNING if quick else self.resolution_at_rest,
            step=view.step if moves else None,
        )

    def question(self, snapshot: Snapshot) -> SurfaceQuestion | None:
        """The question to ask now; None where the answer is known or on its way."""
        wish = self.wish(snapshot)
        if wish == self._granted:
            return None
        if self._asked is not None and wish.same_picture(self._asked[0]):
            return None
        view = snapshot.view
        known = self.answer.choice if self.answer is not None else None
        question = SurfaceQuestion(
            run=snapshot.run,
            step=view.step,
            parameters=view.parameters,
            path=thinned(view.history.path),
            l1=wish.l1,
            l2=wish.l2,
            kind=self.kind,
            seed=self.seed,
            window=self.window,
            resolution=wish.resolution,
            previous=known.plane if known is not None and known.kind == "path" else None,
        )
        self._asked = wish, question
        return question

    def take(self, answer: SurfaceAnswer, run: int) -> bool:
        """Keep an answer if it belongs to what is on the screen; False where it does not."""
        if answer.run != run or (answer.choice is not None and answer.choice.kind != self.kind):
            return False
        asked = self._asked
        if asked is not None and asked[1].window is not None and answer.window != asked[1].window:
            return False
        self.answer = answer
        if answer.complete and asked is not None and answer.step == asked[1].step:
            self._granted = asked[0]
            self._asked = None
        return True


def thinned(path: np.ndarray) -> np.ndarray:
    """At most a few hundred rows of a path (n, P), evenly taken, first and last among them."""
    if len(path) <= MAX_PATH_ROWS:
        return path
    rows = np.unique(np.linspace(0, len(path) - 1, MAX_PATH_ROWS).round().astype(int))
    return path[rows]


def value_at(answer: SurfaceAnswer, a: float, b: float) -> float:
    """J of the drawn surface at (a, b), read between its cells; NaN outside it."""
    surface = answer.surface
    if surface is None or len(surface.a) < 2 or len(surface.b) < 2:
        return float("nan")
    if not (surface.a[0] <= a <= surface.a[-1] and surface.b[0] <= b <= surface.b[-1]):
        return float("nan")
    column = min(int(np.searchsorted(surface.a, a, side="right")) - 1, len(surface.a) - 2)
    row = min(int(np.searchsorted(surface.b, b, side="right")) - 1, len(surface.b) - 2)
    s = (a - surface.a[column]) / (surface.a[column + 1] - surface.a[column])
    t = (b - surface.b[row]) / (surface.b[row + 1] - surface.b[row])
    corner = surface.values[row : row + 2, column : column + 2]
    with np.errstate(invalid="ignore"):
        low = corner[0, 0] * (1 - s) + corner[0, 1] * s
        high = corner[1, 0] * (1 - s) + corner[1, 1] * s
        return float(low * (1 - t) + high * t)
