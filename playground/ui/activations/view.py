"""The page of the activation explorer: a function, its inputs, and the gradient through it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QToolTip,
    QWidget,
)

from playground.drawing.activations.drawing import (
    ActivationDrawing,
    ActivationPicture,
    layer_text,
    word_of_flat,
)
from playground.drawing.kit.theme import DARK, Theme
from playground.engine.activations import ACTIVATIONS
from playground.engine.backprop.layer_statistics import FLAT, ActivationFacts
from playground.numerals import percent_text
from playground.ui.activations.norm_side import NormSide, NormView
from playground.ui.style import set_role
from playground.ui.widgets.card import Card
from playground.ui.widgets.painted_view import PaintedView
from playground.ui.widgets.plain_label import Paragraph, PlainLabel
from playground.ui.widgets.plot import export_button

WIDE = 460
"""Smallest width in pixels at which the two parts of the page are beside each other."""
NO_LAYERS = "No hidden layer: logistic or linear regression has no activation function to explore."


class FunctionView(PaintedView):
    """The function and the histograms as a widget; they can be exported and copied like a plot."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None):
        self.drawing = ActivationDrawing(theme)
        super().__init__("activation", "Activation function and pre-activations", self.drawing, parent)
        self.picture = ActivationPicture("tanh", None)

    def show_picture(self, picture: ActivationPicture) -> None:
        self.picture = picture
        self.setAccessibleDescription(summary(picture))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(380, 260)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.drawing.paint(QPainter(self), QRectF(self.rect()), self.picture)


class ActivationView(Card):
    """The page; the feature brings its content, and nothing is computed here."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None):
        super().__init__("Activation", parent=parent)
        self.setAccessibleName("Activation explorer")
        self.facts: ActivationFacts | None = None
        self._step = 0
        self._concealed = False
        self._own: tuple[str, ...] = ("tanh",)
        self._chosen: str | None = None
        self.function_box = QComboBox()
        self.function_box.setAccessibleName("Activation function shown")
        self.function_box.setToolTip("Look at another function; the network keeps its own")
        for name, function in ACTIVATIONS.items():
            self.function_box.addItem(function.title, name)
        self.function_box.activated.connect(self._choose)
        self.header.insertWidget(1, self.function_box)
        self.formula = PlainLabel()
        set_role(self.formula, "dim")
        self.header.insertWidget(2, self.formula)
        self.function_view = FunctionView(theme)
        self.export_button = export_button(self.function_view, "Activation function", "picture")
        self.add_tool(self.export_button)
        self.norm_side = NormSide()
        self.sentence = Paragraph()
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.parts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.parts.setSpacing(6)
        self.parts.addWidget(self.function_view, 5)
        self.parts.addWidget(self.norm_side, 4)
        self.body.addLayout(self.parts, 1)
        self.body.addWidget(self.sentence)
        self._refresh()

    @property
    def norm_view(self) -> NormView:
        """The curves of the gradient norms."""
        return self.norm_side.curves

    def show_network(self, activations: tuple[str, ...]) -> None:
        """Show the function of the network's first hidden layer, unless another was chosen."""
        if activations != self._own:
            self._own, self._chosen = activations, None
            self._refresh()

    def show_facts(self, facts: ActivationFacts | None, step: int) -> None:
        """Show the pre-activations of the network's layers at this step."""
        self.facts, self._step = facts, step
        self._refresh()
        self._say()

    def conceal(self, on: bool) -> None:
        """Hide what would answer a question: the norms, and what follows from the counts."""
        self._concealed = on
        self.norm_side.conceal(on)
        self._say()

    def _say(self) -> None:
        told = "" if self.facts is None else sentence_of(self.facts, self._step, not self._concealed)
        self.sentence.setText(told)

    def restyle(self, theme: Theme) -> None:
        self.function_view.restyle(theme)
        self.norm_side.restyle(theme)
        line = self.sentence.fontMetrics().lineSpacing()
        self.sentence.setMinimumHeight(2 * line)

    def set_presentation(self, on: bool) -> None:
        self.export_button.setVisible(not on)
        self.norm_side.set_presentation(on)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        wide = self.width() >= WIDE * self.function_view.drawing.theme.font_factor
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self.parts.setDirection(direction)

    def _choose(self, index: int) -> None:
        self._chosen = self.function_box.itemData(index)
        self._refresh()

    def _refresh(self) -> None:
        name = self._chosen or self._own[0]
        self.function_box.setCurrentIndex(self.function_box.findData(name))
        self.formula.setText(ACTIVATIONS[name].formula)
        # Histograms belong to the layers with this function, and to no others.
        facts = self.facts.of(name) if self.facts is not None and name in self._own else None
        self.function_view.show_picture(ActivationPicture(name, facts))
        QToolTip.hideText()


def summary(picture: ActivationPicture) -> str:
    """Return one line for a screen reader."""
    text = ACTIVATIONS[picture.function].formula
    if picture.facts is not None:
        layers = "; ".join(layer_text(picture.facts, i) for i in range(len(picture.facts.layers)))
        text += f". {layers}."
    return text


def sentence_of(facts: ActivationFacts, step: int, with_effects: bool = True) -> str:
    """Return what is visible, in a sentence or two.

    with_effects: also what it does to the gradient, and so to learning.
    """
    if not facts.layers:
        return NO_LAYERS
    worst = max(facts.layers, key=lambda layer: layer.saturated)
    if worst.saturated:
        share, word = percent_text(worst.saturated), word_of_flat(worst)
        text = f"Step {step}: {share} of neurons × points are {word} in layer {worst.layer}, the most of all "
        text += f"layers (|g'| < {FLAT:g}){'; next to nothing comes back through these' * with_effects}."
    else:
        words = " or ".join(dict.fromkeys(map(word_of_flat, facts.layers)))
        text = f"Step {step}: no neuron is {words} at any point (|g'| < {FLAT:g})."
    nothing, little = "no gradient comes back through", "next to nothing"
    for can_die, one, many, effect_on_one, effect_on_many in (
        (
            True,
            "is dead: no point activates it",
            "are dead: no point activates them",
            f"{nothing} it",
            f"{nothing} them",
        ),
        (
            False,
            "is saturated at every point",
            "are saturated at every point",
            f"it learns {little}",
            f"they learn {little}",
        ),
    ):
        kind = (layer for layer in facts.layers if ACTIVATIONS[layer.activation].can_die == can_die)
        silent = sum(layer.silent for layer in kind)
        if silent == 1:
            text += f" One neuron {one}{f', and {effect_on_one}' * with_effects}."
        elif silent:
            text += f" {silent} neurons {many}{f', and {effect_on_many}' * with_effects}."
    return text
