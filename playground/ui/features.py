"""The parts that join the window, in the order in which they do."""

from __future__ import annotations

from playground.ui.discovery import Discovery
from playground.ui.feature import Feature
from playground.ui.limit_feature import LimitFeature
from playground.ui.lookahead_feature import LookaheadFeature

FEATURES: tuple[type[Feature], ...] = (
    Discovery,
    LimitFeature,
    LookaheadFeature,
)
