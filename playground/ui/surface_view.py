"""The loss around the weights: a surface, the path on it, and how far the picture can be trusted."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QToolButton, QWidget

from playground.drawing.captions import surface_caption
from playground.drawing.levels import Levels
from playground.drawing.surface_drawing import SurfaceDrawing
from playground.drawing.surface_picture import Now, SurfacePicture, marks_of
from playground.drawing.theme import DARK
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from playground.landscape.plane import Plane, Window
from playground.landscape.point_question import PointAnswer, PointQuestion
from playground.landscape.questions import SurfaceAnswer, SurfaceQuestion
from playground.ui.path_on_plane import PathOnPlane
from playground.ui.plot_card import PlotCard
from playground.ui.style import set_role
from playground.ui.surface_asking import KINDS, MOVES_WITH_THE_RUN, SurfaceAsker

ROOM_FOR_ALL_TOOLS = 700
SHORTEST_SENTENCE = 260
"""Pixels beside the title below which its sentence cannot be understood."""


class Relief(Protocol):
    """What draws the surface in space, in a widget of its own."""

    widget: QWidget
    levels: Levels | None

    def show(self, picture: SurfacePicture) -> None: ...

    def summary(self) -> str: ...


class SurfaceView(PlotCard):
    """Asks for surfaces by the rules of SurfaceAsker; draws surface, path, marks and the weights of now."""

    slot = SurfaceQuestion.slot

    def __init__(self, lab: Lab, parent: QWidget | None = None):
        drawing = SurfaceDrawing(DARK)
        super().__init__("surface", "Loss around the weights", drawing, drawing.item, parent)
        self._lab = lab
        self._asker = SurfaceAsker()
        self._path = PathOnPlane()
        self._snapshot: Snapshot | None = None
        self._point: PointAnswer | None = None
        self._point_asked: PointQuestion | None = None
        self._full = False
        self._stale = False
        self._relief: Relief | None = None
        self._make_tools()
        self.caption = QLabel()
        self.caption.setWordWrap(True)
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        set_role(self.caption, "small")
        self.caption.setMinimumHeight(2 * self.caption.fontMetrics().lineSpacing())
        self.body.addWidget(self.caption)
        drawing.view_changed = self._user_moved

    def _make_tools(self) -> None:
        self.kind_box = QComboBox()
        self.kind_box.setAccessibleName("Plane that is shown")
        self.kind_box.setToolTip("Which two directions of all the weights span the picture")
        self.kind_box.activated.connect(lambda _: self.choose_plane(self.kind_box.currentData()))
        self.another_button = QToolButton()
        self.another_button.setText("another")
        self.another_button.setToolTip("Two other random directions")
        self.another_button.clicked.connect(self._another)
        self.another_button.hide()
        self.another_button.setProperty("left_out", True)
        self.scale_box = QComboBox()
        self.scale_box.addItems(["log J", "linear J"])
        self.scale_box.setAccessibleName("Scale of the colours")
        self.scale_box.setToolTip("Colours by the logarithm of the loss, or by the loss itself")
        self.scale_box.currentIndexChanged.connect(self._mark_stale)
        self.contour_box = QCheckBox("contours")
        self.contour_box.setChecked(True)
        self.contour_box.setToolTip("Lines of equal loss")
        self.contour_box.toggled.connect(self._mark_stale)
        self.whole_button = QToolButton()
        self.whole_button.setText("⤢")
        self.whole_button.setAccessibleName("Whole view")
        self.whole_button.setToolTip("Back to the whole view (Home)")
        self.whole_button.clicked.connect(self.whole_view)
        set_role(self.whole_button, "quiet")
        for tool in (
            self.kind_box, self.another_button, self.scale_box, self.contour_box,
            self.whole_button, self.export_button,
        ):  # fmt: skip
            self.add_tool(tool)
        self.leave_out(self.whole_button, True)
        self._offer_planes(two_numbers=False)
        self.set_full(False)

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

    def choose_plane(self, kind: str) -> None:
        """Show another plane."""
        self.kind_box.setCurrentIndex(self.kind_box.findData(kind))
        self._asker.choose(kind, self._asker.seed)
        self.leave_out(self.another_button, kind != "random")
        self.drawing.box.autoRange()

    def whole_view(self) -> None:
        self.drawing.box.autoRange()

    def set_full(self, full: bool) -> None:
        self._full = full
        self._fit_tools()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_tools()

    def _fit_tools(self) -> None:
        self.leave_out(self.contour_box, not self._full or self.width() < ROOM_FOR_ALL_TOOLS)

    def menu_actions(self) -> list[QAction]:
        contours = QAction("Contours", self, checkable=True, checked=self.contour_box.isChecked())
        contours.triggered.connect(self.contour_box.setChecked)
        return [contours]

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self._snapshot is None or self._snapshot.run != snapshot.run:
            self._asker.new_run()
            self._point = self._point_asked = None
            self._offer_planes(snapshot.view.parameters.size == 2)
            self.drawing.box.autoRange()
        self._snapshot = snapshot
        self._stale = True

    def _offer_planes(self, two_numbers: bool) -> None:
        """Where there are only w and b, they are the plane; else the one that holds most of the run."""
        offered = [entry for entry in KINDS if two_numbers or entry[0] != "parameters"]
        if self.kind_box.count() == len(offered):
            return
        self.kind_box.clear()
        for kind, text in offered:
            self.kind_box.addItem(text, kind)
        self.choose_plane(offered[0][0])

    def take_answer(self, answer: SurfaceAnswer) -> None:
        """Keep an answer, if it belongs to what is on the screen."""
        if self._snapshot is not None and self._asker.take(answer, self._snapshot.run):
            self._stale = True

    def forget_question(self) -> None:
        """Ask again: what was asked will not be answered."""
        self._asker.forget_question()

    def question(self) -> SurfaceQuestion | None:
        """What to ask now; None while an answer is on its way or nothing has changed."""
        if self._snapshot is None or not self.on_screen():
            return None
        self._asker.resolution_at_rest = 101 if self.canvas.width() < 900 else 151
        return self._asker.question(self._snapshot)

    def point_question(self) -> PointQuestion | None:
        """What to ask for the read-outs of the present parameters; None while that is on its way."""
        snapshot, answer = self._snapshot, self._asker.answer
        if snapshot is None or answer is None or answer.choice is None or not self.on_screen():
            return None
        view, plane = snapshot.view, answer.choice.plane
        for known in (self._point, self._point_asked):
            if known is not None and known.step == view.step and same_plane(known.plane, plane):
                return None
        self._point_asked = PointQuestion(
            snapshot.run, view.step, view.parameters, plane, view.settings.l1, view.settings.l2
        )
        return self._point_asked

    def take_point(self, answer: PointAnswer) -> None:
        """Keep the read-outs of a moment."""
        if self._snapshot is not None and answer.run == self._snapshot.run:
            self._point = answer
            self.summarise()

    def frame(self) -> None:
        """Draw what is new, if anybody can see it."""
        if not self._stale or self._snapshot is None or not self.on_screen():
            return
        self.shown.show(self.picture())
        self._stale = False

    @property
    def shown(self) -> Any:
        """What draws the surface now: the flat drawing, or the one in space."""
        return self.drawing if self._relief is None else self._relief

    def set_relief(self, relief: Relief | None) -> None:
        """Show the surface in space in place of the flat one (None: the flat one again)."""
        self._relief = relief
        self.set_face(relief.widget if relief is not None else None)
        self._stale = True

    def picture(self) -> SurfacePicture:
        """What is on the screen, as plain data."""
        assert self._snapshot is not None
        view, answer = self._snapshot.view, self._asker.answer
        if answer is None or answer.choice is None:
            return SurfacePicture(None, problem=answer.problem if answer is not None else "")
        plane = answer.choice.plane
        ab, off = self._path.follow(self._snapshot.run, plane, view.history)
        return SurfacePicture(
            surface=answer.surface,
            choice=answer.choice,
            path_ab=ab,
            path_off=off,
            marks=marks_of(view.history, ab, view.experiment.training.learning_rate),
            now=self._now(),
            log_scale=self.logarithmic,
            contours=self.contour_box.isChecked(),
        )

    def _now(self) -> Now | None:
        snapshot, answer = self._snapshot, self._asker.answer
        if snapshot is None or answer is None or answer.choice is None:
            return None
        view, plane = snapshot.view, answer.choice.plane
        a, b = plane.project(view.parameters)
        point = self._point
        known = point is not None and point.step == view.step and same_plane(point.plane, plane)
        plane_loss = point.plane_loss if point is not None and known else math.nan
        return Now(a, b, view.train_loss, plane_loss, plane.distance(view.parameters))

    def _read_out(self) -> Now | None:
        """The newest moment of which the exact J of the plane is known too; None: that of the answer."""
        point, answer = self._point, self._asker.answer
        if point is None or answer is None or answer.choice is None:
            return None
        if point.step < answer.step or not same_plane(point.plane, answer.choice.plane):
            return None
        return Now(point.a, point.b, point.true_loss, point.plane_loss, point.distance)

    def summarise(self) -> None:
        """Write the read-outs (called about ten times a second, so that they can be read)."""
        snapshot, answer = self._snapshot, self._asker.answer
        if snapshot is None or answer is None:
            self.caption.setText("The surface is being computed.")
            return
        if answer.choice is None:
            self.set_subtitle("")
            self.caption.setText(answer.problem)
            self.describe(answer.problem)
            return
        ages = self._asker.kind in MOVES_WITH_THE_RUN
        step = snapshot.view.step if ages else None
        sentence = answer.choice.sentence
        caption = surface_caption(answer, self._read_out(), step, self.shown.levels, self._relief is not None)
        # Where there is no room beside the title, what the plane shows is said below the picture.
        beside = self.subtitle_label.width() >= SHORTEST_SENTENCE
        self.set_subtitle(sentence.rstrip(".") if beside else "")
        words = caption if beside else f"{sentence} {caption}"
        self.caption.setText(words.replace(" %", "\u00a0%"))
        self.caption.setToolTip(answer.choice.note)
        self.describe(self.shown.summary())

    def hover_text(self, x: float, y: float) -> str:
        return self.drawing.hover(x, y)

    def _user_moved(self, window: Window | None) -> None:
        self._asker.window = window
        self.leave_out(self.whole_button, window is None)
        self._stale = True

    def _another(self) -> None:
        self._asker.choose("random", self._asker.seed + 1)
        self.drawing.box.autoRange()

    def _mark_stale(self) -> None:
        self._stale = True


def same_plane(one: Plane, other: Plane) -> bool:
    """Whether two planes are one; an answer of the helper brings a copy."""
    return one is other or (
        np.array_equal(one.origin, other.origin)
        and np.array_equal(one.u, other.u)
        and np.array_equal(one.v, other.v)
    )
