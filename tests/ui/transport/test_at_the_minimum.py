"""A student lets a line settle at its minimum, where only rounding is left of the gradient."""

from __future__ import annotations

from typing import Any

import pytest

from playground.drawing.rate.side import OUTCOMES, STILL
from playground.drawing.surface.captions import NO_VISIBLE_MEAN, NO_VISIBLE_STEP
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.ui.data.blame_feature import BlameFeature
from playground.ui.data.feature import DataFeature
from playground.ui.rate.feature import RateFeature
from playground.ui.rate.first_overshoot_feature import FirstOvershootFeature
from playground.ui.rate.limit_feature import LimitFeature
from playground.ui.rate.lookahead_feature import LookaheadFeature
from playground.ui.rate.side_feature import SideFeature
from playground.ui.surface.feature import SurfaceFeature
from playground.ui.surface.pointing_feature import PointingFeature
from playground.ui.surface.relief_feature import ReliefFeature
from tests.support.features import bench_with, feature_of
from tests.ui.conftest import OpenBench

LINE = Experiment(DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=0.3))


open_plots = bench_with(
    SurfaceFeature,
    DataFeature,
    RateFeature,
    FirstOvershootFeature,
    LimitFeature,
    LookaheadFeature,
    SideFeature,
    PointingFeature,
    ReliefFeature,
    BlameFeature,
)


def test_there_the_next_step_has_no_arrow_and_no_explanation(qtbot: Any, open_plots: OpenBench) -> None:
    window = open_plots(ExperimentFile(LINE))
    window.set_full(True)
    surface = window.surface_view
    side = feature_of(window, SideFeature)
    qtbot.waitUntil(lambda: len(surface.picture().arrows) > 0)
    assert NO_VISIBLE_STEP not in surface.caption.text()
    window.lab.set_speed(None)
    window.lab.run_exactly(3000)
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    qtbot.waitUntil(lambda: surface.arrows is not None and surface.arrows.step == 3000)
    assert not len(surface.picture().arrows)
    qtbot.waitUntil(lambda: NO_VISIBLE_STEP in surface.caption.text())
    assert "of the length of the next step" not in surface.caption.text()
    qtbot.waitUntil(lambda: side.answer is not None and side.answer.step == 3000)
    outcome = side.view.picture.side.outcome
    assert outcome in STILL
    assert OUTCOMES[outcome].startswith("no ")
    assert "curvature" not in side.view.toolTip()


@pytest.mark.parametrize("in_space", [False, True], ids=["flat", "in space"])
def test_blame_tells_there_how_much_longer_its_arrows_are(
    qtbot: Any, open_plots: OpenBench, in_space: bool
) -> None:
    window = open_plots(ExperimentFile(LINE))
    window.set_full(True)
    surface = window.surface_view
    if in_space:
        window.actions_by_name["surface_3d"].trigger()
        qtbot.waitUntil(lambda: surface.relief is not None)
    window.lab.set_speed(None)
    window.actions_by_name["blame"].trigger()
    for steps, arrows in ((40, "Both arrows are"), (3000, "The arrow is")):
        window.lab.run_exactly(steps - window.snapshot.view.step)
        qtbot.waitUntil(lambda steps=steps: window.snapshot.view.step == steps)
        qtbot.waitUntil(lambda: window.data_view.blame is not None)
        window.data_view.point_at(3)
        sentence = f"{arrows} drawn ×"
        qtbot.waitUntil(lambda sentence=sentence: sentence in surface.caption.text())
        # The very factor that the picture was drawn with.
        qtbot.waitUntil(
            lambda sentence=sentence: f"{sentence}{surface.shown.arrow_scale:g}." in surface.caption.text(),
        )
    assert surface.shown.arrow_scale > 1
    assert [arrow.kind for arrow in surface.picture().arrows] == ["point"]
    assert NO_VISIBLE_MEAN in surface.caption.text()
    window.data_view.point_at(None)
    qtbot.waitUntil(lambda: "drawn ×" not in surface.caption.text())
