"""One name for a parameter, wherever it is named."""

from __future__ import annotations

import numpy as np
import pytest

from playground.drawing.network.drawing import NetworkPicture, parameter_text
from playground.engine.backprop.operation import Matrix
from playground.engine.backprop.operations import operations
from playground.engine.backprop.trace import trace
from playground.engine.network import Network, parameter_name
from playground.landscape.directions import parameter_plane

SIZES = [(1, 1), (1, 1, 1), (2, 8, 1), (2, 9, 1), (2, 10, 1), (3, 12, 11, 1)]


@pytest.mark.parametrize("sizes", SIZES)
def test_plane_diagram_and_inspector_give_a_parameter_the_same_name(sizes: tuple[int, ...]) -> None:
    network = Network(sizes)
    theta = np.random.default_rng(0).normal(size=network.n_parameters)
    names = [network.parameter_name(index) for index in range(network.n_parameters)]
    assert len(set(names)) == len(names)
    picture = NetworkPicture(sizes, theta)
    for index, name in enumerate(names):
        assert name == parameter_name(sizes, index)
        other = (index + 1) % len(names)
        assert parameter_plane(network, theta, index, other).a_label == name
        assert parameter_text(picture, index).startswith(f"{name} = ")
    X, y = np.ones((1, sizes[0])), np.ones((1, 1))
    told = entries_of_the_inspector(network, theta, X, y)
    assert set(names) <= told
    assert {f"∂J/∂{name}" for name in names} <= told
    assert told <= {*names, *(f"∂J/∂{name}" for name in names)}


def entries_of_the_inspector(network: Network, theta: np.ndarray, X: np.ndarray, y: np.ndarray) -> set[str]:
    """The names that the inspector gives to the entries of W, b and their gradients."""
    names = set()
    for operation in operations(trace(network, theta, X, y, 0.1)):
        for part in operation.parts:
            if isinstance(part, Matrix) and part.name.startswith(("W[", "b[", "∂J/∂")):
                for place in np.ndindex(part.values.shape):
                    names.add(part.explain(*place).partition(" ")[0])
    return names


def test_names_follow_the_lecture() -> None:
    names = [parameter_name((2, 3, 1), index) for index in range(13)]
    assert names[:7] == ["W[1]₁₁", "W[1]₁₂", "W[1]₂₁", "W[1]₂₂", "W[1]₃₁", "W[1]₃₂", "b[1]₁"]
    assert names[9:] == ["W[2]₁₁", "W[2]₁₂", "W[2]₁₃", "b[2]₁"]
    assert [parameter_name((1, 1), index) for index in range(2)] == ["w", "b"]
    # Commas in the whole layer, so that W[1]₁₁ is never read as one index of two digits.
    assert [parameter_name((2, 10, 1), index) for index in (0, 18)] == ["W[1]₁,₁", "W[1]₁₀,₁"]
    for outside in (13, -1):
        with pytest.raises(IndexError):
            parameter_name((2, 3, 1), outside)
