"""A window whose run has no network: a quadratic of three numbers, and then a network on data again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.engine import trainer
from playground.landscape import loss_jump
from playground.landscape.questions import context
from playground.ui.features import FEATURES
from playground.ui.main_window import MainWindow
from tests.support.quadratic import Quadratic

CURVATURES = np.array([1.0, 3.0, 0.5])
START = np.array([1.5, 1.0, -2.0])
NEEDS_NETWORK = ["inspector", "activations", "bug_hunt"]
NEEDS_IMAGES = ["images"]


@pytest.fixture
def window(open_window, monkeypatch: pytest.MonkeyPatch, qtbot) -> MainWindow:
    """A window on ½·(θ₁² + 3·θ₂² + ½·θ₃²)."""
    for module in (trainer, context, loss_jump):
        monkeypatch.setattr(module, "problem_of", lambda _: Quadratic(np.diag(CURVATURES), START))
    window: MainWindow = open_window()
    window.set_full(True)
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 30)
    return window


def command(window: MainWindow, page: str) -> Any:
    """The action that opens a page."""
    (found,) = [kind.page for kind in FEATURES if kind.page is not None and kind.page.name == page]
    return window.actions_by_name[found.command_name]


def test_the_run_has_its_closed_form_its_limit_and_its_surface(window: MainWindow, qtbot) -> None:
    rate = window.snapshot.view.settings.learning_rate
    theta = (1.0 - rate * CURVATURES) ** 30 * START
    np.testing.assert_allclose(window.snapshot.view.parameters, theta, rtol=1e-12)
    qtbot.waitUntil(lambda: window.strip.marks.limit is not None)
    assert window.strip.marks.limit.stability.limit == pytest.approx(2.0 / CURVATURES.max(), rel=1e-6)
    qtbot.waitUntil(lambda: window.surface_view.answer is not None and window.surface_view.answer.complete)
    surface = window.surface_view.answer.surface
    corner = surface.plane.at(surface.a[0], surface.b[-1])
    assert surface.values[-1, 0] == pytest.approx(0.5 * CURVATURES @ corner**2, rel=1e-5)
    qtbot.waitUntil(lambda: "θ = θ1, one of 3 numbers" in window.strip.numbers.text)


def test_every_page_that_is_offered_opens_and_the_others_are_not_offered(window: MainWindow, qtbot) -> None:
    offered = [kind.page.name for kind in FEATURES if kind.page is not None]
    assert set(NEEDS_NETWORK) <= set(offered)
    for page in offered:
        action = command(window, page)
        there = page not in (*NEEDS_NETWORK, *NEEDS_IMAGES)
        assert action.isEnabled() == there, page
        action.trigger()
        assert window.arrangement.page_is_open(page) == there, page
    assert not window.data_view.isVisible()
    assert not window.panel.diagram.isVisible()
    assert not window.actions_by_name["blame"].isEnabled()


def test_a_presentation_has_nothing_of_the_data(window: MainWindow) -> None:
    window.actions_by_name["large_surface"].trigger()
    window.actions_by_name["large_data"].trigger()
    window.present("data")
    assert window.arrangement.large == "surface"
    assert not window.data_view.isVisible()
    window.present(None)
    window.arrangement.show_page("inspector")
    assert not window.arrangement.page_is_open("inspector")


def test_with_a_network_again_everything_is_back(window: MainWindow, qtbot, monkeypatch) -> None:
    monkeypatch.undo()
    window.lab.new_weights()
    qtbot.waitUntil(lambda: window.snapshot.problem.n_parameters == 17)
    assert window.data_view.isVisible()
    assert window.panel.diagram.isVisible()
    assert all(command(window, page).isEnabled() for page in NEEDS_NETWORK)
    qtbot.waitUntil(lambda: window.data_view.drawing.picture is not None)
