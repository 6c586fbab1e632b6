"""The surface view looks for a question in each frame, and thinks about it only where something is new."""

from __future__ import annotations

from typing import Any

import pytest

from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings
from playground.ui.surface import asking
from playground.ui.surface.feature import SurfaceFeature
from tests.support.features import bench_with

open_surface = bench_with(SurfaceFeature)
SMALL = ExperimentFile(Experiment(DataSettings(points=40), NetworkSettings((2,))))


def test_it_thinks_again_after_a_step_another_plane_and_another_size(
    qtbot: Any, open_surface: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_surface(SMALL)
    view = window.surface_view
    qtbot.waitUntil(lambda: view.settled)
    thought = []
    next_question = asking.next_question

    def counted(*parts: Any) -> Any:
        thought.append(parts)
        return next_question(*parts)

    monkeypatch.setattr(asking, "next_question", counted)
    before = view.question(), view.question(), len(thought)
    assert before[:2] == (None, None)
    assert (view.question(), len(thought)) == (None, before[2])
    window.lab.step()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
    qtbot.waitUntil(lambda: len(thought) > before[2])
    qtbot.waitUntil(lambda: view.settled)
    view.choose_plane("random")
    qtbot.waitUntil(lambda: view.settled)
    assert view.answer.choice.kind == "random"
    shown = view.answer.window
    view.look_at(shown._replace(a_min=(shown.a_min + shown.a_max) / 2))
    qtbot.waitUntil(lambda: view.settled)
    assert view.answer.window != shown
    wide, known = view.drawing.box.width(), len(thought)
    view.setFixedSize(view.width() // 2, view.height())
    qtbot.waitUntil(lambda: view.drawing.box.width() < wide)
    qtbot.waitUntil(lambda: len(thought) > known)
