"""The card with the map of learning rates: the picture, its sentence, and the number of steps."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QComboBox, QToolButton, QWidget

from playground.drawing.kit.theme import DARK, Theme
from playground.drawing.momentum_map import line_words
from playground.drawing.rate_map import MapDrawing, MapPicture, counts_sentence
from playground.engine.optimizers import OPTIMIZERS
from playground.landscape.momentum_map import no_momentum
from playground.landscape.stability_region import optimizer_with_momentum
from playground.numerals import unbroken
from playground.ui.style import set_role
from playground.ui.widgets.plain_label import Paragraph
from playground.ui.widgets.plot_card import PlotCard
from playground.ui.widgets.share_bar import ShareBar

CHOICES, USUAL = (10, 100, 1000), 100
SEED, MOMENTUM = "rows: seeds", "rows: momentum β"
ROWS = (SEED, MOMENTUM)
HOW = (
    "point at a cell to read it, click to open that run",
    "click a cell to open its run",
    "click: its run",
    "",
)
"""And shorter, or nothing, where there is little room."""
MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class MapView(PlotCard):
    """The map that MapFeature has collected. A click on a cell opens its run."""

    steps_chosen = Signal(int)
    opened = Signal(int, int)
    """The row and the column of a run to open."""
    stopped = Signal()
    """Stop the computation and keep the rows so far."""
    recompute_requested = Signal()
    """Compute the rest of a map that was stopped."""

    drawing: MapDrawing

    def __init__(self, parent: QWidget | None = None):
        super().__init__("map", "Map of α", MapDrawing(DARK), parent)
        self.set_subtitle(*HOW)
        self._picture = MapPicture(None, ())
        self._pointed: tuple[int, int] | None = None
        self._cursor: tuple[int, int] | None = None
        self.steps_box = QComboBox()
        for count in CHOICES:
            self.steps_box.addItem(f"after {count} steps", count)
        self.steps_box.setCurrentIndex(CHOICES.index(USUAL))
        self.steps_box.setAccessibleName("Steps of every run of the map")
        self.steps_box.setToolTip("How many steps each of the runs makes")
        self.steps_box.currentIndexChanged.connect(lambda index: self.steps_chosen.emit(CHOICES[index]))
        self.rows_box = QComboBox()
        self.rows_box.addItems(ROWS)
        self.rows_box.setAccessibleName("Rows of the map")
        self.rows_box.currentIndexChanged.connect(self._rows_chosen)
        self.allow_momenta("gradient_descent")
        self.again_button = QToolButton()
        self.again_button.setText("Compute the rest")
        self.again_button.clicked.connect(self.recompute_requested)
        self.progress_bar = ShareBar("Progress of the map", 70)
        self.stop_button = QToolButton()
        self.stop_button.setText("Stop")
        self.stop_button.setToolTip("Keep the rows that there are so far")
        self.stop_button.clicked.connect(self.stopped)
        for tool in (self.progress_bar, self.stop_button, self.again_button):
            self.add_tool(tool)
            self.leave_out(tool, True)
        self.add_tool(self.rows_box)
        self.add_tool(self.steps_box)
        self.add_tool(self.export_button)
        self.sentence, self.counts = Paragraph(), Paragraph()
        for label, role in ((self.sentence, ""), (self.counts, "small")):
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            # So that the picture does not move when the sentence comes.
            label.setMinimumHeight(2 * label.fontMetrics().lineSpacing())
            set_role(label, role)
            self.body.addWidget(label)
        self.canvas.viewport().installEventFilter(self)

    @property
    def n_steps(self) -> int:
        return CHOICES[self.steps_box.currentIndex()]

    @property
    def of_momenta(self) -> bool:
        """Whether rows are to be momenta, or seeds."""
        return self.rows_box.currentIndex() == ROWS.index(MOMENTUM)

    def allow_momenta(self, optimizer: str) -> None:
        """Offer momenta as rows where this optimiser, or its like, has one."""
        like = optimizer_with_momentum(optimizer)
        title = OPTIMIZERS[optimizer].title
        if like is None:
            tip = no_momentum(optimizer)
        else:
            of = "heavy ball" if optimizer == "gradient_descent" else title
            tip = f"What differs from row to row: the start, or the momentum β of {of}"
        if tip != self.rows_box.toolTip():
            self.rows_box.setEnabled(like is not None)
            self.rows_box.setToolTip(tip)

    def _rows_chosen(self) -> None:
        self._pointed = self._cursor = None

    def show_picture(self, picture: MapPicture) -> None:
        """Draw rows and marks."""
        self._picture = picture
        count = len(picture.rows.seeds) if picture.rows is not None else 0
        for cell in (self._pointed, self._cursor):
            if cell is not None and cell[0] >= count:
                self._pointed = self._cursor = None
        self._draw()

    def show_progress(self, share: float | None, stopped: bool) -> None:
        """Show the progress; None: nothing is being computed. stopped: whether the user stopped it."""
        if share is not None:
            self.progress_bar.show_share(share)
        for widget in (self.progress_bar, self.stop_button):
            self.leave_out(widget, share is None)
        self.leave_out(self.again_button, not stopped)
        self.drawing.set_text("Stopped before the first row" if stopped else "The map is being computed")

    def say(self) -> None:
        """Write the sentences about the map."""
        rows = self._picture.rows
        has_rows = rows is not None and bool(rows.seeds)
        text = counts = ""
        if rows is not None and has_rows:
            text, counts = self._picture.words, counts_sentence(rows, self.drawing.levels)
            if len(rows.seeds) < len(self._picture.seeds):
                what = "momenta" if rows.momenta else "seeds"
                text = f"{len(rows.seeds)} of {len(self._picture.seeds)} {what} so far. {text}"
        region = self._picture.region
        ring, parts = self._picture.ring_words, [f"pink: {self._picture.now_words}"]
        if self._picture.momenta and region is not None:
            parts.insert(0, f"line: {line_words(region)}")
        elif ring and not self._picture.momenta:
            parts.insert(0, "dashed: their median")
        if ring:
            parts.insert(0, f"ring: {ring}")
        signs = "; ".join(parts)
        signs = f"{signs[0].upper()}{signs[1:]}."
        self.sentence.setText(unbroken(text))
        self.counts.setText(unbroken(f"{signs} {counts}".strip()) if has_rows else "")
        self.describe(self.drawing.summary())

    def legend_text(self, theme: Theme) -> str:
        return ""

    def hover_text(self, x: float, y: float) -> str:
        self._pointed = self.drawing.cell_at(x, y)
        self._draw()
        cell = self._cursor or self._pointed
        return self.drawing.cell_text(cell) if cell is not None else ""

    def end_hover(self) -> None:
        if self._pointed is not None:
            self._pointed = None
            self._draw()

    def set_presentation(self, on: bool) -> None:
        super().set_presentation(on)
        self.counts.setVisible(not on)
        self.set_subtitle(*([""] if on else HOW))

    def _draw(self) -> None:
        picture = self._picture
        cell = self._cursor or self._pointed
        self.drawing.show(replace(picture, cell=cell))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.canvas.viewport() or not isinstance(event, QMouseEvent):
            return super().eventFilter(watched, event)
        released = event.type() == QEvent.Type.MouseButtonRelease
        if released and event.button() == Qt.MouseButton.LeftButton:
            place, box = self.canvas.mapToScene(event.position().toPoint()), self.drawing.box
            if box.sceneBoundingRect().contains(place):
                point = box.mapSceneToView(place)
                cell = self.drawing.cell_at(point.x(), point.y())
                if cell is not None:
                    self._cursor = None
                    self.opened.emit(*cell)
        elif event.type() == QEvent.Type.MouseMove and self._cursor is not None:
            self._cursor = None
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        rows = self._picture.rows
        if rows is None or not rows.seeds or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        key = event.key()
        if key in MOVES:
            row, column = self._cursor or self._first_cell()
            down, right = MOVES[Qt.Key(key)] if self._cursor is not None else (0, 0)
            if rows.momenta:
                # They grow upwards.
                down = -down
            row = min(max(row + down, 0), len(rows.seeds) - 1)
            column = min(max(column + right, 0), len(rows.learning_rates) - 1)
            self._cursor = row, column
            self._draw()
            self._pointer = self.drawing.box.mapViewToScene(QPointF(*self.drawing.place_of(self._cursor)))
            self._show_readout()
            self.canvas.setAccessibleDescription(self.drawing.cell_text(self._cursor))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor is not None:
            self.opened.emit(*self._cursor)
        elif key == Qt.Key.Key_Escape and self._cursor is not None:
            self._cursor = None
            self._end_hover()
            self._draw()
        else:
            return False
        return True

    def _first_cell(self) -> tuple[int, int]:
        """Return the cell nearest to the run on the screen."""
        rows, now = self._picture.rows, self._picture.now
        assert rows is not None
        if now is None:
            return 0, 0
        rate, place = now
        row = 0
        if place is not None:
            row = int(abs(rows.heights - (place if rows.momenta else -place)).argmin())
        column = int(abs(rows.learning_rates / rate - 1).argmin())
        return row, column
