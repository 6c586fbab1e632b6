"""The surface in space: brought up by a key, turned by mouse and keys, exported as it is seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from playground.drawing.kit.labels import Box
from playground.drawing.surface.camera import Camera
from playground.ui.frame.workbench import Workbench
from playground.ui.surface.feature import SurfaceFeature
from playground.ui.surface.relief_feature import ReliefFeature
from playground.ui.surface.relief_view import ReliefView
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of
from tests.support.sheet import channels_of
from tests.ui.conftest import Open, OpenBench

SVG = "{http://www.w3.org/2000/svg}"


open_surface = bench_with(SurfaceFeature, ReliefFeature)


def feature(window: Workbench) -> ReliefFeature:
    return feature_of(window, ReliefFeature)


@pytest.fixture
def window(qtbot: Any, open_surface: OpenBench) -> FakeWorkbench:
    """A workbench with its first surface complete, shown in space."""
    result = open_surface()
    turn_into_space(qtbot, result)
    return result


def turn_into_space(qtbot: Any, window: Workbench) -> None:
    surface = window.surface_view
    qtbot.waitUntil(lambda: surface.answer is not None and surface.answer.complete)
    window.actions_by_name["surface_3d"].trigger()
    qtbot.waitUntil(lambda: relief(window).levels is not None)


def relief(window: Workbench) -> ReliefView:
    view = window.surface_view.relief
    assert isinstance(view, ReliefView)
    return view


def test_the_same_surface_and_path_are_shown_in_space(qtbot: Any, window: FakeWorkbench) -> None:
    view, surface = relief(window), window.surface_view
    assert view.isVisible()
    assert not surface.canvas.isVisible()
    assert feature(window).button.isChecked()
    window.lab.run_exactly(40)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 40 and view.picture.path_ab.shape[0] > 30)
    # What is hidden is not drawn.
    assert surface.drawing.picture.path_ab.shape[0] < 30
    assert view.levels.logarithmic
    surface.scale_box.setCurrentIndex(1)
    qtbot.waitUntil(lambda: not view.levels.logarithmic)
    qtbot.waitUntil(lambda: "3-D" in surface.accessibleDescription())
    window.actions_by_name["surface_3d"].trigger()
    qtbot.waitUntil(lambda: surface.drawing.picture.path_ab.shape[0] > 30)
    assert surface.canvas.isVisible()
    assert not view.isVisible()


def test_another_plane_is_asked_for_and_shown_in_space(qtbot: Any, window: FakeWorkbench) -> None:
    window.surface_view.choose_plane("random")
    qtbot.waitUntil(lambda: relief(window).picture.choice is not None)
    qtbot.waitUntil(lambda: relief(window).picture.choice.kind == "random")


def test_it_is_turned_and_zoomed_by_mouse_and_keys(qtbot: Any, window: FakeWorkbench) -> None:
    view = relief(window)
    start = view.camera
    middle = view.rect().center()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(view, middle + QPoint(50, 0))
    qtbot.mouseMove(view, middle + QPoint(50, 20))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle + QPoint(50, 20))
    assert view.camera.azimuth < start.azimuth
    assert view.camera.elevation > start.elevation
    turned = view.camera
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.camera == turned.turned(6.0, 0.0)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.camera.elevation == turned.elevation - 6.0
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.camera.zoom > 1.0
    zoomed = view.camera.zoom
    QApplication.sendEvent(
        view,
        QWheelEvent(
            QPointF(middle), QPointF(view.mapToGlobal(middle)), QPoint(), QPoint(0, -240),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip
    assert view.camera.zoom < zoomed
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.camera == Camera()


def test_the_mesh_is_coarse_while_it_turns_and_fine_at_rest(qtbot: Any, window: FakeWorkbench) -> None:
    view = relief(window)
    qtbot.waitUntil(lambda: view.mesh_cells == 51)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    view.grab()
    assert view.mesh_cells == 29
    qtbot.waitUntil(lambda: view.mesh_cells == 51)
    mesh = view.mesh
    window.lab.step()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1 and view.picture.now is not None)
    view.grab()
    # A step moves the weights, not the surface: the mesh is not painted again.
    assert view.mesh is mesh


def test_the_bar_of_its_colours_stands_beside_it(qtbot: Any, window: FakeWorkbench) -> None:
    view = relief(window)
    qtbot.waitUntil(lambda: view.picture.now is not None and view.mesh_cells == 51)
    bar, room = view.color_bar, view.scene_rect()
    assert room.right() <= bar.pos().x()
    assert bar.pos().x() + bar.size().width() == pytest.approx(view.width())
    assert len(bar.ticks(bar.size().height())) >= 3
    body = bar.body().translated(bar.pos())
    image, ratio, table = view.grab().toImage(), view.devicePixelRatioF(), view.drawing.table
    for share in (0.1, 0.5, 0.9):
        place = QPointF(body.center().x(), body.bottom() - share * body.height()) * ratio
        seen, color = channels_of(image.pixelColor(place.toPoint())), table[round(share * (len(table) - 1))]
        assert max(abs(int(a) - int(b)) for a, b in zip(seen, color, strict=True)) < 12
    # It is the same scale as that of the heights, and marks the loss of now.
    assert (bar.levels, bar.now) == (view.levels, view.picture.now.true_loss)


def test_at_the_start_one_ring_is_seen(qtbot: Any, window: FakeWorkbench) -> None:
    view = relief(window)
    qtbot.waitUntil(lambda: view.picture.now is not None and bool(view.picture.marks))
    with_start = view.grab().toImage()
    labels = view.drawing.placed
    assert {"start", "now"} <= {text for text, _ in labels}
    at = marker_of(view)
    view.drawing.picture = replace(view.picture, marks=[])
    without = view.grab().toImage()
    labels += view.drawing.placed
    reach, ratio, compared = round(view.drawing.theme.marker_size), view.devicePixelRatioF(), 0
    for x in range(-reach, reach + 1):
        for y in range(-reach, reach + 1):
            place = at + QPointF(x, y)
            if any(covers(box, place) for _, box in labels):
                continue
            pixel = (place * ratio).toPoint()
            assert with_start.pixelColor(pixel) == without.pixelColor(pixel), (x, y)
            compared += 1
    assert compared > reach * reach


def covers(box: Box, place: QPointF) -> bool:
    """Return whether a label with its ground lies over a place."""
    return QRectF(QPointF(*box[:2]), QPointF(*box[2:])).adjusted(-6, -4, 6, 4).contains(place)


def marker_of(view: ReliefView) -> QPointF:
    field, now = view.drawing.field(), view.picture.now
    assert field is not None
    assert now is not None
    point = field.place(np.array([now.a]), np.array([now.b]))[0]
    return QPointF(*view.camera.project(point, view.scene_rect())[0])


def test_pointing_tells_the_loss(qtbot: Any, window: FakeWorkbench) -> None:
    view = relief(window)
    qtbot.mouseMove(view, view.rect().center())
    qtbot.waitUntil(lambda: view.readout.isVisible())
    assert view.readout.text().startswith("J ")


def test_keys_of_the_window_still_work(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    turn_into_space(qtbot, window)
    relief(window).setFocus()
    qtbot.keyClick(relief(window), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.lab.state == "running")


def test_an_export_draws_the_mesh_as_it_is_seen(qtbot: Any, window: FakeWorkbench, tmp_path: Path) -> None:
    view = relief(window)
    qtbot.waitUntil(lambda: window.surface_view.settled)
    window.exporter.save_png("surface", tmp_path / "one.png", 900, 600, 150)
    image = QImage(str(tmp_path / "one.png"))
    assert (image.width(), image.height()) == (900, 600)
    view.set_camera(view.camera.turned(120.0, 10.0))
    window.exporter.save_png("surface", tmp_path / "two.png", 900, 600, 150)
    assert QImage(str(tmp_path / "two.png")) != image
    window.exporter.save_svg("surface", tmp_path / "one.svg", 900, 600)
    root = ElementTree.parse(tmp_path / "one.svg").getroot()
    words = " ".join("".join(entry.itertext()) for entry in root.iter(f"{SVG}text"))
    assert "along direction 1" in words
    assert "J (log)" in words
    assert "start" in words
    shapes = [entry for entry in root.iter() if entry.tag in (f"{SVG}polygon", f"{SVG}path")]
    assert len(shapes) >= 50 * 50
    # The column of the bar's colours; the mesh is no image.
    (column,) = root.iter(f"{SVG}image")
    assert float(column.get("width", "nan")) <= 16


def test_where_there_is_no_plane_another_is_offered_in_space_too(qtbot: Any, window: FakeWorkbench) -> None:
    surface = window.surface_view
    surface.choose_plane("three_points")
    qtbot.waitUntil(lambda: surface.offers.isVisible() and len(surface.offers.buttons) == 2)
    button = surface.offers.buttons[1]
    place = button.mapTo(relief(window), button.rect().center())
    assert relief(window).childAt(place) is button
    window.actions_by_name["surface_3d"].trigger()
    qtbot.waitUntil(lambda: button.isVisible() and surface.canvas.isVisible())
    window.actions_by_name["surface_3d"].trigger()
    window.lab.run_exactly(5)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 5)
    qtbot.mouseClick(surface.offers.buttons[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: relief(window).picture.surface is not None and surface.kind == "path")
    qtbot.waitUntil(lambda: not surface.offers.isVisible())
