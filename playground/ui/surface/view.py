"""The loss around the weights: a surface, the path on it, and how far the picture can be trusted."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from playground.drawing.kit.labels import Box
from playground.drawing.kit.levels import Levels
from playground.drawing.kit.theme import DARK
from playground.drawing.runs import OtherRun
from playground.drawing.shown_parts import ShownParts
from playground.drawing.surface.camera import Camera
from playground.drawing.surface.captions import plane_sentence
from playground.drawing.surface.drawing import SurfaceDrawing
from playground.drawing.surface.picture import SurfacePicture
from playground.engine.painted_points import in_one_form
from playground.engine.usual_scale import is_usually_log
from playground.experiment import Experiment
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from playground.landscape.plane import Plane, Window
from playground.landscape.questions.arrows import ArrowsAnswer
from playground.landscape.questions.blame import PointGradientAnswer
from playground.landscape.questions.point import PointAnswer, PointQuestion
from playground.landscape.questions.surface import SurfaceAnswer, SurfaceQuestion
from playground.numerals import unbroken
from playground.same_landscape import landscape_of
from playground.theta_words import LANDSCAPE, landscape_title, theta_of
from playground.ui.style import set_role
from playground.ui.surface import asking, read_outs
from playground.ui.surface.asking import SurfaceState
from playground.ui.surface.path_on_plane import PathOnPlane
from playground.ui.surface.picture_options import PictureOptions
from playground.ui.surface.plane_badge import PlaneBadge, has_path
from playground.ui.surface.plane_bar import PlaneBar
from playground.ui.surface.plane_offers import OfferButtons, offers_for
from playground.ui.surface.plane_words import plane_change_words
from playground.ui.surface.pointing_card import PointingCard
from playground.ui.surface.read_outs import ReadOuts
from playground.ui.surface.resolve import Answers, caption, moment_name, needed_words, off_plane, resolve
from playground.ui.surface.whole import Whole, compute_all
from playground.ui.surface.wish import Kept, PlaneSettings, Wish
from playground.ui.widgets.buttons import quiet_button
from playground.ui.widgets.caption import Caption
from playground.ui.widgets.gestures import Gestures
from playground.ui.widgets.progress_corner import ProgressCorner
from playground.ui.widgets.scale_box import ScaleBox

CELL_PIXELS = 4.5
PATIENCE = 0.5
"""Seconds after which a surface under way shows how far it is."""


class Relief(Protocol):
    """What draws the surface in space, in a widget of its own."""

    widget: QWidget

    @property
    def levels(self) -> Levels | None: ...

    @property
    def camera(self) -> Camera: ...

    def show(self, picture: SurfacePicture) -> None: ...

    def summary(self) -> str: ...


WHOLE_TIP = "Click to start there; drag the ball to put it elsewhere"
PLANE = "plane"
"""What Undo calls a change of the plane."""


class SurfaceView(PointingCard):
    """Asks by the rules of `asking`, and draws what `resolve` makes of the wish, the run and the answers."""

    slot = SurfaceQuestion.slot
    keep_requested = Signal()
    """The weights of now shall be kept as the third point of a plane."""

    def __init__(self, lab: Lab, parent: QWidget | None = None):
        drawing = SurfaceDrawing(DARK)
        super().__init__("surface", LANDSCAPE, drawing, parent)
        self._lab = lab
        self._state = SurfaceState()
        self._has_none: tuple[SurfaceState, Snapshot, tuple[float, float] | None] | None = None
        """A state, a snapshot and a size of the picture at which there was no question."""
        self._read_outs = ReadOuts()
        self._arrows: ArrowsAnswer | None = None
        self._blame: PointGradientAnswer | None = None
        self._update: ShownParts | None = None
        self._path = PathOnPlane()
        self._snapshot: Snapshot | None = None
        self._busy_since: float | None = None
        self._restored: PlaneSettings | None = None
        self._stale = False
        self._relief: Relief | None = None
        self._make_tools()
        self.bar = PlaneBar()
        self.body.insertWidget(0, self.bar)
        self.offers = OfferButtons(self.canvas)
        self.progress = ProgressCorner(self.canvas)
        self.badge = PlaneBadge(self.canvas)
        self.caption = Caption()
        set_role(self.caption, "small")
        self.body.addWidget(self.caption)
        self._connect()

    def _make_tools(self) -> None:
        self.scale_box = ScaleBox(
            "Scale of the colours", "Colours by the logarithm of the loss, or by the loss itself"
        )
        self.options = PictureOptions()
        self.whole_button = quiet_button("⤢", "Back to the whole view (Home)", "Whole view")
        # It comes and goes at the left end, where no other tool has to step aside.
        for tool in (self.whole_button, self.scale_box, self.options, self.export_button):
            self.add_tool(tool)
        self.leave_out(self.whole_button, True)
        self.leave_out(self.options, True)

    def _connect(self) -> None:
        self._gestures = Gestures()
        self._gesture: tuple[int | None, PlaneSettings] = None, self.wish.plane
        """The present gesture, and the plane before it."""
        self.scale_box.currentIndexChanged.connect(self._set_scale)
        self.options.changed.connect(self._take_options)
        self.options.cells_changed.connect(self._set_cells)
        self.whole_button.clicked.connect(self.whole_view)
        self.bar.chosen.connect(self._change_plane)
        self._lab.view_restored.connect(self._restore)
        self.bar.keep_requested.connect(self.keep_requested)
        self.bar.follow_changed.connect(self._set_follow)
        self.options.share_changed.connect(self._set_share)
        self.progress.cancelled.connect(self._stop_refining)
        self.offers.taken.connect(self._take_offer)
        self.badge.taken.connect(self._take_offer)
        self.drawing.view_changed = self._user_moved

    # What is shown -------------------------------------------------------------------------------------

    @property
    def wish(self) -> Wish:
        """What the user chose to see."""
        return self._state.wish

    @property
    def answer(self) -> SurfaceAnswer | None:
        """The surface on the screen."""
        return self._state.answer

    @property
    def kind(self) -> str:
        return self.wish.plane.kind

    @property
    def plane(self) -> Plane | None:
        """The plane on the screen."""
        answer = self.answer
        return answer.choice.plane if answer is not None and answer.choice is not None else None

    def parameters_now(self) -> np.ndarray | None:
        return self._snapshot.view.parameters if self._snapshot is not None else None

    def moment_name(self) -> str:
        return moment_name(self._snapshot) if self._snapshot is not None else "now"

    @property
    def up_to_date(self) -> bool:
        """Whether the picture is of the part of the plane that is looked at."""
        return self._state.up_to_date

    @property
    def settled(self) -> bool:
        """Whether the picture is all that was asked for."""
        return self._snapshot is not None and asking.is_settled(self._state, self._snapshot)

    @property
    def arrows(self) -> ArrowsAnswer | None:
        """What the arrows show."""
        return self._arrows

    @property
    def kept(self) -> Kept | None:
        """The weights that the user kept."""
        return self.wish.kept

    # What is chosen ------------------------------------------------------------------------------------

    def choose_plane(self, kind: str, **needs: Any) -> None:
        """Show another plane; needs: other fields of PlaneSettings, like pair=(2, 5)."""
        settings = replace(self.wish.plane, kind=kind, **needs)
        self.bar.show_settings(settings)
        self._show_plane(settings)

    def change_plane(self, kind: str, **needs: Any) -> None:
        """Show another plane, as the user asked for: Undo shows the one before."""
        self._change_plane(replace(self.wish.plane, kind=kind, **needs))
        self.bar.show_settings(self.wish.plane)

    def _change_plane(self, settings: PlaneSettings) -> None:
        before = self.wish.plane
        self._show_plane(settings)
        gesture = self._gestures.number(held=False) if self.bar.stepping else None
        if gesture is None or gesture != self._gesture[0]:
            self._gesture = gesture, before
        named = self._snapshot.problem.parameter_name if self._snapshot is not None else str
        if before.acting != settings.acting:
            # Of keys in quick succession Undo goes back to before the first.
            text = plane_change_words(self._gesture[1], settings, named)
            self._lab.remember_view(PLANE, before, settings, text, gesture)

    def _restore(self, kind: str, value: Any) -> None:
        """Show the plane again that Undo or Redo has come to; once the run is here that it belongs to."""
        if kind != PLANE:
            return
        self._gestures.end()
        if self._snapshot is None or self._snapshot.run != self._lab.run_number:
            self._restored = value
        elif max(value.pair) < self._snapshot.problem.n_parameters:
            self.bar.show_settings(value)
            self._show_plane(value)

    def _show_plane(self, settings: PlaneSettings) -> None:
        self._state = asking.choose_plane(self._state, settings)
        self._cross.end()
        self.drawing.box.autoRange()
        self._ask_at_once()

    def keep(self, kept: Kept | None) -> None:
        """Mark these parameters, and take them as the third point of a plane."""
        self._set_wish(replace(self.wish, kept=kept))
        self.bar.show_kept(kept.step if kept is not None else None)
        self._stale = True

    @property
    def zoom(self) -> Window | None:
        """The part of the plane that the user looks at; None: all of it."""
        return self.wish.window

    def look_at(self, window: Window) -> None:
        """Show this part of the plane, as if the user had chosen it."""
        self.drawing.look_at(window)
        self._user_moved(window)

    def whole_view(self) -> None:
        self.drawing.box.autoRange()

    def set_full(self, full: bool) -> None:
        self._set_wish(replace(self.wish, full=full))
        self.bar.set_full(full)
        self.leave_out(self.options, not full)

    def set_presentation(self, on: bool) -> None:
        super().set_presentation(on)
        self.bar.setVisible(not on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.offers.place()
        self._place_badge()

    def fill_menu(self, menu: QMenu) -> None:
        box = self.options.contour_box
        contours = menu.addAction("Contours")
        contours.setCheckable(True)
        contours.setChecked(box.isChecked())
        # A slot of Qt's own would be called without the argument, which has a default in this signal.
        contours.triggered.connect(lambda on: box.setChecked(on))
        equal = menu.addAction("Equal units")
        equal.setCheckable(True)
        equal.setChecked(self.wish.equal_units)
        answer = self.answer
        equal.setEnabled(answer is not None and answer.choice is not None and answer.choice.equal_units)
        equal.triggered.connect(lambda on: self.set_equal_units(on))

    def set_equal_units(self, on: bool) -> None:
        """Draw the whole view in equal units where that suits it, or stretch it to the picture."""
        self._set_wish(replace(self.wish, equal_units=on))
        self.whole_view()
        self._ask_at_once()

    def _set_wish(self, wish: Wish) -> None:
        self._state = replace(self._state, wish=wish)

    def _set_cells(self, cells: int | None) -> None:
        self._set_wish(replace(self.wish, resolution=cells))
        self._state = asking.look_at(self._state, self.wish.window)

    def _set_follow(self, on: bool) -> None:
        self._set_wish(replace(self.wish, follow=on))

    def _set_share(self, share: float) -> None:
        self._set_wish(replace(self.wish, share=share))

    def _set_scale(self, index: int) -> None:
        self._set_wish(replace(self.wish, log_scale=index == 0))
        self.options.set_scale(self.wish.log_scale)
        self._take_options()

    def _take_options(self) -> None:
        options, levels = self.options, self.options.levels(self.wish.log_scale)
        self._set_wish(
            replace(
                self.wish,
                levels=levels,
                contours=options.contours,
                arrows=options.arrows,
                cells_told=options.cells_told,
            )
        )
        self._stale = True

    def _stop_refining(self) -> None:
        self._state = asking.stop_refining(self._state)

    def _take_offer(self, what: PlaneSettings | str) -> None:
        if isinstance(what, PlaneSettings):
            self._change_plane(what)
            self.bar.show_settings(what)
        else:
            self.keep_requested.emit()

    # Snapshots, questions, answers ---------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        before = self._snapshot
        self._snapshot = snapshot
        self._stale = True
        if before is None or before.run != snapshot.run:
            self._begin_run(before, snapshot)
            restored, self._restored = self._restored, None
            if restored is not None:
                self._restore(PLANE, restored)

    def _begin_run(self, before: Snapshot | None, snapshot: Snapshot) -> None:
        old, new = before.view.experiment if before is not None else None, snapshot.view.experiment
        self._exact = None
        self._arrows = None
        self._read_outs = read_outs.begin_run(self._read_outs)
        same = old is not None and (old == new or is_same_picture(old, new))
        self._state = asking.begin_run(self._state, same_experiment=same)
        if same:
            return
        self.name_picture(landscape_title(new))
        self.scale_box.suggest(is_usually_log(new))
        self.is_whole = new.formula is not None and new.formula.n_variables == 2
        self.canvas.setToolTip(WHOLE_TIP if self.is_whole else "")
        if old is None or landscape_of(in_one_form(old)) != landscape_of(in_one_form(new)):
            self.keep(None)
        self._show_plane(self.bar.show_parameters(snapshot.problem))

    def take_answer(self, answer: SurfaceAnswer) -> None:
        """Keep an answer, if it belongs to what is on the screen."""
        if self._snapshot is not None:
            self._state, taken = asking.take(self._state, answer, self._snapshot)
            if taken and answer.surface is not None and self.wish.log_scale and not self.scale_box.is_chosen:
                experiment = self._snapshot.view.experiment
                self.scale_box.suggest(is_usually_log(experiment, answer.surface.values))
            self._stale = self._stale or taken

    def ask_again(self) -> None:
        """Give up the question under way: it will not be answered."""
        self._state = asking.ask_again(self._state)

    def question(self) -> SurfaceQuestion | None:
        """Return what to ask now; None while an answer is on its way or nothing has changed."""
        if self._snapshot is None or not self.on_screen() or not self._is_of_now(self._snapshot):
            return None
        before, flat = self.wish.window, self._relief is None
        # Behind the surface in space the flat picture has no size of its own.
        size = (self.drawing.box.width(), self.drawing.box.height()) if flat else None
        if self._nothing_to_ask(size):
            return None
        if size is not None:
            self._fit_to_screen(*size)
        state = self._state
        self._state, question = asking.next_question(state, self._snapshot)
        if question is None and self._state is state:
            self._has_none = state, self._snapshot, size
        window = self.wish.window
        if window is None and before is not None:
            self.whole_view()
        elif window is not None and window != before:
            self.drawing.look_at(window)
        return question

    def _nothing_to_ask(self, size: tuple[float, float] | None) -> bool:
        """Return whether it is known that there is no question: each frame looks for one."""
        if self._has_none is None:
            return False
        state, snapshot, known_size = self._has_none
        return state is self._state and snapshot is self._snapshot and known_size == size

    def _fit_to_screen(self, width: float, height: float) -> None:
        side = min(width, height) / CELL_PIXELS
        # Sizes that can be halved often: the more of a surface can be predicted.
        cells = 97 if side < 120 else 145 if side < 170 else 193
        if cells != self._state.screen_cells:
            self._state = replace(self._state, screen_cells=cells)
        self._state = asking.fit_to_screen(self._state, width, height)

    def _is_of_now(self, snapshot: Snapshot) -> bool:
        """Return whether a snapshot is of the run that the lab is at."""
        return snapshot.run == self._lab.run_number

    def _ask_at_once(self) -> None:
        question = self.question()
        if question is not None:
            self._lab.ask(question)

    def point_question(self) -> PointQuestion | None:
        """Return what to ask for the read-outs of the present parameters; None while that is on its way."""
        snapshot, plane = self._snapshot, self.plane
        if snapshot is None or plane is None or not self.on_screen() or not self._is_of_now(snapshot):
            return None
        self._read_outs, question = read_outs.next_question(self._read_outs, snapshot, plane)
        return question

    def take_point(self, answer: PointAnswer) -> None:
        """Keep the read-outs of a moment."""
        if self._snapshot is not None and answer.run == self._snapshot.run:
            self._read_outs = read_outs.take(self._read_outs, answer)
            self.summarise()

    def show_others(self, runs: Sequence[OtherRun]) -> None:
        """Draw the paths of the runs beside this one."""
        self.drawing.show_others(runs)

    def take_arrows(self, answer: ArrowsAnswer | None) -> None:
        """Draw where the next step leads; None: draw no such arrows."""
        if answer is not self._arrows:
            self._arrows = answer
            self._stale = True

    def show_blame(self, answer: PointGradientAnswer | None) -> None:
        """Draw the gradient of one training point beside that of all; None: no longer."""
        if answer is not self._blame:
            self._blame = answer
            self._stale = True

    def show_update(self, shown: ShownParts | None) -> None:
        """Draw the parts of the next update in place of its arrow; None: no longer."""
        if shown is not self._update:
            self._update = shown
            self._stale = True

    # Drawing -------------------------------------------------------------------------------------------

    def frame(self) -> bool:
        """Draw what is new, if the card can be seen; return whether there was anything."""
        if not self._stale or self._snapshot is None or not self.on_screen():
            return False
        self.shown.show(self.picture())
        if self._state.finer is None:
            self.options.show_levels(self.shown.levels)
        self._stale = False
        return True

    @property
    def shown(self) -> Any:
        """What draws the surface now: the flat drawing, or the one in space."""
        return self.drawing if self._relief is None else self._relief

    @property
    def relief(self) -> Relief | None:
        """What draws the surface in space, where that is wanted."""
        return self._relief

    def set_relief(self, relief: Relief | None) -> None:
        """Show the surface in space in place of the flat one (None: the flat one again)."""
        self._relief = relief
        self._set_wish(replace(self.wish, in_space=relief is not None))
        self.set_face(relief.widget if relief is not None else None)
        for corner in (self.offers, self.progress, self.badge):
            hidden = corner.isHidden()
            corner.setParent(relief.widget if relief is not None else self.canvas)
            corner.setHidden(hidden)
            corner.raise_()
        self.offers.place()
        self._place_badge()
        self._stale = True

    def picture(self) -> SurfacePicture:
        """Return what is to be on the screen."""
        assert self._snapshot is not None
        return resolve(self.wish, self._snapshot, self._answers(), self._path.place)

    def compute_all(self) -> Generator[float, None, Whole | None]:
        """Compute the predicted cells of the picture of this moment, and return it whole; None where none is.

        Yields after each piece of work which share is computed; nothing where no cell is predicted. What the
        helper answers meanwhile changes the screen, and not what is returned.
        """
        wish, snapshot, before = self.wish, self._snapshot, self._answers()
        if snapshot is None:
            return None
        answers = yield from compute_all(snapshot, before)
        for old, new in ((before.surface, answers.surface), (before.finer, answers.finer)):
            if new is not old and new is not None and new.surface is not None and self._is_of_now(snapshot):
                self._state = asking.with_surface(self._state, new.number, new.surface)
                self._stale = True
        return Whole(snapshot, answers.surface, resolve(wish, snapshot, answers, self._path.place))

    def _answers(self) -> Answers:
        state = self._state
        return Answers(
            surface=state.answer,
            finer=state.finer,
            plane_step=state.plane_step,
            point=self._read_outs.point,
            arrows=self._arrows,
            blame=self._blame,
            update=self._update,
            levels=self.shown.levels,
        )

    # Read-outs -----------------------------------------------------------------------------------------

    def summarise(self) -> None:
        """Write the read-outs (called about ten times a second, so that they can be read)."""
        snapshot, answer, wish = self._snapshot, self.answer, self.wish
        self._show_progress()
        if snapshot is None or answer is None:
            self.caption.setText("The surface is being computed.")
            self.offers.offer([])
            self.badge.say("", wish.plane)
            return
        if answer.choice is None:
            self._say_above("")
            self.badge.say("", wish.plane)
            # It stands in the middle of the picture already.
            self.caption.setText("")
            self.describe(answer.problem)
            theta = theta_of(snapshot.view.experiment)
            self.offers.offer(offers_for(wish.plane, wish.kept is not None, theta), has_path(snapshot))
            return
        self.offers.offer([])
        self._say_off_plane(snapshot)
        sentence = plane_sentence(answer.choice, snapshot.view)
        plane = "" if self._say_above(sentence.rstrip(".")) else sentence
        drawn = self.shown.picture
        words = caption(wish, snapshot, self._answers(), drawn, self.shown.arrow_scale, plane)
        needed = needed_words(snapshot, self._answers(), drawn)
        self.caption.set_note(answer.choice.note)
        # A picture with predicted cells says so, whatever has no room then.
        self.caption.setText(unbroken(words), *needed)
        self.describe(self.shown.summary())

    def _say_off_plane(self, snapshot: Snapshot) -> None:
        """Say on the picture where its marker does not belong to the ground that it stands on."""
        shown = not self.badge.isHidden()
        sentence = off_plane(self.wish, snapshot, self._answers(), self.shown.picture, shown)
        theta = theta_of(snapshot.view.experiment)
        self.badge.say(sentence, self.wish.plane, theta, has_path(snapshot))
        self._place_badge()

    def _place_badge(self) -> None:
        """Put the badge into a corner of the plot, and the progress where the badge leaves room."""
        if not self.badge.isHidden():
            self._stand_badge()
        self.progress.place(QRect() if self.badge.isHidden() else self.badge.geometry())

    def _stand_badge(self) -> None:
        now = self.shown.picture.now
        if self._relief is not None or now is None:
            self.badge.stand((self._relief.widget if self._relief is not None else self.canvas).rect(), None)
            return
        box = self.drawing.box
        plot = self.canvas.mapFromScene(box.mapRectToScene(box.rect())).boundingRect()

        def place(a: float, b: float) -> QPoint:
            seen = math.isfinite(a + b)
            spot: QPoint = self.canvas.mapFromScene(box.mapViewToScene(QPointF(a, b)) if seen else QPointF())
            return spot

        marks = [place(mark.a, mark.b) for mark in self.shown.picture.marks]
        self.badge.stand(plot, place(now.a, now.b), marks)

    def _say_above(self, sentence: str) -> bool:
        """Say what the plane shows beside the title or beside its choice, and return whether there is room.

        Where there is none for all of it, it has to be said below the picture.
        """
        places = [self.subtitle_label, *([self.bar.sentence] if self.bar.isVisible() else [])]
        place = next((label for label in places if label.advance(sentence) <= label.width()), None)
        self.set_subtitle(sentence if place is self.subtitle_label else "")
        self.bar.sentence.setText(sentence if place is self.bar.sentence else "")
        return place is not None

    def _show_progress(self) -> None:
        surface = self.answer.surface if self.answer is not None else None
        if self._state.asked is None or surface is None or surface.complete:
            self._busy_since = None
        elif self._busy_since is None:
            self._busy_since = time.monotonic()
        late = self._busy_since is not None and time.monotonic() - self._busy_since > PATIENCE
        self.progress.show_share(surface.progress if late and surface is not None else None)

    def label_boxes(self) -> list[Box]:
        return [box for _, box in (*self.drawing.overlay.placed, *self.drawing.others.placed)]

    # Zoom and pan ----------------------------------------------------------------------------------------

    def _user_moved(self, window: Window | None) -> None:
        self._state = asking.look_at(self._state, window)
        self.leave_out(self.whole_button, window is None)
        self._stale = True
        self._ask_at_once()


def is_same_picture(one: Experiment, other: Experiment) -> bool:
    """Return whether two runs may have one picture: the planes of one are as good for the other.

    They are of two formulas of two variables that differ in start and noise alone, or of the same points in
    a generated set and in a table.
    """
    if one.data is not None and other.data is not None:
        return in_one_form(one) == in_one_form(other)
    first, second = one.formula, other.formula
    if first is None or second is None or first.n_variables != 2:
        return False
    alike = (first.limits, first.minima) == (second.limits, second.minima)
    return alike and landscape_of(one) == landscape_of(other) and one.training == other.training
