"""The words for the output of a network, a probability or a value, and for the loss of a point.

They depend on the loss, not on the kind of the data: half squared error on two classes has a value as
its output, which may be below 0 and above 1 where the output is linear.
"""

from __future__ import annotations

from dataclasses import dataclass

PROBABILITY_LOSSES = frozenset({"binary_cross_entropy", "softmax_cross_entropy"})
"""Losses whose outputs ŷ are probabilities, of class 1 or of each class; with the others they are values."""


def is_probability(loss: str) -> bool:
    """Return whether ŷ is a probability under this loss (its name as in an experiment)."""
    return loss in PROBABILITY_LOSSES


BOUNDARY = "Decision boundary"
CONFUSION = "Confusion matrix"
SHORT_BOUNDARIES = {BOUNDARY: ("Boundary",), CONFUSION: ("Confusion",)}
"""Titles for where there is little room."""


@dataclass(frozen=True)
class OutputWords:
    """The words for ŷ and for the loss of one point.

    probability   ŷ is the probability of class 1; otherwise a value
    classes       the targets are the classes 0 and 1; otherwise values
    zero, one     the two classes, in a sentence
    several       the network has several outputs: one for each of three classes or more, or of several values
    """

    probability: bool
    classes: bool
    zero: str = "class 0"
    one: str = "class 1"
    several: bool = False

    @property
    def name(self) -> str:
        """The name of ŷ in the legend of the curve over one input."""
        if self.several and self.classes:
            return "probability of each class" if self.probability else "predicted value ŷ of each class"
        return f"probability of {self.one}" if self.probability else "predicted value ŷ"

    @property
    def symbol(self) -> str:
        """ŷ, with its meaning where it is more than a value, for the readout beside the pointer."""
        return f"ŷ ({self.name})" if self.probability else "ŷ"

    @property
    def half(self) -> str:
        """The place where the network passes from class 0 to class 1, or from one of several to another."""
        if self.several and self.classes:
            return "two classes are equal"
        return "probability ½" if self.probability else "ŷ = 0.5"

    @property
    def each_loss(self) -> str:
        """The loss of any point."""
        if self.probability:
            return "−log ŷ of its class"
        return "½‖ŷ − y‖²" if self.several else "½(ŷ − y)²"

    def loss_of(self, y: float) -> str:
        """Return the name of the loss of a point with the target y."""
        if self.several or not self.probability:
            return self.each_loss
        return "−log ŷ" if y > 0.5 else "−log(1 − ŷ)"

    def title(self, n_inputs: int) -> str:
        """Return the title of a picture of ŷ over the inputs."""
        if n_inputs == 1:
            if self.several and self.classes:
                return "Fitted probabilities" if self.probability else "Fitted curves"
            return "Fitted probability" if self.probability else "Fitted curve"
        return BOUNDARY if self.classes else "Predicted value"


def output_words(
    loss: str | None,
    classes: bool,
    zero: str = OutputWords.zero,
    one: str = OutputWords.one,
    several: bool = False,
) -> OutputWords:
    """Return the words for a loss, its name as in an experiment, on classes (zero and one) or on values.

    None: the loss of this kind of data where none was chosen.
    """
    return OutputWords(classes if loss is None else is_probability(loss), classes, zero, one, several)
