"""The surface in the window is drawn in equal units, unless the user stretches it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QMenu

from playground.drawing.surface.units import stretch_of
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import Experiment, ExperimentFile
from playground.experiment_formula import FormulaSettings
from playground.export.picture import image_of
from playground.landscape.plane import Window


def stretch(view: Any) -> float:
    (left, right), (bottom, top) = view.drawing.box.viewRange()
    box = view.drawing.box
    return stretch_of(Window(left, right, bottom, top), box.width(), box.height())


def test_units_are_equal_in_the_window_of_every_shape_and_a_switch_stretches_them(
    qtbot: Any, open_window: Any
) -> None:
    window = open_window()
    view = window.surface_view
    for width, height in ((1366, 768), (1000, 900)):
        window.resize(width, height)
        qtbot.waitUntil(lambda: view.settled)
        qtbot.waitUntil(lambda: stretch(view) == pytest.approx(1.0, abs=0.04))
    assert "drawn ×" not in view.drawing.left.name + view.drawing.bottom.name
    # A network has no limits to keep: its surface fills the picture.
    (left, right), (bottom, top) = view.drawing.box.viewRange()
    assert view.answer.window == pytest.approx(Window(left, right, bottom, top))
    window.lab.set_speed(None)
    window.lab.run_exactly(60)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 60)
    view.choose_plane("path")
    qtbot.waitUntil(lambda: view.settled and view.answer.choice.kind == "path")
    qtbot.waitUntil(lambda: stretch(view) == pytest.approx(1.0, abs=0.04))
    grown = view.answer.window
    menu = QMenu()
    view.fill_menu(menu)
    switch = next(action for action in menu.actions() if action.text() == "Equal units")
    assert switch.isChecked()
    switch.trigger()
    qtbot.waitUntil(lambda: view.settled and view.answer.window != grown)
    stretched = view.answer.window
    assert stretched.a_max - stretched.a_min <= grown.a_max - grown.a_min
    assert stretched.b_max - stretched.b_min <= grown.b_max - grown.b_min


def test_a_plane_that_is_fitted_again_is_asked_for_once(
    qtbot: Any, open_window: Any, monkeypatch: Any
) -> None:
    """Grown by the helper as it lays the plane: not drawn stretched first, and then again."""
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: view.settled)
    window.lab.set_speed(None)
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 30)
    view.choose_plane("path")
    qtbot.waitUntil(lambda: view.settled and view.answer.choice.kind == "path")
    before = view.answer.number
    window.lab.run_exactly(1)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 31)
    qtbot.waitUntil(lambda: view.settled and view.answer.step == 31)
    assert view.answer.number - before <= 2
    assert stretch(view) == pytest.approx(1.0, abs=0.04)


@pytest.mark.parametrize("name", ["rosenbrock", "saddle"])
def test_a_formula_is_drawn_in_equal_units_and_its_limits_are_in_the_picture(
    name: str, qtbot: Any, open_window: Any
) -> None:
    window = open_window(ExperimentFile(FORMULA_PRESETS[name].experiment))
    view = window.surface_view
    window.resize(1700, 768)
    qtbot.waitUntil(lambda: view.settled)
    qtbot.waitUntil(lambda: stretch(view) == pytest.approx(1.0, abs=0.04))
    assert "drawn ×" not in view.drawing.left.name + view.drawing.bottom.name
    # The surface is that of the limits; beside them are empty margins.
    (low, high), (lower, upper) = FORMULA_PRESETS[name].formula.limits
    assert view.answer.window == pytest.approx(Window(low, high, lower, upper))
    (left, right), (bottom, top) = view.drawing.box.viewRange()
    assert left < low < high < right
    assert (bottom, top) == pytest.approx((lower, upper))
    assert view.drawing.hover((left + low) / 2, 0.0) == ""
    view.set_equal_units(False)
    qtbot.waitUntil(lambda: view.drawing.box.viewRange()[0] == pytest.approx([low, high]))
    assert "drawn ×" in view.drawing.bottom.name


def test_limits_of_a_strip_are_kept_and_the_axis_says_how_it_is_drawn(qtbot: Any, open_window: Any) -> None:
    strip = FormulaSettings("x^2 + y^2", ("x", "y"), (1.0, 20.0), ((-1.0, 1.0), (-50.0, 50.0)))
    window = open_window(ExperimentFile(Experiment(formula=strip)))
    view = window.surface_view
    qtbot.waitUntil(lambda: view.settled)
    assert view.answer.window == pytest.approx(Window(-1.0, 1.0, -50.0, 50.0))
    assert view.drawing.bottom.name.startswith("x, drawn ×")


def test_the_surface_in_space_is_of_the_same_window(qtbot: Any, open_window: Any) -> None:
    window = open_window(ExperimentFile(FORMULA_PRESETS["bowl"].experiment))
    view = window.surface_view
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: view.settled)
    qtbot.waitUntil(lambda: stretch(view) == pytest.approx(1.0, abs=0.04))
    flat = view.answer.window
    window.actions_by_name["surface_3d"].trigger()
    for width in (1500, 1366):
        window.resize(width, 768)
        qtbot.wait(50)
        qtbot.waitUntil(lambda: view.settled)
        assert view.answer.window == flat


@pytest.mark.parametrize("shape", [(400, 400), (800, 300)])
def test_an_exported_surface_has_equal_units_in_a_picture_of_any_shape(
    qtbot: Any, open_window: Any, shape: tuple[int, int]
) -> None:
    """And the cells of the table; stretched where the window stretches it."""
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: view.settled)

    def exported() -> tuple[Any, Window, float, float]:
        """Return the picture that was drawn, its limits, and the size of its box."""
        drawn: list[Any] = []

        def make(theme: Any) -> Any:
            figure = window.exporter.figure("surface")(theme)
            drawing = figure.owner
            box = drawing.box

            def note(*_: object) -> None:
                across, up = box.viewRange()
                drawn[:] = [drawing.picture, Window(*across, *up), box.width(), box.height()]

            box.sigRangeChanged.connect(note)
            box.sigResized.connect(note)
            return figure

        image_of(make, *shape)
        picture, limits, width, height = drawn
        return picture, limits, width, height

    picture, limits, width, height = exported()
    assert stretch_of(limits, width, height) == pytest.approx(1.0, abs=0.04)
    assert picture.surface is view.answer.surface, "which is what the table holds"
    shown = view.answer.window
    assert (limits.a_min, limits.b_min) <= (shown.a_min + 1e-9, shown.b_min + 1e-9)
    assert limits.a_max >= shown.a_max - 1e-9
    assert limits.b_max >= shown.b_max - 1e-9
    view.set_equal_units(False)
    qtbot.waitUntil(lambda: view.settled)
    picture, limits, width, height = exported()
    assert limits == pytest.approx(view.answer.window)
