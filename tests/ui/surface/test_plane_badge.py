"""The badge on the surface in the window: it comes, stands beside the marker, and its button helps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import ExperimentFile
from playground.ui.surface.plane_badge import MARGIN, NO_PATH, PlaneBadge, way_out
from playground.ui.surface.wish import PlaneSettings


def put_aside(window: Any) -> None:
    """Put the weights far off every plane of the run."""
    theta = window.snapshot.view.parameters
    window.lab.set_parameters(theta + 4.0 * np.random.default_rng(1).normal(size=theta.size))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_it_says_so_and_shows_the_plane_of_the_path(qtbot: Any, open_window: Any, theme: str) -> None:
    window = open_window()
    window.actions_by_name[f"theme_{theme}"].trigger()
    view = window.surface_view
    qtbot.waitUntil(lambda: view.settled)
    qtbot.waitUntil(lambda: view.caption.text() != "")
    assert view.badge.isHidden()
    put_aside(window)
    qtbot.waitUntil(lambda: not view.badge.isHidden())
    assert view.badge.label.text().startswith(("True J ", "The weights lie "))
    assert view.badge.button.text() == "Plane of the path"
    assert not view.badge.button.isEnabled()
    assert view.badge.button.toolTip() == NO_PATH
    plot = view.canvas.mapFromScene(view.drawing.box.mapRectToScene(view.drawing.box.rect())).boundingRect()
    assert plot.adjusted(-2, -2, 2, 2).contains(view.badge.geometry())
    ground = view.badge.grab().toImage().pixelColor(view.badge.width() // 2, 3).lightness()
    assert (ground < 128) == (theme == "dark")
    view.resize(640, 480)
    view.progress.show_share(0.5)
    assert not view.badge.geometry().intersects(view.progress.geometry()), "“Stop here” can be pressed"
    assert view.canvas.rect().contains(view.progress.geometry())
    window.lab.run_exactly(3)
    qtbot.waitUntil(view.badge.button.isEnabled)
    assert view.badge.button.toolTip() == view.badge.label.text()
    qtbot.mouseClick(view.badge.button, Qt.MouseButton.LeftButton)
    assert view.kind == "path"
    assert view.bar.kind_box.value == "path"
    qtbot.waitUntil(lambda: view.settled)


def test_a_whole_landscape_has_none(qtbot: Any, open_window: Any) -> None:
    window = open_window(ExperimentFile(FORMULA_PRESETS["rosenbrock"].experiment))
    view = window.surface_view
    qtbot.waitUntil(lambda: view.settled)
    put_aside(window)
    qtbot.waitUntil(lambda: view.answer is not None and view.caption.text() != "")
    view.summarise()
    assert view.badge.isHidden()


def test_it_steps_aside_for_the_marker(qtbot: Any) -> None:
    canvas = QWidget()
    qtbot.addWidget(canvas)
    canvas.resize(600, 400)
    badge, plot = PlaneBadge(canvas), QRect(40, 10, 500, 340)
    badge.say("True J 0.01, at the marker in this plane 1.2", PlaneSettings())
    badge.stand(plot, QPoint(300, 200))
    assert badge.geometry().topLeft() == plot.topLeft() + QPoint(MARGIN, MARGIN)
    badge.stand(plot, QPoint(70, 30))
    assert badge.geometry().bottom() == plot.bottom() - MARGIN
    # Neither the marker nor, as far as that can be, the marks of the path are hidden.
    upper, lower = QPoint(70, 30), QPoint(70, 330)
    badge.stand(plot, upper, [lower])
    assert (badge.geometry().right(), badge.geometry().top()) == (plot.right() - MARGIN, plot.top() + MARGIN)
    badge.stand(plot, upper, [lower, QPoint(500, 30)])
    assert (badge.geometry().right(), badge.geometry().bottom()) == (
        plot.right() - MARGIN,
        plot.bottom() - MARGIN,
    )
    badge.stand(plot, QPoint(300, 200), [upper, upper, lower, QPoint(500, 30), QPoint(500, 330)])
    assert badge.geometry().topLeft() != plot.topLeft() + QPoint(MARGIN, MARGIN)
    # Where there is little room, the button stands below the sentence.
    wide = badge.width()
    badge.stand(QRect(0, 0, wide - 20, 300), None)
    assert badge.width() < wide
    badge.say("", PlaneSettings())
    assert badge.isHidden()


def test_on_the_plane_of_the_path_it_offers_one_through_the_weights() -> None:
    assert way_out(PlaneSettings("rehearsal"))[1].kind == "path"
    text, settings = way_out(PlaneSettings("path"))
    assert (text, settings.kind) == ("Plane through the weights", "random")


@pytest.mark.parametrize("height", [56, 300])
def test_in_a_low_plot_it_leaves_the_picture_to_be_seen(qtbot: Any, height: int) -> None:
    canvas = QWidget()
    qtbot.addWidget(canvas)
    canvas.resize(300, height + 40)
    canvas.show()
    badge = PlaneBadge(canvas)
    sentence = "True J 0.104, at the marker in this plane 0.0665"
    badge.say(sentence, PlaneSettings())
    badge.stand(QRect(30, 4, 200, height), None)
    assert badge.label.isVisible() == (height == 300)
    assert badge.height() <= max(0.6 * height, badge.button.sizeHint().height() + 8)
    # What it says is not lost.
    assert badge.button.toolTip() == badge.accessibleName() == sentence
