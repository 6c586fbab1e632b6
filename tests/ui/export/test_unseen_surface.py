"""A surface behind another page is not computed: an export says so."""

from __future__ import annotations

from typing import Any

import pytest

from playground.files.atomic import ExportError
from playground.ui.export.exporter import UNSEEN_SURFACE


def test_a_surface_behind_another_page_is_asked_to_the_front(qtbot: Any, open_window: Any) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.surface_view.settled)
    window.set_full(True)
    window.actions_by_name["activations"].trigger()
    qtbot.waitUntil(lambda: not window.surface_view.on_screen())
    window.lab.set_experiment(window.lab.experiment.with_value("data.dataset", "xor"))
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "xor")
    assert not window.surface_view.on_screen()
    with pytest.raises(ExportError) as refused:
        window.exporter.figure("surface")
    assert str(refused.value) == UNSEEN_SURFACE
    window.arrangement.show_page("surface")
    qtbot.waitUntil(lambda: window.surface_view.settled)
    assert window.exporter.figure("surface") is not None
