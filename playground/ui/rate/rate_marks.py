"""The marks of learning rates on the strip, as one value that the strip owns."""

from __future__ import annotations

from dataclasses import dataclass

from playground.drawing.rate.lookahead import StripLookahead
from playground.drawing.rate.strip import StripLimit
from playground.experiment import TrainingSettings
from playground.landscape.lookahead import USUAL_STEPS
from playground.landscape.questions.limit import LimitAnswer
from playground.landscape.questions.lookahead import LookaheadAnswer

LAYERS = ("limit", "side", "lookahead")
"""What the simple layout gains with overshoots, one at a time: the limit with the word of its stretch; λ and
the parabola in the side view; the look-ahead with the other words."""


@dataclass(frozen=True, eq=False)
class RateMarks:
    """All marks of the strip. Each feature sets its own part (LearningRateStrip.mark) and reads the others.

    The layout: full. The overshoots: layers, how many of LAYERS they have brought. The pins: concealed,
    whether a pin is asked for, so that its answer must be hidden; lookahead_withheld, whether a lesson asks
    for what the look-ahead would answer. The limit: limit, the newest answer; limit_drawn and why_no_limit,
    what the track shows; limit_chosen, whether the user switched it on or off (None: neither). The
    look-ahead: the same, with the settings that it was asked with, and the number of steps that is chosen.
    The guess: guess, the α that was pinned.
    """

    full: bool = False
    layers: int = 0
    concealed: bool = False
    lookahead_withheld: bool = False
    limit: LimitAnswer | None = None
    limit_drawn: StripLimit | None = None
    why_no_limit: str = ""
    limit_chosen: bool | None = None
    lookahead: LookaheadAnswer | None = None
    lookahead_with: TrainingSettings | None = None
    lookahead_drawn: StripLookahead | None = None
    another_comes: bool = False
    lookahead_chosen: bool | None = None
    lookahead_steps: int = USUAL_STEPS
    guess: float | None = None

    @property
    def side_marks_shown(self) -> bool:
        """Whether the side view may show what gives the discovery away."""
        return self._shown("side", None)

    @property
    def limit_shown(self) -> bool:
        return self._shown("limit", self.limit_chosen)

    @property
    def lookahead_shown(self) -> bool:
        return not self.lookahead_withheld and self._shown("lookahead", self.lookahead_chosen)

    @property
    def lookahead_has_room(self) -> bool:
        """Whether the look-ahead is shown, or would be if no question hid it: its room stays meanwhile."""
        return self._wanted("lookahead", self.lookahead_chosen)

    @property
    def limit_off(self) -> bool:
        """Whether the user switched the limit off."""
        return self.limit_chosen is False and not self.concealed

    @property
    def lookahead_off(self) -> bool:
        """Whether the user switched the look-ahead off."""
        return self.lookahead_chosen is False and not (self.concealed or self.lookahead_withheld)

    def _shown(self, layer: str, chosen: bool | None) -> bool:
        """Return whether a layer is shown: as chosen, or else as layout and overshoots say."""
        return not self.concealed and self._wanted(layer, chosen)

    def _wanted(self, layer: str, chosen: bool | None) -> bool:
        brought = self.full or self.layers > LAYERS.index(layer)
        return brought if chosen is None else chosen
