"""The slider of the learning rate: a native QSlider over log₁₀ α, painted as the strip."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from playground.drawing.kit.theme import Theme
from playground.drawing.rate.lookahead import StripLookahead
from playground.drawing.rate.strip import (
    HIGHEST,
    LOWEST,
    StripDrawing,
    StripLimit,
    StripPicture,
    scale_for,
)
from playground.engine.schedules import slider_name
from playground.landscape.rate_words import Stretch, lowest_above_limit
from playground.numerals import loss_text, number_text, rate_text

UNITS = 1000
"""Integer positions of the native slider per decade."""
SMALL_STEP, LARGE_STEP = 1.05, 2.0
WHEEL_NOTCH = 120
THUMB_WORDS = "thumb, typed values, words and look-ahead: the slider’s α, which the schedule scales"
RING_WORDS = "ring: the α of the coming step"
RING_AND_LIMIT_WORDS = f"{RING_WORDS}; the limit is about this one"
UNSTEADY = (
    "Around the lowest J runs with nearly the same α end far apart: which α is lowest cannot be foretold"
)
BAND_WORDS = "grey band: two runs that begin a hair apart end at its edges; a third may end outside it"
MOST_STRETCHES = 6
"""Maximum number of words along the track that are read out."""


class RateSlider(QSlider):
    """The slider, which holds α itself to every digit; its integer position only follows.

    The pointer and the keys choose values of three digits, so that the α on the screen is the α that is used.
    """

    rate_changed = Signal(float)
    """The user chose another α. Not emitted by set_rate."""
    guessed = Signal(float)
    """A guess was pinned, while guessing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.drawing = StripDrawing(theme)
        self._rate = 1.0
        self._scale = (LOWEST, HIGHEST)
        self._limit: StripLimit | None = None
        self._lookahead: StripLookahead | None = None
        self._guess: float | None = None
        self._factor: float | None = None
        self._rate_name = "α"
        self._guessing = self._on_curve = False
        self._following = self._curve_room = False
        self._wheel = 0
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # A neighbour may be higher: then the curve is higher, too.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setSingleStep(round(UNITS * math.log10(SMALL_STEP)))
        self.setPageStep(round(UNITS * math.log10(LARGE_STEP)))
        self.valueChanged.connect(self._position_changed)
        self.set_rate(1.0)

    @property
    def rate(self) -> float:
        """The learning rate at the thumb."""
        return self._rate

    @property
    def scale(self) -> tuple[float, float]:
        """The least and the greatest α of the scale."""
        return self._scale

    def set_rate(self, rate: float, fit: bool = True) -> None:
        """Move the thumb to a learning rate. fit: give the scale the length that it needs, and no more."""
        self._rate = rate
        low, high = scale_for(rate)
        if not fit:
            low, high = min(low, self._scale[0]), max(high, self._scale[1])
        self._scale = (low, high)
        self._following = True
        self.setRange(_units(low), _units(high))
        self.setValue(_units(rate))
        self._following = False
        self._name()
        self.update()

    def set_schedule(self, schedule: str, factor: float) -> None:
        """Show the schedule's factor of the thumb's α in the next step."""
        name, shown = slider_name(schedule), None if schedule == "constant" else factor
        if (name, shown) == (self._rate_name, self._factor):
            return
        self._rate_name, self._factor = name, shown
        self._name()
        self._describe()
        self.update()

    @property
    def acting(self) -> float | None:
        """The α of the next step; None where no schedule makes it differ from the thumb's."""
        return None if self._factor is None else self._rate * self._factor

    def _name(self) -> None:
        lead = "Learning rate" if self._factor is None else "Learning rate,"
        self.setAccessibleName(f"{lead} {self._rate_name} = {rate_text(self._rate)}")

    def multiply(self, factor: float) -> None:
        """Multiply the present α by a factor, within the scale."""
        self._choose(self._rate * factor)

    def set_limit(self, limit: StripLimit | None) -> None:
        """Show the stability limit and the words, or neither."""
        if limit is self._limit:
            return
        self._limit = limit
        self._describe()
        self.update()

    def set_lookahead(self, lookahead: StripLookahead | None, another_comes: bool = False) -> None:
        """Show the look-ahead curve above the track, or none. another_comes: leave its room."""
        room = lookahead is not None or another_comes
        if lookahead is self._lookahead and room == self._curve_room:
            return
        grown, self._curve_room = room != self._curve_room, room
        self._lookahead = lookahead
        self._describe()
        self._refresh(grown)

    @property
    def has_curve_room(self) -> bool:
        """Whether there is room for a look-ahead above the track."""
        return self._curve_room

    def _describe(self) -> None:
        """Describe the limit and the lowest point of the look-ahead in tooltip and screen reader."""
        limit = self._limit
        parts = [limit.sentence, stretches_text(limit.words)] if limit is not None else []
        parts = [part for part in parts if part]
        lines = [limit.tooltip] if limit is not None else []
        if self.acting is not None:
            parts.insert(0, f"Now {number_text(self.acting, 3)} by the schedule")
            lines += [THUMB_WORDS, RING_WORDS if limit is None else RING_AND_LIMIT_WORDS]
        ahead = self._lookahead
        if ahead is not None and ahead.best is not None:
            rate, lowest = ahead.learning_rates[ahead.best], ahead.losses[ahead.best]
            lead = "the lowest J that is certain would be" if ahead.best_is_rivalled else "J would be lowest"
            if ahead.best_falls_on:
                lead += ", of those tried,"
            words = (
                f"In {ahead.steps} more steps {lead} at {ahead.rate_name} = {number_text(rate, 2)}: "
                f"{loss_text(float(lowest))}; {ahead.name_of_now} {loss_text(ahead.now)}"
            )
            parts.append(words)
            lines.append(words)
            if limit is not None and self.acting is None:
                why = lowest_above_limit(limit.limit, float(rate), ahead.steps)
                parts.append(why)
                lines.append(why)
        elif ahead is not None and (words := ahead.escape_text()):
            words = f"In {ahead.steps} more steps {words}; {ahead.name_of_now} {loss_text(ahead.now)}"
            parts.append(words)
            lines.append(words)
        if ahead is not None and not ahead.steady:
            lines.append(UNSTEADY)
            parts.append(UNSTEADY)
        if ahead is not None and ahead.bands:
            lines.append(BAND_WORDS)
        self.setToolTip("\n".join(filter(None, lines)))
        self.setAccessibleDescription(". ".join(part.rstrip(".") for part in parts if part))

    @property
    def guessing(self) -> bool:
        """Whether a click pins a guess instead of choosing α."""
        return self._guessing

    def set_guessing(self, on: bool) -> None:
        """Let the next click pin a guess, or the arrow keys and Enter; they leave α alone meanwhile."""
        if on:
            self._guess = None
        self._guessing = on
        self.update()

    def set_guess(self, rate: float | None) -> None:
        """Show a pinned guess, or none."""
        self._guess = rate
        self.update()

    def restyle(self, theme: Theme) -> None:
        self.drawing.restyle(theme)
        self._refresh(True)

    def set_low(self, low: bool) -> None:
        """Take less height."""
        if low != self.drawing.low:
            self.drawing.low = low
            self.restyle(self.drawing.theme)

    def picture(self) -> StripPicture:
        """Return what is painted at this moment."""
        return StripPicture(
            self._rate,
            *self._scale,
            limit=self._limit,
            lookahead=self._lookahead,
            guess=self._guess,
            acting=self.acting,
            rate_name=self._rate_name,
            focused=self.hasFocus(),
            hovered=self.underMouse() or self.isSliderDown(),
        )

    def x_of(self, rate: float) -> float:
        """Return the place of a learning rate on this widget, in pixels from its left edge."""
        return self.drawing.x_of(QRectF(self.rect()), self.picture(), rate)

    def sizeHint(self) -> QSize:
        return QSize(560, math.ceil(self.drawing.height(self._curve_room)))

    def minimumSizeHint(self) -> QSize:
        return QSize(320, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        self.drawing.paint(QPainter(self), QRectF(self.rect()), self.picture())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        if self._guessing:
            self.guessed.emit(self._rate_under(event.position().x()))
            return
        self.setSliderDown(True)
        track = self.drawing.track(QRectF(self.rect()), self.picture())
        above_thumb = track.center().y() - self.drawing.radius - 2
        self._on_curve = self._lookahead is not None and event.position().y() < above_thumb
        self._choose_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown() and not event.buttons() & Qt.MouseButton.LeftButton:
            # It was released while no event came through here: hidden, disabled, or under a dialog.
            self.setSliderDown(False)
        if self.isSliderDown():
            self._choose_at(event.position().x())
        elif self._guessing:
            self.set_guess(self._rate_under(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._wheel / WHEEL_NOTCH)
        self._wheel -= notches * WHEEL_NOTCH
        if notches:
            self.multiply(SMALL_STEP**notches)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        factors = {
            Qt.Key.Key_Right: SMALL_STEP,
            Qt.Key.Key_Up: SMALL_STEP,
            Qt.Key.Key_Left: 1 / SMALL_STEP,
            Qt.Key.Key_Down: 1 / SMALL_STEP,
            Qt.Key.Key_PageUp: LARGE_STEP,
            Qt.Key.Key_PageDown: 1 / LARGE_STEP,
        }
        if key in factors and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            if self._guessing:
                self._move_guess(factors[Qt.Key(key)])
            else:
                self.multiply(factors[Qt.Key(key)])
        elif self._guessing and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.guessed.emit(self._rate if self._guess is None else self._guess)
        elif key == Qt.Key.Key_Home:
            self._choose(self._scale[0])
        elif key == Qt.Key.Key_End:
            self._choose(self._scale[1])
        else:
            event.ignore()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _choose_at(self, x: float) -> None:
        rate = self._rate_under(x)
        if self._on_curve and self._lookahead is not None:
            # The curve holds at its own learning rates, not between them.
            rates = self._lookahead.learning_rates
            rate = float(rates[np.argmin(np.abs(np.log(rates / rate)))])
        self._choose(rate)

    def _rate_under(self, x: float) -> float:
        return float(f"{self.drawing.rate_at(QRectF(self.rect()), self.picture(), x):.3g}")

    def _move_guess(self, factor: float) -> None:
        """Move the guess by a factor, from the thumb where there is none yet; α stays."""
        guess = (self._rate if self._guess is None else self._guess) * factor
        self.set_guess(float(f"{min(max(guess, self._scale[0]), self._scale[1]):.3g}"))

    def _choose(self, rate: float) -> None:
        rate = float(f"{min(max(rate, self._scale[0]), self._scale[1]):.3g}")
        if rate != self._rate:
            self.set_rate(rate, fit=False)
            self.rate_changed.emit(rate)

    def _position_changed(self, position: int) -> None:
        """Handle a move that came from elsewhere: a screen reader, a script."""
        if not self._following:
            self._choose(10.0 ** (position / UNITS))

    def _refresh(self, grown: bool) -> None:
        if grown:
            self.updateGeometry()
        self.update()


def stretches_text(words: Sequence[Stretch]) -> str:
    """Return the words along the track in one line: "creeps from 0.0001 to 0.02, falls from 0.02 to 5.3"."""
    texts = [f"{part.word} from {number_text(part.low, 2)} to {number_text(part.high, 2)}" for part in words]
    more = len(texts) - MOST_STRETCHES
    return ", ".join(texts[:MOST_STRETCHES] + ([f"{more} more stretches"] if more > 0 else []))


def _units(rate: float) -> int:
    return round(UNITS * math.log10(rate))
