"""What is wrong with a typed expression: said below its field, with the character of the fault underlined."""

from __future__ import annotations

from playground.experiment_checks import ExperimentError
from playground.ui.widgets.expression_line import ExpressionLine
from playground.ui.widgets.plain_label import Paragraph


class ExpressionProblem(Paragraph):
    """A sentence about the expression of a field; hidden while there is none."""

    def __init__(self, expression: ExpressionLine):
        super().__init__("", "wrong")
        self._expression = expression
        self.hide()

    def say(self, error: ExperimentError | None) -> None:
        """Show what is wrong; None: nothing."""
        self._expression.mark(None if error is None else error.position, error is not None)
        self.setText("" if error is None else error.sentence)
        self.setVisible(error is not None)
