"""The parts of an update that a picture shows, on the surface and on the curve of one variable."""

from __future__ import annotations

from typing import NamedTuple

from playground.arrays import Array
from playground.engine.update_parts import Part


class ShownParts(NamedTuple):
    """The first `at` parts of an update that starts at θ = start (P,): what a picture shows of it."""

    start: Array
    parts: tuple[Part, ...]
    at: int

    @property
    def shown(self) -> tuple[Part, ...]:
        """The parts up to the present one."""
        return self.parts[: self.at]

    @property
    def drawn(self) -> tuple[Part, ...]:
        """Those of them that have an arrow: an arrow of two parts, as of the last one and the step, is drawn
        once, for the later part."""
        shown = self.shown
        later = [{part.arrow for part in shown[at + 1 :]} for at in range(len(shown))]
        return tuple(part for part, names in zip(shown, later, strict=True) if part.arrow not in names)

    @property
    def whole(self) -> bool:
        """Whether the step is shown too."""
        return self.at >= len(self.parts)
