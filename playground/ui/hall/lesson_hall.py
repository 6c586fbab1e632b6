"""The lesson beside the plot in a presentation: question and plot on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.drawing.kit.theme import Theme
from playground.ui.frame.feature import Feature
from playground.ui.hall.tally_feature import TallyFeature
from playground.ui.lessons.feature import PAGE, LessonFeature
from playground.ui.lessons.panel import LessonPanel
from playground.ui.lessons.parameter_sliders import ParameterSliders
from playground.ui.widgets.plain_label import Paragraph

if TYPE_CHECKING:
    from playground.lab.snapshot import Snapshot
    from playground.lessons.format import LessonStep
    from playground.ui.frame.workbench import Workbench

SHARE, NARROWEST = 0.31, 470
"""Share of the window's width, and at least this many pixels: four words of large type."""
PLOTS = "Alt+1: the surface. Alt+2: the points and the curve."
"""The effect of a move by hand is visible in two plots, of which a hall shows one."""


class LessonHallFeature(Feature):
    """A second lesson panel at the right of the large plot. It follows the first one, which does the work.

    F2 hides it and brings it back. While hands are counted the tally has its place.
    """

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.panel = LessonPanel(window.theme, in_hall=True)
        self.sliders = ParameterSliders()
        self._plots = Paragraph(PLOTS)
        for widget in (self.sliders, self._plots):
            self.panel.extra.addWidget(widget)
            widget.hide()
        self._presenting, self._switched_on = False, True
        self._step: LessonStep | None = None
        self._sentence = ""
        window.arrangement.set_aside(self.panel)
        self.panel.hide()
        window.actions_by_name["lessons"].triggered.connect(lambda _checked=False: self._toggle())

    def set_presentation(self, on: bool) -> None:
        self._presenting, self._switched_on = on, True
        self.read()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self.sliders.isVisible():
            self.sliders.show_parameters(snapshot.view.parameters)

    def restyle(self, theme: Theme) -> None:
        self.panel.restyle(theme)

    def read(self) -> None:
        lessons = self._lessons
        step = lessons.step
        if step is not self._step:
            self._step, self._sentence = step, ""
            if step is not None and lessons.lesson is not None:
                self.panel.show_step(lessons.lesson, lessons.index, lessons.reached)
        by_hand = not lessons.sliders.isHidden()
        if by_hand == self.sliders.isHidden():
            self.sliders.setVisible(by_hand)
            self._plots.setVisible(by_hand)
            if self.window.snapshot is not None:
                self.sliders.show_parameters(self.window.snapshot.view.parameters)
        if self._presenting and step is not None:
            self._repeat(lessons.panel)
        hands = self._tally.isVisible()
        alone = self.window.arrangement.large == PAGE
        shown = self._presenting and self._switched_on and step is not None and not alone and not hands
        if shown:
            self.panel.setFixedWidth(max(round(SHARE * self.window.widget.width()), NARROWEST))
        if shown != self.panel.isVisible():
            self.panel.setVisible(shown)

    def join(self) -> None:
        # A press here is forwarded to the first panel.
        self._lessons = lessons = self.fellow(LessonFeature)
        self._tally = self.fellow(TallyFeature).tally
        there = lessons.panel
        self.panel.press_in(there)
        self.sliders.moved.connect(lessons.sliders.moved)
        there.lesson_chosen.connect(self._turn)
        there.step_chosen.connect(lambda _by: self._turn(lessons.index if lessons.step else -1))

    def _repeat(self, there: LessonPanel) -> None:
        """Show the state of the goal, and the answer."""
        self.panel.goal_label.setText(there.goal_label.text())
        self.panel.guess_button.setEnabled(there.guess_button.isEnabled())
        sentence = there.answer_label.text() if not there.answer_label.isHidden() else ""
        if sentence != self._sentence:
            self._sentence = sentence
            self.panel.say(sentence)

    def _turn(self, number: int) -> None:
        """Fill the screen with the course, or show a step beside its plot or page."""
        if not self._presenting:
            return
        step = self._lessons.step
        page = step.view.get("page") if step is not None else None
        if number < 0 or step is None:
            self.window.present(PAGE)
        elif page in self.window.arrangement.page_names():
            self.window.present(page)
        elif self.window.arrangement.large == PAGE or step.experiment is not None:
            self.window.present("surface")

    def _toggle(self) -> None:
        if not self._presenting:
            return
        if self._lessons.step is None:
            self._turn(-1)
        else:
            self._switched_on = not self._switched_on
            self.read()
