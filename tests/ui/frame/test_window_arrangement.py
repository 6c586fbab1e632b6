"""Layouts, panels, themes, presentation: what is shown, and that the next start remembers it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QTextBrowser,
    QWidget,
)

from playground.drawing.kit.color_maps import colormap
from playground.drawing.kit.theme import DARK, LIGHT
from playground.engine.recording.phase import PHASES
from playground.ui.curve.feature import CurveFeature
from playground.ui.frame.preferences import Preferences
from playground.ui.frame.small_screen import SMALLEST_SIZE, PanelArea
from playground.ui.frame.words import INVITATION
from playground.ui.loss.time_feature import TimeFeature
from playground.ui.main_window import MainWindow
from playground.ui.rate.side_view import SideView
from playground.ui.transport.phase_words import beside_limit
from tests.support.features import feature_of
from tests.support.variants import slow


def panels(window: MainWindow) -> dict[str, QWidget]:
    return {
        "experiment": window.panel,
        "surface": window.surface_view,
        "data": window.data_view,
        "loss": window.loss_view,
        "strip": window.strip,
    }


def place(window: MainWindow, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("size", [(1280, 720), slow((2560, 1440))])
def test_nothing_is_cut_off_and_nothing_overlaps(qtbot, open_window, full: bool, size) -> None:
    window = open_window()
    window.set_full(full)
    window.resize(*size)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    qtbot.waitUntil(lambda: window.strip.mapTo(window, QPoint(0, window.strip.height())).y() <= size[1])
    # The words of the side view have found their place, and with them the strip its height.
    qtbot.waitUntil(
        lambda: not place(window, window.arrangement.area).intersects(place(window, window.strip))
    )
    places = {name: place(window, panel) for name, panel in panels(window).items()}
    places["transport"] = place(window, window.transport)
    inside = QRect(0, 0, *size)
    for name, rect in places.items():
        assert inside.contains(rect), name
        assert rect.isValid(), name
    names = list(places)
    for index, name in enumerate(names):
        for other in names[index + 1 :]:
            assert not places[name].intersects(places[other]), f"{name} over {other}"
    area = {name: rect.width() * rect.height() for name, rect in places.items()}
    assert max(area, key=area.__getitem__) == "surface", "the surface is the hero"
    bar = window.transport
    parts = [part for part in bar.findChildren(QWidget) if part.parent() is bar and part.isVisible()]
    qtbot.waitUntil(lambda: all(part.width() >= part.minimumSizeHint().width() for part in parts))
    assert all(bar.rect().contains(part.geometry()) for part in parts)


@pytest.mark.parametrize(
    ("width", "full"),
    [
        *((1000, True), (1280, False), (1280, True), (1920, True)),
        *(slow(1366, True), slow(1366, False), slow(1000, False), slow(1920, False)),
    ],
)
def test_the_transport_says_in_fewer_words_what_it_has_no_room_for(
    qtbot, open_window, full: bool, width: int
) -> None:
    window = open_window()
    window.set_full(full)
    bar = window.transport
    window.resize(width, 720)
    qtbot.waitUntil(lambda: bar.width() == width)
    shown = {name for name, readout in bar.readouts.items() if not readout.isHidden()}
    assert {"step", "train_loss"} <= shown
    for button in (bar.run_button, bar.same_button, bar.new_button, bar.layout_button, bar.export_button):
        assert not button.isHidden()
        assert button.accessibleName()
    if width >= 1280:
        assert {"test_loss", "accuracy"} <= shown
        assert bar.readouts["accuracy"].name == "test · training accuracy"
        assert bar.exact_box.isHidden() == bar.exact_button.isHidden() == (not full or width < 1600)
    # The command has one name in both layouts, whose last word may be dropped.
    assert bar.same_button.text() in ("Same weights again", "Same weights")
    assert bar.new_button.text() == "New weights"
    assert bar.same_button.accessibleName() == "Same weights again"
    assert bar.same_button.toolTip() == window.actions_by_name["same_weights"].toolTip()
    if width >= 1920:
        assert bar.same_button.text() == "Same weights again"
        assert bar.export_button.text() == "Export"
        assert {"rate", "epoch"} <= shown
    assert bar.layout().minimumSize().width() <= width
    names = {
        "test_loss": "test loss",
        "accuracy": bar.readouts["accuracy"].name,
        "epoch": "epoch",
        "rate": "steps/s",
    }
    for name, written in names.items():
        told = f"{written}: {bar.readouts[name].value}"
        assert (told in bar.readouts["step"].toolTip()) == (name not in shown)


def test_growing_numbers_of_a_run_change_no_words_and_move_no_button(qtbot, open_window) -> None:
    window = open_window()
    bar = window.transport
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: bar.width() == 1280)
    qtbot.waitUntil(lambda: window.snapshot is not None)
    buttons = (bar.run_button, bar.same_button, bar.new_button, bar.layout_button, bar.export_button)
    before = [(button.text(), button.geometry()) for button in buttons]
    usual = window.snapshot.view
    for loss in (0.37124, 0.0004847, 6.824e305, 1.23456e6, 12345.6):
        view = replace(usual, train_loss=loss, test_loss=loss, step=123_456)
        bar.show_snapshot(replace(window.snapshot, view=view))
        bar.show_phase("thrown out", "at limit", "")
        bar.layout().activate()
        for name in ("train_loss", "test_loss"):
            readout = bar.readouts[name]
            assert readout.sizeHint().width() == readout.reserved, f"{readout.value} has room"
        assert [(button.text(), button.geometry()) for button in buttons] == before


@pytest.mark.parametrize(
    ("width", "full"), [(1280, False), (1440, True), slow(1440, False), slow(1920, True)]
)
def test_the_numbers_beside_the_phase_stay_where_they_are(qtbot, open_window, width: int, full: bool) -> None:
    window = open_window()
    window.set_full(full)
    bar = window.transport
    window.resize(width, 900)
    qtbot.waitUntil(lambda: bar.width() == width)
    shown = [readout for readout in bar.readouts.values() if not readout.isHidden()]
    phase = bar.readouts["phase"]
    assert phase in shown
    places = set()
    limits = {beside_limit(rate, 1.0) for rate in (0.1, 0.95, 1.0, 3.0)}
    assert len(limits) == 4
    for word, where in product(PHASES, limits):
        bar.show_phase(word, where, "")
        bar.layout().activate()
        places.add(tuple(readout.geometry().getRect() for readout in shown))
        assert phase.sizeHint().width() <= phase.width(), "nothing of it is cut"
    assert len(places) == 1


def test_with_tabs_in_a_low_window_the_loss_keeps_its_room(qtbot, open_window) -> None:
    window = open_window()
    for page in ("inspector", "lessons", "sharpness", "kept_runs", "loss"):
        window.arrangement.show_page(page)
    plot, data = window.loss_view.drawing.box, window.data_view.drawing.box
    line = feature_of(window, TimeFeature).line
    for size, loss_room, data_room in (
        ((1280, 720), 90, 90),
        ((1276, 682), 90, 50),
        ((1000, 620), 48, 30),
        ((1280, 720), 90, 90),
    ):
        window.resize(*size)
        qtbot.waitUntil(lambda size=size: (window.width(), window.height()) == size)
        qtbot.waitUntil(lambda room=loss_room: plot.height() >= room)
        qtbot.waitUntil(lambda room=data_room: data.height() >= room)
        qtbot.waitUntil(lambda: window.loss_view.canvas.geometry().bottom() < line.geometry().top())


@pytest.mark.parametrize(("name", "theme"), [("dark", DARK), ("light", LIGHT)])
def test_between_the_panels_is_the_ground_of_the_window(qtbot, open_window, name: str, theme) -> None:
    """A scroll area has a ground of its own, which is not the one of the theme."""
    window = open_window()
    window.choose_theme(name)
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (1280, 720))
    left, right = place(window, window.panel), place(window, window.surface_view)
    gap = QPoint((left.right() + right.left() + 1) // 2, left.center().y())
    assert not left.contains(gap)
    assert window.grab().toImage().pixelColor(gap).name() == theme.window


@pytest.mark.parametrize("full", [False, True])
def test_in_the_smallest_window_words_give_way_and_nothing_is_cut(
    qtbot, open_window, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    monkeypatch.setattr(PanelArea, "room", lambda self: QSize(1280, 720))
    window = open_window()
    window.set_full(full)
    assert window.minimumSize() == SMALLEST_SIZE
    window.resize(SMALLEST_SIZE)
    qtbot.waitUntil(lambda: window.size() == SMALLEST_SIZE)
    kinds = (QLabel, QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox)

    def cut() -> list[str]:
        return [
            f"{type(part).__name__} {part.accessibleName()}"
            for part in window.findChildren(QWidget)
            if isinstance(part, kinds) and part.isVisible() and part.width() < part.minimumSizeHint().width()
        ]

    qtbot.waitUntil(lambda: not cut())
    needed = window.minimumSizeHint()
    assert needed.width() <= window.width()
    assert needed.height() <= window.height()
    title = window.surface_view.title_label
    assert title.fontMetrics().horizontalAdvance(title.shown_text) <= title.width()
    assert window.surface_view.title_label.text() == "Loss around the weights"
    window.resize(1900, 1000)
    qtbot.waitUntil(lambda: title.shown_text == title.text())


def scrolled_around(widget: QWidget) -> list[QScrollArea]:
    """Return the areas around a widget that have to be scrolled to see all that they hold."""
    found, parent = [], widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            bars = parent.verticalScrollBar(), parent.horizontalScrollBar()
            found += [parent] if any(bar.maximum() > 0 for bar in bars) else []
        parent = parent.parentWidget()
    return found


@pytest.mark.parametrize("full", [False, True])
def test_on_a_screen_of_960_by_540_it_fits_and_nothing_is_scrolled_twice(
    qtbot, open_window, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    """1920×1080 at 200 %: the strip and the controls stay in sight, everything else is one scroll away."""
    monkeypatch.setattr(PanelArea, "room", lambda self: QSize(956, 502))
    window = open_window()
    window.set_full(full)
    window.resize(956, 502)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (956, 502))
    qtbot.waitUntil(lambda: bool(scrolled_around(window.loss_view)))
    arrangement = window.arrangement

    def twice() -> list[str]:
        parts = [part for part in window.findChildren(QWidget) if part.isVisible()]
        return [repr(part) for part in parts if len(scrolled_around(part)) > 1]

    qtbot.waitUntil(lambda: not twice())
    for widget in (window.transport, window.strip, window.strip.slider):
        inside = place(window, widget)
        assert inside.right() < 956
        assert inside.bottom() < 502
    # Only the column of the plots moves, and each of its plots has the height that is seen.
    (column,) = scrolled_around(window.loss_view)
    assert scrolled_around(window.data_view) == [column]
    assert not column.isAncestorOf(window.surface_view)
    assert not scrolled_around(window.surface_view)
    assert arrangement.area.isAncestorOf(column)
    for plot in (window.data_view, window.loss_view):
        column.ensureWidgetVisible(plot, 0, 0)
        seen = QRect(plot.mapTo(column.viewport(), QPoint()), plot.size())
        assert column.viewport().rect().adjusted(-1, -1, 1, 1).contains(seen)
        assert plot.height() > 150
    window.actions_by_name["surface_3d"].trigger()
    qtbot.waitUntil(lambda: window.surface_view.relief is not None and not twice())
    assert not scrolled_around(window.surface_view)
    # A panel that is alone in it is not scrolled at all.
    window.actions_by_name["panel_data"].trigger()
    qtbot.waitUntil(lambda: not scrolled_around(window.loss_view))
    window.actions_by_name["panel_data"].trigger()
    qtbot.waitUntil(lambda: bool(scrolled_around(window.loss_view)))


@pytest.mark.parametrize("full", [slow(False), True])
def test_on_a_large_screen_no_plot_is_scrolled(
    qtbot, open_window, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    monkeypatch.setattr(PanelArea, "room", lambda self: QSize(1280, 720))
    window = open_window()
    window.set_full(full)
    for plot in window.plots:
        qtbot.waitUntil(lambda plot=plot: not scrolled_around(plot))


@pytest.mark.parametrize("full", [slow(False), True])
def test_with_a_title_bar_it_fits_on_a_screen_of_1280_by_720(qtbot, open_window, full: bool) -> None:
    window = open_window()
    window.set_full(full)
    size = (1276, 682)
    window.resize(*size)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    qtbot.waitUntil(lambda: place(window, window.strip).bottom() < size[1])
    panel = window.panel
    area = panel.scroll_area.viewport()
    optimizer = panel.choosers["training.optimizer"]

    def lowest() -> int:
        return optimizer.mapTo(area, QPoint(0, optimizer.height())).y()

    if not full:
        qtbot.waitUntil(lambda: lowest() <= area.height())
    needed = window.minimumSizeHint()
    assert needed.width() <= size[0]
    assert needed.height() <= size[1]


def test_a_new_window_leaves_room_for_its_title_bar(open_window) -> None:
    window = open_window()
    screen = window.screen().availableGeometry()
    window.preferences.place(window, QSize(9999, 9999))
    assert window.height() <= screen.height() - 37 or window.height() == window.minimumHeight()
    assert window.pos().y() >= screen.top()


def test_the_diagram_shows_the_moment_that_was_chosen_while_it_was_behind_another_page(
    qtbot, open_window
) -> None:
    window = open_window()
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 30)
    diagram = window.panel.diagram
    window.arrangement.show_page("lessons")
    assert not diagram.isVisible()
    window.lab.show_moment(10)
    qtbot.waitUntil(lambda: window.snapshot.moment and window.snapshot.view.step == 10)
    then = window.snapshot.view.parameters
    window.arrangement.show_page("experiment")
    assert diagram.isVisible()
    qtbot.waitUntil(lambda: np.array_equal(diagram.picture.parameters, then))

    window.present("surface")
    window.lab.show_moment(20)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 20)
    window.present(None)
    then = window.snapshot.view.parameters
    qtbot.waitUntil(lambda: np.array_equal(diagram.picture.parameters, then))


def test_a_closed_panel_comes_back_up_to_date(qtbot, open_window, preferences: Preferences) -> None:
    window = open_window()
    for name, panel in panels(window).items():
        window.actions_by_name[f"panel_{name}"].trigger()
        assert not panel.isVisible(), name
    window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
    for name, panel in panels(window).items():
        assert preferences.switch(f"closed/{name}", False)
        window.actions_by_name[f"panel_{name}"].trigger()
        assert panel.isVisible(), name
    qtbot.waitUntil(lambda: window.data_view.answer is not None and window.data_view.answer.step == 1)


def test_a_hidden_plot_asks_nothing(qtbot, open_window) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.data_view.answer is not None)
    window.actions_by_name["panel_data"].trigger()
    window.actions_by_name["panel_experiment"].trigger()
    window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
    assert window.data_view.question() is None
    window.actions_by_name["panel_data"].trigger()
    qtbot.waitUntil(lambda: window.data_view.answer.step == 1)


def test_the_neurons_of_the_diagram_follow_where_the_boundary_is_closed(qtbot, open_window) -> None:
    window = open_window()
    diagram = window.panel.diagram
    qtbot.waitUntil(lambda: bool(diagram.picture and diagram.picture.neurons))
    window.actions_by_name["panel_data"].trigger()
    before = diagram.picture.neurons[0][0]
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 30)
    qtbot.waitUntil(lambda: window.data_view.answer.step == 30)
    assert not np.array_equal(diagram.picture.neurons[0][0], before)


def test_a_notice_is_read_wherever_the_pointer_rests(open_window) -> None:
    window = open_window()
    window.statusBar().showMessage("Make one step")
    window.notices.say("J is no longer finite.")
    assert window.notices.text == "J is no longer finite."


def test_the_next_start_stands_as_the_last_was_left(qtbot, open_window) -> None:
    window = open_window()
    assert window.preferences.layout == "simple"
    window.actions_by_name["full"].trigger()
    window.actions_by_name["theme_dark"].trigger()
    window.actions_by_name["panel_loss"].trigger()
    assert window.transport.layout_button.text() == "Full"
    window.close()
    later = open_window()
    assert later.actions_by_name["full"].isChecked()
    assert later.theme is DARK
    assert not later.loss_view.isVisible()
    assert not later.actions_by_name["panel_loss"].isChecked()


def test_a_theme_reaches_every_plot(open_window) -> None:
    window = open_window()
    for name, theme in (("theme_dark", DARK), ("theme_light", LIGHT)):
        window.actions_by_name[name].trigger()
        assert {plot.drawing.theme for plot in window.plots} == {theme}
        for plot in window.plots:
            assert plot.canvas.backgroundBrush().color().name() == theme.card
        assert theme.text in window.styleSheet()


def test_the_loss_can_be_shown_in_cividis_which_the_next_start_remembers(qtbot, open_window) -> None:
    window = open_window()
    # A coarse surface has few colours.
    qtbot.waitUntil(lambda: window.surface_view.answer is not None and window.surface_view.answer.complete)
    qtbot.waitUntil(lambda: window.surface_view.drawing.levels is not None)
    assert window.actions_by_name["colors_viridis"].isChecked()
    window.actions_by_name["colors_cividis"].trigger()
    window.actions_by_name["theme_dark"].trigger()
    image = window.surface_view.canvas.grab().toImage()
    table = {tuple(map(int, color)) for color in colormap("cividis")}
    painted = {
        image.pixelColor(x, y).getRgb()[:3]
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    }
    assert len(painted & table) > 50
    assert len(painted & {tuple(map(int, color)) for color in colormap("viridis")}) < 20
    window.close()
    later = open_window()
    assert later.actions_by_name["colors_cividis"].isChecked()
    assert later.theme == DARK.with_loss_colors("cividis")
    assert later.preferences.loss_colors == "cividis"


def test_the_invitation_can_be_declined_for_ever(qtbot, open_window) -> None:
    window = open_window()
    assert window.notices.text == INVITATION
    qtbot.mouseClick(window.notices.offers["✕"], Qt.MouseButton.LeftButton)
    assert window.notices.text != INVITATION
    assert "2-4-1 tanh network, 17 parameters" in window.notices.text
    window.close()
    assert open_window().notices.text != INVITATION


def test_presentation_shows_one_plot_alpha_and_large_type(qtbot, open_window) -> None:
    window = open_window()
    window.actions_by_name["presentation"].trigger()
    assert window.isFullScreen()
    assert window.surface_view.isVisible()
    assert window.strip.isVisible()
    for hidden in (window.panel, window.data_view, window.loss_view, window.menuBar()):
        assert not hidden.isVisible()
    assert not window.transport.run_button.isVisible()
    text = window.surface_view.findChild(QLabel)
    assert text.fontInfo().pixelSize() >= 24
    assert window.surface_view.drawing.theme.font_size >= 24
    window.actions_by_name["large_loss"].trigger()
    assert window.loss_view.isVisible()
    assert not window.surface_view.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert all(panel.isVisible() for panel in panels(window).values())
    assert window.menuBar().isVisible()
    assert window.surface_view.drawing.theme.font_factor == 1.0


def splitter_sizes(window: MainWindow) -> list[list[int]]:
    return [splitter.sizes() for splitter in window.arrangement.findChildren(QSplitter)]


@pytest.mark.parametrize("full", [slow(False), True])
def test_a_presentation_leaves_everything_where_it_was(
    qtbot, open_window, full: bool, preferences: Preferences
) -> None:
    window = open_window()
    window.set_full(full)
    upper = next(s for s in window.arrangement.findChildren(QSplitter) if s.count() == 3)
    window.setGeometry(20, 30, 1400, 750)
    qtbot.waitUntil(lambda: upper.width() > 1360)
    # The room of a look-ahead, which the layout has just brought, belongs to the usual places.
    qtbot.waitUntil(lambda: window.strip.marks.lookahead_shown == full == window.strip.marks.another_comes)
    # So does the place of the side view's words: beside their picture where the strip is low.
    qtbot.waitUntil(lambda: window.findChild(SideView).drawing.wide != full)
    qtbot.waitUntil(lambda: window.strip.height() == window.strip.sizeHint().height())
    upper.setSizes([260, 560, 520])
    # The height of the strip follows the size of the window some events later.
    for _ in range(100):
        QApplication.processEvents()
    geometry, strip = window.geometry(), window.strip.height()
    before = splitter_sizes(window)
    for plot in ("surface", "loss"):
        window.present(plot)
        qtbot.waitUntil(window.isFullScreen)
        qtbot.waitUntil(lambda: window.strip.width() > 0.9 * window.width())
        qtbot.keyClick(window, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: window.geometry() == geometry)
        qtbot.waitUntil(lambda: window.strip.height() == window.strip.sizeHint().height() == strip)
        qtbot.waitUntil(lambda: splitter_sizes(window) == before)
    state, place_kept = upper.saveState(), window.saveGeometry()
    window.present("surface")
    qtbot.waitUntil(lambda: window.strip.width() > 0.9 * window.width())
    window.close()
    assert preferences.state("splitter_upper") == state
    assert preferences.state("geometry") == place_kept
    assert not open_window().isFullScreen()


def test_a_presentation_begun_on_the_way_back_from_another_keeps_the_place_of_before(
    qtbot, open_window
) -> None:
    window = open_window()
    window.setGeometry(20, 30, 1400, 750)
    geometry = window.geometry()
    window.present("surface")
    qtbot.waitUntil(window.isFullScreen)
    window.present(None)
    # The screen has not restored it yet.
    window.setGeometry(0, 0, 1300, 700)
    window.present("loss")
    qtbot.waitUntil(window.isFullScreen)
    window.present(None)
    qtbot.waitUntil(lambda: window.geometry() == geometry, timeout=5000)


def test_the_help_names_every_key_there_is(open_window) -> None:
    window = open_window()
    window.actions_by_name["help"].trigger()
    pages = window.findChildren(QTextBrowser)
    text = next(page for page in pages if page.accessibleName() == "Keys and hints").toPlainText()
    for action in (
        *(window.actions_by_name[name] for name in window.actions_by_name.names()),
        *window.strip.rate_actions,
    ):
        for key in action.shortcuts():
            assert key.toString(QKeySequence.SequenceFormat.NativeText) in text, action.objectName()
    assert "Space" in text


def test_about_says_what_this_is(open_window) -> None:
    window = open_window()
    window.actions_by_name["about"].trigger()
    box = window.findChildren(QLabel, "qt_msgbox_label")[-1]
    assert "Loss Landscape Playground" in box.text()
    box.window().close()


def test_what_stands_in_for_the_surface_takes_no_room_after_a_presentation(qtbot, open_window) -> None:
    """Painted in the type of a hall while it is hidden, it kept that type, and with it its least width."""
    window = open_window()
    area = window.arrangement
    qtbot.waitUntil(lambda: feature_of(window, CurveFeature).view.isHidden())
    usual = {name: panel.size() for name, panel in panels(window).items()}
    window.present("surface")
    qtbot.waitUntil(lambda: area.presenting and window.surface_view.isVisible())
    window.grab()
    window.present(None)
    qtbot.waitUntil(lambda: {name: panel.size() for name, panel in panels(window).items()} == usual)
    stack = window.surface_view.parentWidget()
    assert stack.minimumSizeHint() == window.surface_view.minimumSizeHint()
