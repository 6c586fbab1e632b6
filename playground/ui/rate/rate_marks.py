"""The marks of learning rates on the strip, as one value that the strip owns."""

from __future__ import annotations

from dataclasses import dataclass

from playground.drawing.rate.lookahead import StripLookahead
from playground.drawing.rate.strip import StripLimit
from playground.experiment import TrainingSettings
from playground.landscape.lookahead import USUAL_STEPS
from playground.landscape.questions.limit import LimitAnswer
from playground.landscape.questions.lookahead import LookaheadAnswer


@dataclass(frozen=True, eq=False)
class RateMarks:
    """All marks of the strip. Each feature sets its own part (LearningRateStrip.mark) and reads the others.

    The layout: full. The first overshoot: discovered, whether the run has overshot once. The pins: concealed,
    whether a pin is asked for, so that its answer must be hidden. The limit: limit, the newest answer;
    limit_drawn and why_no_limit, what the track shows; limit_chosen, whether the user switched it on or off
    (None: neither). The look-ahead: the same, with the settings that it was asked with, and the number of
    steps that is chosen. The guess: guess, the
    α that was pinned.
    """

    full: bool = False
    discovered: bool = False
    concealed: bool = False
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
    def revealed(self) -> bool:
        """Whether marks that give the discovery away may be shown, where the user has not chosen."""
        return not self.concealed and (self.full or self.discovered)

    @property
    def limit_shown(self) -> bool:
        return self._shown(self.limit_chosen)

    @property
    def lookahead_shown(self) -> bool:
        return self._shown(self.lookahead_chosen)

    @property
    def limit_off(self) -> bool:
        """Whether the user switched the limit off."""
        return self.limit_chosen is False and not self.concealed

    @property
    def lookahead_off(self) -> bool:
        """Whether the user switched the look-ahead off."""
        return self.lookahead_chosen is False and not self.concealed

    def _shown(self, chosen: bool | None) -> bool:
        return self.revealed if chosen is None else chosen and not self.concealed
