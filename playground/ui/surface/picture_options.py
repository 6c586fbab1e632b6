"""How a surface is drawn and how finely it is computed: limits of the colours, contours, arrows, cells."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from playground.drawing.kit.levels import Levels
from playground.numerals import number_text
from playground.ui.style import set_role
from playground.ui.surface.wish import AUTOMATIC, HELD, TYPED, USUAL_SHARE, PictureChoice
from playground.ui.widgets.choice_box import ChoiceBox
from playground.ui.widgets.number_field import Number, NumberField
from playground.ui.widgets.plain_label import PlainLabel
from playground.ui.widgets.whole_box import WholeBox

LIMITS = {AUTOMATIC: "automatic", HELD: "held as they are", TYPED: "typed"}
WHAT = "Limits of the colours, contours, arrows, cells, how the plane follows"
UNTIL_THEN = "Until then the limits are automatic."
CELLS = {None: "as the screen shows", 51: "51 × 51", 101: "101 × 101", 201: "201 × 201", 401: "401 × 401"}


class Panel(QWidget):
    """What stands in a menu and is typed in: Tab stays within it, and Return does not close the menu."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        here = self.focusWidget()
        widget = self._next(here, forward)
        while widget is not None and widget is not here:
            takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled()
            if takes and widget.isVisible() and self.isAncestorOf(widget):
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                break
            widget = self._next(widget, forward)
        return True

    @staticmethod
    def _next(widget: QWidget | None, forward: bool) -> QWidget | None:
        if widget is None:
            return None
        return widget.nextInFocusChain() if forward else widget.previousInFocusChain()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


class PictureOptions(QToolButton):
    """A button with a panel.

    changed: something about the drawing; cells_changed: the resolution; share_changed: how far off the plane
    the weights may go before a plane that follows is replaced.
    """

    changed = Signal()
    cells_changed = Signal(object)
    share_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setText("Picture")
        self.setToolTip(WHAT)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.held: Levels | None = None
        self._logarithmic = True
        self.limits_box = ChoiceBox("Limits of the colours", LIMITS)
        self.limits_box.set_value(AUTOMATIC)
        self.limits_box.setMinimumContentsLength(14)
        self.low_field = NumberField("Lowest J", self._check_low)
        self.high_field = NumberField("Highest J", self._check_high)
        self.problem_label = PlainLabel()
        set_role(self.problem_label, "problem")
        self.contour_box = QCheckBox("contours")
        self.contour_box.setChecked(True)
        self.contour_box.setToolTip("Lines of equal loss")
        self.arrow_box = QCheckBox("arrows of the next step")
        self.arrow_box.setChecked(True)
        self.arrow_box.setToolTip("Where the optimiser goes next, and where the negative gradient points")
        self.told_box = QCheckBox("which cells are computed")
        self.told_box.setToolTip(
            "A dot on each computed cell, as long as others are predicted within a quarter of a colour step"
        )
        self.cells_box = ChoiceBox("Cells of the surface", CELLS)
        self.cells_box.set_value(None)
        self.cells_box.setMinimumContentsLength(14)
        self.share_box = WholeBox("The share", 0, 100, round(100 * USUAL_SHARE))
        self.share_box.setSuffix(" % of the diagonal")
        self.share_box.setAccessibleName("Distance from the plane at which it follows")
        self.share_box.setToolTip(
            "How far off the plane the run may go before a plane that follows is laid anew; "
            "that of the path always is"
        )
        self._make_panel()
        self.limits_box.chosen.connect(self._limits_chosen)
        for field in (self.low_field, self.high_field):
            field.committed.connect(self._typed)
            field.problem_changed.connect(self._show_problem)
        for box in (self.contour_box, self.arrow_box, self.told_box):
            box.toggled.connect(self.changed)
        self.cells_box.chosen.connect(self.cells_changed)
        self.share_box.valueChanged.connect(lambda percent: self.share_changed.emit(percent / 100))

    def _make_panel(self) -> None:
        panel = Panel()
        form = QFormLayout(panel)
        form.setContentsMargins(10, 8, 10, 8)
        form.addRow("limits of J", self.limits_box)
        self._typed_row = QWidget()
        row = QHBoxLayout(self._typed_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.low_field)
        row.addWidget(PlainLabel("to"))
        row.addWidget(self.high_field)
        for field in (self.low_field, self.high_field):
            field.setFixedWidth(96)
        form.addRow("from", self._typed_row)
        # Always there, so that nothing moves away as it speaks.
        form.addRow(self.problem_label)
        form.addRow("cells", self.cells_box)
        form.addRow("follow beyond", self.share_box)
        form.addRow(self.contour_box)
        form.addRow(self.arrow_box)
        form.addRow(self.told_box)
        menu = QMenu(self)
        action = QWidgetAction(menu)
        action.setDefaultWidget(panel)
        menu.addAction(action)
        menu.aboutToHide.connect(self._take_rest)
        self.setMenu(menu)
        self._fit()

    @property
    def limits(self) -> str:
        return str(self.limits_box.value)

    @property
    def contours(self) -> bool:
        return self.contour_box.isChecked()

    @property
    def arrows(self) -> bool:
        return self.arrow_box.isChecked()

    @property
    def cells_told(self) -> bool:
        return self.told_box.isChecked()

    @property
    def choice(self) -> PictureChoice:
        """What is chosen, to be chosen again by choose()."""
        low, high = self.low_field.value, self.high_field.value
        if self.limits == HELD and self.held is not None:
            low, high = self.held.low, self.held.high
        elif self.limits == AUTOMATIC:
            low = high = None
        cells = self.cells_box.value
        assert cells is None or isinstance(cells, int)
        return PictureChoice(self.limits, low, high, cells, self.share_box.value())

    def choose(self, choice: PictureChoice) -> None:
        """Choose what choice has told of another panel."""
        self.limits_box.set_value(choice.limits)
        if choice.low is not None and choice.high is not None:
            self.held = Levels(choice.low, choice.high, self._logarithmic)
            self.low_field.set_value(choice.low)
            self.high_field.set_value(choice.high)
        self.cells_box.set_value(choice.cells)
        self.share_box.setValue(choice.percent)
        self._fit()
        self._check_again()
        self.cells_changed.emit(choice.cells)
        self.changed.emit()

    def levels(self, logarithmic: bool) -> Levels | None:
        """The limits to draw with on this scale; None: those that suit the surface."""
        low, high = (self.low_field.value, self.high_field.value)
        if self.limits == HELD and self.held is not None:
            low, high = self.held.low, self.held.high
        elif self.limits != TYPED or low is None or high is None:
            return None
        if not low < high or (logarithmic and low <= 0):
            return None
        return Levels(float(low), float(high), logarithmic)

    def show_levels(self, levels: Levels | None) -> None:
        """Remember the limits on the screen, to hold them or to begin typing from them."""
        if levels is None or self.limits != AUTOMATIC:
            return
        self.held = levels
        self.low_field.set_value(float(f"{levels.low:.4g}"))
        self.high_field.set_value(float(f"{levels.high:.4g}"))

    def set_scale(self, logarithmic: bool) -> None:
        """The scale that limits are for: those that it cannot have are refused where they stand."""
        self._logarithmic = logarithmic
        self._check_again()

    @property
    def problem(self) -> str:
        """What is wrong with the limits that were chosen; empty where nothing is."""
        if self.limits == TYPED:
            return self.low_field.problem or self.high_field.problem
        if self.limits == HELD and self.held is not None and self._logarithmic and self.held.low <= 0:
            return "Held limits must begin above 0 on a logarithmic scale."
        return ""

    def _check_low(self, value: Number) -> None:
        high = self.high_field.value
        if value is not None and value <= 0 and self._logarithmic:
            raise ValueError("must be above 0 on a logarithmic scale.")
        if value is not None and high is not None and not value < high:
            raise ValueError(f"must be below the highest, {number_text(high)}.")

    def _check_high(self, value: Number) -> None:
        low = self.low_field.value
        if value is not None and abs(value) > 1e300:
            raise ValueError("must be smaller.")
        if value is not None and low is not None and not value > low:
            raise ValueError(f"must be above the lowest, {number_text(low)}.")

    def _show_problem(self, _: str = "") -> None:
        problem = self.problem
        self.problem_label.setText(problem)
        undrawn = problem and self.levels(self._logarithmic) is None
        self.setToolTip(f"{problem} {UNTIL_THEN}" if undrawn else WHAT)

    def _check_again(self) -> None:
        """Whether the numbers in force can still be drawn."""
        for field in (self.low_field, self.high_field):
            if self.limits != TYPED:
                field.give_up()
            elif field.value is not None:
                field.commit()
        self._show_problem()

    def _take_rest(self) -> None:
        """Take what stands in the fields, or give it up where it is wrong: nobody sees it any more."""
        for field in (self.low_field, self.high_field):
            if (field.isModified() or field.problem) and not field.commit():
                field.give_up()
        self._check_again()

    def _limits_chosen(self, _: object) -> None:
        self._fit()
        self._check_again()
        self.changed.emit()

    def _typed(self, _: object) -> None:
        # What was wrong with one may be right beside the other's new value.
        for field in (self.low_field, self.high_field):
            if field.problem:
                field.commit()
        self.changed.emit()

    def _fit(self) -> None:
        self._typed_row.setEnabled(self.limits == TYPED)
