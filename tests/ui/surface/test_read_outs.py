"""The exact J below the parameters is asked for once a moment, and what is of another J is not kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from playground.lab.snapshot import Snapshot
from playground.landscape.plane import Plane
from playground.landscape.questions.point import PointAnswer, PointQuestion
from playground.ui.surface import read_outs
from playground.ui.surface.read_outs import ReadOuts
from tests.support.plain_data import PLANE
from tests.support.plain_snapshots import snapshot_of

COPY = Plane(PLANE.origin, PLANE.u, PLANE.v)
OTHER = Plane(np.ones(4), np.eye(4)[2], np.eye(4)[3])


def ask(state: ReadOuts, snapshot: Snapshot, plane: Plane = PLANE) -> tuple[ReadOuts, PointQuestion]:
    state, question = read_outs.next_question(state, snapshot, plane)
    assert question is not None
    return state, question


def answer_of(question: PointQuestion) -> PointAnswer:
    """As it comes from the helper, which brings a copy of the plane."""
    return PointAnswer(question.run, question.step, COPY, 0.0, 0.0, 0.2, 0.1, 0.5, question.number)


def with_l2(snapshot: Snapshot, l2: float) -> Snapshot:
    return replace(snapshot, view=replace(snapshot.view, settings=replace(snapshot.view.settings, l2=l2)))


def test_a_moment_is_asked_about_once() -> None:
    state, question = ask(ReadOuts(), snapshot_of(2))
    assert (question.step, question.plane) == (2, PLANE)
    assert read_outs.next_question(state, snapshot_of(2), PLANE) == (state, None)
    state = read_outs.take(state, answer_of(question))
    assert state.point is not None
    assert state.point.plane is PLANE
    assert read_outs.next_question(state, snapshot_of(2), COPY) == (state, None)
    state, of_next_step = ask(state, snapshot_of(3))
    _, of_other_plane = ask(state, snapshot_of(3), OTHER)
    assert (of_next_step.step, of_other_plane.plane) == (3, OTHER)


def test_another_penalty_is_another_loss() -> None:
    state, question = ask(ReadOuts(), snapshot_of(2))
    state, other = ask(state, with_l2(snapshot_of(2), 0.5))
    assert other.l2 == 0.5
    assert read_outs.take(state, answer_of(question)).point is None
    known = read_outs.take(state, answer_of(other)).point
    assert known is not None
    assert known.number == other.number


def test_another_run_is_asked_about_again() -> None:
    state, question = ask(ReadOuts(), snapshot_of(2))
    state = read_outs.begin_run(read_outs.take(state, answer_of(question)))
    assert state.point is None
    _, again = ask(state, snapshot_of(2, run=2))
    assert again.run == 2
