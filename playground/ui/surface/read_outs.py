"""When to ask for the exact J of the plane below the parameters: one moment at a time.

All is one frozen ReadOuts; each function takes one and returns the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from playground.lab.snapshot import Snapshot, moment_of
from playground.landscape.plane import Plane
from playground.landscape.questions.point import PointAnswer, PointQuestion
from playground.ui.surface.plane_measures import same_plane


@dataclass(frozen=True, eq=False)
class ReadOuts:
    """The newest answer and the newest question; penalties: l1 and l2 of that question; moment: that of its
    parameters; oldest_valid: number of the first question about them, older ones were about another J, or
    about parameters of this step that a hand has moved since.
    """

    point: PointAnswer | None = None
    asked: PointQuestion | None = None
    number: int = 0
    oldest_valid: int = 0
    penalties: tuple[float, float] | None = None
    moment: tuple[int, int, int] = (-1, -1, 0)


def begin_run(state: ReadOuts) -> ReadOuts:
    """Go over to another run: what was computed is of the old one."""
    return replace(state, point=None, asked=None)


def next_question(state: ReadOuts, snapshot: Snapshot, plane: Plane) -> tuple[ReadOuts, PointQuestion | None]:
    """Return what to ask; None where the answer is there or on its way."""
    view = snapshot.view
    penalties, number = (view.settings.l1, view.settings.l2), state.number + 1
    if penalties != state.penalties:
        state = replace(state, point=None, asked=None, penalties=penalties, oldest_valid=number)
    moment = moment_of(snapshot)
    if moment != state.moment:
        by_hand = moment[:2] == state.moment[:2]
        state = replace(state, moment=moment)
        if by_hand:
            state = replace(state, point=None, asked=None, oldest_valid=number)
    for known in (state.point, state.asked):
        if known is not None and known.step == view.step and same_plane(known.plane, plane):
            return state, None
    question = PointQuestion(snapshot.run, view.step, view.parameters, plane, *penalties, number)
    return replace(state, asked=question, number=number), question


def take(state: ReadOuts, answer: PointAnswer) -> ReadOuts:
    """Keep the read-outs of a moment, unless they are of another J."""
    asked = state.asked
    if answer.number < state.oldest_valid:
        return state
    if asked is not None and asked.number == answer.number:
        # The helper brings a copy; the very plane is told apart from others without a look at its numbers.
        answer = replace(answer, plane=asked.plane)
    return replace(state, point=answer)
