"""The gradient norms of the layers: as bars at the newest step, or as curves over the steps."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from playground.arrays import Array, Floats
from playground.drawing.activations.layer_bars import LayerBars, LayerBarsDrawing, summary
from playground.drawing.activations.layer_norms import EMPTY, LayerNormDrawing
from playground.drawing.kit.theme import DARK, Theme
from playground.ui.style import set_role
from playground.ui.widgets.card import Card
from playground.ui.widgets.painted_view import PaintedView
from playground.ui.widgets.plain_label import Paragraph
from playground.ui.widgets.plot import export_button
from playground.ui.widgets.steps_card import StepsCard

TITLE, SHORT_TITLE = "Gradient norm of layer [l]", "Gradient norm"
HIDDEN_FOR_A_GUESS = "The gradient norms of the layers stand here once the question is answered."


class NormView(StepsCard):
    """The gradient norm of each layer over the steps."""

    drawing: LayerNormDrawing

    def __init__(self, parent: QWidget | None = None):
        super().__init__("layer_norms", TITLE, LayerNormDrawing(DARK), parent)
        set_role(self, "plain")
        self.add_tool(self.export_button)
        self._theme, self._legend = DARK, ""

    def show_norms(self, steps: Array, norms: Floats, penalised: bool, frozen: bool = False) -> None:
        """Draw norms (k, L) at steps (k,).

        penalised: J has a penalty, which they leave out. frozen: some parameters are, which they leave out.
        """
        self.drawing.show(steps, norms)
        legend = norm_legend(penalised, frozen)
        if legend != self._legend:
            self._legend = legend
            self.show_legend(self._theme)

    def restyle(self, theme: Theme) -> None:
        self._theme = theme
        super().restyle(theme)

    def legend_text(self, theme: Theme) -> str:
        return self._legend


def norm_legend(penalised: bool, frozen: bool) -> str:
    """Return what the norms leave out: the penalty of J, frozen parameters, or nothing."""
    left_out = [
        *(["the penalty"] if penalised else []),
        *(["frozen parameters"] if frozen else []),
    ]
    return f"{' and '.join(left_out)} left out" if left_out else ""


class BarsView(PaintedView):
    """The bars of one step."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None):
        self.drawing = LayerBarsDrawing(theme)
        super().__init__("layer_bars", "Gradient norm of each layer", self.drawing, parent)
        self.bars: LayerBars | None = None

    def show_bars(self, bars: LayerBars | None) -> None:
        """Draw the bars; None: nothing is measured yet."""
        self.bars = bars
        self.setAccessibleDescription(summary(bars))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.bars is None:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, EMPTY)
        else:
            self.drawing.paint(painter, QRectF(self.rect()), self.bars)


class NormSide(QStackedWidget):
    """Bars until a second step is measured, then curves, unless one of them was chosen."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("layer_norms")
        self.curves, self.bars_view = NormView(), BarsView()
        self._chosen: bool | None = None
        self._concealed = self._over_steps = False
        self.bars_button = _choice("Bars", "The newest step alone: a bar for each layer")
        self.curves_button = _choice("Curves", "Over the steps: a curve for each layer")
        self.curves.tools.insertWidget(0, self.bars_button)
        self.bars_card = Card(TITLE)
        set_role(self.bars_card, "plain")
        self.export_button = export_button(self.bars_view, "Gradient norm of each layer", "picture")
        self.bars_card.add_tool(self.curves_button)
        self.bars_card.add_tool(self.export_button)
        self.bars_card.set_body(self.bars_view)
        self._hidden = QWidget()
        self._hidden.setAccessibleName(TITLE)
        column = QVBoxLayout(self._hidden)
        words = Paragraph(HIDDEN_FOR_A_GUESS, "dim")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(words)
        for card in (self.bars_card, self.curves):
            card.title_label.set_texts(TITLE, SHORT_TITLE)
        for page in (self.bars_card, self.curves, self._hidden):
            self.addWidget(page)
        self.bars_button.clicked.connect(lambda: self._choose(True))
        self.curves_button.clicked.connect(lambda: self._choose(False))

    def show_norms(self, steps: Array, norms: Floats, penalised: bool, frozen: bool = False) -> None:
        """Draw norms (k, L) at steps (k,), ascending; penalised, frozen: what they leave out."""
        self.curves.show_norms(steps, norms, penalised, frozen)
        self.bars_view.show_bars(LayerBars(int(steps[-1]), norms[-1]) if len(steps) else None)
        self._over_steps = len(steps) > 1
        legend = self.curves.legend_text(self.bars_view.drawing.theme)
        self.bars_card.set_subtitle(
            "" if not len(steps) else f"step {int(steps[-1])}{f', {legend}' if legend else ''}"
        )
        self._turn()

    def begin(self) -> None:
        """Drop the choice between bars and curves: another run begins."""
        self._chosen = None

    def conceal(self, on: bool) -> None:
        """Hide the norms, which would answer a question, or show them again."""
        self._concealed = on
        self._turn()

    @property
    def shows_bars(self) -> bool:
        """Whether the bars are at the front."""
        return self.currentWidget() is self.bars_card

    def restyle(self, theme: Theme) -> None:
        """Apply another theme."""
        self.curves.restyle(theme)
        self.bars_view.restyle(theme)

    def set_presentation(self, on: bool) -> None:
        """Hide the controls in presentation mode, but for the button from the bars to the curves."""
        self.export_button.setVisible(not on)
        self.curves.set_presentation(on)

    def _choose(self, bars: bool) -> None:
        self._chosen = bars
        self._turn()
        (self.curves_button if bars else self.bars_button).setFocus()

    def _turn(self) -> None:
        bars = not self._over_steps if self._chosen is None else self._chosen
        page = self._hidden if self._concealed else self.bars_card if bars else self.curves
        if page is not self.currentWidget():
            self.setCurrentWidget(page)


def _choice(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    set_role(button, "quiet")
    return button
