"""A mailbox with one slot: a newer value replaces an older one, and no thread ever waits."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Latest(Generic[Value]):
    """A slot with one writer and one reader. A value that is not taken in time is replaced.

    Both sides are single operations on a deque, which are atomic, so neither needs a lock.
    """

    def __init__(self) -> None:
        self._slot: deque[Value] = deque(maxlen=1)

    def put(self, value: Value) -> None:
        self._slot.append(value)

    def take(self) -> Value | None:
        """Return the value, once; None where there is nothing new."""
        try:
            return self._slot.popleft()
        except IndexError:
            return None

    @property
    def empty(self) -> bool:
        return not self._slot
