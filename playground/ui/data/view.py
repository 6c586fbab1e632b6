"""The data with the decision boundary, or with the fitted curve where there is one input."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QGraphicsItem, QMenu, QSizePolicy, QWidget

from playground.arrays import Floats
from playground.drawing.data.drawing import BoundaryDrawing, BoundaryPicture
from playground.drawing.kit.class_marks import CLASS_SIGNS
from playground.drawing.kit.theme import DARK, Theme
from playground.engine.datasets import Samples
from playground.engine.input_slice import (
    MOST_SHOWN,
    USUAL,
    SliceChoice,
    choice_within,
    has_choice,
    may_choose,
    slice_of,
    usual_choice,
)
from playground.files.foreign_names import shown_name
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from playground.landscape.boundary import Boundary
from playground.landscape.questions.boundary import BoundaryAnswer, BoundaryQuestion
from playground.output_words import BOUNDARY
from playground.ui.data.known_losses import known_losses
from playground.ui.data.slice_bar import SliceBar
from playground.ui.style import set_role
from playground.ui.widgets.caption import Caption
from playground.ui.widgets.plain_label import PlainLabel
from playground.ui.widgets.plot_card import PlotCard

RESOLUTION_AT_REST = 121
RESOLUTION_WHILE_RUNNING = 61
MOST_BESIDE_TITLE, LETTERS_BESIDE_TITLE = 5, 12
"""Classes, and letters of their names, whose legend has room beside the title; a longer one has a row."""
REACH = 40.0
"""Distance in pixels within which a click picks a point."""


class DataView(PlotCard):
    """The data with the boundary of the newest parameters, asked for one question at a time.

    blame_text: the text of a training point under the pointer, while points have the colours of their losses.
    """

    slot = BoundaryQuestion.slot
    point_pointed = Signal(object)
    """A training point (its row), or None, while points have the colours of their losses."""
    choice_changed = Signal()
    """Other inputs are shown."""
    answered = Signal(object)
    """A BoundaryAnswer of this run."""
    face_changed = Signal()
    """Another widget has taken the place of the plot, or the plot is there again."""
    plot_wanted = Signal()
    """The plot is needed: what is in its place should go."""

    drawing: BoundaryDrawing

    def __init__(self, lab: Lab, parent: QWidget | None = None):
        super().__init__("boundary", BOUNDARY, BoundaryDrawing(DARK), parent)
        self.drawing.equal_units = True
        self._lab = lab
        self._snapshot: Snapshot | None = None
        self._answer: BoundaryAnswer | None = None
        self._asked: BoundaryQuestion | None = None
        self._answered_parameters: np.ndarray | None = None
        self._asked_window: tuple[float, ...] | None = None
        self._answered_window: tuple[float, ...] | None = None
        """The ranges of inputs of the newest question, and of the answer on the screen."""
        self._stale = False
        self._blame: tuple[Floats, Samples] | None = None
        """Losses of training points, and the samples that they are of."""
        self.choice = USUAL
        """What is shown of more than two inputs."""
        self.picked: int | None = None
        """The point that was picked, counted through training and then test points."""
        self._needs: list[Callable[[], bool]] = []
        self._points: Samples | None = None
        """The points of a stroke that is not in the run yet; None: those of the run."""
        self._hold_next = False
        self._hand_full = False
        self.blame_text: Callable[[int], str] | None = None
        self._face_title = ""
        self.there_label = PlainLabel(parent=self.canvas)
        set_role(self.there_label, "readout")
        self.there_label.hide()
        self.test_box = QCheckBox("test")
        self.test_box.setChecked(True)
        self.test_box.setAccessibleName("Test points")
        self.test_box.setToolTip("Show the points that the network is not trained on (hollow)")
        self.test_box.toggled.connect(self._mark_stale)
        self.note = Caption()
        set_role(self.note, "small")
        self.note.hide()
        self.slice_bar = SliceBar()
        self.slice_bar.chosen.connect(self.set_choice)
        self.clicked.connect(self._pick_at)
        self.body.addWidget(self.slice_bar)
        self.body.addWidget(self.note)
        self.add_tool(self.test_box)
        self.add_tool(self.export_button)

    @property
    def answer(self) -> BoundaryAnswer | None:
        """The boundary on the screen; None where there is none."""
        return self._answer

    @property
    def _loss(self) -> str | None:
        """The name of the loss that the network is trained on; None without a snapshot."""
        return None if self._snapshot is None else self._snapshot.view.experiment.loss

    @property
    def show_test(self) -> bool:
        return self.test_box.isChecked()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self._snapshot is None or self._snapshot.run != snapshot.run:
            self._asked = self._answered_parameters = None
            before = self._snapshot
            if before is None or before.samples is not snapshot.samples:
                if before is None or before.view.experiment != snapshot.view.experiment:
                    # After weights were set by hand, and after points were changed, the old boundary stays
                    # until the new one is computed.
                    self._answer = None
                self._keep_choice(snapshot.samples)
            self._stale = True
            self._snapshot = snapshot
            self._name_face()
            self.show_legend(self.drawing.theme)
            self._say_slice()
        self._snapshot = snapshot

    def set_face(self, face: QWidget | None, title: str = "") -> None:
        """Show another widget in place of the plot, under its own title (None: the plot again)."""
        super().set_face(face)
        self._face_title = title
        self._name_face()
        self._say_slice()
        self.face_changed.emit()

    def _name_face(self) -> None:
        """Show the title of what the card shows."""
        if self._face_title:
            self.set_title(self._face_title)
        elif self._snapshot is not None:
            samples = self._snapshot.samples
            self.set_title(samples.output_words(self._loss).title(min(samples.n_raw, MOST_SHOWN)))

    def _keep_choice(self, samples: Samples) -> None:
        """Keep what is shown for the same points, and but for the picked point for others of the same inputs.

        Other inputs begin with the usual ones.
        """
        before = None if self._snapshot is None else self._snapshot.samples
        if before is not None and before.same_points(samples):
            return
        self.picked = None
        same = before is not None and samples.raw_names == before.raw_names
        self.choice = (
            choice_within(samples, self.choice._replace(point=None)) if same else usual_choice(samples)
        )

    def _say_slice(self) -> None:
        """Say what the picture leaves out, and show what is chosen."""
        if self._snapshot is None:
            return
        samples = self._snapshot.samples
        self.slice_bar.show_choice(samples, self.choice, self.picked)
        # Both are about the plot, not about what is in its place.
        self.slice_bar.setVisible(has_choice(samples) and not self.has_face)
        self.fit_axes()
        sentences = (slice_of(samples, self.choice).sentence, *samples.notices)
        self.note.setText(" ".join(filter(None, sentences)))
        self.note.setVisible(bool(self.note.text()) and not self.has_face)

    def fit_axes(self) -> None:
        super().fit_axes()
        # The boxes below the picture name both inputs too.
        inputs_too = self._snapshot is not None and may_choose(self._snapshot.samples)
        self.drawing.leave_names_out(self.is_low and not self.slice_bar.isHidden() and inputs_too)

    def set_choice(self, choice: SliceChoice) -> None:
        """Show other inputs: the boundary of this slice is asked for."""
        if choice != self.choice:
            self.choice = choice
            self._answer = self._answered_parameters = None
            self._stale = True
            self.drawing.show_there(None)
            self.choice_changed.emit()
        self._say_slice()

    def restore_choice(self, choice: SliceChoice) -> None:
        """Show a slice that was chosen before, of the run on the screen, as far as it has these inputs."""
        if self._snapshot is None:
            return
        choice = choice_within(self._snapshot.samples, choice)
        self.picked = choice.point
        self.set_choice(choice)

    def pick(self, point: int | None) -> None:
        """Pick a point: where the other inputs stay at a picked point, they stay at this one."""
        self.picked = point
        follow = self.choice.point is not None
        self.set_choice(self.choice._replace(point=point) if follow else self.choice)

    def places(self) -> np.ndarray:
        """Return where the points are drawn (n, 2), training points first; empty without a snapshot."""
        if self._snapshot is None:
            return np.empty((0, 2))
        return np.vstack(BoundaryPicture(self._snapshot.samples, None, choice=self.choice).places)

    def nearest(self, x: float, y: float) -> int | None:
        """Return the shown point that is nearest to a place of the plot; None where none is near."""
        places = self.places()
        if self._snapshot is not None and not self.show_test:
            places = places[: len(self._snapshot.samples.X_train)]
        wide, high = self.pixel_size
        apart = np.hypot((places[:, 0] - x) / wide, (places[:, 1] - y) / high)
        return int(np.argmin(apart)) if len(apart) and apart.min() <= REACH else None

    def _pick_at(self, x: float, y: float, plain: bool) -> None:
        if plain and self._snapshot is not None and may_choose(self._snapshot.samples):
            point = self.nearest(x, y)
            if point is not None:
                self.pick(point)

    def take_answer(self, answer: BoundaryAnswer) -> None:
        """Draw an answer, if it belongs to this run."""
        if self._snapshot is None or answer.run != self._snapshot.run:
            return
        if answer.boundary.choice != self.choice:
            # Of a slice that was left: it is asked for again.
            self._asked = None
            return
        self._answer = answer
        if self._asked is not None and answer.step == self._asked.step:
            self._answered_parameters = self._asked.parameters
            self._answered_window = self._asked_window
            self._asked = None
        self._stale = True
        self.answered.emit(answer)

    def add_item(self, item: QGraphicsItem) -> None:
        """Draw an item over the plot, whose range does not follow it."""
        self.drawing.box.addItem(item, ignoreBounds=True)

    def also_for(self, needed: Callable[[], bool]) -> None:
        """Ask also while needed() is true."""
        self._needs.append(needed)

    def clear_question(self) -> None:
        """Clear the open question: it will not be answered and may be asked again."""
        self._asked = None

    def question(self) -> BoundaryQuestion | None:
        """Return the question to ask now; None while an answer is due or nothing has changed."""
        if self._snapshot is None or not (self.on_screen() or any(needed() for needed in self._needs)):
            return None
        view, run = self._snapshot.view, self._snapshot.run
        running = self._snapshot.state == "running"
        resolution = RESOLUTION_WHILE_RUNNING if running else RESOLUTION_AT_REST
        if self._asked is not None and self._asked.run == run:
            return None
        # The weights can be set by hand, and then differ at the same step.
        same = self._answered_parameters is not None and np.array_equal(
            self._answered_parameters, view.parameters
        )
        window = self._window_to_ask_for(self._snapshot.samples)
        fine = self._answer is not None and len(self._answer.boundary.x1) >= resolution
        if fine and same and window == self._answered_window:
            return None
        self._asked_window = window
        self._asked = BoundaryQuestion(
            run=run,
            step=view.step,
            parameters=view.parameters,
            resolution=resolution,
            choice=self.choice,
            window=window,
        )
        return self._asked

    def _window_to_ask_for(self, samples: Samples) -> tuple[float, ...] | None:
        """Return the inputs to compute predictions for; None: around the samples."""
        picture = self.drawing.picture
        # Of other points, or other inputs, the plot shows nothing yet.
        known = picture is not None and picture.samples is samples and picture.choice == self.choice
        window = self.drawing.shown_range() if known else self.drawing.held
        return None if window is None else window[: 2 * slice_of(samples, self.choice).n_axes]

    def frame(self) -> bool:
        """Draw what is new, if the view is visible; return whether anything was drawn."""
        if not self._stale or self._snapshot is None or not self.on_screen():
            return False
        boundary = self._answer.boundary if self._answer is not None else None
        samples = self._points or self._snapshot.samples
        self.drawing.show(
            BoundaryPicture(samples, boundary, self.show_test, self._losses(samples), self._loss, self.choice)
        )
        self._hold()
        self._stale = False
        return True

    def show_points(self, samples: Samples | None) -> None:
        """Show the points as a stroke leaves them, until the run has them; None: those of the run."""
        if samples is not self._points:
            self._points = samples
            self._stale = True

    def hold_window(self, on: bool) -> None:
        """Keep the range of the next picture while points are edited, wherever they are; or follow them."""
        self._hold_next = on
        if self.drawing.held is not None:
            self.drawing.held = None
            self._answered_parameters = None
        self._stale = True

    def _hold(self) -> None:
        """Keep the range of this picture, where that was asked for."""
        if self._hold_next:
            self._hold_next = False
            self.drawing.held = self.drawing.whole_range()

    @property
    def blame(self) -> np.ndarray | None:
        """The losses in whose colours the training points are shown; None where they are not."""
        return None if self._snapshot is None else self._losses(self._snapshot.samples)

    def _losses(self, samples: Samples) -> Floats | None:
        """Return the losses of these training points (n,), NaN of those that a stroke has just made."""
        return None if self._blame is None else known_losses(*self._blame, samples)

    def show_blame(self, losses: np.ndarray | None) -> None:
        """Show each training point in the colour of its own loss (n,); None: end this."""
        if losses is None or self._snapshot is None:
            self._blame = None
        else:
            # One that is not a number is as far beyond every colour as one that is infinite.
            self._blame = np.where(np.isnan(losses), np.inf, losses), self._snapshot.samples
        self._stale = True
        if losses is None:
            self.point_at(None)

    def set_point_text(self, text: Callable[[int], str]) -> None:
        """Set the function text(row) for the text beside a training point while points are blamed."""
        self.blame_text = text

    def point_at(self, index: int | None) -> None:
        """Draw a ring around a training point."""
        if index != self.drawing.blame.pointed:
            self.drawing.blame.point_at(index)
            self.point_pointed.emit(index)

    def show_there(self, boundary: Boundary | None) -> None:
        """Show the predictions with the weights at a place of the surface; None: end this."""
        if boundary is not None and boundary.choice != self.choice:
            return
        text = self.drawing.show_there(boundary)
        if not text and not self.there_label.text():
            return
        self.there_label.setText(text)
        self.there_label.setVisible(bool(text))
        self._place_label()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_label()

    def _place_label(self) -> None:
        self.there_label.adjustSize()
        area = self.canvas.mapFromScene(self.drawing.box.sceneBoundingRect()).boundingRect()
        self.there_label.move(area.left() + 4, area.bottom() - self.there_label.height() - 3)

    def summarise(self) -> None:
        self.describe(self.drawing.summary())

    def show_legend(self, theme: Theme) -> None:
        super().show_legend(theme)
        names = [name.removeprefix("class ") for name in self._class_names] if self._snapshot else []
        above = len(names) > MOST_BESIDE_TITLE or sum(map(len, names)) > LETTERS_BESIDE_TITLE
        if above == (self.body.indexOf(self.legend) >= 0):
            return
        # Many classes, or long names, have no room beside the title and the buttons of a narrow card.
        wide = QSizePolicy.Policy.Ignored if above else QSizePolicy.Policy.Preferred
        self.legend.setSizePolicy(wide, QSizePolicy.Policy.Preferred)
        if above:
            self.header.removeWidget(self.legend)
            self.body.insertWidget(self.body.indexOf(self.canvas), self.legend)
        else:
            self.body.removeWidget(self.legend)
            self.header.insertWidget(1, self.legend)

    def legend_text(self, theme: Theme) -> str:
        if self._snapshot is None or not self._snapshot.samples.classification:
            return ""
        return self._legend(theme, *self._class_names)

    @staticmethod
    def _legend(theme: Theme, *names: str) -> str:
        return "&nbsp;&nbsp; ".join(
            f"<span style='color:{color}'>{sign}</span> {html.escape(name)}"
            for sign, color, name in zip(CLASS_SIGNS, theme.classes, names, strict=False)
        )

    def shorter_legends(self, text: str) -> tuple[str, ...]:
        cut = [
            self._legend(self.drawing.theme, *(shown_name(name, most) for name in self._class_names))
            for most in (12, 8, 5, 3)
        ]
        shorter = [text.replace(" class ", " "), *cut]
        most = 3 if len(self._class_names) > 2 else 1
        initials = distinct_beginnings([name.removeprefix("class ") for name in self._class_names], most)
        if initials:
            shorter.append(self._legend(self.drawing.theme, *initials))
        narrow = [form.replace("&nbsp;&nbsp; ", " ") for form in shorter]
        return (*shorter, *narrow, narrow[-1].replace("</span> ", "</span>"), "")

    @property
    def _class_names(self) -> tuple[str, ...]:
        assert self._snapshot is not None
        return self._snapshot.samples.class_names

    def take_in_hand(self, tool: bool) -> None:
        """Show no text at the pointer while a tool is in hand: it would cover what is painted."""
        self._hand_full = tool
        if tool:
            self.hide_readout()

    def hover_text(self, x: float, y: float) -> str:
        if self._hand_full:
            return ""
        text = self.drawing.hover(x, y)
        if self._blame is None or self.blame_text is None:
            result: str = text
            return result
        index = self.drawing.blame.nearest(x, y)
        self.point_at(index)
        return text if index is None else self.blame_text(index)

    def end_hover(self) -> None:
        self.point_at(None)

    def fill_menu(self, menu: QMenu) -> None:
        menu.addActions(self.actions())

    def _mark_stale(self) -> None:
        self._stale = True


def distinct_beginnings(names: Sequence[str], most: int) -> list[str]:
    """Return the beginnings of names, as few letters of each as tell them apart.

    most: the largest number of letters; where even so many leave two names alike, nothing is returned.
    """
    for length in range(1, most + 1):
        beginnings = [name[:length] for name in names]
        if len(set(beginnings)) == len(names):
            return beginnings
    return []
