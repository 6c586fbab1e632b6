"""Labels that never collide."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.drawing.kit.labels import around, leader, overlap, place_labels, sampled
from playground.drawing.kit.marks import place_names, step_marks
from playground.drawing.surface.overlay import joined
from playground.experiment import Change

Place = tuple[float, float, float, float]
"""Where an anchor lies, width and height of its label."""
FRAME = (0.0, 0.0, 300.0, 200.0)
anchors = st.lists(
    st.tuples(st.floats(0, 300), st.floats(0, 200), st.floats(10, 90), st.floats(8, 20)), max_size=25
)


@given(anchors)
def test_no_label_touches_another_an_obstacle_or_the_edge(
    wanted: list[tuple[float, float, float, float]],
) -> None:
    points = [(x, y) for x, y, _, _ in wanted]
    obstacles = [(x - 4.0, y - 4.0, x + 4.0, y + 4.0) for x, y in points]
    boxes = place_labels(points, [(width, height) for *_, width, height in wanted], FRAME, obstacles)
    placed = [box for box in boxes if box is not None]
    for index, box in enumerate(placed):
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= 300
        assert box[3] <= 200
        assert not any(overlap(box, other) for other in placed[index + 1 :])
        assert not any(overlap(box, obstacle) for obstacle in obstacles)


def test_a_line_from_an_anchor_to_its_label_crosses_no_other_label_where_that_can_be() -> None:
    anchor, size = [(150.0, 190.0)], [(60.0, 16.0)]
    wall, stones = (0.0, 150.0, 190.0, 175.0), [(200.0, 184.0, 205.0, 187.0), (100.0, 184.0, 105.0, 187.0)]
    (behind,) = place_labels(anchor, size, FRAME, [wall, *stones], rings=(1.0, 10.0))
    assert any(overlap(around(*place, 0.01), wall) for place in leader(*anchor[0], behind))
    (beside,) = place_labels(anchor, size, FRAME, [wall, *stones], rings=(1.0, 10.0), led=True)
    for place in leader(*anchor[0], beside):
        assert not any(overlap(around(*place, 0.01), stone) for stone in (wall, *stones))
    corner = place_labels([(0.0, 0.0)] * 2, size * 2, FRAME, rings=(1.0, 6.0), led=True)
    assert None not in corner, "where every way crosses the first label, the second stands there all the same"


def test_the_most_important_label_gets_the_place() -> None:
    crowd = [(150.0, 100.0)] * 40
    boxes = place_labels(crowd, [(80.0, 16.0)] * 40, FRAME)
    assert boxes[0] is not None
    assert boxes[-1] is None


def test_a_label_moves_off_the_line() -> None:
    line = np.column_stack([np.linspace(150, 300, 200), np.linspace(100, 90, 200)])
    (free,) = place_labels([(150.0, 100.0)], [(60.0, 16.0)], FRAME, line=line)
    assert free is not None
    under = (line[:, 0] > free[0]) & (line[:, 0] < free[2]) & (line[:, 1] > free[1]) & (line[:, 1] < free[3])
    assert not under.any()


def test_labels_that_must_stay_near_are_left_out_where_there_is_no_room() -> None:
    crowd, sizes = [(150.0, 100.0)] * 40, [(30.0, 16.0)] * 40
    placed = {farther: place_labels(crowd, sizes, FRAME, farther=farther) for farther in (None, 0, 1)}
    far = [box for box in placed[None] if box is not None]
    near = [box for box in placed[0] if box is not None]
    assert 0 < len(near) < len(far)
    assert all(
        abs((left + right) / 2 - 150) < 30 and abs((t + b) / 2 - 100) < 20 for left, t, right, b in near
    )
    full = [(150.0 - 20, 100.0 - 20, 150.0 + 20, 100.0 + 20)]
    assert place_labels(crowd[:2], [(10.0, 6.0)] * 2, FRAME, full, farther=1)[1] is None
    assert place_labels(crowd[:2], [(10.0, 6.0)] * 2, FRAME, full, farther=2)[1] is not None


def test_samples_of_a_line_are_evenly_spread() -> None:
    points = sampled(np.array([0.0, 60.0, 60.0]), np.array([0.0, 0.0, 30.0]), every=6.0)
    steps = np.hypot(*np.diff(points, axis=0).T)
    assert len(points) == 15
    assert steps.max() < 7.0


@given(st.lists(st.floats(0, 400), max_size=60).map(sorted), st.floats(10, 80), st.booleans())
def test_names_in_the_band_never_touch(x: list[float], width: float, kinds: bool) -> None:
    of_two = [index % 2 == 0 for index in range(len(x))] if kinds else []
    names = place_names(x, [width] * len(x), 0.0, 400.0, kinds=of_two)
    spans = sorted((start, start + width) for _, start in names)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(start >= 0 and end <= 400 for start, end in spans)


def test_of_a_drag_the_newest_name_stays() -> None:
    x = [100.0, 101.0, 102.0, 103.0, 104.0]
    assert [index for index, _ in place_names(x, [40.0] * 5, 0.0, 400.0)] == [4]


def test_a_name_at_the_right_edge_stands_left_of_its_mark() -> None:
    ((_, start),) = place_names([395.0], [40.0], 0.0, 400.0)
    assert start + 40.0 <= 395.0


def test_a_change_of_another_kind_in_the_same_place_is_named_behind_it() -> None:
    both, widths = [False, True], [60.0, 30.0]
    ((first, start), (second, behind)) = place_names([0.0, 0.0], widths, 0.0, 400.0, kinds=both)
    assert (first, second) == (1, 0)
    assert [start, behind] == pytest.approx([3.0, 3.0 + 30.0 + 7.0])
    # Not where the name would stand over a further mark, or has no room.
    assert place_names([0.0, 0.0, 38.0], [*widths, 20.0], 0.0, 400.0, kinds=[*both, True])[-1][0] != 0
    assert [index for index, _ in place_names([0.0, 0.0], widths, 0.0, 80.0, kinds=both)] == [1]


def test_a_name_is_left_out_where_it_would_seem_to_be_another_marks() -> None:
    # Of marks at 0, 45 and 65 the last has its name at the right; that of the second fits only at its left.
    placed = place_names([0.0, 45.0, 65.0], [36.0, 40.0, 40.0], 0.0, 400.0)
    assert placed == [(2, 68.0), (0, 3.0)]


def test_two_changes_in_one_place_are_told_as_one() -> None:
    assert joined("α 0.3 → 1", "α 1 → 9") == "α 0.3 → 9"
    assert joined("α 1 → 9", "α 9 → 1") == "α 9 → 1"
    assert joined("slider’s α 1 → 9", "slider’s α 9 → 1") == "slider’s α 9 → 1"


def test_every_live_change_has_a_mark_with_its_name() -> None:
    changes = [
        Change(5, "training.learning_rate", 0.3),
        Change(9, "training.learning_rate", 1.0),
        Change(12, "training.batch_size", None),
        Change(13, "training.batch_size", 10),
        Change(14, "training.optimizer", "adam"),
        Change(15, "training.momentum", None),
        Change(16, "training.l2", 0.01),
        Change(17, "parameters", [0.0]),
    ]
    marks = step_marks(changes, 0.3)
    assert [mark.text for mark in marks] == [
        "α 0.3",
        "α 1",
        "full batch",
        "batch 10",
        "Adam",
        "momentum default",
        "L2 0.01",
        "set by hand",
    ]
    assert [mark.is_rate for mark in marks[:3]] == [True, True, False]


def test_a_batch_of_all_points_is_marked_as_the_full_batch() -> None:
    changes = [Change(3, "training.batch_size", 159), Change(4, "training.batch_size", 160)]
    assert [mark.text for mark in step_marks(changes, None, points=160)] == ["batch 159", "full batch"]


def test_under_a_schedule_a_mark_names_the_slider() -> None:
    changes = [
        Change(0, "training.learning_rate", 0.5),
        Change(5, "training.learning_rate", 1.0),
        Change(6, "training.schedule", "constant"),
        Change(8, "training.learning_rate", 2.0),
    ]
    rates = [mark.text for mark in step_marks(changes, 0.3, "cosine") if mark.is_rate]
    assert rates == ["slider’s α 0.5", "slider’s α 1", "α 2"]
    rates = [mark.text for mark in step_marks([Change(0, "training.schedule", "step")], 0.3) if mark.is_rate]
    assert rates == ["slider’s α 0.3"]
