"""What θ is called on the screen: the weights of a network, the ball on the landscape of a formula."""

from __future__ import annotations

from dataclasses import dataclass

from playground.experiment import Experiment


@dataclass(frozen=True)
class ThetaName:
    """A noun for θ, with the verbs and pronouns that agree with it."""

    noun: str
    plural: bool

    def __str__(self) -> str:
        return self.noun

    def does(self, verb: str) -> str:
        """Return a regular verb, given in its plural form, as it follows the noun."""
        return verb if self.plural else f"{verb}s"

    @property
    def are(self) -> str:
        return "are" if self.plural else "is"

    @property
    def them(self) -> str:
        return "them" if self.plural else "it"

    @property
    def old(self) -> str:
        """Return "the old ones" or "the old one"."""
        return "the old ones" if self.plural else "the old one"


WEIGHTS, BALL = ThetaName("weights", True), ThetaName("ball", False)


def theta_of(experiment: Experiment) -> ThetaName:
    """Return what θ of this experiment is called."""
    return WEIGHTS if experiment.formula is None else BALL


LANDSCAPE = "Loss around the weights"
"""The title of a picture of J over a plane of a network's parameters."""
WHOLE_LANDSCAPE, AROUND_THE_BALL = "The whole landscape", "Loss around the ball"
"""The same of a formula: of two variables, and of more."""
SHORT_LANDSCAPES = {
    LANDSCAPE: ("Loss surface", "Loss"),
    AROUND_THE_BALL: ("Loss surface", "Loss"),
    WHOLE_LANDSCAPE: ("Landscape",),
}
"""Titles for where there is little room."""


def landscape_title(experiment: Experiment) -> str:
    """Return the title of a picture of J over a plane."""
    if experiment.formula is None:
        return LANDSCAPE
    return WHOLE_LANDSCAPE if experiment.n_parameters == 2 else AROUND_THE_BALL
