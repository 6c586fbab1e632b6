"""Questions that the tests ask: they travel to the helper like those about the landscape."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from playground.landscape.questions.context import Context


@dataclass(frozen=True)
class Told:
    """An answer that says something about where it was computed."""

    run: int
    step: int
    text: str


@dataclass(frozen=True)
class WhichModules:
    """Which of the modules of the window are there where questions are answered?"""

    slot: ClassVar[str] = "modules"
    run: int
    step: int = 0

    def answers(self, context: Context) -> Iterator[Told]:
        names = ("PySide6", "pyqtgraph", "numpy")
        yield Told(self.run, self.step, " ".join(name for name in names if name in sys.modules))


@dataclass(frozen=True)
class WhichPriority:
    """The nice value and the policy of the thread that answers."""

    slot: ClassVar[str] = "priority"
    run: int
    step: int = 0

    def answers(self, context: Context) -> Iterator[Told]:
        policy = os.sched_getscheduler(0) if hasattr(os, "sched_getscheduler") else 0
        yield Told(self.run, self.step, f"{os.getpriority(os.PRIO_PROCESS, 0)} {policy}")


@dataclass(frozen=True)
class Countdown:
    """An answer for each number down to 0, each after some seconds of work; breathing in between."""

    slot: ClassVar[str] = "countdown"
    run: int
    step: int
    start: int
    seconds: float = 0.0
    picture: str = ""

    def answers(self, context: Context) -> Iterator[Told | None]:
        for number in range(self.start, -1, -1):
            end = time.perf_counter() + self.seconds
            while time.perf_counter() < end:
                np.tanh(np.linspace(0.0, 1.0, 1000))
            yield None
            yield Told(self.run, self.step, f"{self.picture}{number}")


@dataclass(frozen=True)
class OtherCountdown(Countdown):
    """The same in a slot of its own."""

    slot: ClassVar[str] = "other"


@dataclass(frozen=True)
class ThirdCountdown(Countdown):
    """And in a third."""

    slot: ClassVar[str] = "third"


@dataclass(frozen=True, eq=False)
class PatientCountdown(Countdown):
    """One that waits while there are others."""

    slot: ClassVar[str] = "patient"
    patient: ClassVar[bool] = True


@dataclass(frozen=True)
class Silence:
    """So many breaths, and nothing to show until the end."""

    slot: ClassVar[str] = "silence"
    run: int
    step: int
    breaths: int

    def answers(self, context: Context) -> Iterator[Told | None]:
        for _ in range(self.breaths):
            yield None
        yield Told(self.run, self.step, "here")


@dataclass(frozen=True)
class HowManyPoints:
    """How many training points has the run that I belong to?"""

    slot: ClassVar[str] = "points"
    run: int
    step: int = 0

    def answers(self, context: Context) -> Iterator[Told]:
        yield Told(self.run, self.step, str(context.problem.n_samples))


@dataclass(frozen=True)
class Broken:
    """A question with a fault in it."""

    slot: ClassVar[str] = "broken"
    run: int
    step: int = 0

    def answers(self, context: Context) -> Iterator[Told]:
        yield Told(self.run, self.step, str(1 // self.step))


def _unreadable() -> None:
    raise LookupError("nobody can read this answer")


@dataclass(frozen=True)
class Unreadable(Told):
    """An answer that travels well and cannot be put together where it arrives."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return _unreadable, ()


@dataclass(frozen=True)
class AsksForTheUnreadable:
    """A question with so many answers of that kind."""

    slot: ClassVar[str] = "unreadable"
    run: int
    step: int = 0

    def answers(self, context: Context) -> Iterator[Told]:
        for number in range(3):
            yield Unreadable(self.run, self.step, str(number))


class Incomparable:
    """What no other can be compared with."""

    def __eq__(self, other: object) -> bool:
        raise ArithmeticError("compared with nothing")

    __hash__ = None


@dataclass(frozen=True, eq=False)
class Uncompared(Countdown):
    """A countdown of which nobody can say whether another one is of the same picture."""

    slot: ClassVar[str] = "uncompared"
    which: Any = field(default_factory=Incomparable)


class FillsThePipe:
    """A question that is larger than the pipe to the helper; sent: whether it is on its way there."""

    slot: ClassVar[str] = "long"

    def __init__(self, run: int):
        self.run, self.sent = run, False

    def __getstate__(self) -> dict[str, Any]:
        self.sent = True
        return {"run": self.run, "load": bytes(4_000_000)}

    def answers(self, context: Context) -> Iterator[Told]:
        return iter(())


class LosesItsSlot:
    """A question that tells its slot once, when it is asked."""

    def __init__(self, run: int):
        self.run, self._slots = run, ["lost"]

    @property
    def slot(self) -> str:
        return self._slots.pop()

    def answers(self, context: Context) -> Iterator[Told]:
        return iter(())


class Forgetful:
    """A question that can say twice which run it is about: then it is answered, and fails in that too."""

    slot: ClassVar[str] = "forgetful"
    step = 0

    def __init__(self, run: int):
        self._known = [run, run]

    @property
    def run(self) -> int:
        return self._known.pop()

    def answers(self, context: Context) -> Iterator[Told]:
        yield Told(self.run, self.step, "")
