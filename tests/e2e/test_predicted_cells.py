"""Cells that are predicted: the window says so, computes them at rest, and exports none of them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QProgressDialog

from playground.experiment import Experiment, ExperimentFile
from playground.files.atomic import ExportError
from playground.landscape.adaptive import TOLERANCE
from playground.landscape.questions.surface import SurfaceQuestion
from playground.landscape.surface import evaluate_on
from playground.numerals import count_text
from playground.ui.export.dialog import ExportDialog
from playground.ui.main_window import MainWindow
from playground.ui.one_update.feature import OneUpdateFeature
from playground.ui.surface import asking
from tests.support.features import feature_of
from tests.support.stories import surface_is_there
from tests.support.surface_of_a_window import LONG, settled

SMALL = Experiment().with_value("network.hidden_layers", (4,)).with_value("data.points", 60)
SLOW = Experiment().with_value("network.hidden_layers", (12, 12)).with_value("data.points", 400)
"""An experiment whose cells take so long that the predicted ones can be seen."""


def predicted(window: MainWindow) -> bool:
    """Whether the picture is complete, with cells that are predicted."""
    return surface_is_there(window) and not window.surface_view.answer.exact


@pytest.fixture
def never_idle(monkeypatch) -> pytest.MonkeyPatch:
    """No time is left to compute predicted cells, as while a network trains."""
    monkeypatch.setattr(asking, "has_time_for_all", lambda *_: False)
    return monkeypatch


def questions_that_fill_up(monkeypatch: pytest.MonkeyPatch, window: MainWindow) -> list[Any]:
    """A list that grows with each question for the cells that are predicted on the screen."""
    asked: list[Any] = []
    ask = window.lab.ask

    def watched(question: Any) -> None:
        if isinstance(question, SurfaceQuestion) and question.patient:
            asked.append(question)
        ask(question)

    monkeypatch.setattr(window.lab, "ask", watched)
    return asked


def truth_of(window: MainWindow) -> np.ndarray:
    """Every cell of the surface on the screen, computed at once."""
    surface, snapshot = window.surface_view.answer.surface, window.snapshot
    settings = snapshot.view.settings
    problem = snapshot.problem.with_penalties(settings.l1, settings.l2)
    return evaluate_on(problem, surface.plane, surface.a, surface.b)


def check_predictions(window: MainWindow) -> None:
    """Computed cells are J; others are within the tolerance of the colours on the screen."""
    view = window.surface_view
    surface, truth, levels = view.answer.surface, truth_of(window), view.drawing.levels
    np.testing.assert_allclose(surface.values[surface.computed], truth[surface.computed], rtol=1e-5)
    step = np.ptp(levels.transform(np.array([levels.low, levels.high]))) / 256
    off = np.abs(levels.transform(surface.values) - levels.transform(truth)) / step
    assert off.max() <= TOLERANCE


def words_of(surface: Any) -> str:
    of = count_text(surface.values.size)
    count, checked = int(surface.computed.sum()), surface.checked
    if count == surface.values.size:
        return f"All {of} cells computed."
    return (
        f"{count_text(count)} of {of} cells computed, the others within a quarter of a colour step; "
        f"{checked} checked."
    )


def test_the_caption_counts_the_cells_that_are_computed(qtbot, open_window, never_idle) -> None:
    window = open_window(ExperimentFile(SMALL))
    view = window.surface_view
    qtbot.waitUntil(lambda: predicted(window) and view.settled, timeout=LONG)
    surface = view.answer.surface
    qtbot.waitUntil(lambda: view.caption.text().startswith(words_of(surface)))
    assert view.caption.shown_text.startswith(words_of(surface)), "whatever else has no room"
    assert 0 < surface.computed.sum() < surface.values.size
    assert surface.checked > 0
    check_predictions(window)


def test_at_rest_the_picture_becomes_exact_and_says_so(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SLOW), use_process=True)
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window), timeout=LONG)
    surface = view.answer.surface
    assert surface.computed.all()
    np.testing.assert_allclose(surface.values, truth_of(window), rtol=1e-5)
    qtbot.waitUntil(lambda: words_of(surface) in view.caption.text())
    assert "others" not in view.caption.text()


def test_while_it_trains_nothing_is_filled_up_and_at_rest_the_rest_is(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SLOW), use_process=True)
    view = window.surface_view
    window.lab.set_speed(5.0)
    window.lab.run()
    qtbot.waitUntil(lambda: window.lab.state == "running" and window.snapshot.view.step > 0)
    view.bar.follow_changed.emit(False)
    view.choose_plane("random", seed=3)
    qtbot.waitUntil(lambda: predicted(window) and view.answer.choice.kind == "random", timeout=LONG)
    qtbot.waitUntil(lambda: view.settled, timeout=LONG)
    step, cells = window.snapshot.view.step, view.answer.surface.computed
    qtbot.waitUntil(lambda: window.snapshot.view.step > step + 2)
    assert view.answer.surface.computed is cells
    window.lab.pause()
    qtbot.waitUntil(lambda: settled(window) and view.answer.exact, timeout=LONG)
    np.testing.assert_allclose(view.answer.surface.values, truth_of(window), rtol=1e-5)


def test_another_scale_computes_what_is_missing_and_keeps_what_is_there(
    qtbot, open_window, never_idle
) -> None:
    window = open_window(ExperimentFile(SMALL))
    view = window.surface_view
    qtbot.waitUntil(lambda: predicted(window) and view.settled, timeout=LONG)
    before = view.answer.surface
    view.scale_box.setCurrentIndex(1)
    qtbot.waitUntil(lambda: view.settled and view.answer.surface is not before, timeout=LONG)
    after = view.answer.surface
    assert (after.computed >= before.computed).all()
    np.testing.assert_array_equal(after.values[before.computed], before.values[before.computed])
    qtbot.waitUntil(lambda: view.drawing.levels is not None and not view.drawing.levels.logarithmic)
    check_predictions(window)


def test_on_a_scale_for_which_they_are_not_predicted_only_their_number_is_said(
    qtbot, open_window, never_idle
) -> None:
    """Until the answer for the new scale comes, the old cells are drawn in its colours."""
    window = open_window(ExperimentFile(SMALL))
    view = window.surface_view
    qtbot.waitUntil(lambda: predicted(window) and view.settled, timeout=LONG)
    view.frame()
    view.summarise()
    assert "quarter of a colour step" in view.caption.text()
    before, count = view.answer, count_text(int(view.answer.surface.computed.sum()))
    view.scale_box.setCurrentIndex(1)
    view.frame()
    view.summarise()
    assert view.answer is before
    assert not view.drawing.levels.logarithmic
    assert view.caption.text().startswith(f"{count} of ")
    assert "quarter" not in view.caption.text()
    qtbot.waitUntil(lambda: view.settled and view.answer is not before, timeout=LONG)
    qtbot.waitUntil(lambda: "quarter of a colour step" in view.caption.text())


def test_the_switch_shows_which_cells_are_computed(qtbot, open_window, never_idle) -> None:
    window = open_window(ExperimentFile(SMALL))
    view = window.surface_view
    qtbot.waitUntil(lambda: predicted(window) and view.settled, timeout=LONG)
    dots = view.drawing.computed_cells
    assert dots.count == 0
    view.options.told_box.click()
    qtbot.waitUntil(lambda: dots.count == int(view.answer.surface.computed.sum()))
    with_dots = view.canvas.grab().toImage()
    view.options.told_box.click()
    qtbot.waitUntil(lambda: dots.count == 0)
    assert view.canvas.grab().toImage() != with_dots


def test_a_predicted_cell_is_read_with_about(qtbot, open_window, never_idle) -> None:
    window = open_window(ExperimentFile(SMALL))
    view = window.surface_view
    qtbot.waitUntil(lambda: predicted(window) and view.settled, timeout=LONG)
    surface = view.answer.surface
    row, column = np.argwhere(~surface.computed)[0]
    assert "J ≈ " in view.drawing.hover(surface.a[column], surface.b[row])
    row, column = np.argwhere(surface.computed)[0]
    assert "≈" not in view.drawing.hover(surface.a[column], surface.b[row])


def test_an_export_holds_computed_cells_alone(qtbot, open_window, never_idle, tmp_path) -> None:
    window = open_window(ExperimentFile(SMALL))
    view = window.surface_view
    qtbot.waitUntil(lambda: predicted(window) and view.settled, timeout=LONG)
    dialog = ExportDialog(window.exporter, window.preferences, "surface_numbers", window)
    assert dialog.save_to(tmp_path / "surface.npz")
    truth = truth_of(window)
    with np.load(tmp_path / "surface.npz") as file:
        np.testing.assert_allclose(file["values"], truth, rtol=1e-5)
    assert view.answer.exact, "and the screen has them too"
    qtbot.waitUntil(lambda: view.settled)


def test_an_exported_picture_is_of_computed_cells_alone(qtbot, open_window, never_idle, tmp_path) -> None:
    window = open_window(ExperimentFile(SMALL))
    view = window.surface_view
    qtbot.waitUntil(lambda: predicted(window) and view.settled, timeout=LONG)
    dialog = ExportDialog(window.exporter, window.preferences, "surface", window)
    assert dialog.save_to(tmp_path / "surface.png")
    assert view.answer.exact
    np.testing.assert_allclose(view.answer.surface.values, truth_of(window), rtol=1e-5)


def test_an_export_that_takes_long_can_be_given_up(qtbot, open_window, never_idle, tmp_path) -> None:
    large = Experiment().with_value("network.hidden_layers", (32,) * 3).with_value("data.points", 800)
    window = open_window(ExperimentFile(large), use_process=True)
    view = window.surface_view
    view.options.cells_box.chosen.emit(101)
    qtbot.waitUntil(lambda: predicted(window) and len(view.answer.surface.a) == 101, timeout=LONG)
    dialog = ExportDialog(window.exporter, window.preferences, "surface_numbers", window)
    seen: list[int] = []

    def give_up() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QProgressDialog) and widget.isVisible() and widget.value() > 0:
                seen.append(widget.value())
                widget.cancel()

    timer = QTimer(interval=20)
    timer.timeout.connect(give_up)
    timer.start()
    assert not dialog.save_to(tmp_path / "surface.npz")
    timer.stop()
    assert seen
    assert not (tmp_path / "surface.npz").exists()
    assert "not all cells" in dialog.problem.text()


def test_an_export_while_it_trains_is_of_the_moment_at_which_it_began(
    qtbot, open_window, never_idle, tmp_path
) -> None:
    """Newer surfaces come as long as the export computes, and not one of them is computed for it."""
    window = open_window(ExperimentFile(SLOW))
    view = window.surface_view
    view.choose_plane("random", seed=1)
    qtbot.waitUntil(lambda: predicted(window) and view.settled, timeout=LONG)
    asked, moment, truth = view.answer, window.snapshot, truth_of(window)
    shares = []
    for share in window.exporter.computing("surface_numbers"):
        shares.append(share)
        if len(shares) == 1:
            window.lab.run_exactly(3)
            view.choose_plane("random", seed=2)
            qtbot.waitUntil(lambda: view.answer.number > asked.number and predicted(window), timeout=LONG)
            qtbot.waitUntil(lambda: window.snapshot.view.step == moment.view.step + 3)
    assert shares == sorted(shares), "it does not start over"
    assert not view.answer.exact
    window.exporter.save_numbers("surface_numbers", tmp_path / "surface.npz")
    assert not view.answer.exact, "nor does the newer one hold the window"
    with np.load(tmp_path / "surface.npz") as file:
        np.testing.assert_allclose(file["values"], truth, rtol=1e-5)
        assert file["path_steps"][-1] == moment.view.step
    list(window.exporter.computing("surface_numbers"))
    window.exporter.save_numbers("surface_numbers", tmp_path / "next.npz")
    with np.load(tmp_path / "next.npz") as file:
        np.testing.assert_allclose(file["values"], truth_of(window), rtol=1e-5)


def test_every_export_that_shows_the_surface_computes_its_cells_in_pieces(
    qtbot, open_window, never_idle
) -> None:
    window = open_window(ExperimentFile(SLOW))
    view = window.surface_view
    window.actions_by_name["one_update"].trigger()
    update = feature_of(window, OneUpdateFeature)
    qtbot.waitUntil(
        lambda: update.view.shown is not None and predicted(window) and view.settled, timeout=LONG
    )
    for what, _ in window.exporter.choices:
        pieces = window.exporter.computing(what)
        in_pieces = next(pieces, None) is not None
        pieces.close()
        before = view.answer
        if not in_pieces and what not in window.exporter.numbers:
            with suppress(ExportError):
                window.exporter.figure(what)
        assert view.answer is before, f"{what} computed cells at once"
    assert next(window.exporter.computing("one_update"), None) is not None


def test_planes_are_changed_two_hundred_times_while_cells_are_filled_up(
    qtbot, open_window, monkeypatch
) -> None:
    """Each change drops the work on the one before."""
    window = open_window(ExperimentFile(SLOW), use_process=True)
    view, filling = window.surface_view, questions_that_fill_up(monkeypatch, window)
    kinds = ("random", "parameters", "gradient", "eigen", "rehearsal")
    for turn in range(200):
        view.choose_plane(kinds[turn % len(kinds)], seed=turn, pair=(turn % 7, turn % 7 + 1))
        if turn % 25 == 0:
            before = len(filling)
            qtbot.waitUntil(lambda before=before: len(filling) > before, timeout=LONG)
        window.frame()
    view.choose_plane("random", seed=7)
    qtbot.waitUntil(lambda: settled(window), timeout=LONG)
    assert view.answer.choice.kind == "random"
    assert view.answer.exact
    np.testing.assert_allclose(view.answer.surface.values, truth_of(window), rtol=1e-5)


def test_a_zoom_while_cells_are_filled_up_shows_that_part(qtbot, open_window, monkeypatch) -> None:
    window = open_window(ExperimentFile(SLOW), use_process=True)
    view, filling = window.surface_view, questions_that_fill_up(monkeypatch, window)
    qtbot.waitUntil(lambda: len(filling) > 0, timeout=LONG)
    whole = view.answer.window
    view.drawing.box.scaleBy((0.5, 0.5))
    view.drawing.box.sigRangeChangedManually.emit(view.drawing.box.state["mouseEnabled"])
    qtbot.waitUntil(lambda: settled(window) and view.answer.window != whole, timeout=LONG)
    np.testing.assert_allclose(view.answer.surface.values, truth_of(window), rtol=1e-5)
    qtbot.mouseClick(view.whole_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settled(window) and view.answer.window == whole, timeout=LONG)
