"""Points that are painted, moved and erased in the window while the network trains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from playground.engine.trainer import replay
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings
from playground.experiment_formula import FormulaSettings
from playground.ui.data.paint_feature import PaintFeature
from playground.ui.data.stroke_in_hand import BRUSH, ERASER, POINT, StrokeInHand
from playground.ui.frame.small_screen import PanelArea
from playground.ui.frame.words import description
from playground.ui.main_window import MainWindow
from tests.support.features import feature_of
from tests.support.strokes import strokes_of
from tests.support.tables import FOUR_POINTS, a_table

LEFT = Qt.MouseButton.LeftButton


class Painter:
    """A hand with a mouse over the data view of a window."""

    def __init__(self, window: MainWindow, qtbot: Any):
        self.window, self.qtbot = window, qtbot
        self.feature = next(entry for entry in window.features if isinstance(entry, PaintFeature))
        qtbot.waitUntil(lambda: window.snapshot is not None and window.data_view.drawing.picture is not None)
        self.port = window.data_view.canvas.viewport()
        self.feature.button.click()
        qtbot.waitUntil(lambda: self.port.height() > 50 and self.feature.tools.isVisible())

    def at(self, x: float, y: float) -> QPoint:
        view = self.window.data_view
        scene = view.drawing.box.mapViewToScene(QPointF(x, y))
        return view.canvas.mapFromScene(scene)

    def drag(self, *places: tuple[float, float], release: bool = True) -> None:
        first, *rest = [self.at(*place) for place in places]
        QTest.mousePress(self.port, LEFT, pos=first)
        for place in rest:
            QTest.mouseMove(self.port, place)
        if release:
            QTest.mouseRelease(self.port, LEFT, pos=([first, *rest])[-1])

    def use(self, tool: str) -> None:
        self.feature.tools.tools[tool].click()

    def until_points(self, training: int) -> None:
        snapshot = lambda: self.window.snapshot  # noqa: E731
        self.qtbot.waitUntil(lambda: len(snapshot().samples.X_train) == training)


def four_points() -> ExperimentFile:
    return ExperimentFile(
        Experiment(DataSettings.of_table(FOUR_POINTS, test_share=0.0), NetworkSettings((3,)))
    )


def drawn(window: MainWindow) -> int:
    """Return the number of training points in the picture."""
    window.data_view.frame()
    assert window.data_view.drawing.picture is not None
    return len(window.data_view.drawing.picture.samples.X_train)


def test_a_stroke_is_one_change_shown_at_once_and_undone_while_it_trains(qtbot, open_window) -> None:
    window = open_window(four_points())
    painter = Painter(window, qtbot)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step > 5)
    painter.feature.tools.classes[1].click()
    painter.drag((0.2, 0.2), (0.5, 0.2), (0.8, 0.4), release=False)
    # The picture has the points before the run has them.
    qtbot.waitUntil(lambda: drawn(window) > 6)
    at_once = drawn(window)
    assert len(window.snapshot.samples.X_train) == 4
    QTest.mouseRelease(painter.port, LEFT, pos=painter.at(0.8, 0.4))
    painter.until_points(at_once)
    assert drawn(window) == at_once
    assert window.lab.state == "running"
    added = window.snapshot.samples
    assert set(added.y_train[4:, 0].tolist()) == {1.0}
    qtbot.waitUntil(lambda: window.lab.can_undo)
    painter.feature.tools.undo_button.click()
    painter.until_points(4)
    window.actions_by_name["redo"].trigger()
    painter.until_points(at_once)
    step = window.snapshot.view.step
    qtbot.waitUntil(lambda: window.snapshot.view.step > step + 5)
    window.lab.pause()
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    view = window.snapshot.view
    changes = [change.value for change in view.history.changes]
    assert [(len(value["added"]), len(value["removed"])) for value in changes] == [
        (at_once - 4, 0),
        (0, at_once - 4),
        (at_once - 4, 0),
    ]
    again = replay(ExperimentFile.from_json(view.experiment_file.to_json()), view.step)
    assert np.array_equal(again.parameters, view.parameters)
    assert len(strokes_of(again)) == 3
    marks = [mark.text for mark in window.loss_view.drawing.band.marks]
    assert f"+{at_once - 4} points" in marks
    assert f"{at_once} training" in window.data_view.drawing.summary()


def test_points_are_moved_and_erased(qtbot, open_window) -> None:
    window = open_window(four_points())
    painter = Painter(window, qtbot)
    painter.use(POINT)
    painter.drag((0.0, 1.0), (0.2, 0.7), (0.4, 0.6))
    qtbot.waitUntil(lambda: window.snapshot.view.history.changes != ())
    (moved,) = window.snapshot.view.history.changes
    assert moved.value["added"] == []
    assert moved.value["moved"][0][0] == 1
    assert moved.value["moved"][0][1] == pytest.approx([0.4, 0.6, 1.0], abs=0.02)
    painter.use(ERASER)
    painter.drag((1.0, 1.0))
    painter.until_points(3)
    painter.use(POINT)
    painter.drag((0.6, 0.1))
    painter.until_points(4)
    assert window.snapshot.samples.X_train[-1] == pytest.approx([0.6, 0.1], abs=0.02)
    # The last training point cannot go: it is refused, and every point stays.
    painter.use(ERASER)
    painter.feature.tools.sizes.set_value(28)
    painter.drag((0, 0), (0.4, 0.6), (1, 0), (0.6, 0.1), (1, 0), (0, 0))
    qtbot.waitUntil(lambda: "no points are left" in window.notices.text)
    assert drawn(window) == 4


def test_the_keyboard_adds_and_removes_points(qtbot, open_window) -> None:
    window = open_window(four_points())
    painter = Painter(window, qtbot)
    canvas = window.data_view.canvas
    canvas.setFocus()
    before = window.data_view.drawing.box.viewRange()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_2, Qt.Key.Key_Space):
        QTest.keyClick(canvas, key)
    painter.until_points(5)
    assert window.snapshot.samples.y_train[-1, 0] == 1.0
    assert window.lab.state != "running"
    assert window.data_view.drawing.box.viewRange() == before
    place = window.snapshot.samples.X_train[-1]
    assert place == pytest.approx([0.5 + 0.04 * 1.3, 0.5 + 0.04 * 1.3], abs=0.02)
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    painter.until_points(4)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not painter.feature.on
    assert not painter.feature.tools.isVisible()


def test_painting_into_a_generated_set_takes_its_points(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(Experiment(DataSettings(points=40), NetworkSettings((2,)))))
    painter = Painter(window, qtbot)
    begun = window.lab.experiment
    painter.use(POINT)
    painter.feature.tools.classes[0].click()
    painter.drag((0.0, 5.0))
    painter.until_points(33)
    assert window.lab.experiment.data.dataset == "table"
    assert window.lab.experiment.data.points == 41
    assert not painter.feature.take_action.isEnabled()
    qtbot.waitUntil(lambda: not any(b.isChecked() for b in window.panel.datasets.buttons.values()))
    assert "Your own points" in description(window.snapshot)
    window.actions_by_name["undo"].trigger()
    painter.until_points(32)
    # Undo leaves no table behind: all is as before the stroke.
    assert window.lab.experiment == begun
    assert "Two circles" in description(window.snapshot)
    assert painter.feature.take_action.isEnabled()
    qtbot.waitUntil(lambda: window.panel.datasets.buttons["two_circles"].isChecked())


def test_take_these_points_keeps_the_numbers(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(Experiment(DataSettings(points=40), NetworkSettings((2,)))))
    painter = Painter(window, qtbot)
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 30 and window.snapshot.state == "paused")
    before = window.snapshot.view
    painter.feature.take_action.trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.table is not None)
    after = window.snapshot.view
    assert np.array_equal(after.parameters, before.parameters)
    assert after.train_loss == before.train_loss
    assert np.array_equal(
        after.history.curves["train_loss"].values, before.history.curves["train_loss"].values
    )
    assert "The 40 points are a table now" in window.notices.text
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.table is None)


@pytest.mark.parametrize(
    ("experiment", "reason"),
    [
        (Experiment(DataSettings("hours_of_study")), "here it is a class"),
        (
            Experiment(DataSettings.of_table(a_table(("a", "b", "c"), "y", (), np.eye(5, 4)))),
            "these have 3",
        ),
    ],
)
def test_the_button_says_why_points_cannot_be_edited(qtbot, open_window, experiment, reason: str) -> None:
    window = open_window(ExperimentFile(experiment))
    feature = next(entry for entry in window.features if isinstance(entry, PaintFeature))
    qtbot.waitUntil(lambda: window.snapshot is not None and reason in feature.button.toolTip())
    feature.button.click()
    assert not feature.on
    assert not feature.tools.isVisible()
    assert reason in window.notices.text


def test_points_of_one_input_are_painted_at_their_values(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(Experiment(DataSettings("sine", points=40))))
    painter = Painter(window, qtbot)
    painter.use(POINT)
    painter.drag((1.0, -0.5))
    painter.until_points(33)
    assert window.snapshot.samples.X_train[-1, 0] == pytest.approx(1.0, abs=0.05)
    assert window.snapshot.samples.y_train[-1, 0] == pytest.approx(-0.5, abs=0.05)
    # The range that is painted in does not move under the brush.
    held = window.data_view.drawing.box.viewRange()
    painter.drag((2.5, 0.9))
    painter.until_points(34)
    assert drawn(window) == 34
    assert window.data_view.drawing.box.viewRange() == held


def test_other_points_are_shown_in_their_own_range(qtbot, open_window) -> None:
    window = open_window(four_points())
    painter = Painter(window, qtbot)
    qtbot.waitUntil(lambda: window.data_view.drawing.held is not None)
    narrow = window.data_view.drawing.held
    window.lab.change("data.dataset", "two_circles")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "two_circles")
    qtbot.waitUntil(lambda: window.data_view.drawing.held not in (None, narrow))
    assert painter.feature.on
    assert window.data_view.drawing.held == window.data_view.drawing.whole_range()
    painter.feature.button.click()
    qtbot.waitUntil(lambda: window.data_view.drawing.held is None)


def test_earlier_moments_show_their_points(qtbot, open_window) -> None:
    window = open_window(four_points())
    painter = Painter(window, qtbot)
    painter.use(POINT)
    window.lab.run_exactly(10)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 10)
    painter.drag((0.5, 0.5))
    painter.until_points(5)
    window.lab.run_exactly(10)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 20)
    window.lab.show_moment(5, window.lab.run_number)
    painter.until_points(4)
    assert drawn(window) == 4
    assert window.data_view.drawing.picture.samples is window.snapshot.samples
    window.lab.show_moment(None)
    painter.until_points(5)


def test_a_brush_leaves_even_dabs_and_an_eraser_takes_what_it_passes() -> None:
    pixel = 0.01, 0.02
    brush = StrokeInHand(FOUR_POINTS, BRUSH, 1.0, 6)
    brush.press(0.0, 0.0, pixel)
    brush.move(1.0, 0.0, pixel)
    value = brush.value()
    assert value is not None
    # 100 pixels, a dab every 4.2.
    assert len(value["added"]) == 1 + 23
    places = np.array(value["added"])
    assert np.hypot(places[:, 1] / 0.02, 0.0).max() <= 6.1
    assert places[:, 2].tolist() == [1.0] * 24
    eraser = StrokeInHand(FOUR_POINTS, ERASER, 1.0, 6)
    eraser.press(-0.2, 0.0, pixel)
    assert eraser.value() is None
    eraser.move(1.2, 0.0, pixel)
    assert eraser.value() == {"added": [], "removed": [0, 2], "moved": []}
    nothing = StrokeInHand(FOUR_POINTS, POINT, 1.0, 6)
    nothing.press(0.0, 0.0, pixel)
    assert nothing.value() is None


def test_the_button_shortens_in_a_narrow_card_and_the_menu_keeps_it(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    button = feature_of(window, PaintFeature).button
    full = button.sizeHint().width()
    button.resize(full, 30)
    assert (button.text(), button.has_room) == ("Edit", True)
    button.resize(full - 1, 30)
    assert (button.text(), button.has_room) == ("✎", True)
    assert button.sizeHint().width() == full
    button.resize(4, 30)
    assert not button.has_room
    window.set_full(False)
    assert button.minimumSizeHint().width() > 0
    window.set_full(True)
    assert button.minimumSizeHint().width() == 0, "the smallest window has no room for it in the full layout"
    assert button.accessibleName() == "Edit points"
    assert "Edit points" in [action.text() for action in window.data_view.actions()]


def test_a_stroke_in_hand_is_given_up_when_undo_changes_the_points(qtbot, open_window) -> None:
    window = open_window(four_points())
    painter = Painter(window, qtbot)
    painter.use(POINT)
    painter.drag((0.5, 0.5))
    painter.until_points(5)
    painter.use(ERASER)
    painter.drag((0.5, 0.5), release=False)
    window.actions_by_name["undo"].trigger()
    painter.until_points(4)
    QTest.mouseRelease(painter.port, LEFT, pos=painter.at(0.5, 0.5))
    done = window.lab.newest_instruction
    qtbot.waitUntil(lambda: window.lab.reached(done))
    assert len(window.snapshot.samples.X_train) == 4
    assert drawn(window) == 4
    assert "stroke" not in window.notices.text


def test_a_stroke_whose_release_is_lost_ends_with_the_next_move(qtbot, open_window) -> None:
    window = open_window(four_points())
    painter = Painter(window, qtbot)
    painter.use(BRUSH)
    painter.drag((0.3, 0.3), release=False)
    assert drawn(window) > 4
    place = QPointF(painter.at(0.7, 0.7))
    no = Qt.MouseButton.NoButton
    free = QMouseEvent(QEvent.Type.MouseMove, place, place, no, no, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(painter.port, free)
    assert drawn(window) == 4
    QTest.mouseRelease(painter.port, LEFT, pos=painter.at(0.7, 0.7))


def test_the_line_under_the_title_names_the_points_that_are_there(qtbot, open_window) -> None:
    window = open_window()
    painter = Painter(window, qtbot)
    before = len(window.snapshot.samples.X_train)
    assert description(window.snapshot).startswith("Two circles")
    painter.use(BRUSH)
    painter.drag((0.5, 0.5))
    qtbot.waitUntil(lambda: len(window.snapshot.samples.X_train) > before)
    assert "Two circles" not in description(window.snapshot)


def test_a_share_string_says_how_many_own_rows_it_holds(qtbot, open_window) -> None:
    window = open_window(four_points())
    window.actions_by_name["copy_share_string"].trigger()
    assert "It holds your 4 rows." in window.notices.text


def test_a_formula_has_no_points_to_edit(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(Experiment(formula=FormulaSettings("w^2"))))
    qtbot.waitUntil(lambda: window.snapshot is not None)
    feature = feature_of(window, PaintFeature)
    assert not feature.edit_action.isEnabled()
    feature.button.click()
    assert not feature.on
    assert "no points" in window.notices.text


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("size", [(1276, 682), (1362, 730), (1916, 1042)])
def test_the_tools_change_no_other_panel_and_leave_the_plot_its_height(
    qtbot, open_window, monkeypatch, full: bool, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(PanelArea, "room", lambda self: QSize(1920, 1080))
    window = open_window()
    window.set_full(full)
    window.resize(*size)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    cards = window.panel, *window.plots, window.strip

    def places() -> list[QRect]:
        return [QRect(card.mapTo(window, QPoint()), card.size()) for card in cards]

    # The words of the strip find their places, and with them the panels their heights.
    qtbot.waitUntil(lambda: window.strip.marks.limit is not None)
    settled = until_settled(qtbot, places)
    height = window.data_view.canvas.height()
    painter = Painter(window, qtbot)
    assert until_settled(qtbot, places) == settled
    tools = painter.feature.tools
    assert window.data_view.canvas.height() >= height - tools.height() - 6
    assert tools.height() < 40, "one row"
    shown = [part for part in tools.findChildren(QToolButton) if part.isVisible()]
    for part in (*shown, tools.sizes):
        assert part.width() >= part.minimumSizeHint().width()
        assert tools.rect().contains(part.geometry())
        assert not any(part.geometry().intersects(other.geometry()) for other in shown if other is not part)
    # Its own button may have had no room: there is one beside the tools.
    tools.end_button.click()
    assert not painter.feature.on
    assert until_settled(qtbot, places) == settled
    assert window.data_view.canvas.height() == height


def until_settled(qtbot, look: Callable[[], Any]) -> Any:
    """Return what is seen once it has been the same in several turns of the event loop."""
    seen: list[Any] = []

    def same() -> bool:
        seen.append(look())
        return len(seen) > 12 and all(entry == seen[-1] for entry in seen[-12:])

    qtbot.waitUntil(same)
    return seen[-1]


def test_without_its_tools_nothing_is_edited_in_a_presentation(qtbot, open_window) -> None:
    window = open_window()
    painter = Painter(window, qtbot)
    window.present("data")
    assert not painter.feature.on
    assert not painter.feature.edit_action.isEnabled()
    painter.feature.edit_action.trigger()
    assert not painter.feature.on
    window.present(None)
    assert painter.feature.edit_action.isEnabled()
    painter.feature.edit_action.trigger()
    assert painter.feature.on


def test_a_stroke_beyond_the_most_points_says_so_and_a_good_one_after_it_takes_the_sentence_back(
    qtbot, open_window
) -> None:
    rows = np.zeros((19_999, 3))
    rows[:, :2] = np.random.default_rng(1).random((19_999, 2))
    rows[::2, 2] = 1
    data = DataSettings.of_table(a_table(("a", "b"), "c", ("no", "yes"), rows), test_share=0.0)
    window = open_window(ExperimentFile(Experiment(data, NetworkSettings((2,)))))
    painter = Painter(window, qtbot)
    painter.use(BRUSH)
    painter.drag((0.2, 0.2), (0.8, 0.8))
    painter.until_points(20_000)
    assert "there are 20 000 points now" in plain(window.notices.text)
    painter.drag((0.3, 0.7))
    assert "No point is added: a table has 20 000 points at most" in plain(window.notices.text)
    painter.use(ERASER)
    painter.drag((0.5, 0.5))
    qtbot.waitUntil(lambda: len(window.snapshot.samples.X_train) < 20_000)
    assert "20 000" not in plain(window.notices.text)


def plain(text: str) -> str:
    """Return a text with plain spaces in its numbers."""
    return " ".join(text.split())


def test_a_refused_stroke_is_told_in_the_words_of_the_window(qtbot, open_window) -> None:
    data = DataSettings.of_table(
        a_table(("a", "b"), "c", ("no", "yes"), [[1, 1, 0], [3, 2, 1], [2, 1, 1]]),
        test_share=0.0,
        derived_inputs=("log(a)",),
    )
    window = open_window(ExperimentFile(Experiment(data, NetworkSettings((2,)))))
    painter = Painter(window, qtbot)
    painter.use(POINT)
    left = window.data_view.drawing.box.viewRange()[0][0]
    assert left < 0.97
    window.data_view.drawing.box.setXRange(-1.0, 3.0)
    painter.drag((-0.5, 1.5))
    assert window.notices.text == 'The list of derived inputs has "log(a)", which is not finite in row 4.'
    painter.drag((2.5, 1.5))
    painter.until_points(4)
    assert "derived" not in window.notices.text


def test_no_text_at_the_pointer_covers_what_is_painted(open_window: Any, qtbot: Any) -> None:
    window = open_window(ExperimentFile(Experiment()))
    qtbot.waitUntil(lambda: window.snapshot is not None)
    card = window.data_view
    qtbot.waitUntil(lambda: card.hover_text(0.0, 0.0) != "")
    feature = feature_of(window, PaintFeature)
    middle = card.drawing.box.sceneBoundingRect().center()
    card.take_pointer(middle)
    assert card.readout.isVisible()
    qtbot.mouseClick(feature.button, Qt.MouseButton.LeftButton)
    assert not card.readout.isVisible()
    card.take_pointer(middle)
    assert not card.readout.isVisible()
    qtbot.mouseClick(feature.button, Qt.MouseButton.LeftButton)
    card.take_pointer(middle)
    assert card.readout.isVisible()
