"""Of many points the live surface shows some while it trains, says so, and all of them at rest."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.drawing.kit.items import FINE
from playground.drawing.surface.captions import picture_caption
from playground.drawing.surface.picture import SurfacePicture, picture_of
from playground.engine.fewer_points import with_fewer_points
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings
from playground.experiment_table import TableSettings
from playground.export.surface_npz import surface_npz
from playground.lab.snapshot import PAUSED, RUNNING
from playground.landscape.surface import FewerPoints
from playground.numerals import loss_text
from playground.ui.surface.asking import RESOLUTION_WHILE_RUNNING
from tests.support.surface_of_a_window import settled
from tests.ui.surface.test_asking import Desk

ROWS = 6000


def experiment() -> Experiment:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(ROWS, 2))
    table = TableSettings(("a", "b"), "kind", ("in", "out"), np.column_stack([X, np.hypot(*X.T) > 1.0]))
    return Experiment(DataSettings.of_table(table, test_share=0.0, seed=5), NetworkSettings((2,)))


@pytest.fixture
def desk() -> Desk:
    desk = Desk(experiment())
    desk.state = replace(desk.state, screen_cells=13)
    desk.choose("path")
    desk.trainer.advance(5)
    return desk


def test_some_points_while_it_trains_and_all_at_rest(desk: Desk) -> None:
    desk.settle()
    surface = desk.state.answer.surface
    assert surface.fewer is None
    desk.lab_state = RUNNING
    desk.trainer.advance(1)
    desk.settle()
    live = desk.state.answer.surface
    theta, whole = desk.trainer.parameters, desk.trainer.problem
    fewer = with_fewer_points(whole, 5)
    assert live.fewer == FewerPoints(2000, ROWS, 6, fewer.loss(theta), whole.loss(theta))
    cell = live.plane.at(live.a[3], live.b[7])
    assert live.values[7, 3] == pytest.approx(fewer.loss(cell), rel=1e-5)
    desk.lab_state = PAUSED
    desk.settle()
    rest = desk.state.answer.surface
    assert rest.fewer is None
    cell = rest.plane.at(rest.a[3], rest.b[7])
    assert rest.values[7, 3] == pytest.approx(whole.loss(cell), rel=1e-5)


def test_a_live_surface_of_many_points_has_fewer_cells_but_contours(desk: Desk) -> None:
    desk.settle()
    desk.state = replace(desk.state, screen_cells=101)
    desk.lab_state = RUNNING
    desk.trainer.advance(1)
    question = desk.ask()
    assert question.fewer_points
    assert FINE <= question.resolution < RESOLUTION_WHILE_RUNNING
    desk.lab_state = PAUSED
    assert desk.ask().resolution == 101


def test_a_surface_of_all_that_is_there_stays_when_a_run_begins(desk: Desk) -> None:
    desk.choose("random")
    desk.settle()
    assert desk.state.answer.surface.fewer is None
    desk.lab_state = RUNNING
    assert desk.question() is None
    # Another part of the plane is of some points, until the run rests.
    window = desk.state.answer.window
    middle = (window.a_min + window.a_max) / 2
    desk.look_at(window._replace(a_min=middle))
    desk.settle()
    assert desk.state.answer.surface.fewer is not None
    desk.lab_state = PAUSED
    desk.settle()
    assert desk.state.answer.surface.fewer is None


def test_the_caption_says_which_points_and_both_losses(desk: Desk) -> None:
    desk.lab_state = RUNNING
    desk.settle()
    answer = desk.state.answer
    text = plain(picture_caption(picture_of(answer, desk.trainer.view())))
    fewer = answer.surface.fewer
    assert fewer.loss != fewer.loss_of_all
    losses = f"{loss_text(fewer.loss)} at step 5; of all {loss_text(fewer.loss_of_all)}."
    # A caption that is too long is cut at its end.
    assert text.startswith(f"While it trains: J of 2000 of 6000 points, {losses} ")
    coarse = replace(answer.surface, fewer=None, complete=False)
    mixed = plain(picture_caption(SurfacePicture(coarse, answer.choice, finer=answer.surface)))
    assert mixed.startswith("Until it is complete, its finer cells are J of 2000 of 6000 points.")


def test_the_numbers_of_a_surface_say_how_many_points_it_is_of(desk: Desk) -> None:
    desk.lab_state = RUNNING
    desk.settle()
    surface = desk.state.answer.surface
    assert about(surface_npz(surface, desk.trainer.view(), "path"))["points"] == 2000
    surface = replace(surface, fewer=None)
    assert about(surface_npz(surface, desk.trainer.view(), "path"))["points"] is None


def about(file: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(str(np.load(io.BytesIO(file))["about"]))
    return found


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.slow
def test_a_window_on_many_points_trains_and_rests(qtbot: Any, open_window: Any) -> None:
    window = open_window(ExperimentFile(experiment()))
    view = window.surface_view
    view.choose_plane("path")
    window.lab.set_speed(None)
    window.lab.run()
    qtbot.waitUntil(lambda: view.answer is not None and view.answer.surface is not None, timeout=60_000)
    qtbot.waitUntil(lambda: view.answer.surface.fewer is not None, timeout=60_000)
    qtbot.waitUntil(
        lambda: "While it trains: J of 2000 of 6000 points" in plain(view.caption.shown_text), timeout=60_000
    )
    window.lab.pause()
    qtbot.waitUntil(lambda: settled(window), timeout=120_000)
    assert view.answer.surface.fewer is None
    qtbot.waitUntil(lambda: "While it trains" not in view.caption.text())
