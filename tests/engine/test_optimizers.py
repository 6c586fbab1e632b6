"""The optimisers against their published recurrences, written here as plain loops over Python floats."""

from __future__ import annotations

import copy
import math
import pickle

import numpy as np
import pytest

from playground.engine.optimizers import make_optimizer
from playground.experiment import OPTIMIZERS

START = [0.9, -1.3, 0.05, 2.0, -0.4]
CURVATURES = [0.3, 4.0, 1.0, 0.02, 2.5]
STEPS = 60


def slope(theta: list[float], step: int) -> list[float]:
    """The gradient of a bowl of unequal curvatures that is shaken a little, as a mini-batch shakes it."""
    return [
        c * value + 0.3 * math.sin(7.0 * i + step)
        for i, (c, value) in enumerate(zip(CURVATURES, theta, strict=True))
    ]


def rate(step: int) -> float:
    """A learning rate that is moved while it trains."""
    return 0.05 if step < 20 else 0.2 if step < 40 else 0.01


def sgd(theta, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    """Polyak 1964 and Nesterov 1983 as Sutskever et al. 2013 write them, α outside the velocity."""
    velocity = None
    for step in range(STEPS):
        g = [a + weight_decay * b for a, b in zip(slope(theta, step), theta, strict=True)]
        if velocity is None:
            velocity = list(g)
        else:
            velocity = [momentum * v + (1 - dampening) * a for v, a in zip(velocity, g, strict=True)]
        if nesterov:
            move = [a + momentum * v for a, v in zip(g, velocity, strict=True)]
        else:
            move = velocity if momentum else g
        theta = [t - rate(step) * m for t, m in zip(theta, move, strict=True)]
    return theta


def rmsprop(theta, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False):
    """Tieleman and Hinton 2012, lecture 6.5; centred as in Graves 2013, equations 38 to 41."""
    square, mean, velocity = [0.0] * 5, [0.0] * 5, [0.0] * 5
    for step in range(STEPS):
        g = slope(theta, step)
        for i in range(5):
            gi = g[i] + weight_decay * theta[i]
            square[i] = alpha * square[i] + (1 - alpha) * gi**2
            mean[i] = alpha * mean[i] + (1 - alpha) * gi
            root = math.sqrt(square[i] - mean[i] ** 2 if centered else square[i]) + eps
            velocity[i] = momentum * velocity[i] + gi / root
            theta[i] -= rate(step) * velocity[i]
    return theta


def adagrad(theta, lr_decay=0.0, weight_decay=0.0, initial_accumulator_value=0.0, eps=1e-10):
    """Duchi, Hazan and Singer 2011, figure 1, diagonal form."""
    total = [initial_accumulator_value] * 5
    for step in range(STEPS):
        g = slope(theta, step)
        for i in range(5):
            gi = g[i] + weight_decay * theta[i]
            total[i] += gi**2
            theta[i] -= rate(step) / (1 + step * lr_decay) * gi / (math.sqrt(total[i]) + eps)
    return theta


def adam(theta, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, decoupled=False):
    """Kingma and Ba 2015, algorithm 1; decoupled as in Loshchilov and Hutter 2019, algorithm 2."""
    m, v = [0.0] * 5, [0.0] * 5
    for step in range(STEPS):
        g = slope(theta, step)
        for i in range(5):
            gi = g[i] + (0.0 if decoupled else weight_decay * theta[i])
            m[i] = betas[0] * m[i] + (1 - betas[0]) * gi
            v[i] = betas[1] * v[i] + (1 - betas[1]) * gi**2
            m_hat = m[i] / (1 - betas[0] ** (step + 1))
            v_hat = v[i] / (1 - betas[1] ** (step + 1))
            shrink = 1 - rate(step) * weight_decay if decoupled else 1.0
            theta[i] = shrink * theta[i] - rate(step) * m_hat / (math.sqrt(v_hat) + eps)
    return theta


CASES = [
    ("gradient_descent", {}, sgd, {}),
    ("gradient_descent", {"weight_decay": 0.1}, sgd, {"weight_decay": 0.1}),
    ("momentum", {}, sgd, {"momentum": 0.9}),
    ("momentum", {"momentum": 0.5, "dampening": 0.3, "weight_decay": 0.05}, sgd, None),
    ("momentum", {"momentum": 0.0}, sgd, None),
    ("nesterov", {}, sgd, {"momentum": 0.9, "nesterov": True}),
    ("nesterov", {"momentum": 0.7, "weight_decay": 0.02}, sgd, {"nesterov": True}),
    ("rmsprop", {}, rmsprop, None),
    ("rmsprop", {"alpha": 0.9, "eps": 1e-4, "momentum": 0.8, "weight_decay": 0.1}, rmsprop, None),
    ("rmsprop", {"centered": True, "momentum": 0.5}, rmsprop, None),
    ("adagrad", {}, adagrad, None),
    (
        "adagrad",
        {"lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.3, "eps": 1e-6},
        adagrad,
        None,
    ),
    ("adam", {}, adam, None),
    ("adam", {"betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}, adam, None),
    ("adamw", {}, adam, {"weight_decay": 1e-2, "decoupled": True}),
    ("adamw", {"betas": (0.5, 0.9), "eps": 1e-5, "weight_decay": 0.3}, adam, {"decoupled": True}),
]


def train(optimizer, theta, first=0, last=STEPS):
    for step in range(first, last):
        optimizer.step(theta, np.array(slope(theta.tolist(), step)), rate(step))
    return theta


@pytest.mark.parametrize(("name", "given", "published", "more"), CASES)
def test_follows_its_published_recurrence(name, given, published, more):
    theta = train(make_optimizer(name, **given), np.array(START))
    expected = published(list(START), **{**given, **(more or {})})
    np.testing.assert_allclose(theta, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step_moves_theta_in_place_and_leaves_the_gradient_alone(name):
    theta, gradient = np.array(START), np.array(CURVATURES)
    optimizer = make_optimizer(name, weight_decay=0.1)
    for _ in range(3):
        given = theta
        optimizer.step(theta, gradient, 0.1)
        assert given is theta
    assert gradient.tolist() == CURVATURES
    assert (theta < START).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("way", ["state", "copy", "pickle"])
@pytest.mark.parametrize("cut", [0, 1, 23])
def test_a_run_that_is_stored_and_taken_up_again_goes_on_bit_for_bit(name, way, cut):
    whole = train(make_optimizer(name), np.array(START))

    first = make_optimizer(name)
    theta = train(first, np.array(START), 0, cut)
    if way == "state":
        state = first.state()
        train(first, theta.copy(), cut, cut + 5)  # a state is a copy: going on does not reach into it
        second = make_optimizer(name)
        second.load_state(state)
    else:
        second = copy.deepcopy(first) if way == "copy" else pickle.loads(pickle.dumps(first))
    assert (train(second, theta, cut) == whole).all()


def test_going_back_to_a_state_forgets_what_came_after():
    optimizer = make_optimizer("adam")
    theta = train(optimizer, np.array(START), 0, 10)
    state, there = optimizer.state(), theta.copy()
    once = train(optimizer, theta, 10, 30).copy()
    optimizer.load_state(state)
    assert (train(optimizer, there, 10, 30) == once).all()


def test_momentum_is_changed_while_it_trains():
    """Heavy ball written out: the new µ acts from the very next step on the velocity that is there."""
    optimizer = make_optimizer("momentum", momentum=0.9)
    theta, gradient = np.array([1.0]), np.array([2.0])
    optimizer.step(theta, gradient, 0.1)
    optimizer.hyperparameters["momentum"] = 0.25
    optimizer.step(theta, gradient, 0.1)
    assert theta[0] == pytest.approx(1.0 - 0.1 * 2.0 - 0.1 * (0.25 * 2.0 + 2.0), rel=1e-15)


def test_a_bad_live_value_is_refused_and_the_old_one_stays():
    optimizer = make_optimizer("nesterov")
    with pytest.raises(ValueError, match="momentum"):
        optimizer.hyperparameters["momentum"] = 1.5
    assert optimizer.hyperparameters["momentum"] == 0.9
    with pytest.raises(ValueError, match="betas"):
        optimizer.hyperparameters.update(betas=(0.9, 0.99))


@pytest.mark.parametrize(
    ("name", "given", "named"),
    [
        ("sgd", {}, "sgd"),
        ("", {}, "gradient_descent"),
        (None, {}, "None"),
        ("gradient_descent", {"momentum": 0.9}, "momentum"),
        ("adam", {"lr": 0.1}, "lr"),
        ("momentum", {"momentum": 1.0}, "momentum"),
        ("momentum", {"momentum": -0.1}, "momentum"),
        ("momentum", {"momentum": math.nan}, "momentum"),
        ("momentum", {"momentum": "0.9"}, "momentum"),
        ("momentum", {"momentum": True}, "momentum"),
        ("nesterov", {"dampening": 0.1}, "dampening"),
        ("rmsprop", {"alpha": 1.1}, "alpha"),
        ("rmsprop", {"centered": 1}, "centered"),
        ("adagrad", {"eps": -1e-9}, "eps"),
        ("adam", {"betas": (0.9, 1.0)}, "betas"),
        ("adam", {"betas": 0.9}, "betas"),
        ("adam", {"betas": (0.9,)}, "betas"),
        ("adamw", {"weight_decay": math.inf}, "weight_decay"),
    ],
)
def test_an_unknown_name_or_an_absurd_value_is_refused_in_one_sentence(name, given, named):
    with pytest.raises(ValueError, match=named) as caught:
        make_optimizer(name, **given)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_the_state_of_another_optimiser_is_refused():
    adam = make_optimizer("adam")
    train(adam, np.array(START), 0, 3)
    for name in ("momentum", "adagrad"):
        with pytest.raises(ValueError, match="exp_avg"):
            make_optimizer(name).load_state(adam.state())


def test_a_gradient_of_zero_moves_nothing():
    """The quotients of RMSProp, AdaGrad and Adam are 0/ε there, never 0/0."""
    for name in OPTIMIZERS:
        theta = np.array(START)
        optimizer = make_optimizer(name, weight_decay=0.0)
        for _ in range(3):
            optimizer.step(theta, np.zeros(5), 0.5)
        assert theta.tolist() == START


def test_centred_rmsprop_stays_finite_where_the_gradient_never_changes():
    """Rounding puts the variance of a constant just below zero."""
    optimizer = make_optimizer("rmsprop", centered=True, alpha=0.9)
    theta, gradient = np.array([1.0, 2.0]), np.array([0.1, 0.6369616873214543])
    for _ in range(500):
        optimizer.step(theta, gradient, 1e-3)
    assert np.isfinite(theta).all()
