"""The parts that join the window, in the order in which they do."""

from __future__ import annotations

from playground.ui.feature import Feature

FEATURES: tuple[type[Feature], ...] = ()
