"""Creeps, falls, overshoots: each word is compared with training that is really done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from playground.engine.optimizers import OPTIMIZERS
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.landscape.lookahead import FALL, RISE, Lookahead, look_ahead
from playground.landscape.rate_words import (
    RateWord,
    Stretch,
    flatter_than_limit,
    lowest_above_limit,
    rate_words,
    stretches,
)
from playground.landscape.stability import MINI_BATCHES, Stability, stability

RATES = np.logspace(-4, 1, 48)
CREEPS, FALLS, OVERSHOOTS = RateWord.CREEPS, RateWord.FALLS, RateWord.OVERSHOOTS
LINE = Experiment(DataSettings("noisy_line"), NetworkSettings(()))


def ahead_of(trainer: Trainer, n_steps: int, rates: np.ndarray = RATES) -> Lookahead:
    X, y = trainer.samples.X_train, trainer.samples.y_train
    answers = look_ahead(trainer.network, X, y, trainer.view().checkpoint, rates, n_steps)
    return [answer for answer in answers if answer is not None][-1]


def stability_of(trainer: Trainer) -> Stability:
    return stability(
        trainer.network, trainer.samples.X_train, trainer.samples.y_train, trainer.view().checkpoint
    )


def way_of(trainer: Trainer, rate: float, n_steps: int) -> np.ndarray:
    """J before and after each of the next steps with this α; the trainer stands again where it stood."""
    here, rate_before = trainer.snapshot(), trainer.learning_rate
    trainer.learning_rate = rate
    losses = [trainer.train_loss()]
    for _ in range(n_steps):
        trainer.advance(1)
        losses.append(trainer.train_loss())
    trainer.restore(here)
    trainer.learning_rate = rate_before
    return np.nan_to_num(losses, nan=np.inf, posinf=np.inf)


def test_the_words_are_these_strings():
    assert list(RateWord) == ["creeps", "falls", "overshoots"]


def test_a_line_creeps_falls_and_overshoots_at_its_limit():
    trainer = Trainer(LINE)
    found = stability_of(trainer)
    words = rate_words(RATES, ahead_of(trainer, 20), found)
    assert words[0] == "creeps"
    assert {word for rate, word in zip(RATES, words, strict=True) if rate > found.limit} == {"overshoots"}
    assert [part.word for part in stretches(RATES, words, found.limit)] == ["creeps", "falls", "overshoots"]
    assert stretches(RATES, words, found.limit)[1].high == found.limit


def test_without_a_look_ahead_only_the_limit_is_told():
    found = stability_of(Trainer(LINE))
    words = rate_words(RATES, None, found)
    assert words == [OVERSHOOTS if rate > found.limit else None for rate in RATES]
    assert rate_words(RATES, None, None) == [None] * len(RATES)
    unchecked = replace(ahead_of(Trainer(LINE), 20), checked=False)
    assert rate_words(RATES, unchecked, found) == words
    assert rate_words(RATES, None, replace(found, optimizer="adam")) == [None] * len(RATES)


def test_a_rate_that_was_not_tried_has_the_word_of_no_other():
    trainer = Trainer(LINE)
    ahead, found = ahead_of(trainer, 100), stability_of(trainer)
    between = np.sqrt(RATES[:-1] * RATES[1:])
    assert set(rate_words(between[between < found.limit], ahead, found)) == {None}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("training.batch_size", 10), MINI_BATCHES),
        (("training.optimizer", "adagrad"), OPTIMIZERS["adagrad"].no_limit),
    ],
)
def test_where_there_is_no_limit_the_look_ahead_has_the_word(change, reason):
    trainer = Trainer(LINE.with_value(*change))
    found = stability_of(trainer)
    assert found.reason == reason
    words = rate_words(RATES, ahead_of(trainer, 20), found)
    assert {"creeps", "falls"} <= set(words)
    assert OVERSHOOTS not in words


def test_momentum_below_the_limit_that_ends_higher_is_not_called_falling():
    """The valley does not keep its shape: below the limit, and thrown out all the same."""
    experiment = Experiment(
        DataSettings("sine", points=40),
        NetworkSettings((30,)),
        TrainingSettings("momentum", learning_rate=0.1),
    )
    trainer = Trainer(experiment)
    trainer.advance(10)
    ahead, found = ahead_of(trainer, 100), stability_of(trainer)
    higher = ~(ahead.losses <= ahead.loss_now) & (found.limit > RATES)
    assert higher.any()
    words = np.array(rate_words(RATES, ahead, found), dtype=object)
    assert set(words[higher]) == {None}
    for rate in RATES[words == FALLS][::6]:
        way = way_of(trainer, float(rate), 100)
        assert way[-1] <= (1 - FALL) * way[0]


@pytest.mark.parametrize(
    ("experiment", "expected"),
    [
        (Experiment(), {OVERSHOOTS}),
        # The valley becomes wider before any of these rates can overshoot; the largest lead to a J of 0.
        (Experiment(DataSettings("separable_blobs"), NetworkSettings(())), {FALLS}),
    ],
    ids=["two circles", "separable"],
)
def test_above_the_limit_a_run_that_ends_lower_overshoots_only_where_a_step_landed_higher(
    experiment: Experiment, expected: set[RateWord]
):
    trainer = Trainer(experiment)
    ahead, found = ahead_of(trainer, 100), stability_of(trainer)
    words = rate_words(RATES, ahead, found)
    above = [k for k, rate in enumerate(RATES) if rate > found.limit]
    assert all(ahead.losses[k] < (1 - FALL) * ahead.loss_now for k in above), "all of them end lower"
    assert {words[k] for k in above} == expected
    for k in above:
        way = way_of(trainer, float(RATES[k]), 100)
        assert (words[k] == OVERSHOOTS) == bool((way[1:] > (1 + RISE) * way[:-1]).any())


@pytest.mark.parametrize(
    ("dataset", "hidden"), [("two_gaussians", (4,)), ("separable_blobs", (4,)), ("separable_blobs", ())]
)
def test_above_the_limit_it_overshoots_just_where_a_step_landed_higher_also_far_out(
    dataset: str, hidden: tuple[int, ...]
):
    """J may rise a thousandfold where σ is 0 or 1 to all its digits, and where it is 0 it does not rise."""
    trainer = Trainer(Experiment(DataSettings(dataset, 60), NetworkSettings(hidden, "relu")))
    rates, found = np.array([8.0, 10.0, 17.8, 30.0, 100.0]), stability_of(trainer)
    words = rate_words(rates, ahead_of(trainer, 60, rates), found)
    assert rates[0] > found.limit
    for rate, word in zip(rates, words, strict=True):
        way = way_of(trainer, float(rate), 60)
        assert (word == OVERSHOOTS) == bool((way[1:] > (1 + RISE) * way[:-1]).any()), rate


@pytest.mark.parametrize(("name", "times"), [("adam", 10.0), ("adamw", 10.0)])
def test_on_an_exact_quadratic_ten_times_the_limit_throws_out_the_plain_and_not_the_preconditioned(
    name: str, times: float
):
    """A line by squared error: P follows the gradient, and the limit of a frozen P does not bind."""
    plain = Trainer(LINE)
    limit = stability_of(plain).limit
    rates = np.array([times * limit])
    assert rate_words(rates, ahead_of(plain, 400, rates), stability_of(plain)) == [OVERSHOOTS]
    assert way_of(plain, float(rates[0]), 400)[-1] > 1e6

    trainer = Trainer(LINE.with_value("training.optimizer", name).with_value("training.learning_rate", 0.1))
    trainer.advance(5)
    found = stability_of(trainer)
    rates = np.array([times * found.limit])
    way = way_of(trainer, float(rates[0]), 400)
    assert way[-1] < way[0]
    (word,) = rate_words(rates, ahead_of(trainer, 400, rates), found)
    rose = bool((way[1:] > (1 + RISE) * way[:-1]).any())
    assert word == (OVERSHOOTS if rose else FALLS)


def test_a_run_of_mini_batches_that_ends_where_it_began_by_chance_does_not_creep():
    """Its losses go up and down by far more than 2 % on the way."""
    training = TrainingSettings("adam", learning_rate=0.02, batch_size=10, l2=0.01)
    trainer = Trainer(Experiment(DataSettings("two_circles"), NetworkSettings((4,)), training))
    chances, crept = 0, 0
    trainer.advance(50)
    for rate in (0.1, 0.5, 1.5, 0.2):
        trainer.learning_rate = rate
        trainer.advance(40)
        ahead = ahead_of(trainer, 100)
        near = ahead.predictable & (abs(ahead.losses - ahead.loss_now) < FALL * ahead.loss_now)
        words = rate_words(RATES, ahead, stability_of(trainer))
        first = int(np.argmin(near))
        assert [word == CREEPS for word in words] == [index < first for index in range(len(RATES))]
        for index in np.flatnonzero(near[first:]) + first:
            way = way_of(trainer, float(RATES[index]), 100)
            assert np.ptp(way) > 10 * FALL * way[0]
            chances += 1
        crept += first
    assert chances > 0
    assert crept > 0


def test_stretches_join_equal_words_and_leave_gaps():
    rates = np.array([1e-2, 1e-1, 1.0, 10.0])
    at = np.sqrt(rates[:-1] * rates[1:])
    assert stretches(rates, [CREEPS, FALLS, FALLS, None]) == [
        Stretch(CREEPS, 1e-2, at[0]),
        Stretch(FALLS, at[0], at[2]),
    ]
    assert stretches(rates, [None, FALLS, OVERSHOOTS, OVERSHOOTS], limit=0.4) == [
        Stretch(FALLS, at[0], 0.4),
        Stretch(OVERSHOOTS, 0.4, 10.0),
    ]
    # The limit between two rates that have the same word divides nothing.
    assert stretches(rates, [FALLS] * 4, limit=0.4) == [Stretch(FALLS, 1e-2, 10.0)]
    assert stretches(rates, [None] * 4) == []


SETTINGS = {
    "gradient_descent": 0.3,
    "momentum": 0.1,
    "nesterov": 0.05,
    "adam": 0.02,
    "adamw": 0.02,
    "rmsprop": 0.01,
    "adagrad": 0.1,
}
DATA = (
    "two_circles",
    "two_moons",
    "two_spirals",
    "xor",
    "sine",
    "gaussian_bumps",
    "noisy_line",
    "tilted_plane",
)


def random_runs(seed: int, count: int) -> Iterator[tuple[Trainer, int]]:
    """Runs of all kinds, each some way along, with the steps to look ahead."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        optimizer = str(rng.choice(list(SETTINGS)))
        hidden = ((), (4,), (8, 8), (30,))[int(rng.integers(4))]
        experiment = Experiment(
            DataSettings(str(rng.choice(DATA)), points=50),
            NetworkSettings(
                hidden,
                str(rng.choice(["tanh", "relu", "sigmoid"])),
                (None, "squared_error")[int(rng.integers(2))],
                seed=int(rng.integers(1000)),
            ),
            TrainingSettings(
                optimizer,
                SETTINGS[optimizer],
                batch_size=(None, None, 10)[int(rng.integers(3))],
                l1=float(rng.choice([0.0, 0.0, 0.003])),
                l2=float(rng.choice([0.0, 0.0, 0.01])),
            ),
        )
        trainer = Trainer(experiment)
        trainer.advance(int(rng.choice([0, 10, 100, 300])))
        yield trainer, int(rng.choice([10, 40]))


@pytest.mark.parametrize(
    ("seed", "count"),
    [(1, 20), *(pytest.param(seed, 60, marks=pytest.mark.slow) for seed in range(2, 8))],
)
def test_no_word_is_contradicted_by_the_training_itself(seed: int, count: int):
    rates, rng = np.logspace(-4, 1, 16), np.random.default_rng(seed)
    seen = dict.fromkeys(RateWord, 0)
    for trainer, n_steps in random_runs(seed, count):
        ahead, found = ahead_of(trainer, n_steps, rates), stability_of(trainer)
        words = rate_words(rates, ahead, found)
        for k in rng.choice(len(rates), 4, replace=False):
            word = words[k]
            if word is None:
                continue
            seen[word] += 1
            way = way_of(trainer, float(rates[k]), n_steps)
            told = f"{word} at {rates[k]:.3g}: {trainer.experiment.to_json()}, step {trainer.step}"
            change = way[-1] - way[0]
            # A look-ahead promises a loss to 1e-5 of it.
            near = 2e-5 * way[0]
            if word == FALLS:
                assert change <= -FALL * way[0] + near, told
            elif word == CREEPS:
                assert abs(change) < FALL * way[0] + near, told
            else:
                assert rates[k] > found.limit, told
                rose = (way[1:] >= (1 + 0.9 * RISE) * way[:-1]).any()
                assert rose or change > -FALL * way[0], told
    assert all(seen.values()), seen


def test_where_limit_and_look_ahead_disagree_one_sentence_says_why() -> None:
    assert lowest_above_limit(3.4, 9.0, 100) == (
        "The lowest after 100 steps lies above the limit: λmax is the sharpest curvature at this place, "
        "and the steps lead away from it"
    )
    for limit, lowest in ((3.4, 3.4), (3.4, 0.5), (None, 9.0), (3.4, None)):
        assert lowest_above_limit(limit, lowest, 100) == ""


def test_where_the_step_runs_along_a_flatter_direction_one_sentence_says_so() -> None:
    sentence = flatter_than_limit(3.4, 9.0)
    assert "2/λmax" in sentence
    assert "along this step" in sentence
    for limit, level in ((3.4, 3.5), (3.4, 1.0), (None, 9.0), (3.4, None)):
        assert flatter_than_limit(limit, level) == ""
