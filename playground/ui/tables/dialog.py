"""The dialog that opens a table: its first rows, what was recognised, and the columns that are learned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QListView,
    QListWidget,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from playground.drawing.kit.theme import DARK, Theme
from playground.experiment import DataSettings
from playground.files.foreign_names import shown_name
from playground.lab.tables.reader import TableReader
from playground.lab.tables.spare import SpareProcess
from playground.lab.tables.work import FirstRows, Points
from playground.table_proposal import Wish, usual_classes
from playground.tables.choice import CLASSES
from playground.ui.style import set_role
from playground.ui.tables import words
from playground.ui.tables.format_row import FormatRow
from playground.ui.tables.models import ColumnsModel, RowsModel
from playground.ui.widgets.choice_box import ChoiceBox
from playground.ui.widgets.plain_label import Paragraph, PlainLabel

WIDTH, HEIGHT = 1080, 660
MARGIN, SHARE = 40, 0.85
"""Pixels that the window is larger at least, each way, and the share of a large one that it takes."""
LOWER_HEIGHT, LOWEST_LIST = 240, 60
"""Least heights of the part below the first rows, and of a list in it, in pixels."""
WIDEST_FITTED = 64
"""Columns whose widths are fitted to what they hold, at most."""
LONGEST_VALUE = 40


class TableDialog(QDialog):
    """Reads a table, lets its format and columns be chosen, and ends with data, or with None.

    source: a file, or a text that was copied. name: of the file. taken is emitted with the DataSettings.
    """

    taken = Signal(object)
    ready = Signal()
    """The answer about the columns that are chosen now is shown: points, or why there are none."""

    def __init__(
        self,
        source: Path | str,
        name: str,
        theme: Theme = DARK,
        parent: QWidget | None = None,
        use_process: bool = True,
        spare: SpareProcess | None = None,
    ):
        super().__init__(parent)
        self.setWindowTitle(words.title(name))
        self.data: DataSettings | None = None
        self.rows: FirstRows | None = None
        self.points: Points | None = None
        self._wish: Wish | None = None
        self._own_wish: Wish | None = None
        """What the user has chosen last; the columns that are proposed are no choice."""
        self._values: tuple[str, ...] = ()
        self._of_file = isinstance(source, Path)
        self.reader = TableReader(source, name, use_process, spare)
        self._make_widgets(theme)
        self._arrange(theme.font_factor)
        self._connect()
        self._wait()
        self.reader.begin()

    # Building -------------------------------------------------------------------------------------------

    def _make_widgets(self, theme: Theme) -> None:
        self.heading = PlainLabel()
        self.format = FormatRow(self._of_file)
        self.rows_model, self.columns = RowsModel(theme), ColumnsModel()
        self.table = QTableView()
        self.table.setModel(self.rows_model)
        self.table.setAccessibleName("First rows of the table")
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.table.setWordWrap(False)
        header = self.table.horizontalHeader()
        header.setResizeContentsPrecision(20)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(round(24 * theme.font_factor))
        self.inputs = QListView()
        self.inputs.setModel(self.columns)
        self.inputs.setUniformItemSizes(True)
        self.inputs.setAccessibleName("Inputs")
        self.all_button, self.none_button = QPushButton("&All"), QPushButton("&None")
        self.target = QComboBox()
        self.target.setAccessibleName("Target")
        self.target.setMinimumContentsLength(12)
        self.target.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind = ChoiceBox("The target is", {False: "a class", True: "a number"})
        self.classes = tuple(_small_box(name) for name in ("Class 0", "Class 1"))
        self.more_targets = tuple(ChoiceBox(name, {}) for name in ("Second target", "Third target"))
        self.left_out = QListWidget()
        self.left_out.setUniformItemSizes(True)
        self.left_out.setAccessibleName("Rows left out")
        self.told = Paragraph()
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.problem = Paragraph(role="problem")
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Share of the table that is read")
        self.use_button, self.cancel_button = QPushButton("&Use these points"), QPushButton("Cancel")
        for button in (self.all_button, self.none_button, self.cancel_button):
            button.setAutoDefault(False)
        self.use_button.setDefault(True)

    def _arrange(self, font_factor: float) -> None:
        columns = QGridLayout()
        columns.setHorizontalSpacing(20)
        columns.setVerticalSpacing(4)
        self.inputs_label, self.target_label = PlainLabel("&Inputs"), PlainLabel("&Target")
        self.kind_label, self.classes_label = PlainLabel("is"), PlainLabel("of")
        self.more_label = PlainLabel("and")
        self.inputs_label.setBuddy(self.inputs)
        self.target_label.setBuddy(self.target)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.inputs_label)
        top.addStretch(1)
        top.addWidget(self.all_button)
        top.addWidget(self.none_button)
        columns.addLayout(top, 0, 0)
        columns.addWidget(self.inputs, 1, 0)
        columns.addWidget(self.target_label, 0, 1)
        learned = QVBoxLayout()
        learned.setSpacing(6)
        learned.addWidget(self.target)
        for label, box in (
            (self.kind_label, (self.kind,)),
            (self.classes_label, self.classes),
            (self.more_label, self.more_targets),
        ):
            line = QHBoxLayout()
            line.addWidget(label)
            for widget in box:
                line.addWidget(widget, 1)
            learned.addLayout(line)
        learned.addStretch(1)
        columns.addLayout(learned, 1, 1)
        self.left_out_label = PlainLabel("Left out")
        columns.addWidget(PlainLabel("Points"), 0, 2)
        told = QVBoxLayout()
        told.setSpacing(6)
        told.addWidget(self.told)
        told.addWidget(self.left_out_label)
        told.addWidget(self.left_out, 1)
        told.addStretch(0)
        columns.addLayout(told, 1, 2)
        for column, share in enumerate((3, 3, 5)):
            columns.setColumnStretch(column, share)
        self.left_out.setMinimumHeight(round(LOWEST_LIST * font_factor))
        for label in (self.left_out_label, self.heading):
            set_role(label, "small")
        foot = QHBoxLayout()
        foot.addWidget(self.progress, 1)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.use_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 14, 18, 14)
        whole.setSpacing(10)
        whole.addWidget(self.format)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.heading)
        chosen = QWidget()
        chosen.setLayout(columns)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setRowStretch(1, 1)
        chosen.setMinimumHeight(round(LOWER_HEIGHT * font_factor))
        # Half of the height each, whatever the lists would like to have.
        chosen.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        whole.addWidget(chosen, 1)
        whole.addWidget(self.problem)
        whole.addLayout(foot)
        parent = self.parentWidget()
        room = self.size() if parent is None else parent.size()
        self.resize(_extent(room.width(), WIDTH), _extent(room.height(), HEIGHT))

    def _connect(self) -> None:
        reader = self.reader
        reader.progressed.connect(lambda share: self.progress.setValue(round(1000 * share)))
        reader.read.connect(self._show_rows)
        reader.chosen.connect(self._show_points)
        reader.refused.connect(self._refuse)
        reader.stopped.connect(self._end_choices)
        self.format.changed.connect(self._read_again)
        self.columns.changed.connect(self._choose)
        self.target.activated.connect(self._take_target)
        self.kind.chosen.connect(lambda _: self._take_kind())
        for box in self.classes:
            box.activated.connect(lambda _: self._take_classes())
        for more in self.more_targets:
            more.chosen.connect(lambda _: self._take_more_targets())
        self.all_button.clicked.connect(lambda: self.columns.choose(self.columns.names))
        self.none_button.clicked.connect(lambda: self.columns.choose(()))
        self.use_button.clicked.connect(self._use)
        self.cancel_button.clicked.connect(self.reject)

    # Reading --------------------------------------------------------------------------------------------

    def _read_again(self) -> None:
        self._wait()
        self.reader.begin(**self.format.choices)

    def _wait(self) -> None:
        self.points = None
        self.use_button.setEnabled(False)
        self.progress.setValue(0)
        self.progress.show()
        self.problem.hide()
        if self.rows is None:
            self.heading.setText("Reading …")

    def _show_rows(self, rows: FirstRows) -> None:
        self.rows = rows
        self.progress.hide()
        numbers = tuple(name for name, is_ in zip(rows.names, rows.numeric, strict=True) if is_)
        wish, own = rows.proposal, self._own_wish
        if own is not None and own.target in rows.names and set(own.inputs) <= set(numbers):
            # The same columns in another format; which values the target has is not known yet.
            wish = replace(own, classes=())
        self.format.show_format(rows.format)
        self.heading.setText(words.size(rows))
        self.rows_model.show_rows(rows)
        if self.rows_model.columnCount() <= WIDEST_FITTED:
            self.table.resizeColumnsToContents()
        self.columns.show_columns(numbers, wish)
        self.target.clear()
        self.target.addItems([shown_name(name) for name in rows.names])
        self.target.setCurrentIndex(rows.names.index(wish.target))
        self._show_wish(wish)
        self._enable(True)
        if wish != rows.proposal:
            self.reader.choose(wish)

    def _refuse(self, sentence: str) -> None:
        self.rows = self.points = self._wish = None
        self._values = ()
        self.rows_model.show_rows(None)
        self.columns.show_columns((), Wish((), ""))
        self.target.clear()
        for widget in (self.told, self.heading):
            widget.setText("")
        self._show_left_out(None)
        self._show_problem(sentence)
        self.progress.hide()
        self._enable(False)
        self.ready.emit()

    # Columns --------------------------------------------------------------------------------------------

    def _take_target(self, index: int) -> None:
        assert self.rows is not None
        self.columns.set_targets((self.rows.names[index],))
        self.kind.set_value(False)
        for box in self.classes:
            box.clear()
        self._choose(more_targets=())

    def _take_more_targets(self) -> None:
        chosen = [str(box.value) for box in self.more_targets if box.value and not box.isHidden()]
        assert self.rows is not None
        more = tuple(dict.fromkeys(chosen))
        self.columns.set_targets((self.rows.names[self.target.currentIndex()], *more))
        self._choose(more_targets=more)

    def _end_choices(self) -> None:
        """Offer no other format: nothing is there that could read the table again."""
        self.format.setEnabled(False)

    def _take_kind(self) -> None:
        for box in self.classes:
            box.clear()
        if not self.kind.value and len(self._values) > CLASSES:
            self._fill_classes(self._values, usual_classes(self._values))
        if self.kind.value:
            self._choose()
            return
        # A class is learned alone: the columns of further targets are free again.
        assert self.rows is not None
        self.columns.set_targets((self.rows.names[self.target.currentIndex()],))
        self._choose(more_targets=())

    def _choose(self, more_targets: tuple[str, ...] | None = None) -> None:
        """Ask for the points of the columns that are chosen now; more_targets None: those of before."""
        if self.rows is None:
            return
        if more_targets is None:
            more_targets = self._wish.more_targets if self._wish is not None else ()
        as_number = bool(self.kind.value)
        wish = Wish(
            self.columns.inputs,
            self.rows.names[self.target.currentIndex()],
            as_number or bool(more_targets),
            () if as_number or more_targets else self._chosen_classes(),
            more_targets,
        )
        self._own_wish = wish
        self._ask(wish)

    def _ask(self, wish: Wish) -> None:
        self._show_wish(wish)
        self.points = None
        self.use_button.setEnabled(False)
        self.reader.choose(wish)

    def _show_wish(self, wish: Wish) -> None:
        self._wish = wish
        self.rows_model.show_wish(wish)
        self.kind.set_value(wish.as_number)

    def _show_points(self, points: Points) -> None:
        if points.wish != self._wish or self.rows is None:
            # More was chosen since.
            return
        if self._classes_are_missing(points):
            return
        self.points, self._values = points, points.values
        self._show_target(points)
        self.told.setText("\n".join(points.sentences))
        self._show_left_out(points)
        self._show_problem(points.problem)
        self.use_button.setEnabled(not points.problem)
        self.ready.emit()

    def _classes_are_missing(self, points: Points) -> bool:
        """Take the usual classes where a target of texts has more than two, and ask again; return whether."""
        wish = points.wish
        if self._is_number(wish.target) or wish.classes or len(points.values) <= CLASSES:
            return False
        self._ask(replace(wish, classes=usual_classes(points.values)))
        return True

    def _show_target(self, points: Points) -> None:
        """Show what the target is: a class, a number, or either where both can be."""
        values, number = points.values, self._is_number(points.wish.target)
        if points.data is None:
            # What was refused leaves the target as it was proposed or chosen.
            is_class = not points.wish.as_number
        else:
            is_class = points.data.table is not None and bool(points.data.table.classes)
        self.kind.setEnabled(number and len(values) >= CLASSES)
        self.kind.set_value(not is_class and number)
        self._show_more_targets(points.wish, number and not is_class)
        several = len(values) > CLASSES and not (number and not is_class)
        for widget in (self.classes_label, *self.classes):
            widget.setVisible(several)
        if several:
            self._fill_classes(values, points.wish.classes or usual_classes(values))
        else:
            for box in self.classes:
                box.clear()

    def _show_more_targets(self, wish: Wish, number: bool) -> None:
        """Offer the other columns of numbers as further targets, where one of them is left as an input."""
        assert self.rows is not None
        numbers = [
            name for name, is_number in zip(self.rows.names, self.rows.numeric, strict=True) if is_number
        ]
        shown = 0
        for place, box in enumerate(self.more_targets):
            taken = wish.targets[: place + 1]
            free = [name for name in numbers if name not in taken]
            if number and len(taken) == place + 1 and len(free) > 1:
                shown += 1
                box.set_choices({"": "–", **{name: shown_name(name, LONGEST_VALUE) for name in free}})
                box.set_value(wish.more_targets[place] if place < len(wish.more_targets) else "")
        for place, widget in enumerate((self.more_label, *self.more_targets)):
            widget.setVisible(shown >= max(1, place))

    def _fill_classes(self, values: tuple[str, ...], chosen: tuple[str, ...]) -> None:
        """Offer the first ones together, as many as can be learned, and any two of all."""
        together, (first, second) = usual_classes(values), self.classes
        for box in self.classes:
            box.clear()
        first.addItem(words.classes_together(len(together), len(values)), None)
        for value in values:
            for box in self.classes:
                box.addItem(shown_name(value, LONGEST_VALUE), value)
        two = chosen != together
        first.setCurrentIndex(values.index(chosen[0]) + 1 if two else 0)
        second.setCurrentIndex(values.index(chosen[1]) if two else 1)
        second.setVisible(two)

    def _take_classes(self) -> None:
        """Take all classes, or two different ones: the class of the other box makes way."""
        first, second = self.classes
        if first.currentData() == second.currentData():
            second.setCurrentIndex((second.currentIndex() + 1) % second.count())
        self._choose()

    def _chosen_classes(self) -> tuple[str, ...]:
        first, second = self.classes
        if not first.count():
            return ()
        if first.currentData() is None:
            return usual_classes(self._values)
        return str(first.currentData()), str(second.currentData())

    def _is_number(self, name: str) -> bool:
        return self.rows is not None and self.rows.numeric[self.rows.names.index(name)]

    # What is shown --------------------------------------------------------------------------------------

    def _show_left_out(self, points: Points | None) -> None:
        self.left_out.clear()
        count = 0 if points is None else points.n_left_out
        if points is not None:
            self.left_out.addItems([words.left_out(*row) for row in points.left_out])
        self.left_out_label.setText(words.number_left_out(count, self.left_out.count()))
        for widget in (self.left_out_label, self.left_out):
            widget.setVisible(count > 0)

    def _show_problem(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _enable(self, on: bool) -> None:
        parts: tuple[QWidget, ...] = (self.inputs, self.all_button, self.none_button, self.target, self.table)
        for part in parts:
            part.setEnabled(on)
        self.use_button.setEnabled(False)
        if not on:
            self.kind.setEnabled(False)
            for widget in (self.classes_label, *self.classes, self.more_label, *self.more_targets):
                widget.hide()

    # The end --------------------------------------------------------------------------------------------

    def _use(self) -> None:
        if self.points is None or self.points.data is None:
            return
        self.data = self.points.data
        self.taken.emit(self.data)
        self.accept()

    def done(self, result: int) -> None:
        self.reader.stop()
        super().done(result)


def _extent(room: int, usual: int) -> int:
    """Return the width or height in a window of this one: the usual one, or more in a large window."""
    return min(max(usual, round(SHARE * room)), room - MARGIN)


def _small_box(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setMinimumContentsLength(6)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box
