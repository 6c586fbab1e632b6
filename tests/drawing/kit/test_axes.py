"""Ticks at 1, 2 and 5, and numbers as text."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from playground.drawable import nice_step
from playground.drawing.kit.axes import (
    TICK_TEXT_OFFSET,
    ValueAxis,
    font,
    linear_ticks,
    log_ticks,
    minor_log_ticks,
    round_up,
)
from playground.drawing.kit.furniture import off_log_axis
from playground.drawing.kit.theme import DARK, LIGHT
from playground.drawing.loss.drawing import LossDrawing
from playground.numerals import loss_text, number_text, texts_apart

positive = st.floats(1e-200, 1e200)


@given(positive)
def test_a_step_is_1_2_or_5_times_a_power_of_ten(value: float) -> None:
    step = nice_step(value)
    mantissa = step / 10.0 ** math.floor(math.log10(step) + 1e-9)
    assert any(mantissa == pytest.approx(multiple) for multiple in (1, 2, 5))
    assert value * (1 - 1e-6) <= step <= 2.5 * value * (1 + 1e-6)


@given(positive, st.floats(1, 1.5))
def test_a_range_grows_in_few_steps_and_wastes_little(value: float, growth: float) -> None:
    rounded = round_up(value)
    assert value * (1 - 1e-6) <= rounded <= 1.25 * value * (1 + 1e-6)
    assert round_up(value * growth) >= rounded * (1 - 1e-6)


def test_a_range_ends_at_round_numbers() -> None:
    ends = sorted({round(round_up(value / 100), 6) for value in range(100, 1001)})
    assert ends == [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10]


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 20))
def test_linear_ticks_lie_within_and_are_not_too_many(low: float, width: float, most: int) -> None:
    step, ticks = linear_ticks(low, low + width, most)
    assert len(ticks) <= most + 1
    slack = 1e-6 * step + 1e-9 * abs(low)
    assert all(low - slack <= tick <= low + width + slack for tick in ticks)
    assert np.allclose(ticks / step, np.rint(ticks / step))


@given(st.floats(-250, 250), st.floats(0.01, 50), st.integers(3, 20))
def test_log_ticks_lie_within_and_are_not_too_many(exponent: float, decades: float, most: int) -> None:
    low, high = 10.0**exponent, 10.0 ** (exponent + decades)
    ticks = log_ticks(low, high, most)
    assert len(ticks) <= most + 1
    assert np.all((ticks >= low * (1 - 1e-6)) & (ticks <= high * (1 + 1e-6)))
    assert np.all(np.diff(ticks) > 0)


def test_log_ticks_are_1_2_5_where_they_fit() -> None:
    assert log_ticks(0.09, 6.0, 10) == pytest.approx([0.1, 0.2, 0.5, 1, 2, 5])
    assert log_ticks(0.01, 1000.0, 8) == pytest.approx([0.01, 0.1, 1, 10, 100, 1000])
    assert log_ticks(1e-8, 1e8, 6) == pytest.approx([1e-5, 1, 1e5])


def test_a_range_within_a_decade_still_has_ticks() -> None:
    assert log_ticks(0.31, 0.39, 8) == pytest.approx([0.32, 0.34, 0.36, 0.38])


def test_even_the_largest_numbers_have_ticks() -> None:
    assert len(log_ticks(1.0, 1e307, 10)) >= 3
    assert np.isfinite(log_ticks(1e290, 1.7e308, 10)).all()


def test_impossible_ranges_have_no_ticks() -> None:
    for low, high in ((0.0, 1.0), (-1.0, 1.0), (1.0, 1.0), (1.0, math.inf), (math.nan, 1.0)):
        assert len(log_ticks(low, high, 5)) == 0
        assert len(minor_log_ticks(low, high)) == 0
    assert len(linear_ticks(1.0, 1.0, 5)[1]) == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.3, "0.3"),
        (1.0, "1"),
        (0.0, "0"),
        (-3.25, "−3.25"),
        (200.0, "200"),
        (1000.0, "1000"),
        (1_200_000.0, "1\u202f200\u202f000"),
        (0.00002, "2·10⁻⁵"),
        (1e-12, "10⁻¹²"),
        (3.14e20, "3.14·10²⁰"),
        (0.99999, "1"),
        (math.inf, "∞"),
        (math.nan, "not a number"),
    ],
)
def test_numbers_read_well(value: float, text: str) -> None:
    assert number_text(value) == text


def test_a_loss_keeps_its_width_while_it_runs() -> None:
    assert loss_text(0.37123) == "0.3712"
    assert loss_text(0.37) == "0.3700"
    assert loss_text(0.068) == "0.06800"
    assert loss_text(12.3456) == "12.35"
    assert loss_text(0.00005) == "5·10⁻⁵"
    assert loss_text(float("nan")) == "not a number"


@given(st.floats(-250, 250), st.floats(0.01, 5), st.integers(1, 20))
def test_a_log_axis_names_three_values_or_more_spread_over_its_range(
    exponent: float, decades: float, most: int
) -> None:
    low, high = 10.0**exponent, 10.0 ** (exponent + decades)
    ticks = np.log10(log_ticks(low, high, most))
    assert len(ticks) >= 3
    if decades > 1.4:
        assert ticks[-1] - ticks[0] > 0.3 * decades


def test_a_low_plot_of_a_falling_loss_can_be_read() -> None:
    assert log_ticks(0.037, 2.0, 2) == pytest.approx([0.1, 0.3, 1.0])


def test_the_name_of_an_axis_keeps_off_its_numbers(qtbot) -> None:
    for theme in (LIGHT, LIGHT.with_font_factor(2.0)):
        sheet = pg.GraphicsView()
        qtbot.addWidget(sheet)
        axis = ValueAxis("left", theme, "passed")
        plot = pg.PlotItem(axisItems={"left": axis})
        sheet.setCentralItem(plot)
        sheet.resize(400, 300)
        plot.setYRange(0.0, 1.0)
        sheet.grab()
        name = axis.mapRectFromItem(axis.label, axis.label.boundingRect())
        numbers = axis.style["autoExpandTextSpace"] and axis.textWidth
        assert name.right() + numbers + TICK_TEXT_OFFSET <= axis.width()


def test_a_name_of_one_sign_is_not_read_as_one_with_a_single_digit(qtbot) -> None:
    """Low plots have one number at the left, 0, and the name just beside it."""
    for theme in (LIGHT, LIGHT.with_font_factor(2.0)):
        sheet = pg.GraphicsView()
        qtbot.addWidget(sheet)
        axis = ValueAxis("left", theme, "x₂")
        plot = pg.PlotItem(axisItems={"left": axis})
        sheet.setCentralItem(plot)
        sheet.resize(400, 90)
        plot.setYRange(-4.0, 4.0)
        sheet.grab()
        name = axis.mapRectFromItem(axis.label, axis.label.boundingRect())
        number = QFontMetricsF(font(theme, theme.small_font_size)).horizontalAdvance("0")
        assert axis.textWidth < 2 * number
        room = axis.minimumWidth() - axis.style["tickTextOffset"][0] - axis.textWidth - name.right()
        assert room >= 2.0


def test_in_a_low_plot_the_name_below_stands_beside_the_numbers_and_takes_no_line(qtbot) -> None:
    sheet = pg.GraphicsView()
    qtbot.addWidget(sheet)
    axis = ValueAxis("bottom", LIGHT, "step")
    plot = pg.PlotItem(axisItems={"left": ValueAxis("left", LIGHT, "J"), "bottom": axis})
    sheet.setCentralItem(plot)
    sheet.resize(300, 130)
    plot.setRange(xRange=(0.0, 100.0), yRange=(0.0, 1.0), padding=0)
    sheet.grab()
    usual, below = plot.vb.height(), axis.label.boundingRect().height()
    axis.set_low(True)
    qtbot.waitUntil(lambda: plot.vb.height() >= usual + below)
    name = axis.label.sceneBoundingRect()
    assert name.left() >= 0
    assert name.right() <= plot.vb.sceneBoundingRect().left() - 0.3 * LIGHT.small_font_size
    assert name.bottom() <= axis.sceneBoundingRect().bottom()
    # A long one has no room there.
    axis.set_name("learning rate α")
    qtbot.waitUntil(lambda: plot.vb.height() == usual)


@given(st.floats(-5, 5), st.integers(-9, 0), st.integers(2, 8), st.booleans())
def test_labels_of_different_ticks_differ(middle: float, power: int, most: int, logarithmic: bool) -> None:
    low, high = 10.0**middle, 10.0**middle * (1 + 10.0**power)
    ticks = log_ticks(low, high, most) if logarithmic else linear_ticks(low, high, most)[1]
    texts = texts_apart(ticks)
    assert len(set(texts)) == len(set(ticks.tolist()))


def test_a_colour_bar_of_a_flat_surface_does_not_read_one_number_three_times(qtbot) -> None:
    axis = ValueAxis("left", LIGHT)
    ticks = axis.tickValues(0.69314, 0.69316, 200.0)[0]
    assert len(set(axis.tickStrings(ticks[1], 1.0, ticks[0]))) == len(ticks[1]) >= 3
    axis.logarithmic = True
    ticks = axis.tickValues(np.log10(0.69314), np.log10(0.69316), 200.0)[0]
    assert len(set(axis.tickStrings(ticks[1], 1.0, ticks[0]))) == len(ticks[1]) >= 3


def test_what_a_log_axis_has_no_place_for_is_counted() -> None:
    values = np.array([1.0, 0.0, np.nan, 0.0, np.inf])
    assert off_log_axis("J", [values]) == "J = 0 at 2 of 4 values: below a log axis"
    assert off_log_axis("J", [values[:1], np.array([-1.0])]) == "J ≤ 0 at 1 of 2 values: below a log axis"
    assert off_log_axis("J", [np.array([1e-310])], 1e-300) == (
        "J < 10⁻³⁰⁰ at 1 of 1 values: below a log axis"
    )
    assert off_log_axis("J", [values[:1]]) == off_log_axis("J", []) == ""


@pytest.mark.parametrize(("low", "high"), [(-6.4, 6.4), (-9.0, 8.0), (0.3, 1.7), (-0.4, 1.1)])
@pytest.mark.parametrize("size", [50, 60, 90])
def test_a_low_axis_has_two_numbers_that_do_not_touch(qapp, low: float, high: float, size: int) -> None:
    axis = ValueAxis("left", LIGHT)
    ((_, values),) = axis.tickValues(low, high, size)
    assert len(values) >= 2
    line = QFontMetricsF(font(LIGHT, LIGHT.small_font_size)).height()
    assert np.diff(values).min() / (high - low) * size >= 0.9 * line


@pytest.mark.parametrize("orientation", ["left", "bottom"])
def test_a_name_longer_than_its_axis_is_cut_in_the_middle(qtbot, orientation: str) -> None:
    axis = ValueAxis(orientation, LIGHT)
    name = "mean distance <b> from the centre"
    axis.set_name(name)
    axis.resize(400.0, 400.0)
    assert axis.shown_name == name
    axis.resize(120.0, 120.0)
    axis.resizeEvent(None)
    assert "…" in axis.shown_name
    assert axis.shown_name[:2] == "me"
    assert axis.shown_name[-2:] == "re"
    assert QFontMetricsF(font(LIGHT, round(LIGHT.font_size))).horizontalAdvance(axis.shown_name) <= 120.0
    assert axis.label.toPlainText().strip() == axis.shown_name
    # A change of the theme keeps it cut, and more room brings it back.
    axis.restyle(LIGHT)
    assert "…" in axis.shown_name
    axis.resize(400.0, 400.0)
    axis.resizeEvent(None)
    assert axis.label.toPlainText().strip() == name


@pytest.mark.parametrize("name", ["along direction 1", "along direction 2", "step"])
def test_the_plots_own_names_stay_whole_beside_a_short_axis(qtbot, name: str) -> None:
    axis = ValueAxis("bottom", LIGHT)
    axis.set_name(name)
    axis.resize(40.0, 30.0)
    axis.resizeEvent(None)
    assert axis.shown_name == name


def test_a_number_at_the_edge_of_a_plot_is_whole(qtbot: Any) -> None:
    """The last digits are the first to go, and 0.65 without them is 0.6."""
    for right in np.linspace(0.6, 0.7, 21):
        axis = ValueAxis("bottom", DARK, "x")
        item = pg.PlotItem(axisItems={"bottom": axis})
        item.hideButtons()
        view = pg.GraphicsView()
        qtbot.addWidget(view)
        view.resize(380, 160)
        view.setCentralItem(item)
        view.show()
        item.setXRange(0.35, float(right), padding=0.0)
        view.grab()
        image = QImage(10, 10, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        specs = axis.generateDrawSpecs(painter)
        painter.end()
        assert specs is not None
        edge = axis.mapRectFromItem(item, item.boundingRect()).right()
        places = [place for place, _, text in specs[2] if text]
        assert len(places) >= 3
        assert all(place.right() <= edge + 1e-6 for place in places)
        assert all(one.right() < other.left() for one, other in pairwise(places))


@pytest.mark.parametrize("last", [1, 2, 3, 5, 7, 40, 3000])
@pytest.mark.parametrize("size", [90, 300, 900])
def test_an_axis_of_steps_has_whole_numbers_only(qtbot: Any, last: int, size: int) -> None:
    axis = LossDrawing(LIGHT).bottom
    shown = np.concatenate([values for _, values in axis.tickValues(-0.015 * last, float(last), size)])
    assert np.all(shown == np.rint(shown))
    assert 0 in shown
    assert len(shown) >= 2
    if last <= 3 and size >= 300:
        assert shown.tolist() == list(range(last + 1))
