"""Every activation against numbers of many digits, and in all the forms in which it is computed."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest

from playground.engine.activations import ACTIVATIONS, LEAK, activation_title, leave
from playground.engine.network import Network
from playground.experiment import NetworkSettings

Z = np.array([-1e300, -3000.0, -745.0, -40.0, -7.5, -1.0, -1e-9, 1e-9, 0.3, 2.0, 40.0, 3000.0, 1e300])


FAR = {
    "relu": (0.0, 1e300),
    "tanh": (-1.0, 1.0),
    "sigmoid": (0.0, 1.0),
    "identity": (-1e300, 1e300),
    "leaky_relu": (-1e298, 1e300),
    "softplus": (0.0, 1e300),
}
"""g at −1e300 and at 1e300."""


def with_many_digits(name: str, z: float) -> float:
    """Return g(z), computed with 60 digits."""
    if abs(z) > 5000:
        return FAR[name][int(z > 0)]
    with localcontext(prec=60):
        e = Decimal(z).exp()
        match name:
            case "tanh":
                return float((e * e - 1) / (e * e + 1))
            case "sigmoid":
                return float(e / (1 + e))
            case "softplus":
                return float((1 + e).ln())
            case "relu":
                return max(z, 0.0)
            case "leaky_relu":
                return z if z > 0 else float(Decimal(LEAK) * Decimal(z))
            case _:
                return z


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_has_all_its_digits_at_every_size(name: str) -> None:
    wanted = [with_many_digits(name, float(z)) for z in Z]
    np.testing.assert_allclose(ACTIVATIONS[name].value(Z), wanted, rtol=4e-15, atol=5e-324)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_forms_in_place_agree_with_the_definition(name: str) -> None:
    g, z = ACTIVATIONS[name], Z[(Z > -1e3) & (Z < 1e3)]
    value = g.value(z)
    written = z.copy() if g.write is leave else np.empty_like(z)
    g.write(z, written)
    np.testing.assert_allclose(written, value, rtol=1e-14, atol=1e-15)
    same = z.copy()
    g.write(same, same)
    np.testing.assert_array_equal(same, written)
    slopes = np.ones_like(z)
    g.write_slopes(written, slopes)
    # A slope from a = σ or tanh alone has the digits that 1 − a keeps.
    np.testing.assert_allclose(slopes, g.first(z, value), rtol=1e-13, atol=1e-15)
    single = z.reshape(1, 1, -1).astype(np.float32)
    g.in_place(single)
    np.testing.assert_allclose(single.ravel(), value, rtol=1e-6, atol=2e-7)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_first_and_second_slope_are_those_of_central_differences(name: str) -> None:
    g, z, h = ACTIVATIONS[name], np.array([-4.0, -1.3, -0.2, 0.4, 1.7, 5.0]), 1e-5
    first = (g.value(z + h) - g.value(z - h)) / (2 * h)
    np.testing.assert_allclose(g.first(z, g.value(z)), first, rtol=1e-8, atol=1e-9)
    up, down = g.first(z + h, g.value(z + h)), g.first(z - h, g.value(z - h))
    np.testing.assert_allclose(g.second(z, g.value(z)), (up - down) / (2 * h), rtol=1e-7, atol=1e-8)
    assert g.steepest >= np.abs(first).max() - 1e-9


def test_each_hidden_layer_takes_its_own_activation() -> None:
    network = Network((2, 3, 2, 1), ("softplus", "leaky_relu"), "squared_error")
    theta = network.initial_parameters(np.random.default_rng(1))
    (W1, b1), (W2, b2), (W3, b3) = network.unpack(theta)
    x = np.array([0.7, -1.2])
    a1 = np.log1p(np.exp(W1 @ x + b1))
    z2 = W2 @ a1 + b2
    a2 = np.where(z2 > 0, z2, 0.01 * z2)
    assert network.predict(theta, x[np.newaxis])[0] == pytest.approx(W3 @ a2 + b3, rel=1e-14)
    assert network.activations == network.activation == ("softplus", "leaky_relu")


def test_the_same_name_for_every_layer_is_one_name() -> None:
    assert Network((2, 3, 3, 1), ["tanh", "tanh"]) == Network((2, 3, 3, 1), "tanh")
    settings = NetworkSettings((3, 3), ("tanh", "tanh"))
    assert settings == NetworkSettings((3, 3), "tanh")
    assert settings.activations == ("tanh", "tanh")


def test_the_title_names_every_layer_where_they_differ() -> None:
    assert activation_title("leaky_relu") == "leaky ReLU"
    assert activation_title(("tanh", "relu")) == "tanh/ReLU"


def test_the_records_agree_with_torch() -> None:
    torch = pytest.importorskip("torch")
    layers = {
        "relu": torch.relu,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "identity": lambda z: z * 1.0,
        "leaky_relu": torch.nn.LeakyReLU(),
        "softplus": torch.nn.Softplus(),
    }
    for name, layer in layers.items():
        z = torch.linspace(-6.0, 6.0, 25, dtype=torch.float64, requires_grad=True)
        a = layer(z)
        a.sum().backward()
        numbers, g = z.detach().numpy(), ACTIVATIONS[name]
        np.testing.assert_allclose(g.value(numbers), a.detach().numpy(), rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(g.first(numbers, g.value(numbers)), z.grad.numpy(), rtol=1e-12, atol=1e-14)
