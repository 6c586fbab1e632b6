"""The page of one update: the present part in words and numbers, and controls that go through the parts."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QScrollArea, QVBoxLayout, QWidget

from playground.drawing.kit.theme import Theme
from playground.drawing.shown_parts import ShownParts
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.problem import NamedParameters
from playground.experiment_formula import MAX_VARIABLES
from playground.landscape.plane import Plane
from playground.landscape.questions.one_update import OneUpdateAnswer
from playground.ui.one_update.words import WAITING, PartWords, part_words, update_title
from playground.ui.style import set_role
from playground.ui.widgets.card import Card
from playground.ui.widgets.plain_label import Paragraph, PlainLabel
from playground.ui.widgets.played_transport import PlayedTransport
from playground.ui.widgets.step_transport import StepTransport
from playground.ui.widgets.whole_box import WholeBox

SPEEDS = {0.5: "½ / s", 1.0: "1 / s", 2.0: "2 / s", 4.0: "4 / s"}
"""Parts in a second."""

TITLE = "One update"


class OneUpdateView(Card):
    """The parts of an update on the screen; nothing is computed here."""

    changed = Signal()
    """Another part is shown, or another update."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(TITLE, parent=parent)
        self.answer: OneUpdateAnswer | None = None
        self.shown: ShownParts | None = None
        self.words: PartWords | None = None
        self.at = 1
        self._named: NamedParameters | None = None
        self._plane: Plane | None = None
        self._about: tuple[str, str] = "", "J"
        self.rule = Paragraph()
        self.numbers = Paragraph()
        self.meaning = Paragraph(role="dim")
        self.arrow = Paragraph(role="small")
        self.message = Paragraph(WAITING, role="dim")
        self.steps = StepTransport(
            1,
            ("The first part", "First part"),
            "One part back (Shift+F9)",
            "The next part (F9)",
            "Parts shown",
        )
        self.steps.position.setMinimumWidth(40)
        self.steps.row.setSpacing(5)
        self.transport = PlayedTransport(self.steps, "the parts", SPEEDS, 1.0, "Ctrl+Shift+F9")
        self.parameter_label = PlainLabel("in")
        self.name_box = QComboBox()
        self.name_box.setAccessibleName("Parameter")
        self.name_box.setToolTip("The parameter whose numbers are written")
        self.parameter_box = WholeBox("Parameter", 1, 1, 1)
        self.parameter_box.setToolTip("The parameter whose numbers are written, counted through θ")
        self._arrange()
        self.transport.step_chosen.connect(self.go_to)
        self.parameter_box.valueChanged.connect(lambda _: self._write())
        self.name_box.currentIndexChanged.connect(lambda index: self.parameter_box.setValue(index + 1))
        self.clear(WAITING)

    def _arrange(self) -> None:
        texts = QWidget()
        set_role(texts, "scrolled")
        column = QVBoxLayout(texts)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(3)
        for label in (self.message, self.rule, self.numbers, self.arrow, self.meaning):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(texts)
        self.area.setAccessibleName("The present part of the update")
        self.body.addWidget(self.area, 1)
        self.body.addWidget(self.steps)
        self.transport.row.addStretch(1)
        self.transport.row.addWidget(self.parameter_label)
        self.transport.row.addWidget(self.name_box)
        self.transport.row.addWidget(self.parameter_box)
        self.body.addWidget(self.transport)

    # Commands -------------------------------------------------------------------------------------------

    def step(self, count: int) -> None:
        """Go this many parts further, or back."""
        self.transport.stop()
        self.go_to(self.at + count)

    def go_to(self, at: int) -> None:
        """Show this many parts, from the first to all of them."""
        at = min(max(at, 1), self._n_parts)
        if at != self.at:
            self.at = at
            self._refresh()

    @property
    def _n_parts(self) -> int:
        return len(self.shown.parts) if self.shown is not None else 1

    # Showing --------------------------------------------------------------------------------------------

    def show_answer(
        self, answer: OneUpdateAnswer, named: NamedParameters, about_gradient: str, loss_name: str
    ) -> None:
        """Show an update. The place is kept where it starts from the same step, as when α is dragged."""
        before = self.answer
        if before is None or (before.run, before.step) != (answer.run, answer.step):
            self.at = 1
        self.answer, self._named, self._about = answer, named, (about_gradient, loss_name)
        update = answer.update
        parts = OPTIMIZERS[update.optimizer.name].parts(update)
        self.at = min(self.at, len(parts))
        self.shown = ShownParts(update.before, parts, self.at)
        self.parameter_box.setMaximum(len(update.before))
        listed = range(min(len(update.before), MAX_VARIABLES + 1))
        self._list_names([named.parameter_name(index) for index in listed])
        self._refresh()

    def _list_names(self, names: list[str]) -> None:
        """Offer parameters by their names where there are few, else by their numbers."""
        names = names if len(names) <= MAX_VARIABLES else []
        if names != [self.name_box.itemText(index) for index in range(self.name_box.count())]:
            self.name_box.blockSignals(True)
            self.name_box.clear()
            self.name_box.addItems(names)
            self.name_box.setCurrentIndex(self.parameter_box.value() - 1)
            self.name_box.blockSignals(False)

    def clear(self, message: str) -> None:
        """Show a sentence in place of an update."""
        if self.shown is None and self.message.text() == message and self.words is None:
            return
        self.transport.stop()
        self.shown = self.words = None
        self.message.setText(message)
        self._refresh()

    def show_plane(self, plane: Plane | None) -> None:
        """Take the plane on the screen, in which the arrows lie."""
        if plane is not self._plane:
            self._plane = plane
            self._write()

    def restyle(self, theme: Theme) -> None:
        """Nothing: the style sheet does it."""

    def set_presentation(self, on: bool) -> None:
        """Show only the words, for a hall; keys step."""
        for widget in (self.steps, self.transport):
            widget.setVisible(not on)

    def _refresh(self) -> None:
        if self.shown is not None:
            self.shown = self.shown._replace(at=self.at)
        for label in (self.rule, self.numbers, self.meaning, self.arrow):
            label.setVisible(self.shown is not None)
        self.message.setVisible(self.shown is None)
        several, named = self.parameter_box.maximum() > 1, self.name_box.count() > 0
        for widget, on in (
            (self.parameter_label, True),
            (self.name_box, named),
            (self.parameter_box, not named),
        ):
            widget.setVisible(on and several and self.shown is not None)
        self.transport.show_place(self.at if self.shown is not None else 1, self._n_parts)
        self._write()
        self.changed.emit()

    def _write(self) -> None:
        """Write the words of the present part."""
        answer, named = self.answer, self._named
        if self.shown is None or answer is None or named is None:
            self._name(TITLE, "")
            self.area.setAccessibleDescription(self.message.text())
            return
        update, index = answer.update, self.parameter_box.value() - 1
        name = named.parameter_name(index)
        self.parameter_label.setText("in" if self.name_box.count() else f"in {name}")
        self.name_box.setCurrentIndex(index if self.name_box.count() else -1)
        losses = answer.loss_before, answer.loss_after
        about, loss_name = self._about
        frozen = index in named.frozen
        self.words = words = part_words(
            update, self.at, index, name, self._plane, losses, loss_name, about, frozen
        )
        self._name(words.title, update_title(update, answer.step))
        labels = (self.rule, self.numbers, self.meaning, self.arrow)
        for label, text in zip(labels, words[1:], strict=True):
            label.setText(text)
        self.area.setAccessibleDescription(words.text)

    def _name(self, title: str, subtitle: str) -> None:
        """Put the part into the title line: the tab has the name of the page."""
        self.set_title(title)
        self.set_subtitle(subtitle)
        self.setAccessibleName(TITLE)
