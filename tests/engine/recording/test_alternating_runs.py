"""What alternates from step to step is seen in everything that keeps fewer steps than there were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.branches.fork import Fork, Plan
from playground.engine.recording.kept_steps import is_kept, kept_step, kept_steps, one_of_each, spread_rows
from playground.engine.recording.series import PATH_POINTS, PATH_POINTS_AT_LEAST, Path
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.landscape.sharpness import Sample, SharpnessRecord
from playground.landscape.thinning import thinned
from playground.ui.activations.norm_record import NormRecord

Array = np.ndarray

VALLEY = Experiment(DataSettings("hours_of_study"), NetworkSettings(()), TrainingSettings(learning_rate=2.0))
"""Two numbers; from about step 100 on θ jumps from one wall of its valley to the other at every step."""


def extent(points: Array) -> float:
    return float(np.ptp(points, axis=0).max())


def path_after(n: int, size: int) -> Array:
    """The steps that a path of so many parameters keeps in a run of n steps without a change."""
    path, due = Path(np.zeros(size)), 0
    while due < n:
        # As a run does it: in blocks, and only those that are wanted.
        end = min(due + 128, n)
        steps = np.array(path.points_to_keep(due, end), np.int64)
        path.extend(steps, np.broadcast_to(steps[:, np.newaxis].astype(float), (len(steps), size)))
        due = end
    return path.points(n, np.full(size, float(n)))[0]


@pytest.mark.parametrize("pieces", [400, 2100, 333])
def test_the_path_shows_both_walls_of_the_valley_after_any_number_of_steps(pieces: int) -> None:
    run = Trainer(VALLEY)
    while run.step < 9000:
        run.advance(pieces)
        view = run.history.view()
        late = view.path_steps > run.step - 400
        assert extent(view.path[late]) > 0.6
        assert extent(view.path[-2:]) > 0.6, "the last step is on the path"
        assert extent(thinned(view.path)[-40:]) > 0.6, "so is it where fewer rows are asked for"


@pytest.mark.parametrize("size", [3, 2000, 9000])
def test_of_any_three_points_of_a_path_two_are_of_different_parity(size: int) -> None:
    for n in (1500, 70_000):
        steps = path_after(n, size)
        odd = steps % 2
        assert (np.convolve(odd, [1, 1, 1], "valid") % 3 > 0).all()
        assert PATH_POINTS_AT_LEAST // 3 <= len(steps) <= PATH_POINTS + 1


@pytest.mark.parametrize(
    ("size", "period"), [(3, 2), (3, 3), (3, 4), (3, 6), (3, 8), (9000, 2), (9000, 3), (9000, 4)]
)
def test_a_path_comes_by_everything_that_repeats(period: int, size: int) -> None:
    for n in (5000, 100_000):
        steps = path_after(n, size)
        assert len(set((steps[len(steps) // 3 :] % period).tolist())) == period
        rows = spread_rows(len(steps), 40)
        assert len(set((steps[rows] % period).tolist())) == period


@given(st.integers(0, 10**9), st.integers(0, 20))
def test_every_bucket_keeps_one_step_and_the_next_level_one_of_two(bucket: int, level: int) -> None:
    step, pair = kept_step(bucket, level), (2 * (bucket // 2), 2 * (bucket // 2) + 1)
    assert step >> level == bucket
    both = [kept_step(each, level) for each in pair]
    assert kept_step(bucket // 2, level + 1) in both
    assert sum(both) % 2 == 1, "one even, one odd"
    assert is_kept(np.array([step]), level).all()


@settings(max_examples=60)
@given(st.integers(-1, 10**6), st.integers(0, 700), st.integers(0, 12))
def test_the_kept_steps_are_found_in_every_way(after: int, width: int, level: int) -> None:
    steps = np.arange(after + 1, after + 1 + width)
    kept = steps[is_kept(steps, level)]
    assert kept_steps(after, after + width, level) == kept.tolist()
    assert set(kept.tolist()) <= set(steps[one_of_each(steps, level)].tolist())


@given(st.lists(st.integers(1, 3000), unique=True, max_size=60), st.integers(0, 6), st.integers(0, 6))
def test_of_some_steps_one_of_each_bucket_stays_however_often_they_are_thinned(
    some: list[int], first: int, then: int
) -> None:
    steps = np.array(sorted(some), np.int64)
    at_once = steps[one_of_each(steps, first + then)]
    by_and_by = steps[one_of_each(steps, first)]
    by_and_by = by_and_by[one_of_each(by_and_by, first + then)]
    np.testing.assert_array_equal(by_and_by, at_once)
    np.testing.assert_array_equal(np.unique(steps >> (first + then)), at_once >> (first + then))


@given(st.integers(1, 5000), st.integers(8, 300))
def test_spread_rows_are_even_and_of_both_parities(n: int, most: int) -> None:
    rows = spread_rows(n, most)
    assert len(rows) == min(n, most)
    assert rows[0] == 0
    assert rows[-1] == n - 1
    assert (np.diff(rows) > 0).all()
    assert np.diff(rows).max(initial=1) <= max(1, 3 * (n / most))
    if n >= 8:
        assert len(set((rows % 2).tolist())) == 2


def test_every_branch_of_a_fork_shows_both_walls() -> None:
    run = Trainer(VALLEY)
    run.advance(300)
    fork = Fork(run, [Plan(2.0), Plan(1.9)])
    for _ in range(3):
        fork.advance(2000)
        for branch in fork.view().branches:
            assert extent(branch.path[-3:]) > 0.5


@pytest.mark.parametrize("n", [1023, 1500, 6000])
def test_what_is_filled_in_of_the_past_holds_steps_of_both_parities(n: int) -> None:
    """Sharpness and layer norms, where nobody looked while it trained."""
    run = Trainer(VALLEY)
    run.advance(n)
    steps = run.history.view().path_steps
    record = SharpnessRecord()
    record.add(Sample(n, 1.0, 1.0, 1.0))
    while (row := record.widest_gap(steps)) is not None:
        record.add(Sample(int(steps[row]), 1.0, 1.0, 1.0))
    share = np.mean([sample.step % 2 for sample in record.samples])
    assert len(record) > 40
    assert 0.3 < share < 0.7
    norms = NormRecord()
    while len(rows := norms.missing(steps)):
        norms.add(steps[rows], np.zeros((len(rows), 1)))
    assert 0.3 < np.mean(norms.table()[0] % 2) < 0.7
