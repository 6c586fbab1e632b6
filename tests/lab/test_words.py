"""What the lab says has the names that stand in the window."""

from __future__ import annotations

from typing import Any

import pytest

from playground.engine.branches.fork import Plan
from playground.engine.branches.recovery import Fallen, Recovery
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


HERE = Recovery(4, 0.25, False)


def test_what_overflowed_is_called_by_its_name() -> None:
    assert words.diverged(4, 0.5, way=HERE).startswith("J is no longer finite after step 5 at α = 0.5;")
    norm = words.diverged(4, 0.5, "gradient", HERE)
    assert norm.startswith("The norm of the gradient is no longer finite after step 5")
    assert norm.endswith("Lower α and press Run.")
    assert "Lower α" not in words.diverged(4, 0.5, way=Recovery(2, 0.1, True))
    assert "Lower α" not in words.diverged(0, 0.5, "here")
    no_gradient = words.diverged(0, 0.5, "no gradient")
    assert no_gradient == "J has no finite gradient at the weights of step 0: no α goes on from them."
    assert "J is not finite at the weights of step 0" in words.diverged(0, 0.5, "here")
    assert words.diverged(0, 0.5).endswith(
        "J is too steep here for any α that was tried: choose other weights."
    )
    assert words.diverged(9, 0.5, way=Fallen(3)).endswith("no α ends the fall.")
