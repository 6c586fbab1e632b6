"""What was placed before is kept for speed alone: the result is that of placing the whole path."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.recording.history import HistoryView
from playground.landscape.plane import Plane
from playground.ui.surface.path_on_plane import PathOnPlane, whole_path
from tests.support.plain_data import history_of

RANDOM = np.random.default_rng(4)
PLANES = [Plane(*RANDOM.normal(size=(3, 4))) for _ in range(2)]
WHOLE = replace(history_of(np.zeros(40)), path=RANDOM.normal(size=(40, 4)))
OTHER_RUN = replace(WHOLE, path=RANDOM.normal(size=(40, 4)))


def rows(history: HistoryView, kept: slice) -> HistoryView:
    return replace(history, path_steps=history.path_steps[kept], path=history.path[kept])


HISTORIES = {
    "it grows": [(1, 0, rows(WHOLE, slice(count))) for count in (0, 1, 5, 6, 40)],
    "it is thinned and grows": [(1, 0, rows(WHOLE, slice(0, 30))), (1, 0, rows(WHOLE, slice(0, 40, 2)))],
    "it goes back": [(1, 0, WHOLE), (1, 0, rows(WHOLE, slice(7)))],
    "another plane": [(1, 0, WHOLE), (1, 1, WHOLE), (1, 0, WHOLE)],
    "another run": [(1, 0, WHOLE), (2, 0, OTHER_RUN)],
}


@pytest.mark.parametrize("case", HISTORIES)
def test_the_path_is_where_it_would_be_if_all_of_it_were_placed(case: str) -> None:
    path = PathOnPlane()
    for run, plane, history in HISTORIES[case]:
        ab, off = path.place(run, PLANES[plane], history)
        expected_ab, expected_off = whole_path(run, PLANES[plane], history)
        np.testing.assert_allclose(ab, expected_ab, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(off, expected_off, rtol=1e-6)


def test_what_was_placed_is_not_placed_again() -> None:
    path = PathOnPlane()
    first, _ = path.place(1, PLANES[0], WHOLE)
    again, _ = path.place(1, PLANES[0], replace(WHOLE, path=np.full((40, 4), np.nan)))
    assert again is first
