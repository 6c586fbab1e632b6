"""The strip along the bottom: the learning rate, which the user changes while the network learns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from playground.drawing.kit.theme import DARK, Theme
from playground.drawing.rate.strip import StripLimit
from playground.engine.schedules import schedule_of, slider_name
from playground.experiment import Experiment, TrainingSettings
from playground.ui.rate.pins import Pins
from playground.ui.rate.rate_marks import RateMarks
from playground.ui.rate.side_view import SideView
from playground.ui.rate.slider import LARGE_STEP, SMALL_STEP, RateSlider
from playground.ui.rate.update_numbers import READABLE_MS, ExampleParameter, UpdateLine, UpdateNumbers
from playground.ui.style import set_role
from playground.ui.widgets.card import Card
from playground.ui.widgets.gestures import Gestures
from playground.ui.widgets.number_field import Number, NumberField
from playground.ui.widgets.plain_label import PlainLabel
from playground.ui.widgets.throttle import Throttle

if TYPE_CHECKING:
    from playground.lab.lab import Lab
    from playground.lab.snapshot import Snapshot

SUBTITLE, OF_FORMULA = "drag it while the network learns", "drag it during the descent"
PRESENTATION_FACTOR = 1.6
LOW_HALL = 1000
"""On a screen lower than this, a presentation shows only the slider of the strip, with less height."""
LOW_WINDOW = 740
"""In a window lower than this the rows of the slider are closer together."""
FIELD_WIDTH, ROUND_A_NUMBER = 110, 26
"""Pixels of the field for α with the usual digits, and of its borders."""
BESIDE_SHARE = 0.56
"""Largest share of the width for widgets beside the track; the last one is left out first."""
UPDATE_GAP = 18
USUAL_SENTENCE = "limit at 0.0123, while the valley keeps this shape"
"""The sentence beside the title for which the update in one line leaves room."""
WITHOUT_NAME = 0.7
"""Width of that line without the name of the parameter, as a share of the whole: it takes no less."""
"""Pixels of the title line that the update leaves to the sub-title and the gaps, and its gap to the field."""


class LearningRateStrip(Card):
    """Slider, field for typed values, and the update in numbers: beside the track, or beside the title.

    Every move goes to the lab at once: the network learns on with the new α, without a restart.
    """

    guessed = Signal(float)
    """A guess was pinned, while one is asked for."""
    limit_measured = Signal(object)
    """A LimitAnswer has come."""
    concealed_changed = Signal()
    """A pin is asked for, or no longer: marks that would give away its answer are hidden, or shown again."""
    show_requested = Signal()
    """The box of α is asked for by its key: the strip has to be open."""
    reveal_requested = Signal(str)
    """A part of the marks must be shown: "limit" or "lookahead"."""

    def __init__(self, lab: Lab, theme: Theme = DARK, parent: QWidget | None = None):
        super().__init__("Learning rate α", subtitle_of(lab.experiment), parent)
        self._lab = lab
        self._theme = theme
        self._presentation = False
        # The number of the last α that was sent: a snapshot from before must not move the thumb back under
        # the pointer.
        self._order = 0
        self._scheduled = ("constant", 1.0)
        self._throttle = Throttle(READABLE_MS, self)
        self._throttle.due.connect(self._show_schedule_factor)
        self._sentence = self._subtitle = subtitle_of(lab.experiment)
        self._shorter: tuple[str, ...] = ()
        self._side: SideView | None = None
        self._place_in_title = 0
        self._taken = 0
        """Width of what stands beside the update in one line, as it was fitted last."""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.slider = RateSlider(theme)
        self._marks = RateMarks()
        self._limit_needs: list[Callable[[], bool]] = []
        self.pins = Pins()
        self._gestures = Gestures()
        self.slider.sliderReleased.connect(self._gestures.end)
        self.pins.listen(self._conceal)
        self.slider.guessed.connect(self.guessed)
        self.field = NumberField("The learning rate", self._check)
        set_role(self.field, "rate")
        self._widen_field()
        self.field.after = self.slider
        self.numbers = UpdateNumbers(theme)
        self.numbers.room_changed.connect(self._fit)
        self.update_line = UpdateLine(theme)
        self._example: ExampleParameter | None = ExampleParameter()
        self._build()
        self._name_rate("α")
        self.slider.rate_changed.connect(self._rate_moved)
        self.field.committed.connect(self._rate_typed)
        self.field.problem_changed.connect(self._show_problem)
        self.field.textChanged.connect(self._widen_field)
        self.rate_actions = self._make_actions()
        lab.experiment_replaced.connect(self._experiment_replaced)
        self._show_rate(lab.experiment.training.learning_rate)
        self._show_schedule(lab.experiment.training, 0)

    @property
    def learning_rate(self) -> float:
        """The α at the thumb."""
        return self.slider.rate

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Follow the run: its last step, and its learning rate, unless another one is on its way to it."""
        settings = snapshot.view.settings
        if snapshot.instruction >= self._order:
            self._follow(settings.learning_rate)
        self._show_schedule(settings, snapshot.view.step)
        example = None if self._example is None else self._example.of(snapshot.view)
        for update in (self.numbers, self.update_line):
            update.index = update.index if example is None else example
            update.show_view(snapshot.view, snapshot.problem)

    # Marks ----------------------------------------------------------------------------------------------

    @property
    def marks(self) -> RateMarks:
        """All marks of learning rates."""
        return self._marks

    def mark(self, **parts: Any) -> None:
        """Set parts of the marks, by the names of RateMarks, and show them."""
        self._marks = marks = replace(self._marks, **parts)
        if "limit_drawn" in parts or "why_no_limit" in parts:
            self._show_limit(marks.limit_drawn, marks.why_no_limit)
        if "lookahead_drawn" in parts or "another_comes" in parts:
            height = self.slider.sizeHint().height()
            self.slider.set_lookahead(marks.lookahead_drawn, marks.another_comes)
            if self.slider.sizeHint().height() != height:
                self._fit()
        if "guess" in parts:
            self.slider.set_guess(marks.guess)
        if "concealed" in parts:
            for update in (self.numbers, self.update_line):
                update.conceal(marks.concealed)
        if "concealed" in parts or "lookahead_withheld" in parts:
            self.concealed_changed.emit()
        if parts.get("limit") is not None:
            self.limit_measured.emit(marks.limit)

    def ask_limit_for(self, needed: Callable[[], bool]) -> None:
        """Ask for the limit also while needed() is true."""
        self._limit_needs.append(needed)

    @property
    def limit_needed(self) -> bool:
        """Whether another view needs the limit."""
        return any(needed() for needed in self._limit_needs)

    def request_pin(self, holder: object, give_way: Callable[[], None] | None = None) -> bool:
        """Return whether this part may ask for a pin now; see Pins.request()."""
        return self.pins.request(holder, give_way)

    def release_pin(self, holder: object) -> None:
        """Give back the right to ask for a pin."""
        self.pins.release(holder)

    def reveal(self, part: str) -> None:
        """Show a part of the marks, "limit" or "lookahead", whatever was chosen before."""
        self.reveal_requested.emit(part)

    def ask_for_guess(self, on: bool) -> None:
        """Let the next click, or arrow keys and Enter, pin a guess. The signal guessed is then emitted."""
        if on:
            self.mark(guess=None)
        self.slider.set_guessing(on)

    @property
    def scale(self) -> tuple[float, float]:
        """The least and the greatest α of the scale."""
        return self.slider.scale

    @property
    def drawn_theme(self) -> Theme:
        """The theme with the type that the strip has now."""
        return self.slider.drawing.theme

    def take_focus(self) -> None:
        """Give the keyboard focus to the slider."""
        self.slider.setFocus()

    def _conceal(self) -> None:
        self.mark(concealed=self.pins.hiding)

    def _show_limit(self, limit: StripLimit | None, why: str) -> None:
        """Show on the track where it creeps, falls and overshoots; None: nothing, or why."""
        self.slider.set_limit(limit)
        self._sentence = limit.sentence if limit is not None and limit.sentence else why or self._subtitle
        self._shorter = (limit.shorter if limit is not None else ()) or without_reason(self._sentence)
        self._show_problem(self.field.problem)

    # What stands here -----------------------------------------------------------------------------------

    def set_side_view(self, widget: SideView) -> None:
        """Set the widget between track and numbers: a picture of the next step seen from the side."""
        self._row.insertWidget(1, widget)
        self._side = widget
        self._fit()

    def set_parameter(self, index: int) -> None:
        """Choose the parameter whose update is shown in numbers."""
        self._example = None
        for update in (self.numbers, self.update_line):
            update.set_parameter(index)

    def restyle(self, theme: Theme) -> None:
        self._theme = theme
        if self._presentation and theme.font_factor == 1.0:
            theme = theme.with_font_factor(PRESENTATION_FACTOR)
        self.slider.restyle(theme)
        self.numbers.restyle(theme)
        self.update_line.restyle(theme)
        self._widen_field()
        self._fit()

    def set_presentation(self, on: bool) -> None:
        """Use large type for a hall."""
        self._presentation = on
        self.restyle(self._theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        # The layout around the strip does not notice a change of its height meanwhile.
        QTimer.singleShot(0, self, self.updateGeometry)

    def _widen_field(self) -> None:
        """Widen the field for all digits of α: half a number would be wrong."""
        factor = self.slider.drawing.theme.font_factor
        self.field.ensurePolished()
        needed = self.field.fontMetrics().horizontalAdvance(self.field.text()) + ROUND_A_NUMBER * factor
        self.field.setFixedWidth(round(max(FIELD_WIDTH * factor, min(needed, 3 * FIELD_WIDTH * factor))))

    def _fit(self) -> None:
        """Give all room to the slider where there is little; it then shows α too."""
        low = self._presentation and self.window().height() < LOW_HALL
        self.show_header(not low)
        self.slider.set_low(low or self.window().height() < LOW_WINDOW)
        for part in (self._symbol, self.field):
            part.setVisible(not low)
        room = -1.0 if low else BESIDE_SHARE * self.width()
        if self._side is not None:
            # Where the slider needs less height than the side view, that would be air above the slider.
            lower = self.slider.sizeHint().height() < self._side.height_where(wide=False)
            wide = self._side.width_where(wide=True)
            fits = wide + self._row.spacing() <= room
            self._side.set_wide(lower and fits)
            # The same width with a look-ahead and without: the track must not move under the pointer.
            self._side.reserve(wide if fits else 0)
        for widget in (self._side, self.numbers):
            if widget is not None:
                room -= widget.sizeHint().width() + self._row.spacing()
                widget.setVisible(room >= 0)
        # On a low screen half of the height is the plot's: beside a look-ahead there is no room for a line.
        shown = not self.slider.has_curve_room if low else room < 0
        self._fit_update_line(shown, titled=not low)

    def _fit_update_line(self, shown: bool, titled: bool) -> None:
        """Show the update in one line beside the title where it has no room beside the track.

        Where it has none there either, with the sentence of the limit whole, it has a line of its own, also
        without a title.
        """
        line = self.update_line
        self._taken = self._beside_the_line()
        longest, room = line.sizeHint().width(), self.contentsRect().width() - self._taken
        own = not titled or room < round(WITHOUT_NAME * longest)
        self._place_update_line(own)
        line.setVisible(shown)
        # A maximum alone: a fixed width would keep the window from getting narrower.
        line.setMaximumWidth(self.contentsRect().width() if own else min(longest, room))

    def _place_update_line(self, own: bool) -> None:
        """Put the update into a line of its own, or beside the title."""
        line = self.update_line
        if own == (self.tools.indexOf(line) < 0):
            return
        if own:
            self._place_in_title = self.tools.indexOf(line)
            self.tools.removeWidget(line)
            self.body.insertWidget(0, line)
        else:
            self.body.removeWidget(line)
            self.tools.insertWidget(self._place_in_title, line)

    def _beside_the_line(self) -> int:
        """Return the width that the line of the title needs without the update: title, sentence, controls."""
        layout = self.layout()
        margins = layout.contentsMargins() if layout is not None else self.contentsMargins()
        taken = margins.left() + margins.right() + self.title_label.sizeHint().width()
        taken += self.subtitle_label.advance(USUAL_SENTENCE) + 2 * self.header.spacing()
        for place in range(self.tools.count()):
            item = self.tools.itemAt(place)
            widget = item.widget() if item is not None else None
            if item is not None and widget is not self.update_line and not (widget and widget.isHidden()):
                taken += item.sizeHint().width() + self.tools.spacing()
        return taken

    def event(self, event: QEvent) -> bool:
        """Give the update the room that is left where a control beside it comes or goes."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._taken != self._beside_the_line():
            self._fit()
        return done

    def _build(self) -> None:
        self._symbol = symbol = PlainLabel()
        set_role(symbol, "rate")
        symbol.setBuddy(self.field)
        entry = QHBoxLayout()
        entry.setSpacing(6)
        entry.addWidget(symbol)
        entry.addWidget(self.field)
        self.tools.addWidget(self.update_line)
        self.tools.addSpacing(UPDATE_GAP)
        self.tools.addLayout(entry)
        self._row = QHBoxLayout()
        self._row.setSpacing(24)
        self._row.addWidget(self.slider, 1)
        self._row.addWidget(self.numbers, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(self._row)

    def _make_actions(self) -> list[QAction]:
        """Return the actions that change α, whose keys work wherever the focus is."""
        actions = []
        for name, text, keys, factor in (
            ("rate_down", "Learning rate 5 % &lower", ("Ctrl+Left", "["), 1 / SMALL_STEP),
            ("rate_up", "Learning rate 5 % hi&gher", ("Ctrl+Right", "]"), SMALL_STEP),
            ("rate_half", "&Half the learning rate", ("Ctrl+PgDown", "{"), 1 / LARGE_STEP),
            ("rate_double", "&Double the learning rate", ("Ctrl+PgUp", "}"), LARGE_STEP),
        ):
            action = QAction(text, self)
            action.setObjectName(name)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setStatusTip("Change α during the run; nothing starts again")
            action.triggered.connect(lambda _checked=False, f=factor: self.slider.multiply(f))
            self.addAction(action)
            actions.append(action)
        typed = QAction("&Type a learning rate", self)
        typed.setObjectName("rate_type")
        typed.setShortcut(QKeySequence("Ctrl+T"))
        typed.setStatusTip("Go to the box of α; Enter takes what is typed, and goes back to the slider")
        typed.triggered.connect(lambda _checked=False: self._type_rate())
        self.addAction(typed)
        return [*actions, typed]

    def _type_rate(self) -> None:
        """Give the keyboard focus to the box of α, or to the slider where there is no box."""
        self.show_requested.emit()
        if self.field.isVisibleTo(self):
            self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.field.selectAll()
        else:
            self.take_focus()

    def _check(self, value: Number) -> None:
        Experiment().with_value("training.learning_rate", value)

    def _rate_moved(self, rate: float) -> None:
        self.field.set_value(rate)
        self._send(rate, self._gestures.number(self.slider.isSliderDown()))

    def _rate_typed(self, rate: float) -> None:
        self.slider.set_rate(rate)
        self._send(rate, self._gestures.number(held=False) if self.field.nudging else None)

    def _follow(self, rate: float) -> None:
        # The scale does not change unless α does.
        if rate != self.slider.rate:
            self._show_rate(rate)

    def _send(self, rate: float, gesture: int | None = None) -> None:
        self._order = self._lab.set_learning_rate(rate, gesture)

    def _show_rate(self, rate: float) -> None:
        self.slider.set_rate(rate)
        self.field.set_value(rate)

    def _show_schedule(self, settings: TrainingSettings, step: int) -> None:
        """Show the schedule's factor of α: at once, or after the last number could be read."""
        schedule = schedule_of(settings)
        before, factor = self._scheduled[0], 1.0 if schedule is None else schedule.factor_at(step)
        self._scheduled = settings.schedule, factor
        if settings.schedule == before:
            self._throttle.now_or_soon()
        else:
            self._throttle.now()
            self._name_rate(slider_name(settings.schedule))

    def _show_schedule_factor(self) -> None:
        self.slider.set_schedule(*self._scheduled)

    def _name_rate(self, name: str) -> None:
        self._symbol.setText(f"{name} =")
        self.field.set_hint(f"Type any {name} from 0.000001 to 100; the scale follows")

    def _show_problem(self, problem: str) -> None:
        self.set_subtitle(*((problem,) if problem else (self._sentence, *self._shorter)))
        set_role(self.subtitle_label, "problem" if problem else "dim")

    def _experiment_replaced(self, experiment: Experiment) -> None:
        if self._lab.reached(self._order):
            self._show_rate(experiment.training.learning_rate)
        self._show_schedule(experiment.training, 0)
        before, self._subtitle = self._subtitle, subtitle_of(experiment)
        if self._sentence == before:
            self._sentence = self._subtitle
            self._show_problem(self.field.problem)


def without_reason(sentence: str) -> tuple[str, ...]:
    """Return what a sentence says before its colon, without the reason after it; () without one."""
    said, colon, _ = sentence.partition(":")
    return (said,) if colon else ()


def subtitle_of(experiment: Experiment) -> str:
    """Return what stands beside the title while nothing is known of this run's limit."""
    return SUBTITLE if experiment.formula is None else OF_FORMULA
