"""Instructions on their way from the window to the training thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Instruction:
    """Something to do between two steps.

    Of neighbouring instructions with the same key only the last is carried out. Instructions with other keys
    may lie between them, but none that moves the run (to other parameters, to another moment). An instruction
    that restarts only plans the next run; the run begins when no further such instruction follows.
    """

    act: Callable[[], None]
    key: str = ""
    moves: bool = False
    restarts: bool = False


class Inbox:
    """A queue of instructions that any thread may fill and one thread empties. Posting never waits."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._instructions: list[Instruction] = []
        self._closed = False
        self.waiting = False
        """Whether an instruction is there. A plain attribute, read without the lock after every step."""

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
        """Return all waiting instructions; wait up to timeout seconds for the first (None: without limit).

        Return None once the inbox is closed.
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
        """Return whether no further instruction will be carried out."""
        return self._closed

    def close(self) -> None:
        """Close the inbox, wake a thread that waits, and drop the instructions that are still there."""
        with self._condition:
            self._closed = True
            self.waiting = True
            self._condition.notify_all()
