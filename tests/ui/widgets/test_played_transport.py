"""Controls that play: from the present place to the last one, at the chosen speed, or until a step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from playground.ui.widgets.played_transport import PlayedTransport
from playground.ui.widgets.step_transport import StepTransport


@pytest.fixture
def played(qtbot) -> PlayedTransport:
    """Controls over places 1 to 4 that follow what they choose."""
    steps = StepTransport(1, ("First", "First"), "Back", "On", "Place")
    transport = PlayedTransport(steps, "the parts", {20.0: "20 / s", 50.0: "50 / s"}, 50.0, "F9")
    transport.step_chosen.connect(lambda at: transport.show_place(at, 4))
    for widget in (steps, transport):
        qtbot.addWidget(widget)
        widget.show()
    transport.show_place(1, 4)
    return transport


def test_it_plays_to_the_end_and_from_there_anew(qtbot, played: PlayedTransport) -> None:
    chosen: list[int] = []
    played.step_chosen.connect(chosen.append)
    qtbot.mouseClick(played.play_button, Qt.MouseButton.LeftButton)
    assert played.play_button.accessibleName() == "Stop the parts"
    qtbot.waitUntil(lambda: not played.playing)
    assert chosen == [2, 3, 4]
    assert played.play_button.accessibleName() == "Play the parts"
    qtbot.mouseClick(played.play_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not played.playing)
    assert chosen == [2, 3, 4, 1, 2, 3, 4]


def test_a_step_by_hand_ends_it(qtbot, played: PlayedTransport) -> None:
    played.play_or_stop()
    qtbot.mouseClick(played.steps.step_button, Qt.MouseButton.LeftButton)
    assert not played.playing
    assert played.steps.position.value() == 2


def test_where_there_is_one_place_nothing_is_played(played: PlayedTransport) -> None:
    played.show_place(1, 1)
    assert not played.play_button.isEnabled()
    played.play_or_stop()
    assert not played.playing
