"""The bar of the surface: controls come with the kind of plane that needs them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.engine.network import Network
from playground.landscape.directions import PLANE_KINDS
from playground.ui.surface.picture_options import PictureOptions
from playground.ui.surface.plane_bar import PlaneBar
from playground.ui.surface.plane_offers import KEEP, offers_for
from playground.ui.surface.wish import PlaneSettings
from tests.support.quadratic import Quadratic


@pytest.fixture
def bar(qtbot: Any) -> PlaneBar:
    bar = PlaneBar()
    qtbot.addWidget(bar)
    bar.show_parameters(Network((2, 4, 1)))
    bar.set_full(True)
    bar.show()
    return bar


def shown(bar: PlaneBar) -> set[str]:
    widgets = {
        "pair": bar.pair_boxes[0],
        "seed": bar.seed_box,
        "another": bar.another_button,
        "length": bar.normalization_box,
        "keep": bar.keep_button,
        "follow": bar.follow_box,
    }
    return {name for name, widget in widgets.items() if widget.isVisible()}


def test_each_kind_has_what_it_needs(bar: PlaneBar) -> None:
    needed = {
        "rehearsal": set(),
        "path": {"follow"},
        "random": {"seed", "another", "length", "follow"},
        "parameters": {"pair", "follow"},
        "gradient": {"follow"},
        "eigen": {"follow"},
        "three_points": {"follow"},
    }
    for kind in PLANE_KINDS:
        bar.show_settings(PlaneSettings(kind))
        assert shown(bar) == needed[kind], kind
    # Before any weights are kept the empty picture offers to keep them, and says why.
    bar.show_settings(PlaneSettings("three_points"))
    bar.show_kept(12)
    assert shown(bar) == {"keep", "follow"}
    bar.set_full(False)
    bar.show_settings(PlaneSettings("random"))
    assert shown(bar) == {"another"}


def test_another_is_the_next_seed(bar: PlaneBar, qtbot: Any) -> None:
    bar.show_settings(PlaneSettings("random", seed=4))
    with qtbot.waitSignal(bar.chosen) as chosen:
        qtbot.mouseClick(bar.another_button, Qt.MouseButton.LeftButton)
    assert chosen.args[0] == PlaneSettings("random", seed=5)


def test_parameters_have_the_names_of_the_lecture(bar: PlaneBar, qtbot: Any) -> None:
    bar.show_settings(PlaneSettings("parameters", pair=(3, 8)))
    across, up = bar.pair_boxes
    assert (across.currentText(), up.currentText()) == ("W[1]₂₂", "b[1]₁")
    assert across.count() == 17
    with qtbot.waitSignal(bar.chosen) as chosen:
        across.chosen.emit(8)
    # Twice the same parameter spans no plane: the other one steps aside.
    assert chosen.args[0].pair == (8, 3)
    bar.show_parameters(Network((2, 2, 1)))
    assert bar.settings.kind == "rehearsal"
    bar.show_settings(PlaneSettings("parameters"))
    assert across.count() == 9


def test_with_two_numbers_there_is_one_plane(bar: PlaneBar) -> None:
    settings = bar.show_parameters(Network((1, 1)))
    assert settings.kind == "parameters"
    assert bar.kind_box.currentText() == "w and b: all there is"
    assert shown(bar) == set()
    assert bar.show_parameters(Network((2, 3, 1))).kind == "rehearsal"


def test_parameters_without_a_network_have_the_names_of_their_problem(bar: PlaneBar) -> None:
    bar.show_parameters(Quadratic(np.eye(3), np.ones(3)))
    bar.show_settings(PlaneSettings("parameters"))
    across = bar.pair_boxes[0]
    assert [across.itemText(index) for index in range(across.count())] == ["θ1", "θ2", "θ3"]
    bar.show_parameters(Quadratic(np.eye(2), np.ones(2)))
    assert bar.kind_box.currentText() == "θ1 and θ2: all there is"


@pytest.mark.parametrize("kind", list(PLANE_KINDS))
@pytest.mark.parametrize("normalization", ["filter", "none"])
def test_a_way_out_never_leads_back(kind: str, normalization: str) -> None:
    settings = PlaneSettings(kind, normalization=normalization, pair=(3, 3))
    for kept in (True, False):
        offers = offers_for(settings, kept)
        assert 1 <= len(offers) <= 2
        assert all(what == KEEP or what != settings for _, what in offers)


def test_limits_that_cannot_be_drawn_say_why(qtbot: Any) -> None:
    options = PictureOptions()
    qtbot.addWidget(options)
    assert options.levels(True) is None
    options.limits_box.set_value("typed")
    options.low_field.set_value(0.0)
    options.high_field.set_value(2.0)
    assert options.levels(False) is not None
    assert options.levels(True) is None
    options.set_scale(True)
    assert "above 0" in options.problem
    options.set_scale(False)
    assert options.problem == ""
    options.low_field.setText("3")
    assert not options.low_field.commit()
    assert "below" in options.low_field.problem
