"""Instructions on their way from the window to the training thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Instruction:
    """Something to do between two steps.

    Of neighbouring instructions with the same key only the last is carried out; those with other keys may lie
    between them, but for one that moves the run (to other weights, to another moment). One that restarts
    only says what the next run is; the run begins when no further such instruction follows.
    """

    act: Callable[[], None]
    key: str = ""
    moves: bool = False
    restarts: bool = False


class Inbox:
    """A queue of instructions that any thread may fill and one thread empties; posting never waits."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._instructions: list[Instruction] = []
        self._closed = False
        self.waiting = False
        """Whether something is there: read without the lock after every step, hence a plain attribute."""

    def post(self, instruction: Instruction) -> None:
        with self._condition:
            if self._closed:
                return
            self._drop_overtaken(instruction)
            self._instructions.append(instruction)
            self.waiting = True
            self._condition.notify()

    def _drop_overtaken(self, instruction: Instruction) -> None:
        # A change must not be moved over a Run or a Step, nor over a look at another moment: it would act
        # on another branch.
        for index in range(len(self._instructions) - 1, -1, -1):
            before = self._instructions[index]
            if not instruction.key or not before.key:
                return
            if before.key == instruction.key:
                del self._instructions[index]
                return
            if before.moves or instruction.moves:
                return

    def take(self, timeout: float | None) -> list[Instruction] | None:
        """All instructions that are there, waiting up to timeout seconds (None: for ever) for the first.

        None once the inbox is closed.
        """
        with self._condition:
            if not self._instructions and not self._closed and timeout != 0.0:
                self._condition.wait_for(lambda: self._instructions or self._closed, timeout)
            if self._closed:
                return None
            instructions, self._instructions = self._instructions, []
            self.waiting = False
            return instructions

    def is_closed(self) -> bool:
        """Whether nothing more will be carried out."""
        return self._closed

    def close(self) -> None:
        """Wake whoever waits; instructions that are still there are dropped."""
        with self._condition:
            self._closed = True
            self.waiting = True
            self._condition.notify_all()
