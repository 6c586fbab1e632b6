"""When to ask for a surface, and for which: the rules of the surface view, without its widgets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from playground.lab.snapshot import RUNNING, Snapshot
from playground.landscape.plane import Window
from playground.landscape.questions import SurfaceAnswer, SurfaceQuestion

KINDS: tuple[tuple[str, str], ...] = (
    ("parameters", "w and b: all there is"),
    ("rehearsal", "plane of the rehearsal"),
    ("path", "plane of the path"),
    ("random", "random directions"),
)
MOVES_WITH_THE_RUN = ("path", "random")
MAX_PATH_ROWS, MAX_PATH_NUMBERS = 256, 1_000_000
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
    leaps: int

    def same_picture(self, other: Wish) -> bool:
        """Whether only the step or the resolution differ: then an answer on its way is worth waiting for."""
        return replace(self, step=None, resolution=0) == replace(other, step=None, resolution=0)


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
        self._leaps = 0
        self._leapt_from: Window | None = None

    def choose(self, kind: str, seed: int = 0) -> None:
        """Another plane: its own window, its own picture."""
        self.kind, self.seed = kind, seed
        self.window = self._leapt_from = None

    def new_run(self) -> None:
        """Another run has begun: what was computed for the old one does not belong to it."""
        self.answer = self.window = self._leapt_from = None
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
            leaps=self._leaps,
        )

    def _leap_after_the_run(self, snapshot: Snapshot) -> None:
        """Ask for a wider view once the parameters have left it, as long as that widens it."""
        answer = self.answer
        if self._asked is not None or self.window is not None or answer is None or answer.choice is None:
            return
        window = answer.window
        if window is None or window == self._leapt_from:
            return
        a, b = answer.choice.plane.project(snapshot.view.parameters)
        if not (window.a_min <= a <= window.a_max and window.b_min <= b <= window.b_max):
            self._leapt_from = window
            self._leaps += 1

    def question(self, snapshot: Snapshot) -> SurfaceQuestion | None:
        """The question to ask now; None where the answer is known or on its way."""
        self._leap_after_the_run(snapshot)
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
    most = max(2, min(MAX_PATH_ROWS, MAX_PATH_NUMBERS // path.shape[1]))
    if len(path) <= most:
        return path
    rows = np.unique(np.linspace(0, len(path) - 1, most).round().astype(int))
    return path[rows]
