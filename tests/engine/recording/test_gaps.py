"""Parts of a run of which nothing was recorded: kept as long as they are parts of it, joined by no line."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from playground.engine.branches.moments import Moments, branch_at
from playground.engine.recording.gaps import Gap, gaps_until, lies_between, rows_after
from playground.engine.recording.saved_run import run_value, saved_run_of
from playground.engine.recording.saved_view import run_view_of, run_view_value
from playground.engine.trainer import Trainer, replay
from playground.experiment import Experiment
from playground.export.carried_run import carried_run
from playground.session_values import Reader
from playground.sessions import SessionError, load_session
from tests.support.carried_runs import changed
from tests.support.saved_runs import reopened


def of_a_figure(run: Trainer) -> Trainer:
    """Return the run that a figure of this one carries."""
    return Trainer.resumed(saved_run_of(load_session(io.BytesIO(carried_run(run.view()))).run))


def trained(steps: int = 40) -> Trainer:
    trainer = Trainer(Experiment())
    trainer.advance(steps)
    return trainer


def test_a_run_of_a_figure_has_a_gap_that_stays_in_its_sessions() -> None:
    run = of_a_figure(trained())
    assert run.view().history.gaps == (Gap(0, 40),)
    run.advance(25)
    again = reopened(run)
    assert again.history.gaps == run.view().history.gaps == (Gap(0, 40),)
    view = again.view()
    assert run_view_of(Reader(run_view_value(view), "view")).history.gaps == (Gap(0, 40),)
    assert again.history.copy().gaps == (Gap(0, 40),)


def test_where_no_step_is_missing_there_is_no_gap() -> None:
    assert trained().view().history.gaps == ()
    for steps in (0, 1):
        assert of_a_figure(trained(steps)).view().history.gaps == ()
    assert "gaps" not in run_value(trained().saved())["now"]["history"]


def test_an_earlier_moment_has_the_gap_up_to_itself_and_a_branch_from_it_none() -> None:
    run = of_a_figure(trained())
    run.advance(20)
    moments, history = Moments(), run.view().history
    for step, gaps in ((50, (Gap(0, 40),)), (40, (Gap(0, 40),)), (30, (Gap(0, 30),)), (1, ()), (0, ())):
        view = moments.view_at(run, history, step)
        assert view is not None
        assert view.history.gaps == gaps
    branch = branch_at(run, 30)
    assert branch is not None
    assert branch.view().history.gaps == ()
    assert len(branch.view().history.path) == 31
    run.history.cut(30)
    assert run.history.gaps == (Gap(0, 30),)


def test_a_figure_of_an_older_version_is_read_with_its_gap(qapp: Any) -> None:
    from playground.export.carried_run import read_carried_run
    from tests.support.carried_runs import figure_file

    def without(value: dict[str, Any]) -> None:
        del value["now"]["history"]["gaps"]

    view = trained().view()
    picture = figure_file(view, run=changed(carried_run(view), without))
    assert saved_run_of(read_carried_run(picture).run).state.history.gaps == (Gap(0, 40),)


def test_the_rate_is_known_in_a_gap_too() -> None:
    run = trained()
    run.learning_rate = 0.7
    run.advance(30)
    run.learning_rate = 0.2
    run.change("training.schedule", "cosine")
    run.advance(300)
    curve = of_a_figure(run).view().rate_curve()
    steps = np.arange(331)
    np.testing.assert_allclose(np.interp(steps, *curve)[:330], run.view().rates_at(steps)[:330], rtol=1e-3)


@pytest.mark.parametrize(
    "value", [[[0, 1]], [[0]], [[0, 41]], [[-1, 9]], [[0, 9], [5, 20]], [0, 9], "ab", [["0", 9]], [[9, 0]]]
)
def test_gaps_that_no_run_has_are_refused(value: Any) -> None:
    session = run_value(of_a_figure(trained()).saved())
    session["now"]["history"]["gaps"] = value
    with pytest.raises(SessionError, match=r"^The session was not opened: run\.now\.history\.gaps"):
        saved_run_of(session)


def test_only_neighbours_around_a_gap_are_parted() -> None:
    gaps = (Gap(0, 10), Gap(20, 30))
    for steps, rows in (
        ([0, 10, 20, 30], [1, 3]),
        ([0, 12, 18, 33], [1, 3]),
        ([0, 40], [1]),
        ([10, 15, 20], []),
        ([0], []),
        ([], []),
    ):
        assert rows_after(gaps, np.array(steps, dtype=np.int64)).tolist() == rows
    assert lies_between(gaps, 0, 10)
    assert lies_between(gaps, 5, 12)
    assert not lies_between(gaps, 10, 20)
    assert gaps_until(gaps, 25) == (Gap(0, 10), Gap(20, 25))
    assert gaps_until(gaps, 21) == (Gap(0, 10),)


def test_a_run_with_a_gap_goes_on_bit_by_bit() -> None:
    run = of_a_figure(trained())
    run.advance(60)
    assert run.parameters.tobytes() == replay(trained().view().experiment_file, 100).parameters.tobytes()
