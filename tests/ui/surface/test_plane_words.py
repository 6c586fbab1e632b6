"""What Undo calls a change of the plane."""

from __future__ import annotations

import pytest

from playground.ui.surface.plane_words import plane_change_words
from playground.ui.surface.wish import PlaneSettings


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (PlaneSettings(), PlaneSettings("path"), "plane path"),
        (PlaneSettings("random"), PlaneSettings("random", 1), "plane random, seed 0 → 1"),
        (PlaneSettings("random", 1), PlaneSettings("random", 2), "plane random, seed 1 → 2"),
        (
            PlaneSettings("random", 1),
            PlaneSettings("random", 3, "layer"),
            "plane random, seed 1 → 3, lengths per neuron → per layer",
        ),
        (
            PlaneSettings("parameters", pair=(0, 1)),
            PlaneSettings("parameters", pair=(0, 2)),
            "plane two parameters, θ0 and θ1 → θ0 and θ2",
        ),
        # What the kind does not use changes nothing on the screen.
        (PlaneSettings("path"), PlaneSettings("path", 5, "layer", (2, 3)), ""),
        (PlaneSettings("random"), PlaneSettings("random", pair=(2, 3)), ""),
        (PlaneSettings("parameters"), PlaneSettings("parameters", 7, "none"), ""),
    ],
)
def test_it_names_what_became_another_and_is_empty_where_nothing_did(
    before: PlaneSettings, after: PlaneSettings, words: str
) -> None:
    assert plane_change_words(before, after, lambda index: f"θ{index}") == words
