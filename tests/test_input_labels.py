"""Short labels of inputs for circles of the diagram and rows of the panel."""

from __future__ import annotations

import pytest

from playground.input_labels import input_labels


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (("x₁", "x₂"), ["x₁", "x₂"]),
        (("x₁", "x₂", "x₁²", "x₁·x₂", "sin x₁"), ["x₁", "x₂", "x₁²", "x₁x₂", "x₅"]),
        (("hours of study",), ["x"]),
        (("age", "width"), ["age", "x₂"]),
        (
            tuple(f"pixel {i}" for i in range(12)),
            [f"x{'₀₁₂₃₄₅₆₇₈₉'[i]}" for i in range(1, 10)] + ["x₁₀", "x₁₁", "x₁₂"],
        ),
    ],
)
def test_a_label_is_the_name_where_it_is_short(names: tuple[str, ...], labels: list[str]) -> None:
    assert input_labels(names) == labels
