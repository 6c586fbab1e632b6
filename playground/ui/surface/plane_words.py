"""What Undo calls a change of the plane."""

from __future__ import annotations

from collections.abc import Callable

from playground.landscape.directions import PLANE_KINDS
from playground.ui.surface.wish import PlaneSettings

NORMALIZATIONS = {"filter": "per neuron", "layer": "per layer", "none": "plain"}
"""The window's names for the lengths of random directions."""


def plane_change_words(before: PlaneSettings, after: PlaneSettings, name_of: Callable[[int], str]) -> str:
    """Return a change of the plane in a few words, for after the word Undo; empty where it changes nothing.

    Of a plane that stays of its kind it names what became another: two changes of one seed differ in words.
    name_of: the name of a parameter by its index.
    """
    if before.acting == after.acting:
        return ""
    kind = PLANE_KINDS[after.kind]
    words = f"plane {kind.title}"
    if before.kind != after.kind:
        return words
    if kind.needs == "pair":
        names = [" and ".join(map(name_of, settings.pair)) for settings in (before, after)]
        return f"{words}, {names[0]} → {names[1]}"
    changes = []
    if before.seed != after.seed:
        changes.append(f"seed {before.seed} → {after.seed}")
    if before.normalization != after.normalization:
        lengths = [NORMALIZATIONS[settings.normalization] for settings in (before, after)]
        changes.append(f"lengths {lengths[0]} → {lengths[1]}")
    return ", ".join([words, *changes])
