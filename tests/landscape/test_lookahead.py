"""The look-ahead's promise: choose that α, train N steps, and J is what it said."""

import numpy as np
import pytest

from playground.engine.schedules import schedule_of
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.landscape import lookahead
from playground.landscape.lookahead import Lookahead, certain_directions, is_steady, still_holds
from playground.landscape.questions.context import Context
from playground.landscape.questions.lookahead import LookaheadQuestion

RATES = np.logspace(-4, 1, 48)

EXPERIMENTS = {
    "the default": Experiment(),
    "moons, mini-batches of 10": Experiment(
        DataSettings("two_moons"), NetworkSettings((8, 8)), TrainingSettings(batch_size=10)
    ),
    "spirals, Adam": Experiment(
        DataSettings("two_spirals"), NetworkSettings((8,)), TrainingSettings("adam", 0.01, batch_size=32)
    ),
    "XOR, relu, momentum": Experiment(
        DataSettings("xor"), NetworkSettings((4, 4), "relu"), TrainingSettings("momentum", 0.03)
    ),
    "hours of study, logistic regression": Experiment(
        DataSettings("hours_of_study"), NetworkSettings(()), TrainingSettings()
    ),
    "sine, Nesterov": Experiment(
        DataSettings("sine"), NetworkSettings((8,)), TrainingSettings("nesterov", 0.01)
    ),
    "bumps, RMSProp, short last batch": Experiment(
        DataSettings("gaussian_bumps", points=103),
        NetworkSettings((6,)),
        TrainingSettings("rmsprop", 0.003, batch_size=25),
    ),
    "Gaussians, AdaGrad, L1": Experiment(
        DataSettings("two_gaussians"),
        NetworkSettings((3,), "sigmoid"),
        TrainingSettings("adagrad", 0.1, l1=0.01),
    ),
    "blobs, AdamW, L2": Experiment(
        DataSettings("separable_blobs"), NetworkSettings((5,)), TrainingSettings("adamw", 0.01, l2=0.01)
    ),
    "circles, 1cycle": Experiment(
        training=TrainingSettings(schedule="one_cycle", schedule_steps=80, batch_size=20)
    ),
    "circles, a mistake in the backward pass": Experiment(
        training=TrainingSettings(learning_rate=0.05, l2=0.01, fault="mean")
    ),
    "a plane, linear": Experiment(DataSettings("tilted_plane"), NetworkSettings(()), TrainingSettings()),
}


def look(experiment, trainer, n_steps, rates=RATES):
    snapshot = trainer.snapshot()
    settings = trainer.settings
    question = LookaheadQuestion(
        run=1,
        step=trainer.step,
        checkpoint=snapshot.checkpoint,
        learning_rates=rates,
        n_steps=n_steps,
        l1=settings.l1,
        l2=settings.l2,
        schedule=schedule_of(settings),
    )
    answers = [answer for answer in question.answers(Context(experiment)) if answer is not None]
    assert answers[-1].complete
    return answers[-1].lookahead


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_chosen_learning_rate_reaches_what_was_promised(name):
    experiment = EXPERIMENTS[name]
    trainer = Trainer(experiment)
    trainer.advance(37)
    ahead = look(experiment, trainer, 60)
    assert ahead.loss_now == pytest.approx(trainer.train_loss(), rel=1e-12)
    here = trainer.snapshot()
    kept = 0
    for index in range(0, 48, 5):
        if not ahead.predictable[index]:
            continue
        trainer.restore(here)
        trainer.learning_rate = float(RATES[index])
        trainer.advance(60)
        assert trainer.train_loss() == pytest.approx(ahead.losses[index], rel=0.01)
        kept += 1
    assert kept >= 5


def test_the_line_thrown_out_leaves_a_gap():
    experiment = Experiment(DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings())
    trainer = Trainer(experiment)
    ahead = look(experiment, trainer, 1000)
    # Past its limit (0.515) the line grows without bound: after 1000 steps at α = 10 no float holds J.
    assert np.isnan(ahead.losses[-1])
    assert np.isfinite(ahead.losses[RATES < 0.5]).all()
    assert RATES[ahead.lowest] < 0.52


def test_far_out_where_only_rounding_says_where_a_run_lands_no_lowest_is_named():
    experiment = Experiment(
        DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=2.0)
    )
    trainer = Trainer(experiment)
    while trainer.train_loss() < 1e50:
        trainer.advance(1)
    ahead = look(experiment, trainer, 100)
    torn = np.isfinite(ahead.low) & ~ahead.predictable
    assert torn.any(), "J falls by more orders of magnitude than θ has digits"
    assert (ahead.high[torn] < 1e-9 * ahead.loss_now).all(), "and still the direction is certain"
    # Among the rates that nobody can tell apart lies the lowest one.
    assert ahead.high[torn].min() < ahead.losses[ahead.predictable].min()
    assert ahead.lowest is None


def test_a_chaotic_run_gets_a_band_and_no_promise():
    """Spirals with Adam far above any sensible α: a hair's difference in θ ends somewhere else."""
    experiment = Experiment(
        DataSettings("two_spirals"), NetworkSettings((8, 8)), TrainingSettings("gradient_descent", 0.3)
    )
    trainer = Trainer(experiment)
    trainer.advance(200)
    ahead = look(experiment, trainer, 1000, np.array([0.01, 8.0, 10.0]))
    assert ahead.predictable[0]
    assert not ahead.predictable[1:].all()
    assert ahead.lowest is None or ahead.predictable[ahead.lowest]


@pytest.mark.parametrize("name", ["the default", "XOR, relu, momentum", "sine, Nesterov", "spirals, Adam"])
def test_looking_for_chaos_from_above_finds_what_looking_everywhere_finds(name, monkeypatch):
    trainer = Trainer(EXPERIMENTS[name])
    trainer.advance(150)
    quick = look(EXPERIMENTS[name], trainer, 300)
    monkeypatch.setattr(lookahead, "CALM", -1.0)
    thorough = look(EXPERIMENTS[name], trainer, 300)
    np.testing.assert_array_equal(quick.losses, thorough.losses)
    np.testing.assert_array_equal(quick.predictable, thorough.predictable)
    assert quick.lowest == thorough.lowest


def test_a_long_look_comes_coarse_first():
    experiment = Experiment()
    trainer = Trainer(experiment)
    question = LookaheadQuestion(1, 0, trainer.snapshot().checkpoint, RATES, 200)
    known = [
        int(answer.lookahead.computed.sum())
        for answer in question.answers(Context(experiment))
        if answer is not None
    ]
    assert known[0] == 12
    assert known[-1] == 48
    assert known == sorted(known)


@pytest.mark.parametrize("fault", [None, "mean"])
@pytest.mark.parametrize("batch_size", [None, 10])
def test_a_large_network_is_looked_at_a_few_learning_rates_at_a_time(fault, batch_size):
    """Between two pieces a newer question can take over, with a mistake in the backward pass as well."""
    experiment = Experiment(
        DataSettings(points=200),
        NetworkSettings((64,) * 8),
        TrainingSettings(learning_rate=0.01, batch_size=batch_size, fault=fault),
    )
    question = LookaheadQuestion(1, 0, Trainer(experiment).snapshot().checkpoint, RATES, 2)
    known = [0]
    for answer in question.answers(Context(experiment)):
        if answer is not None and not answer.complete:
            known.append(int(answer.lookahead.computed.sum()))
    assert known[-1] == 48
    most = 5 if batch_size is None else 16
    assert max(np.diff(known)) <= (most if fault is None else most // 2)


def test_the_band_is_what_a_run_from_a_hair_away_says():
    """Where the look-ahead promises, a copy 1e-12 away keeps the promise; where it does not, it need not."""
    experiment = Experiment(
        DataSettings("two_spirals"), NetworkSettings((8, 8)), TrainingSettings("gradient_descent", 0.3)
    )
    trainer = Trainer(experiment)
    trainer.advance(200)
    rates = np.array([0.01, 0.1, 0.3, 8.0, 9.0, 10.0])
    ahead = look(experiment, trainer, 1000, rates)
    here, theta = trainer.snapshot(), trainer.parameters
    distances = []
    for index, rate in enumerate(rates):
        trainer.restore(here)
        direction = np.random.default_rng(index + 1).normal(size=len(theta))
        trainer.set_parameters(theta + 1e-12 * direction / np.linalg.norm(direction))
        trainer.learning_rate = float(rate)
        trainer.advance(1000)
        distances.append(abs(trainer.train_loss() / ahead.losses[index] - 1))
    apart = np.array(distances)
    assert (apart[ahead.predictable] < 0.01).all()
    assert ahead.predictable[:3].all()
    assert (apart[~ahead.predictable] > 0.01).any()


def test_a_band_tells_a_direction_only_far_from_j_now_against_its_own_width():
    low = np.array([1e-3, 3e-3, 1e-3, 0.9, 120.0, 101.0, 5e6, 0.0, np.nan])
    high = np.array([1.2e-3, 3.9e-3, 0.9, 0.95, 121.0, 700.0, 1e15, 1e-9, np.nan])
    grows, falls = certain_directions(1.0, low, high)
    assert falls.tolist() == [True, True, False, False, False, False, False, True, False]
    assert grows.tolist() == [False, False, False, False, True, False, True, False, False]


@pytest.mark.slow
def test_fresh_copies_seldom_contradict_the_direction_of_a_band():
    """Of bands that merely lie on one side of J now a sixth is contradicted."""
    rng, told, contradicted = np.random.default_rng(1), 0, 0
    optimizers = {"gradient_descent": 0.3, "momentum": 0.05, "adam": 0.01, "rmsprop": 0.01}
    for _ in range(60):
        optimizer = str(rng.choice(list(optimizers)))
        experiment = Experiment(
            DataSettings(str(rng.choice(["two_circles", "two_moons", "xor", "sine"])), points=100),
            NetworkSettings(((4,), (8,), (8, 8), (30,))[int(rng.integers(4))], seed=int(rng.integers(99))),
            TrainingSettings(optimizer, optimizers[optimizer], batch_size=(None, 10)[int(rng.integers(2))]),
        )
        trainer = Trainer(experiment)
        trainer.advance(int(rng.choice([0, 30, 300])))
        ahead = look(experiment, trainer, 100, np.logspace(-1, 1, 12))
        grows, falls = certain_directions(ahead.loss_now, ahead.low, ahead.high)
        here, theta = trainer.snapshot(), trainer.parameters
        for k in np.flatnonzero((grows | falls) & ~ahead.predictable):
            told += 1
            ends = []
            for _ in range(4):
                trainer.restore(here)
                direction = rng.normal(size=len(theta))
                trainer.set_parameters(theta + 1e-12 * direction / np.linalg.norm(direction))
                trainer.learning_rate = float(ahead.learning_rates[k])
                trainer.advance(100)
                ends.append(trainer.train_loss())
            higher = ~(np.array(ends) <= ahead.loss_now)
            contradicted += bool((higher != grows[k]).any())
    assert told >= 15
    assert contradicted <= 0.1 * told


@pytest.mark.parametrize(
    ("age", "then", "now", "paused", "running"),
    [
        (0, 0.5, 0.5, True, True),
        (2, 0.5, 0.495, True, True),
        (-2, 0.5, 0.505, True, True),
        (3, 0.5, 0.5, False, True),
        (-3, 0.5, 0.5, False, True),
        (1, 0.5, 0.48, False, True),
        (40, 0.5, 0.26, False, True),
        (40, 0.5, 0.24, False, False),
        (40, 0.5, 0.99, False, True),
        (40, 0.5, 1.01, False, False),
        (40, 0.01, 1.2e48, False, False),
        (0, 0.5, np.inf, False, False),
        (0, np.nan, 0.5, False, False),
        (0, 0.0, 0.0, True, True),
        (0, 0.0, 1e-9, False, False),
        (1, -0.5, -0.505, True, True),
        (1, -0.5, 0.5, False, False),
    ],
)
def test_a_look_ahead_is_told_as_long_as_it_is_about_now(
    age: int, then: float, now: float, paused: bool, running: bool
) -> None:
    assert still_holds(age, 100, then, now, running=False) == paused
    assert still_holds(age, 100, then, now, running=True) == running


def ahead_of(expression: str, at: tuple[float, ...], optimizer: str = "gradient_descent") -> Lookahead:
    """Return the look-ahead over 100 steps from this point of a formula."""
    settings = FormulaSettings(expression, start=at)
    experiment = Experiment(formula=settings, training=TrainingSettings(optimizer, 0.1))
    return look(experiment, Trainer(experiment), 100, np.logspace(-3, 1, 40))


@pytest.mark.parametrize("at", [1e-6, 1e-16, 1e-32, 1e-100])
def test_near_a_minimum_at_zero_a_run_is_as_predictable_as_far_away(at: float) -> None:
    far, near = ahead_of("w^2", (1.0,)), ahead_of("w^2", (at,))
    assert far.predictable.sum() >= 30
    known = far.predictable & (far.losses * at**2 > 1e-300)
    assert near.predictable[known].all()
    assert near.losses[known] == pytest.approx(far.losses[known] * at**2, rel=1e-6, abs=0.0)


@pytest.mark.parametrize("away", [1e-3, 1e-8, 1e-11, 1e-12])
@pytest.mark.parametrize("place", [1.0, -300.0])
def test_near_a_minimum_elsewhere_a_run_is_predictable_down_to_the_rounding(
    place: float, away: float
) -> None:
    ahead = ahead_of(f"(w - ({place!r}))^2", (place * (1.0 + away),))
    assert ahead.predictable.all()


def test_runs_that_end_in_the_rounding_of_a_minimum_are_predictable() -> None:
    """Booth's: J is 0 or some 1e-31 there, and which of them is of no account."""
    ahead = ahead_of("(x + 2*y - 7)^2 + (2*x + y - 5)^2", (-8.0, -6.0))
    settled = (ahead.learning_rates > 0.02) & (ahead.learning_rates < 0.1)
    assert (ahead.losses[settled] < 1e-4).all()
    assert (ahead.losses[settled] < 1e-28).any()
    assert ahead.predictable[settled].all()


def test_chaos_is_found_near_a_minimum_too() -> None:
    """Large rates throw the ball out of its hollow, from one to another."""
    ahead = ahead_of("sin(5*w)^2 + 0.01*(w - 1)^2", (0.6283,))
    assert not ahead.predictable.all()


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
@pytest.mark.parametrize(("expression", "at"), [("w^2", 0.0), ("(w - 1)^2", 1.0), ("(w - 1)^2 - 1", 1.0)])
def test_where_the_gradient_is_zero_nothing_moves_and_all_is_known(expression, at, optimizer) -> None:
    ahead = ahead_of(expression, (at,), optimizer)
    assert ahead.predictable.all()
    assert (ahead.losses == ahead.loss_now).all()


def test_chaos_is_not_predictable_however_near_to_zero_it_begins() -> None:
    """From the top of a wave large rates jump from one to another."""
    ahead = ahead_of("cos(w)", (1e-14,))
    assert not ahead.predictable.all()
    assert np.isfinite(ahead.losses[~ahead.predictable]).any()


def test_a_lowest_loss_is_named_only_where_its_neighbours_end_near_it() -> None:
    valley = [0.30, 0.25, 0.21, 0.205, 0.22, 0.26]
    assert is_steady(np.array(valley), 0.2, 1.0)
    assert is_steady(np.array([0.23, 0.22, 0.21, 0.19, 0.18, np.nan]), 0.2, 1.0)
    assert not is_steady(np.array([0.30, 0.25, 0.28, 0.205, 0.22, 0.26]), 0.2, 1.0), "up and down again"
    assert not is_steady(np.array([0.30, 0.25, 0.21, 0.30, 0.32, 0.36]), 0.2, 1.0), "one per cent costs much"
    assert is_steady(np.full(6, 1e-30), 2e-30, 1.0), "nothing is left of the fall"


@pytest.mark.parametrize("steps", [0, 50])
def test_no_rate_is_called_lowest_where_nearly_the_same_one_ends_elsewhere(steps: int) -> None:
    """Two moons at α near 8: J after 100 steps is 0.008 or 0.12, one per cent of α apart."""
    experiment = Experiment(DataSettings("two_moons"))
    trainer = Trainer(experiment)
    trainer.advance(steps)
    ahead = look(experiment, trainer, 100, lookahead.rates_on((1e-4, 10.0)))
    lowest = int(np.argmin(np.where(ahead.predictable, ahead.losses, np.inf)))
    beside = look(experiment, trainer, 100, ahead.learning_rates[lowest] * np.array([0.99, 1.01]))
    assert beside.losses.max() > 5 * ahead.losses[lowest]
    assert ahead.lowest is None
    bowl = Experiment(DataSettings("noisy_line"), NetworkSettings(()))
    calm = look(bowl, Trainer(bowl), 100, lookahead.rates_on((1e-4, 10.0)))
    assert calm.lowest is not None
    assert calm.learning_rates[calm.lowest] == 0.4
