"""The loss around the weights: a surface, the path on it, and how far the picture can be trusted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QMenu, QToolButton, QWidget

from playground.drawing.kit.levels import Levels
from playground.drawing.kit.theme import DARK
from playground.drawing.runs import OtherRun
from playground.drawing.surface.camera import Camera
from playground.drawing.surface.captions import plane_sentence
from playground.drawing.surface.drawing import SurfaceDrawing
from playground.drawing.surface.picture import SurfacePicture
from playground.lab.lab import Lab
from playground.lab.snapshot import RUNNING, Snapshot
from playground.landscape.plane import Plane, Window
from playground.landscape.questions.arrows import ArrowsAnswer
from playground.landscape.questions.blame import PointGradientAnswer
from playground.landscape.questions.point import PointAnswer, PointQuestion
from playground.landscape.questions.surface import SurfaceAnswer, SurfaceQuestion
from playground.ui.style import set_role
from playground.ui.surface.asking import Kept, PlaneSettings, SurfaceAsker
from playground.ui.surface.content import SurfaceContent
from playground.ui.surface.picture_options import PictureOptions
from playground.ui.surface.plane_bar import PlaneBar
from playground.ui.surface.plane_offers import OfferButtons, offers_for
from playground.ui.surface.pointing_card import PointingCard
from playground.ui.surface.read_outs import moment_name
from playground.ui.widgets.caption import Caption
from playground.ui.widgets.progress_corner import ProgressCorner

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


class SurfaceView(PointingCard):
    """Asks for surfaces by the rules of SurfaceAsker; draws surface, path, marks and the weights of now."""

    slot = SurfaceQuestion.slot
    keep_wanted = Signal()
    """The weights of now shall be kept as the third point of a plane."""

    def __init__(self, lab: Lab, parent: QWidget | None = None):
        drawing = SurfaceDrawing(DARK)
        super().__init__("surface", "Loss around the weights", drawing, parent)
        self._lab = lab
        self._asker = SurfaceAsker()
        self._snapshot: Snapshot | None = None
        self._busy_since: float | None = None
        self._full = False
        self._stale = False
        self._relief: Relief | None = None
        self._make_tools()
        self._content = SurfaceContent(self._asker, self.options)
        self.bar = PlaneBar()
        self.body.insertWidget(0, self.bar)
        self.offers = OfferButtons(self.canvas)
        self.progress = ProgressCorner(self.canvas)
        self.caption = Caption()
        set_role(self.caption, "small")
        self.body.addWidget(self.caption)
        self._connect()

    def _make_tools(self) -> None:
        self.scale_box = QComboBox()
        self.scale_box.addItems(["log J", "linear J"])
        self.scale_box.setAccessibleName("Scale of the colours")
        self.scale_box.setToolTip("Colours by the logarithm of the loss, or by the loss itself")
        self.options = PictureOptions()
        self.whole_button = QToolButton()
        self.whole_button.setText("⤢")
        self.whole_button.setAccessibleName("Whole view")
        self.whole_button.setToolTip("Back to the whole view (Home)")
        set_role(self.whole_button, "quiet")
        # It comes and goes at the left end, where no other tool has to step aside.
        for tool in (self.whole_button, self.scale_box, self.options, self.export_button):
            self.add_tool(tool)
        self.leave_out(self.whole_button, True)
        self.leave_out(self.options, True)

    def _connect(self) -> None:
        self.scale_box.currentIndexChanged.connect(self._set_scale)
        self.options.changed.connect(self._mark_stale)
        self.options.cells_changed.connect(self._set_cells)
        self.whole_button.clicked.connect(self.whole_view)
        self.bar.chosen.connect(self._show_plane)
        self.bar.keep_wanted.connect(self.keep_wanted)
        self.bar.follow_changed.connect(self._set_follow)
        self.options.share_changed.connect(self._set_share)
        self.progress.cancelled.connect(self._asker.cancel)
        self.offers.taken.connect(self._take_offer)
        self.drawing.view_changed = self._user_moved

    # What stands here ----------------------------------------------------------------------------------

    @property
    def answer(self) -> SurfaceAnswer | None:
        """The surface on the screen."""
        return self._asker.answer

    @property
    def kind(self) -> str:
        return self._asker.kind

    @property
    def logarithmic(self) -> bool:
        return self.scale_box.currentIndex() == 0

    @property
    def plane(self) -> Plane | None:
        """The plane on the screen."""
        answer = self._asker.answer
        return answer.choice.plane if answer is not None and answer.choice is not None else None

    def parameters_now(self) -> np.ndarray | None:
        return self._snapshot.view.parameters if self._snapshot is not None else None

    def moment_name(self) -> str:
        return moment_name(self._snapshot) if self._snapshot is not None else "now"

    @property
    def up_to_date(self) -> bool:
        """Whether the picture is of the part of the plane that is looked at."""
        return self._asker.up_to_date

    @property
    def settled(self) -> bool:
        """Whether the picture is all that was asked for."""
        return self._snapshot is not None and self._asker.settled(self._snapshot)

    @property
    def arrows(self) -> ArrowsAnswer | None:
        """What the arrows show."""
        return self._content.arrows

    @property
    def kept(self) -> Kept | None:
        """The weights that the user kept."""
        return self._asker.kept

    # What is chosen ------------------------------------------------------------------------------------

    def choose_plane(self, kind: str, **needs: Any) -> None:
        """Show another plane; needs: other fields of PlaneSettings, like pair=(2, 5)."""
        settings = replace(self._asker.settings, kind=kind, **needs)
        self.bar.show_settings(settings)
        self._show_plane(settings)

    def _show_plane(self, settings: PlaneSettings) -> None:
        self._asker.choose(settings)
        self._cross.end()
        self.drawing.box.autoRange()
        self._ask_at_once()

    def keep(self, kept: Kept | None) -> None:
        """Mark these parameters, and take them as the third point of a plane."""
        self._asker.kept = kept
        self.bar.show_kept(kept.step if kept is not None else None)
        self._mark_stale()

    @property
    def zoom(self) -> Window | None:
        """The part of the plane that the user looks at; None: all of it."""
        return self._asker.window

    def look_at(self, window: Window) -> None:
        """Show this part of the plane, as if the user had chosen it."""
        self.drawing.look_at(window)
        self._user_moved(window)

    def whole_view(self) -> None:
        self.drawing.box.autoRange()

    def set_full(self, full: bool) -> None:
        self._full = full
        self.bar.set_full(full)
        self.leave_out(self.options, not full)

    def set_presentation(self, on: bool) -> None:
        super().set_presentation(on)
        self.bar.setVisible(not on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.offers.place()
        self.progress.place()

    def fill_menu(self, menu: QMenu) -> None:
        box = self.options.contour_box
        contours = menu.addAction("Contours")
        contours.setCheckable(True)
        contours.setChecked(box.isChecked())
        # A slot of Qt's own would be called without the argument, which has a default in this signal.
        contours.triggered.connect(lambda on: box.setChecked(on))

    def _set_cells(self, cells: int | None) -> None:
        self._asker.resolution = cells
        self._asker.look_at(self._asker.window)

    def _set_follow(self, on: bool) -> None:
        self._asker.follow = on

    def _set_share(self, share: float) -> None:
        self._asker.share = share

    def _take_offer(self, what: PlaneSettings | str) -> None:
        if isinstance(what, PlaneSettings):
            self.bar.show_settings(what)
            self._show_plane(what)
        else:
            self.keep_wanted.emit()

    # Snapshots, questions, answers ---------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        before = self._snapshot
        self._snapshot = snapshot
        self._stale = True
        if before is None or before.run != snapshot.run:
            self._begin_run(before, snapshot)

    def _begin_run(self, before: Snapshot | None, snapshot: Snapshot) -> None:
        old, new = before.view.experiment if before is not None else None, snapshot.view.experiment
        self._exact = None
        self._content.begin_run()
        self._asker.new_run(same_experiment=old == new)
        if old == new:
            return
        if old is None or (old.network, old.data) != (new.network, new.data):
            self.keep(None)
        self._show_plane(self.bar.show_network(new.layer_sizes))

    def take_answer(self, answer: SurfaceAnswer) -> None:
        """Keep an answer, if it belongs to what is on the screen."""
        if self._snapshot is not None and self._asker.take(answer, self._snapshot):
            self._stale = True

    def forget_question(self) -> None:
        """Ask again: what was asked will not be answered."""
        self._asker.forget_question()

    def question(self) -> SurfaceQuestion | None:
        """What to ask now; None while an answer is on its way or nothing has changed."""
        if self._snapshot is None or not self.on_screen() or not self._is_of_now(self._snapshot):
            return None
        side = min(self.drawing.box.width(), self.drawing.box.height()) / CELL_PIXELS
        self._asker.resolution_at_rest = 101 if side < 120 else 151 if side < 170 else 201
        window = self._asker.window
        question = self._asker.question(self._snapshot)
        if self._asker.window is None and window is not None:
            self.whole_view()
        elif self._asker.window is not None and self._asker.window != window:
            self.drawing.look_at(self._asker.window)
        return question

    def _is_of_now(self, snapshot: Snapshot) -> bool:
        """Whether no other run has begun of which nothing was seen yet."""
        return snapshot.run == self._lab.run_number

    def _ask_at_once(self) -> None:
        question = self.question()
        if question is not None:
            self._lab.ask(question)

    def point_question(self) -> PointQuestion | None:
        """What to ask for the read-outs of the present parameters; None while that is on its way."""
        snapshot, plane = self._snapshot, self.plane
        if snapshot is None or plane is None or not self.on_screen() or not self._is_of_now(snapshot):
            return None
        return self._content.read_outs.question(snapshot, plane)

    def take_point(self, answer: PointAnswer) -> None:
        """Keep the read-outs of a moment."""
        if self._snapshot is not None and answer.run == self._snapshot.run:
            self._content.read_outs.take(answer)
            self.summarise()

    def show_others(self, runs: Sequence[OtherRun]) -> None:
        """Draw the paths of the runs beside this one."""
        self.drawing.show_others(runs)

    def set_short(self, short: bool) -> None:
        """Keep the caption short, where there is little room."""
        self.caption.set_short(short)

    def take_arrows(self, answer: ArrowsAnswer | None) -> None:
        """Draw where the next step leads; None: that is not known now."""
        if answer is not self._content.arrows:
            self._content.arrows = answer
            self._stale = True

    def show_blame(self, answer: PointGradientAnswer | None) -> None:
        """Draw the gradient of one training point beside that of all; None: no longer."""
        if answer is not self._content.blame:
            self._content.blame = answer
            self._stale = True

    # Drawing -------------------------------------------------------------------------------------------

    def frame(self) -> bool:
        """Draw what is new, if anybody can see it; whether there was anything."""
        if not self._stale or self._snapshot is None or not self.on_screen():
            return False
        self.shown.show(self.picture())
        if self._asker.finer is None:
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
        self.set_face(relief.widget if relief is not None else None)
        for corner in (self.offers, self.progress):
            hidden = corner.isHidden()
            corner.setParent(relief.widget if relief is not None else self.canvas)
            corner.setHidden(hidden)
            corner.raise_()
            corner.place()
        self._stale = True

    def picture(self) -> SurfacePicture:
        """What is on the screen, as plain data."""
        assert self._snapshot is not None
        return self._content.picture(self._snapshot, self.logarithmic, self.shown.levels)

    # Read-outs -----------------------------------------------------------------------------------------

    def summarise(self) -> None:
        """Write the read-outs (called about ten times a second, so that they can be read)."""
        snapshot, answer = self._snapshot, self._asker.answer
        self._show_progress()
        if snapshot is None or answer is None:
            self.caption.keep_height(None, steady=False)
            self.caption.setText("The surface is being computed.")
            self.offers.offer([])
            return
        if answer.choice is None:
            self._say_above("")
            self.caption.keep_height(None, steady=False)
            # It stands in the middle of the picture already.
            self.caption.setText("")
            self.describe(answer.problem)
            self.offers.offer(offers_for(self._asker.settings, self.kept is not None))
            return
        self.offers.offer([])
        in_space = self._relief is not None
        caption = self._content.caption(snapshot, answer, self.shown, in_space, self._full)
        sentence = plane_sentence(answer.choice, snapshot.view)
        above = self._say_above(sentence.rstrip("."))
        words = caption if above else f"{sentence} {caption}"
        about = self.kind, in_space, self._full, above
        self.caption.keep_height(about, steady=snapshot.state == RUNNING)
        self.caption.set_note(answer.choice.note)
        self.caption.setText(words.replace(" %", "\u00a0%"))
        self.describe(self.shown.summary())

    def _say_above(self, sentence: str) -> bool:
        """Say what the plane shows beside the title or beside its choice, where there is room for all of it;
        whether there is. Else it is to be said below the picture.
        """
        places = [self.subtitle_label, *([self.bar.sentence] if self.bar.isVisible() else [])]
        place = next((label for label in places if label.advance(sentence) <= label.width()), None)
        self.set_subtitle(sentence if place is self.subtitle_label else "")
        self.bar.sentence.setText(sentence if place is self.bar.sentence else "")
        return place is not None

    def _show_progress(self) -> None:
        surface = self.answer.surface if self.answer is not None else None
        if not self._asker.waiting or surface is None or surface.complete:
            self._busy_since = None
        elif self._busy_since is None:
            self._busy_since = time.monotonic()
        late = self._busy_since is not None and time.monotonic() - self._busy_since > PATIENCE
        self.progress.show_share(surface.progress if late and surface is not None else None)

    # Hands ---------------------------------------------------------------------------------------------

    def _user_moved(self, window: Window | None) -> None:
        self._asker.look_at(window)
        self.leave_out(self.whole_button, window is None)
        self._stale = True
        self._ask_at_once()

    def _set_scale(self, _: int) -> None:
        self.options.set_scale(self.logarithmic)
        self._stale = True

    def _mark_stale(self, *_: object) -> None:
        self._stale = True
