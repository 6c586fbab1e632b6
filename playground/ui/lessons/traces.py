"""What a lesson changes in the window beside the run, given back when the lesson is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from playground.engine.branches.stopping import Stop
from playground.ui.widgets.plot_card import PlotCard

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench
    from playground.ui.surface.wish import PlaneSettings
    from playground.ui.transport.stop_when_feature import StopWhenFeature

PLACES = ("centre", "right")
"""The places of the window whose pages a lesson turns; its own page is in the third."""
PLOTS = ("surface", "loss")


@dataclass
class _Before:
    """The window before the lesson, and what the lesson chose since."""

    speed: float | None
    plane: PlaneSettings
    pages: frozenset[str]
    seen: dict[str, str]
    whole: list[PlotCard]
    """The plots that showed everything."""
    stop: Stop
    lesson_stop: Stop
    lesson_speed: list[float | None] = field(default_factory=list)
    lesson_plane: PlaneSettings | None = None
    lesson_pages: set[str] = field(default_factory=set)


class LessonTraces:
    """The speed, plane, pages and whole plots of the user, which a lesson replaces for a while.

    What the user chooses during the lesson in place of the lesson's choice stays.
    """

    def __init__(self, window: Workbench):
        self._window = window
        self._before: _Before | None = None

    def begin(self) -> None:
        """Remember the window as it is, unless a lesson has begun already."""
        if self._before is not None:
            return
        window, arrangement = self._window, self._window.arrangement
        self._before = _Before(
            window.transport.chosen_speed,
            window.surface_view.wish.plane,
            frozenset(name for name in arrangement.page_names() if arrangement.page_is_open(name)),
            {place: arrangement.seen(place) for place in PLACES},
            [card for card in self._plots() if card.shows_everything],
            self._stop_when.stop,
            self._stop_when.stop,
        )

    def note_speed(self) -> None:
        """Note that the present speed is the choice of the lesson."""
        if self._before is not None:
            self._before.lesson_speed = [self._window.transport.chosen_speed]

    def note_plane(self) -> None:
        """Note that the present plane is the choice of the lesson."""
        if self._before is not None:
            self._before.lesson_plane = self._window.surface_view.wish.plane

    def note_pages(self, names: Iterable[str]) -> None:
        """Note that the lesson opens these pages, or asks for them."""
        if self._before is not None:
            self._before.lesson_pages.update(names)

    def join(self, stop_when: StopWhenFeature) -> None:
        """Take the feature that says where runs stop."""
        self._stop_when = stop_when

    def stop_at(self, step: int | None, above: float | None = None) -> None:
        """Stop the run at this step too, or where J is above this; None: where the user has chosen alone."""
        before, chosen = self._before, self._stop_when.stop
        if before is None:
            return
        if chosen == before.lesson_stop:
            chosen = before.stop
        before.stop = chosen
        before.lesson_stop = replace(
            chosen,
            steps=chosen.steps if step is None else step,
            loss_above=chosen.loss_above if above is None else above,
        )
        if before.lesson_stop != self._stop_when.stop:
            self._stop_when.set_stop(before.lesson_stop)

    def show_side_by_side(self, middle: str, right: str) -> None:
        """Show two pages large beside each other."""
        self.note_pages([middle, right])
        self._window.arrangement.show_side_by_side(middle, right)

    def end_side_by_side(self) -> None:
        """Put the pages beside each other back."""
        self._window.arrangement.end_side_by_side()

    def give_back(self) -> None:
        """Restore what the lesson changed; nothing where none has begun."""
        before, self._before = self._before, None
        if before is None:
            return
        window = self._window
        self.end_side_by_side()
        if self._stop_when.stop == before.lesson_stop != before.stop:
            self._stop_when.set_stop(before.stop)
        if before.lesson_speed == [window.transport.chosen_speed]:
            window.transport.choose_speed(before.speed)
        plane = before.plane
        if before.lesson_plane is not None and before.lesson_plane == window.surface_view.wish.plane != plane:
            window.surface_view.choose_plane(
                plane.kind, seed=plane.seed, normalization=plane.normalization, pair=plane.pair
            )
        self._turn_back(before)
        for card in before.whole:
            if not card.shows_everything:
                card.whole_view()

    def _turn_back(self, before: _Before) -> None:
        arrangement = self._window.arrangement
        opened = before.lesson_pages | set(PLOTS)
        turned = [place for place in PLACES if arrangement.seen(place) in opened]
        for name in before.lesson_pages - before.pages:
            if arrangement.page_is_open(name):
                arrangement.hide_page(name)
        for place in turned:
            name = before.seen[place]
            if name and name != arrangement.seen(place) and arrangement.page_is_open(name):
                arrangement.show_page(name)

    def _plots(self) -> list[PlotCard]:
        return self._window.widget.findChildren(PlotCard)
