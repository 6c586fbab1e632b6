"""Numbers and symbols as the lecture writes them: α = 0.3, W[1]₂₁, b[2]₁."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from playground.numerals import number_text


def rate_text(value: float) -> str:
    """A learning rate as one would write it, all digits that were asked for: 0.3, 12.5, 0.00001."""
    return np.format_float_positional(float(f"{value:.6g}"), trim="-")


def signed_text(value: float, decimals: int = 3) -> str:
    """A number with a minus of proper length: −0.712; 1.2·10⁻⁵ where the decimals would not show it."""
    if abs(value) >= 1e6 or 0 < abs(value) < 0.5 * 10.0**-decimals:
        return number_text(value, 3)
    return f"{value:.{decimals}f}".replace("-", "−")


def subscript(number: int) -> str:
    """12 as ₁₂."""
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))


def parameter_name(layer_sizes: tuple[int, ...], index: int) -> str:
    """The lecture's name of one entry of θ: W[1]₂₁ (to neuron 2 from input 1), b[2]₁.

    Raises IndexError where θ has no such entry.
    """
    for layer, (n_in, n_out) in enumerate(pairwise(layer_sizes), start=1):
        if 0 <= index < n_in * n_out:
            row, column = divmod(index, n_in)
            comma = "," if max(n_in, n_out) > 9 else ""
            return f"W[{layer}]{subscript(row + 1)}{comma}{subscript(column + 1)}"
        index -= n_in * n_out
        if 0 <= index < n_out:
            return f"b[{layer}]{subscript(index + 1)}"
        index -= n_out
    raise IndexError("the network has no such parameter.")
