"""What the lab says has the names that stand in the window."""

from __future__ import annotations

from typing import Any

import pytest

from playground.engine.fork import Plan
from playground.lab import words


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("network.hidden_layers", (8,), "8 hidden neurons"),
        ("network.hidden_layers", (1,), "1 hidden neuron"),
        ("network.hidden_layers", (8, 8, 4), "3 hidden layers of 8, 8 and 4 neurons"),
        ("network.hidden_layers", (), "no hidden layer"),
        ("network.activation", "relu", "activation ReLU"),
        ("network.loss", "squared_error", "loss half squared error"),
        ("network.initialization", "he_normal", "first weights He, normal"),
        ("data.dataset", "xor", "data set XOR"),
        ("data.dataset", "two_gaussians", "data set Two Gaussians"),
        ("data.standardize", True, "standardised inputs on"),
        ("data.noise", 0.25, "noise 0.25"),
    ],
)
def test_a_new_start_is_told_in_the_names_of_the_window(field: str, value: Any, expected: str) -> None:
    assert words.started_again(field, value) == f"Started again: {expected}. Undo brings the old run back."


def test_a_branch_is_told_with_the_name_of_its_optimiser() -> None:
    assert "The run goes on with RMSProp and α = 0.1." in words.branch_kept(Plan(0.1, "rmsprop"), "constant")
