"""Noting when the steps of a trainer begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def steps_begun(trainer: Any) -> list[float | None]:
    """A list that gets an entry before each step that begins, and the new value at each change."""
    begun: list[float | None] = []
    advance, change = trainer.advance, trainer.change_to_accepted

    def watched_advance(n: int, interrupted: Callable[[], bool]) -> int:
        def watched() -> bool:
            if interrupted():
                return True
            begun.append(None)
            return False

        return advance(n, watched)

    def watched_change(field: str, value: float, *gesture: int) -> None:
        begun.append(value)
        change(field, value, *gesture)

    trainer.advance, trainer.change_to_accepted = watched_advance, watched_change
    return begun
