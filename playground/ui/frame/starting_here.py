"""Starting a formula at a place that was pointed at, and the words for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.arrays import Array
from playground.experiment_checks import ExperimentError
from playground.numerals import ALL_DIGITS, number_text

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench


def start_here(window: Workbench, theta: Array) -> None:
    """Begin the formula again at θ (P,); a notice where J is not finite there.

    Undo brings the run before back.
    """
    try:
        window.lab.start_at(theta)
    except ExperimentError as error:
        window.notices.say(error.sentence)


def ball_put(names: tuple[str, ...], theta: Array) -> str:
    """Return the sentence for a ball that was put somewhere."""
    where = ", ".join(
        f"{name} = {number_text(value, ALL_DIGITS)}"
        for name, value in zip(names, theta.tolist(), strict=True)
    )
    return f"The ball is at {where} now. Undo brings the old one back."
