"""The page of a fork: the list of its branches, and each branch with its boundary, its J and its button."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from playground.drawing.data.drawing import BoundaryDrawing, BoundaryPicture
from playground.drawing.kit.items import solid_pen
from playground.drawing.kit.theme import Theme
from playground.drawing.runs import Look
from playground.engine.branches.fork import ForkView
from playground.engine.datasets import Samples
from playground.engine.input_slice import slice_of
from playground.engine.schedules import slider_name
from playground.landscape.boundary import Boundary
from playground.numerals import count_text, number_text, running_loss_text
from playground.ui.runs.fork_list import USUAL, common_rate, labels_of
from playground.ui.style import set_role
from playground.ui.widgets.card import Card
from playground.ui.widgets.plain_label import Paragraph, PlainLabel
from playground.ui.widgets.plot_card import PlotCanvas

BOUNDARY_HEIGHT = 84
POINT_SIZE = 3.4
NO_BOUND = "J falls without bound so far"
ONE_FOR_ALL, EACH_ITS_BEST = "one α for all", "best α each"
RACES = (ONE_FOR_ALL, EACH_ITS_BEST)
EXPLAINED = (
    "A fork continues the run from here with several learning rates side by side, on the same batches: "
    "numbers (0.5), factors of {} (×3; ÷10), or optimisers (Adam 0.01), apart by semicolons."
)


def explained(schedule: str) -> str:
    """Return the explanation of a fork; under a schedule its numbers are values of the slider."""
    return EXPLAINED.format("the present α" if schedule == "constant" else f"the {slider_name(schedule)}")


class LineKey(QWidget):
    """A piece of a branch's line, as the plots draw it."""

    def __init__(self, look: Look, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self._look, self._theme = look, theme
        self.setFixedSize(26, 10)

    def restyle(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(solid_pen(self._look.color(self._theme), 2.4, self._look.dashes))
        painter.drawLine(QPointF(1, 5), QPointF(self.width() - 1, 5))


class BranchRow(QWidget):
    """One branch: its line and name, J, its boundary, and a button to go on with it."""

    def __init__(self, label: str, look: Look, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.key = LineKey(look, theme)
        name = Paragraph(label, "title")
        self.loss, self.distance = PlainLabel(), Paragraph(role="small")
        set_role(self.loss, "small")
        self.distance.hide()
        self.keep_button = QPushButton("Continue")
        self.keep_button.setToolTip(f"Continue with this one: {label}")
        self.keep_button.setAccessibleName(f"Continue with {label}")
        set_role(self.keep_button, "quiet")
        self.drawing = BoundaryDrawing(theme)
        for axis in ("left", "bottom"):
            self.drawing.item.hideAxis(axis)
        self.drawing.bar.set_shown(False)
        self.canvas = PlotCanvas()
        self.canvas.setCentralItem(self.drawing.item)
        self.canvas.setFixedHeight(BOUNDARY_HEIGHT)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.setAccessibleName(f"Boundary of {label}")
        self.canvas.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        # A run on a formula has none.
        self.canvas.hide()
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(7)
        head.addWidget(self.key)
        head.addWidget(name, 1)
        foot.addWidget(self.loss, 1)
        foot.addWidget(self.keep_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 4, 4)
        column.setSpacing(1)
        column.addLayout(head)
        column.addWidget(self.canvas)
        column.addLayout(foot)
        column.addWidget(self.distance)
        self.restyle(theme)

    def restyle(self, theme: Theme) -> None:
        self.key.restyle(theme)
        self.canvas.setBackground(theme.card)
        self.drawing.restyle(replace(theme, point_size=POINT_SIZE))

    def show_loss(
        self, loss: float, best: bool, distance: float | None = None, falls_without_bound: bool = False
    ) -> None:
        """Write J. best: whether no other branch is lower. distance: to the nearest known minimum, if any.

        falls_without_bound: whether J escapes downward, as far as the branch has gone.
        """
        text = "J is not finite" if math.isnan(loss) else f"J {running_loss_text(loss)}"
        if best:
            text += " · lowest"
        if text != self.loss.text():
            self.loss.setText(text)
        self.distance.setVisible(distance is not None or falls_without_bound)
        far = NO_BOUND if falls_without_bound else ""
        if distance is not None and math.isfinite(distance):
            far = f"{number_text(distance, 3)} from the nearest known minimum"
        if far != self.distance.text():
            self.distance.setText(far)

    def show_boundary(self, samples: Samples, boundary: Boundary | None) -> None:
        self.canvas.show()
        self.drawing.show(BoundaryPicture(samples, boundary, show_test=False))
        self.canvas.setAccessibleDescription(self.drawing.summary())


class ForkPage(Card):
    """The list above, then the branches."""

    fork_requested = Signal(str)
    race_requested = Signal()
    """A race, with the α of each_its_best."""
    drop_requested = Signal()
    keep_requested = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__("Fork", "", parent)
        self._theme = theme
        self._labels: tuple[str, ...] = ()
        self._has_boundaries = True
        self._told = self._slice = ""
        """What the branches share, and what the pictures of their boundaries leave out of many inputs."""
        self.rows: list[BranchRow] = []
        self.list_edit = QLineEdit(USUAL)
        self.list_edit.setAccessibleName("Learning rates or optimisers of the fork")
        self.list_edit.returnPressed.connect(self._ask)
        self.fork_button = QPushButton("Fork here")
        self.fork_button.setToolTip("Continue from here with each entry of the list, side by side")
        self.fork_button.clicked.connect(self._ask)
        self.race_button = QPushButton("Race")
        self.race_button.setAccessibleName("Race of all optimisers")
        self.race_button.setToolTip("Continue from here with all optimisers, side by side")
        self.race_button.clicked.connect(self.race_requested)
        self.race_box = QComboBox()
        for words in RACES:
            self.race_box.addItem(words)
        self.race_box.setAccessibleName("Learning rates of the race")
        self.race_box.setToolTip("One α for all, or for each the one whose look-ahead ends with the lowest J")
        self.drop_button = QPushButton("Drop the fork")
        self.drop_button.setToolTip("Take all branches away; the run stands where it was forked")
        self.drop_button.clicked.connect(self.drop_requested)
        self.problem = Paragraph(role="problem")
        self.words = Paragraph(role="small")
        self.race_words = Paragraph(role="small")
        buttons = QHBoxLayout()
        buttons.addWidget(self.fork_button)
        buttons.addWidget(self.race_button)
        buttons.addWidget(self.race_box, 1)
        self._branches = QVBoxLayout()
        self._branches.setContentsMargins(0, 0, 0, 0)
        self._branches.setSpacing(4)
        inner = QWidget()
        inner.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        inner.setLayout(self._branches)
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName("Fork")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        # The background of the card, not that of a list.
        for ground in (inner, self._scroll.viewport()):
            ground.setAutoFillBackground(False)
        self.body.addWidget(self.list_edit)
        self.body.addLayout(buttons)
        self.body.addWidget(self.race_words)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.words)
        self.set_body(self._scroll)
        self.body.addWidget(self.drop_button)
        self.problem.hide()
        self.race_words.hide()
        self.show_fork(None)

    @property
    def each_its_best(self) -> bool:
        """Whether a race gives each optimiser its best α, or all of them the present one."""
        return self.race_box.currentIndex() == RACES.index(EACH_ITS_BEST)

    def show_race_words(self, text: str) -> None:
        """Write what is known of the learning rates of the race; empty: nothing."""
        self.race_words.setText(text)
        self.race_words.setVisible(bool(text))

    def show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def show_fork(
        self, fork: ForkView | None, schedule: str = "constant", distances: Sequence[float] = ()
    ) -> None:
        """Write the branches and their losses; None: there is no fork.

        schedule: the one that scales their α. distances: of each to the nearest known minimum, if any.
        """
        plans = tuple(branch.plan for branch in fork.branches) if fork else ()
        labels = labels_of(plans, schedule)
        self.list_edit.setToolTip(explained(schedule))
        if labels != self._labels or fork is None:
            self._lay_out(labels)
        self.drop_button.setVisible(fork is not None)
        if fork is None:
            self.words.setText(explained(schedule))
            return
        made = count_text(fork.step - fork.first_step)
        words = f"{made} steps from step {count_text(fork.first_step)} on"
        shared = common_rate(plans, schedule)
        words = f"{words}, all with {shared}" if shared else words
        self._told = words
        self._write_words()
        losses = [branch.loss for branch in fork.branches]
        falls = [branch.falls_without_bound for branch in fork.branches]
        # Beside a J without bound none is worth the word.
        finite = [] if any(falls) else [loss for loss in losses if not math.isnan(loss)]
        for number, (row, loss) in enumerate(zip(self.rows, losses, strict=True)):
            best = bool(finite) and loss == min(finite) and fork.step > fork.first_step
            row.show_loss(loss, best, distances[number] if distances else None, falls[number])

    def show_boundaries(self, samples: Samples, boundaries: Sequence[Boundary | None]) -> None:
        for row, boundary in zip(self.rows, boundaries, strict=False):
            row.show_boundary(samples, boundary)
        shown = next((boundary.choice for boundary in boundaries if boundary is not None), None)
        self._slice = "" if shown is None else slice_of(samples, shown).told
        self._write_words()

    def _write_words(self) -> None:
        """Write what the branches share, and what the pictures of their boundaries leave out."""
        also = f". {self._slice}" if self._slice and self._has_boundaries else ""
        self.words.setText(f"{self._told}{also}")

    def show_boundaries_of(self, network: bool) -> None:
        """Give each row room for its boundary, or none: a formula has no boundary."""
        self._has_boundaries = network
        for row in self.rows:
            row.canvas.setVisible(network)

    def restyle(self, theme: Theme) -> None:
        self._theme = theme
        for row in self.rows:
            row.restyle(theme)

    def _lay_out(self, labels: tuple[str, ...]) -> None:
        self._labels = labels
        for row in self.rows:
            self._branches.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for number, label in enumerate(labels):
            row = BranchRow(label, Look(number), self._theme)
            row.canvas.setVisible(self._has_boundaries)
            row.keep_button.clicked.connect(lambda _=False, number=number: self.keep_requested.emit(number))
            self._branches.addWidget(row)
            self.rows.append(row)

    def _ask(self) -> None:
        self.fork_requested.emit(self.list_edit.text())
