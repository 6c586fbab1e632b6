"""The parts of the window that a text of a lesson can name, so that they light up: [[strip]].

`[[strip]]` stands in the text as “the strip”, `[[strip|the strip below]]` in words of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MARK = re.compile(r"\[\[([a-z][a-z0-9_]{0,40})(?:\|([^\[\]|\n]{1,200}))?\]\]")
SCHEME = "part"
"""The scheme of the links that the marks become."""
ATTRIBUTE, PAGE, TAB, MENU, CHILD = "attribute", "page", "tab", "menu", "child"


@dataclass(frozen=True)
class Part:
    """A part of the window. words: how a text calls it where it has no words of its own.

    places: where it is, each a kind and a name; the first that is on the screen counts. ATTRIBUTE is an
    attribute of the window, with dots; PAGE and TAB the name of a page; MENU that of a menu; CHILD the name
    of a widget. panel, page: the panel of the window, or the page, that it is in, which a click on its name
    opens; empty: none.
    """

    words: str
    places: tuple[tuple[str, str], ...]
    panel: str = ""
    page: str = ""


PARTS: Mapping[str, Part] = {
    "strip": Part("the strip", ((ATTRIBUTE, "strip"),), "strip"),
    "slider": Part("the slider of α", ((ATTRIBUTE, "strip.slider"),), "strip"),
    "rate_box": Part("the box of α", ((ATTRIBUTE, "strip.field"),), "strip"),
    "update": Part("the update", ((ATTRIBUTE, "strip.update_line"), (ATTRIBUTE, "strip.numbers")), "strip"),
    "surface": Part("the picture", ((PAGE, "surface"),)),
    "loss_plot": Part("the loss plot", ((PAGE, "loss"),)),
    "points": Part("the points", ((ATTRIBUTE, "data_view"),), "data"),
    "run": Part("Run", ((ATTRIBUTE, "transport.run_button"),)),
    "one_step": Part("Step", ((ATTRIBUTE, "transport.step_button"),)),
    "experiment": Part("the page *Experiment*", ((TAB, "experiment"), (PAGE, "experiment"))),
    "optimiser": Part(
        "the optimiser",
        ((CHILD, "training_optimizer"), (TAB, "experiment"), (PAGE, "experiment")),
        page="experiment",
    ),
    "activation": Part(
        "the activation",
        ((CHILD, "network_activation"), (TAB, "experiment"), (PAGE, "experiment")),
        page="experiment",
    ),
    "learn": Part("the menu Learn", ((MENU, "learn"),)),
    "sliders": Part("the sliders", ((CHILD, "lesson_sliders"),)),
    "chain_rule": Part("the chain-rule lab", ((PAGE, "chain_rule"),)),
    "chain_rule_step": Part("Step ▶", ((CHILD, "chain_rule_step"),)),
    "variables": Part("the variables", ((CHILD, "chain_rule_variables"),)),
    "inspector": Part("the inspector", ((PAGE, "inspector"),)),
    "inspector_step": Part("Step ▶", ((CHILD, "inspector_step"),)),
    "inspector_backward": Part("Backward", ((CHILD, "inspector_backward"),)),
    "check_gradients": Part("Check gradients", ((CHILD, "check_gradients"),)),
    "activations": Part("the page *Activations*", ((PAGE, "activations"),)),
    "layer_norms": Part("the bars of the layers", ((CHILD, "layer_norms"),)),
    "sharpness": Part("the sharpness", ((PAGE, "sharpness"),)),
}
"""The names that stand in marks."""


def parts_in(text: str) -> list[str]:
    """Return the names of the marks in a text, in their order."""
    return [match[1] for match in MARK.finditer(text)]


def plain_words(text: str) -> str:
    """Return a text in one line, without asterisks, with the words that its marks stand for."""

    def words(match: re.Match[str]) -> str:
        part = PARTS.get(match[1])
        return match[2] or (match[0] if part is None else part.words)

    return " ".join(MARK.sub(words, text).replace("*", "").split())


def with_links(text: str) -> str:
    """Return the Markdown of a text in which each mark of a known part is a link to it."""

    def link(match: re.Match[str]) -> str:
        part = PARTS.get(match[1])
        return match[0] if part is None else f"[{match[2] or part.words}]({SCHEME}:{match[1]})"

    return MARK.sub(link, text)
