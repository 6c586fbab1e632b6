"""The signs in the formulas of a pass, each with its meaning in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

SIGNS: Mapping[str, str] = {
    "∘": "∘ multiplies entry by entry.",
    "ᵀ": "ᵀ is the transpose: rows become columns.",
    "·": "· is the product: of matrices, rows times columns.",
    "δ": "δ[l] is ∂J/∂z[l]: how J changes with z[l].",
    "∂": "∂J/∂W is the gradient: how J changes with each entry of W.",
    "σ": "σ(z) = 1/(1 + e⁻ᶻ), the sigmoid.",
    "softmax": "softmax(z)ᵢ = e^zᵢ / Σ e^zⱼ: each output's share of the sum, from 0 to 1.",
    "‖": "‖ŷ − y‖² is the sum of (ŷ − y)² over the outputs.",
    "'": "The mark ' is the derivative: the slope of the activation function.",
    ":=": ":= gives what stands at its left a new value.",
    "ŷ": "ŷ is what the network says, y what is right.",
    "α": "α is the learning rate.",
}
"""In the order in which they are told."""


def signs_in(formula: str) -> list[str]:
    """Return the sentences about the signs of a formula."""
    return [sentence for sign, sentence in SIGNS.items() if sign in formula]
