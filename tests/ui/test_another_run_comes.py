"""What was made of one run is let go where another comes, whatever was pointed at, open or under way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.experiment import Experiment
from playground.ui.features import FEATURES
from playground.ui.hall.scene_feature import SceneFeature
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.main_window import MainWindow
from playground.ui.runs.kept_runs import KeptRunsFeature
from playground.ui.surface.pointing_feature import PointingFeature
from tests.support.features import feature_of
from tests.support.variants import slow

SMALL = (
    Experiment(training=Experiment().training)
    .with_value("data.points", 60)
    .with_value("network.hidden_layers", (3,))
)
OTHERS = (
    SMALL.with_value("network.hidden_layers", (5, 4)),
    SMALL.with_value("network.hidden_layers", ()),
    SMALL.with_value("data.dataset", "noisy_line").with_value("network.hidden_layers", (2,)),
    SMALL.with_value("data.points", 20),
    SMALL.with_value("training.optimizer", "adam"),
)


def shown(window: MainWindow, experiment: Experiment) -> bool:
    snapshot = window.snapshot
    return snapshot.run == window.lab.run_number and snapshot.view.experiment == experiment


def begin(qtbot, window: MainWindow, experiment: Experiment) -> None:
    window.lab.set_experiment(experiment)
    qtbot.waitUntil(lambda: shown(window, experiment))


def rest_on_the_surface(qtbot, window: MainWindow) -> None:
    """Point at the middle of the surface until J there is asked for."""
    qtbot.waitUntil(lambda: window.surface_view.plane is not None)
    canvas = window.surface_view.canvas
    box = window.surface_view.drawing.box
    place = canvas.mapFromScene(box.sceneBoundingRect().center())
    QTest.mouseMove(canvas.viewport(), place)
    canvas.scene().sigMouseMoved.emit(QPointF(canvas.mapToScene(place)))
    qtbot.waitUntil(lambda: feature_of(window, PointingFeature).place is not None)


def by_scene(window: MainWindow, tmp_path) -> None:
    window.actions_by_name["scene_1"].trigger()


def by_file(window: MainWindow, tmp_path) -> None:
    path = tmp_path / "other.json"
    path.write_text(OTHERS[0].to_json())
    assert window.commands.open_file(path)


def by_drop(window: MainWindow, tmp_path) -> None:
    path = tmp_path / "dropped.json"
    path.write_text(OTHERS[0].to_json())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy = Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), copy, data, buttons, keys))


def by_undo(window: MainWindow, tmp_path) -> None:
    window.actions_by_name["undo"].trigger()


@pytest.mark.parametrize("come", [slow(by_scene), by_file, slow(by_drop), by_undo])
def test_another_network_comes_under_a_resting_pointer(
    qtbot, open_window, tmp_path, come: Callable[..., None]
) -> None:
    window = open_window()
    failures: list[str] = []
    window.lab.failed.connect(failures.append)
    begin(qtbot, window, OTHERS[0])
    feature_of(window, SceneFeature).keep(1)
    begin(qtbot, window, SMALL)
    if come is by_undo:
        begin(qtbot, window, OTHERS[0])
        begin(qtbot, window, SMALL)
    rest_on_the_surface(qtbot, window)
    come(window, tmp_path)
    qtbot.waitUntil(lambda: shown(window, OTHERS[0]))
    qtbot.waitUntil(lambda: window.surface_view.plane is not None)
    assert failures == []


def test_nothing_is_asked_about_a_run_of_which_nothing_was_seen_yet(qtbot, open_window) -> None:
    window = open_window()
    begin(qtbot, window, SMALL)
    window.set_full(True)
    rest_on_the_surface(qtbot, window)
    window.clock.timer.stop()
    asked: list[Any] = []
    ask, window.lab.ask = window.lab.ask, asked.append
    run = window.lab.run_number
    with qtbot.waitSignal(window.lab.experiment_replaced):
        window.lab.set_experiment(OTHERS[0])
    latest, window.lab.latest = window.lab.latest, lambda: None
    window.frame()
    window.surface_view.choose_plane("random")
    assert asked == [], "the snapshot here is of the run before"

    def counted(question: Any) -> None:
        asked.append(question)
        ask(question)

    window.lab.latest, window.lab.ask = latest, counted
    qtbot.waitUntil(lambda: window.frame() or shown(window, OTHERS[0]))
    qtbot.waitUntil(lambda: window.frame() or bool(asked))
    assert {question.run for question in asked} == {run + 1}
    size = window.snapshot.view.parameters.size
    assert all(len(q.parameters) == size for q in asked if hasattr(q, "parameters"))


def test_a_late_operation_of_the_inspector_and_then_a_smaller_network(qtbot, open_window) -> None:
    window = open_window()
    inspector = feature_of(window, InspectorFeature)
    inspector.open()
    begin(qtbot, window, OTHERS[0])
    for other in OTHERS[1:]:
        qtbot.waitUntil(lambda: bool(inspector.view.operations))
        inspector.view.go_to(len(inspector.view.operations))
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down):
            qtbot.keyClick(inspector.view.board, key)
        begin(qtbot, window, other)
        qtbot.waitUntil(lambda: bool(inspector.view.operations))
        assert inspector.view.operation is not None
        inspector.view.grab()


def test_every_page_takes_any_run_after_any_other(qtbot, open_window) -> None:
    window = open_window()
    failures: list[str] = []
    window.lab.failed.connect(failures.append)
    window.set_full(True)
    begin(qtbot, window, SMALL)
    rest_on_the_surface(qtbot, window)
    for number, page in enumerate(window.arrangement.page_names()):
        window.arrangement.show_page(page)
        window.lab.run_exactly(3)
        for other in (OTHERS[number % len(OTHERS)], OTHERS[(number + 1) % len(OTHERS)]):
            window.lab.set_experiment(other)
            qtbot.waitUntil(lambda other=other: shown(window, other))
            window.frame()
            QApplication.processEvents()
    assert failures == []
    assert len(window.features) == len(FEATURES)


def test_kept_runs_are_removed_once_each_however_often_the_key_is_pressed(qtbot, open_window) -> None:
    window = open_window()
    kept = feature_of(window, KeptRunsFeature)
    for _ in range(3):
        kept.keep_present()
    window.arrangement.show_page("kept_runs")
    table, page = kept.page_view.table, kept.page_view
    table.setCurrentCell(2, 0)
    number = kept.runs[2].number
    for _ in range(5):
        # No event is handled between them, as where the program is busy.
        page.removed.emit(number)
    page.renamed.emit(2, "gone")
    page.shown.emit(2, False)
    QApplication.processEvents()
    assert [run.number for run in kept.runs] == [0, 1]
    table.setCurrentCell(0, 0)
    for _ in range(2):
        qtbot.keyClick(page, Qt.Key.Key_Delete)
    QApplication.processEvents()
    assert len(kept.runs) <= 1
