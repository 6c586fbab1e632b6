"""What questions about the surroundings of the parameters, and their answers, have in common.

A question is picklable and names the slot that it waits in, where a newer one replaces it. Its answers are
generated: each is the best so far, None marks the end of a piece of work, and the last is complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, eq=False)
class RunQuestion:
    """A question about a step of a run."""

    slot: ClassVar[str]

    run: int
    step: int

    @property
    def patient(self) -> bool:
        """Whether it may take long, and waits while there are other questions."""
        return False


@dataclass(frozen=True, eq=False)
class RunAnswer:
    """An answer to it: the run and the step are those of the question."""

    run: int
    step: int
